"""PG and P statistics: the best background, closed cases, and slopes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from nuwidgets.science.poisson_gauss import pgstat, pgstat_slopes, pstat, pstat_slopes
from nuwidgets.science.statistics import cstat

COUNTS = st.integers(0, 300).map(float)
TIMES = st.floats(0.5, 50.0)


def one(*values):
    return [np.array([float(value)]) for value in values]


@given(COUNTS, COUNTS, st.floats(0.1, 400.0), TIMES, TIMES, st.floats(0.01, 50.0))
@settings(max_examples=100, deadline=None)
def test_pg_is_the_minimum_over_the_background(s, b, variance, t_s, t_b, predicted):
    counts, back, spread, time, back_time, model = one(s, b, variance, t_s, t_b, predicted / t_s)

    def total(f):
        source = cstat(counts, time, model + f)
        return float((source + (back - back_time * f) ** 2 / spread)[0])

    top = (s + b + 10) / min(t_s, t_b) + 10 * np.sqrt(variance) / t_b
    best = optimize.minimize_scalar(total, bounds=(0, top), method="bounded",
                                    options={"xatol": 1e-10 * top})  # fmt: skip
    lowest = min(best.fun, total(0.0))
    found = pgstat(counts, back, spread, time, back_time, model)[0]
    assert found == pytest.approx(lowest, rel=1e-6, abs=1e-6)


def test_pg_without_source_counts_in_closed_form():
    s, b, variance, t_s, t_b, m = one(0, 40, 9, 2, 5, 0.3)
    closed = 2 * (t_s * m + b * t_s / t_b - variance * (t_s / t_b) ** 2 / 2)
    assert pgstat(s, b, variance, t_s, t_b, m) == pytest.approx(closed)


def test_pg_with_a_background_without_error_is_p():
    s, b, zero, t_s, t_b, m = one(7, 12, 0, 2, 5, 0.3)
    assert pgstat(s, b, zero, t_s, t_b, m) == pytest.approx(pstat(s, b, t_s, t_b, m))
    same = np.array(pgstat_slopes(s, b, zero, t_s, t_b, m))
    assert same == pytest.approx(np.array(pstat_slopes(s, b, t_s, t_b, m)))
    nearly = pgstat(s, b, zero + 1e-9, t_s, t_b, m)
    assert nearly == pytest.approx(pstat(s, b, t_s, t_b, m), rel=1e-6)


def test_p_is_c_of_source_and_background():
    s, b, t_s, t_b, m = one(7, 12, 2, 5, 0.3)
    assert pstat(s, b, t_s, t_b, m) == pytest.approx(cstat(s, t_s, m + 2.4))
    # a model of nothing, or of less, counts as the smallest
    nothing = pstat(s, 0 * b, t_s, t_b, np.array([-1.0]))
    assert nothing == pytest.approx(2 * (1e-5 - 7 + 7 * np.log(7 / 1e-5)))


@given(st.integers(1, 300).map(float), st.integers(1, 300).map(float), st.floats(1.0, 400.0), TIMES,
       st.floats(0.05, 50.0))  # fmt: skip
def test_slopes_are_those_of_the_statistics(s, b, variance, t_b, m):
    counts, back, spread, time, back_time, model = one(s, b, variance, 10.0, t_b, m)
    for value, slopes, extra in ((pgstat, pgstat_slopes, (spread,)), (pstat, pstat_slopes, ())):
        step = 1e-4 * model
        low, mid, high = (
            value(counts, back, *extra, time, back_time, rate)
            for rate in (model - step, model, model + step)
        )
        first, second = slopes(counts, back, *extra, time, back_time, model)
        scale = 10.0 * (1 + (s + b) / m)
        assert first == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-4 * scale)
        curved = (high - 2 * mid + low) / step**2
        assert second == pytest.approx(curved, rel=2e-2, abs=2e-3 * scale / m)


def test_slopes_stay_finite_without_anything():
    zero, times = np.zeros(3), np.full(3, 10.0)
    for spread in (zero, zero + 1.0):
        assert np.isfinite(pgstat_slopes(zero, zero, spread, times, times, zero)).all()
    assert np.isfinite(pstat_slopes(zero, zero, times, times, zero)).all()
