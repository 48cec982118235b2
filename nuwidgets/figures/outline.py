"""The rims of regions as lines on an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    PixelShape,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats

_TURN = np.linspace(0.0, 2.0 * np.pi, 181)
_CROSS = np.array([[-0.5, 0.5, np.nan, -0.5, 0.5], [-0.5, 0.5, np.nan, 0.5, -0.5]])
_CORNERS = np.array([[-0.5, 0.5, 0.5, -0.5, -0.5], [-0.5, -0.5, 0.5, 0.5, -0.5]])


def outline(shape: PixelShape) -> tuple[Floats, Floats]:
    """Give the rim of a shape as closed lines, pixels, shapes (n,); NaN parts two lines.

    A point is a small cross.
    """
    if isinstance(shape, PixelPolygon):
        return np.array([*shape.x, shape.x[0]]), np.array([*shape.y, shape.y[0]])
    return _RIMS[type(shape)](shape)


def _circle(shape: PixelCircle) -> tuple[Floats, Floats]:
    return _ring(shape.x, shape.y, shape.radius, shape.radius)


def _annulus(shape: PixelAnnulus) -> tuple[Floats, Floats]:
    inner, outer = (_ring(shape.x, shape.y, r, r) for r in (shape.inner, shape.outer))
    return _parted(inner, outer)


def _ellipse(shape: PixelEllipse) -> tuple[Floats, Floats]:
    return _ring(shape.x, shape.y, shape.semi_x, shape.semi_y, shape.angle_deg)


def _ellipse_annulus(shape: PixelEllipseAnnulus) -> tuple[Floats, Floats]:
    at, angle = (shape.x, shape.y), shape.angle_deg
    inner = _ring(*at, shape.inner_x, shape.inner_y, angle)
    return _parted(inner, _ring(*at, shape.outer_x, shape.outer_y, angle))


def _box(shape: PixelBox) -> tuple[Floats, Floats]:
    u, v = _CORNERS * np.array([[shape.width], [shape.height]])
    return _placed(shape.x, shape.y, u, v, shape.angle_deg)


def _panda(shape: PixelPanda) -> tuple[Floats, Floats]:
    turn = np.radians(np.linspace(shape.start_deg, shape.stop_deg, len(_TURN)))
    u = np.concatenate([shape.outer * np.cos(turn), shape.inner * np.cos(turn[::-1])])
    v = np.concatenate([shape.outer * np.sin(turn), shape.inner * np.sin(turn[::-1])])
    return shape.x + np.append(u, u[0]), shape.y + np.append(v, v[0])


def _point(shape: PixelPoint) -> tuple[Floats, Floats]:
    return shape.x + _CROSS[0], shape.y + _CROSS[1]


_RIMS: dict[type, Callable[[Any], tuple[Floats, Floats]]] = {
    PixelCircle: _circle,
    PixelAnnulus: _annulus,
    PixelEllipse: _ellipse,
    PixelEllipseAnnulus: _ellipse_annulus,
    PixelBox: _box,
    PixelPanda: _panda,
    PixelPoint: _point,
}


def _parted(inner: tuple[Floats, Floats], outer: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Give two lines as one, with a gap between them."""
    x, y = (np.concatenate([a, [np.nan], b]) for a, b in zip(inner, outer, strict=True))
    return x, y


def _ring(
    x: float, y: float, semi_x: float, semi_y: float, angle_deg: float = 0.0
) -> tuple[Floats, Floats]:
    """Give the rim of an ellipse."""
    return _placed(x, y, semi_x * np.cos(_TURN), semi_y * np.sin(_TURN), angle_deg)


def _placed(x: float, y: float, u: Floats, v: Floats, angle_deg: float) -> tuple[Floats, Floats]:
    """Turn offsets counter-clockwise and move them to their centre."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return x + u * c - v * s, y + u * s + v * c
