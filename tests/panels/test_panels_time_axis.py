"""Times as a plot and a text field speak of them."""

from __future__ import annotations

import math

import pytest

from nuwidgets.errors import InputError
from nuwidgets.panels.time_axis import TimeAxis, moment

NOVA = TimeAxis("days", 55665.0)
DATES, MJDS, UNKNOWN = TimeAxis(), TimeAxis("MJD"), TimeAxis("days")


@pytest.mark.parametrize(("mjd", "text"), [
    (51544.0, "2000-01-01 00:00"),
    (57916.90770588788, "2017-06-12 21:47"),
    (55665.5 - 1e-9, "2011-04-14 12:00"),  # not 11:59
    (math.nan, ""),
    (math.inf, ""),
    (9e9, ""),
])  # fmt: skip
def test_a_moment_is_a_date_and_a_minute(mjd, text):
    assert moment(mjd) == text


@pytest.mark.parametrize(("axis", "text", "window"), [
    (NOVA, "123 to 151", (55788.0, 55816.0)),
    (NOVA, "123-151", (55788.0, 55816.0)),
    (NOVA, "-5 - 10", (55660.0, 55675.0)),
    (NOVA, "2011-08-15 to 2011-09-12", (55788.0, 55816.0)),
    (DATES, "2014 to 2015", (56658.0, 57023.0)),
    (DATES, "2017-06-01 12:00 … 2017-07", (57905.5, 57935.0)),
    (DATES, "57000 to 58000.5", (57000.0, 58000.5)),
    (UNKNOWN, "2014, 2015", (56658.0, 57023.0)),
    (MJDS, "57000 58000", (57000.0, 58000.0)),
    (MJDS, "57000\N{EN DASH}58000", (57000.0, 58000.0)),
    (MJDS, "2014-06 to 57000", (56809.0, 57000.0)),
])  # fmt: skip
def test_a_window_is_read_as_one_types_it(axis, text, window):
    assert axis.read(text) == window
    assert axis.read(axis.write(*window)) == window


@pytest.mark.parametrize("text", ["", "x", "1", "1 to", "1 to 2 to 3", "1 to soon"])
def test_what_is_no_window_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="Type two ends, such as '123 to 151'"):
        NOVA.read(text)


@pytest.mark.parametrize("text", ["151 to 123", "5 to 5", "nan to 3"])
def test_ends_must_be_in_order(text):
    with pytest.raises(InputError, match="the first must be the earlier one"):
        NOVA.read(text)


def test_the_label_says_what_is_counted():
    assert NOVA.label == "Start [days since MJD 55665 = 2011-04-14]"
    assert TimeAxis("days", 55665.25).label == "Start [days since MJD 55665.25 = 2011-04-14 06:00]"
    assert (DATES.label, MJDS.label) == ("Start", "Start [MJD]")
    assert "event" in UNKNOWN.label
    assert (DATES.dates, UNKNOWN.dates, MJDS.dates, NOVA.dates) == (True, True, False, False)


def test_examples_are_windows_themselves():
    for axis in (NOVA, DATES, MJDS, UNKNOWN):
        lo, hi = axis.read(axis.example)
        assert lo < hi
