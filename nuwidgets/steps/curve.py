"""Fold the model at the parameters of now: what the plots follow while a slider moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.step import Step
from nuwidgets.domain.fit import Curve, CurveRequest

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


class CurveStep(Step[CurveRequest, Curve]):
    """Compares the model of the fit with the data, without fitting."""

    examples: ClassVar[dict[str, tuple[object, object]]] = {}

    beside: tuple[FitStep]

    def request(self) -> CurveRequest:
        """Give what the curve depends on."""
        return CurveRequest(self.beside[0].request())
