"""The row of tools: which shape the next drag draws, or is placed in the middle of what is seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.region import to_sky
from nuwidgets.errors import InputError
from nuwidgets.panels import region_stack as stacks

if TYPE_CHECKING:
    from nuwidgets.domain.pixel_shapes import PixelShape
    from nuwidgets.panels.region_desk import RegionDesk

TOOLS = {
    "circle": ("circle", "Circle(ra, dec, 60)"),
    "annulus": ("annulus", "Annulus(ra, dec, 60, 120)"),
    "ellipse": ("ellipse", "Ellipse(ra, dec, 90, 60, 30)"),
    "ellannulus": ("ell. annulus", "EllipseAnnulus(ra, dec, 45, 30, 90, 60, 30)"),
    "box": ("box", "Box(ra, dec, 120, 60, 30)"),
    "polygon": ("polygon", "Polygon(ra, dec)"),
    "panda": ("panda", "Panda(ra, dec, 30, 120, 60, 120)"),
    "point": ("point", "Point(ra, dec)"),
}
"""Word and Python of each shape, by the view's name."""


def usual_shape(kind: str, x: float, y: float) -> PixelShape:
    """Give a shape of a usual size, sky pixels.

    Examples
    --------
    >>> usual_shape("annulus", 500, 400)
    PixelAnnulus(x=500.0, y=400.0, inner=40.0, outer=80.0, exclude=False)
    """
    if kind == "polygon":
        corners = ((-30.0, -20.0), (30.0, -20.0), (0.0, 32.0))
        return PixelPolygon(tuple(x + a for a, _ in corners), tuple(y + b for _, b in corners))
    made: dict[str, PixelShape] = {
        "circle": PixelCircle(x, y, 30.0),
        "annulus": PixelAnnulus(x, y, 40.0, 80.0),
        "ellipse": PixelEllipse(x, y, 40.0, 25.0),
        "ellannulus": PixelEllipseAnnulus(x, y, 24.0, 15.0, 48.0, 30.0),
        "box": PixelBox(x, y, 60.0, 40.0),
        "panda": PixelPanda(x, y, 0.0, 90.0, 20.0, 60.0),
    }
    return made.get(kind) or PixelPoint(x, y)


class RegionTools:
    """Buttons for eight shapes, whether they take away, and one that places them without a mouse.

    Parameters
    ----------
    desk : RegionDesk
        Whose shapes are drawn.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk = desk
        self._kind, self._setting = "circle", False
        self.buttons = {kind: self._button(kind, *words) for kind, words in TOOLS.items()}
        self.exclude = w.Checkbox(
            description="exclude",
            indent=False,
            tooltip="New shapes take away: Circle(ra, dec, 60, exclude=True)",
            layout=w.Layout(width="auto"),
        )
        behind(desk.panel.door, self.exclude)
        self.exclude.observe(lambda _c: desk.panel.door.do(desk.panel.guard, self.show), "value")
        self.place = desk.panel.button(
            "Place", "Put a shape in the middle of the image, without a mouse", self.put
        )
        row = [*self.buttons.values(), self.exclude, self.place]
        self.box = w.HBox(row).add_class("nuw-tools")

    def _button(self, kind: str, words: str, python: str) -> w.ToggleButton:
        button = w.ToggleButton(
            description=words, tooltip=f'Draw with the mouse. regions.put("source", {python})'
        )
        behind(self._desk.panel.door, button)
        button.observe(partial(self._pressed, kind), "value")
        return button

    def _pressed(self, kind: str, change: Any) -> None:
        if not self._setting:
            self._desk.panel.door.do(
                self._desk.panel.guard, self.take, kind if change["new"] else ""
            )

    @property
    def tool(self) -> str:
        """What the next drag draws; empty for nothing."""
        return next((kind for kind, button in self.buttons.items() if button.value), "")

    def take(self, kind: str) -> None:
        """Let the next drag in an image draw this; "" for nothing."""
        self._kind = kind or self._kind
        self._press(kind)
        self.show()
        self._desk.hands.arm(kind)

    def rest(self) -> None:
        """Forget the tool: a shape was drawn."""
        self.take("")

    def _press(self, kind: str) -> None:
        self._setting = True
        try:
            for one, button in self.buttons.items():
                button.value = one == kind
        finally:
            self._setting = False

    def show(self) -> None:
        """Tell the views into which region is drawn, and say what "Place" would put there."""
        self._desk.hands.aim(self._desk.role, exclude=self.exclude.value)
        what = f"{TOOLS[self._kind][0]} into {self._desk.role}"
        self.place.tooltip = f"Put a {what}, in the middle of the image, without a mouse"

    def put(self, kind: str = "") -> None:
        """Place a shape in the middle of what is seen.

        Raises
        ------
        InputError
            If there is no image yet.
        """
        desk, name = self._desk, self._desk.current
        view = next(iter(desk.hands.views[name]), None)
        if view is None or not view.image:
            raise InputError("Cannot place a shape: there is no image yet. Compute it first.")
        plane, (binning, _) = desk.plane(name), desk.hands.drawn[name]
        n_y, n_x = view.shape
        middle = view.view.get("x", (n_x - 1) / 2), view.view.get("y", (n_y - 1) / 2)
        x, y = (m * binning + (binning - 1) / 2 for m in middle)
        pixel = usual_shape(kind or self._kind, x, y)
        if self.exclude.value:
            pixel = stacks.turned(pixel)
        shape = to_sky(pixel, plane) if plane else pixel
        desk.change(name, *stacks.having(desk.stack(name), desk.role, [shape]))
        self.rest()
        desk.panel.say("")
