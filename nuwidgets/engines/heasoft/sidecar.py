"""The file beside the products that says how they were made."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import nuwidgets
from nuwidgets.engines.heasoft.log import clean, text_of
from nuwidgets.engines.heasoft.record import SIDECAR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nuwidgets.domain.task import Plain
    from nuwidgets.engines.heasoft.record import RunFolder, RunRecord

_BITE = 1 << 20
_FIRST = 1 << 16  # a task says its version at the beginning
_PATIENCE_S = 10.0


def task_version(log: Path, task: str) -> str:
    """Find the version that a task says in its log; empty if it says none.

    It is said as ``nupipeline_0.4.9:`` or as ``Task: nupipeline Version: 0.4.9``.
    """
    try:
        with log.open("rb") as stream:
            text = clean(text_of(stream.read(_FIRST).replace(b"\n", b"\t")))
    except OSError:
        return ""
    name = re.escape(task)
    patterns = (rf"\b{name}_v?(\d[\w.]*\w)", rf"\b{name}\W+[Vv]ersion\W+v?(\d[\w.]*\w)")
    found = (re.search(pattern, text) for pattern in patterns)
    return next((one[1] for one in found if one), "")


def heasoft_version(headas: str) -> str:
    """Ask HEASoft's ``fversion``; empty if it is not there or does not say."""
    try:
        said = subprocess.run(  # noqa: S603  a list, no shell
            [f"{headas}/bin/fversion"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = [clean(text_of(line)).strip() for line in said.stdout.splitlines()]
    return next((line for line in reversed(lines) if re.search(r"\d", line)), "")


def products_in(folder: Path) -> list[tuple[str, int, str]]:
    """Give the files below a folder: name, size (bytes), SHA-256."""
    found = [place for place in folder.rglob("*") if place.is_file() and place.name != SIDECAR]
    return sorted(
        (place.relative_to(folder).as_posix(), place.stat().st_size, _sum(place)) for place in found
    )


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sidecar_text(
    record: RunRecord,
    folder: RunFolder,
    parameters: Mapping[str, Plain],
    command: list[str],
    sums: Mapping[str, str],
) -> bytes:
    """Write down how products were made.

    Parameters
    ----------
    record : RunRecord
        The final one.
    folder : RunFolder
        Where it ran.
    parameters : mapping
        All of them, those of the par file too.
    command : list of str
        The command line.
    sums : mapping of str to str
        SHA-256 of each product.
    """
    sizes = dict(record.files)
    plain = {
        "made_by": f"nuwidgets {nuwidgets.__version__}, Python {sys.version.split()[0]}",
        "task": record.task,
        "subject": record.subject,
        "versions": dict(record.versions),
        "headas": record.headas,
        "caldb": record.caldb,
        "began_utc": _utc(record.began_s),
        "ended_utc": _utc(record.began_s + record.seconds),
        "seconds": record.seconds,
        "exit_code": record.exit_code,
        "log": str(folder.log),
        "given": dict(record.parameters),
        "parameters": dict(parameters),
        "command": command,
        "inputs": list(record.inputs),
        "files": [{"path": n, "bytes": size, "sha256": sums[n]} for n, size in sizes.items()],
        "run": asdict(record),
    }
    return json.dumps(plain, indent=1).encode()


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
