"""One block of a joint fit with the others folded into a parabola of the shared values.

The interval of a value of one block asks all others to follow. What they add, when they follow, is
a function of the few shared values alone, and near its minimum a parabola (Schur complement). So
the interval is searched as if the block were fitted alone; at the end the others are really
refitted, and the search goes on from there where the parabola was not good enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.science.arrow import inverted
from nuwidgets.science.blockwise import Block
from nuwidgets.science.minimize import Minimum, Slopes, settle
from nuwidgets.science.minuit import scaled

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.science.arrow import Arrow, Parted

SETTLED = 1e-3
"""Share of the rise by which a block that is refitted may miss its bottom, all blocks together."""


class Follower(NamedTuple):
    """How one block follows the shared values, and what it then adds to the statistic."""

    bottom: Floats
    """Its values at the bottom of its parabola, the shared ones staying."""
    response: Floats
    """How they move with the shared values, shape (n_own, n_shared)."""
    value: float
    """The statistic at the bottom."""
    gradient: Floats
    """How that changes with the shared values, shape (n_shared,)."""
    curvature: Floats
    """Its second derivatives, shape (n_shared, n_shared)."""


class Around:
    """All blocks as parabolas around a point.

    Parameters
    ----------
    objective : Parted
        The statistic.
    arrow : Arrow
        Its blocks.
    x : ndarray, shape (n,)
        The point.
    """

    def __init__(self, objective: Parted, arrow: Arrow, x: Floats) -> None:
        self.objective, self.arrow, self.x = objective, arrow, x
        self.followers = [self._follower(number) for number in range(len(arrow.blocks))]

    def _follower(self, number: int) -> Follower:
        arrow, own = self.arrow, self.arrow.blocks[number]
        value, gradient, curvature = self.objective.part_slopes(number, self.x)
        n = len(arrow.shared)
        down, beside = gradient[n:], curvature[n:, :n]
        low = (self.x[own] <= self.objective.lo[own]) & (down >= 0)
        high = (self.x[own] >= self.objective.hi[own]) & (down <= 0)
        moving = np.flatnonzero(~(low | high))
        unit, scale = scaled(curvature[n:, n:][np.ix_(moving, moving)])
        inverse = np.zeros((len(own), len(own)))
        if len(moving):
            sizes, axes = np.linalg.eigh(unit)
            inner = (axes * inverted(sizes)) @ axes.T / np.outer(scale, scale)
            inverse[np.ix_(moving, moving)] = inner
        return Follower(
            self.x[own] - inverse @ down,
            -inverse @ beside,
            value - 0.5 * float(down @ inverse @ down),
            gradient[:n] - beside.T @ inverse @ down,
            curvature[:n, :n] - beside.T @ inverse @ beside,
        )


class Reduced:
    """A block and the shared values, the others following: an objective of few values.

    Parameters
    ----------
    around : Around
        The others as parabolas.
    block : int
        Which block is itself.
    """

    arrow: Arrow | None = None

    def __init__(self, around: Around, block: int) -> None:
        self._around, self._block = around, block
        self.objective, self.own = around.objective, around.arrow.own(block)
        self.lo, self.hi = self.objective.lo[self.own], self.objective.hi[self.own]
        self._n = len(around.arrow.shared)
        others = [one for number, one in enumerate(around.followers) if number != block]
        self._value = sum(one.value for one in others)
        self._gradient = np.sum([one.gradient for one in others], axis=0)
        self._curvature = np.sum([one.curvature for one in others], axis=0)

    def full(self, own: Floats) -> Floats:
        """Give all values, those of the other blocks as foreseen."""
        around = self._around
        x, moved = around.x.copy(), own[: self._n] - around.x[around.arrow.shared]
        for follower, block in zip(around.followers, around.arrow.blocks, strict=True):
            x[block] = follower.bottom + follower.response @ moved
        x[self.own] = own
        return np.asarray(np.clip(x, self.objective.lo, self.objective.hi))

    def statistic(self, own: Floats) -> float:
        """Give the statistic, infinite where the model has no value."""
        x = self._around.x.copy()
        x[self.own] = own
        total = self.objective.part_statistic(self._block, x) + self._others(own)[0]
        return total if np.isfinite(total) else float("inf")

    def slopes(self, own: Floats) -> Slopes:
        """Give the statistic with its derivatives."""
        x = self._around.x.copy()
        x[self.own] = own
        part = self.objective.part_slopes(self._block, x)
        value, slope = self._others(own)
        gradient, curvature = part.gradient.copy(), part.curvature.copy()
        gradient[: self._n] += slope
        curvature[: self._n, : self._n] += self._curvature
        return Slopes(part.statistic + value, gradient, curvature)

    def _others(self, own: Floats) -> tuple[float, Floats]:
        around = self._around
        moved = own[: self._n] - around.x[around.arrow.shared]
        slope = self._gradient + self._curvature @ moved
        return self._value + 0.5 * float(moved @ (self._gradient + slope)), slope

    def minimum(self, best: Minimum) -> Minimum:
        """Give the minimum of the whole as that of this objective."""
        own = best.x[self.own]
        held = best.held[self.own]
        return Minimum(own, best.statistic, self.slopes(own), held, best.converged)

    def refitted(self, own: Floats, delta: float) -> Around:
        """Give the parabolas around the point where the other blocks are really refitted."""
        around, x = self._around, self.full(own)
        for number, block in enumerate(around.arrow.blocks):
            if number != self._block and len(block):
                alone = Block(self.objective, around.arrow, number, x)
                close = SETTLED * delta / len(around.arrow.blocks)
                x[block] = settle(alone, x[block], np.zeros(len(block), bool), close).x
        return Around(self.objective, around.arrow, x)

    def misses(self, own: Floats, other: Reduced) -> float:
        """Give by how much this parabola misses another's at a point, the rest following."""
        (mine, slope), (its, its_slope) = self._others(own), other._others(own)
        n = self._n
        curvature = other.slopes(own).curvature
        unit, scale = scaled(curvature[:n, :n])
        turn = (its_slope - slope) / scale
        return abs(mine - its) + 0.5 * abs(float(turn @ np.linalg.pinv(unit) @ turn))
