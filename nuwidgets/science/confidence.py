"""How far one value can move before the statistic rises by a given amount, the others refitted.

The likelihood-ratio interval of Avni 1976 (1976ApJ...210..642A) and Cash 1979
(1979ApJ...228..939C), with the nine problem letters of XSPEC's ``error``. Newton's method finds its
ends; where it finds none, a search from step to step does, or tells why there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.fit import PROBLEMS
from nuwidgets.science import profile
from nuwidgets.science.minimize import Minimum, Objective, covariance, minimize

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

NEW_MINIMUM = profile.NEW_MINIMUM
"""A statistic lower by more than this than the best one is a new minimum."""
TRIALS = 40
"""Refits that may be spent on one end of an interval."""
LETTERS = tuple(PROBLEMS)
"""What XSPEC's nine letters mean, in its order."""


def flags(problems: set[str]) -> str:
    """Give XSPEC's nine letters for the names of problems.

    Examples
    --------
    >>> flags({"frozen"})
    'FFFFFTFFF'
    """
    return "".join("T" if name in problems else "F" for name in LETTERS)


class NewMinimumError(Exception):
    """The search met values that fit better than the best ones; `x` holds them."""

    def __init__(self, x: Floats) -> None:
        super().__init__("a better fit was met")
        self.x = x


class Search:
    """The search for the interval of one value.

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
    step : float
        First step where the curvature gives none.
    """

    def __init__(
        self, objective: Objective, best: Minimum, index: int, delta: float, step: float
    ) -> None:
        self.objective, self.best, self.index, self.delta = objective, best, index, delta
        self.problems: set[str] = set()
        matrix, _ = covariance(best)
        # how the others follow is foreseen from the covariance
        column = matrix[:, index]
        variance = column[index]
        known = np.isfinite(variance) and variance > 0
        self._first = float(np.sqrt(variance * delta)) if known else step
        self._slope = np.nan_to_num(column / variance) if known else np.zeros(len(column))

    def end(self, sign: int) -> float:
        """Give the lower (-1) or upper (+1) end, or the limit where there is none before it.

        Raises
        ------
        NewMinimumError
            A better fit was met.
        """
        point = profile.profile_end(self.objective, self.best, self.index, self.delta, sign)
        if point.statistic < self.best.statistic - NEW_MINIMUM:
            raise NewMinimumError(point.x)
        return float(point.x[self.index]) if point.found else self.walk(sign)

    def walk(self, sign: int) -> float:
        """Give the same as `end`, found from refit to refit, with the problems met on the way.

        Raises
        ------
        NewMinimumError
            A better fit was met.
        """
        self._others = self.best.x
        limit = (self.objective.lo if sign < 0 else self.objective.hi)[self.index]
        room = abs(float(limit) - self.best.x[self.index])
        inside, outside = self._bracket(sign, room)
        name = "low" if sign < 0 else "high"
        if outside is None:
            at_limit = inside[0] >= room
            self.problems |= {f"{name}_failed"} | ({f"hard_{name}"} if at_limit else set())
            return float(limit) if at_limit else self._at(sign * inside[0])
        for _ in range(TRIALS):
            if abs(outside[1] ** 2 - self.delta) < 1e-3 * self.delta:
                break
            inside, outside = self._narrow(sign, inside, outside)
        else:
            self.problems.add("minimization_problem")
        return self._at(sign * outside[0])

    def _at(self, distance: float) -> float:
        return float(self.best.x[self.index] + distance)

    def _bracket(
        self, sign: int, room: float
    ) -> tuple[tuple[float, float], tuple[float, float] | None]:
        """Give (distance, root of the rise) inside and, if there is one, outside the interval."""
        goal = np.sqrt(self.delta)
        inside, distance = (0.0, 0.0), min(self._first, room)
        for _ in range(TRIALS):
            if not distance > inside[0]:
                break
            rise = self._rise(sign * distance)
            if rise >= goal:
                return inside, (distance, rise)
            if rise < inside[1] - 1e-3:
                self.problems.add("non_monotonic")
            inside = distance, rise
            factor = np.clip(1.05 * goal / max(rise, 1e-9), 1.2, 4.0)
            distance = min(distance * factor, room)
        return inside, None

    def _narrow(
        self, sign: int, inside: tuple[float, float], outside: tuple[float, float]
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        """Halve or better: the root of the rise grows nearly straight with the distance."""
        (near, low), (far, high) = inside, outside
        share = (np.sqrt(self.delta) - low) / max(high - low, 1e-12)
        distance = near + float(np.clip(share, 0.05, 0.999)) * (far - near)
        rise = self._rise(sign * distance)
        if abs(rise**2 - self.delta) < 1e-3 * self.delta or rise**2 > self.delta:
            return inside, (distance, rise)
        return (distance, rise), outside

    def _rise(self, distance: float) -> float:
        """Give the root of the rise of the statistic with one value moved, the others refitted."""
        start = self._others.copy()
        start += self._slope * (self._at(distance) - start[self.index])
        start[self.index] = self._at(distance)
        fixed = np.arange(len(start)) == self.index
        found = minimize(self.objective, start, fixed, close=1e-4 * min(self.delta, 1.0))
        if not found.converged:
            self.problems.add("minimization_problem")
        if found.statistic < self.best.statistic - NEW_MINIMUM:
            raise NewMinimumError(found.x)
        self._others = found.x
        return float(np.sqrt(max(found.statistic - self.best.statistic, 0.0)))
