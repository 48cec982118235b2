"""Search for periods in arrival times: epoch folding, and Z squared over several harmonics.

Events are folded into a profile at each trial frequency, and the profile is judged. Epoch folding:
Leahy et al. 1983 (1983ApJ...266..160L); Z squared: Buccheri et al. 1983 (1983A&A...128..245B), from
the folded profile as in Huppenkothen et al. 2019 (2019ApJ...881...39H). Gaps matter: a period like
that of the orbit leaves some phases with less good time, which is worked out exactly and divided
out. All times are seconds since phase zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.gti import Gti


def phases(time_s: Floats, frequency_hz: float, fdot_hz_per_s: float = 0.0) -> Floats:
    """Give cycles since phase zero; shape as given."""
    cycles: Floats = time_s * (frequency_hz + 0.5 * fdot_hz_per_s * time_s)
    return cycles


def folded(time_s: Floats, frequency_hz: float, n_bins: int, fdot_hz_per_s: float = 0.0) -> Floats:
    """Count events in bins of phase, shape (n_bins,)."""
    cycles = phases(time_s, frequency_hz, fdot_hz_per_s)
    numbers = ((cycles - np.floor(cycles)) * n_bins).astype(np.intp)
    return np.bincount(numbers, minlength=n_bins)[:n_bins].astype(float)


def phase_exposure(
    gti: Gti, frequency_hz: float, n_bins: int, fdot_hz_per_s: float = 0.0
) -> Floats:
    """Give the share of the good time in each bin of phase, shape (n_bins,); the sum is 1.

    Parameters
    ----------
    gti : Gti
        Good times, s since phase zero.
    frequency_hz, fdot_hz_per_s : float
        Frequency at phase zero, and how it changes.
    n_bins : int
        Number of bins of phase.
    """
    ends = np.stack([gti.start_s, gti.stop_s])
    cycles = phases(ends, frequency_hz, fdot_hz_per_s)[..., None]
    whole = np.floor(cycles)
    passed = whole + np.clip((cycles - whole) * n_bins - np.arange(n_bins), 0.0, 1.0)
    times = (passed[1] - passed[0]).sum(axis=0)
    share: Floats = times / times.sum()
    return share


def chi_squared(counts: Floats, exposure: Floats) -> float:
    """Give how far a profile is from a constant rate; chi squared of n_bins - 1.

    Parameters
    ----------
    counts : ndarray, shape (n_bins,)
    exposure : ndarray, shape (n_bins,)
        Share of the good time in each bin; a bin without any is left out.
    """
    seen = exposure > 0
    expected = counts.sum() * exposure[seen]
    return float(np.sum((counts[seen] - expected) ** 2 / np.maximum(expected, 1e-300)))


def harmonic_powers(counts: Floats, exposure: Floats, n_harmonics: int) -> Floats:
    """Give the power of each harmonic of a profile, 2 on the mean for noise; (n_harmonics,).

    Z squared is their sum: chi squared of 2 `n_harmonics`. Where phases differ in exposure, what
    is above the expected counts is taken instead of the counts.
    """
    n = counts.sum()
    if not n:
        return np.zeros(n_harmonics)
    over = counts - n * exposure
    waves = np.fft.rfft(over)[1 : n_harmonics + 1]
    powers: Floats = 2.0 * np.abs(waves) ** 2 / n
    return powers


def frequency_error_hz(powers: Floats, time_s: Floats) -> float:
    """Give the one-sigma error of the frequency at a peak, Hz; infinite without power.

    The curvature of the likelihood at the peak, summed over harmonics: for one harmonic and evenly
    spread times that of Ransom et al. 2002 (2002AJ....124.1788R), 3 / (pi T sqrt(6 P)) with P half
    of the power here.
    """
    number = np.arange(1, len(powers) + 1)
    information = float(np.sum(number**2 * powers / 2.0))
    spread_s = float(np.std(time_s)) if len(time_s) else 0.0
    if not (information > 0 and spread_s > 0):
        return float("inf")
    return float(1.0 / (2.0 * np.sqrt(2.0 * information) * np.pi * spread_s))


def pulsed_fraction(counts: Floats, exposure: Floats, n_harmonics: int) -> tuple[float, float]:
    """Give the rms amplitude of the pulsation over the mean rate, and its one-sigma error.

    The power that noise makes is taken away; 0 where noise makes more.
    """
    n = counts.sum()
    if not n:
        return float("nan"), float("nan")
    over = harmonic_powers(counts, exposure, n_harmonics).sum() - 2.0 * n_harmonics
    fraction = float(np.sqrt(max(over, 0.0) / n))
    error = np.sqrt(1.0 / n) if fraction == 0 else np.sqrt(over + n_harmonics) / (n * fraction)
    return fraction, float(error)


def phaseogram(
    time_s: Floats, edges_s: Floats, frequency_hz: float, n_bins: int, fdot_hz_per_s: float = 0.0
) -> Floats:
    """Count events in bins of time and phase, shape (n_times, n_bins)."""
    cycles = phases(time_s, frequency_hz, fdot_hz_per_s)
    numbers = ((cycles - np.floor(cycles)) * n_bins).astype(np.intp)
    row = np.searchsorted(edges_s, time_s, side="right") - 1
    n_times = len(edges_s) - 1
    inside = (row >= 0) & (row < n_times)
    places = row[inside] * n_bins + numbers[inside]
    counted = np.bincount(places, minlength=n_times * n_bins)
    return counted.reshape(n_times, n_bins).astype(float)
