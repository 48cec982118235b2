"""Hypothesis' ideas of shapes: all kinds, on the sky and in pixels."""

from __future__ import annotations

from hypothesis import strategies as st

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
from nuwidgets.domain.region import (
    Annulus,
    Box,
    Circle,
    Ellipse,
    EllipseAnnulus,
    Panda,
    Point,
    Polygon,
)

RA = st.floats(0, 360, exclude_max=True)
DEC = st.floats(-89.9, 89.9)
SIZE = st.floats(1e-3, 1e4)
ANGLE = st.floats(-720, 720)
PIX = st.floats(-2000, 2000)
BOOL = st.booleans()
SKY_KINDS = (Circle, Annulus, Ellipse, EllipseAnnulus, Box, Polygon, Panda, Point)
PIXEL_KINDS = (
    PixelCircle,
    PixelAnnulus,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelBox,
    PixelPolygon,
    PixelPanda,
    PixelPoint,
)


def _of(kind, x, y, size):
    """Shapes of a kind; sizes of a ring rise by at least what a size may be."""
    rising = st.tuples(size, size).map(lambda pair: (pair[0], pair[0] + pair[1]))
    name = kind.__name__.removeprefix("Pixel")
    if name == "Polygon":
        corners = st.lists(st.tuples(x, y), min_size=3, max_size=8)
        return st.builds(lambda c, e: kind(*zip(*c, strict=True), e), corners, BOOL)
    if name == "Annulus":
        return st.builds(lambda a, b, r, e: kind(a, b, *r, e), x, y, rising, BOOL)
    if name == "EllipseAnnulus":
        return st.builds(
            lambda a, b, u, v, t, e: kind(a, b, u[0], v[0], u[1], v[1], t, e),
            x, y, rising, rising, ANGLE, BOOL,
        )  # fmt: skip
    if name == "Panda":
        return st.builds(
            lambda a, b, s, t, r, e: kind(a, b, s, t, *r, e), x, y, ANGLE, ANGLE, rising, BOOL
        )
    sizes = {"Circle": 1, "Ellipse": 2, "Box": 2, "Point": 0}[name]
    angles = [ANGLE] if sizes == 2 else []
    return st.builds(kind, x, y, *[size] * sizes, *angles, BOOL)


def sky_shapes(ra=RA, dec=DEC, size=SIZE):
    """Any shape on the sky."""
    return st.one_of(*(_of(kind, ra, dec, size) for kind in SKY_KINDS))


def pixel_shapes(place=PIX, size=SIZE):
    """Any shape in pixels."""
    return st.one_of(*(_of(kind, place, place, size) for kind in PIXEL_KINDS))
