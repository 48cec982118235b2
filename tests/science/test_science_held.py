"""How long rows of a file hold."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.gti import Gti
from nuwidgets.science.held import good_while, held_until, known_times, rows_at, usual_step_s

TIME = np.array([10.0, 11.0, 12.0, 13.0, 100.0, 101.0])
GOOD = np.array([True, True, False, True, True, False])


def test_a_row_holds_until_the_next_and_one_step_into_a_gap():
    assert held_until(TIME).tolist() == [11, 12, 13, 14, 101, 102]
    assert good_while(TIME, GOOD).intervals == ((10, 12), (13, 14), (100, 101))
    assert known_times(TIME).intervals == ((10, 14), (100, 102))


def test_half_way_a_row_holds_around_itself():
    assert good_while(TIME, GOOD, "halfway").intervals == ((9.5, 11.5), (12.5, 13.5), (99.5, 100.5))


def test_a_gap_of_a_few_steps_is_held_through():
    time = np.array([0.0, 1.0, 2.0, 9.0])
    assert good_while(time, np.array([False, False, True, False])).intervals == ((2, 9),)


@given(st.lists(st.booleans(), min_size=2, max_size=30), st.integers(0, 2**32 - 1))
def test_good_times_are_those_of_the_row_that_holds(good, seed):
    good = np.array(good)
    time = np.cumsum(np.random.default_rng(seed).choice([1.0, 4.0, 300.0], len(good)))
    at = np.arange(0.5, time[-1] + 5)
    row = rows_at(time, at)
    expected = np.where(row >= 0, good[row], False)
    assert np.array_equal(good_while(time, good).contains(at), expected)
    assert np.array_equal(known_times(time).contains(at), row >= 0)


def test_files_with_no_or_one_row():
    none = np.zeros(0)
    assert good_while(none, none.astype(bool)) == known_times(none) == Gti()
    assert rows_at(none, np.array([1.0])).tolist() == [-1]
    assert usual_step_s(np.array([5.0])) == 1.0
    assert known_times(np.array([5.0])).intervals == ((5, 6),)
