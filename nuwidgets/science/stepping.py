"""Step one value of a statistic or two over a grid, the others refitted at every point.

XSPEC's ``steppar``. The path winds through the grid, so that each point starts from the minimum of
its neighbour, moved as the covariance foretells; afterwards every point is offered the minima of
all its neighbours, which takes back what hung on in a second valley.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.minimize import Minimum, Objective, covariance, minimize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nuwidgets.domain.arrays import Floats

    Place = tuple[int, ...]

CLOSE = 1e-4
"""Foretold distance to the minimum at which a refit may stop."""
FAR = 4.0
"""Rise above the lowest neighbour from which more starts are looked at."""
BETTER = 1e-3
"""What a neighbour's minimum must win for a point to be refitted from there."""


def axis_values(
    lo: float, hi: float, n: int, *, log: bool = False, centre: float | None = None
) -> Floats:
    """Give the n + 1 points of an axis.

    Parameters
    ----------
    lo, hi : float
        First and last value, or distances from `centre`.
    n : int
        Number of steps.
    log : bool
        Whether the steps are equal in the logarithm.
    centre : float, optional
        What `lo` and `hi` are counted from.

    Examples
    --------
    >>> axis_values(1, 100, 2, log=True)
    array([  1.,  10., 100.])
    """
    values = np.geomspace(lo, hi, n + 1) if log else np.linspace(lo, hi, n + 1)
    return np.asarray(values if centre is None else centre + values)


def winding(shape: tuple[int, ...]) -> Iterator[Place]:
    """Give the places of a line or a grid so that each is beside the one before.

    Examples
    --------
    >>> list(winding((2, 2)))
    [(0, 0), (1, 0), (1, 1), (0, 1)]
    """
    columns = range(shape[0])
    for row, rest in enumerate(product(*map(range, reversed(shape[1:])))):
        for column in columns if row % 2 == 0 else reversed(columns):
            yield (column, *reversed(rest))


class Grid:
    """The profile of a statistic over one value or two.

    Parameters
    ----------
    objective : Objective
        The statistic.
    best : Minimum
        Its minimum.
    indices : tuple of int
        Which values are stepped, from 0, one or two.
    steps : tuple of ndarray
        Where, along each axis.

    Attributes
    ----------
    statistic : ndarray, shape (n_x,) or (n_x, n_y)
        Smallest statistic at each point; NaN where there is none yet.
    x : ndarray, shape (n_x, n) or (n_x, n_y, n)
        All values there.
    unsure : set of tuple of int
        Places whose refit ended before it was at a minimum.
    """

    def __init__(
        self, objective: Objective, best: Minimum, indices: Place, steps: tuple[Floats, ...]
    ) -> None:
        self._objective, self._best, self._indices, self._steps = objective, best, indices, steps
        shape, n_values = tuple(map(len, steps)), len(best.x)
        self.statistic = np.full(shape, np.nan)
        self.x = np.full((*shape, n_values), np.nan)
        self.unsure: set[Place] = set()
        self._passed: dict[Place, frozenset[Place]] = {}
        self._fixed = np.isin(np.arange(n_values), indices)
        self._follow = _follow(best, list(indices))

    def run(self, told: Callable[[int, Place], object]) -> None:
        """Refit at every point.

        Parameters
        ----------
        told : callable
            Called with the number of points done and the place of the last one.
        """
        for number, place in enumerate(winding(self.statistic.shape), start=1):
            known = [one for one in self._beside(place) if np.isfinite(self.statistic[one])]
            self._passed[place] = frozenset(known)
            self._fit(place, *self._start(place, known))
            told(number, place)

    def settle(self) -> None:
        """Refit from the minima of neighbours where these are better, back along the path."""
        for place in reversed(list(winding(self.statistic.shape))):
            later = [one for one in self._beside(place) if one not in self._passed[place]]
            worth, start = self._lowest([self._moved(self.x[one], place) for one in later])
            now = self.statistic[place]
            if not np.isfinite(now) or worth < now - BETTER:
                self._fit(place, worth, start)

    def _start(self, place: Place, known: list[Place]) -> tuple[float, Floats]:
        """Give where a refit starts, and the statistic there."""
        beside = [self.x[one] for one in known]
        first = self._lowest([self._moved(x, place) for x in beside or [self._best.x]])
        lowest = min((float(self.statistic[one]) for one in known), default=-np.inf)
        if first[0] <= lowest + FAR:
            return first
        # the covariance foretells badly: values as they are may be nearer
        plain = [self._moved(x, place, follow=False) for x in (*beside, self._best.x)]
        second = self._lowest([self._moved(self._best.x, place), *plain])
        return second if second[0] < first[0] else first

    def _lowest(self, starts: list[Floats]) -> tuple[float, Floats]:
        """Give the smallest statistic of several starts and the start; infinite for none."""
        worth = [self._worth(start) for start in starts]
        if not worth:
            return np.inf, self._best.x
        number = int(np.argmin(worth))
        return worth[number], starts[number]

    def lowest(self) -> Minimum | None:
        """Give the lowest point as if it were a minimum; None where no point has a value."""
        if not np.isfinite(self.statistic).any():
            return None
        place = np.unravel_index(int(np.nanargmin(self.statistic)), self.statistic.shape)
        x = self.x[place]
        slopes = self._objective.slopes(x)
        return Minimum(x, slopes.statistic, slopes, self._fixed, converged=False)

    def _beside(self, place: Place) -> list[Place]:
        """Give the neighbours of a place along the axes."""
        return [
            (*place[:axis], other, *place[axis + 1 :])
            for axis, size in enumerate(self.statistic.shape)
            for other in (place[axis] - 1, place[axis] + 1)
            if 0 <= other < size
        ]

    def _moved(self, x: Floats, place: Place, *, follow: bool = True) -> Floats:
        """Give values moved to a point, the others as the covariance foretells or as they are."""
        indices, moved = list(self._indices), x.copy()
        target = np.array([step[at] for step, at in zip(self._steps, place, strict=True)])
        if follow:
            moved += self._follow @ (target - x[indices])
        moved[indices] = target
        return np.clip(moved, self._objective.lo, self._objective.hi)

    def _worth(self, x: Floats) -> float:
        value = self._objective.statistic(x) if np.isfinite(x).all() else np.inf
        return value if np.isfinite(value) else np.inf

    def _fit(self, place: Place, worth: float, start: Floats) -> None:
        """Refit at a place, if the model has a value at the start."""
        if not np.isfinite(worth):
            return
        found = minimize(self._objective, start, self._fixed, close=CLOSE)
        self.statistic[place], self.x[place] = found.statistic, found.x
        (self.unsure.discard if found.converged else self.unsure.add)(place)


def _follow(best: Minimum, indices: list[int]) -> Floats:
    """Give how all values follow those that are stepped near the minimum, shape (n, n_stepped)."""
    matrix, _ = covariance(best)
    among = matrix[np.ix_(indices, indices)]
    if not np.isfinite(among).all() or np.linalg.cond(among) > 1 / np.finfo(float).eps:
        return np.zeros((len(best.x), len(indices)))
    return np.asarray(np.nan_to_num(matrix[:, indices]) @ np.linalg.inv(among))
