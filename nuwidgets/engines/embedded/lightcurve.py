"""Bin the selected events in time."""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.selection import index_of, picked_of
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.science.binned_rates import LiveClock, bin_numbers, rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.selection import Cut, Selection

MAX_BINS = 5_000_000
_BLOCK, _NARROW = 1 << 18, (1 << 16) - 1
_CLOCKS: weakref.WeakKeyDictionary[Events, LiveClock] = weakref.WeakKeyDictionary()
_BINNED: weakref.WeakKeyDictionary[Events, tuple[Binning, NDArray[Any]]] = (
    weakref.WeakKeyDictionary()
)


class Binning(NamedTuple):
    """Which events go into which bin of a light curve."""

    first_channel: int
    """First channel that counts."""
    past_channel: int
    """One past the last channel that counts."""
    start_s: float
    """Start of the first bin, s."""
    binsize_s: float
    """Length of a bin, s."""
    n_bins: int
    """Number of bins."""

    def numbers(self, time_s: NDArray[Any], pi: NDArray[Any]) -> NDArray[np.int32]:
        """Give the bin of each event; `n_bins` for those that do not count."""
        numbers = bin_numbers(time_s, self.start_s, self.binsize_s, self.n_bins)
        numbers[(pi < self.first_channel) | (pi >= self.past_channel)] = self.n_bins
        return numbers


def solve_lightcurve(request: LightCurveRequest, above: tuple[Selection], token: Any) -> LightCurve:
    """Give the light curve of a selection, from the first good time on.

    Raises
    ------
    InputError
        If there is no good time, or the bins are not above 0 s, or there are too many.
    """
    selection = above[0]
    events = selection.events
    edges = bin_edges_s(events, request.binsize_s)
    fracexp = np.clip(events.gti.overlap_s(edges) / request.binsize_s, 0.0, 1.0)
    channels = mission_of(events.pointing.telescope).channels(request.band)
    binning = Binning(*channels, float(edges[0]), request.binsize_s, len(edges) - 1)
    counts = _counts(selection.source, events, binning)
    token.check()
    other = selection.background
    background = _counts(other, events, binning) if other else None
    live = _live_fraction(events, edges, fracexp)
    seen_s = request.binsize_s * fracexp * (live if request.correct_livetime else 1.0)
    subtract = request.subtract_background and other is not None
    ratio = selection.source.n_pixels / other.n_pixels if other and subtract else 0.0
    rate, error = rates(counts, background if subtract else None, ratio, seen_s)
    return LightCurve(
        time_s=edges[:-1],
        binsize_s=request.binsize_s,
        rate_per_s=rate,
        error_per_s=error,
        fracexp=fracexp,
        counts=counts,
        background_counts=np.zeros_like(counts) if background is None else background,
        live_fraction=live,
        gti=events.gti,
        pointing=events.pointing,
        background_subtracted=subtract,
        livetime_corrected=request.correct_livetime,
        request=request,
        provenance=Provenance(warnings=_warnings(request, counts, subtract=subtract)),
    )


def bin_edges_s(events: Events, binsize_s: float) -> Floats:
    """Give the edges of equal bins that cover all good times, s, shape (n + 1,)."""
    if not (math.isfinite(binsize_s) and binsize_s > 0):
        raise InputError(
            f"Cannot make a light curve with bins of {binsize_s!r} s. Give a length above 0,"
            " e.g. 256."
        )
    if not events.gti.intervals:
        raise InputError(
            "Cannot make a light curve: these events have no good time. Widen the chosen times."
        )
    start, stop = events.gti.intervals[0][0], events.gti.intervals[-1][1]
    n_bins = max(math.ceil((stop - start) / binsize_s), 1)
    if n_bins > MAX_BINS:
        raise InputError(
            f"Cannot make a light curve with bins of {binsize_s!r} s: {stop - start:.0f} s would"
            f" need {n_bins} bins, and {MAX_BINS} are the most. Give longer bins."
        )
    return start + binsize_s * np.arange(n_bins + 1, dtype=float)


def _counts(cut: Cut, events: Events, binning: Binning) -> Floats:
    """Count the events of a cut in each bin, shape (n,)."""
    numbers = _binned(events, binning)
    return picked_of(cut, events).count(numbers, binning.n_bins + 1)[:-1].astype(float)


def _binned(events: Events, binning: Binning) -> NDArray[Any]:
    """Give the bin of all events, sorted by pixel; kept, so that a moving region only counts."""
    kept = _BINNED.get(events)
    if kept is None or kept[0] != binning:
        columns = index_of(events).columns
        dtype = np.uint16 if binning.n_bins <= _NARROW else np.int32
        numbers = np.empty(len(columns.pi), dtype)
        for first in range(0, len(numbers), _BLOCK):
            block = slice(first, first + _BLOCK)
            numbers[block] = binning.numbers(columns.time_s[block], columns.pi[block])
        kept = _BINNED[events] = binning, numbers
    return kept[1]


def _live_fraction(events: Events, edges: Floats, fracexp: Floats) -> Floats:
    """Give the live fraction of each bin: the mean one without a record, NaN where not good."""
    live = np.full(len(fracexp), events.deadc)
    if events.livetime is not None:
        clock = _CLOCKS.get(events)
        if clock is None:
            clock = _CLOCKS[events] = LiveClock.of(events.livetime, events.gti)
        own = clock.fraction(edges)
        live = np.where(np.isfinite(own), own, live)
    return np.where(fracexp > 0, live, np.nan)


def _warnings(request: LightCurveRequest, counts: Floats, *, subtract: bool) -> tuple[str, ...]:
    """Say what a user should know before trusting the curve."""
    said = []
    if not counts.any():
        said.append(f"The source region has no counts between {request.band}.")
    if request.subtract_background and not subtract:
        said.append("No background was taken away: there is no background region.")
    return tuple(said)
