"""Look for places to take the background from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.backgrounds import BackgroundPlace, Backgrounds, BackgroundsRequest
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band
from nuwidgets.steps.profile import as_names
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from nuwidgets.steps.geometry import GeometryStep
    from nuwidgets.steps.regions import RegionsStep

PREVIEW = "proposal"
"""Name of the region that shows a proposal in the image."""


class BackgroundsStep(Step[BackgroundsRequest, Backgrounds]):
    """Proposes background regions on the source's own detector, off its wings and stray light."""

    recorded: ClassVar = False
    only_seen: ClassVar = True
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "wings_percent": (5.0, 2.0),
        "avoid": ((), ("knot",)),
    }

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    wings_percent = Value(
        above_zero("a part of the background in percent", "e.g. 5"), 5.0, "a number of percent"
    )
    avoid = Value(as_names, (), "names of regions to keep out of")

    above: tuple[RegionsStep]
    beside: tuple[GeometryStep]

    def use(self, name: str) -> None:
        """Make a proposal the background region.

        Raises
        ------
        InputError
            If there are no proposals yet, or none of that name.
        """
        self.above[0].background = self._proposal(name).region

    def preview(self, name: str = "") -> None:
        """Show a proposal in the image, as the named region "proposal"; empty takes it away.

        Raises
        ------
        InputError
            If there are no proposals yet, or none of that name.
        """
        regions = self.above[0]
        if name:
            regions.put(PREVIEW, self._proposal(name).region)
        elif PREVIEW in regions.named:
            regions.named = regions.named.lacking(PREVIEW)

    def _proposal(self, name: str) -> BackgroundPlace:
        if self.product is None:
            raise InputError("There are no proposals for the background yet. Run backgrounds.")
        found: BackgroundPlace = self.product[name]
        return found

    def request(self) -> BackgroundsRequest:
        """Give what the proposals depend on."""
        regions = self.above[0]
        named = {name: regions.named[name] for name in self.avoid if name in regions.named}
        geometry = next((step.request() for step in self.beside), None)
        return BackgroundsRequest(
            regions.request(),
            self.band,
            geometry,
            self.wings_percent,
            self.avoid,
            NamedRegions.of(named),
        )

    def recall(self, request: BackgroundsRequest) -> None:
        """Set the settings that `request` was made from, the regions first."""
        self.door.do(self._recall, request)

    def _recall(self, request: BackgroundsRequest) -> None:
        self.above[0].recall(request.selection)
        for name in self.examples:
            setattr(self, name, getattr(request, name))
