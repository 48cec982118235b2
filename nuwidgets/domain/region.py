"""Regions: stacks of shapes, on the sky or in pixels; where shapes overlap the last one wins."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    SIZES,
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
    PixelShape,
)
from nuwidgets.domain.sky_shapes import (
    Annulus,
    Box,
    Circle,
    Ellipse,
    EllipseAnnulus,
    Panda,
    Point,
    Polygon,
    SkyShape,
)
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.shape_checks import Bounds
    from nuwidgets.domain.sky import TangentPlane

__all__ = [
    "Annulus",
    "Box",
    "Circle",
    "Ellipse",
    "EllipseAnnulus",
    "Panda",
    "Point",
    "Polygon",
    "Region",
    "Shape",
    "SkyShape",
    "to_pixel",
    "to_sky",
    "word_of",
]

Shape = SkyShape | PixelShape
_ON_SKY: dict[type, type] = {
    PixelCircle: Circle,
    PixelAnnulus: Annulus,
    PixelEllipse: Ellipse,
    PixelEllipseAnnulus: EllipseAnnulus,
    PixelBox: Box,
    PixelPanda: Panda,
    PixelPoint: Point,
}
_WORDS = {"EllipseAnnulus": "elliptical annulus", "Panda": "sector of an annulus"}


def word_of(shape: Shape) -> str:
    """Give what a shape is called in a sentence, e.g. ``"circle"``."""
    name = type(shape).__name__.removeprefix("Pixel")
    return _WORDS.get(name, name.lower())


def to_pixel(shape: Shape, plane: TangentPlane | None) -> PixelShape:
    """Give a shape in pixels; a pixel shape is given back as it is.

    Raises
    ------
    InputError
        If a sky shape meets a file without sky coordinates, or lies on the far side of the sky.
    """
    if isinstance(shape, PixelShape):
        return shape
    if plane is None:
        raise InputError(
            f"Cannot place {shape!r}: these events have no sky coordinates."
            " Give the region in physical pixels."
        )
    try:
        return shape.to_pixel(plane)
    except InputError as error:
        raise InputError(
            f"Cannot place {shape!r}: it is not on the sky that this file covers. {error}"
        ) from error


def to_sky(shape: Shape, plane: TangentPlane) -> SkyShape:
    """Give a shape on the sky; a sky shape is given back as it is."""
    if isinstance(shape, SkyShape):
        return shape
    ra, dec = plane.to_sky(np.array(shape.x), np.array(shape.y))
    if isinstance(shape, PixelPolygon):
        return Polygon(tuple(ra.tolist()), tuple(dec.tolist()), shape.exclude)
    kind: Any = _ON_SKY[type(shape)]
    numbers = {field.name: getattr(shape, field.name) for field in fields(shape)[2:]}
    sized = {f"{n}_arcsec" if n in SIZES else n: v * _scale(n, plane) for n, v in numbers.items()}
    sky: SkyShape = kind(float(ra), float(dec), **sized)
    return sky


def _scale(name: str, plane: TangentPlane) -> float | int:
    """Give what a number of a pixel shape is multiplied by to be that of the same sky shape."""
    return plane.pixel_arcsec if name in SIZES else 1


@dataclass(frozen=True)
class Region:
    """A stack of shapes; a point belongs to it as the last shape that covers it says.

    When the first shape excludes, everything else is inside, as in DS9 and CFITSIO.
    """

    shapes: tuple[Shape, ...] = ()
    """The shapes, in the order of the file; later ones win."""

    @classmethod
    def of(cls, value: Region | Shape | list[Shape] | tuple[Shape, ...] | None) -> Region:
        """Make a region from a shape, several shapes, a region, or nothing.

        Raises
        ------
        InputError
            If the value is none of these.
        """
        if isinstance(value, Region):
            return value
        shapes = () if value is None else value if isinstance(value, tuple | list) else (value,)
        for shape in shapes:
            if not isinstance(shape, SkyShape | PixelShape):
                raise InputError(
                    f"Cannot use {shape!r} as a region. Give a Circle, Annulus, Ellipse,"
                    " EllipseAnnulus, Box, Polygon, Panda or Point, or several in a list."
                )
        return cls(tuple(shapes))

    def __bool__(self) -> bool:
        """Whether there is any shape."""
        return bool(self.shapes)

    def to_pixel(self, plane: TangentPlane | None) -> Region:
        """Give the same stack in pixels."""
        return Region(tuple(to_pixel(shape, plane) for shape in self.shapes))

    def contains(self, x: Floats, y: Floats, plane: TangentPlane | None = None) -> Mask:
        """Say which pixels (from 0) belong to the region; shapes as given."""
        px, py = np.asarray(x), np.asarray(y)
        first_excludes = bool(self.shapes) and self.shapes[0].exclude
        inside: Mask = np.full(np.broadcast(px, py).shape, first_excludes)
        for shape in self.shapes:
            inside[to_pixel(shape, plane).contains(px, py)] = not shape.exclude
        return inside

    def bounds(self, plane: TangentPlane | None = None) -> Bounds:
        """Give smallest x, largest x, smallest y, largest y, pixels; infinite if unbounded."""
        if not self.shapes or self.shapes[0].exclude:
            return -np.inf, np.inf, -np.inf, np.inf
        boxes = np.array([to_pixel(s, plane).bounds for s in self.shapes if not s.exclude])
        lo, hi = boxes.min(axis=0), boxes.max(axis=0)
        return float(lo[0]), float(hi[1]), float(lo[2]), float(hi[3])
