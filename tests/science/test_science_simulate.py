"""Counts drawn from rates: means, spreads, seeds."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.simulate import simulate_counts, simulate_pair, simulate_rates

N = 20_000


def test_counts_are_poisson_around_rate_times_exposure():
    drawn = simulate_counts(np.full(N, 0.02), 500.0, np.random.default_rng(1))
    assert drawn.dtype == float
    assert drawn.mean() == pytest.approx(10, abs=5 * np.sqrt(10 / N))
    assert drawn.var() == pytest.approx(10, rel=0.05)


def test_a_rate_that_is_not_above_zero_gives_no_counts():
    drawn = simulate_counts([-1.0, np.nan, 0.0], [10.0, 10.0, 10.0], np.random.default_rng(1))
    assert drawn.tolist() == [0, 0, 0]


def test_the_source_region_holds_the_scaled_background_too():
    rng = np.random.default_rng(2)
    counts, behind = simulate_pair(np.full(N, 0.03), 100.0, np.full(N, 40.0), 800.0, rng)
    assert counts.mean() == pytest.approx(3 + 5, rel=0.02)
    assert behind.mean() == pytest.approx(40, rel=0.01)
    assert abs(np.corrcoef(counts, behind)[0, 1]) < 0.03


def test_the_same_seed_gives_the_same_counts():
    one, two, other = (
        simulate_counts(np.full(50, 1.0), 9.0, np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    assert one.tolist() == two.tolist() != other.tolist()


def test_rates_with_other_errors_are_gaussian():
    drawn = simulate_rates(np.full(N, 2.0), np.full(N, 0.25), np.random.default_rng(3))
    assert drawn.mean() == pytest.approx(2, abs=0.02)
    assert drawn.std() == pytest.approx(0.5, rel=0.02)
