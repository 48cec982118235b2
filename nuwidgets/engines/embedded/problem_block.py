"""One block of a joint fit as a fit of its own, the values it shares with others staying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.science.blockwise import Block
from nuwidgets.science.minimize import Minimum

if TYPE_CHECKING:
    from typing import Any

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.engines.embedded.problem import Problem
    from nuwidgets.science.arrow import Arrow


class ProblemBlock(Block):
    """A block with what tells its values apart.

    Parameters
    ----------
    problem : Problem
        The joint fit.
    arrow : Arrow
        Its blocks.
    block : int
        Which block.
    x : ndarray, shape (n_free,)
        Values of all free parameters.
    """

    def __init__(self, problem: Problem, arrow: Arrow, block: int, x: Floats) -> None:
        super().__init__(problem, arrow, block, x)
        self.request, self.data = problem.request, problem.data
        self.free, self.start = problem.free[self.indices], problem.start[self.indices]

    def beside(self, found: Minimum, own: Any) -> Minimum:
        """Give its part of a joint minimum."""
        slopes = self.slopes(found.x[own])
        held = found.held[own]
        return Minimum(found.x[own], slopes.statistic, slopes, held, found.converged)
