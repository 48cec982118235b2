"""What differs between the data modes of one instrument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """A data mode, such as photon counting; what is None is as the mission has it."""

    says: str
    """What it is called, e.g. ``"photon counting"``."""
    datamode: str = ""
    """DATAMODE in the header of its event files."""
    suffix: str = ""
    """What follows the ObsID in a dataset's name; empty for the letters of the module."""
    events_pattern: str = ""
    """Glob of its level-2 event files as in `Mission.events_pattern`; empty for that one."""
    max_grade: int | None = None
    """Largest grade of good events."""
    binsize_s: float | None = None
    """Length of a light curve's bin by default, s."""
    piled_up_per_s: float | None = None
    """Counts of a source per second above which photons pile up."""
