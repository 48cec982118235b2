"""Files that belong to a NuSTAR event file: those with its aspect lie beside it, in hk or auxil."""

from __future__ import annotations

import re
from pathlib import Path

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
    found = re.match(r"nu\d{11}[AB]", events.name)
    if not found:
        return ()
    folders = events.parent, events.parent.parent / "hk", events.parent.parent / "auxil"
    names = f"{found[0]}{ending}", f"{found[0]}{ending}.gz"
    return tuple(str(folder / name) for folder in folders for name in names)


def find_beside(events_path: str | Path, ending: str) -> str:
    """Give the first of these that is there; empty without one."""
    there = (path for path in places_beside(events_path, ending) if Path(path).is_file())
    return next(there, "")
