"""Where PyXspec is: found in the environment, without importing or running anything."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.engines.heasoft.installation import version_in
from nuwidgets.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping

PYTHON = "NUWIDGETS_XSPEC_PYTHON"
"""Variable that names the Python for which PyXspec was built, where that is not ours."""
CURE = (
    "Set HEASoft up as its install page says (headas-init, or activate the environment of its conda"
    " packages) before Jupyter is started, then restart the kernel; or choose the embedded engine."
)
"""What to do where a part is missing."""
MANAGER = "spectral/manager/model.dat"
"""XSPEC's list of its models, below HEADAS or beside it."""


@dataclass(frozen=True)
class Installation:
    """A PyXspec that can be started."""

    headas: Path
    """HEASoft's folder, HEADAS."""
    python: str
    """The Python that runs it."""
    library: str
    """The folder that holds the package ``xspec``; empty where only its own Python knows."""
    version: str
    """Version of HEASoft; empty if its folders do not say."""
    environ: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The environment it was found in."""

    @property
    def models(self) -> Path | None:
        """XSPEC's list of its models, ``model.dat``; None if it is not there."""
        return model_list(self.headas)

    def surroundings(self) -> dict[str, str]:
        """Give the environment that its process needs."""
        environ = dict(self.environ)
        paths = [self.library, *environ.get("PYTHONPATH", "").split(os.pathsep)]
        known = os.pathsep.join(dict.fromkeys(path for path in paths if path))
        return {**environ, "HEADAS": str(self.headas), "PYTHONPATH": known}


def model_list(headas: Path) -> Path | None:
    """Give XSPEC's list of its models in a HEASoft; None if it is not there."""
    places = (headas.parent / MANAGER, headas / MANAGER)
    return next((place for place in places if place.is_file()), None)


def find_xspec(environ: Mapping[str, str] | None = None) -> Installation:
    """Find PyXspec.

    Parameters
    ----------
    environ : mapping of str to str, optional
        Where to look; the environment of this process when left out.

    Raises
    ------
    EngineMissingError
        If it is not there; the message says which part is missing and what to do.
    """
    given = dict(os.environ if environ is None else environ)
    headas = given.get("HEADAS", "")
    if not headas:
        raise EngineMissingError(f"XSPEC cannot be used: HEADAS is not set. {CURE}")
    home = Path(headas).absolute()
    if not home.is_dir():
        raise EngineMissingError(
            f"XSPEC cannot be used: HEADAS is {headas!r}, which is no folder. {CURE}"
        )
    named = given.get(PYTHON, "")
    python = shutil.which(named, path=given.get("PATH")) if named else sys.executable
    if not python:
        raise EngineMissingError(
            f"XSPEC cannot be used: {PYTHON} is {named!r}, which is no program. Name the Python"
            " that HEASoft was built with, or unset it to use this one."
        )
    library = _library(given, home, own=not named)
    if not library and not named:
        raise EngineMissingError(
            f"XSPEC cannot be used: HEASoft is in {headas!r}, but Python does not find its package"
            f" 'xspec' (PyXspec). If it was built for another Python, name that as {PYTHON}. {CURE}"
        )
    return Installation(home, python, library, version_in(home), tuple(sorted(given.items())))


def _library(given: Mapping[str, str], home: Path, *, own: bool) -> str:
    """Give the folder that holds the package; empty if it is not found."""
    paths = [*given.get("PYTHONPATH", "").split(os.pathsep), str(home / "lib" / "python")]
    paths += sys.path if own else []
    found = PathFinder.find_spec("xspec", [path for path in paths if path])
    if found is None or not found.origin:
        return ""
    return str(Path(found.origin).absolute().parent.parent)


def why_not() -> str:
    """Say why XSPEC cannot be used; empty if it can."""
    try:
        find_xspec()
    except EngineMissingError as error:
        return str(error)
    return ""
