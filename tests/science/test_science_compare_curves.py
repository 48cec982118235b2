from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.comparison import SideBySide
from nuwidgets.science.compare_curves import joined, mean_ratio, paired, summed, value_at

counts = st.lists(st.integers(0, 60), min_size=1, max_size=80)


@given(counts, st.data())
def test_each_common_bin_is_full_and_no_channel_is_lost(first, data):
    second = data.draw(st.lists(st.integers(0, 60), min_size=len(first), max_size=len(first)))
    a, b = np.array(first, float), np.array(second, float)
    edges = joined(a, b)
    if a.sum() + b.sum() < 50:
        assert len(edges) == 0
        return
    assert (edges[0], edges[-1]) == (0, len(a))
    assert np.all(np.diff(edges) > 0)
    both = (summed(a, edges) + summed(b, edges)) / 2
    assert np.all(both >= 25)
    assert (summed(a, edges).sum(), summed(b, edges).sum()) == (a.sum(), b.sum())
    # no bin is wider than it must be, the last one excepted
    for lo, hi in pairwise(edges[:-1]):
        assert (a[lo : hi - 1].sum() + b[lo : hi - 1].sum()) / 2 < 25


def test_common_bins_end_where_the_mean_of_both_is_enough():
    assert joined(np.full(6, 10.0), np.full(6, 15.0)).tolist() == [0, 2, 4, 6]
    assert joined(np.full(6, 25.0), np.zeros(6)).tolist() == [0, 2, 4, 6]
    assert joined(np.full(3, 0.1), np.full(3, 0.1), least=0.3).tolist() == [0, 3]
    assert joined(np.zeros(4), np.zeros(4)).tolist() == []


def test_a_histogram_is_read_off_bin_by_bin_and_is_nothing_outside():
    edges, values = np.array([1.0, 2.0, 4.0]), np.array([10.0, 20.0])
    at = value_at(edges, values, np.array([0.9, 1.0, 1.99, 2.0, 3.9, 4.0]))
    assert np.isnan(at[[0, 5]]).all()
    assert at[1:5].tolist() == [10, 10, 20, 20]


def test_bins_that_begin_together_are_paired_without_a_shift():
    first = 100.0 + 10.0 * np.arange(6)
    pairs = paired(first, first[2:5], 10.0)
    assert pairs.first.tolist() == [2, 3, 4]
    assert pairs.second.tolist() == [0, 1, 2]
    assert pairs.shift_s == 0.0


@pytest.mark.parametrize(("shift", "lag"), [(3.0, 0), (-4.9, 0), (7.0, 1)])
def test_bins_that_begin_apart_are_paired_with_the_nearest(shift, lag):
    first = 10.0 * np.arange(8)
    pairs = paired(first, first + shift, 10.0)
    assert np.all(pairs.first - pairs.second == lag)
    assert pairs.shift_s == pytest.approx(shift - 10.0 * lag)
    assert len(set(pairs.second.tolist())) == len(pairs.second)


def test_light_curves_that_never_meet_have_no_pairs():
    first = 10.0 * np.arange(4)
    assert len(paired(first, first + 1000.0, 10.0).first) == 0
    assert len(paired(first, np.zeros(0), 10.0).first) == 0
    assert paired(np.zeros(0), first, 10.0).shift_s == 0.0


def test_mean_ratio_of_a_constant_factor():
    first = np.array([10.0, 20.0, np.nan, 30.0])
    mean = mean_ratio(first, 0.1 * first, 1.1 * first, 0.11 * first)
    assert mean.ratio == pytest.approx(1.1)
    # both errors are a tenth of each value: sqrt(2) * 0.1 * sqrt(sum of squares) / sum
    expected = 1.1 * np.sqrt(2.0) * 0.1 * np.sqrt(10.0**2 + 20.0**2 + 30.0**2) / 60.0
    assert mean.error == pytest.approx(expected)
    assert mean.scatter == pytest.approx(0.0, abs=1e-12)


def test_scatter_is_one_for_independent_errors():
    rng = np.random.default_rng(2)
    first, second = rng.normal(5.0, 0.2, 4000), rng.normal(6.0, 0.3, 4000)
    mean = mean_ratio(first, np.full(4000, 0.2), second, np.full(4000, 0.3))
    assert mean.ratio == pytest.approx(1.2, abs=5 * mean.error)
    assert mean.scatter == pytest.approx(1.0, abs=0.06)


def test_mean_ratio_without_a_first_is_nothing():
    zeros = np.zeros(3)
    assert np.isnan(mean_ratio(zeros, zeros, zeros + 1, zeros)).all()
    assert np.isnan(mean_ratio(zeros + 1, zeros, zeros + 1, zeros).scatter)


def test_the_ratio_has_the_error_of_independent_values_and_none_below_zero():
    ones = np.ones(3)
    both = SideBySide(
        np.arange(3.0), np.arange(1, 4.0), np.array([2.0, 0.0, 4.0]), 3 * ones, ones, 0.5 * ones
    )
    assert both.ratio[[0, 2]].tolist() == [1.5, 0.75]
    assert np.isnan(both.ratio[1])
    assert np.isnan(both.ratio_error[1])
    assert both.ratio_error[0] == pytest.approx(1.5 * np.hypot(1 / 2, 0.5 / 3))
    assert both.middle.tolist() == [0.5, 1.5, 2.5]
    with pytest.raises(ValueError, match="read-only"):
        both.heasoft[0] = 1.0
