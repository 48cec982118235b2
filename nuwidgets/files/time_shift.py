"""Times of one file in the clock of another: reference times that differ, barycentred times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.files.pointing import mjdref_of

if TYPE_CHECKING:
    from nuwidgets.domain.events import Pointing
    from nuwidgets.files.header import Header

DAY_S = 86400.0
SAME_S = 0.1
"""Reference times closer than this are the same: headers round them differently."""
_DYNAMIC = ("TT", "TDT", "TDB", "ET")
"""Time systems that stay within 2 ms of each other."""


def shift_s(header: Header, pointing: Pointing, path: str) -> tuple[float, str]:
    """Give what is added to the times of a file to have them in the clock of events, and say so.

    Parameters
    ----------
    header : Header
        Of the file's table.
    pointing : Pointing
        Of the events.
    path : str
        The file, for messages.

    Returns
    -------
    shift : float, s
    says : str
        A sentence where there is a shift; else empty.

    Raises
    ------
    FileError
        If the times of one are those at the barycentre, and of the other those of the spacecraft,
        or the time systems differ.
    """
    _check_place(header.name("TIMEREF").upper(), pointing.timeref.upper(), path)
    _check_system(header.name("TIMESYS").upper(), pointing.timesys.upper(), path)
    reference = mjdref_of(header)
    if not reference or not pointing.mjdref_days:
        return 0.0, ""
    shift = (reference - pointing.mjdref_days) * DAY_S
    if abs(shift) < SAME_S:
        return 0.0, ""
    says = (
        f"The times of {path!r} count from MJD {reference!r}, those of the events from"
        f" {pointing.mjdref_days!r}: they were moved by {shift:.3f} s."
    )
    return shift, says


def _check_place(theirs: str, ours: str, path: str) -> None:
    if theirs and (theirs == "SOLARSYSTEM") != (ours == "SOLARSYSTEM"):
        where = {True: "at the Sun's barycentre", False: "of the spacecraft"}
        raise FileError(
            f"Cannot use {path!r}: its times are those {where[theirs == 'SOLARSYSTEM']}, those of"
            f" the events are those {where[ours == 'SOLARSYSTEM']}; they differ by up to 500 s."
            " Choose times with the event file from before barycorr, or correct this file as well."
        )


def _check_system(theirs: str, ours: str, path: str) -> None:
    if theirs and ours and theirs != ours and not {theirs, ours} <= set(_DYNAMIC):
        raise FileError(
            f"Cannot use {path!r}: its times are in {theirs}, those of the events in {ours}. Give a"
            f" file whose times are in {ours}."
        )
