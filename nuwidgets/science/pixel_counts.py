"""Counts of events by sky pixel and layer, summed along rows: a region is a few runs of pixels.

For positions that are whole pixels. Nothing is counted anew when a region moves, and the time it
takes does not grow with the number of events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Integers
    from nuwidgets.domain.events import Events
    from nuwidgets.science.pixel_index import Frame, RegionMask

N_DETECTORS = 4
"""Detectors of a focal plane of NuSTAR, DET_ID 0 to 3."""
_BLOCK = 1 << 19


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """Counts of each pixel in layers: bands first, then all events of each detector."""

    frame: Frame
    """The pixels."""
    sums: NDArray[np.uint32]
    """Counts of all pixels before a place in a row, shape (height, width + 1, n_layer)."""

    def __post_init__(self) -> None:
        """Make the array read-only."""
        lock_arrays(self)

    @classmethod
    def of(cls, events: Events, frame: Frame, channels: Sequence[tuple[int, int]]) -> PixelCounts:
        """Count events, block by block.

        Parameters
        ----------
        events : Events
            Their positions are whole pixels.
        frame : Frame
            The pixels to count in.
        channels : sequence of pairs of int
            First channel, and one past the last, of each band.
        """
        layers = np.zeros((len(channels) + N_DETECTORS, frame.width * frame.height), np.uint32)
        for lo in range(0, len(events), _BLOCK):
            _count(events, slice(lo, lo + _BLOCK), frame, channels, layers)
        sums = np.zeros((frame.height, frame.width + 1, len(layers)), np.uint32)
        for number, layer in enumerate(layers.reshape(len(layers), frame.height, frame.width)):
            np.cumsum(layer, axis=1, dtype=np.uint32, out=sums[:, 1:, number])
        return cls(frame, sums)

    def within(self, mask: RegionMask) -> Integers:
        """Give the counts of a region in each layer, shape (n_layer,)."""
        part = mask.clip(self.frame)
        steps = np.diff(np.pad(part.inside, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        rows, starts = np.nonzero(steps == 1)
        stops = np.nonzero(steps == -1)[1]
        row, column = rows + part.frame.y - self.frame.y, part.frame.x - self.frame.x
        runs = self.sums[row, stops + column] - self.sums[row, starts + column]
        counts: Integers = runs.sum(axis=0, dtype=np.int64)
        return counts


def _count(
    events: Events,
    block: slice,
    frame: Frame,
    channels: Sequence[tuple[int, int]],
    layers: NDArray[np.uint32],
) -> None:
    """Add a block of events to layers of pixels, shape (n_layer, n_pixel)."""
    x, y = (np.asarray(v[block], np.int32) for v in (events.x, events.y))
    column, row = x - np.int32(frame.x), y - np.int32(frame.y)
    seen = (column >= 0) & (row >= 0) & (column < frame.width) & (row < frame.height)
    pixel, pi = (row * np.int32(frame.width) + column)[seen], events.pi[block][seen]
    for layer, (first, past) in zip(layers, channels, strict=False):
        _add(layer, pixel[(pi >= first) & (pi < past)])
    if events.det_id is not None:
        det_id = events.det_id[block][seen]
        for detector in range(N_DETECTORS):
            _add(layers[len(channels) + detector], pixel[det_id == detector])


def _add(layer: NDArray[np.uint32], pixel: NDArray[np.int32]) -> None:
    layer += np.bincount(pixel, minlength=len(layer)).astype(np.uint32)


def counts_one_by_one(
    events: Events, inside: NDArray[np.bool_], channels: Sequence[tuple[int, int]]
) -> Integers:
    """Give the counts of the events that are marked, in the layers of `PixelCounts`."""
    pi = events.pi[inside]
    bands = [int(np.count_nonzero((pi >= first) & (pi < past))) for first, past in channels]
    detectors = [0] * N_DETECTORS
    if events.det_id is not None:
        det_id = events.det_id[inside]
        detectors = [int(np.count_nonzero(det_id == number)) for number in range(N_DETECTORS)]
    return np.array([*bands, *detectors], np.int64)
