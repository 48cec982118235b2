"""Regions: stacks of shapes, on the sky or in pixels; where shapes overlap the last one wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
    PixelShape,
    check_corners,
    check_shape,
)
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.pixel_shapes import Bounds
    from nuwidgets.domain.sky import TangentPlane


@dataclass(frozen=True)
class Circle:
    """A circle on the sky.

    Examples
    --------
    >>> Circle(ra_deg=321.9358, dec_deg=56.9439, radius_arcsec=150).radius_arcsec
    150.0
    """

    ra_deg: float
    """Right ascension of the centre, deg, FK5 J2000."""
    dec_deg: float
    """Declination of the centre, deg, FK5 J2000."""
    radius_arcsec: float
    """Radius, arcsec."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("radius_arcsec",))

    def to_pixel(self, plane: TangentPlane) -> PixelCircle:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        return PixelCircle(
            float(x), float(y), self.radius_arcsec / plane.pixel_arcsec, self.exclude
        )


@dataclass(frozen=True)
class Annulus:
    """A ring on the sky."""

    ra_deg: float
    """Right ascension of the centre, deg, FK5 J2000."""
    dec_deg: float
    """Declination of the centre, deg, FK5 J2000."""
    inner_arcsec: float
    """Inner radius, arcsec."""
    outer_arcsec: float
    """Outer radius, arcsec."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, (), ("inner_arcsec", "outer_arcsec"))

    def to_pixel(self, plane: TangentPlane) -> PixelAnnulus:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        inner, outer = np.array([self.inner_arcsec, self.outer_arcsec]) / plane.pixel_arcsec
        return PixelAnnulus(float(x), float(y), float(inner), float(outer), self.exclude)


@dataclass(frozen=True)
class Ellipse:
    """An ellipse on the sky."""

    ra_deg: float
    """Right ascension of the centre, deg, FK5 J2000."""
    dec_deg: float
    """Declination of the centre, deg, FK5 J2000."""
    semi_x_arcsec: float
    """Half axis along west before turning, arcsec."""
    semi_y_arcsec: float
    """Half axis along north before turning, arcsec."""
    angle_deg: float = 0.0
    """Angle it is turned by, from west towards north, deg, as DS9 counts."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("semi_x_arcsec", "semi_y_arcsec"))

    def to_pixel(self, plane: TangentPlane) -> PixelEllipse:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        a, b = np.array([self.semi_x_arcsec, self.semi_y_arcsec]) / plane.pixel_arcsec
        return PixelEllipse(float(x), float(y), float(a), float(b), self.angle_deg, self.exclude)


@dataclass(frozen=True)
class Box:
    """A rectangle on the sky."""

    ra_deg: float
    """Right ascension of the centre, deg, FK5 J2000."""
    dec_deg: float
    """Declination of the centre, deg, FK5 J2000."""
    width_arcsec: float
    """Full width along west before turning, arcsec."""
    height_arcsec: float
    """Full height along north before turning, arcsec."""
    angle_deg: float = 0.0
    """Angle it is turned by, from west towards north, deg, as DS9 counts."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("width_arcsec", "height_arcsec"))

    def to_pixel(self, plane: TangentPlane) -> PixelBox:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        w, h = np.array([self.width_arcsec, self.height_arcsec]) / plane.pixel_arcsec
        return PixelBox(float(x), float(y), float(w), float(h), self.angle_deg, self.exclude)


@dataclass(frozen=True)
class Polygon:
    """A polygon on the sky; the last corner is joined to the first."""

    ra_deg: tuple[float, ...]
    """Right ascensions of the corners, deg, FK5 J2000."""
    dec_deg: tuple[float, ...]
    """Declinations of the corners, deg, FK5 J2000."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ())
        check_corners(self, "ra_deg", "dec_deg")

    def to_pixel(self, plane: TangentPlane) -> PixelPolygon:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(np.array(self.ra_deg), np.array(self.dec_deg))
        return PixelPolygon(tuple(x.tolist()), tuple(y.tolist()), self.exclude)


SkyShape = Circle | Annulus | Ellipse | Box | Polygon
Shape = SkyShape | PixelShape


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
    scale = plane.pixel_arcsec
    if isinstance(shape, PixelPolygon):
        return Polygon(tuple(ra.tolist()), tuple(dec.tolist()), shape.exclude)
    at = float(ra), float(dec)
    if isinstance(shape, PixelCircle):
        return Circle(*at, shape.radius * scale, shape.exclude)
    if isinstance(shape, PixelAnnulus):
        return Annulus(*at, shape.inner * scale, shape.outer * scale, shape.exclude)
    if isinstance(shape, PixelEllipse):
        sizes = shape.semi_x * scale, shape.semi_y * scale
        return Ellipse(*at, *sizes, shape.angle_deg, shape.exclude)
    sizes = shape.width * scale, shape.height * scale
    return Box(*at, *sizes, shape.angle_deg, shape.exclude)


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
                    f"Cannot use {shape!r} as a region. Give a Circle, Annulus, Ellipse, Box or"
                    " Polygon, or several in a list."
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
