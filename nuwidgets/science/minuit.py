"""A statistic as MINUIT is shown it: along the axes of its parabola, with its slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.science.minimize import Objective, Slopes

FAR = 1e4
"""Widths of the parabola to a limit that MINUIT need not know of."""
ROOM = 2.0
"""Errors to a limit from which a value may be turned."""
FLATTEST = 1e-6
"""Smallest size of the scaled curvature along an axis that MINUIT is told."""
NO_VALUE = 1e30
"""The statistic that MIGRAD is told where the model has no value."""


def scaled(curvature: Floats) -> tuple[Floats, Floats]:
    """Give the curvature with ones on its diagonal, and the roots it was divided by."""
    diagonal = np.diag(curvature)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return curvature / np.outer(scale, scale), scale


def widths(curvature: Floats) -> Floats:
    """Give how far each value alone moves for a rise by 1."""
    return np.asarray(np.sqrt(2.0) / scaled(curvature)[1])


class InWidths:
    """A statistic in units of the widths of its parabola at a point, as MINUIT is shown it.

    Values far from their limits are turned to the axes of the parabola, so that MIGRAD need not
    find out how they hang together; the others stay as they are, so that it knows their limits.

    Parameters
    ----------
    objective : Objective
        The statistic.
    origin : ndarray, shape (n,)
        The point.
    slopes : Slopes
        Derivatives there.
    moved : callable, optional
        Called with the slopes at each new point.
    """

    def __init__(
        self,
        objective: Objective,
        origin: Floats,
        slopes: Slopes,
        moved: Callable[[Slopes], None] | None = None,
    ) -> None:
        self.objective, self.origin, self._moved = objective, origin, moved
        self.width = widths(slopes.curvature)
        self._axes = np.diag(self.width)
        self._known = {origin.tobytes(): slopes}

    def _turn(self, curvature: Floats, held: Mask) -> Mask:
        """Turn what is far from its limits to its axes, and say what that is."""
        room = np.minimum(self.origin - self.objective.lo, self.objective.hi - self.origin)
        free = np.flatnonzero(~held)
        reach = np.zeros(len(held))
        reach[free] = np.sqrt(2.0 * np.diag(_inverse(curvature, free)[0]))
        turned = np.flatnonzero(~held & (room > ROOM * reach))
        _, scale, sizes, axes = _inverse(curvature, turned)
        self._axes[np.ix_(turned, turned)] = (axes / np.sqrt(sizes / 2.0)) / scale[:, None]
        return np.isin(np.arange(len(held)), turned)

    def values(self, u: Any) -> Floats:
        """Give the values of a point, shape (n,)."""
        x = np.nan_to_num(self.origin + self._axes @ np.asarray(u), nan=np.inf)
        return np.asarray(np.clip(x, self.objective.lo, self.objective.hi))

    def slopes(self, x: Floats) -> Slopes:
        """Give the derivatives at values that MINUIT came by, each computed once."""
        if (key := x.tobytes()) not in self._known:
            self._known[key] = self.objective.slopes(x)
            if self._moved:
                self._moved(self._known[key])
        return self._known[key]

    def minuit(self, held: Mask, close: float, rise: float = 1.0) -> Any:
        """Give MINUIT at the origin, for errors where the statistic rises by `rise`."""
        from iminuit import Minuit

        def cost(u: Floats) -> float:
            known = self._known.get((x := self.values(u)).tobytes())
            value = known.statistic if known else self.objective.statistic(x)
            return value if np.isfinite(value) else NO_VALUE

        def slope(u: Floats) -> Floats:
            return self.slopes(self.values(u)).gradient @ self._axes

        turned = self._turn(self._known[self.origin.tobytes()].curvature, held)
        found = Minuit(cost, np.zeros(len(held)), grad=slope)
        found.errordef, found.strategy = Minuit.LEAST_SQUARES * rise, 0
        found.tol = close / (2e-3 * rise)  # MIGRAD stops at 2e-3 tol errordef
        found.errors, found.fixed = 1.0, held
        lo, hi = (
            (end - self.origin) / self.width for end in (self.objective.lo, self.objective.hi)
        )
        # the sine that MINUIT puts between two limits has no digits left if one is 1e24 away
        found.limits = np.transpose(
            [
                np.where((lo > -FAR) & ~turned, lo, -np.inf),
                np.where((hi < FAR) & ~turned, hi, np.inf),
            ]
        )
        return found


def _inverse(curvature: Floats, among: Any) -> tuple[Floats, Floats, Floats, Floats]:
    """Give the inverse of a part of the curvature, its scale, and its sizes along its axes."""
    unit, scale = scaled(curvature[np.ix_(among, among)])
    sizes, axes = np.linalg.eigh(unit)
    sizes = np.maximum(sizes, FLATTEST)
    return (axes / sizes) @ axes.T / np.outer(scale, scale), scale, sizes, axes
