"""In which units the numbers of shapes are shown, and of which dataset; remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.region_units import LENGTHS, POSITIONS, Units

if TYPE_CHECKING:
    from nuwidgets.panels.region_desk import RegionDesk


class UnitChoice:
    """Two choices of units, and one of a dataset where there are several.

    Parameters
    ----------
    desk : RegionDesk
        Whose numbers they are.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk = desk
        known = desk.session.views.get("regions", {})
        self.position = self._choice("position", POSITIONS, known)
        self.length = self._choice("length", LENGTHS, known)
        self.dataset = w.Dropdown(
            options=list(desk.datasets),
            tooltip="Whose shapes are listed",
            layout=w.Layout(width="150px"),
        )
        behind(desk.panel.door, self.dataset)
        self.dataset.observe(self._turned, "value")
        if len(desk.datasets) == 1:
            self.dataset.layout.display = "none"
        self.box = w.HBox([self.dataset, self.position, self.length]).add_class("nuw-row")

    def _choice(self, name: str, options: tuple[str, ...], known: dict[str, Any]) -> w.Dropdown:
        value = known.get(name)
        box = w.Dropdown(
            options=options,
            value=value if value in options else options[0],
            tooltip={"position": "Positions in", "length": "Sizes in"}[name],
            layout=w.Layout(width="100px"),
        )
        behind(self._desk.panel.door, box)
        box.observe(lambda change: self._chosen(name, change["new"]), "value")
        return box

    def _chosen(self, name: str, value: str) -> None:
        desk = self._desk
        desk.session.view("regions", **{name: value})
        desk.panel.door.do(desk.panel.guard, desk.show_current)

    def _turned(self, change: Any) -> None:
        desk = self._desk
        desk.panel.door.do(desk.panel.guard, desk.turn_to, change["new"])

    def turn(self, name: str) -> None:
        """Show which dataset is listed."""
        self.dataset.value = name

    @property
    def now(self) -> Units:
        """The units of now, with the sky of the dataset that is shown."""
        plane = self._desk.plane(self._desk.current)
        return Units(self.position.value, self.length.value, plane)
