"""A simulated observation, so that everything can be tried without an archive or HEASoft."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.files.cache import cache_folder

if TYPE_CHECKING:
    from nuwidgets.simulation.observation import Report

VERSION = 2
"""Goes up when the simulation changes, so that an older one is made anew."""

__all__ = ["cache_folder", "demo_folder", "simulate"]


def demo_folder(folder: str | Path | None = None, report: Report | None = None) -> Path:
    """Give the folder of the simulated observation; it is simulated once, in seconds, and kept.

    Parameters
    ----------
    folder : str or Path, optional
        Where it is or shall be; the user's cache folder unless given.
    report : callable, optional
        Told the fraction done, 0 to 1, and the stage.

    Raises
    ------
    FileError
        If it cannot be written there.
    """
    from nuwidgets.errors import FileError
    from nuwidgets.simulation.truth import FILES, OBS_ID

    place = Path(folder).expanduser() if folder is not None else cache_folder()
    home = place / f"demo-{VERSION}"
    if any(not (home / OBS_ID / name).is_file() for name in FILES):
        try:
            _make(place, home, report)
        except OSError as error:
            raise FileError(
                f"Cannot write the simulated observation to {str(place)!r}: {error}. Give another"
                " folder, or set NUWIDGETS_CACHE to one you can write to."
            ) from error
    return home / OBS_ID


def _make(place: Path, home: Path, report: Report | None) -> None:
    """Simulate in a folder of its own, then move it, or what is missing, into place."""
    from nuwidgets.simulation.observation import simulate
    from nuwidgets.simulation.truth import FILES, OBS_ID

    place.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="demo-", dir=place))
    try:
        simulate(building, report=report)
        if not home.exists():
            building.chmod(0o755)
            building.rename(home)
        for name in (name for name in FILES if not (home / OBS_ID / name).is_file()):
            (home / OBS_ID / name).parent.mkdir(parents=True, exist_ok=True)
            (building / OBS_ID / name).replace(home / OBS_ID / name)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def __getattr__(name: str) -> object:
    """Import the simulation when it is first used."""
    if name == "simulate":
        from nuwidgets.simulation.observation import simulate

        return simulate
    raise AttributeError(f"module 'nuwidgets.simulation' has no attribute {name!r}")
