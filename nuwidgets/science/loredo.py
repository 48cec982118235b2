"""Poisson counts and background, the background integrated away: XSPEC's ``lstat``.

Loredo 1992, in "Statistical Challenges in Modern Astronomy", eq. 12.16: the likelihood of a net
rate with every background rate alike likely beforehand. Notation and factor 2 as in
`nuwidgets.science.statistics`. As in XSPEC the statistic is 0 where the model is the net rate of
the data, max(S/t_s - B/t_b, 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.statistics import MODEL_FLOOR_COUNTS

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers

KEPT = 32
"""How many spectra's terms are remembered."""


def lstat(
    counts: Floats, background: Floats, time_s: Floats, background_time_s: Floats, model: Floats
) -> Floats:
    """Give the contribution of each bin to L.

    2 (t_s m - ln sum_{j=0..S} (S+B-j)! / (j! (S-j)!) ((t_s + t_b) m)^j), less the same at the net
    rate of the data. Counts are rounded to whole ones.

    Parameters
    ----------
    counts, background : ndarray, shape (n,)
        Source counts S and unscaled background counts B.
    time_s, background_time_s : ndarray, shape (n,), s
        t_s and t_b.
    model : ndarray, shape (n,), counts/s
        Predicted net rate m; below 1e-5 counts it counts as that many.

    Returns
    -------
    ndarray, shape (n,)
    """
    total = time_s + background_time_s
    rate = np.maximum(model, MODEL_FLOOR_COUNTS / time_s)
    net = np.maximum(counts / time_s - background / background_time_s, 0.0)
    terms = _terms(counts, background)
    sums = terms.log_sum(total * net) - terms.log_sum(total * rate)
    return np.asarray(2.0 * (time_s * (rate - net) + sums))


def lstat_slopes(
    counts: Floats, background: Floats, time_s: Floats, background_time_s: Floats, model: Floats
) -> tuple[Floats, Floats]:
    """Give first derivatives of `lstat` by the model, and how sure they are, shape (n,) each.

    The derivative of the logarithm of the sum is the mean of j over the model. The second is that
    of -2 ln(likelihood): mean less variance of j, over the model squared; never below 0.
    """
    rate = np.maximum(model, MODEL_FLOOR_COUNTS / time_s)
    mean, variance = _terms(counts, background).moments((time_s + background_time_s) * rate)
    second = np.maximum(mean - variance, 0.0) / rate**2
    return 2 * (time_s - mean / rate), 2 * second


@dataclass(frozen=True, eq=False)
class _Terms:
    """The terms of the sums of all bins, one after the other."""

    powers: Floats
    """j of each term, shape (n_term,)."""
    logs: Floats
    """Logarithm of (S+B-j)! / (j! (S-j)!), shape (n_term,)."""
    starts: Integers
    """Where the terms of each bin begin, shape (n,)."""
    sizes: Integers
    """How many terms each bin has, S + 1, shape (n,)."""

    def log_sum(self, x: Floats) -> Floats:
        """Give the logarithm of the sum of terms times x^j, shape (n,)."""
        highest, shares = self._shares(x)
        return np.asarray(highest + np.log(np.add.reduceat(shares, self.starts)))

    def moments(self, x: Floats) -> tuple[Floats, Floats]:
        """Give mean and variance of j, each weighted with its term times x^j, shape (n,) each."""
        _, shares = self._shares(x)
        total = np.add.reduceat(shares, self.starts)
        mean = np.add.reduceat(shares * self.powers, self.starts) / total
        off = np.square(self.powers - np.repeat(mean, self.sizes))
        return mean, np.add.reduceat(shares * off, self.starts) / total

    def _shares(self, x: Floats) -> tuple[Floats, Floats]:
        """Give the largest logarithm of each bin, and its terms as shares of that one."""
        with np.errstate(divide="ignore", invalid="ignore"):
            grown = self.powers * np.repeat(np.log(x), self.sizes)
        logs = self.logs + np.where(self.powers > 0, grown, 0.0)
        highest = np.maximum.reduceat(logs, self.starts)
        return highest, np.exp(logs - np.repeat(highest, self.sizes))


def _terms(counts: Floats, background: Floats) -> _Terms:
    return _remembered(np.rint(counts).tobytes(), np.rint(background).tobytes())


@lru_cache(KEPT)
def _remembered(counts: bytes, background: bytes) -> _Terms:
    from scipy.special import gammaln

    s = np.maximum(np.frombuffer(counts), 0.0)
    b = np.maximum(np.frombuffer(background), 0.0)
    sizes = s.astype(np.int64) + 1
    starts = np.cumsum(sizes) - sizes
    j = np.arange(sizes.sum(), dtype=np.float64) - np.repeat(starts, sizes)
    every_s, every_b = np.repeat(s, sizes), np.repeat(b, sizes)
    logs = gammaln(every_s + every_b - j + 1) - gammaln(j + 1) - gammaln(every_s - j + 1)
    return _Terms(j, logs, starts, sizes)
