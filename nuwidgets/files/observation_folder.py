"""Which observation a folder holds, by the names of the files in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from nuwidgets.missions.base import Mission

PLACES = {
    "NuSTAR": ("event_uf", "event_cl", "auxil", "hk"),
    "Swift": ("xrt/event", "auxil", "xrt/hk"),
}
"""Where the archive has files whose names begin with letters of the mission and the ObsID."""
LETTERS = {"NuSTAR": "nu", "Swift": "sw"}


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
        pattern = re.compile(rf"{LETTERS[name]}({mission.obsid_pattern})\D")
        for place in PLACES[name]:
            for file in (home / place).glob(f"{LETTERS[name]}*"):
                if match := pattern.match(file.name):
                    found[name, match[1]] = mission
    if len(found) == 1:
        (_, obs_id), mission = next(iter(found.items()))
        return mission, obs_id
    what = f"the files of {len(found)} observations" if found else "no files of an observation"
    raise FileError(
        f"{folder!r} holds {what} where the archive has them (event_uf/, hk/, auxil/; xrt/event/)."
        " Give the folder of one observation, as it was downloaded."
    )
