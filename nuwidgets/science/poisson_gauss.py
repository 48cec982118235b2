"""Poisson counts beside a background that is known: with Gaussian errors (PG) or exactly (P).

Notation and factor 2 as in `nuwidgets.science.statistics`. Formulas: XSPEC manual, appendix
"Statistics in XSPEC". The error of the background is that of its counts (XSPEC 12.9 takes its
variance in counts^2/s instead, which is next to none, so that its PG is nearly P).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.statistics import MODEL_FLOOR_COUNTS, cstat

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats


def pstat(
    counts: Floats, background: Floats, time_s: Floats, background_time_s: Floats, model: Floats
) -> Floats:
    """Give the contribution of each bin to P: Poisson counts over a background without error.

    Parameters
    ----------
    counts, background : ndarray, shape (n,)
        Source counts S and unscaled background counts B.
    time_s, background_time_s : ndarray, shape (n,), s
        t_s and t_b.
    model : ndarray, shape (n,), counts/s
        Predicted net rate m; with the background below 1e-5 counts it counts as that many.

    Returns
    -------
    ndarray, shape (n,)
    """
    return cstat(counts, time_s, model + background / background_time_s)


def pstat_slopes(
    counts: Floats, background: Floats, time_s: Floats, background_time_s: Floats, model: Floats
) -> tuple[Floats, Floats]:
    """Give first and second derivatives of `pstat` by the model, shape (n,) each."""
    total = np.maximum(model + background / background_time_s, MODEL_FLOOR_COUNTS / time_s)
    counts = np.maximum(counts, 0.0)
    return 2 * (time_s - counts / total), 2 * counts / total**2


def pgstat(
    counts: Floats,
    background: Floats,
    variance: Floats,
    time_s: Floats,
    background_time_s: Floats,
    model: Floats,
) -> Floats:
    """Give the contribution of each bin to PG: Poisson counts, background with Gaussian errors.

    The background rate of each bin is the one that fits best, 0 or more.

    Parameters
    ----------
    counts, background : ndarray, shape (n,)
        Source counts S and unscaled background B, counts.
    variance : ndarray, shape (n,), counts^2
        Variance of B; where it is 0 the background is known exactly.
    time_s, background_time_s : ndarray, shape (n,), s
        t_s and t_b.
    model : ndarray, shape (n,), counts/s
        Predicted net rate m; below 1e-5 counts it counts as that many.

    Returns
    -------
    ndarray, shape (n,)
    """
    rate = np.maximum(model, MODEL_FLOOR_COUNTS / time_s)
    fitted = _fitted(counts, background, variance, time_s, background_time_s, rate)
    some = variance > 0
    missed = np.square(background - background_time_s * fitted) / np.where(some, variance, 1.0)
    whole = np.where(some, rate + fitted, model + fitted)
    return np.asarray(cstat(counts, time_s, whole) + np.where(some, missed, 0.0))


def pgstat_slopes(
    counts: Floats,
    background: Floats,
    variance: Floats,
    time_s: Floats,
    background_time_s: Floats,
    model: Floats,
) -> tuple[Floats, Floats]:
    """Give first and second derivatives of `pgstat` by the model, shape (n,) each.

    The fitted background is at its best, so it adds nothing to the first one.
    """
    rate = np.maximum(model, MODEL_FLOOR_COUNTS / time_s)
    fitted = _fitted(counts, background, variance, time_s, background_time_s, rate)
    some = variance > 0
    whole = np.maximum(np.where(some, rate, model) + fitted, MODEL_FLOOR_COUNTS / time_s)
    counts = np.maximum(counts, 0.0)
    source = counts / whole**2
    # a background that gives way takes up a part of the curvature
    other = background_time_s**2 / np.where(some, variance, 1.0)
    gives = some & (fitted > 0)
    second = np.where(gives, source * other / (source + other), source)
    return 2 * (time_s - counts / whole), 2 * second


def _fitted(
    counts: Floats,
    background: Floats,
    variance: Floats,
    time_s: Floats,
    background_time_s: Floats,
    rate: Floats,
) -> Floats:
    """Give the background rate that fits best, 0 or more, counts/s, shape (n,).

    The larger root of t_b^2 f^2 + b f + c = 0, written so that nothing cancels.
    """
    counts = np.maximum(counts, 0.0)
    square = background_time_s**2
    b = time_s * variance - background_time_s * background + square * rate
    c = (time_s * variance - background_time_s * background) * rate - counts * variance
    root = np.sqrt(np.maximum(b * b - 4.0 * square * c, 0.0))
    below = np.where(b + root > 0, b + root, 1.0)
    larger = np.where(b >= 0, -2.0 * c / below, (root - b) / (2.0 * square))
    return np.asarray(
        np.where(variance > 0, np.maximum(larger, 0.0), background / background_time_s)
    )
