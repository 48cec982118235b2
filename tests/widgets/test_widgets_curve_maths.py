"""The arithmetic of curves: one-mark error bars, thinning, limits and ticks."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.widgets.curve_maths import (
    FLOOR,
    MINUS,
    TIMES,
    Bars,
    crosses,
    framed,
    magnified,
    settled,
    steps,
    thinned,
    ticks,
)
from nuwidgets.widgets.curve_reach import reach

NAN = np.nan
WIDE = (-np.inf, np.inf)


def bars(y, y_lo=None, y_hi=None, x=None):
    y = np.asarray(y, dtype=float)
    x = np.arange(len(y), dtype=float) if x is None else np.asarray(x, dtype=float)
    ends = [y if e is None else np.asarray(e, dtype=float) for e in (y_lo, y_hi)]
    return Bars(x - 0.5, x + 0.5, x, y, *ends)


def test_a_cross_is_two_strokes():
    x, y = crosses(bars([2.0], [1.0], [4.0], x=[10.0]))
    np.testing.assert_array_equal(x, [9.5, 10.5, NAN, 10, 10, NAN])
    np.testing.assert_array_equal(y, [2, 2, NAN, 1, 4, NAN])


def test_on_a_log_axis_a_bar_through_zero_goes_down_and_a_negative_point_keeps_its_upper_bar():
    _, y = crosses(bars([2.0, -1.0, -3.0], [-1, -2, -4], [4, 1, -2]), log_y=True)
    np.testing.assert_array_equal(y[:6], [2, 2, NAN, 4 * FLOOR, 4, NAN])
    np.testing.assert_array_equal(y[6:12], [NAN, NAN, NAN, FLOOR, 1, NAN])
    assert np.isnan(y[12:]).all()


def test_steps_lift_the_pen_where_a_log_axis_ends():
    x, y = steps(bars([1.0, 0.0], x=[0.0, 1.0]), log_x=True, log_y=True)
    np.testing.assert_array_equal(x, [NAN, 0.5, 0.5, 1.5])
    np.testing.assert_array_equal(y, [1, 1, NAN, NAN])


@given(st.lists(st.floats(-1e6, 1e6) | st.just(NAN), max_size=60), st.integers(2, 20))
def test_thinning_keeps_the_extremes_and_the_order(values, most):
    y = np.array(values, dtype=float)
    index = thinned(y, most)
    assert len(index) <= most
    assert (np.diff(index) > 0).all()
    if np.isfinite(y).any():
        assert np.nanmin(y[index]) == np.nanmin(y)
        assert np.nanmax(y[index]) == np.nanmax(y)


def test_reach_counts_error_bars_up_to_the_span_of_the_values():
    assert reach(bars([1, 2], [0.5, 1.5], [1.5, 2.5]), WIDE, log=False) == (0.5, 2.5)
    assert reach(bars([1, 2], [-9, 1.5], [1.5, 99]), WIDE, log=False) == (0, 3)
    assert reach(bars([5.0], [1], [9]), WIDE, log=False) == (1, 9)
    assert reach(bars([1, 100, -5]), WIDE, log=True) == pytest.approx((1, 100))


def test_reach_is_not_taken_far_by_poor_values():
    hand = bars([0.1, 1, 1e-5], [0.02, 0.5, -0.1], [0.3, 2, 0.1])
    assert reach(hand, WIDE, log=True)[0] == pytest.approx(10**-1.25)  # not 1e-5, nor 0.02
    few = bars([1, 2, 3, 99], [0, 1, 2, 0], [2, 3, 4, 198])
    assert reach(few, WIDE, log=False) == (0, 4)
    burst = bars([1, 2, 3, 99], [0, 1, 2, 85], [2, 3, 4, 113])
    assert reach(burst, WIDE, log=False)[1] == 113


def test_reach_sees_only_what_is_in_range():
    assert reach(bars([1, 2, 50]), (-1, 1.2), log=False) == (1, 2)
    assert reach(bars([1, 2]), (7, 8), log=False) is None
    assert reach(bars([-1.0, 0.0]), WIDE, log=True) is None


def test_limits_stay_while_the_data_fit_and_fill_half():
    assert settled((0, 10), 1, 9, log=False) == (0, 10)
    assert settled((0, 10), 4, 9, log=False) == (0, 10)
    assert settled((0, 10), 4, 8, log=False) == pytest.approx((3.76, 8.24))
    assert settled((0, 10), 1, 12, log=False) == pytest.approx((0, 12.66))
    assert settled((1, 1e4), 10, 1e3, log=True) == (1, 1e4)
    assert settled((1, 1e4), 10, 90, log=True)[1] < 200


@pytest.mark.parametrize("log", [True, False])
@given(lo=st.floats(1e-6, 1e6), factor=st.floats(1, 1e6))
def test_new_limits_hold_the_data_and_do_not_move_at_once(log, lo, factor):
    limits = settled(None, lo, lo * factor, log=log)
    assert limits[0] < lo <= lo * factor < limits[1] or limits[0] == 0
    assert settled(limits, lo, lo * factor, log=log) == limits or factor < 1.001


def test_magnifying_keeps_the_place_and_stays_within():
    assert magnified((0, 10), 0.5, 0.5, (0, 10), log=False) == (2.5, 7.5)
    assert magnified((2, 6), 9, 0.5, (0, 10), log=False) == (0, 10)
    assert magnified((1, 100), 0.5, 1.0, (1, 100), log=True) == pytest.approx((10, 100))


@pytest.mark.parametrize(
    ("lo", "hi", "log", "labels"),
    [
        (3, 79, True, ["3", "5", "10", "20", "30", "50"]),
        (0.3, 10, True, ["0.3", "0.5", "1", "2", "3", "5", "10"]),
        (1e-6, 3, True, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"]),
        (5, 7, True, ["5", "5.5", "6", "6.5", "7"]),
        (0, 3.5, False, ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5"]),
        (-3.6, 6.2, False, [f"{MINUS}2", "0", "2", "4", "6"]),
        (0, 3e6, False, ["0", f"5{TIMES}10⁵", "10⁶", f"1.5{TIMES}10⁶", f"2{TIMES}10⁶", f"2.5{TIMES}10⁶", f"3{TIMES}10⁶"]),
    ],
)  # fmt: skip
def test_labels_of_ticks(lo, hi, log, labels):
    values, named = ticks(lo, hi, log=log, most=8 if hi > 3 else 7)
    assert [named[k] for k in named if named[k]] == labels
    assert values == sorted(values)
    assert len(values) == len(named)


@given(st.floats(1e-9, 1e9), st.floats(1.0001, 1e12), st.booleans(), st.integers(3, 9))
def test_ticks_lie_within_the_limits_and_are_not_too_many(lo, factor, log, most):
    values, named = ticks(lo, lo * factor, log=log, most=most)
    room = 1e-6 * lo * (factor if not log else 1)
    assert all(lo - room <= v <= lo * factor * (1 + 1e-6) for v in values)
    assert sum(bool(text) for text in named.values()) <= most + 1


def test_numbers_are_named_as_javascript_names_them():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node found")
    values, named = ticks(1e-9, 1e25, log=True)
    more, names = ticks(6e-5, 9e-5, log=False)
    script = f"console.log(JSON.stringify({json.dumps(values + more)}.map(String)))"
    out = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout
    assert json.loads(out) == [*named, *names]


def test_the_frame_along_x_stands_still_while_data_nearly_fill_it():
    assert framed((3.0, 79.0), 3.0, 60.0, log=True) == (3.0, 79.0)
    assert framed((3.0, 79.0), 3.0, 20.0, log=True) == (3.0, 20.0)
    assert framed((3.0, 20.0), 3.0, 79.0, log=True) == (3.0, 79.0)
    assert framed((0.0, 10.0), 1.0, 9.5, log=False) == (0.0, 10.0)
