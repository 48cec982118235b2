"""Walk around the best fit: a Markov chain of the free parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.chain import Chain, ChainRequest
from nuwidgets.steps.draw_settings import as_seed, whole

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


class ChainStep(Step[ChainRequest, Chain]):
    """Draws the free parameters as often as the data make them likely (needs emcee)."""

    examples: ClassVar = {
        "n_walkers": (0, 40),
        "n_burn": (200, 0),
        "n_steps": (1500, 50),
        "seed": (1, 2),
    }

    n_walkers = Value(
        whole("the number of walkers", 0, "e.g. 32, or 0 for four a parameter"),
        0,
        "a number of walkers; 0 for four for each free parameter, at least 32",
    )
    n_burn = Value(
        whole("the number of steps thrown away", 0, "e.g. 200"), 200, "a number of steps, e.g. 200"
    )
    n_steps = Value(
        whole("the number of steps", 1, "e.g. 1500"), 1500, "a number of steps, e.g. 1500"
    )
    seed = Value(as_seed, 1, "a whole number from 0")

    beside: tuple[FitStep]

    def request(self) -> ChainRequest:
        """Give what the chain depends on."""
        return ChainRequest(
            self.beside[0].request(), self.n_walkers, self.n_burn, self.n_steps, self.seed
        )
