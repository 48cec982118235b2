"""Rims of regions: each point of a line lies on the rim of its shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from region_samples import pixel_shapes

from nuwidgets.domain.pixel_shapes import PixelPanda, PixelPoint, PixelPolygon
from nuwidgets.figures.outline import outline

SHAPES = pixel_shapes(st.floats(-50, 50), st.floats(1, 30))


@settings(max_examples=150, deadline=None)
@given(SHAPES.filter(lambda s: not isinstance(s, PixelPolygon | PixelPoint)))
def test_a_little_further_in_is_inside_and_further_out_is_not(shape):
    x, y = outline(shape)
    drawn = np.isfinite(x)
    assert x.shape == y.shape
    if isinstance(shape, PixelPanda):
        assert shape.contains(x[drawn], y[drawn]).mean() > 0.4
        lo, hi = np.hypot(x - shape.x, y - shape.y).min(), np.hypot(x - shape.x, y - shape.y).max()
        assert (lo, hi) == pytest.approx((shape.inner, shape.outer), abs=1e-9)
        return
    outer = np.flatnonzero(drawn)
    if (~drawn).any():
        outer = outer[outer > np.flatnonzero(~drawn)[0]]
    out_x, out_y = (c + 1.001 * (v[outer] - c) for c, v in ((shape.x, x), (shape.y, y)))
    in_x, in_y = (c + 0.999 * (v[outer] - c) for c, v in ((shape.x, x), (shape.y, y)))
    assert not shape.contains(out_x, out_y).any()
    assert shape.contains(in_x, in_y).mean() > 0.9 or "inner" in str(vars(shape))


def test_lines_are_closed():
    for shape in (PixelPanda(0, 0, 10, 80, 3, 4), PixelPolygon((0, 5, 5), (0, 0, 5))):
        x, y = outline(shape)
        assert (x[0], y[0]) == pytest.approx((x[-1], y[-1]))
    x, _ = outline(PixelPoint(3, 4))
    assert (np.nanmin(x), np.nanmax(x)) == (2.5, 3.5)
