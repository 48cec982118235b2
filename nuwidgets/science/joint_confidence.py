"""Confidence intervals of the values of a joint fit, each searched in its own block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.confidence import NewMinimumError, Search, refuse_better
from nuwidgets.science.minimize import Minimum
from nuwidgets.science.profile import profile_end
from nuwidgets.science.reduced import Around, Reduced

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.science.arrow import Arrow, Parted

ROUNDS = 5
"""How often the other blocks may be refitted on the way to one end."""
MISSED = 2e-3
"""Share of the rise by which their parabolas may miss it."""


class JointSearch:
    """The search for the interval of a value that belongs to one block of a joint fit.

    Parameters
    ----------
    around : Around
        All blocks around the minimum.
    best : Minimum
        The minimum.
    index : int
        Which value, from 0.
    delta : float
        Rise of the statistic.
    step : float
        First step where the curvature gives none.
    """

    def __init__(
        self, around: Around, best: Minimum, index: int, delta: float, step: float
    ) -> None:
        self._around, self._best, self._index, self._delta = around, best, index, delta
        self._arrow: Arrow = around.arrow
        self._objective: Parted = around.objective
        self._whole = Search(self._objective, best, index, delta, step)
        block = self._arrow.block_of(index)
        self._block = -1 if block is None else block
        self._own = self._whole
        if block is not None:
            reduced = Reduced(around, block)
            self._at = int(np.flatnonzero(reduced.own == index)[0])
            self._reduced, self._minimum = reduced, reduced.minimum(best)
            self._own = Search(reduced, self._minimum, self._at, delta, step)
        self.problems: set[str] = set()
        self._step = step

    def end(self, sign: int) -> float:
        """Give the lower (-1) or upper (+1) end, or the limit where there is none before it.

        Raises
        ------
        NewMinimumError
            A better fit was met.
        """
        end = None if self._block < 0 else self._end(sign)
        search = self._own
        if end is None:
            search, end = self._whole, self._whole.end(sign)
        self.problems |= search.problems
        return end

    def _end(self, sign: int) -> float | None:
        """Give the end as the block alone has it, corrected for the others; None if that fails."""
        problems = set(self._own.problems)
        try:
            end = self._own.end(sign)
        except NewMinimumError as better:
            refuse_better(self._objective, self._reduced.full(better.x), self._best)
            return None
        self._own.problems, found = problems, self._own.problems
        own, reduced = self._own.x, self._reduced
        for _ in range(ROUNDS):
            other = Reduced(reduced.refitted(own, self._delta), self._block)
            refuse_better(self._objective, other.full(own), self._best)
            if reduced.misses(own, other) < MISSED * self._delta or own is self._minimum.x:
                self._own.problems = found
                return end
            point = self._corrected(other, own, sign)
            if point is None:
                return None
            own, reduced, end = point, other, float(point[self._at])
        return None

    def _corrected(self, other: Reduced, own: Floats, sign: int) -> Floats | None:
        """Give the end anew with other parabolas, from the one before."""
        m = self._minimum
        best = Minimum(m.x, m.statistic, m.slopes, m.held, m.converged)
        point = profile_end(other, best, self._at, self._delta, sign, start=own)
        if point.found:
            return point.x
        try:
            return Search(other, best, self._at, self._delta, self._step).again(sign, own)
        except NewMinimumError as better:
            refuse_better(self._objective, other.full(better.x), self._best)
            return None
