"""Find confidence intervals of the fit's parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit import Errors, ErrorsRequest
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


class ErrorsStep(Step[ErrorsRequest, Errors]):
    """Moves each parameter until the statistic has risen by `delta`, refitting the others."""

    examples: ClassVar = {"delta": (2.706, 1.0), "numbers": ((), (2,))}

    delta = Value(
        above_zero("a rise of the statistic", "2.706 is 90 % for one parameter"),
        2.706,
        "a number above 0; 2.706 is 90 % for one parameter",
    )
    numbers = t.Tuple(help="Parameter numbers; empty for all that are free.")

    beside: tuple[FitStep]

    def request(self) -> ErrorsRequest:
        """Give what the intervals depend on."""
        return ErrorsRequest(self.beside[0].request(), self.delta, self.numbers)

    def absorb(self, product: Errors) -> None:
        """Let the fit go on from a better one met on the way: the intervals are around that."""
        if better := product.better_fit:
            signed = replace(product.provenance, warnings=better.provenance.warnings)
            self.beside[0].adopt(replace(better, provenance=signed))
