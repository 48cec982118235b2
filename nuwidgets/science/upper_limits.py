"""What counts and a background say of a source: intervals, upper limits, detections.

One statement holds for all numbers of counts. The source's counts S and the background's b in the
source region are Poisson; every S >= 0 is alike likely beforehand. Where the background is known,
the posterior of S is that of Kraft, Burrows & Nousek 1991 (1991ApJ...374..344K), eq. 6-8. Where it
was measured, B counts in a region 1 / r times as large, every b is alike likely beforehand too, so
that b has a gamma distribution of shape B + 1 and scale r, and b is integrated away (Loredo 1992,
1992scma.conf..275L, section 5). Both are a mixture of gamma distributions of S,

    p(S | N) = sum_{j=0..N} w_j S^j exp(-S) / j!,   w_j ~ chance of N - j background counts,

of the Poisson distribution for a known background, the negative binomial for a measured one. Its
logarithm is concave in S, so that the shortest interval has two ends of the same density, or begins
at 0. The sums are done as they stand: there is no Gaussian approximation for many counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

LEAST = 1e-15
"""Terms with less than this part of the weight of the heaviest one are left out."""
TRIALS = 20
"""Steps of Newton's method."""
NEARLY = 1e-5
"""How much of what lies outside may lie on the wrong side of a shortest interval."""


@dataclass(frozen=True)
class NetCounts:
    """The posterior of a source's counts.

    Examples
    --------
    >>> known = NetCounts(5, known=2.5)
    >>> lo, hi = known.interval(90)
    >>> print(f"{lo:.2f} to {hi:.2f}")
    0.00 to 6.85
    """

    counts: int
    """Counts in the source region, N."""
    background: int = 0
    """Counts in the background region, B."""
    ratio: float = 0.0
    """Area of the source region over that of the background, r; 0 for no background region."""
    known: float = 0.0
    """Background counts that are expected in the source region, where they are known."""

    def __post_init__(self) -> None:
        """Refuse what are no counts.

        Raises
        ------
        InputError
            If a number is below 0 or not finite.
        """
        numbers = (self.counts, self.background, self.ratio, self.known)
        if not all(np.isfinite(number) and number >= 0 for number in numbers):
            raise InputError(
                f"Cannot tell a source from a background by {self!r}: give counts and a ratio of"
                " areas from 0 on."
            )

    @property
    def expected(self) -> float:
        """Background counts in the source region, best guess."""
        return self.known + self.ratio * self.background

    @property
    def net(self) -> float:
        """Counts less the background's; below 0 where there are fewer than are expected."""
        return self.counts - self.expected

    @property
    def chance(self) -> float:
        """Chance that the background alone gives as many counts, or more.

        Of a measured background it is the incomplete beta function I_x(N, B + 1) at
        x = r / (1 + r): both the tail of the negative binomial and the classical binomial test of
        two Poisson means (Cousins, Linnemann & Tucker 2008, 2008NIMPA.595..480C, section 3).
        """
        from scipy.special import betainc, gammainc

        if self.counts == 0:
            return 1.0
        if self.ratio > 0:
            share = self.ratio / (1 + self.ratio)
            return float(betainc(self.counts, self.background + 1, share))
        return float(gammainc(self.counts, self.known)) if self.known > 0 else 0.0

    def upper_limit(self, level: float) -> float:
        """Give the source counts that are not exceeded with this probability, per cent."""
        return self._quantile(level / 100)

    def interval(self, level: float) -> tuple[float, float]:
        """Give the shortest interval that holds the source counts with a probability.

        Parameters
        ----------
        level : float
            Per cent.

        Returns
        -------
        lo, hi : float
            `lo` is 0 where less than 0 would be as dense as `hi`; then `hi` is the upper limit.
        """
        part = level / 100
        hi = self._quantile(part)
        if self.counts == 0 or self._log_density(0.0) >= self._log_density(hi):
            return 0.0, hi
        return self._newton(part) or self._searched(part)

    def _newton(self, part: float) -> tuple[float, float] | None:
        """Give both ends by Newton's method from those of equal tails; None where it fails."""
        room = 1 - part
        lo, hi = self._quantile(room / 2), self._quantile(1 - room / 2)
        for _ in range(TRIALS):
            before, low, rise = self._around(lo)
            after, high, fall = self._around(hi)
            determinant = high * rise - low * fall
            if not (low > 0 and high > 0 and determinant > 0):
                return None
            held, denser = after - before - part, float(np.log(high / low))
            if abs(held) < NEARLY**2 * room and abs(denser) < NEARLY:
                return lo, hi
            lo += (high * denser - fall * held) / determinant
            hi += (low * denser - rise * held) / determinant
            if not 0 < lo < hi:
                return None
        return None

    def _around(self, source: float) -> tuple[float, float, float]:
        """Give the chance of fewer source counts, the density, and the slope of its logarithm."""
        from scipy.special import gammainc, gammaln, xlogy

        j, weights = self._terms
        dense = weights * np.exp(xlogy(j, source) - source - gammaln(j + 1))
        density = float(dense.sum())
        slope = float(dense @ j) / (density * source) - 1 if density > 0 else 0.0
        return float(weights @ gammainc(j + 1, source)), density, slope

    def _searched(self, part: float) -> tuple[float, float]:
        """Give both ends by a search for the probability that lies before the lower one."""
        from scipy.optimize import brentq

        def denser(before: float) -> float:
            lo, hi = self._quantile(before), self._quantile(before + part)
            return self._log_density(hi) - self._log_density(lo)

        room = 1 - part
        tiny = min(1e-12, 1e-3 * room)
        if denser(tiny) <= 0:  # as good as at 0
            return 0.0, self._quantile(part)
        before = brentq(denser, tiny, room - tiny, xtol=NEARLY * room)
        return self._quantile(before), self._quantile(before + part)

    @cached_property
    def _terms(self) -> tuple[Floats, Floats]:
        """Give j and w_j of the terms that count, rising."""
        from scipy.special import gammaln, xlogy

        j = np.arange(self.counts + 1, dtype=float)
        behind = self.counts - j
        if self.ratio > 0:
            logs = gammaln(behind + self.background + 1) - gammaln(behind + 1)
            logs += behind * np.log(self.ratio / (1 + self.ratio))
        else:
            logs = xlogy(behind, self.known) - gammaln(behind + 1)
        weights = np.exp(logs - logs.max())
        heavy = weights > LEAST
        return j[heavy], weights[heavy] / weights[heavy].sum()

    def _log_density(self, source: float) -> float:
        from scipy.special import gammaln, logsumexp, xlogy

        j, weights = self._terms
        return float(logsumexp(xlogy(j, source) - source - gammaln(j + 1), b=weights))

    def _quantile(self, below: float) -> float:
        """Give the source counts that are not exceeded with a probability from 0 to 1."""
        from scipy.optimize import brentq
        from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

        j, weights = self._terms
        if len(j) == 1:
            return float(gammaincinv(j[0] + 1, below))
        high = below > 0.5  # noqa: PLR2004  the smaller tail is the more exact one
        tail, inverse = (gammaincc, gammainccinv) if high else (gammainc, gammaincinv)
        goal = 1 - below if high else below
        # the gamma distributions move up with j: the mixture lies between the first and the last
        first, last = (float(inverse(j[i] + 1, goal)) for i in (0, -1))

        def over(source: float) -> float:
            return float(weights @ tail(j + 1, source)) - goal

        if over(first) * over(last) >= 0:
            return (first + last) / 2
        return float(brentq(over, first, last, xtol=1e-9 * last, rtol=1e-9))
