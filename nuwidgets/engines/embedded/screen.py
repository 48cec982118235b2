"""Keep the events of the chosen times and grades."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.science.binned_rates import LiveClock

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.events import Events, ScreenRequest
    from nuwidgets.domain.gti import Gti


def solve_screen(request: ScreenRequest, above: tuple[Events], token: Any) -> Events:
    """Give the events that pass the user's filters, and the dead time over the times left.

    Events outside all good times go too, as in xselect; without filters the same arrays come back.

    Raises
    ------
    InputError
        If the chosen times have nothing in common with the good times.
    """
    events = above[0]
    gti = events.gti if request.user_gti is None else events.gti.intersect(request.user_gti)
    if not gti.intervals and request.user_gti is not None:
        raise InputError(
            f"Cannot screen the events: the chosen times ({_span(request.user_gti)}) have nothing"
            f" in common with the good times ({_span(events.gti)}). Choose times in seconds of"
            " mission time."
        )
    token.check()
    keep = _in_time(events.time_s, gti)
    if request.max_grade is not None and not np.all(graded := events.grade <= request.max_grade):
        keep = graded if keep is None else keep & graded
    changes: dict[str, Any] = {"gti": gti, "deadc": _deadc(events, gti)}
    return replace(events, **changes) if keep is None else events.where(keep, **changes)


def _span(gti: Gti) -> str:
    """Say from when to when good times reach."""
    if not gti.intervals:
        return "none"
    return f"{gti.intervals[0][0]:.1f} to {gti.intervals[-1][1]:.1f} s"


def _in_time(time_s: Floats, gti: Gti) -> Mask | None:
    """Say which events are in good time; None for all (found at once where times are sorted)."""
    if not len(time_s):
        return None
    if np.all(time_s[1:] >= time_s[:-1]):
        first, last = np.searchsorted(time_s, gti.start_s), np.searchsorted(time_s, gti.stop_s)
        if int(np.sum(last - first)) == len(time_s):
            return None
        inside = np.zeros(len(time_s), bool)
        for lo, hi in zip(first.tolist(), last.tolist(), strict=True):
            inside[lo:hi] = True
        return inside
    inside = gti.contains(time_s)
    return None if inside.all() else inside


def _deadc(events: Events, gti: Gti) -> float:
    """Give the live fraction over good times: from the record where there is one."""
    if gti == events.gti or events.livetime is None:
        return events.deadc
    record = events.livetime
    fraction = LiveClock.of(record, gti).mean
    return fraction if 0 < fraction <= 1 else events.deadc
