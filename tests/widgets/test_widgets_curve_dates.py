"""Ticks as dates: which unit fits, where they stand, what is written."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.widgets.curve_dates import FIRST, LAST, date_ticks
from nuwidgets.widgets.curve_maths import script_number, ticks


def mjd(text):
    zero = datetime(1858, 11, 17, tzinfo=UTC)
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - zero) / timedelta(days=1)


def words(lo, hi):
    return [text for text in date_ticks(mjd(lo), mjd(hi))[1].values() if text]


@pytest.mark.parametrize(
    ("lo", "hi", "expected"),
    [
        ("2005-06-01", "2024-06-01", ["2010", "2015", "2020"]),
        ("2012-07-01", "2016-07-01", ["2013", "2014", "2015", "2016"]),
        ("2015-12-15", "2016-04-20", ["2016-01", "2016-02", "2016-03", "2016-04"]),
        ("2016-02-27", "2016-03-02T12:00", ["2016-02-27", "2016-02-28", "2016-02-29", "2016-03-01", "2016-03-02"]),
        ("2016-03-05T20:00", "2016-03-06T20:00", ["2016-03-06", "06:00", "12:00", "18:00"]),
        ("2016-03-05T09:10", "2016-03-05T11:40", ["2016-03-05T09:30", "10:00", "10:30", "11:00", "11:30"]),
    ],
)  # fmt: skip
def test_the_unit_fits_the_range(lo, hi, expected):
    assert words(lo, hi) == expected


def test_a_long_tick_stands_where_its_label_says():
    values, labels = date_ticks(mjd("2012-07-01"), mjd("2016-07-01"))
    named = [value for value in values if labels[script_number(value)]]
    assert named == [mjd(f"{year}-01-01") for year in (2013, 2014, 2015, 2016)]


def test_a_label_that_the_right_edge_would_cut_is_left_out():
    whole = date_ticks(57000, 57005)[1]
    assert whole[script_number(57005)] == ""
    assert whole[script_number(57004)] == "2014-12-13"


def test_what_is_no_date_is_shown_as_numbers():
    assert date_ticks(FIRST - 10, 0) == ticks(FIRST - 10, 0, log=False)
    assert date_ticks(57000, 57000.001) == ticks(57000, 57000.001, log=False)


@given(st.floats(FIRST + 1, LAST - 1), st.floats(-2.6, 6.4))
def test_any_range_has_ticks_that_fit(lo, log_span):
    hi = min(lo + 10**log_span, LAST - 0.5)
    if hi - lo < 0.0025:
        return
    values, labels = date_ticks(lo, hi)
    slack = 1e-9 * (abs(lo) + 1)
    assert values == sorted(set(values))
    assert lo - slack <= min(values)
    assert max(values) <= hi + slack
    assert len(values) <= 60
    assert list(labels) == [script_number(value) for value in values]
    assert sum(bool(text) for text in labels.values()) <= 9
    assert all(math.isfinite(value) for value in values)
