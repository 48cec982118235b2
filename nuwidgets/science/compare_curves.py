"""Two measurements of one thing in common bins: joined, paired, and their mean ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers, Mask

ENOUGH_COUNTS = 25
"""Counts of a bin that make its error a fifth or less."""
_SAME_PHASE = 1e-3


class MeanRatio(NamedTuple):
    """How two curves compare over all their bins."""

    ratio: float
    """Sum of the second over the sum of the first; NaN where the first's is not above 0."""
    error: float
    """One-sigma error of the ratio, as if both were independent."""
    scatter: float
    """Standard deviation of the bins about the ratio, in units of their own errors; NaN if few."""


class Pairs(NamedTuple):
    """Which bins of two light curves lie at the same time."""

    first: Integers
    """Bins of the first, rising, shape (n,)."""
    second: Integers
    """Their partners in the second, shape (n,)."""
    shift_s: float
    """How much later the partners begin on average, s; 0 where the bins begin together."""


def joined(first: Floats, second: Floats, least: float = ENOUGH_COUNTS) -> Integers:
    """Give the edges of bins in which two spectra hold `least` counts each, on average.

    Channels that are left over at the end belong to the last bin.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Counts in the same channels.
    least : float
        Mean counts wanted in each bin, above 0.

    Returns
    -------
    ndarray of int, shape (n_bin + 1,)
        Channels where the bins begin, and the end of the last one; empty where no bin is full.

    Examples
    --------
    >>> joined(np.array([20.0, 10, 30, 5]), np.array([20.0, 12, 28, 5]), 25)
    array([0, 2, 4])
    """
    total = np.concatenate([[0.0], np.cumsum((np.asarray(first) + np.asarray(second)) / 2)])
    wanted = least * (1 - 1e-9)
    edges = [0]
    while total[-1] - total[edges[-1]] >= wanted:
        edges.append(int(np.searchsorted(total, total[edges[-1]] + wanted)))
    edges[-1] = len(first)
    return np.array(edges if len(edges) > 1 else [], np.int64)


def summed(values: Floats, edges: Integers) -> Floats:
    """Give the sums of values between edges, shape (n_bin,); edges as `joined` gives them."""
    return np.diff(np.concatenate([[0.0], np.cumsum(values)])[edges])


def value_at(edges: Floats, values: Floats, at: Floats) -> Floats:
    """Give a histogram's values at some places, shape as `at`; NaN outside.

    Parameters
    ----------
    edges : ndarray, shape (n + 1,), rising
    values : ndarray, shape (n,)
    at : ndarray
        In the unit of the edges.
    """
    where = np.searchsorted(edges, at, side="right") - 1
    inside = (where >= 0) & (where < len(values))
    return np.where(inside, np.asarray(values, float)[np.clip(where, 0, len(values) - 1)], np.nan)


def paired(first_s: Floats, second_s: Floats, binsize_s: float) -> Pairs:
    """Pair the bins of two light curves of one bin length that begin nearest to each other.

    Parameters
    ----------
    first_s, second_s : ndarray, rising, s
        Starts of the bins.
    binsize_s : float
        Length of a bin, s; partners begin less than half of it apart.
    """
    if not len(first_s) or not len(second_s):
        none = np.zeros(0, np.int64)
        return Pairs(none, none, 0.0)
    right = np.clip(np.searchsorted(second_s, first_s), 1, len(second_s)) - 1
    ahead = np.minimum(right + 1, len(second_s) - 1)
    nearer = np.abs(second_s[ahead] - first_s) < np.abs(second_s[right] - first_s)
    partner = np.where(nearer, ahead, right)
    apart = second_s[partner] - first_s
    kept = np.flatnonzero((apart >= -binsize_s / 2) & (apart < binsize_s / 2))
    shift = float(np.mean(apart[kept])) if len(kept) else 0.0
    same = abs(shift) <= _SAME_PHASE * binsize_s
    return Pairs(kept, partner[kept], 0.0 if same else shift)


def mean_ratio(
    first: Floats, first_error: Floats, second: Floats, second_error: Floats
) -> MeanRatio:
    """Give the ratio of two curves over all bins in which both are numbers.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        Values of the two in common bins.
    first_error, second_error : ndarray, shape (n,)
        Their one-sigma errors.
    """
    used: Mask = np.isfinite(first) & np.isfinite(second)
    a, b = first[used], second[used]
    a_error, b_error = first_error[used], second_error[used]
    if not a.sum() > 0:
        return MeanRatio(float("nan"), float("nan"), float("nan"))
    ratio = float(b.sum() / a.sum())
    error = float(np.hypot(np.sqrt(np.sum(b_error**2)), ratio * np.sqrt(np.sum(a_error**2))))
    own = np.hypot(b_error, ratio * a_error)
    known = own > 0
    pulls = (b[known] - ratio * a[known]) / own[known]
    scatter = float(np.std(pulls)) if len(pulls) > 1 else float("nan")
    return MeanRatio(ratio, error / float(a.sum()), scatter)
