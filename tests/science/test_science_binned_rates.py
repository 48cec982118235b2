from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.events import LivetimeRecord
from nuwidgets.domain.gti import Gti
from nuwidgets.science.binned_rates import LiveClock, bin_numbers, rates


@given(st.lists(st.floats(-50, 150), max_size=60), st.floats(0.3, 30), st.integers(1, 20))
def test_counts_are_those_of_the_floor(times, binsize, n_bins):
    time = np.array(times, float)
    place = np.floor((time - 1.5) / binsize)
    expected = [np.count_nonzero(place == i) for i in range(n_bins)]
    numbers = bin_numbers(time, 1.5, binsize, n_bins)
    assert np.bincount(numbers, minlength=n_bins + 1)[:n_bins].tolist() == expected
    assert np.count_nonzero(numbers == n_bins) == len(times) - sum(expected)


def test_live_fraction_weights_seconds_by_their_good_part():
    record = LivetimeRecord(np.arange(10.0), np.linspace(0.9, 0.99, 10))
    clock = LiveClock.of(record, Gti(((0.5, 2.25), (7.0, 8.0))))
    first, second, none = clock.fraction(np.array([0.0, 5.0, 9.0, 12.0]))
    assert first == pytest.approx((0.5 * 0.90 + 0.91 + 0.25 * 0.92) / 1.75)
    assert second == pytest.approx(0.97)
    assert np.isnan(none)


def test_the_mean_counts_seconds_by_their_good_part():
    record = LivetimeRecord(np.array([10.0, 11.0, 12.0, 20.0]), np.array([0.2, 0.6, 1.0, 0.4]))
    clock = LiveClock.of(record, Gti(((10.5, 12.25), (20.0, 20.5))))
    assert clock.covered_s[-1] == 2.25
    assert clock.mean == pytest.approx((0.1 + 0.6 + 0.25 + 0.2) / 2.25, rel=1e-15)
    unknown = LivetimeRecord(np.array([0.0, 5.0, 6.0]), np.array([0.5, np.nan, 0.7]))
    assert LiveClock.of(unknown, Gti(((0.0, 7.0),))).mean == pytest.approx(0.6)
    assert np.isnan(LiveClock.of(unknown, Gti(((8.0, 9.0),))).mean)
    assert np.isnan(LiveClock.of(LivetimeRecord(np.zeros(0), np.zeros(0)), Gti(((5, 6),))).mean)


def test_live_fraction_skips_seconds_without_record():
    record = LivetimeRecord(np.array([0.0, 1.0, 5.0]), np.array([0.5, np.nan, 0.7]))
    clock = LiveClock.of(record, Gti(((0.0, 10.0),)))
    assert clock.fraction(np.array([0.0, 4.0, 10.0])) == pytest.approx([0.5, 0.7])
    assert np.isnan(clock.fraction(np.array([1.0, 2.0])))


def test_rates_and_errors_in_quadrature():
    rate, error = rates(np.array([25.0, 4.0]), np.array([8.0, 2.0]), 0.5, np.array([10.0, 0.0]))
    assert rate[0] == pytest.approx(2.1)
    assert error[0] == pytest.approx(np.sqrt(25 + 0.25 * 8) / 10)
    assert np.isnan(rate[1])
    assert np.isnan(error[1])
    assert rates(np.array([9.0]), None, 0.0, np.array([3.0])) == (3.0, 1.0)
