"""How far one value can move before the statistic rises by a given amount, the others refitted.

The likelihood-ratio interval of Avni 1976 (1976ApJ...210..642A) and Cash 1979
(1979ApJ...228..939C), with the nine problem letters of XSPEC's ``error``. Newton's method finds its
ends; where it finds none, a search from step to step does, or tells why there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.domain.fit import PROBLEMS
from nuwidgets.science import profile
from nuwidgets.science.minimize import Minimum, Objective, covariance, settle

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

NEW_MINIMUM = profile.NEW_MINIMUM
"""A statistic lower by more than this than the best one is a new minimum."""
TRIALS = 40
"""Refits that may be spent on one end of an interval."""
TALL, HALVINGS = 20.0, 3
"""Rises, in units of the one that is searched, from which a step is halved; and how often."""
FLAT = 0.3
"""Share of the foreseen rise below which what lies outside is looked at again."""
LOOKS = 2
"""How often that may be in vain."""
BESIDE = 8
"""Refits from which an end that lies beside a place must be seen."""
JUMP = 3e-5
"""Share of its distance to which an end is narrowed down where the statistic jumps."""
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


def refuse_better(objective: Objective, x: Floats, best: Minimum) -> None:
    """Refuse values that fit better than the best ones.

    Raises
    ------
    NewMinimumError
        They do.
    """
    if objective.statistic(x) < best.statistic - NEW_MINIMUM:
        raise NewMinimumError(x)


class _Spot(NamedTuple):
    """A place on the way to an end."""

    distance: float
    """From the best value."""
    rise: float
    """Root of the rise of the statistic."""
    x: Floats
    """All values, shape (n,)."""


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
        self._trials = TRIALS
        self.x: Floats = best.x
        """All values at the end that was found last."""
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
        if not point.found:
            return self.walk(sign)
        self.x = point.x
        return float(point.x[self.index])

    def walk(self, sign: int) -> float:
        """Give the same as `end`, found from refit to refit, with the problems met on the way.

        Raises
        ------
        NewMinimumError
            A better fit was met.
        """
        limit = (self.objective.lo if sign < 0 else self.objective.hi)[self.index]
        room, self._trials = self._room(sign), TRIALS
        inside, outside = self._bracket(_Spot(0.0, 0.0, self.best.x), sign, room)
        name = "low" if sign < 0 else "high"
        if outside is None:
            at_limit = inside.distance >= room
            self.problems |= {f"{name}_failed"} | ({f"hard_{name}"} if at_limit else set())
            self.x = inside.x
            return float(limit) if at_limit else self._at(sign * inside.distance)
        end = self._root(inside, outside, sign, room)
        self.x = end.x
        return self._at(sign * end.distance)

    def again(self, sign: int, x: Floats) -> Floats | None:
        """Give all values at an end that lies beside a place, None where it does not."""
        room, goal = self._room(sign), np.sqrt(self.delta)
        distance = abs(float(x[self.index] - self.best.x[self.index]))
        spot, inside, outside = _Spot(distance, 0.0, x), None, None
        for _ in range(BESIDE):
            spot = self._refit(sign, min(distance, room), spot)
            if self._enough(spot):
                return spot.x
            inside, outside = (inside, spot) if spot.rise >= goal else (spot, outside)
            if inside and outside:
                end = self._root(inside, outside, sign, room)
                return end.x if self._enough(end) else None
            share = 1.02 * goal / max(spot.rise, 1e-9) if inside else 0.98 * goal / spot.rise
            distance = spot.distance * float(np.clip(share, 0.7, 1.4))
        return None

    def _room(self, sign: int) -> float:
        limit = (self.objective.lo if sign < 0 else self.objective.hi)[self.index]
        return abs(float(limit - self.best.x[self.index]))

    def _at(self, distance: float) -> float:
        return float(self.best.x[self.index] + distance)

    def _bracket(self, inside: _Spot, sign: int, room: float) -> tuple[_Spot, _Spot | None]:
        """Give a place inside and, if there is one, a place outside the interval."""
        goal, distance = np.sqrt(self.delta), inside.distance + self._first
        before: tuple[_Spot, ...] = ()
        while self._trials > 0 and min(distance, room) > inside.distance:
            ahead = self._ahead(sign, min(distance, room), inside, *before)
            spot = self._refit(sign, ahead, inside, *before)
            if spot.rise >= goal:
                return inside, spot
            if spot.rise < inside.rise - 1e-3:
                self.problems.add("non_monotonic")
            inside, before = spot, (inside,)
            factor = np.clip(1.05 * goal / max(spot.rise, 1e-9), 1.2, 4.0)
            distance = spot.distance * factor
        return inside, None

    def _root(self, inside: _Spot, outside: _Spot, sign: int, room: float) -> _Spot:
        """Give the place between two where the statistic has risen enough."""
        goal, sides, looks = np.sqrt(self.delta), [0, 0], LOOKS
        while self._trials > 0 and not self._enough(outside):
            # the root of the rise grows nearly straight with the distance
            share = (goal - inside.rise) / max(outside.rise - inside.rise, 1e-12)
            share = 0.5 if max(sides) > 1 else float(np.clip(share, 0.05, 0.999))
            gap, foreseen = outside.distance - inside.distance, share * (outside.rise - inside.rise)
            spot = self._refit(sign, inside.distance + share * gap, inside, outside)
            beyond = spot.rise >= goal or self._enough(spot)
            sides = [0, sides[1] + 1] if beyond else [sides[0] + 1, 0]
            flat = not beyond and spot.rise - inside.rise < FLAT * foreseen
            before, inside, outside = (outside, inside, spot) if beyond else (inside, spot, outside)
            narrow = gap < JUMP * outside.distance
            if (flat and looks > 0) or narrow:  # what lies outside may be another valley's
                again = self._refit(sign, outside.distance, inside, before)
                if narrow and again.rise >= goal:
                    break
                looks -= 1
                if again.rise < outside.rise - 1e-3:
                    inside, other = self._bracketed(inside, again, sign, room)
                    if other is None:
                        break
                    outside, sides = other, [0, 0]
        if not self._enough(outside):
            self.problems.add("minimization_problem")
        return outside

    def _bracketed(
        self, inside: _Spot, spot: _Spot, sign: int, room: float
    ) -> tuple[_Spot, _Spot | None]:
        """Give the same as `_bracket`, from two places of which the second may lie outside."""
        beyond = spot.rise >= np.sqrt(self.delta)
        return (inside, spot) if beyond else self._bracket(spot, sign, room)

    def _enough(self, spot: _Spot) -> bool:
        return abs(spot.rise**2 - self.delta) < 1e-3 * self.delta

    def _start(
        self, sign: int, distance: float, beside: _Spot, other: _Spot | None = None
    ) -> tuple[float, Floats]:
        """Give where a refit starts, from what was found beside it, and the statistic there."""
        target = self._at(sign * distance)
        starts = [self._moved(beside.x, target), beside.x.copy()]
        if other is not None:
            share = (distance - beside.distance) / (other.distance - beside.distance)
            starts += [self._moved(other.x, target), *_between(beside.x, other.x, share)]
        starts = [np.clip(start, self.objective.lo, self.objective.hi) for start in starts]
        for start in starts:
            start[self.index] = target
        worth = [self.objective.statistic(start) for start in starts]
        number = int(np.argmin(worth))
        return worth[number], starts[number]

    def _ahead(self, sign: int, distance: float, *beside: _Spot) -> float:
        """Give a distance at which a refit does not start from far above."""
        highest, inside = self.best.statistic + TALL * self.delta, beside[0].distance
        for _ in range(HALVINGS):
            if self._start(sign, distance, *beside)[0] < highest:
                break
            distance = (distance + inside) / 2
        return distance

    def _refit(
        self, sign: int, distance: float, beside: _Spot, other: _Spot | None = None
    ) -> _Spot:
        """Give a place: one value moved, the others refitted from what was found beside it."""
        self._trials -= 1
        _, start = self._start(sign, distance, beside, other)
        fixed = np.arange(len(start)) == self.index
        found = settle(self.objective, start, fixed, close=1e-4 * min(self.delta, 1.0))
        if not found.converged:
            self.problems.add("minimization_problem")
        if found.statistic < self.best.statistic - NEW_MINIMUM:
            raise NewMinimumError(found.x)
        return _Spot(distance, self._rise_of(found.statistic), found.x)

    def _rise_of(self, statistic: float) -> float:
        return float(np.sqrt(max(statistic - self.best.statistic, 0.0)))

    def _moved(self, x: Floats, target: float) -> Floats:
        """Give values moved as the covariance foretells."""
        return np.asarray(x + self._slope * (target - x[self.index]))


def _between(one: Floats, other: Floats, share: float) -> tuple[Floats, Floats]:
    """Give values on the way from one place to another, or beyond: in even steps, in even ratios.

    Norms and what they hang on, such as temperatures, go together along lines of even ratios.
    """
    both = (one > 0) & (other > 0)
    ratio = np.where(both, other, 1.0) / np.where(both, one, 1.0)
    straight = one + share * (other - one)
    return straight, np.where(both, one * ratio ** np.clip(share, -9.0, 9.0), straight)
