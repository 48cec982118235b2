"""Shapes on the sky: what users draw, and what is the same in every instrument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
from nuwidgets.domain.shape_checks import check_corners, check_shape, turn

if TYPE_CHECKING:
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


@dataclass(frozen=True)
class EllipseAnnulus:
    """A ring between two ellipses of one centre and angle, on the sky."""

    ra_deg: float
    """Right ascension of the centre, deg, FK5 J2000."""
    dec_deg: float
    """Declination of the centre, deg, FK5 J2000."""
    inner_x_arcsec: float
    """Half axis of the hole along west before turning, arcsec."""
    inner_y_arcsec: float
    """Half axis of the hole along north before turning, arcsec."""
    outer_x_arcsec: float
    """Outer half axis along west before turning, arcsec."""
    outer_y_arcsec: float
    """Outer half axis along north before turning, arcsec."""
    angle_deg: float = 0.0
    """Angle it is turned by, from west towards north, deg, as DS9 counts."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        inner = ("inner_x_arcsec", "inner_y_arcsec")
        check_shape(self, inner, ("inner_x_arcsec", "outer_x_arcsec"))
        check_shape(self, (), ("inner_y_arcsec", "outer_y_arcsec"))

    def to_pixel(self, plane: TangentPlane) -> PixelEllipseAnnulus:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        hole = (r / plane.pixel_arcsec for r in (self.inner_x_arcsec, self.inner_y_arcsec))
        outer = (r / plane.pixel_arcsec for r in (self.outer_x_arcsec, self.outer_y_arcsec))
        angle, exclude = self.angle_deg, self.exclude
        (a, b), (c, d) = hole, outer
        return PixelEllipseAnnulus(float(x), float(y), a, b, c, d, angle, exclude)


@dataclass(frozen=True)
class Panda:
    """A sector of a ring on the sky: DS9's panda with one angle and one radius."""

    ra_deg: float
    """Right ascension of the centre, deg, FK5 J2000."""
    dec_deg: float
    """Declination of the centre, deg, FK5 J2000."""
    start_deg: float
    """First angle, from west towards north, deg, as DS9 counts; kept from 0 up to 360."""
    stop_deg: float
    """Last angle, deg; kept at most a whole turn after the first."""
    inner_arcsec: float
    """Inner radius, arcsec."""
    outer_arcsec: float
    """Outer radius, arcsec."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn; bring the angles to one turn."""
        check_shape(self, (), ("inner_arcsec", "outer_arcsec"))
        for name, angle in zip(
            ("start_deg", "stop_deg"), turn(self.start_deg, self.stop_deg), strict=True
        ):
            object.__setattr__(self, name, angle)

    def to_pixel(self, plane: TangentPlane) -> PixelPanda:
        """Give the same shape in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        inner, outer = (r / plane.pixel_arcsec for r in (self.inner_arcsec, self.outer_arcsec))
        angles = self.start_deg, self.stop_deg
        return PixelPanda(float(x), float(y), *angles, inner, outer, self.exclude)


@dataclass(frozen=True)
class Point:
    """A place on the sky; as a region it is the one pixel that holds it."""

    ra_deg: float
    """Right ascension, deg, FK5 J2000."""
    dec_deg: float
    """Declination, deg, FK5 J2000."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ())

    def to_pixel(self, plane: TangentPlane) -> PixelPoint:
        """Give the same place in pixels."""
        x, y = plane.to_pixel(self.ra_deg, self.dec_deg)
        return PixelPoint(float(x), float(y), self.exclude)


SkyShape = Circle | Annulus | Ellipse | EllipseAnnulus | Box | Polygon | Panda | Point
