"""Two fits of the same data side by side: which model the data prefer, and how surely."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest

SURE = 10.0
"""Difference of AIC or BIC from which the larger one is as good as out.

Burnham & Anderson 2002 (Model Selection and Multimodel Inference); Kass & Raftery 1995.
"""
EVEN = 2.0
"""Difference below which nothing is said."""


@dataclass(frozen=True)
class Measures:
    """One fit in numbers."""

    name: str
    """Its model."""
    statistic: float
    """Smallest statistic."""
    n_bins: int
    """Bins compared."""
    n_free: int
    """Free parameters."""

    @property
    def dof(self) -> int:
        """Degrees of freedom."""
        return self.n_bins - self.n_free

    @property
    def aic(self) -> float:
        """Akaike's criterion, up to what both fits share (Akaike 1974)."""
        return self.statistic + 2 * self.n_free

    @property
    def aicc(self) -> float:
        """The same, corrected for few bins (Hurvich & Tsai 1989); NaN for too few."""
        room = self.n_bins - self.n_free - 1
        more = 2 * self.n_free * (self.n_free + 1)
        return self.aic + more / room if room > 0 else math.nan

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the number of bins (Schwarz 1978)."""
        return self.statistic + self.n_free * math.log(max(self.n_bins, 1))


@dataclass(frozen=True)
class Tried:
    """A fit that was made, as far as it can be compared."""

    request: FitRequest = field(repr=False)
    """What was asked, at the best values."""
    statistic: float
    """Smallest statistic."""
    dof: int
    """Degrees of freedom."""
    n_bins: int
    """Bins compared."""


@dataclass(frozen=True)
class ModelChoice:
    """What speaks for one of two fits; differences are the second minus the first."""

    first: Measures
    """The one fit."""
    second: Measures
    """The other."""
    f_value: float = math.nan
    """F of the F-test; NaN where it does not apply."""
    f_probability: float = math.nan
    """Chance of such an F if the simpler model is right; NaN where the test does not apply."""
    ratio_probability: float = math.nan
    """The same from the likelihood ratio (Wilks 1938); NaN where the test does not apply."""
    warnings: tuple[str, ...] = ()
    """What to read before the probabilities are believed."""

    @property
    def delta_statistic(self) -> float:
        """Second statistic minus first."""
        return self.second.statistic - self.first.statistic

    @property
    def delta_dof(self) -> int:
        """Second degrees of freedom minus first."""
        return self.second.dof - self.first.dof

    @property
    def delta_aic(self) -> float:
        """Second AIC minus first."""
        return self.second.aic - self.first.aic

    @property
    def delta_aicc(self) -> float:
        """Second AICc minus first."""
        return self.second.aicc - self.first.aicc

    @property
    def delta_bic(self) -> float:
        """Second BIC minus first."""
        return self.second.bic - self.first.bic

    @property
    def words(self) -> tuple[str, ...]:
        """The comparison in sentences."""
        change = (
            f"{self.second.name!r} against {self.first.name!r}: the statistic changes by"
            f" {self.delta_statistic:+.2f}, the degrees of freedom by {self.delta_dof:+d}."
        )
        return (
            change,
            _prefers("AIC", self.delta_aic, self.first.name, self.second.name),
            _prefers("BIC", self.delta_bic, self.first.name, self.second.name),
            *self._tests(),
        )

    def _tests(self) -> list[str]:
        said = []
        if math.isfinite(self.f_probability):
            said.append(f"F-test: F = {self.f_value:.4g}, probability {self.f_probability:.3g}.")
        if math.isfinite(self.ratio_probability):
            said.append(f"Likelihood ratio: probability {self.ratio_probability:.3g}.")
        return said

    def __repr__(self) -> str:
        return "\n".join([*self.words, *self.warnings])


def _prefers(name: str, delta: float, first: str, second: str) -> str:
    """Say which model a criterion prefers, and how strongly."""
    size = abs(delta)
    if size < EVEN:
        return f"{name} sees no difference ({delta:+.2f})."
    better = second if delta < 0 else first
    strength = "clearly prefers" if size >= SURE else "prefers"
    return f"{name} {strength} {better!r} ({delta:+.2f})."
