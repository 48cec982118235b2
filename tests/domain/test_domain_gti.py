"""The algebra of good times, against a dense model of whole seconds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError

END = 40
pairs = st.tuples(st.integers(0, END), st.integers(0, END)).map(sorted)
times = st.lists(pairs, max_size=8).map(lambda many: Gti(tuple(map(tuple, many))))
SECONDS = np.arange(END) + 0.5


def dense(gti):
    return gti.contains(SECONDS)


@given(times, times)
def test_the_algebra_is_that_of_sets_of_seconds(a, b):
    one, two = dense(a), dense(b)
    assert np.array_equal(dense(a.intersect(b)), one & two)
    assert np.array_equal(dense(a.union(b)), one | two)
    assert np.array_equal(dense(a.without(b)), one & ~two)
    assert np.array_equal(dense(a.outside(0, END)), ~one)
    assert a.ontime_s == one.sum()
    assert a.intersect(b).ontime_s + a.without(b).ontime_s == a.ontime_s


@given(times, st.lists(st.floats(-5, END + 5), min_size=2, max_size=9, unique=True))
def test_good_time_before_and_between(gti, marks):
    edges = np.sort(marks)
    assert np.diff(gti.before_s(edges)) == pytest.approx(gti.overlap_s(edges))
    for lo, hi, good in zip(edges[:-1], edges[1:], gti.overlap_s(edges), strict=True):
        assert good == pytest.approx(gti.intersect(Gti(((lo, hi),))).ontime_s, abs=1e-9)


@given(times, st.integers(0, 20))
def test_stretches_have_no_long_gap_inside_and_long_gaps_between(gti, gap):
    joined = gti.stretches(gap)
    assert gti.without(joined).ontime_s == 0
    assert all(stop - start > gap for start, stop in joined.gaps)
    assert all(stop - start <= gap for start, stop in joined.without(gti).intervals)


def test_short_intervals_are_left_out_and_times_are_shifted():
    gti = Gti(((0, 1), (5, 10)))
    assert gti.longer_than(1).intervals == ((5.0, 10.0),)
    assert gti.shifted(2.5).intervals == ((2.5, 3.5), (7.5, 12.5))
    assert Gti().stretches(5) == Gti().without(gti) == Gti().outside(3, 3) == Gti()


@pytest.mark.parametrize("pair", [(2, 1), (np.nan, 1), (0, np.inf)])
def test_what_is_no_interval_is_refused(pair):
    with pytest.raises(InputError, match="needs start <= stop"):
        Gti((pair,))
