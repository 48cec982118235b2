"""How spectra are compared with their folded models: which statistic, its value and its slopes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import CHI, CSTAT, STATISTICS, TEST_STATISTICS, WEIGHTS
from nuwidgets.engines.embedded import comparison_doubts
from nuwidgets.errors import InputError, nearest
from nuwidgets.science import loredo, poisson_gauss, statistics, weights
from nuwidgets.science import slopes as derivatives
from nuwidgets.science.fit_tests import OF_EACH, Compared, runs

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.engines.embedded.fitdata import FitData

WSTAT = "wstat"
WORDS = {
    CSTAT: "C-statistic ({asked} without a background)",
    WSTAT: "W-statistic (cstat with a background)",
    "pgstat": "PG-statistic (Poisson counts, background with Gaussian errors)",
    "pstat": "P-statistic (Poisson counts, background known exactly)",
    "lstat": "L-statistic (Poisson counts, background integrated away)",
}
"""What each statistic is, in words."""
WEIGHT_WORDS = {
    "standard": "standard weights",
    "gehrels": "Gehrels' weights",
    "churazov": "Churazov's weights",
    "model": "the model's weights",
}
"""What each weight is, in words."""
FORMULAS: dict[str, tuple[Any, Any]] = {
    CSTAT: (statistics.cstat, derivatives.cstat_slopes),
    WSTAT: (statistics.wstat, derivatives.wstat_slopes),
    "pgstat": (poisson_gauss.pgstat, poisson_gauss.pgstat_slopes),
    "pstat": (poisson_gauss.pstat, poisson_gauss.pstat_slopes),
    "lstat": (loredo.lstat, loredo.lstat_slopes),
}
"""What each bin adds, and its slopes; chi-squared asks for other things."""


@dataclass(frozen=True)
class Kind:
    """How one spectrum is compared."""

    statistic: str
    """``"wstat"`` for cstat with a background, ``"cstat"`` for any Poisson one without."""
    asked: str
    """The statistic that was asked for."""
    weight: str = "standard"
    """Where the errors of chi-squared come from."""
    systematic: float = 0.0
    """Fractional error of the model in chi-squared."""
    variance: Floats | None = field(default=None, compare=False, repr=False)
    """Variance of the net rate in chi-squared without the model's, (counts/s)^2, shape (n,)."""
    growth: Floats | float = field(default=0.0, compare=False, repr=False)
    """How that grows with the predicted rate, counts/s, shape (n,)."""

    @property
    def words(self) -> str:
        """What it is in words."""
        if self.statistic != CHI:
            return WORDS[self.statistic].format(asked=self.asked)
        model = f", {self.systematic:.3g} of the model as its error" if self.systematic else ""
        return f"chi-squared (background subtracted, {WEIGHT_WORDS[self.weight]}{model})"


def check(request: FitRequest) -> None:
    """Refuse names of statistics and weights that are not known.

    Raises
    ------
    InputError
        A statistic, weight or test statistic without meaning, or a systematic error below 0.
    """
    for what, name, known in (
        ("fit with the statistic", request.statistic, STATISTICS),
        ("weight chi-squared by", request.weight, WEIGHTS),
        ("test the fit with", request.test_statistic, TEST_STATISTICS),
    ):
        if name not in known:
            raise InputError(f"Cannot {what} {name!r}. {nearest(name, known)}")
    if not 0 <= request.systematic < math.inf:
        raise InputError(
            f"Cannot use {request.systematic!r} as the model's systematic error. Give a fraction"
            " of 0 or more, e.g. 0.03 for 3 %."
        )


def kind(request: FitRequest, data: FitData) -> Kind:
    """Give the statistic that a request means for one spectrum, as XSPEC chooses."""
    if request.statistic == CHI:
        return chi_kind(request, data)
    if data.background is None:
        name = CSTAT
    else:
        name = WSTAT if request.statistic == CSTAT else request.statistic
    return Kind(name, request.statistic, request.weight, request.systematic)


def chi_kind(request: FitRequest, data: FitData) -> Kind:
    """Give chi-squared with the weight of a request."""
    growth: Floats | float = 1.0 / data.time_s if request.weight == "model" else 0.0
    return Kind(CHI, CHI, request.weight, request.systematic, _variance(request, data), growth)


def words(kinds: tuple[Kind, ...]) -> str:
    """Say what the statistic is; several where the spectra differ."""
    return " and ".join(dict.fromkeys(one.words for one in kinds))


def contributions(how: Kind, data: FitData, rate: Floats) -> Floats:
    """Give what each bin adds to the statistic, shape (n,).

    Parameters
    ----------
    how : Kind
        The statistic.
    data : FitData
        The spectrum.
    rate : ndarray, shape (n,), counts/s
        Folded model.
    """
    if how.variance is not None:
        return statistics.chi(data.rate, how.variance, rate, how.systematic, how.growth)
    value = FORMULAS[how.statistic][0]
    return np.asarray(value(*_arguments(how, data), rate))


def slopes(how: Kind, data: FitData, rate: Floats) -> tuple[Floats, Floats]:
    """Give first and second derivatives of `contributions` by the rate, shape (n,) each."""
    if how.variance is not None:
        return derivatives.chi_slopes(data.rate, how.variance, rate, how.systematic, how.growth)
    first, second = FORMULAS[how.statistic][1](*_arguments(how, data), rate)
    return first, second


def test(
    request: FitRequest, spectra: tuple[FitData, ...], rates: list[Floats]
) -> tuple[float, str]:
    """Give the test statistic of a request, summed over the spectra, and what it is in words.

    Parameters
    ----------
    request : FitRequest
        It says which one.
    spectra : tuple of FitData
        The spectra.
    rates : list of ndarray, shape (n,), counts/s
        Folded model of each spectrum.
    """
    name = request.test_statistic
    if name == CHI:
        kinds = tuple(chi_kind(request, data) for data in spectra)
        parts = map(contributions, kinds, spectra, rates)
        return float(sum(part.sum() for part in parts)), words(kinds)
    compared = tuple(
        Compared(data.rate, rate, data.time_s, data.background_time_s)
        for data, rate in zip(spectra, rates, strict=True)
        if len(rate)
    )
    value = runs(compared) if name == "runs" else sum(map(OF_EACH[name], compared))
    return float(value), TEST_STATISTICS[name]


def doubts(kinds: tuple[Kind, ...], spectra: tuple[FitData, ...]) -> tuple[str, ...]:
    """Give sentences about what makes the statistic doubtful for these spectra."""
    return comparison_doubts.unused(kinds) + tuple(
        f"{data.name}: {sentence}" if data.name else sentence[0].upper() + sentence[1:]
        for how, data in zip(kinds, spectra, strict=True)
        for sentence in comparison_doubts.of_one(how, data)
    )


def approximate(spectra: tuple[FitData, ...]) -> str:
    """Say why the answer is approximate, if a spectrum or its response is."""
    return " ".join(dict.fromkeys(one.approximate for one in spectra if one.approximate))


def _arguments(how: Kind, data: FitData) -> tuple[Any, ...]:
    """Give what a Poisson statistic is computed from, the model excepted."""
    if how.statistic == CSTAT:
        return data.counts, data.time_s
    times = data.time_s, data.background_time_s
    if how.statistic == "pgstat":
        return data.counts, data.background, data.background_variance, *times
    return data.counts, data.background, *times


def _variance(request: FitRequest, data: FitData) -> Floats:
    """Give the variance of the net rate by the weight of a request, shape (n,)."""
    if request.weight == "standard":
        return data.variance
    square, background_square = data.time_s**2, data.background_time_s**2
    if request.weight == "model":
        # counts from the background stray as the model's do
        known = data.background_rate / data.time_s
        if data.background_variance is None:
            return known
        return known + data.background_variance / background_square
    if request.weight == "gehrels":
        variance = weights.gehrels(data.counts) / square
        if data.background is not None:
            variance = variance + weights.gehrels(data.background) / background_square
        return variance
    variance = _smoothed(data, data.all_counts, data.counts) / square
    if data.background is not None:
        spread = _smoothed(data, data.all_background, data.background)
        variance = variance + spread / background_square
    others = None if data.background is None else data.background_time_s
    return statistics.without_zeros(variance, data.time_s, others)


def _smoothed(data: FitData, every: Floats | None, noticed: Floats) -> Floats:
    """Give Churazov's variance, looked for among ignored bins too where they are known."""
    if every is None or data.noticed is None:
        return weights.churazov(noticed)
    return np.asarray(weights.churazov(every)[data.noticed])
