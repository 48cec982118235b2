"""From the words of a region text to shapes: frames, units, and where pixels count from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import PixelBox, PixelPolygon
from nuwidgets.domain.region import Polygon
from nuwidgets.errors import InputError
from nuwidgets.files.ds9 import FRAMES, SHAPES, SIZE_UNITS
from nuwidgets.files.ds9_rings import outermost, round_shapes
from nuwidgets.files.sky_frames import SKY_FRAMES, turn, turned_angle_deg

if TYPE_CHECKING:
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.files.ds9 import Number, Statement

COUNTS = {
    "circle": (3,), "box": (4, 5), "rectangle": (4, 5), "panda": (8,), "pie": (6,), "point": (2,),
}  # fmt: skip
"""How many numbers make a shape."""
LEAST = {"annulus": 4, "ellipse": 4, "elliptannulus": 6}
"""How many numbers a ring has at least; more make several."""
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


class Reader:
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
        if unit in ("p", "i", '"', "'", "n"):
            raise _wrong(self.statement, f"a sky coordinate has the unit {unit!r}")
        if unit == "r":
            return math.degrees(value)
        hours = unit == "h" or (unit == ":" and is_first and self.frame != "galactic")
        return value * 15.0 if hours else value

    def size(self, number: Number) -> float:
        """Give a size: arcsec on the sky, pixels else."""
        unit, value = number.unit, number.value
        if unit in (":", "h", "n"):
            what = "n= stands where a size is expected" if unit == "n" else "a size has colons"
            raise _wrong(self.statement, what)
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

    def turned_deg(self, numbers: tuple[Number, ...], angle_deg: float) -> float:
        """Give an angle at a place, in FK5 where it is on the sky."""
        if not self.sky or self.frame == "fk5":
            return angle_deg
        lon, lat = (self.coordinate(n, is_first=i == 0) for i, n in enumerate(numbers[:2]))
        return angle_deg + turned_angle_deg(lon, lat, self.frame, "fk5")


def _corner_shape(reader: Reader, numbers: tuple[Number, ...]) -> Shape:
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
        article = "an" if name[0] in "ae" else "a"
        return f"{where}: {article} {name} is not supported. {LEFT_OUT}"
    if statement.frame and statement.frame not in FRAMES:
        return f"{where}: {statement.frame} coordinates are not supported. {LEFT_OUT} Use fk5."
    if name in ("box", "rotbox") and n > 5:  # noqa: PLR2004
        return f"{where}: several boxes in one shape are not supported. {LEFT_OUT}"
    if name == "rectangle" and n == 5 and _frame(statement) in SKY_FRAMES:  # noqa: PLR2004
        return f"{where}: a turned rectangle on the sky is not supported. {LEFT_OUT} Use a box."
    return f"{where}: it has no size. {LEFT_OUT}" if _is_flat(name, statement.numbers) else ""


def _is_flat(name: str, numbers: tuple[Number, ...]) -> bool:
    """Say whether a shape has a size of zero: DS9 leaves such where somebody only clicked."""
    if name in ("ellipse", "box", "rotbox", "elliptannulus"):
        return any(size.value == 0 for size in outermost(numbers))
    place = {"circle": (2, 3), "annulus": (3, 4), "panda": (6, 7), "cpanda": (6, 7), "pie": (3, 4)}
    sizes = [n for n in numbers[slice(*place.get(name, (0, 0)))] if n.unit != "n"]
    return any(size.value == 0 for size in sizes)


def _check_count(statement: Statement) -> None:
    name = {"rotbox": "box", "cpanda": "panda"}.get(statement.shape, statement.shape)
    n = len(statement.numbers)
    fine = n in COUNTS.get(name, (n,)) and n >= LEAST.get(name, 0)
    if name == "polygon":
        fine = n % 2 == 0
    if not fine:
        wanted = " or ".join(map(str, COUNTS.get(name, ())))
        wanted = wanted or (f"{LEAST[name]} or more" if name in LEAST else "an even number of")
        article = "an" if name[0] in "ae" else "a"
        raise _wrong(statement, f"{wanted} numbers make {article} {name}, {n} were given")


def shapes_of(statement: Statement, plane: TangentPlane | None) -> tuple[tuple[Shape, ...], str]:
    """Give the shapes of a statement, and a sentence that says what is left out of it.

    Several rings or sectors in one statement are as many shapes.

    Raises
    ------
    InputError
        If the statement is broken, or needs a plane that is missing.
    """
    refusal = _refusal(statement)
    if refusal:
        return (), refusal
    _check_count(statement)
    reader = Reader(statement, _frame(statement), plane)
    try:
        if statement.shape in ("polygon", "rectangle"):
            shapes: tuple[Shape, ...] = (_corner_shape(reader, statement.numbers),)
        else:
            shapes = round_shapes(reader)
    except InputError as error:
        if str(error).startswith("Cannot read"):
            raise
        raise _wrong(statement, str(error).rstrip(".")) from error
    joined = f"{statement.where}: '||' is ignored; the shapes stand by themselves."
    return shapes, joined if statement.joined else ""
