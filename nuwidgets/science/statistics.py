"""Fit statistics bin by bin: chi-squared, Cash's C and the W-statistic, as XSPEC defines them.

Notation: S source counts, B background counts, t_s = EXPOSURE * AREASCAL of the source,
t_b = EXPOSURE_b * AREASCAL_b * BACKSCAL_b / BACKSCAL_s, m the predicted net rate. All values
already hold the factor 2, so that a rise by 1 is one sigma. Formulas: XSPEC manual, appendix
"Statistics in XSPEC"; Cash 1979, ApJ 228, 939; Wachter, Leach & Kellogg 1979, ApJ 230, 274.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.domain.arrays import Floats

MODEL_FLOOR_COUNTS = 1e-5
"""A model never predicts fewer counts than this in a bin, so that logarithms exist."""


def without_zeros(
    variance: npt.ArrayLike, time_s: npt.ArrayLike, background_time_s: npt.ArrayLike | None = None
) -> Floats:
    """Give the variance with zeros replaced by that of one count, (counts/s)^2.

    One count of the source, 1/t_s^2, or with a background the smaller of 1/t_s^2 and 1/t_b^2.
    """
    one_count = 1.0 / np.square(np.asarray(time_s, dtype=np.float64))
    if background_time_s is not None:
        one_count = np.minimum(one_count, 1.0 / np.square(np.asarray(background_time_s)))
    known = np.asarray(variance, dtype=np.float64)
    return np.asarray(np.where(known > 0, known, one_count))


def chi(
    rate: Floats,
    variance: Floats,
    model_rate: Floats,
    systematic: float = 0.0,
    growth: npt.ArrayLike = 0.0,
) -> Floats:
    """Give the contribution of each bin to chi-squared.

    Parameters
    ----------
    rate : ndarray, shape (n_bin,)
        Net rate, counts/s.
    variance : ndarray, shape (n_bin,)
        Its variance, (counts/s)^2, above 0 unless it grows with the model.
    model_rate : ndarray, shape (n_bin,)
        Predicted net rate, counts/s.
    systematic : float
        Fractional error of the model, added in quadrature (XSPEC's ``systematic``).
    growth : array_like
        How the variance grows with the predicted rate, counts/s: 1/t_s for the weight ``model``.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    total = variance_with_model(variance, model_rate, systematic, growth)
    return np.asarray(np.square(rate - model_rate) / total)


def variance_with_model(
    variance: Floats, model_rate: Floats, systematic: float, growth: npt.ArrayLike
) -> Floats:
    """Give the variance of chi-squared with what the model adds to it, shape (n_bin,).

    Where it grows with the model, a model of nothing adds that of `MODEL_FLOOR_COUNTS` counts.
    """
    total = variance
    if np.any(growth):
        rise = np.asarray(growth, dtype=np.float64)
        total = total + rise * np.maximum(model_rate, MODEL_FLOOR_COUNTS * rise)
    return total + np.square(systematic * model_rate) if systematic else total


def cstat(counts: Floats, time_s: npt.ArrayLike, model_rate: Floats) -> Floats:
    """Give the contribution of each bin to Cash's C, with Castor's normalisation.

    2 (t m - S + S ln(S / t m)); it tends to chi-squared for many counts.

    Parameters
    ----------
    counts : ndarray, shape (n_bin,)
        Source counts S, no background known.
    time_s : array_like
        t_s, s.
    model_rate : ndarray, shape (n_bin,)
        Predicted rate m, counts/s; below 1e-5 counts it counts as that many.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    predicted = _floored(model_rate, time_s)
    counts = np.maximum(counts, 0.0)  # net rates may be negative: XSPEC then takes 2 t m
    return np.asarray(2.0 * (predicted - counts + _x_log_ratio(counts, predicted)))


def wstat(
    counts: Floats,
    background: Floats,
    time_s: npt.ArrayLike,
    background_time_s: npt.ArrayLike,
    model_rate: Floats,
) -> Floats:
    """Give the contribution of each bin to W: C with a Poisson background fitted away per bin.

    The background rate f of each bin is the one that fits best (XSPEC manual, appendix
    "Statistics"); with B = 0 it is biased: group so that bins hold background counts.

    Parameters
    ----------
    counts, background : ndarray, shape (n_bin,)
        Source counts S and unscaled background counts B.
    time_s, background_time_s : array_like
        t_s and t_b, s.
    model_rate : ndarray, shape (n_bin,)
        Predicted net rate m, counts/s; below 1e-5 counts it counts as that many.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    t_s = np.asarray(time_s, dtype=np.float64)
    t_b = np.asarray(background_time_s, dtype=np.float64)
    rate = _floored(model_rate, t_s) / t_s
    fitted = background_rate(counts, background, t_s, t_b, rate)
    source_counts, background_counts = t_s * (rate + fitted), t_b * fitted
    return np.asarray(
        2.0
        * (
            source_counts
            - counts
            + _x_log_ratio(counts, source_counts)
            + background_counts
            - background
            + _x_log_ratio(background, background_counts)
        )
    )


def background_rate(
    counts: Floats, background: Floats, time_s: Floats, background_time_s: Floats, rate: Floats
) -> Floats:
    """Give the background rate that fits each bin best for a given net rate, counts/s.

    The non-negative root f of (t_s + t_b) f^2 + b f - B m = 0 with b = (t_s + t_b) m - S - B,
    written so that nothing cancels. Without background counts it is max(S/(t_s + t_b) - m, 0).

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    total = time_s + background_time_s
    b = total * rate - counts - background
    c = background * rate
    root = np.sqrt(np.square(b) + 4.0 * total * c)
    negative = b < 0
    denominator = np.where(negative, 1.0, b + root)
    rising = np.divide(2.0 * c, denominator, out=np.zeros_like(root), where=denominator > 0)
    return np.asarray(np.where(negative, (root - b) / (2.0 * total), rising))


def _floored(model_rate: Floats, time_s: npt.ArrayLike) -> Floats:
    """Give the predicted counts, at least `MODEL_FLOOR_COUNTS`."""
    return np.asarray(np.maximum(model_rate * np.asarray(time_s), MODEL_FLOOR_COUNTS))


def _x_log_ratio(x: Floats, y: Floats) -> Floats:
    """Give x ln(x / y), 0 where x is 0 or less."""
    some = x > 0
    safe_x, safe_y = np.where(some, x, 1.0), np.where(some, y, 1.0)
    return np.asarray(np.where(some, x * np.log(safe_x / safe_y), 0.0))
