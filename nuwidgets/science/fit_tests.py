"""Test statistics: how likely data are to come from a model, beside what the fit made small.

As XSPEC's ``statistic test``: net rates and folded models, bin by bin in order of energy. Formulas:
XSPEC manual, appendix "Statistics in XSPEC"; Anderson & Darling 1952, Ann. Math. Stat. 23, 193;
Wald & Wolfowitz 1940, Ann. Math. Stat. 11, 147.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats


class Compared(NamedTuple):
    """One spectrum and its model, counts/s, each of shape (n,)."""

    rate: Floats
    """Net rate."""
    model: Floats
    """Folded model."""
    time_s: Floats
    """t_s, s."""
    background_time_s: Floats
    """t_b, s; t_s without a background."""


def pearson(one: Compared) -> float:
    """Give Pearson's chi-squared, the sum of (data - model)^2 / model in counts.

    A model of nothing has the variance of one count in its stead, as in XSPEC.
    """
    one_count = np.square(1.0 / np.maximum(one.time_s, one.background_time_s))
    expected = np.where(one.model == 0, one_count, one.model)
    return float(np.sum(np.square(one.rate - one.model) / expected * one.time_s))


def kolmogorov_smirnov(one: Compared) -> float:
    """Give the logarithm of the largest difference of the summed-up data and model."""
    difference, _, _ = _summed(one)
    return _log(float(np.max(np.abs(difference))))


def cramer_von_mises(one: Compared) -> float:
    """Give the logarithm of the mean square difference of the summed-up data and model."""
    difference, _, share = _summed(one)
    return _log(float(np.sum(np.square(difference) * share)))


def anderson_darling(one: Compared) -> float:
    """Give the same as `cramer_von_mises`, the ends of the spectrum weighted up."""
    difference, product, share = _summed(one)
    inside = product > 0
    ratio = np.square(difference) * share / np.where(inside, product, 1.0)
    return _log(float(np.sum(ratio[inside])))


def runs(spectra: tuple[Compared, ...]) -> float:
    """Give how many sigma the number of runs of data above or below the model is too large.

    Spectra follow one another. NaN where all data lie on one side.
    """
    above = np.concatenate([one.rate > one.model for one in spectra])
    number = 1 + np.count_nonzero(above[1:] != above[:-1])
    n, both = len(above), 2.0 * np.count_nonzero(above) * np.count_nonzero(~above)
    if both <= n:
        return float("nan")
    variance = both * (both - n) / (n * n * (n - 1.0))
    return float((number - both / n - 1.0) / np.sqrt(variance))


OF_EACH = {
    "pchi": pearson,
    "ks": kolmogorov_smirnov,
    "cvm": cramer_von_mises,
    "ad": anderson_darling,
}
"""Those that are found for each spectrum and added up, by XSPEC's names."""


def _summed(one: Compared) -> tuple[Floats, Floats, Floats]:
    """Give data less model summed up to each bin, model times what is left, and model's share.

    Both are normalised. What is left beyond a bin is summed from the end, as 1 less the sum up to
    it has no digits left there.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        data, model = one.rate / one.rate.sum(), one.model / one.model.sum()
    below, beyond = np.cumsum(model), _beyond(model)
    difference = np.where(below > beyond, beyond - _beyond(data), np.cumsum(data) - below)
    return difference, below * beyond, model


def _beyond(values: Floats) -> Floats:
    """Give the sum of the values beyond each, shape (n,)."""
    return np.append(np.cumsum(values[:0:-1])[::-1], 0.0)


def _log(value: float) -> float:
    return float(np.log(value)) if value > 0 else (float("-inf") if value == 0 else float("nan"))
