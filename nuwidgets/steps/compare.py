"""Make spectrum and light curve by both engines, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.step import Step
from nuwidgets.domain.comparison import CompareRequest, Comparison
from nuwidgets.domain.grouping import Grouping

if TYPE_CHECKING:
    from nuwidgets.steps.lightcurve import LightCurveStep
    from nuwidgets.steps.regions import RegionsStep
    from nuwidgets.steps.spectrum import SpectrumStep


class CompareStep(Step[CompareRequest, Comparison]):
    """Asks the embedded engine and HEASoft for the same products; a check that is never live."""

    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[object, object]]] = {}
    regardless: ClassVar = ("engine", "grouping")
    """Settings of the steps beside that make no difference here."""

    above: tuple[RegionsStep]
    beside: tuple[SpectrumStep, LightCurveStep]

    def request(self) -> CompareRequest:
        """Give what is compared: who makes the two products, and their bins, do not matter."""
        spectrum, lightcurve = self.beside
        return CompareRequest(
            replace(spectrum.request(), engine="", grouping=Grouping()),
            replace(lightcurve.request(), engine=""),
        )

    def recall(self, request: CompareRequest) -> None:
        """Set the settings of what was compared; bins and engines stay as they are."""
        self.door.do(self._recall, request)

    def _recall(self, request: CompareRequest) -> None:
        spectrum, lightcurve = self.beside
        now = spectrum.request().engine, lightcurve.request().engine
        spectrum.recall(replace(request.spectrum, engine=now[0], grouping=spectrum.grouping))
        lightcurve.recall(replace(request.lightcurve, engine=now[1]))
