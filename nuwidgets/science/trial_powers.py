"""Powers of arrival times at many evenly spaced trial frequencies, by one transform a harmonic.

Times are spread over an even grid by Gaussians, and a fast Fourier transform does the rest:
Greengard & Lee 2004 (2004SIAMR..46..443G). Exact to 1e-9 of the number of events. What gaps make by
themselves is taken away as in `epoch_folding`, here without bins of phase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.science.epoch_folding import phases

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.gti import Gti

_FINER = 2
"""Points of the grid for each trial."""
_REACH = 9
"""Points on either side that a time is spread over."""


class Trials(NamedTuple):
    """Evenly spaced trial frequencies."""

    lo_hz: float
    """The lowest, at phase zero."""
    step_hz: float
    """From one to the next."""
    n: int
    """How many."""
    fdot_hz_per_s: float = 0.0
    """How each changes."""

    @property
    def frequency_hz(self) -> Floats:
        """The trials, shape (n,)."""
        return self.lo_hz + self.step_hz * np.arange(float(self.n))


def waves(time_s: Floats, weight: Floats, trials: Trials, harmonic: int) -> Floats:
    """Sum ``weight * exp(-2 pi i harmonic phase)`` over times, complex, shape (n_trials,).

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Seconds since phase zero.
    weight : ndarray, shape (n,)
    trials : Trials
    harmonic : int
        From 1.
    """
    n_grid, middle = _FINER * max(trials.n, 2 * _REACH), trials.n // 2
    at_middle = phases(time_s, trials.lo_hz + middle * trials.step_hz, trials.fdot_hz_per_s)
    turned = weight * np.exp(-2j * np.pi * np.mod(harmonic * at_middle, 1.0))
    if trials.n == 1:
        return np.array([turned.sum()])
    place = np.mod(harmonic * trials.step_hz * time_s, 1.0) * n_grid
    nearest = np.floor(place).astype(np.intp)
    width = _REACH * _FINER / (np.pi * (_FINER - 0.5))  # twice the variance, grid points squared
    grid = np.zeros(n_grid, complex)
    for off in range(1 - _REACH, _REACH + 1):
        number = (nearest + off) % n_grid
        part = turned * np.exp(-((place - nearest - off) ** 2) / width)
        grid += np.bincount(number, part.real, n_grid) + 1j * np.bincount(number, part.imag, n_grid)
    mode = np.arange(trials.n) - middle
    found: Floats = np.fft.fft(grid)[mode] / np.sqrt(np.pi * width)
    found *= np.exp((np.pi * mode / n_grid) ** 2 * width)
    return found


def trial_powers(
    time_s: Floats,
    gti: Gti,
    trials: Trials,
    n_harmonics: int,
    look: Callable[[int], object] = int,
) -> Floats:
    """Give Z squared at each trial: 2 `n_harmonics` on the mean for noise, shape (n_trials,).

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Arrival times, s since phase zero.
    gti : Gti
        Good times, s since phase zero.
    trials : Trials
    n_harmonics : int
    look : callable
        Called with the number of harmonics that are done; it may raise.
    """
    n, total = len(time_s), np.zeros(trials.n)
    edges = np.concatenate([gti.start_s, gti.stop_s])
    sign = np.repeat([-1.0, 1.0], len(edges) // 2)
    half_fdot = 0.5 * trials.fdot_hz_per_s
    cycles = sign @ edges * trials.frequency_hz + half_fdot * (sign @ edges**2)
    for harmonic in range(1, n_harmonics + 1):
        look(harmonic - 1)
        of_gaps = waves(edges, sign, trials, harmonic) / (-2j * np.pi * harmonic * cycles)
        over = waves(time_s, np.ones(n), trials, harmonic) - n * of_gaps
        total += 2.0 * np.abs(over) ** 2 / max(n, 1)
    look(n_harmonics)
    return total
