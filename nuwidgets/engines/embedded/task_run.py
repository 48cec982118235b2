"""One run of an embedded task: its files whole or not at all, and the side-car beside them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nuwidgets
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.task import DONE, TaskRequest, TaskRun
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.aspect_files import find_beside
from nuwidgets.files.atomic import save_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.task import Plain

SIDECAR = "nuwidgets-run.json"
"""Name of the file beside the products that says how they were made."""
NOTHING = ("", "none", "-")
"""Words of a parameter that stand for no file."""


@dataclass(eq=False)
class Run:
    """One run of an embedded task: what was asked, and what came of it."""

    request: TaskRequest
    """What was asked."""
    values: dict[str, Plain]
    """All parameters by name, those that were not given as usual."""
    token: Any
    """Stops it, and hears how far it is."""
    folder: Path = field(default_factory=Path)
    """Where the products go."""
    making: Path = field(default_factory=Path)
    """Where they are until all are whole."""
    began_s: float = field(default_factory=time.time)
    """When it began, seconds since 1970 (UTC)."""
    warnings: list[str] = field(default_factory=list)
    """What a user should know before trusting the products."""
    approximate: list[str] = field(default_factory=list)
    """Why products are approximate."""
    read: list[str] = field(default_factory=list)
    """Files that were read."""
    written: list[str] = field(default_factory=list)
    """Names of the products."""

    def text(self, name: str) -> str:
        """Give a parameter as text, empty where it says ``NONE``."""
        text = str(self.values[name]).strip()
        return "" if text.lower() in NOTHING else text

    def number(self, name: str) -> float:
        """Give a parameter as a number.

        Raises
        ------
        InputError
            If it has no value.
        """
        value = self.values[name]
        if isinstance(value, (int, float)):
            return float(value)
        raise InputError(
            f"Cannot run {self.request.task}: {name!r} is {value!r} and must be a number."
            f" Give {name}=... with a number."
        )

    def whole(self, name: str) -> int:
        """Give a parameter as a whole number; raises as `number`."""
        return round(self.number(name))

    def flag(self, name: str) -> bool:
        """Give a parameter that is yes or no."""
        return bool(self.values[name])

    def needed(self, name: str, what: str) -> str:
        """Give a parameter that must be set.

        Raises
        ------
        InputError
            If it is empty.
        """
        text = self.text(name)
        if not text:
            raise InputError(f"Cannot run {self.request.task}: {name!r} is not set. Give {what}.")
        return text

    def input(self, path: str | Path) -> str:
        """Note that a file is read; give its path."""
        self.read.append(str(path))
        return str(path)

    def product(self, name: str, default: str) -> Path | None:
        """Give where to write a product, None for ``NONE``; it must not exist unless clobbered.

        Raises
        ------
        FileError
            If it exists.
        InputError
            If it would lie in another folder.
        """
        said = self.text(name) if name else default
        said = default if said.upper() == "DEFAULT" else said
        if not said:
            return None
        path = Path(said).expanduser()
        if path.name != said and path.parent.resolve() != self.folder.resolve():
            raise InputError(
                f"Cannot write {name}={said!r}: it lies outside of {str(self.folder)!r}. Give a"
                " name alone, or a path in that folder."
            )
        return self.place(path.name)

    def place(self, name: str) -> Path:
        """Give where to write a product of that name, and note it.

        Raises
        ------
        FileError
            If it exists and is not to be replaced.
        """
        there = self.folder / name
        if there.is_dir() or (there.exists() and not self.flag("clobber")):
            raise FileError(
                f"Nothing was written: {str(there)!r} exists already. Set clobber=yes to replace"
                " it, or give another folder."
            )
        self.written.append(name)
        return self.making / name

    @contextlib.contextmanager
    def into(self, folder: str | Path) -> Iterator[None]:
        """Write products aside, and put them into a folder when all are whole.

        Raises
        ------
        FileError
            If the folder cannot be made or written to.
        """
        self.folder = Path(folder).expanduser().absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.making = Path(tempfile.mkdtemp(dir=self.folder, prefix=".making-"))
        except OSError as error:
            raise FileError(
                f"Cannot write to the folder {str(self.folder)!r}: {error.strerror or error}. Give"
                " a folder where you may write."
            ) from error
        try:
            yield
            self.token.check()
            self._publish()
        finally:
            shutil.rmtree(self.making, ignore_errors=True)

    def _publish(self) -> None:
        """Give the products their names."""
        self.written = [name for name in self.written if (self.making / name).is_file()]
        for name in self.written:
            try:
                (self.making / name).replace(self.folder / name)
            except OSError as error:
                raise FileError(
                    f"Cannot write {str(self.folder / name)!r}: {error.strerror or error}. Take"
                    " away what is in its place, or give another folder."
                ) from error

    def finish(self) -> TaskRun:
        """Write the side-car; give how the run went."""
        request, sidecar = self.request, str(self._sidecar())
        made = TaskRun(
            task=request.task,
            subject=request.subject,
            state=DONE,
            folder=str(self.folder),
            files=tuple(self.written),
            exit_code=0,
            began_s=self.began_s,
            seconds=time.time() - self.began_s,
            sidecar_path=sidecar,
            request=request,
            provenance=Provenance(
                warnings=tuple(dict.fromkeys(self.warnings)),
                approximate=" ".join(dict.fromkeys(self.approximate)),
                sidecar_path=sidecar,
                versions=(("nuwidgets", nuwidgets.__version__),),
            ),
        )
        save_text(made.sidecar_path, json.dumps(self._said(made), indent=2) + "\n", overwrite=True)
        return made

    def _sidecar(self) -> Path:
        """Give the side-car's place; one of other products in this folder is left alone."""
        usual = self.folder / SIDECAR
        try:
            others = {one["path"] for one in json.loads(usual.read_text("utf-8"))["files"]}
        except (OSError, ValueError, LookupError, TypeError):
            others = set()
        if others <= set(self.written):
            return usual
        return self.folder / f"{self.written[0]}.{SIDECAR}"

    def _said(self, made: TaskRun) -> dict[str, Any]:
        """Give what the side-car says: what that of a HEASoft run does, and what is approximate."""
        provenance = made.provenance
        return {
            "made_by": f"nuwidgets {nuwidgets.__version__}, Python {sys.version.split()[0]}",
            "engine": "embedded",
            "task": made.task,
            "subject": made.subject,
            "versions": dict(provenance.versions),
            "began_utc": _utc(made.began_s),
            "ended_utc": _utc(made.began_s + made.seconds),
            "seconds": made.seconds,
            "exit_code": made.exit_code,
            "given": self.request.given,
            "parameters": self.values,
            "inputs": list(dict.fromkeys(self.read)),
            "files": [_described(self.folder, name) for name in made.files],
            "warnings": list(provenance.warnings),
            "approximate": provenance.approximate,
        }


def _described(folder: Path, name: str) -> dict[str, Any]:
    data = (folder / name).read_bytes()
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def beside(run: Run, name: str, events: Path, ending: str) -> str:
    """Give a file that belongs to an event file: as said, or found beside it; empty for ``NONE``.

    Parameters
    ----------
    run : Run
    name : str
        The parameter that may name it.
    events : Path
        The event file.
    ending : str
        How its name goes on after stem and module, e.g. ``"_det1.fits"``.
    """
    said = run.text(name)
    if said.upper() != "DEFAULT":
        return said
    return find_beside(events, ending)
