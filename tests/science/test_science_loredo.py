"""L statistic: the sum as Loredo writes it, its limits and its slopes."""

from __future__ import annotations

from math import factorial, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.science.loredo import lstat, lstat_slopes
from nuwidgets.science.statistics import wstat


def plain(s, b, t_s, t_b, m):
    """The formula in whole numbers and fractions, for few counts."""

    def minus_log(rate):
        terms = [
            factorial(s + b - j) / (factorial(j) * factorial(s - j)) * ((t_s + t_b) * rate) ** j
            for j in range(s + 1)
        ]
        return t_s * rate - log(sum(terms))

    return 2 * (minus_log(m) - minus_log(max(s / t_s - b / t_b, 0.0)))


@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.5, 20), st.floats(0.5, 20),
       st.floats(0.01, 30))  # fmt: skip
@settings(deadline=None)
def test_the_sum_is_loredos(s, b, t_s, t_b, m):
    args = [np.array([float(value)]) for value in (s, b, t_s, t_b, m)]
    assert lstat(*args)[0] == pytest.approx(plain(s, b, t_s, t_b, m), rel=1e-9, abs=1e-9)


def test_bins_do_not_mix():
    s, b = np.array([3.0, 0.0, 12.0]), np.array([1.0, 5.0, 0.0])
    t_s, t_b, m = np.full(3, 2.0), np.full(3, 7.0), np.array([0.5, 0.1, 4.0])
    together = lstat(s, b, t_s, t_b, m)
    apart = [float(lstat(*(v[i : i + 1] for v in (s, b, t_s, t_b, m)))[0]) for i in range(3)]
    assert together == pytest.approx(apart)


def test_it_is_zero_at_the_net_rate_and_nears_w_with_many_counts():
    s, b, times = np.array([40000.0]), np.array([10000.0]), np.array([10.0])
    net = (s - b) / 10.0
    assert lstat(s, b, times, times, net) == pytest.approx(0.0, abs=1e-9)
    off = net + 50.0
    assert lstat(s, b, times, times, off) == pytest.approx(wstat(s, b, times, times, off), rel=1e-2)


@given(st.integers(0, 200).map(float), st.integers(0, 200).map(float), st.floats(0.05, 40))
@settings(deadline=None)
def test_slopes_are_those_of_the_statistic(s, b, m):
    counts, back, model = np.array([s]), np.array([b]), np.array([m])
    times = np.array([10.0]), np.array([25.0])
    step = 1e-4 * model
    low, mid, high = (
        lstat(counts, back, *times, rate) for rate in (model - step, model, model + step)
    )
    first, second = lstat_slopes(counts, back, *times, model)
    scale = 10.0 * (1 + (s + b) / m)
    assert first == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-4 * scale)
    curved = (high - 2 * mid + low) / step**2
    assert second == pytest.approx(np.maximum(curved, 0.0), rel=1e-2, abs=2e-3 * scale / m)


def test_many_counts_do_not_overflow():
    s, b, times = np.array([1e5, 0.0]), np.array([1e5, 1e5]), np.array([1.0, 1.0])
    assert np.isfinite(lstat(s, b, times, times, np.array([1e6, 0.0]))).all()
    assert np.isfinite(lstat_slopes(s, b, times, times, np.array([0.0, 1e6]))).all()
