"""Which bin each event belongs to, and how much of each bin was seen; kept while a region moves."""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nuwidgets.engines.embedded.selection import index_of, picked_of
from nuwidgets.errors import InputError
from nuwidgets.science.binned_rates import LiveClock
from nuwidgets.science.time_grid import TimeGrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events, LivetimeRecord
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.selection import Cut

MAX_BINS = 5_000_000
_BLOCK, _NARROW, _CLOCKS_KEPT = 1 << 18, (1 << 16) - 1, 2


class Binning(NamedTuple):
    """Which events go into which bin."""

    first_channel: int
    """First channel that counts."""
    past_channel: int
    """One past the last channel that counts."""
    grid: TimeGrid
    """The bins."""
    within: Gti | None = None
    """Times outside of which nothing counts; None for none."""

    def numbers(self, time_s: NDArray[Any], pi: NDArray[Any]) -> NDArray[np.int32]:
        """Give the bin of each event; the number of bins for those that do not count."""
        numbers, none = self.grid.numbers(time_s), len(self.grid)
        numbers[(pi < self.first_channel) | (pi >= self.past_channel)] = none
        if self.within is not None:
            numbers[~self.within.contains(time_s)] = none
        return numbers

    def counts(self, time_s: NDArray[Any], pi: NDArray[Any]) -> Floats:
        """Count events in any order, shape (n_bin,)."""
        counts = np.zeros(len(self.grid) + 1)
        for first in range(0, len(pi), _BLOCK):
            block = slice(first, first + _BLOCK)
            numbers = self.numbers(time_s[block], pi[block])
            counts += np.bincount(numbers, minlength=len(counts))
        return counts[:-1]


_CLOCKS: weakref.WeakKeyDictionary[Events, dict[Gti, LiveClock]] = weakref.WeakKeyDictionary()
_BINNED: weakref.WeakKeyDictionary[Events, dict[str, tuple[Binning, NDArray[Any]]]] = (
    weakref.WeakKeyDictionary()
)


def grid_of(gti: Gti, binsize_s: float, bins: str) -> TimeGrid:
    """Give the bins of good times.

    Raises
    ------
    InputError
        If there is no good time, or the bins are not above 0 s, or there are too many.
    """
    if not (math.isfinite(binsize_s) and binsize_s > 0):
        raise InputError(
            f"Cannot make a light curve with bins of {binsize_s!r} s. Give a length above 0,"
            " e.g. 256."
        )
    if not gti.intervals:
        raise InputError(
            "Cannot make a light curve: these events have no good time. Widen the chosen times."
        )
    grid = TimeGrid.of(gti, binsize_s, bins)
    needed = math.ceil(grid.span_s / grid.binsize_s) + len(grid.stretches)
    if needed > MAX_BINS + len(grid.stretches):
        raise InputError(
            f"Cannot make a light curve with bins of {binsize_s!r} s: {grid.span_s:.0f} s would"
            f" need {needed} bins, and {MAX_BINS} are the most. Give longer bins, or a shorter"
            " range of times."
        )
    return grid


def counts_in(cut: Cut, events: Events, binning: Binning, slot: str) -> Floats:
    """Count the events of a cut in each bin, shape (n,).

    Parameters
    ----------
    cut : Cut
    events : Events
        The events that it was cut from.
    binning : Binning
    slot : str
        Under which name the bins of all events are kept, for the next region.
    """
    numbers = _binned(events, binning, slot)
    return picked_of(cut, events).count(numbers, len(binning.grid) + 1)[:-1].astype(float)


def _binned(events: Events, binning: Binning, slot: str) -> NDArray[Any]:
    """Give the bin of all events, sorted by pixel; kept, so that a moving region only counts."""
    known = _BINNED.setdefault(events, {})
    kept = next((one for one in tuple(known.values()) if one[0] == binning), None)
    if kept is None:
        columns = index_of(events).columns
        dtype = np.uint16 if len(binning.grid) <= _NARROW else np.int32
        numbers = np.empty(len(columns.pi), dtype)
        for first in range(0, len(numbers), _BLOCK):
            block = slice(first, first + _BLOCK)
            numbers[block] = binning.numbers(columns.time_s[block], columns.pi[block])
        kept = binning, numbers
    known[slot] = kept
    return kept[1]


def forget_slots(events: Events, name: str, n_kept: int) -> None:
    """Let go of bins that are kept under ``name 0``, ``name 1`` ... beyond the first `n_kept`."""
    known = _BINNED.get(events, {})
    for slot in tuple(known):
        kind, _, number = slot.rpartition(" ")
        if kind == name and int(number) >= n_kept:
            known.pop(slot, None)


def live_fraction(events: Events, grid: TimeGrid, gti: Gti, fracexp: Floats) -> Floats:
    """Give the live fraction of each bin: the mean one without a record, NaN where not good."""
    live = np.full(len(fracexp), events.deadc)
    if events.livetime is not None:
        clock = _clock(events, events.livetime, gti)
        stop = grid.start_s + grid.width_s
        own = clock.fraction(grid.edges_s) if grid.whole else clock.between(grid.start_s, stop)
        live = np.where(np.isfinite(own), own, live)
    return np.where(fracexp > 0, live, np.nan)


def _clock(events: Events, record: LivetimeRecord, gti: Gti) -> LiveClock:
    """Give the clock of these good times; the newest ones are kept."""
    known = _CLOCKS.setdefault(events, {})
    clock = known.get(gti)
    if clock is None:
        for old in tuple(known)[: 1 - _CLOCKS_KEPT or None]:
            known.pop(old, None)
        clock = known[gti] = LiveClock.of(record, gti)
    return clock
