"""Walkers of a Markov chain: where they start, and how much of their way is worth trusting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.draws import gaussian_draws

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

FEWEST, EACH = 32, 4
"""Walkers at least, and for each parameter."""
ENOUGH = 50
"""Autocorrelation times that a chain must last for its intervals (Goodman & Weare 2010)."""
WINDOW = 5.0
"""Autocorrelation times over which the autocorrelation is summed (Sokal 1997)."""
TAKEN = (0.1, 0.8)
"""Shares of accepted steps outside of which walkers hardly move, or hardly go anywhere."""


def n_walkers_of(n_walkers: int, n_free: int) -> int:
    """Give how many walkers there are; 0 lets the number of parameters decide.

    Examples
    --------
    >>> n_walkers_of(0, 3), n_walkers_of(0, 10), n_walkers_of(8, 3)
    (32, 40, 8)
    """
    return n_walkers or max(FEWEST, EACH * n_free)


def starts(
    best: Floats,
    covariance: Floats,
    limits: tuple[Floats, Floats],
    n_walkers: int,
    rng: np.random.Generator,
) -> Floats:
    """Give where walkers start: drawn from the covariance, inside the limits, all different.

    Parameters
    ----------
    best : ndarray, shape (n,)
        Middle.
    covariance : ndarray, shape (n, n)
        Covariance; values that rest at a limit have NaN, and start within a hundredth of their
        range (or of their size, where the range is larger) from it.
    limits : pair of ndarray, shape (n,)
        Lowest and highest values.
    n_walkers : int
        How many.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray, shape (n_walkers, n)
    """
    low, high = limits
    drawn = gaussian_draws(best, covariance, limits, n_walkers, rng)
    unknown = ~np.isfinite(np.diag(covariance)) | (np.diag(covariance) <= 0)
    for i in np.flatnonzero(unknown):
        size = 0.01 * min(high[i] - low[i], max(abs(best[i]), 1.0))
        inward = 1.0 if best[i] - low[i] < high[i] - best[i] else -1.0
        drawn[:, i] = np.clip(best[i] + inward * size * rng.random(n_walkers), low[i], high[i])
    return np.asarray(drawn)


def autocorrelation_steps(walks: Floats) -> Floats:
    """Give the integrated autocorrelation time of each parameter, in steps.

    The autocorrelations of all walkers are averaged and summed as far as `WINDOW` times their own
    sum (Sokal 1997, "Monte Carlo Methods in Statistical Mechanics"; Goodman & Weare 2010, Comm.
    App. Math. Comp. Sci. 5, 65).

    Parameters
    ----------
    walks : ndarray, shape (n_steps, n_walkers, n)
        The way of each walker.

    Returns
    -------
    ndarray, shape (n,)
        NaN where nothing moved, or there are too few steps to tell.
    """
    n_steps, _, n = walks.shape
    times = np.full(n, np.nan)
    if n_steps < 2 * WINDOW:
        return times
    for i in range(n):
        shape = _autocorrelation(walks[:, :, i])
        if np.isfinite(shape).all():
            sums = 2.0 * np.cumsum(shape) - 1.0
            beyond = np.arange(n_steps) >= WINDOW * sums
            times[i] = sums[int(np.argmax(beyond)) if beyond.any() else -1]
    return times


def _autocorrelation(walks: Floats) -> Floats:
    """Give the mean autocorrelation of some walks, shape (n_steps, n_walkers), at each lag."""
    n_steps = len(walks)
    size = 1 << (2 * n_steps - 1).bit_length()
    waves = np.fft.rfft(walks - walks.mean(axis=0), n=size, axis=0)
    summed = np.fft.irfft(np.abs(waves) ** 2, n=size, axis=0)[:n_steps]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.mean(summed / summed[0], axis=1))


def doubts(n_steps: int, times: Floats, acceptance: float) -> tuple[str, ...]:
    """Give sentences about what makes a chain doubtful."""
    said = []
    longest = float(np.nanmax(times)) if np.isfinite(times).any() else np.nan
    if not np.isfinite(longest):
        said.append(
            f"The chain of {n_steps} steps is too short to tell how far its samples depend on each"
            " other. Take more steps."
        )
    elif n_steps < ENOUGH * longest:
        said.append(
            f"The chain is short: its {n_steps} steps are {n_steps / longest:.0f} autocorrelation"
            f" times of {longest:.0f} steps, and {ENOUGH} are wanted. Take"
            f" {int(np.ceil(ENOUGH * longest / 100) * 100)} steps."
        )
    if not TAKEN[0] <= acceptance <= TAKEN[1]:
        how = "hardly move" if acceptance < TAKEN[0] else "go in steps too small to get around"
        said.append(
            f"{100 * acceptance:.0f} % of the steps were accepted: the walkers {how}. Run fit"
            " first, and let more steps be thrown away."
        )
    return tuple(said)
