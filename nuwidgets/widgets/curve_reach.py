"""How far a curve reaches in y: what an axis must show of values and of their error bars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.widgets.curve_maths import positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.widgets.curve_maths import Array, Bars

LONG_BAR, SIGMAS = 10.0, 3.0
"""A bar so many times as long as half of the others, of a value within so many errors of 0."""
DOWNWARDS = 0.25
"""Part of the span of the values that bars may add below, on a logarithmic axis."""


def reach(bars: Bars, x_range: tuple[float, float], *, log: bool) -> tuple[float, float] | None:
    """Find the lowest and highest y to show within a range of x; None if there is nothing to show.

    Error bars count, but no further than once the span of the values beyond them, so that poor
    points do not flatten the others. On a linear axis those with much longer bars than most do not
    count, unless they are far from 0. On a logarithmic one, where a bar that ends near 0 is long,
    bars count a quarter of the span downwards, and values whose bars reach 0 do not count.

    Parameters
    ----------
    bars : Bars
        Values and the ends of their bars.
    x_range : tuple of float
        What of x is in view.
    log : bool
        Whether the axis is logarithmic.

    Examples
    --------
    >>> from nuwidgets.widgets.curve_maths import Bars
    >>> x, y, error = np.arange(4.0), np.array([1, 2, 3, 99.0]), np.array([1, 1, 1, 99.0])
    >>> reach(Bars(x, x, x, y, y - error, y + error), (0, 9), log=False)
    (0.0, 4.0)
    """
    seen = (bars.x_hi >= x_range[0]) & (bars.x_lo <= x_range[1])
    y, y_lo, y_hi = _logarithms(bars, seen) if log else _good(bars, seen)
    if not np.isfinite(y).any():
        return None
    lo, hi = float(np.nanmin(y)), float(np.nanmax(y))
    span = hi - lo if hi > lo else math.inf
    ends = np.concatenate([y, y_lo, y_hi])
    ends = ends[np.isfinite(ends)]
    below = DOWNWARDS * span if log else span
    lo, hi = max(float(ends.min()), lo - below), min(float(ends.max()), hi + span)
    return (10**lo, 10**hi) if log else (lo, hi)


def _logarithms(bars: Bars, seen: NDArray[np.bool_]) -> list[Array]:
    """Give logarithms of values and ends; of values whose bars reach 0, of the ends only."""
    y, y_lo, y_hi = (np.log10(positive(a[seen])) for a in (bars.y, bars.y_lo, bars.y_hi))
    good = np.where((bars.y_lo[seen] <= 0) & np.isfinite(y_hi), np.nan, y)
    return [good if np.isfinite(good).any() else y, y_lo, y_hi]


def _good(bars: Bars, seen: NDArray[np.bool_]) -> list[Array]:
    """Give values and ends without those of poor points."""
    y, y_lo, y_hi = ends = [a[seen] for a in (bars.y, bars.y_lo, bars.y_hi)]
    error = (y_hi - y_lo) / 2
    known = error[np.isfinite(error)]
    if not known.size:
        return ends
    with np.errstate(invalid="ignore"):
        poor = (error > LONG_BAR * np.median(known)) & (np.abs(y) < SIGMAS * error)
    return [np.where(poor, np.nan, a) for a in ends]
