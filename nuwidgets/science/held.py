"""What rows of a housekeeping file say of the times between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.gti import Gti

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers, Mask

LONGEST_STEPS = 10.0
"""A row is known for at most so many usual steps; then the file has a gap, and nothing is known."""


def usual_step_s(time_s: Floats) -> float:
    """Give the median distance of two rows, s; 1 s where there are no two."""
    steps = np.diff(time_s)
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else 1.0


def held_until(time_s: Floats) -> Floats:
    """Give until when each row holds, s, shape (n,): to the next one, or one step into a gap.

    Parameters
    ----------
    time_s : ndarray, shape (n,), s, rising

    Notes
    -----
    maketime lets a row hold until the next, however long that is. Here a gap of more than
    `LONGEST_STEPS` usual steps is unknown, but for its first step.
    """
    step = usual_step_s(time_s)
    following = np.append(time_s[1:], np.inf)
    gap = following - time_s > LONGEST_STEPS * step
    return np.where(gap, time_s + step, following)


def rows_at(time_s: Floats, at_s: Floats) -> Integers:
    """Give the row that holds at each time, shape of `at_s`; -1 where none does."""
    if not len(time_s):
        return np.full(np.shape(at_s), -1)
    row = np.searchsorted(time_s, at_s, side="right") - 1
    known = (row >= 0) & (at_s < held_until(time_s)[np.maximum(row, 0)])
    return np.where(known, row, -1)


def good_while(time_s: Floats, good: Mask, edges: str = "hold") -> Gti:
    """Give the times while rows say good.

    Parameters
    ----------
    time_s : ndarray, shape (n,), s, rising
        Time of each row.
    good : ndarray of bool, shape (n,)
    edges : str
        ``"hold"``: each row from its time to the next, as maketime with prefr=0 and postfr=1;
        ``"halfway"``: from half-way after the row before to half-way before the next, as with
        prefr=0.5 and postfr=0.5.
    """
    if not len(time_s):
        return Gti()
    stop = held_until(time_s)
    start = time_s
    if edges == "halfway":
        half = (stop - time_s) / 2
        joined = np.append(False, stop[:-1] >= time_s[1:])
        before = np.where(joined, np.append(0.0, half[:-1]), usual_step_s(time_s) / 2)
        start, stop = time_s - before, time_s + half
    return Gti.of(start[good], stop[good])


def known_times(time_s: Floats) -> Gti:
    """Give the times of which a file says something."""
    return good_while(time_s, np.ones(len(time_s), bool))
