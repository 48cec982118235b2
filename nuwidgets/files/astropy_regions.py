"""Regions to and from astropy's ``regions`` package, which is optional.

There, angles of sky shapes turn from east-west as here, and pixels count from 0 as here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
)
from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Polygon, Region
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from nuwidgets.domain.region import Shape

    Make = Callable[..., Shape]

ROUND: dict[str, tuple[Make, Make, tuple[str, ...], float]] = {
    "Circle": (Circle, PixelCircle, ("radius",), 1.0),
    "CircleAnnulus": (Annulus, PixelAnnulus, ("inner_radius", "outer_radius"), 1.0),
    "Ellipse": (Ellipse, PixelEllipse, ("width", "height"), 0.5),
    "Rectangle": (Box, PixelBox, ("width", "height"), 1.0),
}


def _package() -> ModuleType:
    try:
        import regions
    except ImportError as error:
        raise InputError(
            "Cannot exchange regions with astropy: the package 'regions' is not installed."
            " Install it with: pip install regions"
        ) from error
    return regions  # type: ignore[no-any-return]


def _sky_to(package: Any, shape: Shape) -> Any:
    """Give a sky shape as astropy's, or None if it is none."""
    from astropy.coordinates import SkyCoord
    from astropy.units import arcsec, deg

    if isinstance(shape, PixelCircle | PixelAnnulus | PixelEllipse | PixelBox | PixelPolygon):
        return None
    at = SkyCoord(np.array(shape.ra_deg), np.array(shape.dec_deg), unit="deg", frame="fk5")
    if isinstance(shape, Circle):
        return package.CircleSkyRegion(at, shape.radius_arcsec * arcsec)
    if isinstance(shape, Annulus):
        radii = shape.inner_arcsec * arcsec, shape.outer_arcsec * arcsec
        return package.CircleAnnulusSkyRegion(at, *radii)
    if isinstance(shape, Polygon):
        return package.PolygonSkyRegion(at)
    if isinstance(shape, Ellipse):
        sizes = 2 * shape.semi_x_arcsec * arcsec, 2 * shape.semi_y_arcsec * arcsec
        return package.EllipseSkyRegion(at, *sizes, shape.angle_deg * deg)
    sizes = shape.width_arcsec * arcsec, shape.height_arcsec * arcsec
    return package.RectangleSkyRegion(at, *sizes, shape.angle_deg * deg)


def _pixel_to(package: Any, shape: Shape) -> Any:
    """Give a pixel shape as astropy's."""
    from astropy.units import deg

    if isinstance(shape, PixelPolygon):
        return package.PolygonPixelRegion(package.PixCoord(list(shape.x), list(shape.y)))
    assert isinstance(shape, PixelCircle | PixelAnnulus | PixelEllipse | PixelBox)  # noqa: S101
    at = package.PixCoord(shape.x, shape.y)
    if isinstance(shape, PixelCircle):
        return package.CirclePixelRegion(at, shape.radius)
    if isinstance(shape, PixelAnnulus):
        return package.CircleAnnulusPixelRegion(at, shape.inner, shape.outer)
    if isinstance(shape, PixelEllipse):
        sizes = 2 * shape.semi_x, 2 * shape.semi_y
        return package.EllipsePixelRegion(at, *sizes, shape.angle_deg * deg)
    return package.RectanglePixelRegion(at, shape.width, shape.height, shape.angle_deg * deg)


def to_astropy(region: Region | Shape) -> Any:
    """Give a region as astropy's ``regions.Regions``; shapes that take away say ``include`` False.

    Raises
    ------
    InputError
        If the package ``regions`` is not installed.
    """
    package = _package()
    made = []
    for shape in Region.of(region).shapes:
        other = _sky_to(package, shape) or _pixel_to(package, shape)
        other.meta["include"] = not shape.exclude
        made.append(other)
    return package.Regions(made)


def _excludes(other: Any) -> bool:
    return other.meta.get("include", True) in (False, "-", "!", 0)


def _number(value: Any, unit: str) -> float:
    """Give a number, or a quantity in a unit."""
    return float(value.to_value(unit) if hasattr(value, "to_value") else value)


def _shape_of(other: Any) -> Shape | None:
    """Give an astropy region as a shape, or None if there is none like it."""
    name, exclude = type(other).__name__, _excludes(other)
    on_sky = name.endswith("SkyRegion")
    stem = name.removesuffix("SkyRegion").removesuffix("PixelRegion")
    if stem == "Polygon" and on_sky:
        corners = other.vertices.fk5
        return Polygon(tuple(corners.ra.deg), tuple(corners.dec.deg), exclude)
    if stem == "Polygon":
        return PixelPolygon(tuple(other.vertices.x), tuple(other.vertices.y), exclude)
    if stem not in ROUND:
        return None
    sky_type, pixel_type, names, factor = ROUND[stem]
    at = (other.center.fk5.ra.deg, other.center.fk5.dec.deg) if on_sky else other.center.xy
    numbers = [factor * _number(getattr(other, word), "arcsec") for word in names]
    if hasattr(other, "angle"):
        numbers.append(_number(other.angle, "deg"))
    return (sky_type if on_sky else pixel_type)(*at, *numbers, exclude=exclude)


def from_astropy(regions: Any) -> Region:
    """Give a region from an astropy region, or several in a list or ``Regions``.

    Raises
    ------
    InputError
        If one is of a kind that cannot be used.
    """
    several: Iterable[Any] = list(regions) if hasattr(regions, "__len__") else [regions]
    shapes = []
    for other in several:
        shape = _shape_of(other)
        if shape is None:
            raise InputError(
                f"Cannot use a {type(other).__name__} as a region. Give circles, circle annuli,"
                " ellipses, rectangles or polygons."
            )
        shapes.append(shape)
    return Region(tuple(shapes))
