"""Counts as a detector would have counted them, had the model been the truth.

Poisson counts of source and background region, as XSPEC's ``fakeit`` and ``goodness`` draw them;
Gaussian rates where the errors of a spectrum are not those of counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from nuwidgets.domain.arrays import Floats


def simulate_counts(rate_per_s: ArrayLike, exposure_s: ArrayLike, rng: Generator) -> Floats:
    """Give Poisson counts of a rate; a rate below 0 counts as 0.

    Parameters
    ----------
    rate_per_s : array_like, shape (n,)
        Expected rate, counts/s.
    exposure_s : array_like, shape (n,) or ()
        Exposure, s.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray, shape (n,)
        Whole numbers.
    """
    expected = np.asarray(rate_per_s, float) * np.asarray(exposure_s, float)
    return np.asarray(rng.poisson(np.maximum(np.nan_to_num(expected), 0.0)), np.float64)


def simulate_pair(
    rate_per_s: ArrayLike,
    time_s: ArrayLike,
    background: ArrayLike,
    background_time_s: ArrayLike,
    rng: Generator,
) -> tuple[Floats, Floats]:
    """Give counts of the source region and of the background region.

    The background's expectation is what was counted, in both regions (XSPEC's ``fakeit``).

    Parameters
    ----------
    rate_per_s : array_like, shape (n,)
        Expected rate of the source alone, counts/s.
    time_s : array_like, shape (n,) or ()
        Exposure of the source region, s.
    background : array_like, shape (n,)
        Counts in the background region.
    background_time_s : array_like, shape (n,) or ()
        Exposure of the background, scaled to the source region, s.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray, shape (n,)
        Counts of the source region.
    ndarray, shape (n,)
        Counts of the background region.
    """
    known, scaled_s = np.asarray(background, float), np.asarray(background_time_s, float)
    total = np.maximum(np.asarray(rate_per_s, float), 0.0) + known / scaled_s
    return simulate_counts(total, time_s, rng), simulate_counts(known, 1.0, rng)


def simulate_rates(rate_per_s: ArrayLike, variance: ArrayLike, rng: Generator) -> Floats:
    """Give Gaussian rates around a rate, for data whose errors are not those of counts.

    Parameters
    ----------
    rate_per_s : array_like, shape (n,)
        Expected rate, counts/s.
    variance : array_like, shape (n,)
        Its variance, (counts/s)^2.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    return rng.normal(np.asarray(rate_per_s, float), np.sqrt(np.asarray(variance, float)))
