"""From the words of a region text to shapes: frames, units, and where pixels count from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
)
from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Polygon
from nuwidgets.errors import InputError
from nuwidgets.files.ds9 import FRAMES, SHAPES, SIZE_UNITS
from nuwidgets.files.sky_frames import SKY_FRAMES, turn, turned_angle_deg

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.files.ds9 import Number, Statement

SHAPE_TYPES: dict[tuple[str, bool], Callable[..., Shape]] = {
    ("circle", True): Circle,
    ("circle", False): PixelCircle,
    ("annulus", True): Annulus,
    ("annulus", False): PixelAnnulus,
    ("ellipse", True): Ellipse,
    ("ellipse", False): PixelEllipse,
    ("box", True): Box,
    ("box", False): PixelBox,
}
COUNTS = {"circle": (3,), "annulus": (4,), "ellipse": (4, 5), "box": (4, 5), "rectangle": (4, 5)}
LEFT_OUT = "It is left out."
RIGHT_ANGLE_DEG = 90.0


def _frame(statement: Statement) -> str:
    """Give the frame a shape is in; without one, colons and arcsec marks mean the sky."""
    if statement.frame:
        return FRAMES[statement.frame]
    on_sky = any(n.unit in (":", "h", '"', "'", "d", "r") for n in statement.numbers)
    return "fk5" if on_sky else "physical"


def _wrong(statement: Statement, why: str) -> InputError:
    return InputError(f"Cannot read the region in {statement.where}: {why} in {statement.text!r}.")


class _Reader:
    """The numbers of one statement, in the units of the domain."""

    def __init__(self, statement: Statement, frame: str, plane: TangentPlane | None) -> None:
        self.statement, self.frame, self.plane = statement, frame, plane
        self.sky = frame in SKY_FRAMES

    def coordinate(self, number: Number, *, is_first: bool) -> float:
        """Give one coordinate: deg on the sky, pixels from 0 else."""
        unit, value = number.unit, number.value
        if not self.sky:
            if unit not in ("", "p", "i"):
                raise _wrong(self.statement, f"a pixel has the unit {unit!r}")
            return value - 1.0
        if unit in ("p", "i", '"', "'"):
            raise _wrong(self.statement, f"a sky coordinate has the unit {unit!r}")
        if unit == "r":
            return math.degrees(value)
        hours = unit == "h" or (unit == ":" and is_first and self.frame != "galactic")
        return value * 15.0 if hours else value

    def size(self, number: Number) -> float:
        """Give a size: arcsec on the sky, pixels else."""
        unit, value = number.unit, number.value
        if unit in (":", "h"):
            raise _wrong(self.statement, "a size has colons")
        in_pixels = unit in ("p", "i") or (not unit and not self.sky)
        if in_pixels != self.sky:
            return value if in_pixels else value * SIZE_UNITS[unit or "d"]
        if self.plane is None:
            why = f"the size {value:g}{unit} needs the pixels of an event file"
            raise _wrong(self.statement, why)
        scale = self.plane.pixel_arcsec
        return value * scale if in_pixels else value * SIZE_UNITS[unit] / scale

    def angle_deg(self, numbers: tuple[Number, ...]) -> float:
        """Give the angle that may follow, deg."""
        if not numbers:
            return 0.0
        value, unit = numbers[0].value, numbers[0].unit
        if unit not in ("", "d", "r"):
            raise _wrong(self.statement, f"an angle has the unit {unit!r}")
        return math.degrees(value) if unit == "r" else value

    def points(self, numbers: tuple[Number, ...]) -> tuple[list[float], list[float]]:
        """Give coordinates pair by pair, in FK5 or pixels from 0."""
        first = [self.coordinate(n, is_first=True) for n in numbers[::2]]
        second = [self.coordinate(n, is_first=False) for n in numbers[1::2]]
        if not self.sky:
            return first, second
        if any(abs(v) > RIGHT_ANGLE_DEG for v in second):
            raise _wrong(self.statement, "a declination is outside of -90 to 90 deg")
        ra, dec = turn(np.array(first), np.array(second), self.frame, "fk5")
        return ra.tolist(), dec.tolist()


def _round_shape(reader: _Reader, numbers: tuple[Number, ...]) -> Shape:
    """Give a shape with a centre, sizes and perhaps an angle."""
    name, exclude = reader.statement.shape, reader.statement.exclude
    (x,), (y,) = reader.points(numbers[:2])
    n_sizes = {"circle": 1}.get(name, 2)
    sizes = [reader.size(n) for n in numbers[2 : 2 + n_sizes]]
    if name in ("circle", "annulus"):
        return SHAPE_TYPES[name, reader.sky](x, y, *sizes, exclude=exclude)
    angle = reader.angle_deg(numbers[4:])
    if reader.sky and reader.frame != "fk5":
        lon, lat = (reader.coordinate(n, is_first=i == 0) for i, n in enumerate(numbers[:2]))
        angle += turned_angle_deg(lon, lat, reader.frame, "fk5")
    return SHAPE_TYPES[name.removeprefix("rot"), reader.sky](x, y, *sizes, angle, exclude)


def _corner_shape(reader: _Reader, numbers: tuple[Number, ...]) -> Shape:
    """Give a polygon, or the rectangle between two corners."""
    exclude = reader.statement.exclude
    if reader.statement.shape == "polygon":
        x, y = reader.points(numbers)
        return (Polygon if reader.sky else PixelPolygon)(tuple(x), tuple(y), exclude)
    if reader.sky:
        a, b, c, d = numbers[:4]
        x, y = reader.points((a, b, c, b, c, d, a, d))
        return Polygon(tuple(x), tuple(y), exclude)
    (x1, x2), (y1, y2) = reader.points(numbers[:4])
    angle = reader.angle_deg(numbers[4:])
    return PixelBox((x1 + x2) / 2, (y1 + y2) / 2, abs(x2 - x1), abs(y2 - y1), angle, exclude)


def _refusal(statement: Statement) -> str:
    """Say why a shape is left out; empty where it is not."""
    name, n = statement.shape, len(statement.numbers)
    where = f"{statement.where}: {statement.text!r}"
    if name not in SHAPES:
        return f"{where}: a {name} is not supported. {LEFT_OUT}"
    if statement.frame and statement.frame not in FRAMES:
        return f"{where}: {statement.frame} coordinates are not supported. {LEFT_OUT} Use fk5."
    if (name == "annulus" and n > 4) or (name in ("ellipse", "box", "rotbox") and n > 5):  # noqa: PLR2004
        return f"{where}: several rings in one shape are not supported. {LEFT_OUT}"
    if name == "rectangle" and n == 5 and _frame(statement) in SKY_FRAMES:  # noqa: PLR2004
        return f"{where}: a turned rectangle on the sky is not supported. {LEFT_OUT} Use a box."
    sizes = statement.numbers[3:4] if name == "annulus" else statement.numbers[2:4]
    if name in ("circle", "annulus", "ellipse", "box", "rotbox") and any(
        size.value == 0 for size in (sizes if name != "circle" else sizes[:1])
    ):
        return f"{where}: it has no size. {LEFT_OUT}"
    return ""


def _check_count(statement: Statement) -> None:
    name = "box" if statement.shape == "rotbox" else statement.shape
    n = len(statement.numbers)
    allowed = COUNTS.get(name, (n,) if n % 2 == 0 else ())
    if n not in allowed:
        wanted = " or ".join(map(str, allowed)) or "an even number of"
        raise _wrong(statement, f"{wanted} numbers make a {name}, {n} were given")


def shape_of(statement: Statement, plane: TangentPlane | None) -> tuple[Shape | None, str]:
    """Give the shape of a statement, or None and a sentence that says why it is left out.

    Raises
    ------
    InputError
        If the statement is broken, or needs a plane that is missing.
    """
    refusal = _refusal(statement)
    if refusal:
        return None, refusal
    _check_count(statement)
    reader = _Reader(statement, _frame(statement), plane)
    make = _corner_shape if statement.shape in ("polygon", "rectangle") else _round_shape
    try:
        shape = make(reader, statement.numbers)
    except InputError as error:
        if str(error).startswith("Cannot read"):
            raise
        raise _wrong(statement, str(error).rstrip(".")) from error
    joined = f"{statement.where}: '||' is ignored; the shapes stand by themselves."
    return shape, joined if statement.joined else ""
