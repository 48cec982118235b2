"""All shapes of a dataset in their order, in the list that is chosen and ordered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.core.bind import behind
from nuwidgets.panels.region_codec import kind_of
from nuwidgets.panels.region_hands import colour_of
from nuwidgets.panels.region_stack import shape_id
from nuwidgets.panels.region_tools import TOOLS
from nuwidgets.panels.region_units import short_text
from nuwidgets.widgets.region_rows import RegionRows, row

if TYPE_CHECKING:
    from nuwidgets.panels.region_desk import RegionDesk

HOW = {
    "turn": "replace(shape, exclude=True)",
    "delete": "regions.source = shapes[:-1]",
    "bring": "regions.source = [shapes[1], shapes[0]]",
}


class RegionList:
    """The list of shapes.

    Parameters
    ----------
    desk : RegionDesk
        Whose shapes they are.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk = desk
        self.rows = RegionRows(how=HOW, alt="shapes of the regions, the last wins")
        self.rows.hear, self.rows.act = desk.panel.door.hear, desk.acts.act
        behind(desk.panel.door, self.rows)
        self.rows.observe(self._chose, "chosen")
        self._setting = False

    def _chose(self, change: Any) -> None:
        if not self._setting:
            desk = self._desk
            desk.panel.door.do(desk.panel.guard, desk.select, desk.current, change["new"])

    def show(self) -> None:
        """Show the shapes of now; what did not change is not sent."""
        desk, units = self._desk, self._desk.units.now
        stack = desk.stack(desk.current)
        groups = [
            {"key": role, "colour": colour_of(role, stack), "dashed": role == "background"}
            for role in stack
        ]
        rows = [
            row(
                shape_id(role, i),
                role,
                TOOLS[kind_of(shape)][0],
                short_text(shape, units),
                exclude=shape.exclude,
            )
            for role, region in stack.items()
            for i, shape in enumerate(region.shapes)
        ]
        self._setting = True
        try:
            with self.rows.hold_sync():
                for trait, value in (("groups", groups), ("rows", rows), ("into", desk.role)):
                    if getattr(self.rows, trait) != value:
                        setattr(self.rows, trait, value)
                self.mark()
        finally:
            self._setting = False

    def mark(self) -> None:
        """Show which shapes are chosen."""
        old, self._setting = self._setting, True
        try:
            chosen = list(self._desk.chosen)
            if self.rows.chosen != chosen:
                self.rows.chosen = chosen
        finally:
            self._setting = old
