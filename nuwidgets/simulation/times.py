"""When the telescope saw the source: orbits, passages of the anomaly, variability, dead time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.simulation.detector import ORBIT_S
from nuwidgets.simulation.truth import START_S

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

VISIBLE_S = 3300.0
DEAD_S_PER_EVENT = 2.5e-3
OTHER_TRIGGERS_PER_S = 7.0
_PERIODS_S = (31_000.0, 11_300.0)
_SWINGS = (0.25, 0.12)
_MJD_2010 = 55197
_LEAPS_S = (78_796_800.0, 173_404_801.0, 220_924_802.0)
"""Mission times of the leap seconds since 2010: July 2012, July 2015, January 2017."""


def orbits(exposure_s: float, rng: np.random.Generator, start_s: float = START_S) -> Gti:
    """Give good times that sum to `exposure_s`: one stretch each orbit, some cut short."""
    intervals, left, orbit = [], exposure_s, 0
    while left > 0:
        start = start_s + orbit * ORBIT_S + rng.uniform(0, 40)
        length = VISIBLE_S + rng.normal(0, 60)
        if orbit % 5 == 3:  # noqa: PLR2004  an orbit in five meets the anomaly
            length -= rng.uniform(400, 900)
        length = min(length, left)
        intervals.append((start, start + length))
        left, orbit = left - length, orbit + 1
    return Gti(tuple(intervals))


def utc_s(time_s: float) -> float:
    """Give the seconds of UTC days since 2010 of a mission time, s, which counts leap seconds."""
    return time_s - sum(time_s > leap for leap in _LEAPS_S)


def mjd_of(time_s: float) -> float:
    """Give a mission time, s, as a Modified Julian Date, UTC."""
    return _MJD_2010 + utc_s(time_s) / 86400


def date_of(time_s: float) -> datetime:
    """Give a mission time, s, as a date, UTC."""
    return datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=utc_s(time_s))


def brightness(time_s: Floats) -> Floats:
    """Give the source's brightness relative to some mean; shape as given."""
    swings = (
        swing * np.sin(2 * np.pi * (time_s - START_S) / period + number)
        for number, (swing, period) in enumerate(zip(_SWINGS, _PERIODS_S, strict=True))
    )
    return 1.0 + sum(swings, start=np.zeros_like(time_s))


@dataclass(frozen=True, eq=False)
class Clock:
    """Second by second: what part is good, what part is live, how bright the source is."""

    time_s: Floats
    """Start of each second, s, shape (n,)."""
    good_s: Floats
    """Good time in each second, s, shape (n,)."""
    live_fraction: Floats
    """Live fraction of each second, shape (n,)."""
    relative: Floats
    """Source brightness over its mean over the live time, shape (n,)."""

    @classmethod
    def of(cls, gti: Gti, counts_per_s: float, rng: np.random.Generator) -> Clock:
        """Draw the dead time of a module with so many good events each second."""
        start, stop = np.floor(gti.start_s[0]) - 30, np.ceil(gti.stop_s[-1]) + 30
        time = np.arange(start, stop)
        good = gti.overlap_s(np.append(time, stop))
        triggers = rng.poisson(OTHER_TRIGGERS_PER_S + counts_per_s * good)
        live = np.clip(1.0 - DEAD_S_PER_EVENT * triggers, 0.0, 1.0)
        bright = brightness(time)
        mean = np.sum(bright * good * live) / np.sum(good * live)
        return cls(time, good, live, bright / mean)

    @property
    def livetime_s(self) -> float:
        """Good time corrected for dead time, s."""
        return float(np.sum(self.good_s * self.live_fraction))

    def draw(self, n: int, gti: Gti, rng: np.random.Generator, *, variable: bool = False) -> Floats:
        """Draw good times of `n` events, s, in order."""
        weight = self.good_s * self.live_fraction * (self.relative if variable else 1.0)
        times = np.empty(0)
        while len(times) < n:
            second = np.searchsorted(np.cumsum(weight), rng.uniform(0, weight.sum(), 2 * n + 8))
            drawn = self.time_s[second] + rng.uniform(0, 1, len(second))
            times = np.concatenate([times, drawn[gti.contains(drawn)]])
        return np.sort(times[:n])
