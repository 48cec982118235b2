"""Choose the source and the background region."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.step import Step
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.selection import Selection, SelectionRequest
from nuwidgets.steps.traits import Value

if TYPE_CHECKING:
    from nuwidgets.steps.screen import ScreenStep


class RegionsStep(Step[SelectionRequest, Selection]):
    """Picks the events that lie in the source and in the background region."""

    examples: ClassVar = {
        "source": (Circle(10, 20, 150), Circle(10, 20, 100)),
        "background": (None, Circle(10, 20.1, 100)),
    }

    source = Value(Region.of, None, "a Region, a shape, or a list of shapes")
    background = Value(Region.of, None, "a Region, a shape, a list of shapes, or None")

    above: tuple[ScreenStep]

    def request(self) -> SelectionRequest:
        """Give what the selection depends on."""
        return SelectionRequest(self.above[0].request(), self.source, self.background)
