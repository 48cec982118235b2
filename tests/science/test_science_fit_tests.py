"""Test statistics on data whose values can be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from nuwidgets.domain.fit import TEST_STATISTICS
from nuwidgets.science.fit_tests import (
    OF_EACH,
    Compared,
    anderson_darling,
    cramer_von_mises,
    kolmogorov_smirnov,
    pearson,
    runs,
)


def compared(rate, model, time_s=10.0, background_time_s=10.0):
    rate, model = np.array(rate, float), np.array(model, float)
    ones = np.ones(len(rate))
    return Compared(rate, model, time_s * ones, background_time_s * ones)


def test_pearson_is_in_counts():
    assert pearson(compared([0.5, 0.3], [0.4, 0.4])) == pytest.approx(2 * 0.01 / 0.4 * 10)
    # a model of nothing: the variance of one count of the longer exposure
    assert pearson(compared([0.5], [0.0], 10.0, 20.0)) == pytest.approx(0.25 / 0.05**2 * 10)


def test_the_summed_ones_by_hand():
    one = compared([1, 1, 2, 0], [1, 1, 1, 1])
    assert kolmogorov_smirnov(one) == pytest.approx(np.log(0.25))
    assert cramer_von_mises(one) == pytest.approx(np.log(0.25 * 0.25**2))
    assert anderson_darling(one) == pytest.approx(np.log(0.25 * 0.25**2 / (0.75 * 0.25)))


def test_equal_shapes_leave_no_difference():
    same = compared([1, 2, 3], [2, 4, 6])
    for name in ("ks", "cvm", "ad"):
        assert OF_EACH[name](same) == -np.inf
    assert np.isnan(kolmogorov_smirnov(compared([0, 0], [1, 1])))


def test_a_tail_of_next_to_nothing_has_digits():
    model = np.exp(-np.arange(200.0))
    one = compared(model * np.where(np.arange(200) % 2, 1.1, 0.9), model)
    below, beyond = np.cumsum(model / model.sum()), np.exp(-np.arange(1, 201.0))
    first = anderson_darling(one)
    # each bin of the tail adds as the one before it times 1/e: those behind the 30th add nothing
    short = compared(one.rate[:30], one.model[:30])
    assert first == pytest.approx(anderson_darling(short), abs=1e-6)
    assert below[-1] == pytest.approx(1.0)
    assert beyond[-1] < 1e-80


def test_runs():
    # + + - - - + : 3 runs of 3 above and 3 below, 4 expected
    one = compared([2, 2, 0, 0, 0, 2], [1] * 6)
    assert runs((one,)) == pytest.approx((3 - 4) / np.sqrt(3 * 2 / 5))
    # spectra follow one another: a run goes on into the next
    parts = compared([2, 2, 0], [1] * 3), compared([0, 0, 2], [1] * 3)
    assert runs(parts) == runs((one,))
    assert np.isnan(runs((compared([2, 2], [1, 1]),)))


def test_runs_of_noise_are_normal():
    rng = np.random.default_rng(5)
    found = [runs((compared(rng.normal(size=200), np.zeros(200)),)) for _ in range(300)]
    assert stats.kstest(found, "norm").pvalue > 1e-3


def test_every_name_has_its_statistic():
    assert {*OF_EACH, "chi", "runs"} == set(TEST_STATISTICS)
