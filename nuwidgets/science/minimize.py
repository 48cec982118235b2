"""Find the smallest value of a statistic within limits, with MINUIT's MIGRAD.

MIGRAD (James & Roos 1975, 1975CoPhC..10..343J, through iminuit) finds the minimum, in units of the
widths of the parabola it starts from, and says whether it is one. It is led into the right valley
by a few damped steps: a statistic is minus twice a log-likelihood (or chi-square), summed over
bins whose predictions have been differentiated, so its curvature is known without second
derivatives of the model. XSPEC's ``leven`` takes its errors from the same curvature, as we do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import numpy as np

from nuwidgets.science.arrow import SINGULAR
from nuwidgets.science.blockwise import Block
from nuwidgets.science.minuit import scaled
from nuwidgets.science.walk import CLOSE, Walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.science.arrow import Parted

NEAR = 0.1
"""Such a distance from which MIGRAD goes on; from farther away it meets limits and stays there."""
TURNS = 4
"""How often MIGRAD may start, each time led a hundred times nearer."""
BLOCK_TURNS = 12
"""How often blocks may be gone through one by one, each time after `SOON` steps of all at once."""
LOOSE = 1e-2
"""Foretold distance at which a block stops while all of them are on the way."""
CLIFF = 1e-3
"""Foretold distance that no step brings, because the model jumps there; for up to ten blocks."""
SURE = 10.0
"""Where MIGRAD has arrived, the curvature foretells, or the last turn won, so many `close`."""
SOON, SOON_ALONE = 8, 16
"""Damped steps that all blocks at once may take in a row, and in which `settle` must arrive."""


class Slopes(NamedTuple):
    """A statistic and how it changes with the parameters."""

    statistic: float
    """Value."""
    gradient: Floats
    """First derivatives, shape (n,)."""
    curvature: Floats
    """Second derivatives without those of the model itself, shape (n, n)."""


class Objective(Protocol):
    """A statistic as a function of the free parameters."""

    lo: Floats
    """Lower limits, shape (n,)."""
    hi: Floats
    """Upper limits, shape (n,)."""

    def statistic(self, x: Floats) -> float:
        """Give the statistic at `x`, shape (n,); infinite where the model has no value."""
        ...

    def slopes(self, x: Floats) -> Slopes:
        """Give the statistic with its derivatives at `x`, shape (n,)."""
        ...


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where the statistic is smallest."""

    x: Floats
    """Values, shape (n,)."""
    statistic: float
    """Statistic there."""
    slopes: Slopes
    """Derivatives there."""
    held: Mask
    """Which values are kept from moving by a limit or by the caller, shape (n,)."""
    converged: bool
    """Whether no step leads further down."""

    @cached_property
    def covariance(self) -> tuple[Floats, bool]:
        """What `covariance` gives, computed once."""
        return _covariance(self.slopes.curvature, ~self.held)


def minimize(
    objective: Objective,
    start: Floats,
    fixed: Mask | None = None,
    close: float = CLOSE,
    report: Callable[[int, float], None] | None = None,
) -> Minimum:
    """Give the minimum of a statistic near `start`.

    Parameters
    ----------
    objective : Objective
        The statistic.
    start : ndarray, shape (n,)
        Start values.
    fixed : ndarray of bool, shape (n,), optional
        Values that must not move.
    close : float
        Foretold distance to the minimum, in units of the statistic, at which to stop.
    report : callable, optional
        Called with the number of the step and the statistic reached.
    """
    fixed = np.zeros(len(start), bool) if fixed is None else fixed
    walk = Walk(objective, start, fixed, report)
    near, before, converged, poor = NEAR, np.inf, False, 0
    for _ in range(TURNS if walk.arrow is None else BLOCK_TURNS):
        arrived = walk.approach(near) if walk.arrow is None else walk.approach(close, SOON)
        held = walk.held
        loose = walk.arrow is not None and not arrived
        valid = bool(held.all()) or _finish(walk, fixed, LOOSE if loose else close)
        valid &= not loose
        won = before - walk.slopes.statistic
        converged = (
            valid and np.array_equal(walk.held, held) and min(walk.depth, won) < SURE * close
        )
        # on a cliff, where the model jumps, the slope stays
        cliff, little = CLIFF, close
        if walk.arrow is not None:
            cliff = CLIFF * max(1.0, len(walk.arrow.blocks) / 10)
            little, poor = cliff / 10, poor + (won < cliff)
        if converged or (converged := won < little and walk.depth < cliff) or poor > 1:
            break
        near, before = min(near, walk.depth) / 100, walk.slopes.statistic
    return Minimum(walk.x, walk.slopes.statistic, walk.slopes, walk.held, converged)


def settle(objective: Objective, start: Floats, fixed: Mask, close: float) -> Minimum:
    """Give the minimum beside a start that lies near it: by a few damped steps, else as `minimize`.

    For the refits of a search: where the curvature foretells that no more than `close` is to be
    won, and the last step won what it had foretold, MIGRAD has nothing to add.

    Parameters
    ----------
    objective : Objective
        The statistic.
    start : ndarray, shape (n,)
        Start values.
    fixed : ndarray of bool, shape (n,)
        Values that must not move.
    close : float
        Foretold distance to the minimum, in units of the statistic, at which to stop.
    """
    walk = Walk(objective, start, fixed, None)
    if walk.approach(close, SOON_ALONE):
        return Minimum(walk.x, walk.slopes.statistic, walk.slopes, walk.held, converged=True)
    return minimize(objective, walk.x, fixed, close)


def covariance(found: Minimum) -> tuple[Floats, bool]:
    """Give the covariance of the values, and whether the curvature tells them apart.

    The inverse of half the curvature; rows and columns of values at a limit are NaN.

    Returns
    -------
    ndarray, shape (n, n)
    bool
    """
    return found.covariance


def _covariance(curvature: Floats, moving: Mask) -> tuple[Floats, bool]:
    """Give the inverse of half the curvature where values move, and whether it exists."""
    result = np.full_like(curvature, np.nan)
    if not moving.any():
        return result, True
    unit, scale = scaled(curvature[np.ix_(moving, moving)])
    sizes, axes = np.linalg.eigh(unit)
    distinct = bool(sizes[0] > SINGULAR)
    inverse = (axes / np.maximum(sizes, SINGULAR)) @ axes.T
    result[np.ix_(moving, moving)] = 2 * inverse / np.outer(scale, scale)
    return result, distinct


def _finish(walk: Walk, fixed: Mask, close: float) -> bool:
    """Go where MIGRAD leads, in one block after the other where there are blocks."""
    held = walk.held
    if walk.arrow is None:
        return walk.migrad(held, close)
    x, valid = walk.x.copy(), True
    for number, own in enumerate(walk.arrow.blocks):
        if not held[own].all():
            block = Block(cast("Parted", walk.objective), walk.arrow, number, x)
            found = minimize(block, x[own], fixed[own], close)
            valid &= found.converged
            x[own] = found.x
    if not np.array_equal(x, walk.x):
        walk.x, walk.slopes = x, walk.objective.slopes(x)
    return valid
