"""Errors of binned counts for chi-squared: what XSPEC's ``weight`` offers beside the data's own.

The variances of source and background are made alike and added. Origins: Gehrels 1986, ApJ 303,
336; Churazov et al. 1996, ApJ 471, 673; XSPEC manual, command ``weight``, and its numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers

ENOUGH_COUNTS = 20.0
"""Counts that a bin and its neighbours must hold together for Churazov's variance."""


def gehrels(counts: Floats) -> Floats:
    """Give Gehrels' variance (1 + sqrt(N + 0.75))^2, counts^2, shape (n,)."""
    return np.asarray(np.square(1.0 + np.sqrt(np.maximum(counts, 0.0) + 0.75)))


def churazov(counts: Floats) -> Floats:
    """Give the mean counts of each bin and its neighbours, as variance, counts^2.

    One more neighbour is taken in on both sides until all hold 20 counts together; beyond the
    ends of the spectrum nothing is taken.

    Parameters
    ----------
    counts : ndarray, shape (n,)
        Counts of all bins of a spectrum, those too that a fit leaves out.

    Returns
    -------
    ndarray, shape (n,)
    """
    n, total = len(counts), np.concatenate([[0.0], np.cumsum(np.maximum(counts, 0.0))])
    middle = np.arange(n)

    def ends(reach: Integers) -> tuple[Integers, Integers]:
        return np.maximum(middle - reach, 0), np.minimum(middle + reach + 1, n)

    short, long = np.full(n, -1), np.full(n, n)
    while (long - short > 1).any():  # the sum only grows with the reach
        reach = (short + long) // 2
        lo, hi = ends(reach)
        enough = total[hi] - total[lo] >= ENOUGH_COUNTS
        short, long = np.where(enough, short, reach), np.where(enough, reach, long)
    lo, hi = ends(long)
    return np.asarray((total[hi] - total[lo]) / (hi - lo))
