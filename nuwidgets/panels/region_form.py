"""The numbers of the chosen shape, to read and to type; of several, by how much all are moved."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.panels import region_stack as stacks
from nuwidgets.panels.base import close_all
from nuwidgets.panels.region_codec import kind_of
from nuwidgets.panels.region_tools import TOOLS
from nuwidgets.panels.region_typing import corners_typed, length_typed, shifted, typed
from nuwidgets.panels.region_units import corners_text, names_of, texts_of, words_of

if TYPE_CHECKING:
    from nuwidgets.domain.region import Shape
    from nuwidgets.panels.region_desk import RegionDesk

CORNERS = "corners"


class RegionForm:
    """A box for each number; a refused one is said beneath and undone."""

    def __init__(self, desk: RegionDesk) -> None:
        self._desk, self._panel = desk, desk.panel
        self.fields: dict[str, Any] = {}
        self._kind: tuple[Any, ...] = ()
        self._ids: tuple[str, ...] = ()
        self._pulling = False
        self.title = w.HTML().add_class("nuw-num")
        self.said = w.HTML().add_class("nuw-refused")
        self.grid = w.HBox().add_class("nuw-desk-fields")
        self.box = w.VBox([self.title, self.grid, self.said])

    def about(self) -> dict[str, Shape]:
        """Give the shapes whose numbers are shown: the chosen ones, or the first of a region."""
        desk = self._desk
        stack = desk.stack(desk.current)
        chosen = stacks.found(stack, desk.chosen)
        if chosen:
            return chosen
        return stacks.found(stack, [stacks.shape_id(desk.role, 0)])

    def show(self) -> None:
        """Show the numbers of now; make new boxes only for other numbers."""
        shapes, units = self.about(), self._desk.units.now
        names = ("east", "north") if len(shapes) > 1 else tuple(self._names(shapes))
        kind = (names, tuple(self._words(name) for name in names))
        if self._ids != tuple(shapes):
            self._ids = tuple(shapes)
            self._refuse("")  # it was about others
        self._pulling = True
        try:
            if kind != self._kind:
                self._kind = kind
                self._renew()
            texts = self._texts(shapes, units)
            for name, field in self.fields.items():
                if field.value != texts[name]:
                    field.value = texts[name]
        finally:
            self._pulling = False
        self._entitle(shapes)

    def _renew(self) -> None:
        """Make the boxes of now; the old ones go when the new ones are shown."""
        old, kind = self.grid.children, zip(*self._kind, strict=True)
        self.fields = {name: self._field(name, words) for name, words in kind}
        self.grid.children = tuple(self.fields.values())
        close_all(old)

    def _names(self, shapes: dict[str, Shape]) -> tuple[str, ...]:
        first = next(iter(shapes.values()), None)
        if first is None:
            return ()
        return names_of(first) or (CORNERS,)

    def _words(self, name: str) -> str:
        units = self._desk.units.now
        if name in ("east", "north"):
            axis = {"east": "x", "north": "y"}[name] if units.plane is None else name
            return f"{axis} [{units.sign}]"
        return "" if name == CORNERS else words_of(name, units)

    def _texts(self, shapes: dict[str, Shape], units: Any) -> dict[str, str]:
        if len(shapes) > 1:
            return {"east": "0", "north": "0"}
        first = next(iter(shapes.values()), None)
        if first is None:
            return {}
        return texts_of(first, units) or {CORNERS: corners_text(first, units)}

    def _entitle(self, shapes: dict[str, Shape]) -> None:
        if len(shapes) > 1:
            text = f"{len(shapes)} shapes: move all of them by"
        else:
            text = f"{self._desk.role}: no shape. Take a tool and drag in the image, or Place one."
        for one, shape in shapes.items() if len(shapes) == 1 else ():
            role, at = stacks.place_of(one)
            word = TOOLS[kind_of(shape)][0]
            text = f"{role}, {word} {at + 1}"
        text = html.escape(text)
        if text != self.title.value:
            self.title.value = text

    def _field(self, name: str, words: str) -> w.Widget:
        if name == CORNERS:
            box: Any = w.Textarea(continuous_update=False, rows=5)
            box.tooltip = "Corners, one a line: regions.put(name, Polygon(ra_deg, dec_deg))"
            box.layout.width = "auto"
        else:
            box = w.Text(continuous_update=False, description=words)
            box.tooltip = f"{words}: regions.put(name, replace(shape, …))"
            box.style.description_width = "66px"
            box.layout.width = "auto"
        behind(self._panel.door, box)
        box.observe(partial(self._typed, name), "value")
        made: w.Widget = box
        return made

    def _typed(self, name: str, change: Any) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._take, name, change["new"])

    def _take(self, name: str, text: str) -> None:
        shapes, units, desk = self.about(), self._desk.units.now, self._desk
        if name not in self.fields or text == self._texts(shapes, units).get(name):
            return  # the shape is another by now, or nothing was changed
        try:
            stack = stacks.each(
                desk.stack(desk.current), shapes, lambda shape: self._changed(shape, name, text)
            )
        except InputError as error:
            self._refuse(str(error))
            return
        self._refuse("")
        desk.change(desk.current, stack, desk.chosen)
        self._panel.say("")
        self.show()

    def _changed(self, shape: Shape, name: str, text: str) -> Shape:
        units = self._desk.units.now
        if name in ("east", "north"):
            by = length_typed(text, self._words(name), units)
            return shifted(shape, *((by, 0.0) if name == "east" else (0.0, by)), units)
        if name == CORNERS:
            return corners_typed(shape, text, units)
        return typed(shape, name, text, units)

    def _refuse(self, text: str) -> None:
        said = html.escape(text)
        if said != self.said.value:
            self._panel.door.speak(setattr, self.said, "value", said)
        if text:
            self._panel.door.speak(self.show)
