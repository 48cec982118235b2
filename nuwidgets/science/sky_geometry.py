"""Detectors on the sky: their outlines, and which of them lies on which sky pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.nustar_detector import N_DETECTORS, REFERENCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.detector_events import Track
    from nuwidgets.domain.gti import Gti
    from nuwidgets.science.nustar_detector import Layout


def mean_place(track: Track, gti: Gti) -> tuple[float, float]:
    """Give the mean place of a track over good times: each row stands for the times nearest to it.

    Without good time, or rows near it, the mean of all rows.
    """
    weights = _time_s(track, gti)
    x, y = (float(np.average(values, weights=weights)) for values in (track.x, track.y))
    return x, y


def sway(track: Track, gti: Gti) -> float:
    """Give the scatter of a track about its mean place over good times, both axes together."""
    x, y = mean_place(track, gti)
    squares = np.square(track.x - x) + np.square(track.y - y)
    return float(np.sqrt(np.average(squares, weights=_time_s(track, gti))))


def _time_s(track: Track, gti: Gti) -> Floats:
    """Give the good time nearest to each row, s; one each where there is none."""
    middle = (track.time_s[1:] + track.time_s[:-1]) / 2
    before = np.concatenate([[-np.inf], middle])
    after = np.concatenate([middle, [np.inf]])
    spent = np.zeros(len(track.time_s))
    for start, stop in gti.intervals:
        spent += np.clip(np.minimum(after, stop) - np.maximum(before, start), 0.0, None)
    return spent if spent.any() else np.ones(len(spent))


def to_sky(det_x: Floats, det_y: Floats, matrix: Floats, place: tuple[float, float]) -> Floats:
    """Give sky pixels, shape (n, 2), of DET1 pixels when the reference point is at a `place`."""
    turned = matrix @ np.stack([det_x - REFERENCE, det_y - REFERENCE])
    sky: Floats = turned.T + np.asarray(place)
    return sky


def outlines(layout: Layout, matrix: Floats, place: tuple[float, float]) -> tuple[Floats, ...]:
    """Give the corners of each detector on the sky, pixels from 0, shape (4, 2) each."""
    found = []
    for across, up in layout.edges:
        x, y = np.array([across[0], across[-1]]), np.array([up[0], up[-1]])
        found.append(to_sky(x[[0, 1, 1, 0]], y[[0, 0, 1, 1]], matrix, place))
    return tuple(found)


def detector_map(
    layout: Layout, matrix: Floats, place: tuple[float, float], shape: tuple[int, int]
) -> NDArray[np.int8]:
    """Give the DET_ID of each sky pixel, -1 in gaps and outside.

    Parameters
    ----------
    layout : Layout
        Where the edges of the detectors' pixels are in DET1.
    matrix : ndarray, shape (2, 2)
        From DET1 to the sky.
    place : tuple of float
        Sky pixel, from 0, of the reference point.
    shape : tuple of int
        Number of sky pixels along (y, x).
    """
    detector = np.full(shape, -1, np.int8)
    corners = np.concatenate(outlines(layout, matrix, place))
    first = np.clip(np.floor(corners.min(axis=0)), 0, shape[::-1]).astype(int)
    past = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, shape[::-1]).astype(int)
    window = slice(first[1], past[1]), slice(first[0], past[0])
    x = np.arange(first[0], past[0]) - place[0]
    y = (np.arange(first[1], past[1]) - place[1])[:, None]
    back = np.linalg.inv(matrix)
    det_x = back[0, 0] * x + back[0, 1] * y + REFERENCE
    det_y = back[1, 0] * x + back[1, 1] * y + REFERENCE
    part = detector[window]
    for number in range(N_DETECTORS):
        across, up = layout.edges[number]
        inside = (det_x >= across[0]) & (det_x < across[-1]) & (det_y >= up[0]) & (det_y < up[-1])
        part[inside & (part < 0)] = number  # rectangles may overlap a little where they meet
    return detector
