"""Spectra for small plots: nothing is lost when bins are joined, and limits hold what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.curve import FoldedSpectrum
from nuwidgets.science.small_spectra import MOST_BINS, limits_of, small_spectrum


def folded(n=400, rate=1.0, seed=0, gap=(), time_s=1000.0):
    edges = np.linspace(0.3, 7.0, n + 1)
    kept = np.ones(n, bool)
    kept[list(gap)] = False
    lo, hi = edges[:-1][kept], edges[1:][kept]
    counts = np.random.default_rng(seed).poisson(rate, kept.sum()).astype(float)
    model = np.full(kept.sum(), rate / time_s)
    zero = np.zeros(kept.sum())
    numbers = np.flatnonzero(kept) + 1
    values = counts / time_s, np.sqrt(np.maximum(counts, 1)) / time_s, model, zero, zero, counts
    return FoldedSpectrum("one", lo, hi, *values, "cstat", numbers)


@pytest.mark.parametrize("rate", [0.05, 1.0, 30.0, 5000.0])
def test_joined_bins_hold_all_counts(rate):
    one = folded(rate=rate)
    small = small_spectrum(one)
    width = small.hi_kev - small.lo_kev
    assert len(small.rate) <= MOST_BINS + 1
    assert (small.rate * width).sum() == pytest.approx(one.rate.sum())
    assert (small.model * width).sum() == pytest.approx(one.model_rate.sum())
    assert ((small.error * width) ** 2).sum() == pytest.approx((one.error**2).sum())
    assert small.n_bins == 400
    assert small.rows.shape == (5, len(small.rate))


def test_bright_bins_stay_as_they_are_when_they_are_few():
    one = folded(n=20, rate=1000.0)
    assert small_spectrum(one).rate == pytest.approx(one.per_kev[0])


def test_no_bin_goes_over_what_is_ignored():
    one = folded(gap=range(100, 200))
    small = small_spectrum(one)
    across = (small.lo_kev < one.e_hi_kev[99] - 1e-6) & (small.hi_kev > one.e_lo_kev[100] - 1e-6)
    assert not across.any()
    assert (small.rate * (small.hi_kev - small.lo_kev)).sum() == pytest.approx(one.rate.sum())


def test_without_a_model_there_is_none_and_without_bins_nothing():
    assert np.isnan(small_spectrum(folded(), with_model=False).model).all()
    assert small_spectrum(folded(n=3, gap=range(3))).rows.shape == (5, 0)


def test_limits_hold_data_and_a_model_that_is_near():
    small = small_spectrum(folded(rate=100.0))
    x, y = limits_of([small])
    assert x == (pytest.approx(0.3), pytest.approx(7.0))
    assert y[0] < small.rate.min()
    assert y[1] > (small.rate + small.error).max()
    assert limits_of([small], log_y=False)[1][0] == 0.0
    brighter = small_spectrum(folded(rate=1000.0))
    assert limits_of([small, brighter])[1][1] > brighter.rate.max()


def test_limits_do_not_run_after_a_model_that_is_far_off():
    one = folded(rate=100.0)
    wild = FoldedSpectrum("wild", *(getattr(one, n) for n in ("e_lo_kev", "e_hi_kev", "rate", "error")),
                          one.model_rate * 1e9, one.background_rate, one.contribution, one.counts)  # fmt: skip
    top = float(small_spectrum(one).rate.max())
    assert limits_of([small_spectrum(wild)])[1][1] <= 100 * top
    assert limits_of([small_spectrum(wild)], log_y=False)[1][1] <= 4 * top


def test_limits_of_nothing_are_usual_ones():
    assert limits_of([]) == ((0.3, 10.0), (1e-3, 1.0))
    dark = small_spectrum(folded(rate=0.0), with_model=False)
    assert limits_of([dark])[1] == (1e-3, 1.0)
