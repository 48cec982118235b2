"""Bins in time: equal from the first good time on, begun anew in each interval, or one an orbit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.lightcurve import LONG_GAP_S
from nuwidgets.science.binned_rates import bin_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.gti import Gti

ROUNDING = 1e-9
"""A rest of a bin as short as this part of it is no bin of its own."""


@dataclass(frozen=True)
class TimeGrid:
    """Bins that are begun anew at the start of each stretch."""

    stretches: tuple[tuple[float, float], ...]
    """Pairs (start, stop), s, sorted and disjoint."""
    binsize_s: float
    """Length of a bin, s; infinite for one bin in each stretch."""
    whole: bool = False
    """Whether the last bin of a stretch is as long as the others, though the stretch ends before;
    only for a single stretch."""

    @classmethod
    def of(cls, gti: Gti, binsize_s: float, bins: str) -> TimeGrid:
        """Give the bins of good times, one of `nuwidgets.domain.lightcurve.BINS`."""
        if bins == "gti":
            return cls(gti.intervals, binsize_s)
        if bins == "orbit":
            return cls(gti.stretches(LONG_GAP_S).intervals, math.inf)
        return cls(((gti.intervals[0][0], gti.intervals[-1][1]),), binsize_s, whole=True)

    @property
    def span_s(self) -> float:
        """Length of all stretches, s."""
        return sum(stop - start for start, stop in self.stretches)

    @cached_property
    def each(self) -> Integers:
        """Number of bins in each stretch, shape (n_stretch,)."""
        rounding = 0.0 if self.whole else ROUNDING
        numbers = [(stop - start) / self.binsize_s - rounding for start, stop in self.stretches]
        return np.maximum(np.ceil(numbers), 1).astype(np.int64)

    def __len__(self) -> int:
        return int(self.each.sum())

    @cached_property
    def start_s(self) -> Floats:
        """Start of each bin, s, shape (n,)."""
        starts = np.array([start for start, _ in self.stretches])
        first = np.cumsum(self.each) - self.each
        within = np.arange(len(self)) - np.repeat(first, self.each)
        step = self.binsize_s if math.isfinite(self.binsize_s) else 0.0
        begun: Floats = np.repeat(starts, self.each) + step * within
        return begun

    @cached_property
    def width_s(self) -> Floats:
        """Length of each bin, s, shape (n,)."""
        width = np.full(len(self), self.binsize_s)
        if not self.whole:
            last = np.cumsum(self.each) - 1
            width[last] = np.array([stop for _, stop in self.stretches]) - self.start_s[last]
        return width

    def good_s(self, gti: Gti) -> Floats:
        """Give the good time of each bin, s, shape (n,)."""
        if self.whole:
            return gti.overlap_s(self.edges_s)
        return gti.before_s(self.start_s + self.width_s) - gti.before_s(self.start_s)

    @property
    def edges_s(self) -> Floats:
        """Edges of the bins of a single stretch, s, shape (n + 1,)."""
        return self.stretches[0][0] + self.binsize_s * np.arange(len(self) + 1, dtype=float)

    def numbers(self, time_s: NDArray[Any]) -> NDArray[np.int32]:
        """Give the bin of each event, shape (n,), from 0; their number for one outside of all."""
        if self.whole:
            return bin_numbers(time_s, self.stretches[0][0], self.binsize_s, len(self))
        starts, stops = np.array(self.stretches).T
        which = np.searchsorted(starts, time_s, side="right") - 1
        known = np.maximum(which, 0)
        place = np.floor((time_s - starts[known]) / self.binsize_s)
        first = np.cumsum(self.each) - self.each
        numbers = first[known] + np.minimum(place, self.each[known] - 1)
        inside = (which >= 0) & (time_s < stops[known])
        return np.where(inside, numbers, len(self)).astype(np.int32)
