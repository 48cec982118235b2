"""Regions against masks made by other means: every shape, stacks, the sky and binned pixels."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from region_samples import PIXEL_KINDS, pixel_shapes, sky_shapes

from nuwidgets.domain.pixel_shapes import (
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
    binned,
    unbinned,
)
from nuwidgets.domain.region import (
    EllipseAnnulus,
    Panda,
    Point,
    Region,
    to_pixel,
    to_sky,
    word_of,
)
from nuwidgets.domain.shape_checks import turn
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import InputError
from nuwidgets.files.astropy_regions import to_astropy

SIDE = 40
Y, X = np.mgrid[:SIDE, :SIDE]
PLANE = TangentPlane(30.0, 20.0, 19.5, 19.5, -6.8e-4, 6.8e-4)
SHAPES = pixel_shapes(st.floats(-5, SIDE + 5), st.floats(0.3, 25))
NEAR = pixel_shapes(st.floats(0, SIDE), st.floats(0.5, 20))
RIM = 1e-6
"""Pixels so near to a rim, relative to a size, may be on either side."""


def margin(shape, x, y):  # noqa: PLR0911  a line for each shape
    """How far inside a point is, in the units of the shape: above 0 inside, scalar arithmetic."""
    name = type(shape).__name__.removeprefix("Pixel")
    dx, dy = x - shape.x, y - shape.y
    if name == "Point":
        return 0.5 - max(abs(x - math.floor(shape.x + 0.5)), abs(y - math.floor(shape.y + 0.5)))
    r = math.hypot(dx, dy)
    if name == "Circle":
        return shape.radius - r
    if name == "Annulus":
        return min(shape.outer - r, r - shape.inner)
    if name == "Panda":
        middle = math.radians((shape.start_deg + shape.stop_deg) / 2)
        half = math.radians(shape.stop_deg - shape.start_deg) / 2
        off = abs(math.remainder(math.atan2(dy, dx) - middle, 2 * math.pi))
        beside = (half - off) * r if half < math.pi - 1e-12 else 1.0
        return min(shape.outer - r, r - shape.inner, beside)
    towards = math.atan2(dy, dx) - math.radians(shape.angle_deg)
    u, v = r * math.cos(towards), r * math.sin(towards)
    if name == "Box":
        return min(shape.width / 2 - abs(u), shape.height / 2 - abs(v))
    if name == "Ellipse":
        return 1.0 - math.hypot(u / shape.semi_x, v / shape.semi_y)
    hole = math.hypot(u / shape.inner_x, v / shape.inner_y) - 1.0
    return min(1.0 - math.hypot(u / shape.outer_x, v / shape.outer_y), hole)


def winding(shape, x, y):
    """The even-odd rule, by the number of sides that a ray to the right crosses."""
    corners = list(zip(shape.x, shape.y, strict=True))
    crossed = 0
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (ay > y) != (by > y):
            crossed += x < ax + (y - ay) / (by - ay) * (bx - ax)
    return crossed % 2 == 1


def plain_mask(region):
    """Pixel by pixel, the last shape that covers it decides; NaN where a rim is too near."""
    mask = np.full(X.shape, float(region.shapes[0].exclude))
    for at in np.ndindex(X.shape):
        x, y = float(X[at]), float(Y[at])
        for shape in region.shapes:
            if isinstance(shape, PixelPolygon):
                covers, near = winding(shape, x, y), False
            else:
                m = margin(shape, x, y)
                covers, near = m >= 0, abs(m) < RIM
            if near:
                mask[at] = np.nan
            elif covers:
                mask[at] = float(not shape.exclude)
    return mask


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=5))
def test_stacks_equal_a_mask_made_pixel_by_pixel(shapes):
    region = Region(tuple(shapes))
    wanted, got = plain_mask(region), region.contains(X, Y)
    sure = np.isfinite(wanted)
    assert np.array_equal(got[sure], wanted[sure] == 1.0)
    assert np.mean(sure) > 0.5


@settings(max_examples=80, deadline=None)
@given(NEAR.filter(lambda s: not isinstance(s, PixelPanda | PixelPoint)))
def test_shapes_equal_those_of_the_regions_package(shape):
    package = pytest.importorskip("regions")
    (theirs,) = to_astropy(Region((shape,)))
    theirs.meta.pop("include")
    x, y = X + 0.137, Y - 0.211  # whole numbers lie on rims too often
    got = shape.contains(x, y)
    wanted = theirs.contains(package.PixCoord(x, y))
    if isinstance(shape, PixelPolygon):
        assert np.mean(got != wanted) < 0.01  # sides that cross, and corners on a point
    else:
        sure = np.array([abs(margin(shape, *at)) > RIM for at in zip(x.flat, y.flat, strict=True)])
        assert np.array_equal(got.ravel()[sure], wanted.ravel()[sure])


@settings(max_examples=100, deadline=None)
@given(NEAR)
def test_nothing_is_inside_beyond_the_bounds(shape):
    lo_x, hi_x, lo_y, hi_y = shape.bounds
    inside = shape.contains(X, Y)
    assert np.all(X[inside] >= lo_x - 1e-9)
    assert np.all(X[inside] <= hi_x + 1e-9)
    assert np.all(Y[inside] >= lo_y - 1e-9)
    assert np.all(Y[inside] <= hi_y + 1e-9)


# ---- the sky, and binned pixels


def same(shape, other, tolerance):
    assert type(shape) is type(other)
    for field in fields(shape):
        a, b = np.asarray(getattr(shape, field.name)), np.asarray(getattr(other, field.name))
        assert np.all(np.abs(a.astype(float) - b.astype(float)) <= tolerance), field.name


@settings(max_examples=100, deadline=None)
@given(NEAR)
def test_to_the_sky_and_back(shape):
    same(to_pixel(to_sky(shape, PLANE), PLANE), shape, 1e-7)
    assert to_sky(shape, PLANE).exclude == shape.exclude
    assert to_pixel(shape, PLANE) is shape


@settings(max_examples=100, deadline=None)
@given(sky_shapes(st.floats(29.9, 30.1), st.floats(19.9, 20.1), st.floats(1, 300)))
def test_to_pixels_and_back(shape):
    same(to_sky(to_pixel(shape, PLANE), PLANE), shape, 1e-7)
    assert to_sky(shape, PLANE) is shape


@settings(max_examples=100, deadline=None)
@given(NEAR, st.integers(1, 16))
def test_binned_and_back(shape, binning):
    small = binned(shape, binning)
    same(unbinned(small, binning), shape, 1e-9)
    if not isinstance(shape, PixelPoint | PixelPolygon):
        x, y = X.astype(float) + 0.137, Y.astype(float) - 0.211
        wide = ((v - (binning - 1) / 2) / binning for v in (x, y))
        sure = np.array([abs(margin(shape, *at)) > RIM for at in zip(x.flat, y.flat, strict=True)])
        got = small.contains(*wide).ravel()
        assert np.array_equal(got[sure], shape.contains(x, y).ravel()[sure])


# ---- sectors


ANY = st.floats(-1000, 1000)


@settings(max_examples=300, deadline=None)
@given(ANY, ANY)
@example(-1e-20, 5.0)
@example(0.1, 0.1)
@example(359.99999999999994, 0.0)
def test_angles_of_sectors_come_to_rest(start, stop):
    first, last = turn(start, stop)
    assert 0 <= first < 360
    assert 0 < last - first <= 360.0000001
    assert turn(first, last) == (first, last)
    assert math.isclose(math.remainder(first - start, 360), 0, abs_tol=1e-9)
    assert math.isclose(math.remainder(last - stop, 360), 0, abs_tol=2e-9)


@settings(max_examples=50, deadline=None)
@given(ANY, st.lists(st.floats(0, 360), min_size=1, max_size=5), st.floats(0, 15))
def test_sectors_that_share_edges_cover_the_ring(start, cuts, inner):
    edges = [start, *(start + cut for cut in sorted(cuts)), start + 360]
    inside = np.zeros(X.shape, int)
    for a, b in pairwise(edges):
        if b - a > 1e-6:
            inside += PixelPanda(20, 20, a, b, inner, 18).contains(X, Y)
    square = (X - 20) ** 2 + (Y - 20) ** 2
    ring = (square >= inner**2) & (square <= 18**2)
    assert np.array_equal(inside > 0, ring)


def test_a_thin_sector_points_one_way():
    thin = PixelPanda(20, 20, 0, 1e-6, 0, 18)
    assert thin.contains(X, Y).sum() == 19
    assert X[thin.contains(X, Y)].min() == 20
    half = PixelPanda(20, 20, 0, 180, 0, 18).contains(X, Y)
    assert np.array_equal(half, (np.hypot(X - 20, Y - 20) <= 18) & (Y >= 20))


def test_words():
    words = [word_of(shape) for shape in (
        Panda(1, 2, 0, 90, 3, 4), Point(1, 2), EllipseAnnulus(1, 2, 3, 4, 5, 6),
        PixelEllipseAnnulus(1, 2, 3, 4, 5, 6), PixelPoint(1, 2),
    )]  # fmt: skip
    assert words == [
        "sector of an annulus", "point", "elliptical annulus", "elliptical annulus", "point",
    ]  # fmt: skip
    assert len(PIXEL_KINDS) == 8


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Panda(1, 2, 0, 90, 4, 4), "0 <= inner_arcsec < outer_arcsec"),
        (lambda: EllipseAnnulus(1, 2, 3, 4, 5, 4), "0 <= inner_y_arcsec < outer_y_arcsec"),
        (lambda: PixelEllipseAnnulus(1, 2, 0, 4, 5, 6), "inner_x is 0.0, and must be above 0"),
        (lambda: Point(1, float("inf")), "sensible size"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
