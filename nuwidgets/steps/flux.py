"""Integrate the model over a band."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit import Flux, FluxRequest
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


class FluxStep(Step[FluxRequest, Flux]):
    """Gives the flux of the model at the parameters of now."""

    examples: ClassVar = {"band": ((2.0, 10.0), (10.0, 40.0))}

    band = Value(as_band, (2.0, 10.0), "a Band in keV")

    beside: tuple[FitStep]

    def request(self) -> FluxRequest:
        """Give what the flux depends on."""
        return FluxRequest(self.beside[0].request(), self.band)
