"""Where the source is: the brightest spot of an event list, refined to its centroid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL = 8
"""Pixels along each axis that are summed to find the brightest spot."""
_BLOCK = 1 << 20


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
    image = _counted(x, y, shape, near)
    if not image.any():
        return near or ((shape[1] - 1) / 2, (shape[0] - 1) / 2)
    row, column = np.nonzero(image)
    counts = image[row, column]
    columns = shape[1] // CELL + 1
    cell = row // CELL * columns + column // CELL
    up, across = divmod(int(np.bincount(cell, counts).argmax()), columns)
    at = np.array([(across + 0.5) * CELL, (up + 0.5) * CELL])
    for _ in range(3):
        close = (column - at[0]) ** 2 + (row - at[1]) ** 2 <= 15.0**2
        if close.any():
            places = column[close], row[close]
            at = np.array([np.average(place, weights=counts[close]) for place in places])
    return float(at[0]), float(at[1])


def _counted(
    x: NDArray[Any], y: NDArray[Any], shape: tuple[int, int], near: tuple[float, float] | None
) -> NDArray[np.int64]:
    """Count the events of each pixel of `shape`, or of the surroundings of `near` alone."""
    counts = np.zeros(shape[0] * shape[1], np.int64)
    for first in range(0, len(x), _BLOCK):
        px, py = (np.asarray(v[first : first + _BLOCK]) for v in (x, y))
        inside = (px >= 0) & (py >= 0) & (px < shape[1]) & (py < shape[0])
        if near is not None:
            inside &= (px >= near[0] - 50) & (px <= near[0] + 50)
            inside &= (py >= near[1] - 50) & (py <= near[1] + 50)
        column, row = px[inside].astype(np.int32), py[inside].astype(np.int32)
        counts += np.bincount(row * np.int32(shape[1]) + column, minlength=len(counts))
    return counts.reshape(shape)
