"""The slopes of the statistics against differences of the statistics themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.science.slopes import chi_slopes, cstat_slopes, wstat_slopes
from nuwidgets.science.statistics import chi, cstat, wstat

COUNTS = st.integers(0, 500).map(float)
RATES = st.floats(0.01, 50.0)


def differences(function, rate):
    step = 1e-4 * rate
    low, mid, high = function(rate - step), function(rate), function(rate + step)
    return (high - low) / (2 * step), (high - 2 * mid + low) / step**2


def agree(slopes, function, rate, counts):
    first, second = differences(function, rate)
    scale = 10.0 * (1 + counts / rate)
    assert slopes[0] == pytest.approx(first, rel=1e-5, abs=1e-5 * scale[0])
    assert slopes[1] == pytest.approx(second, rel=1e-3, abs=1e-3 * scale[0] / rate[0])


@given(COUNTS, RATES)
def test_cstat(counts, rate):
    s, m, t = np.array([counts]), np.array([rate]), np.array([10.0])
    agree(cstat_slopes(s, t, m), lambda one: cstat(s, t, one), m, s)


@given(COUNTS, st.integers(1, 300).map(float), RATES, st.floats(0.5, 100.0))
def test_wstat(counts, background, rate, time_s):
    s, b, m, t = (np.array([one]) for one in (counts, background, rate, time_s))
    agree(wstat_slopes(s, b, np.array([10.0]), t, m),
          lambda one: wstat(s, b, np.array([10.0]), t, one), m, s + b)  # fmt: skip


@pytest.mark.parametrize(("counts", "rate"), [(0.0, 1.0), (30.0, 0.1), (30.0, 5.0)])
def test_wstat_without_background_counts(counts, rate):
    s, m, t = np.array([counts]), np.array([rate]), np.array([10.0])
    both = wstat_slopes(s, np.zeros(1), t, 2 * t, m)
    agree(both, lambda one: wstat(s, np.zeros(1), t, 2 * t, one), m, s)


def test_chi():
    y, v, m = np.array([3.0]), np.array([0.25]), np.array([2.0])
    assert chi_slopes(y, v, m) == (pytest.approx([-8.0]), pytest.approx([8.0]))
    agree(chi_slopes(y, v, m), lambda one: chi(y, v, one), m, y)


@given(st.floats(0.1, 30.0), st.floats(0.1, 30.0), st.floats(0.0, 0.5), st.sampled_from([0, 0.1]))
def test_chi_whose_errors_follow_the_model(rate, model, systematic, growth):
    y, m, v = np.array([rate]), np.array([model]), np.array([0.3])
    first, second = chi_slopes(y, v, m, systematic, growth)
    step = 1e-5 * m
    low, high = (chi(y, v, one, systematic, growth) for one in (m - step, m + step))
    assert first == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-6)
    # Gauss and Newton's curvature is the square of the deviation's slope
    deviations = [(one - y) / np.sqrt(v + growth * one + (systematic * one) ** 2)
                  for one in (m - step, m + step)]  # fmt: skip
    slope = (deviations[1] - deviations[0]) / (2 * step)
    assert second == pytest.approx(2 * slope**2, rel=1e-4, abs=1e-9)


def test_a_model_of_nothing_has_finite_slopes():
    s, t = np.array([4.0, 0.0]), np.array([10.0, 10.0])
    for pair in (cstat_slopes(s, t, np.zeros(2)), wstat_slopes(s, s, t, t, np.zeros(2))):
        assert np.isfinite(pair).all()
