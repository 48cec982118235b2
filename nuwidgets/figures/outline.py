"""The rims of regions as lines on an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelShape,
)

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

_TURN = np.linspace(0.0, 2.0 * np.pi, 181)
_CORNERS = np.array([[-0.5, 0.5, 0.5, -0.5, -0.5], [-0.5, -0.5, 0.5, 0.5, -0.5]])


def outline(shape: PixelShape) -> tuple[Floats, Floats]:
    """Give the rim of a shape as closed lines, pixels, shapes (n,); NaN parts two lines."""
    if isinstance(shape, PixelAnnulus):
        inner, outer = (_ring(shape.x, shape.y, r, r) for r in (shape.inner, shape.outer))
        x, y = (np.concatenate([a, [np.nan], b]) for a, b in zip(inner, outer, strict=True))
        return x, y
    if isinstance(shape, PixelCircle):
        return _ring(shape.x, shape.y, shape.radius, shape.radius)
    if isinstance(shape, PixelEllipse):
        return _ring(shape.x, shape.y, shape.semi_x, shape.semi_y, shape.angle_deg)
    if isinstance(shape, PixelBox):
        u, v = _CORNERS * np.array([[shape.width], [shape.height]])
        return _placed(shape.x, shape.y, u, v, shape.angle_deg)
    return np.array([*shape.x, shape.x[0]]), np.array([*shape.y, shape.y[0]])


def _ring(
    x: float, y: float, semi_x: float, semi_y: float, angle_deg: float = 0.0
) -> tuple[Floats, Floats]:
    """Give the rim of an ellipse."""
    return _placed(x, y, semi_x * np.cos(_TURN), semi_y * np.sin(_TURN), angle_deg)


def _placed(x: float, y: float, u: Floats, v: Floats, angle_deg: float) -> tuple[Floats, Floats]:
    """Turn offsets counter-clockwise and move them to their centre."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return x + u * c - v * s, y + u * s + v * c
