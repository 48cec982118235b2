"""Follow a source over all observations of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.longterm import LongTerm, LongTermRequest
from nuwidgets.steps.draw_settings import as_level
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from nuwidgets.steps.regions import RegionsStep


class LongTermStep(Step[LongTermRequest, LongTerm]):
    """Gives the net rate in each observation, or its upper limit where nothing is detected."""

    only_seen: ClassVar = True
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "band": ((0.3, 7.0), (0.3, 1.5)),
        "level": (99.73, 95.0),
        "error_level": (68.27, 90.0),
    }

    band = Value(as_band, (0.3, 10.0), "a Band in keV")
    level = Value(as_level, 99.73, "per cent, e.g. 99.73")
    error_level = Value(as_level, 68.27, "per cent, e.g. 68.27")

    above: tuple[RegionsStep, ...]
    _of: tuple[str, ...] = ()

    def span(self, regions: dict[str, RegionsStep]) -> None:
        """Follow these observations from now on: regions by name of the dataset."""
        self.door.do(self._span, regions)

    def _span(self, regions: dict[str, RegionsStep]) -> None:
        vars(self)["_of"] = tuple(regions)
        if self.above != tuple(regions.values()):
            self.rest_on(*regions.values())
        else:
            self.judge()

    def request(self) -> LongTermRequest:
        """Give what the rates depend on."""
        above = tuple(step.request() for step in self.above)
        return LongTermRequest(above, self._of, self.band, self.level, self.error_level)
