"""Numbers as printed: their digits come from their errors."""

from __future__ import annotations

import doctest
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.reports import numbers
from nuwidgets.reports.numbers import decimals, in_interval, plain, with_errors

NUMBER = r"-?\d+(?:\.\d+)?"
SHOWN = re.compile(
    rf"\$\(?(?P<value>{NUMBER})(?:\^\{{\+(?P<plus>{NUMBER})\}}_\{{-(?P<minus>{NUMBER})\}}"
    rf"|\\pm(?P<both>{NUMBER}))\)?(?:\\times10\^\{{(?P<power>-?\d+)\}})?\$"
)


def test_the_examples_hold():
    assert doctest.testmod(numbers).failed == 0


@pytest.mark.parametrize(
    ("error", "places"),
    [(0.354, 2), (0.355, 1), (0.949, 1), (0.95, 1), (1.0, 1), (24.0, 0), (4e-12, 12), (2400, -2)],
)
def test_small_leading_digits_keep_one_more(error, places):
    assert decimals(error) == places


@given(
    st.floats(-1e30, 1e30).filter(lambda v: v == 0 or abs(v) > 1e-30),
    st.floats(1e-20, 1e20),
    st.floats(1e-20, 1e20),
)
def test_what_is_printed_is_the_number_to_a_part_of_its_error(value, minus, plus):
    small = min(minus, plus)
    if abs(value) > 1e12 * small or max(minus, plus) > 1e12 * small:
        return  # more digits than a float has
    found = SHOWN.fullmatch(with_errors(value, minus, plus))
    assert found
    scale = 10.0 ** int(found["power"] or 0)
    assert float(found["value"]) * scale == pytest.approx(value, abs=0.15 * small)
    for name, error in (("plus", plus), ("minus", minus)):
        shown = float(found[name] or found["both"]) * scale
        assert shown == pytest.approx(error, abs=0.15 * small)


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("FFFFFFFFF", r"$2.00^{+0.30}_{-0.10}$"),
        ("TFTFFFFFT", r"$2.00^{+0.30}_{-0.10}$"),
        ("FFFTFFFFF", "$<2.3$"),
        ("FFFFTFFFF", "$>1.9$"),
        ("FFFTTFFFF", "$2$ (unconstrained)"),
        ("FFFFFFTFF", r"$2.00^{+0.30}_{-\ldots}$"),
        ("FFFFFFFTF", r"$2.00^{+\ldots}_{-0.10}$"),
        ("FFFFFFTTF", "$2$"),
    ],
)
def test_letters_say_which_end_is_there(letters, shown):
    assert in_interval(2.0, 1.9, 2.3, letters) == shown


@pytest.mark.parametrize("hopeless", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_not_made_one(hopeless):
    assert plain(hopeless) == "--"
    assert with_errors(hopeless, 1.0, 1.0) == "--"
    assert with_errors(2.0, hopeless, math.nan) == "$2$"
    assert in_interval(2.0, 1.5, hopeless, "FFFTFFFFF") == r"$2.0^{+\ldots}_{-0.5}$"
