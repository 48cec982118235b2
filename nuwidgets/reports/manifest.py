"""The list of all files of a report and of all data they rest on, with checksums."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.reports import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.record import SessionRecord

CHUNK = 1 << 20


def manifest(record: SessionRecord, files: dict[str, bytes]) -> str:
    """Give the list as JSON."""
    told = {
        "report": [
            {"file": name, "sha256": sha256(data), "size": len(data)}
            for name, data in sorted(files.items())
        ],
        "data": [_data(path) for path in sorted(set(_paths(record)))],
        "products": [
            {
                "step": step.path,
                "state": step.state,
                "engine": step.product.provenance.engine,
                "version": step.product.provenance.version,
                "approximate": step.product.provenance.approximate,
            }
            for step in facts.all_steps(record)
            if step.product is not None
        ],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def left_over(place: Path, name: str, files: Iterable[str]) -> list[Path]:
    """Give the files of an earlier report in a folder that are as it wrote them, and not in this.

    Parameters
    ----------
    place : Path
        The folder.
    name : str
        Name of the list of files.
    files : iterable of str
        What this report writes.
    """
    try:
        told = json.loads((place / name).read_text(encoding="utf-8"))["report"]
        old = {str(one["file"]): str(one["sha256"]) for one in told}
    except (OSError, ValueError, KeyError, TypeError):
        return []
    home, new = place.resolve(), set(files)
    paths = {place / other: digest for other, digest in old.items() if other not in new}
    inside = {p: digest for p, digest in paths.items() if p.resolve().is_relative_to(home)}
    return [p for p, d in inside.items() if p.is_file() and sha256(p.read_bytes()) == d]


def sha256(data: bytes) -> str:
    """Give the checksum of a file's content."""
    return hashlib.sha256(data).hexdigest()


def _paths(record: SessionRecord) -> Iterator[str]:
    """Give the data files that requests name, and those that the spectra link to."""
    for step in facts.all_steps(record):
        yield from (path for _, path in facts.paths_in(step.answered))
    for one in facts.shown_datasets(record):
        spectrum = one.steps["spectrum"].product if "spectrum" in one.steps else None
        if spectrum is None:
            continue
        linked = [spectrum.path, spectrum.background.path if spectrum.background else ""]
        if spectrum.response is not None:
            linked += [spectrum.response.rmf_path, spectrum.response.arf_path]
        yield from filter(None, linked)


def _data(path: str) -> dict[str, Any]:
    """Describe a data file, read bit by bit; one that is gone is said to be missing."""
    digest, size = hashlib.sha256(), 0
    try:
        with Path(path).open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return {"file": path, "missing": True}
    return {"file": path, "sha256": digest.hexdigest(), "size": size}
