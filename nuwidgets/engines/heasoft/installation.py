"""Where HEASoft is: found in the environment, without importing or running anything."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import EngineMissingError, InputError, nearest
from nuwidgets.files.par_file import ParFile, read_par_file
from nuwidgets.missions.task_book import caldb_of

if TYPE_CHECKING:
    from collections.abc import Mapping

CURE = (
    "Set HEASoft up as its install page says (headas-init, or activate the environment of its conda"
    " packages) before Jupyter is started, then restart the kernel."
)
"""What to do where it is missing."""
_VERSION = re.compile(r"^__version__\s*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
_IN_PATH = re.compile(r"heasoft-?(\d+\.\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Installation:
    """An installed HEASoft."""

    headas: Path
    """Its folder, HEADAS."""
    caldb: str
    """Where the calibration is, CALDB: a folder or an address; empty if it is not set."""
    heasoftpy_version: str
    """Version of heasoftpy; empty if it does not say."""
    version: str
    """Version of HEASoft; empty if its folders do not say."""
    library: Path = field(default_factory=Path)
    """The folder that holds heasoftpy."""
    environ: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The environment it was found in, where that is not the one of this process."""

    def par_file(self, task: str) -> ParFile:
        """Read the parameters of a task.

        Raises
        ------
        InputError
            If there is no such task.
        """
        if not re.fullmatch(r"[\w.+-]+", task) or not self.par_path(task).is_file():
            raise InputError(f"HEASoft has no task {task!r} here. {_near(task, self.tasks())}")
        return read_par_file(self.par_path(task))

    def name_of(self, task: str) -> str:
        """Give a task's name as HEASoft spells it: Python's names have ``_`` for ``-``."""
        dashed = task.replace("_", "-")
        known = not self.par_path(task).is_file() and self.par_path(dashed).is_file()
        return dashed if known else task

    def par_path(self, task: str) -> Path:
        """Give where the parameters of a task are."""
        return self.headas / "syspfiles" / f"{task}.par"

    def program(self, task: str) -> Path | None:
        """Give the executable of a task; None if there is none."""
        binary = self.headas / "bin" / task
        if binary.is_file() and os.access(binary, os.X_OK):
            return binary
        script = binary.with_name(f"{task}.py")
        return script if script.is_file() else None

    def has(self, task: str) -> bool:
        """Whether a task can be run."""
        return self.program(task) is not None and self.par_path(task).is_file()

    def tasks(self) -> tuple[str, ...]:
        """Give the names of all tasks that have parameters, sorted."""
        try:
            found = [path.stem for path in (self.headas / "syspfiles").glob("*.par")]
        except OSError:
            found = []
        return tuple(sorted(found))

    def surroundings(self) -> dict[str, str]:
        """Give the environment that its tasks need, as it is now."""
        return dict(self.environ or os.environ)

    def caldb_version(self, task: str) -> str:
        """Say which calibration a task finds: the date in the name of its mission's index.

        The index is a link to ``index/caldb.indx<date>``; a copy says its own time of change.
        """
        place = caldb_of(task)
        index = Path(self.caldb) / "data" / place / "caldb.indx"
        if not self.caldb or not place or not index.is_file():
            return ""
        dated = re.search(r"\d{8}$", index.resolve().name)
        changed = time.gmtime(index.stat().st_mtime)
        return dated[0] if dated else time.strftime("index of %Y-%m-%dT%H:%M:%SZ", changed)


def _near(task: str, known: tuple[str, ...]) -> str:
    """Name the nearest tasks: HEASoft has hundreds."""
    return nearest(task, known).partition(" Known:")[0]


def find_installation(environ: Mapping[str, str] | None = None) -> Installation:
    """Find HEASoft.

    Parameters
    ----------
    environ : mapping of str to str, optional
        Where to look; the environment of this process when left out.

    Raises
    ------
    EngineMissingError
        If it is not there; the message says which part is missing and what to do.
    """
    given = os.environ if environ is None else environ
    headas = given.get("HEADAS", "")
    if not headas:
        raise EngineMissingError(f"HEASoft cannot be used: HEADAS is not set. {CURE}")
    home = Path(headas).absolute()  # tasks run in folders of their own
    for part in (home, home / "bin", home / "syspfiles"):
        if not part.is_dir():
            raise EngineMissingError(
                f"HEASoft cannot be used: HEADAS is {headas!r}, and {str(part)!r} is no folder."
                f" {CURE}"
            )
    paths = [*given.get("PYTHONPATH", "").split(os.pathsep), *sys.path]
    found = PathFinder.find_spec("heasoftpy", [path for path in paths if path])
    if found is None or not found.origin:
        raise EngineMissingError(
            f"HEASoft is in {headas!r}, but Python does not find heasoftpy, which comes with it."
            f" {CURE}"
        )
    package = Path(found.origin).absolute().parent
    own = () if environ is None else tuple(sorted(environ.items()))
    return Installation(
        home, given.get("CALDB", ""), _said(package), version_in(home), package.parent, own
    )


def why_not() -> str:
    """Say why HEASoft cannot be used; empty if it can."""
    try:
        find_installation()
    except EngineMissingError as error:
        return str(error)
    return ""


def _said(package: Path) -> str:
    for name in ("version.py", "__init__.py"):
        try:
            found = _VERSION.search((package / name).read_text("utf-8", "replace"))
        except OSError:
            continue
        if found:
            return found[1]
    return ""


def version_in(headas: Path) -> str:
    """Give HEASoft's version: its folder's name has it, or the record of its conda package."""
    found = _IN_PATH.search(str(headas)) or _IN_PATH.search(str(headas.resolve()))
    if found:
        return found[1]
    for folder in (headas, *headas.parents):
        records = sorted((folder / "conda-meta").glob("heasoft-[0-9]*.json"))
        named = _IN_PATH.search(records[-1].name) if records else None
        if named:
            return named[1]
    return ""
