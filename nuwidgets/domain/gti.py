"""Good time intervals: half-open stretches of mission time, and their algebra."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.arrays import Floats, Mask


@dataclass(frozen=True)
class Gti:
    """Good time intervals, sorted, disjoint, half-open ``[start, stop)``, s of mission time."""

    intervals: tuple[tuple[float, float], ...] = ()
    """Pairs (start, stop), s since the mission's reference time."""

    def __post_init__(self) -> None:
        """Refuse what is not a list of times; sort, merge and drop what is empty."""
        pairs = [(float(a), float(b)) for a, b in self.intervals]
        for start, stop in pairs:
            if not (np.isfinite(start) and np.isfinite(stop) and start <= stop):
                raise InputError(
                    f"A good time interval needs start <= stop, got {start!r} and {stop!r} s."
                    " Give pairs of finite times in seconds, start first."
                )
        merged: list[tuple[float, float]] = []
        for start, stop in sorted(p for p in pairs if p[1] > p[0]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
            else:
                merged.append((start, stop))
        object.__setattr__(self, "intervals", tuple(merged))

    @classmethod
    def of(cls, start_s: Iterable[float], stop_s: Iterable[float]) -> Gti:
        """Make it from two columns, as files keep them."""
        return cls(tuple(zip(start_s, stop_s, strict=True)))

    @property
    def start_s(self) -> Floats:
        """Starts, s, shape (n,)."""
        return np.array([a for a, _ in self.intervals], float)

    @property
    def stop_s(self) -> Floats:
        """Stops, s, shape (n,)."""
        return np.array([b for _, b in self.intervals], float)

    @property
    def ontime_s(self) -> float:
        """Sum of the lengths, s."""
        return float(np.sum(self.stop_s - self.start_s))

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Pairs (end of an interval, start of the next), s."""
        return tuple((a[1], b[0]) for a, b in pairwise(self.intervals))

    def intersect(self, other: Gti) -> Gti:
        """Give the times that are good in both."""
        both, i, j = [], 0, 0
        a, b = self.intervals, other.intervals
        while i < len(a) and j < len(b):
            start, stop = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
            if start < stop:
                both.append((start, stop))
            if a[i][1] < b[j][1]:
                i += 1
            else:
                j += 1
        return Gti(tuple(both))

    def union(self, other: Gti) -> Gti:
        """Give the times that are good in either."""
        return Gti(self.intervals + other.intervals)

    def without(self, other: Gti) -> Gti:
        """Give the times that are good here and not in `other`."""
        if not self.intervals:
            return self
        return self.intersect(other.outside(self.intervals[0][0], self.intervals[-1][1]))

    def outside(self, start_s: float, stop_s: float) -> Gti:
        """Give the times from `start_s` to `stop_s` that are not good: what is shaded."""
        edges = [start_s, *(t for pair in self.intervals for t in pair), stop_s]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        cut = ((max(a, start_s), min(b, stop_s)) for a, b in pairs)
        return Gti(tuple((a, b) for a, b in cut if a < b))

    def shifted(self, by_s: float) -> Gti:
        """Give the same times, so many seconds later."""
        return Gti(tuple((start + by_s, stop + by_s) for start, stop in self.intervals))

    def stretches(self, gap_s: float) -> Gti:
        """Give the times from the start to the end of each group with no gap above `gap_s`."""
        joined = [list(pair) for pair in self.intervals[:1]]
        for start, stop in self.intervals[1:]:
            if start - joined[-1][1] > gap_s:
                joined.append([start, stop])
            joined[-1][1] = stop
        return Gti(tuple((start, stop) for start, stop in joined))

    def longer_than(self, least_s: float) -> Gti:
        """Give the intervals that are longer than so many seconds."""
        return Gti(tuple(pair for pair in self.intervals if pair[1] - pair[0] > least_s))

    def contains(self, time_s: Floats) -> Mask:
        """Say for each time, s, whether it is good; shape as given."""
        time = np.asarray(time_s, float)
        if not self.intervals:
            return np.zeros(time.shape, bool)
        which = np.searchsorted(self.start_s, time, side="right") - 1
        inside: Mask = (which >= 0) & (time < self.stop_s[np.maximum(which, 0)])
        return inside

    def overlap_s(self, edges_s: Floats) -> Floats:
        """Give the good time inside each bin, s.

        Parameters
        ----------
        edges_s : ndarray, shape (n + 1,), s, rising
            Edges of the bins.

        Returns
        -------
        ndarray, shape (n,), s
        """
        return np.diff(self.before_s(edges_s))

    def before_s(self, time_s: Floats) -> Floats:
        """Give the good time before each time, s; shape as given."""
        time = np.asarray(time_s, float)
        if not self.intervals:
            return np.zeros(time.shape)
        start, stop = self.start_s, self.stop_s
        before = np.concatenate([[0.0], np.cumsum(stop - start)])
        which = np.searchsorted(start, time, side="right") - 1
        inside = np.clip(time - start[np.maximum(which, 0)], 0.0, (stop - start)[which])
        return np.where(which >= 0, before[np.maximum(which, 0)] + inside, 0.0)
