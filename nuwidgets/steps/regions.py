"""Choose the source and the background region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.selection import Selection, SelectionRequest

if TYPE_CHECKING:
    from astropy.coordinates import SkyCoord

    from nuwidgets.steps.screen import ScreenStep


class RegionsStep(Step[SelectionRequest, Selection]):
    """Picks the events that lie in the source and in the background region."""

    recorded: ClassVar = False
    examples: ClassVar = {
        "source": (Circle(10, 20, 150), Circle(10, 20, 100)),
        "background": (None, Circle(10, 20.1, 100)),
    }

    source = Value(Region.of, None, "a Region, a shape, or a list of shapes")
    background = Value(Region.of, None, "a Region, a shape, a list of shapes, or None")

    above: tuple[ScreenStep]

    @property
    def source_center(self) -> SkyCoord | None:
        """Centre of the first shape of the source region; None without one on the sky."""
        from astropy.coordinates import SkyCoord

        shape: Any = next(iter(self.source.shapes), None)
        if not isinstance(getattr(shape, "ra_deg", None), float):
            return None
        return SkyCoord(shape.ra_deg, shape.dec_deg, unit="deg")

    def request(self) -> SelectionRequest:
        """Give what the selection depends on."""
        return SelectionRequest(self.above[0].request(), self.source, self.background)
