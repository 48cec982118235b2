"""NuSTAR's detectors in the DET1 frame: where the edges of each pixel lie, and a map of them.

DET1 has 360 x 360 sub-pixels of 0.12096 mm; here their centres are integers from 0. Four detectors
of 32 x 32 pixels lie in it, DET_ID 0 upper right, then counter-clockwise, each turned by a quarter
(NuSTARDAS Software Guide, Perri et al.). Pixels of the outermost rows and columns are wider than
the others, because charge that lands beyond them is still theirs.

The calibration's own map (INSTRPROBMAP) is not at hand: edges are fitted to the events, which say
both which pixel they hit and where in DET1 they were put. Where there are too few events they are
usual ones, read off the public maps of module A (pixmapA, detnumA of nuskybgd).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.detector_events import DetectorEvents

SIDE, N_RAW, N_DETECTORS = 360, 32, 4
REFERENCE = 349.0
"""DET1 pixel, from 0, along both axes, whose place on the sky the det1 file follows."""
MIN_EVENTS = 300
"""So many events of a detector are needed to fit its edges."""
MIN_IN_OUTER = 150
"""So many events of an outermost row or column are needed to measure its width."""
_SCALE, _OUTER = 5.008, 6.8
_MIDDLES = ((262.8, 262.2), (99.0, 264.0), (98.4, 99.7), (262.6, 98.2))
_MIN_OUTER, _MAX_OUTER = 4.0, 9.0


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the edges of the detectors' pixels lie in DET1."""

    edges: Floats
    """Edges along x and along y, DET1 pixels from 0, rising, shape (4, 2, 33)."""
    fitted: tuple[bool, ...] = (False,) * N_DETECTORS
    """Whether each detector's were fitted to events; else they are the usual ones."""
    rms_pixels: float = 0.0
    """Scatter of events around the middle of their pixel, DET1 pixels, one axis; 0 if unknown.

    Events are spread evenly over a pixel of five, which alone makes 1.4.
    """

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


def columns_and_rows(
    det_id: Integers, raw_x: Integers, raw_y: Integers
) -> tuple[Integers, Integers]:
    """Give column and row, from 0 along DET1 x and y, of pixels of detectors; shape as given."""
    last = N_RAW - 1
    column = np.choose(det_id, [raw_y, last - raw_x, last - raw_y, raw_x])
    row = np.choose(det_id, [raw_x, raw_y, last - raw_x, last - raw_y])
    return column, row


def usual_layout() -> Layout:
    """Give the edges that are usual."""
    inner = (np.arange(1, N_RAW) - N_RAW / 2) * _SCALE
    one = np.concatenate([[inner[0] - _OUTER], inner, [inner[-1] + _OUTER]])
    return Layout(np.array(_MIDDLES)[:, :, None] + one)


def fitted_layout(events: DetectorEvents) -> Layout:
    """Give the edges as events show them; usual ones for detectors with few events.

    Pixels inside are taken to be equally wide: a straight line through the events' places. The
    outermost ones reach as far beyond their inner edge as the mean of their events, twice; where
    one of them has few events, the mean over all of them stands for it.

    Parameters
    ----------
    events : DetectorEvents
    """
    usual = usual_layout()
    column, row = columns_and_rows(events.det_id, events.raw_x, events.raw_y)
    found: dict[tuple[int, int], _Fitted] = {}
    for number in range(N_DETECTORS):
        mine = events.det_id == number
        both = (column[mine], events.det_x[mine]), (row[mine], events.det_y[mine])
        lines = [_fitted(*pair) for pair in both]
        if all(line is not None for line in lines):
            found |= {(number, axis): line for axis, line in enumerate(lines) if line is not None}
    edges, squares = np.array(usual.edges), []
    beyond = [outer for line in found.values() for outer in line.beyond]
    width = _width(np.concatenate(beyond), _OUTER) if beyond else _OUTER
    for (number, axis), line in found.items():
        edges[number, axis] = line.edges(width)
        squares.append(line.square(edges[number, axis]))
    fitted = tuple((number, 0) in found for number in range(N_DETECTORS))
    rms = float(np.sqrt(np.mean(squares))) if squares else 0.0
    return Layout(edges, fitted, rms)


@dataclass(frozen=True, eq=False)
class _Fitted:
    """What events say about the pixels along one axis of a detector."""

    place: Integers
    """Column or row of each event."""
    at: Floats
    """Where in DET1 it was put."""
    slope: float
    """Width of the pixels inside."""
    zero: float
    """Middle of the first pixel, were it as wide."""

    @property
    def beyond(self) -> tuple[Floats, Floats]:
        """How far events of the two outermost pixels lie from their inner edge."""
        first = self.zero + self.slope / 2 - self.at[self.place == 0]
        last_edge = self.zero + self.slope * (N_RAW - 1.5)
        return first, self.at[self.place == N_RAW - 1] - last_edge

    def edges(self, usual_width: float) -> Floats:
        """Give the edges, shape (33,)."""
        edges: Floats = self.zero + self.slope * (np.arange(N_RAW + 1, dtype=float) - 0.5)
        low, high = (_width(outer, usual_width) for outer in self.beyond)
        edges[0], edges[-1] = edges[1] - low, edges[-2] + high
        return edges

    def square(self, edges: Floats) -> float:
        """Give the mean square of the events' distances from the middle of their pixel."""
        middle = (edges[self.place] + edges[self.place + 1]) / 2
        return float(np.mean(np.square(self.at - middle)))


def _fitted(place: Integers, at: Floats) -> _Fitted | None:
    """Fit the pixels along one axis; None where events are too few or too close together."""
    inside = (place > 0) & (place < N_RAW - 1)
    if len(place) < MIN_EVENTS or not inside.any() or np.ptp(place[inside]) < N_RAW // 2:
        return None
    slope, zero = np.polyfit(place[inside], at[inside], 1)
    return _Fitted(place, at, float(slope), float(zero))


def _width(beyond: Floats, usual: float) -> float:
    """Give the width of an outermost pixel from its events; the usual one where they are few."""
    if len(beyond) < MIN_IN_OUTER:
        return usual
    return float(np.clip(2 * beyond.mean(), _MIN_OUTER, _MAX_OUTER))


def instrument_map(weights: Floats, layout: Layout, percent: float) -> Floats:
    """Give the DET1 map of pixels, each with its weight.

    Parameters
    ----------
    weights : ndarray, shape (4, 32, 32)
        A weight for each pixel: detector, row, column.
    layout : Layout
        Where the pixels' edges lie.
    percent : float
        DET1 pixels of which less than this fraction is covered are left empty.

    Returns
    -------
    ndarray, shape (360, 360)
        Weight times covered fraction, first axis along DET1 y.
    """
    total = np.zeros((SIDE, SIDE))
    for number in range(N_DETECTORS):
        across, up = (_covered(layout.edges[number, axis]) for axis in (0, 1))
        whole = np.outer(up.sum(axis=0), across.sum(axis=0))
        total += np.where(whole >= percent, up.T @ weights[number] @ across, 0.0)
    # rectangles may overlap a little where detectors meet
    limited: Floats = np.minimum(total, weights.max())
    return limited


def _covered(edges: Floats) -> Floats:
    """Give the part of each DET1 pixel that lies in each interval, shape (32, 360)."""
    low, high = np.arange(SIDE) - 0.5, np.arange(SIDE) + 0.5
    inside = np.minimum(edges[1:, None], high) - np.maximum(edges[:-1, None], low)
    covered: Floats = np.clip(inside, 0.0, 1.0)
    return covered
