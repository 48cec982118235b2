"""A broken x axis: true x outside, bent x in the browser."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.widgets.curve_breaks import Breaks
from nuwidgets.widgets.curve_view import CurveView, PanelSpec

ORBITS = [(5.8 * n + 3.2, 5.8 * n + 5.8) for n in range(10)]


@given(
    starts=st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True),
    x=st.lists(st.floats(-50, 250), min_size=1, max_size=20),
)
def test_bending_is_undone_and_keeps_the_order(starts, x):
    cuts = [(5.0 * a, 5.0 * a + 3.0) for a in starts]
    breaks = Breaks.of(cuts, (-50.0, 250.0))
    places = breaks.bend(x)
    assert breaks.unbend(places) == pytest.approx(x, abs=1e-9)
    assert np.all(np.diff(breaks.bend(np.sort(x))) >= 0)
    whole = breaks.bend([-50.0, 250.0])
    gone = sum(b - a - breaks.sliver for a, b in breaks.cuts)
    assert whole[1] - whole[0] == pytest.approx(300.0 - gone)


def test_stretches_that_save_nothing_are_left():
    assert Breaks.of([(1.0, 1.01), (50.0, 90.0)], (0.0, 100.0)).cuts == ((50.0, 90.0),)
    assert Breaks.of([(-5.0, -1.0)], (0.0, 100.0)).cuts == ()


@pytest.mark.parametrize("dates", [False, True])
def test_ticks_stand_apart_and_none_in_a_gap(dates):
    zero = 60000.0 if dates else 0.0
    scale = 1 / 86.4 if dates else 1.0
    cuts = [(zero + scale * a, zero + scale * b) for a, b in ORBITS]
    home = (zero, zero + 60 * scale)
    breaks = Breaks.of(cuts, home)
    places, labels = breaks.ticks(*home, dates=dates)
    true = breaks.unbend(places)
    assert places == sorted(places)
    assert not any(np.any((a < true - 1e-9) & (true + 1e-9 < b)) for a, b in breaks.cuts)
    said = [p for p, word in zip(places, labels.values(), strict=True) if word]
    width = float(np.diff(breaks.bend(home))[0])
    assert len(said) >= 3
    assert min(np.diff(said)) >= 0.09 * width


def test_the_browser_is_told_bent_places_and_python_true_ones():
    plot = CurveView("Time [ks]", [PanelSpec("rate"), PanelSpec("hardness")])
    plot.add_spans("chosen")
    plot.add_points("A", color="#0072B2")
    x = np.array([0.0, 1.0, 9.0, 10.0])
    plot.set_points("A", x - 0.1, x + 0.1, x, x, x, x)
    plot.brush_enabled = True
    plot.axes.squeeze([(1.5, 8.5)])
    scale = plot.axes.x_scale
    assert scale.max - scale.min < 4.0
    assert plot.x_range == pytest.approx((-0.1, 10.1))
    plot.brush = (0.5, 9.5)
    drawn = plot.controls[0].selected
    assert drawn[1] - drawn[0] < 3.0
    plot.controls[0].selected = plot.axes.breaks.bend([0.7, 9.2])
    assert plot.brush == pytest.approx((0.7, 9.2))
    plot.set_spans("chosen", [(0.0, 10.0)])
    span = plot._series["chosen"].marks[0].x
    assert span[1] - span[0] < 4.0
    marks = [frame.figure.marks[0] for frame in plot.axes.frames]
    assert [mark.line_style for mark in marks] == ["dashed", "dashed"]
    plot.axes.squeeze(())
    assert scale.max - scale.min == pytest.approx(10.2)
    assert all(frame.figure.marks[0].line_style == "solid" for frame in plot.axes.frames)
    plot.close()


def test_the_wheel_zooms_into_what_is_drawn():
    plot = CurveView("Time [ks]", [PanelSpec("rate")])
    plot.add_points("A", color="#0072B2")
    x = np.arange(11.0)
    plot.set_points("A", x, x, x, x, x, x)
    plot.axes.squeeze([(1.0, 9.0)])
    plot._move({"kind": "zoom", "factor": 0.5, "at": 0.0})
    lo, hi = plot.zoom
    middle = plot.axes.breaks.bend([0.0, 10.0]).mean()
    assert (lo, hi) == pytest.approx((0.0, float(plot.axes.breaks.unbend(middle))))
    plot._move({"kind": "reset"})
    assert plot.zoom is None
    plot.close()


def test_more_than_the_data_is_shown_where_it_is_asked_for():
    plot = CurveView("Time [ks]", [PanelSpec("rate")])
    plot.add_points("A", color="#0072B2")
    plot.axes.extend((0.0, 50.0))
    x = np.array([10.0, 20.0])
    plot.set_points("A", x, x, x, x, x, x)
    assert plot.x_range == (0.0, 50.0)
    plot.axes.forget()
    plot.set_points("A", x, x + 1, x, x, x, x)
    assert plot.x_range == (10.0, 21.0)
    plot.close()
