"""Events sorted by sky pixel, so that a region's events are a few long slices.

Sky pixels are integers: a region is one mask over the pixels of its bounding box, and each run of
pixels along a row is one slice of the sorted events. No event is tested, and none is miscounted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Integers, Mask
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.region import Region

NOWHERE = -2
"""Pixels up to this one mean that an event has no position."""
_WIDEST = 1 << 15
_BLOCK = 1 << 19


@dataclass(frozen=True)
class Frame:
    """A rectangle of sky pixels, from `x`, `y` on."""

    x: int
    """First pixel along x, from 0."""
    y: int
    """First pixel along y, from 0."""
    width: int
    """Number of pixels along x."""
    height: int
    """Number of pixels along y."""

    @classmethod
    def spanning(cls, x_lo: float, x_hi: float, y_lo: float, y_hi: float) -> Frame:
        """Give the frame of the pixels from the lowest to the highest, both inside."""
        ends = np.floor([x_lo, y_lo]), np.floor([x_hi, y_hi]) + 1
        x, y, right, top = (int(v) for v in np.concatenate(ends))
        return cls(x, y, max(right - x, 0), max(top - y, 0))

    def clip(self, other: Frame) -> Frame:
        """Give the pixels that belong to both."""
        right = min(self.x + self.width, other.x + other.width)
        top = min(self.y + self.height, other.y + other.height)
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Frame(x, y, max(right - x, 0), max(top - y, 0))

    def join(self, other: Frame) -> Frame:
        """Give the smallest frame that holds both; one without pixels adds nothing."""
        if not other.width or not other.height:
            return self
        right = max(self.x + self.width, other.x + other.width)
        top = max(self.y + self.height, other.y + other.height)
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Frame(x, y, right - x, top - y)

    def slices(self, inner: Frame) -> tuple[slice, slice]:
        """Give the place of `inner` in an array over this frame, as (y, x)."""
        dx, dy = max(inner.x - self.x, 0), max(inner.y - self.y, 0)
        return slice(dy, dy + inner.height), slice(dx, dx + inner.width)


@dataclass(frozen=True, eq=False)
class RegionMask:
    """The pixels whose centre lies in a region."""

    frame: Frame
    """Where the mask lies."""
    inside: Mask
    """Whether each pixel is in the region, shape (height, width)."""

    def __post_init__(self) -> None:
        """Make the mask read-only."""
        lock_arrays(self)

    def n_pixels(self, shape: tuple[int, int]) -> int:
        """Count the pixels inside the sky image of `shape` (n_y, n_x): BACKSCAL's numerator."""
        return int(np.count_nonzero(self.clip(Frame(0, 0, shape[1], shape[0])).inside))

    def clip(self, frame: Frame) -> RegionMask:
        """Give the part that lies in a frame."""
        part = self.frame.clip(frame)
        return RegionMask(part, self.inside[self.frame.slices(part)])


@lru_cache(maxsize=64)
def region_mask(region: Region, within: Frame) -> RegionMask:
    """Give the pixels of a region.

    The rule is that of HEASoft's extractor: a pixel belongs to a region when its centre does.

    Parameters
    ----------
    region : Region
        In pixels.
    within : Frame
        Where to look; a region that excludes first has no bounds of its own.
    """
    outer = within.x, within.x + within.width, within.y, within.y + within.height
    lo_hi = np.clip(np.array(region.bounds()), np.array(outer)[[0, 0, 2, 2]] - 1.0, None)
    ends = np.minimum(lo_hi, np.array(outer)[[1, 1, 3, 3]] + 1.0)
    frame = Frame.spanning(*(float(v) for v in ends)).clip(within)
    x = np.arange(frame.x, frame.x + frame.width, dtype=float)
    y = np.arange(frame.y, frame.y + frame.height, dtype=float)
    return RegionMask(frame, region.contains(x[None, :], y[:, None]))


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of events, sorted by sky pixel."""

    time_s: NDArray[Any]
    """Arrival times, s, shape (n,)."""
    pi: NDArray[Any]
    """Channels, shape (n,)."""
    x: NDArray[Any]
    """Sky pixel from 0, shape (n,)."""
    y: NDArray[Any]
    """Sky pixel from 0, shape (n,)."""


@dataclass(frozen=True, eq=False)
class Picked:
    """Which events lie in a region, in no particular order; no column is copied before `take`."""

    runs: tuple[tuple[int, int], ...]
    """First and last (excluded) of the sorted events, for each run of pixels along a row."""
    kept: Mask | None = None
    """Which of them, shape (n,), where positions are no whole pixels; None for all."""

    def __len__(self) -> int:
        if self.kept is not None:
            return int(np.count_nonzero(self.kept))
        return sum(hi - lo for lo, hi in self.runs)

    def take(self, column: NDArray[Any]) -> NDArray[Any]:
        """Give their values of a column sorted as those of the index, shape (n,)."""
        if not self.runs:
            return np.empty(0, column.dtype)
        values = np.concatenate([column[lo:hi] for lo, hi in self.runs])
        return values if self.kept is None else values[self.kept]

    def count(self, column: NDArray[Any], size: int) -> Integers:
        """Count them by a column of whole numbers from 0, shape (size,); others are left out."""
        counts, first = np.zeros(size, np.int64), 0
        for runs in self._portions(max(_BLOCK, size)):
            values = np.concatenate([column[lo:hi] for lo, hi in runs], dtype=np.intp)
            if self.kept is not None:
                first, kept = first + len(values), self.kept[first : first + len(values)]
                values = values[kept]
            if len(values) and (values.min() < 0 or values.max() >= size):
                values = values[(values >= 0) & (values < size)]
            counts += np.bincount(values, minlength=size)
        return counts

    def _portions(self, least: int) -> Iterator[list[tuple[int, int]]]:
        """Give the runs in portions of at least so many events: less memory at a time."""
        portion, n_events = [], 0
        for lo, hi in self.runs:
            portion.append((lo, hi))
            n_events += hi - lo
            if n_events >= least:
                yield portion
                portion, n_events = [], 0
        if portion:
            yield portion


@dataclass(frozen=True, eq=False)
class PixelIndex:
    """The columns of the events, sorted by sky pixel."""

    sky: Frame
    """The pixels of the sky image and of all events: where regions are looked for."""
    frame: Frame
    """The pixels that events lie on."""
    first: NDArray[np.int32]
    """Number of the first event of each pixel of `frame`, row by row, shape (n_pixel + 1,)."""
    columns: Columns
    """All events that have a position, sorted."""
    exact: bool
    """Whether positions are whole pixels; otherwise events are tested one by one."""

    @classmethod
    def of(cls, events: Events) -> PixelIndex:
        """Sort events, block by block, so that nothing but the index itself needs memory.

        About 0.1 s for a million.
        """
        x, y = np.asarray(events.x), np.asarray(events.y)
        exact = x.dtype.kind in "iu" and y.dtype.kind in "iu"
        frame, image = _frame_of(x, y), Frame(0, 0, events.shape[1], events.shape[0])
        counts = np.zeros(frame.width * frame.height, np.int64)
        for block in _blocks(len(x)):
            counts += np.bincount(_pixels(x[block], y[block], frame)[1], minlength=len(counts))
        first = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=first[1:])
        files = events.time_s, events.pi, x, y
        columns = Columns(*(np.empty(first[-1], column.dtype) for column in files))
        goes_to = (columns.time_s, columns.pi, columns.x, columns.y)
        free = first[:-1].copy()
        for block in _blocks(len(x)):
            placed, pixel = _pixels(x[block], y[block], frame)
            order = np.argsort(pixel)
            here = np.bincount(pixel, minlength=len(counts))
            place = (free - (np.cumsum(here) - here))[pixel[order]] + np.arange(len(pixel))
            for old, new in zip(files, goes_to, strict=True):
                new[place] = old[block][placed][order]
            free += here.astype(np.int32)
        return cls(image.join(frame), frame, first, columns, exact)

    def pick(self, region: Region, mask: RegionMask) -> Picked:
        """Give the events of a region, in pixels, whose mask is given."""
        seen = mask.clip(self.frame)
        if self.exact:
            return Picked(self._runs(seen))
        near = Picked(self._runs(RegionMask(seen.frame, np.ones_like(seen.inside))))
        x, y = near.take(self.columns.x), near.take(self.columns.y)
        return Picked(near.runs, region.contains(x, y))

    def counts(self, frame: Frame) -> Integers:
        """Give the number of events of each pixel of a frame, shape (height, width)."""
        seen = frame.clip(self.frame)
        here = self.frame.slices(seen)
        shape = self.frame.height, self.frame.width
        counts = np.zeros((frame.height, frame.width), np.int64)
        stops, starts = (edge.reshape(shape)[here] for edge in (self.first[1:], self.first[:-1]))
        counts[frame.slices(seen)] = stops - starts
        return counts

    def _runs(self, mask: RegionMask) -> tuple[tuple[int, int], ...]:
        """Give first and last (excluded) event of each run of pixels along a row."""
        padded = np.pad(mask.inside, ((0, 0), (1, 1))).astype(np.int8)
        steps = np.diff(padded, axis=1)
        rows, starts = np.nonzero(steps == 1)
        stops = np.nonzero(steps == -1)[1]
        base = (rows + mask.frame.y - self.frame.y) * self.frame.width
        base += mask.frame.x - self.frame.x
        lo, hi = self.first[base + starts], self.first[base + stops]
        filled = hi > lo
        return tuple(zip(lo[filled].tolist(), hi[filled].tolist(), strict=True))


def _blocks(size: int) -> Iterator[slice]:
    """Cut the events into blocks that fit into a processor's cache."""
    return (slice(lo, lo + _BLOCK) for lo in range(0, size, _BLOCK))


def _placed(x: NDArray[Any], y: NDArray[Any]) -> Mask:
    """Say which events have a position; a NaN compares false."""
    placed: Mask = (x > NOWHERE) & (y > NOWHERE) & (x < _WIDEST) & (y < _WIDEST)
    return placed


def _pixels(
    x: NDArray[Any], y: NDArray[Any], frame: Frame
) -> tuple[Mask | slice, NDArray[np.int32]]:
    """Give which events have a position, and their pixels of a frame, row by row."""
    known = _placed(x, y)
    placed = slice(None) if known.all() else known
    column, row = (np.floor(v[placed]).astype(np.int32) for v in (x, y))
    return placed, (row - frame.y) * np.int32(frame.width) + (column - frame.x)


def _frame_of(x: NDArray[Any], y: NDArray[Any]) -> Frame:
    """Give the pixels that hold all events."""
    ends = []
    for block in _blocks(len(x)):
        placed = _placed(x[block], y[block])
        if placed.any():
            px, py = x[block][placed], y[block][placed]
            ends.append((px.min(), px.max(), py.min(), py.max()))
    if not ends:
        return Frame(0, 0, 0, 0)
    lo, hi = np.min(ends, axis=0), np.max(ends, axis=0)
    return Frame.spanning(float(lo[0]), float(hi[1]), float(lo[2]), float(hi[3]))
