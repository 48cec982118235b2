"""One part of a statistic that falls apart into blocks, all other values staying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.science.arrow import Arrow, Parted
    from nuwidgets.science.minimize import Slopes


class Block:
    """One part of an objective as a function of its block, all other values staying.

    Parameters
    ----------
    objective : Parted
        The whole.
    arrow : Arrow
        Its blocks.
    block : int
        Which block.
    x : ndarray, shape (n,)
        All values.
    """

    arrow: Arrow | None = None

    def __init__(self, objective: Parted, arrow: Arrow, block: int, x: Floats) -> None:
        self._objective, self._block, self._x = objective, block, x
        self.indices, self._n_shared = arrow.blocks[block], len(arrow.shared)
        self.lo, self.hi = objective.lo[self.indices], objective.hi[self.indices]

    def full(self, own: Floats) -> Floats:
        """Give all values."""
        x = self._x.copy()
        x[self.indices] = own
        return x

    def statistic(self, own: Floats) -> float:
        """Give the part of the statistic."""
        value = self._objective.part_statistic(self._block, self.full(own))
        return value if np.isfinite(value) else float("inf")

    def slopes(self, own: Floats) -> Slopes:
        """Give the part with its derivatives by the values of the block."""
        whole = self._objective.part_slopes(self._block, self.full(own))
        at = slice(self._n_shared, None)
        return type(whole)(whole.statistic, whole.gradient[at], whole.curvature[at, at])


def keep_better(
    objective: Parted, arrow: Arrow, x: Floats, trials: Sequence[Floats]
) -> tuple[Floats, list[bool]]:
    """Give the best of some steps for each block, and which blocks had better stay as they are.

    The shared values go the whole first step; a block for which all steps lead up does not hold
    up the others.

    Parameters
    ----------
    objective : Parted
        The statistic.
    arrow : Arrow
        Its blocks.
    x : ndarray, shape (n,)
        Where the steps begin.
    trials : sequence of ndarray, shape (n,)
        Where they end.
    """
    mixed, stay = trials[0].copy(), []
    for number, own in enumerate(arrow.blocks):
        best = _best(objective, number, mixed, [trial[own] for trial in trials], own)
        worse = False
        if len(own) and not best[0] < objective.part_statistic(number, x):
            still = _best(objective, number, mixed, [x[own]], own)
            worse = not best[0] <= still[0]
            best = still if worse else best
        mixed[own] = best[1]
        stay.append(worse)
    return mixed, stay


def _best(
    objective: Parted, number: int, x: Floats, choices: list[Floats], own: Any
) -> tuple[float, Floats]:
    """Give the lowest part of the statistic for some values of a block, and these values."""
    found = []
    for choice in choices:
        trial = x.copy()
        trial[own] = choice
        value = objective.part_statistic(number, trial)
        found.append((value if np.isfinite(value) else np.inf, choice))
    return min(found, key=lambda one: one[0])
