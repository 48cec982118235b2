"""Contours on paper."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.contours import Contours, ContoursRequest
from nuwidgets.domain.model import Parameter
from nuwidgets.errors import InputError
from nuwidgets.figures.contours import figure_contours
from nuwidgets.figures.save import figure_bytes

X, Y = np.linspace(-3.0, 3.0, 31), np.geomspace(0.1, 10, 31)
INDEX = Parameter(2, "powerlaw", 2, "PhoIndex", "", 0.0, False, -3, -2, 9, 10, 0.01)
COLUMN = Parameter(1, "TBabs", 1, "nH", "10^22", 1.0, False, 0, 0, 1e5, 1e6, 0.01)


def two(rise=None):
    made = X[:, None] ** 2 + (2 * np.log10(Y)) ** 2
    rise = made if rise is None else rise
    request = ContoursRequest(None, ("PhoIndex -3 3 30", "log nH 0.1 10 30"))
    return Contours(
        (INDEX, COLUMN), X.copy(), Y.copy(), rise, np.zeros((3, 31, 31)), 9.0, request=request
    )


def one():
    return Contours((INDEX,), X.copy(), np.zeros(0), X**2, np.zeros((3, 31)), 9.0)


@pytest.mark.parametrize("look", ["screen", "print"])
def test_contour_lines_are_where_the_rise_has_the_levels(look):
    figure = figure_contours(two(), look=look, title="3C 273 $\\alpha$")
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("powerlaw.PhoIndex", "TBabs.nH [10^22]")
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    lines = next(c for c in axes.collections if len(c.get_paths()) == 3)
    for path, level in zip(lines.get_paths(), (2.30, 4.61, 9.21), strict=True):
        x, y = path.vertices.T
        assert x**2 + (2 * np.log10(y)) ** 2 == pytest.approx(level, rel=0.05)
    assert figure_bytes(figure, "pdf") == figure_bytes(figure, "pdf")


def test_a_profile_has_its_levels_across():
    axes = figure_contours(one()).axes[0]
    heights = [line.get_ydata()[0] for line in axes.lines[1:]]
    assert heights == [1.0, 2.706, 6.635]
    assert [text.get_text() for text in axes.texts] == ["68.3 %", "90 %", "99 %"]
    assert axes.get_ylim() == pytest.approx((0, 1.35 * 6.635))


def test_a_walk_that_is_not_at_its_end_is_drawn_as_far_as_it_is():
    rise = np.full((31, 31), np.nan)
    rise[:, :20] = (X[:, None] ** 2 + (2 * np.log10(Y)) ** 2)[:, :20]
    assert figure_bytes(figure_contours(two(rise)), "png")


def test_nothing_cannot_be_drawn():
    with pytest.raises(InputError, match="no point has a value"):
        figure_contours(two(np.full((31, 31), np.nan)))
    with pytest.raises(InputError, match="look 'poster'"):
        figure_contours(two(), look="poster")
