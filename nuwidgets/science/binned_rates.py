"""Counts in time bins, and rates from them: good time, dead time, background."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import LivetimeRecord
    from nuwidgets.domain.gti import Gti


def bin_numbers(
    time_s: NDArray[Any], start_s: float, binsize_s: float, n_bins: int
) -> NDArray[np.int32]:
    """Give the bin ``[start + i*binsize, start + (i+1)*binsize)`` that each event falls into.

    Parameters
    ----------
    time_s : ndarray, shape (n,), s
        Arrival times, in any order.
    start_s : float
        Start of the first bin, s.
    binsize_s : float
        Length of a bin, s.
    n_bins : int
        Number of bins.

    Returns
    -------
    ndarray of int, shape (n,)
        From 0; `n_bins` for an event outside all bins.
    """
    place = np.asarray(time_s - start_s)
    place /= binsize_s
    if len(place) and not (place.min() >= 0 and place.max() < n_bins):
        place[~((place >= 0) & (place < n_bins))] = n_bins
    return place.astype(np.int32)


@dataclass(frozen=True, eq=False)
class LiveClock:
    """Live time accumulated along the good times, to read off any stretch by two look-ups."""

    time_s: Floats
    """Times between which the live fraction is constant, s, rising, shape (n,)."""
    covered_s: Floats
    """Good time with a record, since the first time, s, shape (n,)."""
    live_s: Floats
    """Live time since the first time, s, shape (n,)."""

    @classmethod
    def of(cls, record: LivetimeRecord, gti: Gti) -> LiveClock:
        """Join a record of one-second rows with good time intervals.

        The rule of nulccorr and nulivetime: each second ``[TIME, TIME + 1)`` counts by the part
        of it that is good.
        """
        if not len(record.time_s):
            return cls(*(np.zeros(1),) * 3)
        order = np.argsort(record.time_s, kind="stable")
        starts, fraction = record.time_s[order], record.fraction[order]
        fraction = np.where(np.isfinite(fraction), fraction, np.nan)
        knots = np.unique(np.concatenate([starts, starts + 1.0, gti.start_s, gti.stop_s]))
        middle, length = (knots[1:] + knots[:-1]) / 2, np.diff(knots)
        row = np.searchsorted(starts, middle, side="right") - 1
        here = np.where(row >= 0, fraction[np.maximum(row, 0)], np.nan)
        known = (row >= 0) & (middle < starts[np.maximum(row, 0)] + 1.0) & np.isfinite(here)
        good = np.where(known & gti.contains(middle), length, 0.0)
        covered = np.concatenate([[0.0], np.cumsum(good)])
        live = np.concatenate([[0.0], np.cumsum(good * np.where(known, here, 0.0))])
        return cls(knots, covered, live)

    @property
    def mean(self) -> float:
        """The mean live fraction over the good time (DEADC); NaN where nothing is recorded."""
        return float(self.live_s[-1] / self.covered_s[-1]) if self.covered_s[-1] else math.nan

    def fraction(self, edges_s: Floats) -> Floats:
        """Give the mean live fraction of each bin, shape (n,); NaN where nothing is recorded."""
        covered, live = self.before_s(edges_s)
        return live_share(np.diff(live), np.diff(covered))

    def between(self, start_s: Floats, stop_s: Floats) -> Floats:
        """Give the mean live fraction of stretches, shape (n,); NaN where nothing is recorded."""
        (covered, live), (covered_stop, live_stop) = self.before_s(start_s), self.before_s(stop_s)
        return live_share(live_stop - live, covered_stop - covered)

    def before_s(self, time_s: Floats) -> tuple[Floats, Floats]:
        """Give recorded good time and live time before each time, s; shapes as given."""
        covered = np.interp(time_s, self.time_s, self.covered_s)
        return covered, np.interp(time_s, self.time_s, self.live_s)


def live_share(live_s: Floats, covered_s: Floats) -> Floats:
    """Give live time over recorded time, shape as given; NaN where nothing is recorded."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(covered_s > 0, live_s / covered_s, np.nan)


def rates(
    counts: Floats, background: Floats | None, ratio: float, exposure_s: Floats
) -> tuple[Floats, Floats]:
    """Give the rate of each bin and its error, counts/s; NaN where there is no exposure.

    Parameters
    ----------
    counts, background : ndarray, shape (n,)
        Counts of the source and of the background region.
    ratio : float
        Size of the source region over that of the background region.
    exposure_s : ndarray, shape (n,), s
        Good time of each bin, less dead time where that is corrected.
    """
    net, variance = counts, counts
    if background is not None:
        net, variance = counts - ratio * background, counts + ratio**2 * background
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.where(exposure_s > 0, exposure_s, np.nan)
        return net / seen, np.sqrt(variance) / seen
