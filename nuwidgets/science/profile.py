"""The end of an interval by Newton's method: all values at once, not refit after refit.

Venzon & Moolgavkar 1988, Appl. Stat. 37, 87: where the statistic has risen by the right amount and
no other value can lower it, found from its slopes and curvature in a handful of steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.science.arrow import SINGULAR
from nuwidgets.science.minimize import Minimum, covariance
from nuwidgets.science.minuit import scaled
from nuwidgets.science.probe import lower_nearby

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.science.minimize import Objective, Slopes

NEW_MINIMUM = 0.01
"""A statistic lower by more than this than the best one is a new minimum."""
STEPS = 25
"""Steps that may be taken to one end."""
RISEN, SETTLED = 2e-3, 1e-3
"""Shares of the rise by which the end may miss it, and the other values may still lower it."""
SOON, HOPELESS = 3, 10.0
"""After so many steps the rise must be less than so many times the one that is searched."""
DIP = 0.02
"""Share of the rise by which a dip beside the end must lie lower to be gone down into."""
ON_THE_WAY = (0.25, 0.5, 0.75)
"""Shares of the way to an end at which it is looked for a second valley."""
APART = 1e-3
"""Correlation below which two values have nothing to do with each other."""
FARTHEST = 3.0
"""How much farther from the minimum one step may lead."""


class Point(NamedTuple):
    """Where the search ended: at the end, at a better fit, or nowhere."""

    x: Floats
    """Values, shape (n,)."""
    statistic: float
    """Statistic there."""
    found: bool
    """Whether it is the end that was searched."""


def profile_end(
    objective: Objective,
    best: Minimum,
    index: int,
    delta: float,
    sign: int,
    start: Floats | None = None,
) -> Point:
    """Give the point where one value ends its interval, the others at their best.

    Parameters
    ----------
    objective : Objective
        The statistic.
    best : Minimum
        Its minimum.
    index : int
        Which value, from 0.
    delta : float
        Rise of the statistic.
    sign : int
        Lower (-1) or upper (+1) end.
    start : ndarray, shape (n,), optional
        A point beside the end, whose surroundings have been looked at.
    """
    matrix, _ = covariance(best)
    variance = matrix[index, index]
    if not (np.isfinite(variance) and variance > 0):
        return Point(best.x, best.statistic, found=False)
    column = np.nan_to_num(matrix[index] / np.sqrt(variance))
    widths = np.sqrt(np.nan_to_num(np.diag(matrix)))
    x = _inside(objective, best.x + sign * np.sqrt(delta) * column) if start is None else start
    slopes = objective.slopes(x)
    for number in range(STEPS):
        rise = slopes.statistic - best.statistic
        if not -NEW_MINIMUM <= rise < (HOPELESS * delta if number >= SOON else np.inf):
            break
        moving = _moving(objective, x, slopes, index)
        step, left = _step(slopes, moving, index, rise - delta, sign)
        if abs(rise - left - delta) < RISEN * delta and left < SETTLED * delta:
            end = Point(x, slopes.statistic, found=True)
            if start is not None:
                return end
            here = Minimum(x, slopes.statistic, slopes, ~moving, converged=True)
            among = _near(objective, index) & (np.abs(column) > APART * widths)
            lower = lower_nearby(objective, here, DIP * delta, among)
            if lower is None:
                return _checked(objective, best, end, index, column)
            x = lower
        else:
            x = _inside(objective, x + _short(step, best.x[index] - x[index], index))
        slopes = objective.slopes(x)
    return Point(x, slopes.statistic, found=False)


def _checked(objective: Objective, best: Minimum, end: Point, index: int, column: Floats) -> Point:
    """Give the end, if it is no limit and the way there neither falls nor rises above it."""
    highest = end.statistic + DIP * (end.statistic - best.statistic)
    way = end.x - best.x
    ahead = column * (way[index] / column[index])  # as the others set out from the minimum
    for share in ON_THE_WAY:
        x = _inside(objective, best.x + share * ahead + share**2 * (way - ahead))
        on_the_way = objective.statistic(x)
        if on_the_way < best.statistic - NEW_MINIMUM:
            return Point(x, on_the_way, found=False)
        if on_the_way > highest:
            return end._replace(found=False)
    at_limit = end.x[index] <= objective.lo[index] or end.x[index] >= objective.hi[index]
    return end._replace(found=not at_limit)


def _step(
    slopes: Slopes, moving: Mask, index: int, missing: float, sign: int
) -> tuple[Floats, float]:
    """Give the step to where the parabola ends, and how far the others alone still lower it."""
    others = np.flatnonzero(moving)
    gradient, curvature = slopes.gradient, slopes.curvature
    unit, scale = scaled(curvature[np.ix_(others, others)])
    inverse = np.linalg.pinv(unit, SINGULAR, hermitian=True) / np.outer(scale, scale)
    down = -inverse @ gradient[others]
    along = -inverse @ curvature[others, index]
    left = -0.5 * float(gradient[others] @ down)
    slope = float(gradient[index] + curvature[index, others] @ down)
    bend = float(curvature[index, index] + curvature[index, others] @ along)
    step = np.zeros(len(gradient))
    step[index] = _root(bend, slope, missing - left, sign)
    step[others] = down + along * step[index]
    return step, left


def _root(bend: float, slope: float, value: float, sign: int) -> float:
    """Give where value + slope x + bend x^2 / 2 crosses 0 rising in the direction of `sign`."""
    inside = slope * slope - 2.0 * bend * value
    if bend > 0 and inside >= 0:
        return (sign * float(np.sqrt(inside)) - slope) / bend
    return -value / slope if slope * sign > 0 else 0.0


def _moving(objective: Objective, x: Floats, slopes: Slopes, index: int) -> Mask:
    """Say which values may move: neither the searched one nor those pushed against a limit."""
    low = (x <= objective.lo) & (slopes.gradient >= 0)
    high = (x >= objective.hi) & (slopes.gradient <= 0)
    moving = ~(low | high)
    moving[index] = False
    return moving


def _short(step: Floats, back: float, index: int) -> Floats:
    """Give the step, shortened so that it leads neither beyond the minimum nor far away."""
    ahead = step[index]
    longest = FARTHEST * abs(back) if ahead * back < 0 else 0.9 * abs(back)
    return step * min(1.0, longest / abs(ahead)) if ahead else step


def _near(objective: Objective, index: int) -> Mask:
    """Say which values are shared by all blocks or in that of one value; all without blocks."""
    arrow = getattr(objective, "arrow", None)
    if arrow is None:
        return np.ones(len(objective.lo), bool)
    block = arrow.block_of(index)
    near = arrow.shared if block is None else arrow.own(block)
    return np.isin(np.arange(len(objective.lo)), near)


def _inside(objective: Objective, x: Floats) -> Floats:
    return np.asarray(np.clip(x, objective.lo, objective.hi))
