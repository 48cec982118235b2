"""Regions to and from astropy's ``regions`` package, which is optional.

There, angles of sky shapes turn from east-west as here, and pixels count from 0 as here.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.region import (
    Annulus,
    Box,
    Circle,
    Ellipse,
    EllipseAnnulus,
    Point,
    Polygon,
    Region,
    SkyShape,
)
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
    "EllipseAnnulus": (
        EllipseAnnulus,
        PixelEllipseAnnulus,
        ("inner_width", "inner_height", "outer_width", "outer_height"),
        0.5,
    ),
    "Rectangle": (Box, PixelBox, ("width", "height"), 1.0),
    "Point": (Point, PixelPoint, (), 1.0),
}
"""Of each kind with a centre: what it is here, its sizes there, and what to multiply these by."""


def _package() -> ModuleType:
    try:
        import regions
    except ImportError as error:
        raise InputError(
            "Cannot exchange regions with astropy: the package 'regions' is not installed."
            " Install it with: pip install regions"
        ) from error
    return regions  # type: ignore[no-any-return]


def _kind_of(shape: Shape) -> str:
    """Give what a shape with a centre is called there, without its frame.

    Raises
    ------
    InputError
        If there is none like it.
    """
    for name, kinds in ROUND.items():
        if type(shape) in kinds[:2]:
            return name
    raise InputError(
        f"Cannot give {shape!r} to astropy: its regions have no sectors of annuli. Take an annulus,"
        " or write a DS9 file."
    )


def _other(package: Any, shape: Shape) -> Any:
    """Give a shape as astropy's."""
    from astropy.coordinates import SkyCoord
    from astropy.units import arcsec, deg

    on_sky = isinstance(shape, SkyShape)
    ending = "SkyRegion" if on_sky else "PixelRegion"
    if isinstance(shape, SkyShape):
        at = SkyCoord(np.array(shape.ra_deg), np.array(shape.dec_deg), unit="deg", frame="fk5")
    elif isinstance(shape, PixelPolygon):
        at = package.PixCoord(list(shape.x), list(shape.y))
    else:
        at = package.PixCoord(shape.x, shape.y)
    if isinstance(shape, Polygon | PixelPolygon):
        return getattr(package, f"Polygon{ending}")(at)
    name = _kind_of(shape)
    _, _, names, factor = ROUND[name]
    numbers = [getattr(shape, field.name) for field in fields(shape)[2 : 2 + len(names)]]
    named = {n: v / factor * (arcsec if on_sky else 1) for n, v in zip(names, numbers, strict=True)}
    if hasattr(shape, "angle_deg"):
        named["angle"] = shape.angle_deg * deg
    return getattr(package, f"{name}{ending}")(at, **named)


def to_astropy(region: Region | Shape) -> Any:
    """Give a region as astropy's ``regions.Regions``; shapes that take away say ``include`` False.

    Raises
    ------
    InputError
        If the package ``regions`` is not installed, or has nothing like a shape.
    """
    package = _package()
    made = []
    for shape in Region.of(region).shapes:
        other = _other(package, shape)
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
                f"Cannot use a {type(other).__name__} as a region. Give circles, ellipses,"
                " annuli of both, rectangles, polygons or points."
            )
        shapes.append(shape)
    return Region(tuple(shapes))
