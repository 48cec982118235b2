"""Statistics against XSPEC's own values, limits and identities."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from nuwidgets.science import statistics

DATA = json.loads((Path(__file__).parent / "data" / "xspec_statistics.json").read_text())["sets"]


@pytest.mark.parametrize("name", [name for name in DATA if "counts" in DATA[name]])
def test_chi_and_w_are_xspecs(name: str) -> None:
    data = DATA[name]
    counts, background = np.array(data["counts"], float), np.array(data["background"], float)
    times = (data["time_s"], data["background_time_s"])
    model = np.array(data["model_rate"])
    rate = counts / times[0] - background / np.asarray(times[1])
    variance = counts / np.square(times[0]) + background / np.square(times[1])
    variance = statistics.without_zeros(variance, *times)
    assert statistics.chi(rate, variance, model).sum() == pytest.approx(data["stat_chi"], rel=1e-8)
    w = statistics.wstat(counts, background, *times, model).sum()
    assert w == pytest.approx(data["stat_cstat"], rel=1e-8)


@pytest.mark.parametrize("name", [name for name in DATA if "rate" in DATA[name]])
def test_chi_with_given_errors_is_xspecs(name: str) -> None:
    data = DATA[name]
    variance = statistics.without_zeros(data["variance"], data["time_s"])
    found = statistics.chi(np.array(data["rate"]), variance, np.array(data["model_rate"])).sum()
    assert found == pytest.approx(data["stat_chi"], rel=1e-8)


def test_zero_variance_is_that_of_one_count() -> None:
    np.testing.assert_allclose(statistics.without_zeros([0.0, 0.04], 10.0), [0.01, 0.04])
    both = statistics.without_zeros([0.0, 0.0102], 10.0, 100.0)
    np.testing.assert_allclose(both, [1e-4, 0.0102])


def test_systematic_error_of_the_model_widens_chi() -> None:
    one = np.ones(1)
    assert statistics.chi(2 * one, one, one, systematic=1.0)[0] == pytest.approx(0.5)


def test_variance_that_grows_with_the_model() -> None:
    y, m, none = np.array([4.0, 1.0]), np.array([3.0, 0.0]), np.zeros(2)
    found = statistics.chi(y, none, m, growth=0.5)
    # a model of nothing has the error of 1e-5 counts in 2 s
    assert found == pytest.approx([1 / 1.5, 1 / (0.25 * 1e-5)])
    both = statistics.variance_with_model(none + 1.0, m, 0.1, 0.5)
    assert both == pytest.approx([1 + 1.5 + 0.09, 1.0], rel=1e-5)


def test_cash_limits() -> None:
    zero = np.zeros(1)
    assert statistics.cstat(zero, 10.0, np.array([0.3]))[0] == pytest.approx(6.0)
    assert statistics.cstat(np.array([3.0]), 10.0, np.array([0.3]))[0] == pytest.approx(0.0)
    floor = statistics.cstat(np.array([1.0]), 10.0, zero)[0]
    assert floor == pytest.approx(2 * (1e-5 - 1 - np.log(1e-5)))
    many = statistics.cstat(np.array([1e8]), 1.0, np.array([1e8 + 1e4]))[0]
    assert many == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize(
    ("s", "b", "m"), [(0.0, 5.0, 0.2), (7.0, 0.0, 0.1), (7.0, 0.0, 5.0), (0.0, 0.0, 1.0)]
)
def test_w_in_its_closed_cases(s: float, b: float, m: float) -> None:
    t_s, t_b = 3.0, 8.0
    if s == 0:
        exact = 2 * (t_s * m - (b * np.log(t_b / (t_s + t_b)) if b else 0.0))
    elif m <= s / (t_s + t_b):
        exact = 2 * (-t_b * m - s * np.log(t_s / (t_s + t_b)))
    else:
        exact = 2 * (t_s * m + s * (np.log(s) - np.log(t_s * m) - 1))
    found = statistics.wstat(np.array([s]), np.array([b]), t_s, t_b, np.array([m]))[0]
    assert found == pytest.approx(exact, rel=1e-12, abs=1e-12)


@given(
    st.integers(0, 200),
    st.integers(0, 200),
    st.floats(0.1, 1e5),
    st.floats(0.1, 1e5),
    st.floats(0.01, 50),
)
@settings(max_examples=100, deadline=None)
def test_w_is_the_minimum_over_the_background(
    s: int, b: int, t_s: float, t_b: float, predicted: float
) -> None:
    m = predicted / t_s
    counts, back = np.array([float(s)]), np.array([float(b)])

    def total(log_f: float) -> float:
        f = np.exp(log_f)
        source = statistics.cstat(counts, t_s, np.array([m + f]))
        return float((source + statistics.cstat(back, t_b, np.array([f])))[0])

    top = np.log((s + b + 10) / min(t_s, t_b))
    best = optimize.minimize_scalar(total, bounds=(top - 40, top), method="bounded")
    w = statistics.wstat(counts, back, t_s, t_b, np.array([m]))[0]
    assert w >= -1e-9
    assert w <= best.fun + 1e-6 * max(1.0, abs(best.fun))


def test_w_has_no_cancellation_with_many_counts() -> None:
    counts, back = np.array([1e9, 1e9]), np.array([1e-3, 1e9])
    w = statistics.wstat(counts, back, 1.0, 1.0, np.array([1e9, 1e-12]))
    assert np.isfinite(w).all()
    assert (w >= -1e-6).all()


def test_cstat_of_negative_counts_is_that_of_none():
    # as XSPEC 12.9.1 does for net rates (folding.json, exosat and ginga_losum)
    got = statistics.cstat(np.array([-3.0, 0.0]), 10.0, np.array([0.5, 0.5]))
    assert got.tolist() == [10.0, 10.0]
