"""Values that fall apart into blocks which only a few shared values hold together.

A joint fit of many data groups is such: the statistic is a sum of parts, and each part depends on
the shared values and on one block. The curvature then has the shape of an arrow, and its systems
are solved block by block (Schur complement; e.g. Golub & Van Loan, Matrix Computations, 3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from nuwidgets.science.minuit import scaled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.science.minimize import Slopes

SINGULAR = 1e-11
"""Smallest eigenvalue of a scaled curvature that still tells values apart."""
FEWEST_BLOCKS, FEWEST_VALUES, MOST_SHARED = 3, 10, 8
"""Where blocks are worth the trouble."""


class Arrow(NamedTuple):
    """Which values are shared, and which belong to each block; all by their index."""

    shared: Any
    """Indices, shape (n_shared,)."""
    blocks: tuple[Any, ...]
    """Indices of each block; may be empty where a part depends on shared values alone."""

    def own(self, block: int) -> Any:
        """Give the indices that a part depends on: the shared ones, then those of its block."""
        return np.concatenate([self.shared, self.blocks[block]])

    def block_of(self, index: int) -> int | None:
        """Give the block of a value; None for a shared one."""
        return next((k for k, block in enumerate(self.blocks) if index in block), None)


class Parted(Protocol):
    """An objective that is a sum of parts, one for each block."""

    lo: Floats
    """Lower limits, shape (n,)."""
    hi: Floats
    """Upper limits, shape (n,)."""
    arrow: Arrow | None
    """Its blocks; None where it has none."""

    def statistic(self, x: Floats) -> float:
        """Give the statistic at all values; infinite where the model has no value."""
        ...

    def slopes(self, x: Floats) -> Slopes:
        """Give the statistic with its derivatives at all values."""
        ...

    def part_statistic(self, block: int, x: Floats) -> float:
        """Give one part of the statistic at all values."""
        ...

    def part_slopes(self, block: int, x: Floats) -> Slopes:
        """Give one part with its derivatives by `Arrow.own`."""
        ...


def find(uses: Sequence[Iterable[int]], n: int) -> tuple[Arrow, tuple[tuple[int, ...], ...]] | None:
    """Give the blocks of a sum of terms, and the terms of each; None where there are too few.

    Parameters
    ----------
    uses : sequence of sequences of int
        For each term the values that it depends on.
    n : int
        How many values there are.

    Examples
    --------
    >>> arrow, terms = find([(0, 1, 2, 3), (0, 4, 5, 6), (0, 7, 8, 9)], 10)
    >>> arrow.shared.tolist(), [block.tolist() for block in arrow.blocks]
    ([0], [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    """
    if n < FEWEST_VALUES or len(uses) < FEWEST_BLOCKS:
        return None
    matrix = np.zeros((len(uses), n), bool)
    for row, used in enumerate(uses):
        matrix[row, list(used)] = True
    is_shared = matrix.sum(axis=0) > len(uses) / 2
    label = _joined(matrix[:, ~is_shared])
    terms = tuple(tuple(np.flatnonzero(label == one).tolist()) for one in np.unique(label))
    if len(terms) < FEWEST_BLOCKS or is_shared.sum() > MOST_SHARED:
        return None
    blocks = tuple(np.flatnonzero(matrix[list(rows)].any(axis=0) & ~is_shared) for rows in terms)
    return Arrow(np.flatnonzero(is_shared), blocks), terms


def _joined(matrix: Mask) -> Any:
    """Give terms that share a value, directly or through others, the same number."""
    label = np.arange(len(matrix))
    for column in matrix.T:
        rows = np.flatnonzero(column)
        if len(rows) > 1:
            label[np.isin(label, label[rows])] = label[rows].min()
    return label


class Factors:
    """The curvature over the values that move, ready for steps with any damping.

    Parameters
    ----------
    slopes : Slopes
        Derivatives.
    moving : ndarray of bool, shape (n,)
        Which values move.
    arrow : Arrow, optional
        Blocks; without them the curvature is taken as a whole.
    """

    def __init__(self, slopes: Slopes, moving: Mask, arrow: Arrow | None) -> None:
        at = np.flatnonzero(moving)
        self._at, self._n = at, len(moving)
        unit, self._scale = scaled(slopes.curvature[np.ix_(at, at)])
        self._down = -slopes.gradient[at] / self._scale
        whole = Arrow(at[:0], (at,)) if arrow is None else arrow
        place = np.full(len(moving), -1)
        place[at] = np.arange(len(at))
        self._shared = place[whole.shared[moving[whole.shared]]]
        self._blocks = [
            (number, own, *np.linalg.eigh(unit[np.ix_(own, own)]), unit[np.ix_(own, self._shared)])
            for number, block in enumerate(whole.blocks)
            if len(own := place[block[moving[block]]])
        ]
        self._middle = unit[np.ix_(self._shared, self._shared)]

    def step(self, damping: float, of_blocks: Floats | None = None) -> Floats:
        """Give the step to the bottom of the parabola with `damping` on its scaled diagonal.

        Parameters
        ----------
        damping : float
            That of the shared values, and of all where the blocks have none of their own.
        of_blocks : ndarray, shape (n_blocks,), optional
            That of each block.
        """
        step, solved = np.zeros(len(self._at)), []
        middle = self._middle + damping * np.eye(len(self._shared))
        right = self._down[self._shared]
        for number, own, sizes, axes, beside in self._blocks:
            mine = damping if of_blocks is None else of_blocks[number]
            inverse = (axes * inverted(sizes + mine)) @ axes.T
            alone, follow = inverse @ self._down[own], inverse @ beside
            middle, right = middle - beside.T @ follow, right - beside.T @ alone
            solved.append((own, alone, follow))
        if len(self._shared):
            sizes, axes = np.linalg.eigh(middle)
            step[self._shared] = axes @ (inverted(sizes) * (axes.T @ right))
        for own, alone, follow in solved:
            step[own] = alone - follow @ step[self._shared]
        result = np.zeros(self._n)
        result[self._at] = step / self._scale
        return result


def inverted(sizes: Floats) -> Floats:
    """Give one over each eigenvalue, 0 for those that are no more than rounding."""
    known = sizes > SINGULAR * max(float(np.abs(sizes).max()), 1e-300)
    return np.asarray(np.where(known, 1.0 / np.where(known, sizes, 1.0), 0.0))
