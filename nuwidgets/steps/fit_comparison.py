"""Let the embedded engine and XSPEC fit the same thing, and compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit_comparison import FitComparison, FitComparisonRequest
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


class FitComparisonStep(Step[FitComparisonRequest, FitComparison]):
    """Fits with both engines from the parameters of now; a check that changes nothing."""

    recorded: ClassVar = False
    regardless: ClassVar = ("engine",)
    """Settings of the fit that make no difference here."""
    examples: ClassVar = {"errors": (False, True), "delta": (2.706, 1.0)}

    errors = t.Bool(default_value=False, help="Whether confidence intervals are compared too.")
    delta = Value(
        above_zero("a rise of the statistic", "2.706 is 90 % for one parameter"),
        2.706,
        "a number above 0; 2.706 is 90 % for one parameter",
    )

    beside: tuple[FitStep]

    def request(self) -> FitComparisonRequest:
        """Give what is compared: who fits otherwise makes no difference."""
        fit = replace(self.beside[0].request(), engine="")
        return FitComparisonRequest(fit, self.errors, self.delta)

    def recall(self, request: FitComparisonRequest) -> None:
        """Set the settings of what was compared; who fits stays as it is."""
        self.door.do(self._recall, request)

    def _recall(self, request: FitComparisonRequest) -> None:
        fit = self.beside[0]
        chosen = fit.request().engine
        fit.recall(replace(request.fit, engine=chosen))
        self.errors, self.delta = request.errors, request.delta
