"""Files with the aspect of an event file's detectors: they lie beside it, in hk or auxil."""

from __future__ import annotations

import re
from pathlib import Path

from nuwidgets.missions.base import missions

DET1, AXIS = "_det1.fits", "_oa.fits"
"""How the names of files go on after stem and module: the detectors' place, the optical axis."""


def places_beside(events_path: str | Path, ending: str) -> tuple[str, ...]:
    """Give the paths where a file that belongs to an event file may lie, the nearest first.

    Parameters
    ----------
    events_path : path
        ``.../event_cl/nu<obsid>A01_cl.evt`` (or B).
    ending : str
        How the file's name goes on after stem and module, e.g. ``"_det1.fits"``.
    """
    events = Path(events_path)
    known = (one for one in missions().values() if one.detectors)
    found = ((one, re.match(one.stem_pattern, events.name)) for one in known)
    mission, match = next(((one, match) for one, match in found if match), (None, None))
    if mission is None or match is None:
        return ()
    folders = events.parent, events.parent.parent / "hk", events.parent.parent / "auxil"
    stem = f"{mission.letters}{match['obs_id']}{match['module']}"
    names = f"{stem}{ending}", f"{stem}{ending}.gz"
    return tuple(str(folder / name) for folder in folders for name in names)


def find_beside(events_path: str | Path, ending: str) -> str:
    """Give the first of these that is there; empty without one."""
    there = (path for path in places_beside(events_path, ending) if Path(path).is_file())
    return next(there, "")
