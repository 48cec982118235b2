"""The numbers of the first source and background shape, to read and to type."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError
from nuwidgets.files.regions import parse_angle
from nuwidgets.panels.base import close_all

if TYPE_CHECKING:
    from nuwidgets.panels.image import ImagePanel

_WORDS = {
    "ra_deg": "RA",
    "dec_deg": "Dec",
    "radius_arcsec": "radius [″]",
    "inner_arcsec": "inner [″]",
    "outer_arcsec": "outer [″]",
    "semi_x_arcsec": "semi-axis [″]",
    "semi_y_arcsec": "semi-axis [″]",
    "width_arcsec": "width [″]",
    "height_arcsec": "height [″]",
    "angle_deg": "angle [°]",
    "x": "x [px]",
    "y": "y [px]",
    "radius": "radius [px]",
    "inner": "inner [px]",
    "outer": "outer [px]",
}


class RegionForm:
    """One row of boxes for each role; a refused number is said and undone."""

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        self._rows: dict[str, dict[str, w.Text]] = {"source": {}, "background": {}}
        self._kinds: dict[str, type] = {}
        self._pulling = False
        self.box = w.VBox()

    def show(self) -> None:
        """Show the numbers of now; make new boxes only for another kind of shape."""
        step = self._panel.first().regions
        regions = {role: getattr(step, role) for role in self._rows}
        shapes = {role: region.shapes[0] if region else None for role, region in regions.items()}
        kinds = {role: type(shape) for role, shape in shapes.items()}
        self._pulling = True
        try:
            if kinds != self._kinds:
                old, self._kinds = self.box.children, kinds
                self._rows = {role: {} for role in self._rows}
                self.box.children = tuple(self._row(*item) for item in shapes.items())
                close_all(old)
            for role, shape in shapes.items():
                for name, text in self._rows[role].items():
                    value = _text(name, getattr(shape, name))
                    if text.value != value:
                        text.value = value
        finally:
            self._pulling = False

    def _row(self, role: str, shape: Any) -> w.Widget:
        label = w.HTML(f'<span class="nuw-num">{role}</span>', layout=w.Layout(width="72px"))
        if shape is None:
            none = w.HTML('<span class="nuw-note">no shape: add a circle or an annulus</span>')
            return w.HBox([label, none]).add_class("nuw-row")
        texts = {}
        for field in fields(shape):
            value = getattr(shape, field.name)
            if field.name == "exclude" or isinstance(value, tuple):
                continue
            text = w.Text(
                continuous_update=False,
                description=_WORDS.get(field.name, field.name),
                tooltip=f"{role}: {field.name}",
                layout=w.Layout(width="150px" if field.name in ("ra_deg", "dec_deg") else "144px"),
            )
            text.style.description_width = "66px" if text.layout.width == "144px" else "28px"
            behind(self._panel.door, text)
            text.observe(self._typed(role, field.name), "value")
            texts[field.name] = text
        self._rows[role] = texts
        return w.HBox([label, *texts.values()]).add_class("nuw-row")

    def _typed(self, role: str, name: str) -> Any:
        def typed(change: Any) -> None:
            if not self._pulling:
                self._panel.door.do(self._panel.guard, self._take, role, name, change["new"])

        return typed

    def _take(self, role: str, name: str, text: str) -> None:
        panel = self._panel
        first: Any
        first, *rest = getattr(panel.first().regions, role).shapes or (None,)
        if not hasattr(first, name) or text == _text(name, getattr(first, name)):
            return  # the shape is another by now, or nothing was changed
        try:
            shape = replace(first, **{name: _number(name, text)})
        except InputError:
            panel.door.speak(self.show)
            raise
        panel.put(panel.first().name, role, Region((shape, *rest)))
        panel.say("")


def _number(name: str, text: str) -> float:
    if name in ("ra_deg", "dec_deg", "angle_deg"):
        return parse_angle(text, hours=name == "ra_deg")
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            f"Cannot read {text!r} as {_WORDS[name]}. Type a number, e.g. 60."
        ) from error


def _text(name: str, value: float) -> str:
    return f"{value:.6f}" if name in ("ra_deg", "dec_deg") else f"{value:.2f}"
