"""Axes of contours as texts, and what a product of contours can be asked."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.contours import Contours, StepAxis, as_axes
from nuwidgets.domain.model import Parameter
from nuwidgets.errors import InputError

INDEX = Parameter(2, "powerlaw", 2, "PhoIndex", "", 2.0, False, -3, -2, 9, 10, 0.01)
NORM = Parameter(3, "powerlaw", 2, "norm", "", 1.0, False, 0, 0, 1e20, 1e24, 0.01)


def profile(x, rise):
    return Contours((INDEX,), np.array(x), np.zeros(0), np.array(rise), np.ones((3, len(x))), 10.0)


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        ("PhoIndex 1.6 2.2 20", StepAxis("PhoIndex", 1.6, 2.2, 20)),
        ("2 1.6 2.2", StepAxis("2", 1.6, 2.2, 10)),
        ("log norm 1e-4 1e-2 4", StepAxis("norm", 1e-4, 1e-2, 4, log=True)),
        ("nolog 2:norm 0 1 4", StepAxis("2:norm", 0, 1, 4)),
        ("PhoIndex delta 0.1 10", StepAxis("PhoIndex", -1, 1, 20, relative=True)),
    ],
)
def test_axes_are_written_as_for_steppar(text, axis):
    assert StepAxis.parse(text) == axis
    assert StepAxis.parse(str(axis)) == axis


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "give a parameter, first and last value"),
        ("PhoIndex", "give a parameter, first and last value"),
        ("PhoIndex 1 two 3", "give a parameter, first and last value"),
        ("PhoIndex 1 2 3 4", "give a parameter, first and last value"),
        ("PhoIndex 2 1 10", "the first value must be below the last one"),
        ("PhoIndex 1 inf 10", "both finite"),
        ("PhoIndex 1 2 0", "1 to 1000 steps"),
        ("PhoIndex 1 2 1001", "1 to 1000 steps"),
        ("log norm 0 1 10", "need a first and a last value above 0"),
        ("log norm delta 0.1 10", "need a first and a last value above 0"),
    ],
)
def test_a_wrong_axis_is_refused(text, words):
    with pytest.raises(InputError, match=words):
        StepAxis.parse(text)


def test_axes_of_a_step_have_one_form():
    assert as_axes("2 1 2 5") == ("2 1 2 5",)
    assert as_axes([StepAxis("norm", 1, 2, 3), "2  0.5 1"]) == ("norm 1 2 3", "2 0.5 1 10")
    assert as_axes(()) == ()


@pytest.mark.parametrize("value", [3, None, ("1 1 2", "2 1 2", "3 1 2"), ("1 1 2", 4)])
def test_what_is_no_axis_is_refused(value):
    with pytest.raises(InputError, match="give one axis or two"):
        as_axes(value)


def test_one_parameter_is_not_stepped_twice():
    with pytest.raises(InputError, match="Cannot step 'norm' along both axes"):
        as_axes(("norm 1 2 3", "NORM 1 2 3"))


def test_crossings_of_a_parabola_are_exact_between_points():
    x = np.linspace(-3.0, 3.0, 13)
    made = profile(x, x**2)
    assert made.crossings(2.706) == pytest.approx([-np.sqrt(2.706), np.sqrt(2.706)])
    assert made.crossings(20.0) == ()
    assert made.at(1.1) == 1.0
    assert made.levels == (1.0, 2.706, 6.635)


def test_points_that_are_missing_cross_nothing():
    made = profile([0.0, 1.0, 2.0, 3.0], [4.0, np.nan, 0.0, 4.0])
    assert made.crossings(1.0) == pytest.approx([2.5])
    assert made.n_done == 3
    assert repr(made) == "<Contours: powerlaw.PhoIndex, 4 points, 3 done, best 10.00>"


def test_a_grid_has_no_crossings_but_a_table():
    x, y = np.array([1.0, 2.0]), np.array([5.0, 6.0, 7.0])
    rise = np.arange(6.0).reshape(2, 3)
    refitted = np.zeros((3, 2, 3))
    made = Contours((INDEX, NORM), x, y, rise, refitted, 10.0)
    with pytest.raises(InputError, match="For two, draw the contours"):
        made.crossings(1.0)
    assert made.at(2.2, 5.9) == 4.0
    assert made.levels == (2.30, 4.61, 9.21)
    table = made.table
    assert table.colnames[:4] == ["powerlaw.PhoIndex", "powerlaw.norm", "rise", "statistic"]
    assert list(table[4])[:4] == [2.0, 6.0, 4.0, 14.0]
    with pytest.raises(ValueError, match="read-only"):
        made.rise[0, 0] = 1.0
