"""Where the events in a shape are: the shape is moved onto their centroid, again and again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.pixel_shapes import PixelShape

MOST_STEPS = 30
ENOUGH_PX = 0.02
"""A step so small is the last."""
POINT_PX = 10.0
"""Radius around a point within which its source is looked for, pixels."""


def centroid(x: NDArray[Any], y: NDArray[Any], shape: PixelShape) -> tuple[float, float]:
    """Give how far a shape is to be moved, pixels, to lie on the centroid of the events in it.

    Where the sky around a source is even, events beside it draw the centroid towards the middle
    of the shape; moved there and counted again, it ends on the source (as in DS9's "centroid").

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Sky pixels of the events, from 0.
    shape : PixelShape
        Rings and sectors count with all that lies inside of them, points with 10 pixels around.

    Returns
    -------
    tuple of float
        Along x and along y.

    Raises
    ------
    InputError
        If there are no events in the shape.

    Examples
    --------
    >>> centroid(np.array([10, 12]), np.array([20, 20]), PixelCircle(9.0, 21.0, 5.0))
    (2.0, -1.0)
    """
    whole = _filled(shape)
    at = np.zeros(2)
    for _ in range(MOST_STEPS):
        moved = _moved(whole, at)
        x_lo, x_hi, y_lo, y_hi = moved.bounds
        close = np.flatnonzero((x >= x_lo) & (x <= x_hi) & (y >= y_lo) & (y <= y_hi))
        px, py = x[close].astype(float), y[close].astype(float)
        inside = moved.contains(px, py)
        if not inside.any():
            raise InputError(
                "Cannot find the centroid: there are no events in the shape. Move it onto a source,"
                " or make it larger."
            )
        step = np.array([px[inside].mean(), py[inside].mean()]) - _middle(moved)
        at += step
        if np.abs(step).max() < ENOUGH_PX:
            break
    return float(at[0]), float(at[1])


def _filled(shape: PixelShape) -> PixelShape:
    """Give the shape without its hole."""
    if isinstance(shape, PixelAnnulus | PixelPanda):
        return PixelCircle(shape.x, shape.y, shape.outer)
    if isinstance(shape, PixelEllipseAnnulus):
        return PixelEllipse(shape.x, shape.y, shape.outer_x, shape.outer_y, shape.angle_deg)
    if isinstance(shape, PixelPoint):
        return PixelCircle(shape.x, shape.y, POINT_PX)
    return shape


def _moved(shape: PixelShape, by: NDArray[Any]) -> PixelShape:
    if isinstance(shape, PixelPolygon):
        x, y = (
            tuple(v + d for v in c) for c, d in zip((shape.x, shape.y), by.tolist(), strict=True)
        )
        return replace(shape, x=x, y=y)
    return replace(shape, x=shape.x + float(by[0]), y=shape.y + float(by[1]))


def _middle(shape: PixelShape) -> NDArray[Any]:
    """Give the centre of a shape; of a polygon that of its area, by the shoelace formula."""
    if not isinstance(shape, PixelPolygon):
        return np.array([shape.x, shape.y])
    x, y = np.array(shape.x), np.array(shape.y)
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    if abs(cross.sum()) < 1e-9:  # noqa: PLR2004  corners in a line
        return np.array([x.mean(), y.mean()])
    weights = cross / (3.0 * cross.sum())
    return np.array([((v + np.roll(v, -1)) * weights).sum() for v in (x, y)])
