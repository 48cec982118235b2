"""Where the source is: the brightest spot of an event list, refined to its centroid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL = 8
"""Pixels along each axis that are summed to find the brightest spot."""


def brightest(
    x: NDArray[Any], y: NDArray[Any], shape: tuple[int, int], near: tuple[float, float] | None
) -> tuple[float, float]:
    """Give the pixel (x, y), from 0, of the brightest source.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Sky pixels of the events, from 0.
    shape : tuple of int
        Pixels of the sky along (y, x).
    near : tuple of float, optional
        Pixel where the source is expected; then only its surroundings, 50 pixels, are searched.

    Returns
    -------
    tuple of float
        The centroid of the events within 15 pixels of the brightest cell, three times refined;
        `near`, or the middle of the sky, where there are no events.
    """
    inside = (x >= 0) & (y >= 0) & (x < shape[1]) & (y < shape[0])
    if near is not None:
        inside &= (abs(x - near[0]) <= 50) & (abs(y - near[1]) <= 50)  # noqa: PLR2004
    px, py = x[inside].astype(float), y[inside].astype(float)
    if len(px) == 0:
        return near or ((shape[1] - 1) / 2, (shape[0] - 1) / 2)
    columns = shape[1] // CELL + 1
    cell = (py // CELL).astype(np.int64) * columns + (px // CELL).astype(np.int64)
    row, column = divmod(int(np.bincount(cell).argmax()), columns)
    at = np.array([(column + 0.5) * CELL, (row + 0.5) * CELL])
    for _ in range(3):
        close = (px - at[0]) ** 2 + (py - at[1]) ** 2 <= 15.0**2
        if close.any():
            at = np.array([px[close].mean(), py[close].mean()])
    return float(at[0]), float(at[1])
