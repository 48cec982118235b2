"""Numbers of shapes that were typed, and shapes that are moved, in units of one's choice."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import SIZES, PixelShape
from nuwidgets.domain.region import SkyShape, to_pixel
from nuwidgets.errors import InputError
from nuwidgets.files.ds9 import SIZE_UNITS, number_of
from nuwidgets.files.regions import parse_angle
from nuwidgets.panels.region_units import corners_text, place_of, words_of

if TYPE_CHECKING:
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.panels.region_units import Units


def typed(shape: Shape, name: str, text: str, units: Units) -> Shape:
    """Give the shape with a number that was typed.

    Raises
    ------
    InputError
        If the text is no such number, or the shape cannot be drawn with it.
    """
    if name in ("x", "y"):
        return _placed(shape, name, text, units)
    if name in SIZES:
        return _sized(shape, name, text, units)
    return _with(shape, **{name: parse_angle(text)})


def _with(shape: Any, **numbers: Any) -> Shape:
    changed: Shape = replace(shape, **numbers)
    return changed


def _placed(shape: Shape, name: str, text: str, units: Units) -> Shape:
    """Give the shape at another place: straight if it counts as the units do, else by the plane."""
    value = (
        parse_angle(text, hours=name == "x")
        if units.on_sky
        else _plain(text, words_of(name, units))
    )
    counts_sky = isinstance(shape, SkyShape)
    if units.plane is None or units.on_sky == counts_sky:
        own = {"x": "ra_deg", "y": "dec_deg"}[name] if counts_sky else name
        return _with(shape, **{own: value})
    plane: Any = units.plane
    ways = plane.to_pixel, plane.to_sky
    there, back = ways if counts_sky else reversed(ways)
    at = [float(v) for v in there(*place_of(shape))]
    at[name == "y"] = value
    first, second = (float(v) for v in back(*at))
    return _with(shape, **dict(zip(_place_names(shape), (first, second), strict=True)))


def _place_names(shape: Any) -> list[str]:
    return [field.name for field in fields(shape)][:2]


def _sized(shape: Shape, name: str, text: str, units: Units) -> Shape:
    value = length_typed(text, words_of(name, units), units)
    if isinstance(shape, PixelShape):
        return _with(shape, **{name: units.in_pixels(value)})
    return _with(shape, **{f"{name}_arcsec": value * units.arcsec})


def length_typed(text: str, what: str, units: Units) -> float:
    """Give a length that was typed, in these units; ``1.5'`` and ``90"`` are what they say.

    Raises
    ------
    InputError
        If the text is no length.
    """
    number = number_of(text)
    if number is None or number.unit not in ("", "p", *SIZE_UNITS):
        raise _no_number(text, what)
    value = number.value
    if number.unit in SIZE_UNITS:
        value *= SIZE_UNITS[number.unit] / units.arcsec
    elif number.unit == "p":
        value = units.of_pixels(value)
    if math.isnan(value):
        raise InputError(
            f"Cannot take {text!r} as {what}: these events have no sky coordinates. Give pixels."
        )
    return value


def _plain(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise _no_number(text, what) from error


def _no_number(text: str, what: str) -> InputError:
    return InputError(f"Cannot read {text!r} as {what}. Type a number, e.g. 60.")


def corners_typed(shape: Shape, text: str, units: Units) -> Shape:
    """Give a polygon with corners that were typed; those whose text stayed keep every digit.

    Raises
    ------
    InputError
        If a line is no place, or there are fewer than three.
    """
    kept = dict(
        zip(
            corners_text(shape, units).splitlines(), zip(*place_of(shape), strict=True), strict=True
        )
    )
    lines = (" ".join(line.replace(",", " ").split()) for line in text.splitlines())
    at = [kept[one] if one in kept else _corner(shape, one, units) for one in lines if one]
    columns = (tuple(place[k] for place in at) for k in (0, 1))
    return _with(shape, **dict(zip(_place_names(shape), columns, strict=True)))


def _corner(shape: Shape, line: str, units: Units) -> tuple[float, float]:
    """Give a typed corner as the shape counts it: on the sky or in pixels."""
    words = line.split()
    if len(words) != 2:  # noqa: PLR2004  a pair
        raise InputError(
            f"Cannot read {line!r} as a corner. Type two numbers a line, e.g."
            f" {'23:27:44.1 +58:48:55' if units.on_sky else '500.5 480'}."
        )
    if units.on_sky:
        at = parse_angle(words[0], hours=True), parse_angle(words[1])
    else:
        at = _plain(words[0], "a corner"), _plain(words[1], "a corner")
    if units.plane is None or units.on_sky == isinstance(shape, SkyShape):
        return at
    first, second = units.plane.to_pixel(*at) if units.on_sky else units.plane.to_sky(*at)
    return float(first), float(second)


def shifted(shape: Any, east: float, north: float, units: Units) -> Shape:
    """Give a shape moved by lengths to the east and to the north; along x and y without a sky."""
    dx, dy = units.in_pixels(east), units.in_pixels(north)
    if units.plane is not None:
        dx = math.copysign(dx, dx * units.plane.x_step_deg)
        dy = math.copysign(dy, dy * units.plane.y_step_deg)
    return moved_pixels(shape, dx, dy, units.plane)


def moved_pixels(shape: Shape, dx: float, dy: float, plane: TangentPlane | None) -> Shape:
    """Give a shape moved by pixels; what is on the sky stays on the sky."""
    pixel = to_pixel(shape, plane)
    x, y = np.array(pixel.x) + dx, np.array(pixel.y) + dy
    if isinstance(shape, SkyShape) and plane is not None:
        x, y = plane.to_sky(x, y)
    return _with(shape, **dict(zip(_place_names(shape), (x.tolist(), y.tolist()), strict=True)))
