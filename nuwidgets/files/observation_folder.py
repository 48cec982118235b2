"""Which observation a folder holds, by the names of the files in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.missions.base import Mission


def observation_of(folder: str) -> tuple[Mission, str]:
    """Give the mission and the ObsID of an observation's folder, laid out as in the archive.

    Raises
    ------
    FileError
        If it is missing, or holds files of no observation or of several.
    """
    home = Path(folder)
    if not home.is_dir():
        raise FileError(f"There is no folder {folder!r}. Give the folder of an observation.")
    found: dict[tuple[str, str], Mission] = {}
    for name, mission in missions().items():
        pattern = re.compile(rf"{re.escape(mission.letters)}({mission.obsid_pattern})\D")
        for place in mission.places:
            for file in (home / place).glob(f"{mission.letters}*"):
                if match := pattern.match(file.name):
                    found[name, match[1]] = mission
    if len(found) == 1:
        (_, obs_id), mission = next(iter(found.items()))
        return mission, obs_id
    what = f"the files of {len(found)} observations" if found else "no files of an observation"
    places = "; ".join(", ".join(f"{p}/" for p in m.places) for m in missions().values())
    raise FileError(
        f"{folder!r} holds {what} where the archive has them ({places})."
        " Give the folder of one observation, as it was downloaded."
    )


def observations_in(folder: str | PathLike[str]) -> tuple[Path, ...]:
    """Give the observations' folders in a folder, by name: those that are called as an ObsID is."""
    home = Path(folder).expanduser()
    if _is_obsid(home.name) or not home.is_dir():
        return ()
    return tuple(sorted(one for one in home.iterdir() if one.is_dir() and _is_obsid(one.name)))


def _is_obsid(name: str) -> bool:
    return any(re.fullmatch(mission.obsid_pattern, name) for mission in missions().values())
