"""Find the smallest value of a statistic within limits: Levenberg-Marquardt, MIGRAD in need.

A statistic is minus twice a log-likelihood (or chi-square), summed over bins whose predictions
have been differentiated: its slopes are cheap and its curvature is known without second
derivatives of the model. That is what XSPEC's ``leven`` uses, so both end in the same valley
and quote the same errors. Where it gets stuck, MINUIT's MIGRAD (James & Roos 1975,
1975CoPhC..10..343J, through iminuit) takes over from the best point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Mask

CLOSE = 1e-6
"""Distance in the statistic to its minimum, as foretold by the slopes, that counts as arrived."""
STUCK = 1e10
"""Damping beyond which no smaller step is worth trying."""
CLOSE_BY = 1.0
"""A limit nearer than so many widths of the parabola is stepped on; else it is approached."""
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
    fixed = np.zeros(len(start), bool) if fixed is None else fixed
    found = _levenberg(objective, start, fixed, close, report)
    if found.converged:
        return found
    again = _levenberg(objective, _migrad(objective, found), fixed, close, report)
    return again if again.statistic <= found.statistic else found


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
    scaled, scale = _scaled(found.slopes.curvature[np.ix_(moving, moving)])
    sizes, axes = np.linalg.eigh(scaled)
    distinct = bool(sizes[0] > SINGULAR)
    inverse = (axes / np.maximum(sizes, SINGULAR)) @ axes.T
    result[np.ix_(moving, moving)] = 2 * inverse / np.outer(scale, scale)
    return result, distinct


def _scaled(curvature: Floats) -> tuple[Floats, Floats]:
    """Give the curvature with ones on its diagonal, and the roots it was divided by."""
    diagonal = np.diag(curvature)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return curvature / np.outer(scale, scale), scale


def _held(objective: Objective, x: Floats, gradient: Floats, fixed: Mask) -> Mask:
    """Say which values rest at a limit that the slope pushes them against, or are fixed."""
    low = (x <= objective.lo) & (gradient >= 0)
    high = (x >= objective.hi) & (gradient <= 0)
    return fixed | low | high


def _inside(objective: Objective, x: Floats, step: Floats, slopes: Slopes) -> Floats:
    """Give the end of a step, which goes half the way to a limit unless that is close by."""
    room = np.where(step < 0, x - objective.lo, objective.hi - x)
    _, scale = _scaled(slopes.curvature)
    near = room < np.minimum(CLOSE_BY / scale, 0.1 * (objective.hi - objective.lo))
    short = np.minimum(np.abs(step), np.where(near, room, room / 2))
    return np.asarray(np.clip(x + np.sign(step) * short, objective.lo, objective.hi))


class _Valley:
    """The parabola that the slopes describe, in the values that may move."""

    def __init__(self, slopes: Slopes, held: Mask) -> None:
        self.moving = np.flatnonzero(~held)
        scaled, self.scale = _scaled(slopes.curvature[np.ix_(self.moving, self.moving)])
        self.sizes, self.axes = np.linalg.eigh(scaled)
        self.push = self.axes.T @ (slopes.gradient[self.moving] / self.scale)

    @property
    def depth(self) -> float:
        """How far the bottom of the parabola lies below."""
        return 0.5 * float(np.sum(self.push**2 / np.maximum(self.sizes, SINGULAR)))

    def step(self, damping: float, n: int) -> Floats:
        """Give the damped step to the bottom, shape (n,)."""
        step = np.zeros(n)
        along = self.push / np.maximum(self.sizes + damping, SINGULAR)
        step[self.moving] = -(self.axes @ along) / self.scale
        return step


def _levenberg(
    objective: Objective,
    start: Floats,
    fixed: Mask,
    close: float,
    report: Callable[[int, float], None] | None,
) -> Minimum:
    """Walk down by damped steps (Marquardt 1963, SIAM J. Appl. Math. 11, 431)."""
    x = np.clip(start, objective.lo, objective.hi)
    slopes = objective.slopes(x)
    damping, small, converged = 1e-2, 0, False
    for number in range(1, 300):
        held = _held(objective, x, slopes.gradient, fixed)
        valley = _Valley(slopes, held)
        if small > 2 or valley.depth < close:  # noqa: PLR2004  three tiny steps in a row
            converged = True
            break
        lower = None
        while lower is None and damping < STUCK:
            trial = _inside(objective, x, valley.step(damping, len(x)), slopes)
            value = objective.statistic(trial)
            lower = trial if value < slopes.statistic else None
            damping = max(damping / 10, 1e-9) if lower is not None else damping * 10
        if lower is None:
            break
        before, x = slopes.statistic, lower
        slopes = objective.slopes(x)
        small = small + 1 if before - slopes.statistic < close else 0
        if report:
            report(number, slopes.statistic)
    held = _held(objective, x, slopes.gradient, fixed)
    return Minimum(x, slopes.statistic, slopes, held, converged)


def _migrad(objective: Objective, found: Minimum) -> Floats:
    """Give the values MIGRAD reaches from a point, in units of its parabola's widths."""
    from iminuit import Minuit

    _, scale = _scaled(found.slopes.curvature)

    def values(u: Floats) -> Floats:
        return np.clip(found.x + np.asarray(u) / scale, objective.lo, objective.hi)

    def cost(u: Floats) -> float:
        value = objective.statistic(values(u))
        return value if np.isfinite(value) else 1e30

    def slope(u: Floats) -> Floats:
        return objective.slopes(values(u)).gradient / scale

    minuit = Minuit(cost, np.zeros(len(scale)), grad=slope)
    minuit.errordef = Minuit.LEAST_SQUARES
    for index, held in enumerate(found.held):
        minuit.fixed[index] = bool(held)
    minuit.migrad(ncall=2000)
    return values(np.array(minuit.values))
