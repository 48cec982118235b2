"""Power spectra by stingray, averaged over segments of good time.

stingray: Huppenkothen et al. 2019 (2019ApJ...881...39H); dead time: Bachetti et al. 2015
(2015ApJ...800..109B).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.power import Power
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.arrivals import arrivals
from nuwidgets.errors import EngineMissingError, InputError
from nuwidgets.missions.base import known_mission

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.power import PowerRequest
    from nuwidgets.domain.selection import Selection

MOST_BINS = 1 << 24
"""Time bins of a segment, at most."""
LEAST_EVENTS = 2
"""stingray leaves out segments with fewer events."""
FEW_SEGMENTS = 10
"""With fewer, errors are not Gaussian."""
STAGE = "power spectrum"


def solve_power(request: PowerRequest, above: tuple[Selection], token: Any) -> Power:
    """Give the power spectrum of a selection.

    Raises
    ------
    EngineMissingError
        stingray is not installed.
    InputError
        If bins or segments are of no use here, or there are hardly any events.
    """
    events = above[0].events
    _check(request, events)
    token.report(None, STAGE, "loading stingray")
    stingray = _stingray()
    times = arrivals(request, above[0], "a power spectrum")
    n_empty = _n_empty(request, times, events)
    token.check()
    token.report(None, STAGE, f"{len(times):,} events")
    averaged = _averaged(stingray, request, times, events)
    token.check()
    joined = averaged.rebin_log(request.log_step) if request.log_step > 0 else averaged
    lo, hi = _rms_range(request, averaged)
    rms, error = _rms(averaged, lo, hi)
    n_powers = np.asarray(joined.k, float) * averaged.m * np.ones(len(joined.freq))
    power = np.asarray(joined.power, float)
    return Power(
        frequency_hz=np.asarray(joined.freq, float),
        power=power,
        error=power / np.sqrt(n_powers),
        n_powers=n_powers,
        noise=_noise(request.norm, averaged),
        n_segments=int(averaged.m),
        segment_s=float(averaged.segment_size),
        dt_s=float(averaged.dt),
        mean_rate_per_s=float(averaged.nphots / averaged.segment_size),
        used_s=float(averaged.m * averaged.segment_size),
        rms=rms,
        rms_error=error,
        rms_range_hz=(lo, hi),
        norm=request.norm,
        pointing=events.pointing,
        request=request,
        provenance=Provenance(warnings=_doubts(request, events, averaged, n_empty)),
    )


def _stingray() -> Any:
    """Load stingray, which says at once that numba is missing; nothing here needs it."""
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            import stingray
    except ImportError as error:
        raise EngineMissingError(
            "Power spectra are made by stingray, which is not installed. Run: pip install"
            ' "nuwidgets[timing]"'
        ) from error
    return stingray


def _check(request: PowerRequest, events: Events) -> None:
    n_bins = request.segment_s / request.dt_s
    if not 4 <= n_bins <= MOST_BINS:  # noqa: PLR2004  two frequencies at least
        raise InputError(
            f"Cannot make a power spectrum of segments of {request.segment_s!r} s in bins of"
            f" {request.dt_s!r} s: a segment must have 4 to {MOST_BINS} bins. Change one of them."
        )
    longest = max((stop - start for start, stop in events.gti.intervals), default=0.0)
    if longest < request.segment_s:
        raise InputError(
            f"Cannot make a power spectrum of segments of {request.segment_s!r} s: the longest good"
            f" interval has {longest:.1f} s. Take shorter segments."
        )


def _n_empty(request: PowerRequest, times: Floats, events: Events) -> int:
    """Give the number of segments with fewer than two events, which stingray leaves out.

    Raises
    ------
    InputError
        If these are all.
    """
    length = request.segment_s
    each = [
        start + length * np.arange(int((stop - start) / length) + 1.0)
        for start, stop in events.gti.intervals
    ]
    counts = np.concatenate([np.diff(np.searchsorted(times, edges)) for edges in each])
    n_empty = int(np.count_nonzero(counts < LEAST_EVENTS))
    if n_empty == len(counts):
        raise InputError(
            f"Cannot make a power spectrum of segments of {length!r} s: each has fewer than"
            f" {LEAST_EVENTS} of the {len(times)} events. Take longer segments, or a wider band."
        )
    return n_empty


def _averaged(stingray: Any, request: PowerRequest, times: Floats, events: Events) -> Any:
    """Average over segments; rms norms need the mean rate of all, or dim segments count double."""
    gti = np.stack([events.gti.start_s, events.gti.stop_s], axis=1)
    listed = stingray.EventList(times, gti=gti)
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of empty segments
        return stingray.AveragedPowerspectrum.from_events(
            listed,
            dt=request.dt_s,
            segment_size=request.segment_s,
            norm=request.norm,
            use_common_mean=True,
            silent=True,
        )


def _noise(norm: str, averaged: Any) -> float:
    """Give the power of Poisson noise: 2 in Leahy's norm."""
    rate = float(averaged.nphots / averaged.segment_size)
    return {"leahy": 2.0, "frac": 2.0 / rate, "abs": 2.0 * rate}[norm]


def _rms_range(request: PowerRequest, averaged: Any) -> tuple[float, float]:
    """Give the frequencies of the rms: those of the spectrum where none are chosen."""
    lo, hi = request.rms_range_hz
    first, last = float(averaged.freq[0]), float(averaged.freq[-1])
    if lo == hi:
        return first, last
    if hi < first or lo > last:
        raise InputError(
            f"Cannot take the rms from {lo!r} to {hi!r} Hz: the power spectrum reaches from"
            f" {first:.4g} to {last:.4g} Hz. Choose frequencies there, or (0, 0) for all."
        )
    return max(lo, first), min(hi, last)


def _rms(averaged: Any, lo: float, hi: float) -> tuple[float, float]:
    """Give the fractional rms between two frequencies, and its error; NaN where noise is all.

    The sum of the powers above the noise times the width of a frequency bin; the error follows
    from each power's, which is the power itself over the root of the number of segments.
    """
    chosen = (averaged.freq >= lo) & (averaged.freq <= hi)
    rate = averaged.nphots / averaged.segment_size
    to_frac = {"leahy": 1.0 / rate, "frac": 1.0, "abs": 1.0 / rate**2}[averaged.norm]
    power = np.asarray(averaged.power, float)[chosen] * to_frac
    variance = float(np.sum(power - 2.0 / rate) * averaged.df)
    spread = float(np.sqrt(np.sum(power**2 / averaged.m)) * averaged.df)
    if variance <= 0:
        return float("nan"), float("nan")
    return float(np.sqrt(variance)), spread / (2.0 * float(np.sqrt(variance)))


def _doubts(request: PowerRequest, events: Events, averaged: Any, n_empty: int) -> tuple[str, ...]:
    """Say what a user should know before trusting the powers."""
    said = []
    used, good = averaged.m * averaged.segment_size, events.gti.ontime_s
    if averaged.m < FEW_SEGMENTS:
        said.append(
            f"Only {averaged.m} segments are averaged: powers are not Gaussian, and the errors are"
            " rough. Take shorter segments."
        )
    if n_empty:
        said.append(
            f"{n_empty} segments with fewer than {LEAST_EVENTS} events are left out: the mean rate"
            " is too high, and the rms wrong. Take longer segments."
        )
    if used + n_empty * averaged.segment_size < 0.7 * good:
        said.append(
            f"Segments fill {used:.0f} of {good:.0f} s of good time; the rest lies in intervals"
            f" shorter than {request.segment_s:g} s, or at their ends."
        )
    mission = known_mission(events.pointing.telescope)
    dead_s = mission.dead_time_s if mission is not None else 0.0
    if dead_s and events.deadc < 0.99:  # noqa: PLR2004
        said.append(
            f"Dead time ({100 * (1 - events.deadc):.1f} % here, {1000 * dead_s:g} ms an event)"
            " lowers the noise and bends it with frequency: do not read a noise level or an rms at"
            " high frequencies from it. A cospectrum of both modules is free of it."
        )
    said.append("The background is not taken away: the rms is that of source and background.")
    return tuple(said)
