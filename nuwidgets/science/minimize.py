"""Find the smallest value of a statistic within limits, with MINUIT's MIGRAD.

MIGRAD (James & Roos 1975, 1975CoPhC..10..343J, through iminuit) finds the minimum, in units of the
widths of the parabola it starts from, and says whether it is one. It is led into the right valley
by a few damped steps: a statistic is minus twice a log-likelihood (or chi-square), summed over
bins whose predictions have been differentiated, so its curvature is known without second
derivatives of the model. XSPEC's ``leven`` takes its errors from the same curvature, as we do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from nuwidgets.science.minuit import InWidths, scaled, widths

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Mask

CLOSE = 1e-6
"""Distance in the statistic to its minimum, as foretold by MIGRAD, that counts as arrived."""
NEAR = 0.1
"""Such a distance from which MIGRAD goes on; from farther away it meets limits and stays there."""
TURNS = 4
"""How often MIGRAD may start, each time led a hundred times nearer."""
SURE = 10.0
"""Where MIGRAD has arrived, the curvature foretells, or the last turn won, so many `close`."""
STEPS, STUCK = 200, 1e8
"""Damped steps that may be tried in a turn, and damping beyond which no smaller one is."""
CALLS = 2000
"""Evaluations that one run of MIGRAD may take."""
CLOSE_BY, ON_LIMIT = 1.0, 1e-2
"""Widths of the parabola to a limit from which a step goes onto it, and MIGRAD has reached it."""
SINGULAR = 1e-11
"""Smallest eigenvalue of the scaled curvature that still tells parameters apart."""


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
    walk = _Walk(objective, start, np.zeros(len(start), bool) if fixed is None else fixed, report)
    near, before, converged = NEAR, np.inf, False
    for _ in range(TURNS):
        walk.approach(near)
        held = walk.held
        valid = bool(held.all()) or walk.migrad(held, close)
        left = min(walk.depth, before - walk.slopes.statistic)
        converged = valid and np.array_equal(walk.held, held) and left < SURE * close
        if converged:
            break
        near, before = min(near, walk.depth) / 100, walk.slopes.statistic
    return Minimum(walk.x, walk.slopes.statistic, walk.slopes, walk.held, converged)


def covariance(found: Minimum) -> tuple[Floats, bool]:
    """Give the covariance of the values, and whether the curvature tells them apart.

    The inverse of half the curvature; rows and columns of values at a limit are NaN.

    Returns
    -------
    ndarray, shape (n, n)
    bool
    """
    moving = ~found.held
    result = np.full_like(found.slopes.curvature, np.nan)
    if not moving.any():
        return result, True
    unit, scale = scaled(found.slopes.curvature[np.ix_(moving, moving)])
    sizes, axes = np.linalg.eigh(unit)
    distinct = bool(sizes[0] > SINGULAR)
    inverse = (axes / np.maximum(sizes, SINGULAR)) @ axes.T
    result[np.ix_(moving, moving)] = 2 * inverse / np.outer(scale, scale)
    return result, distinct


class _Walk:
    """A walk down the statistic: where it stands, and the slopes there."""

    def __init__(
        self,
        objective: Objective,
        start: Floats,
        fixed: Mask,
        report: Callable[[int, float], None] | None,
    ) -> None:
        self.objective, self._fixed, self._report = objective, fixed, report
        self._number, self._lowest = 0, np.inf
        self.x = np.clip(start, objective.lo, objective.hi)
        self.slopes = objective.slopes(self.x)

    @property
    def held(self) -> Mask:
        """Which values rest at a limit that the slope pushes them against, or are fixed."""
        low = (self.x <= self.objective.lo) & (self.slopes.gradient >= 0)
        high = (self.x >= self.objective.hi) & (self.slopes.gradient <= 0)
        return self._fixed | low | high

    @property
    def depth(self) -> float:
        """How far the bottom of the parabola lies below."""
        return -0.5 * float(self.slopes.gradient @ self._step(0.0))

    def approach(self, near: float) -> None:
        """Go down by damped steps (Marquardt 1963, SIAM J. Appl. Math. 11, 431)."""
        damping = 1e-2
        for _ in range(STEPS):
            leaving = (self.x <= self.objective.lo) | (self.x >= self.objective.hi)
            arrived = self.depth < near and not (leaving & ~self.held).any()
            if arrived or damping > STUCK:
                break
            trial = self._inside(self._step(damping))
            if self.objective.statistic(trial) < self.slopes.statistic:
                self.x, self.slopes = trial, self.objective.slopes(trial)
                self._tell(self.slopes)
                damping = max(damping / 10, 1e-9)
            else:
                damping *= 10

    def migrad(self, held: Mask, close: float) -> bool:
        """Go where MIGRAD leads, on a limit that it comes to; say whether it calls it a minimum."""
        seen = InWidths(self.objective, self.x, self.slopes, self._tell)
        minuit = seen.minuit(held, close).migrad(ncall=CALLS, iterate=1)
        x = np.where(held, self.x, seen.values(minuit.values))
        gradient, reach = seen.slopes(x).gradient, ON_LIMIT * seen.width
        low = ~held & (gradient > 0) & (x - self.objective.lo < reach)
        high = ~held & (gradient < 0) & (self.objective.hi - x < reach)
        x = np.where(low, self.objective.lo, np.where(high, self.objective.hi, x))
        slopes = seen.slopes(x)
        if slopes.statistic <= self.slopes.statistic:
            self.x, self.slopes = x, slopes
        return bool(minuit.valid) and slopes.statistic < self.slopes.statistic + close

    def _step(self, damping: float) -> Floats:
        """Give the damped step to the bottom, shape (n,)."""
        moving = np.flatnonzero(~self.held)
        unit, scale = scaled(self.slopes.curvature[np.ix_(moving, moving)])
        inverse = np.linalg.pinv(unit + damping * np.eye(len(moving)), SINGULAR, hermitian=True)
        step = np.zeros(len(self.x))
        step[moving] = -(inverse @ (self.slopes.gradient[moving] / scale)) / scale
        return step

    def _inside(self, step: Floats) -> Floats:
        """Give the end of a step, which goes half the way to a limit unless that is close by."""
        lo, hi = self.objective.lo, self.objective.hi
        room = np.where(step < 0, self.x - lo, hi - self.x)
        width = CLOSE_BY * widths(self.slopes.curvature)
        reach = np.where(room < np.minimum(width, 0.1 * (hi - lo)), room, room / 2)
        trial = self.x + np.sign(step) * np.minimum(np.abs(step), reach)
        return np.asarray(np.clip(trial, lo, hi))

    def _tell(self, slopes: Slopes) -> None:
        self._number, self._lowest = self._number + 1, min(self._lowest, slopes.statistic)
        if self._report:
            self._report(self._number, self._lowest)
