"""Judge the fit by data simulated from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.goodness import Goodness, GoodnessRequest
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep

MOST = 100_000
"""Data sets that may be simulated at once."""


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise InputError(
            f"Cannot simulate {value!r} data sets. Give a whole number from 1 to {MOST}, e.g. 100."
        )
    return value


class GoodnessStep(Step[GoodnessRequest, Goodness]):
    """Simulates data from the best fit and fits them, as XSPEC's ``goodness``."""

    examples: ClassVar = {
        "n": (100, 20),
        "refit": (True, False),
        "draw": (False, True),
        "seed": (1, 2),
    }

    n = Value(_number, 100, "a whole number above 0")
    refit = t.Bool(default_value=True, help="Whether simulated data are fitted too.")
    draw = t.Bool(default_value=False, help="Whether parameters are drawn from the covariance.")
    seed = t.Int(1, min=0, help="Where chance begins.")

    beside: tuple[FitStep]

    def request(self) -> GoodnessRequest:
        """Give what the answer depends on."""
        return GoodnessRequest(self.beside[0].request(), self.n, self.refit, self.draw, self.seed)

    def absorb(self, product: Goodness) -> None:
        """Let the fit go on from the best one: it is what the data were simulated from."""
        if better := product.better_fit:
            signed = replace(product.provenance, warnings=better.provenance.warnings)
            self.beside[0].adopt(replace(better, provenance=signed))
