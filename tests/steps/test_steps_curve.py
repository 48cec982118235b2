"""The curve's settings: what is plotted changes nothing that was computed."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.domain.plot import PlotChoice, Rebin
from nuwidgets.errors import InputError


@pytest.fixture
def curve():
    with nw.Session(live=False) as session:
        yield session.curve


def test_the_choice_is_what_was_set(curve):
    assert curve.choice == PlotChoice()
    curve.plot, curve.lower, curve.rebin = "eeufspec", "delchi", "5 20"
    curve.components = curve.area = True
    assert curve.choice == PlotChoice(
        "eeufspec", "delchi", rebin=Rebin(5.0, 20), area=True, components=True
    )


def test_only_components_are_computed(curve):
    before = curve.request()
    curve.plot, curve.lower, curve.x_axis, curve.rebin = "counts", "", "channel", Rebin(3.0, 5)
    curve.area = curve.background = True
    curve.log_x, curve.log_y = False, False
    assert curve.request() == before
    curve.components = True
    assert curve.request() != before


@pytest.mark.parametrize(
    ("setting", "wrong", "words"),
    [
        ("plot", "uf", "must be any of"),
        ("lower", "residual", "must be any of"),
        ("rebin", 5, "Cannot join bins by 5"),
        ("rebin", "five", "Cannot join bins by 'five'"),
        ("x_axis", "Hz", "must be any of"),
    ],
)
def test_what_cannot_be_plotted_is_refused(curve, setting, wrong, words):
    with pytest.raises(InputError, match=words):
        setattr(curve, setting, wrong)
