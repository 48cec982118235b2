"""Choose the source and the background region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.named_regions import ROLES, NamedRegions
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.selection import Selection, SelectionRequest

if TYPE_CHECKING:
    from astropy.coordinates import SkyCoord

    from nuwidgets.steps.screen import ScreenStep


class RegionsStep(Step[SelectionRequest, Selection]):
    """Picks the events that lie in the source and in the background region."""

    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "source": (Circle(10, 20, 150), Circle(10, 20, 100)),
        "background": (None, Circle(10, 20.1, 100)),
    }

    source = Value(Region.of, None, "a Region, a shape, or a list of shapes")
    background = Value(Region.of, None, "a Region, a shape, a list of shapes, or None")

    named = Value(NamedRegions.of, None, "a dict of names and regions")
    """More regions, to count in and to draw; neither spectrum nor fit depend on them."""

    above: tuple[ScreenStep]

    @property
    def source_center(self) -> SkyCoord | None:
        """Centre of the first shape of the source region; None without one on the sky."""
        from astropy.coordinates import SkyCoord

        shape: Any = next(iter(self.source.shapes), None)
        if not isinstance(getattr(shape, "ra_deg", None), float):
            return None
        return SkyCoord(shape.ra_deg, shape.dec_deg, unit="deg")

    def region(self, name: str) -> Region:
        """Give a region by its name: source, background, or a named one.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        found: Region = getattr(self, name) if name in ROLES else self.named[name]
        return found

    def put(self, name: str, region: Any) -> None:
        """Set a region by its name; a name that is new makes one more."""
        if name in ROLES:
            setattr(self, name, region)
        else:
            self.named = self.named.having(name, Region.of(region))

    def request(self) -> SelectionRequest:
        """Give what the selection depends on."""
        return SelectionRequest(self.above[0].request(), self.source, self.background)
