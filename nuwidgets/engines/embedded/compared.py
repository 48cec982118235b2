"""One spectrum of a fit beside its model: its part of the statistic, and that part's slopes.

Both are remembered for the last values that the spectrum depends on, so that where one data group
moves, the spectra of the others cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from nuwidgets.engines.embedded import compare
from nuwidgets.science.minimize import Slopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.engines.embedded.problem import Problem

T = TypeVar("T")
KEPT = 4
"""Values that are remembered."""


class Compared:
    """One spectrum and what the models make of it.

    Parameters
    ----------
    problem : Problem
        Gives values and photons.
    number : int
        Which spectrum, from 0.
    touched : dict
        Free parameters that it depends on, by their index, with the terms that each moves.
    """

    def __init__(self, problem: Problem, number: int, touched: dict[int, list[int]]) -> None:
        self._problem, self._touched = problem, touched
        self._data, self._kind = problem.data[number], problem.kinds[number]
        self._terms = problem.terms[number]
        self.used = np.array(list(touched), int)
        """Indices of the free parameters that it depends on."""
        self._worth: dict[bytes, float] = {}
        self._slopes: dict[bytes, Slopes] = {}

    def statistic(self, x: Floats) -> float:
        """Give its part of the statistic, x being all free values."""
        key = x[self.used].tobytes()
        if (known := self._slopes.get(key)) is not None:
            return known.statistic
        return _kept(self._worth, key, lambda: self._sum_at(self._problem.full(x)))

    def slopes(self, x: Floats) -> Slopes:
        """Give the same with its derivatives by those of `used`."""
        return _kept(self._slopes, x[self.used].tobytes(), lambda: self._differentiate(x))

    def rate(self, values: Floats) -> Floats:
        """Give the folded model for the values of all parameters, counts/s, shape (n,)."""
        total = None
        for term in self._terms:
            folded = term.fold.matrix @ self._problem.photons(term, values)
            total = folded if total is None else total + folded
        return np.asarray(total)

    def _sum_at(self, values: Floats) -> float:
        return float(compare.contributions(self._kind, self._data, self.rate(values)).sum())

    def _differentiate(self, x: Floats) -> Slopes:
        problem, values = self._problem, self._problem.full(x)
        # the first column is the model, one more for each parameter
        columns = [[problem.photons(term, values)] for term in self._terms]
        rows: list[list[int]] = [[0] for _ in self._terms]
        for row, (index, places) in enumerate(self._touched.items(), start=1):
            moved, step = problem.moved(x, index)
            values = problem.full(moved)
            for place in places:
                photons = problem.photons(self._terms[place], values)
                columns[place].append((photons - columns[place][0]) / step)
                rows[place].append(row)
        folded = np.zeros((1 + len(self.used), len(self._data.counts)))
        for term, own, at in zip(self._terms, columns, rows, strict=True):
            folded[at] += (term.fold.matrix @ np.transpose(own)).T
        rate, jacobian = folded[0], np.nan_to_num(folded[1:], posinf=0.0, neginf=0.0)
        first, second = compare.slopes(self._kind, self._data, rate)
        total = compare.contributions(self._kind, self._data, rate).sum()
        return Slopes(float(total), jacobian @ first, (jacobian * second) @ jacobian.T)


def _kept(memory: dict[bytes, T], key: bytes, make: Callable[[], T]) -> T:
    """Give what is remembered, or make it and forget the oldest."""
    if key not in memory:
        memory[key] = make()
        if len(memory) > KEPT:
            del memory[next(iter(memory))]
    return memory[key]
