"""Shapes that are moved onto the events in them."""

from __future__ import annotations

import numpy as np
import pytest

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
from nuwidgets.errors import InputError
from nuwidgets.science.centroid import centroid


def sky(seed=1):
    """A source at (500, 400) with a width of 6 pixels on even sky."""
    random = np.random.default_rng(seed)
    source = random.normal((500.0, 400.0), 6.0, (4000, 2))
    even = random.uniform((400.0, 300.0), (600.0, 500.0), (20000, 2))
    return np.concatenate([source, even]).T


@pytest.mark.parametrize(
    "shape",
    [
        PixelCircle(505, 396, 25),
        PixelAnnulus(505, 396, 15, 25),
        PixelEllipse(505, 396, 30, 20, 40),
        PixelEllipseAnnulus(505, 396, 20, 10, 30, 20, 40),
        PixelBox(505, 396, 50, 40, 20),
        PixelPanda(505, 396, 0, 90, 10, 25),
        PixelPoint(503, 398),
        PixelPolygon((485, 525, 525, 485), (376, 376, 416, 416)),
    ],
)
def test_every_shape_ends_on_the_source(shape):
    dx, dy = centroid(*sky(), shape)
    x, y = (np.mean(shape.x), np.mean(shape.y))
    assert (x + dx, y + dy) == pytest.approx((500.0, 400.0), abs=1.0)


def test_a_shape_on_its_source_stays():
    x, y = np.array([9, 11, 10, 10]), np.array([20, 20, 19, 21])
    assert centroid(x, y, PixelCircle(10, 20, 3)) == (0.0, 0.0)


def test_corners_in_a_line_have_a_middle():
    flat = PixelPolygon((0.0, 10.0, 20.0), (0.0, 0.0, 0.0))
    with pytest.raises(InputError, match=r"no events in the shape\. Move it onto a source"):
        centroid(np.array([5.0]), np.array([4.0]), flat)


def test_without_events_nothing_is_found():
    with pytest.raises(InputError, match="Cannot find the centroid"):
        centroid(np.array([1.0]), np.array([1.0]), PixelCircle(100, 100, 5))
