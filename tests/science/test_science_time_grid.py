"""Bins in time: every event once, no bin across a gap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.events import LivetimeRecord
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import BINS
from nuwidgets.science.binned_rates import LiveClock
from nuwidgets.science.time_grid import TimeGrid

lengths = st.lists(st.tuples(st.floats(0.01, 900), st.floats(0.01, 2000)), min_size=1, max_size=6)


def gti_of(many):
    ends = np.cumsum(np.array(many).ravel())
    return Gti.of(np.append(0.0, ends[1:-1:2]) + 1000, ends[::2] + 1000)


@given(lengths, st.floats(3, 500), st.sampled_from(BINS), st.integers(0, 2**32 - 1))
def test_every_event_is_in_the_one_bin_that_spans_it(many, binsize, bins, seed):
    gti = gti_of(many)
    grid = TimeGrid.of(gti, binsize, bins)
    rng = np.random.default_rng(seed)
    time = rng.uniform(gti.start_s[0], gti.stop_s[-1], 300)
    time = time[gti.contains(time)]
    numbers = grid.numbers(time)
    assert np.all((numbers >= 0) & (numbers < len(grid)))
    slack = 1e-6 * binsize
    assert np.all(time >= grid.start_s[numbers] - slack)
    assert np.all(time <= (grid.start_s + grid.width_s)[numbers] + slack)
    assert len(grid.start_s) == len(grid.width_s) == len(grid)
    assert grid.good_s(gti).sum() == pytest.approx(gti.ontime_s)
    assert np.all(grid.start_s[1:] > grid.start_s[:-1])


@given(lengths, st.floats(3, 500))
def test_bins_that_are_begun_anew_never_straddle_a_gap(many, binsize):
    gti = gti_of(many)
    grid = TimeGrid.of(gti, binsize, "gti")
    assert grid.good_s(gti) == pytest.approx(grid.width_s, rel=1e-6, abs=1e-6)
    assert np.all(grid.width_s <= binsize * (1 + 1e-8))
    assert np.all(np.isin(gti.start_s, grid.start_s))


def test_one_bin_an_orbit():
    gti = Gti(((0, 100), (150, 1000), (1500, 3000), (9000, 9100)))
    grid = TimeGrid.of(gti, 256.0, "orbit")
    assert grid.start_s.tolist() == [0, 9000]
    assert grid.width_s.tolist() == [3000, 100]
    assert grid.good_s(gti).tolist() == [2450, 100]
    assert grid.numbers(np.array([0.0, 120.0, 3000.0, 9099.0])).tolist() == [0, 0, 2, 1]
    assert math.isinf(grid.binsize_s)


def test_a_rest_by_rounding_is_no_bin():
    grid = TimeGrid.of(Gti(((0.1, 0.1 + 3 * 0.1),)), 0.1, "gti")
    assert len(grid) == 3
    assert grid.numbers(np.array([0.39999999])).tolist() == [2]


def test_live_time_between_any_two_times():
    record = LivetimeRecord(np.arange(10.0), np.linspace(0.9, 0.99, 10))
    clock = LiveClock.of(record, Gti(((0.5, 2.25), (7.0, 8.0))))
    start, stop = np.array([0.0, 7.5, 9.0]), np.array([2.0, 8.0, 10.0])
    first, second, none = clock.between(start, stop)
    assert first == pytest.approx((0.5 * 0.90 + 0.91) / 1.5)
    assert second == pytest.approx(0.97)
    assert np.isnan(none)
