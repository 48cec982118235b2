"""Intervals, upper limits and detections: published tables, analytic cases, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson

from nuwidgets.errors import InputError
from nuwidgets.science.upper_limits import NetCounts


@pytest.mark.parametrize(
    ("counts", "known", "level", "lo", "hi"),
    [  # Kraft, Burrows & Nousek 1991, tables 1 to 3
        (1, 0.1, 99, 0.00, 6.54),
        (1, 0.5, 95, 0.00, 4.36),
        (5, 0.0, 99, 1.17, 13.32),
        (5, 2.5, 99, 0.00, 10.67),
        (6, 2.0, 90, 0.81, 8.99),
    ],
)
def test_a_known_background_gives_the_published_tables(counts, known, level, lo, hi):
    found = NetCounts(counts, known=known).interval(level)
    assert found == pytest.approx((lo, hi), abs=0.02)


def test_without_counts_the_limit_is_that_of_an_exponential():
    for one in (NetCounts(0), NetCounts(0, known=3.0), NetCounts(0, 40, 0.3)):
        assert one.upper_limit(95) == pytest.approx(-np.log(0.05), rel=1e-9)
        assert one.interval(90) == pytest.approx((0.0, -np.log(0.1)), rel=1e-9)


def test_without_background_the_posterior_is_a_gamma_distribution():
    one = NetCounts(7)
    assert one.upper_limit(97.5) == pytest.approx(gamma(8).ppf(0.975), rel=1e-9)
    lo, hi = one.interval(90)
    assert gamma(8).cdf(hi) - gamma(8).cdf(lo) == pytest.approx(0.9, abs=1e-8)
    assert gamma(8).pdf(lo) == pytest.approx(gamma(8).pdf(hi), rel=1e-4)


def test_a_measured_background_is_integrated_away():
    """Against sums over a grid of source and background, counted out."""
    counts, background, ratio = 9, 13, 0.3
    source, behind = np.linspace(0, 40, 801), np.linspace(0, 30, 301)
    prior = gamma(background + 1, scale=ratio).pdf(behind)
    density = poisson.pmf(counts, source[:, None] + behind) @ prior
    total = np.cumsum(density) / density.sum()
    one = NetCounts(counts, background, ratio)
    assert one.upper_limit(90) == pytest.approx(np.interp(0.9, total, source), abs=0.05)
    assert one.net == pytest.approx(9 - 3.9)


def test_a_large_background_region_is_as_good_as_a_known_background():
    known, measured = NetCounts(12, known=4.0), NetCounts(12, 4_000_000, 1e-6)
    assert measured.interval(90) == pytest.approx(known.interval(90), rel=1e-3)
    assert measured.chance == pytest.approx(known.chance, rel=1e-2)


def test_many_counts_are_as_gauss_says():
    one = NetCounts(40_000, 20_000, 0.5)
    sigma = np.sqrt(40_000 + 0.25 * 20_000)
    assert one.interval(68.27) == pytest.approx((30_000 - sigma, 30_000 + sigma), rel=1e-3)


def test_newton_and_the_search_find_the_same_ends():
    rng = np.random.default_rng(4)
    for _ in range(40):
        one = NetCounts(int(rng.integers(1, 60)), int(rng.integers(0, 40)), rng.uniform(0.05, 1))
        lo, hi = one.interval(90)
        assert (lo, hi) == pytest.approx(one._searched(0.9), rel=1e-3, abs=1e-3 * hi)


def test_the_search_takes_over_where_newtons_method_fails():
    """The density falls from a peak so near to 0 that equal tails are no start."""
    one = NetCounts(9, known=7.55)
    assert one._newton(0.5) is None
    assert one.interval(50) == pytest.approx((0.0105, 3.0615), abs=1e-3)


def test_the_chance_is_the_tail_of_the_counts_that_the_background_gives():
    one = NetCounts(8, 5, 0.4)
    tail = nbinom(6, 1 / 1.4).sf(7)
    assert one.chance == pytest.approx(tail, rel=1e-9)
    assert NetCounts(8, known=2.0).chance == pytest.approx(poisson(2.0).sf(7), rel=1e-9)
    assert (NetCounts(0, 5, 0.4).chance, NetCounts(0).chance, NetCounts(1).chance) == (1, 1, 0)


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng, held, limited, n = np.random.default_rng(8), 0, 0, 300
    for _ in range(n):
        truth, behind = rng.uniform(0, 80), rng.uniform(0, 80)
        one = NetCounts(int(rng.poisson(truth + 0.3 * behind)), int(rng.poisson(behind)), 0.3)
        lo, hi = one.interval(90)
        held += lo <= truth <= hi
        limited += truth <= one.upper_limit(90)
    # of truths drawn from the prior, as here, the parts are those of the posterior: 3 sigma
    assert held / n == pytest.approx(0.9, abs=0.055)
    assert limited / n == pytest.approx(0.9, abs=0.055)


def test_what_is_no_count_is_refused():
    with pytest.raises(InputError, match="give counts and a ratio of areas from 0 on"):
        NetCounts(3, -1, 0.2)
    with pytest.raises(InputError, match="Cannot tell a source from a background"):
        NetCounts(3, 1, float("nan"))
