"""Count the events of all regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.region_counts import RegionCounts, RegionCountsRequest
from nuwidgets.steps.image import as_bands

if TYPE_CHECKING:
    from nuwidgets.steps.regions import RegionsStep
    from nuwidgets.steps.screen import ScreenStep


class CountsStep(Step[RegionCountsRequest, RegionCounts]):
    """Counts the events of source, background and named regions in bands."""

    recorded: ClassVar = False
    only_seen: ClassVar = True
    examples: ClassVar = {"bands": ((), ((3.0, 10.0), (10.0, 79.0)))}

    bands = Value(as_bands, (), "a list of Bands in keV, or of pairs; none for the whole band")

    above: tuple[ScreenStep]
    beside: tuple[RegionsStep]

    def request(self) -> RegionCountsRequest:
        """Give what the counts depend on."""
        regions = self.beside[0]
        return RegionCountsRequest(
            self.above[0].request(), regions.source, regions.background, regions.named, self.bands
        )

    def recall(self, request: RegionCountsRequest) -> None:
        """Set the settings that `request` was made from, and the regions."""
        self.door.do(self._recall, request)

    def _recall(self, request: RegionCountsRequest) -> None:
        regions = self.beside[0]
        self.above[0].recall(request.screen)
        regions.source, regions.background = request.source, request.background
        regions.named, self.bands = request.named, request.bands
