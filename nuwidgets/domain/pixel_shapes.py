"""Shapes in pixels: what masks are made of. Pixel centres are integers from 0.

A point on the rim is inside, as in CFITSIO's region filter; angles turn counter-clockwise from +x.
"""

from __future__ import annotations

from dataclasses import replace

from nuwidgets.domain.pixel_corners import PixelBox, PixelPolygon
from nuwidgets.domain.pixel_round import (
    PixelAnnulus,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
)

__all__ = [
    "SIZES",
    "PixelAnnulus",
    "PixelBox",
    "PixelCircle",
    "PixelEllipse",
    "PixelEllipseAnnulus",
    "PixelPanda",
    "PixelPoint",
    "PixelPolygon",
    "PixelShape",
    "binned",
    "unbinned",
]

PixelShape = (
    PixelCircle
    | PixelAnnulus
    | PixelEllipse
    | PixelEllipseAnnulus
    | PixelBox
    | PixelPolygon
    | PixelPanda
    | PixelPoint
)
SIZES = frozenset(
    {"radius", "inner", "outer", "semi_x", "semi_y", "width", "height"}
    | {"inner_x", "inner_y", "outer_x", "outer_y"}
)
"""Names of the numbers of shapes that are lengths."""


def binned(shape: PixelShape, binning: int) -> PixelShape:
    """Give a shape of sky pixels in the pixels of an image that joins `binning` x `binning`.

    Centre X of a wide pixel lies at ``X * binning + (binning - 1) / 2`` of the fine ones.

    Examples
    --------
    >>> binned(PixelCircle(101.5, 41.5, 20), 4)
    PixelCircle(x=25.0, y=10.0, radius=5.0, exclude=False)
    """
    return _scaled(shape, 1.0 / binning, -(binning - 1) / 2 / binning)


def unbinned(shape: PixelShape, binning: int) -> PixelShape:
    """Give a shape in the pixels of a binned image in sky pixels: what undoes `binned`."""
    return _scaled(shape, float(binning), (binning - 1) / 2)


def _scaled(shape: PixelShape, factor: float, shift: float) -> PixelShape:
    if isinstance(shape, PixelPolygon):
        x, y = (tuple(value * factor + shift for value in c) for c in (shape.x, shape.y))
        return replace(shape, x=x, y=y)
    sizes = {name: getattr(shape, name) * factor for name in SIZES & vars(shape).keys()}
    return replace(shape, x=shape.x * factor + shift, y=shape.y * factor + shift, **sizes)
