"""CurveView without a browser: what is sent, limits, brush, and what it refuses."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.curve_view import CurveView, PanelSpec

EDGES = np.array([1.0, 2, 4, 8])
X = np.sqrt(EDGES[1:] * EDGES[:-1])
Y = np.array([10.0, 5, 2])


@pytest.fixture
def view():
    made = CurveView(
        "Energy [keV]", [PanelSpec("rate", log_y=True), PanelSpec("ratio")], log_x=True
    )
    made.add_points("data", color="#0072B2", label="FPMA")
    made.add_steps("model", color="#222222")
    made.add_points("ratio", 1, color="#0072B2")
    yield made
    made.close()


def mark(view, name):
    return view._series[name].marks[0]


def fill(view, y=Y, error=1.0):
    view.set_points("data", EDGES[:-1], EDGES[1:], X, y, y - error, y + error)


def test_crosses_are_one_mark_of_float32(view):
    fill(view)
    assert mark(view, "data").x.shape == (17,)  # the last break is of no use
    assert mark(view, "data").y.dtype == np.float32
    np.testing.assert_array_equal(mark(view, "data").y[:2], [10, 10])


def test_only_what_changed_is_sent(view):
    fill(view)
    sent = []
    mark(view, "data").observe(lambda change: sent.append(change["name"]))
    fill(view)
    assert sent == []
    fill(view, y=Y * 1.1)
    assert sent == ["y"]


def test_times_keep_their_precision(view):
    lc = CurveView("Time [s]", [PanelSpec("rate")])
    lc.add_steps("lc", color="#222222")
    x = 4e8 + np.arange(3) * 0.125
    lc.set_steps("lc", x, [1, 2])
    np.testing.assert_array_equal(mark(lc, "lc").x, x[[0, 1, 1, 2]])
    lc.close()


def test_steps_spans_and_rules(view):
    view.set_steps("model", EDGES, Y)
    np.testing.assert_array_equal(mark(view, "model").x, [1, 2, 2, 4, 4, 8])
    view.add_spans("gaps")
    view.set_spans("gaps", [(1, 2), (3, 4)])
    for part in view._series["gaps"].marks:
        np.testing.assert_array_equal(part.x, [1, 2, 2, 3, 4])
    view.set_spans("gaps", [])
    assert np.unique(mark(view, "gaps").x).size == 1  # a stroke of no length
    view.add_rule(1.0, 1)
    assert repr(view) == "CurveView('Energy [keV]', 2 panels: data, model, ratio, gaps)"


@pytest.fixture
def sky():
    made = CurveView("MJD", [PanelSpec("exposure [s]", log_y=True)])
    made.add_dots("seen", color="#0072B2", label="to be had", size_px=8)
    made.add_dots("planned", color="#D55E00", label="planned", hollow=True)
    yield made
    made.close()


def test_dots_are_markers_with_exact_times(sky):
    sky.set_dots("seen", [57000.000001, 57100, 57200], [1e4, 3e4, 5e4])
    np.testing.assert_array_equal(mark(sky, "seen").x, [57000.000001, 57100, 57200])
    assert mark(sky, "seen").y.dtype == np.float32
    assert (mark(sky, "seen").fill, mark(sky, "planned").fill) == (True, False)
    assert mark(sky, "planned").stroke == "#D55E00"
    assert mark(sky, "seen").default_size == pytest.approx(np.pi * 16, abs=0.5)


def test_a_dot_that_a_log_axis_cannot_show_is_not_drawn(sky):
    sky.set_dots("seen", [1, 2, 3, np.nan], [10, 0, -5, 10])
    np.testing.assert_array_equal(mark(sky, "seen").x, [1])
    sky.set_dots("seen", [1, 2], [0, np.nan])
    assert mark(sky, "seen").x.size == mark(sky, "seen").y.size == 0


def test_dots_set_the_limits_and_are_not_cut_by_the_frame(sky):
    sky.set_dots("seen", [57000, 57100], [10, 1000])
    assert sky.x_range == pytest.approx((56997, 57103))
    lo, hi = sky._axes.y_limits[0]
    assert lo < 10
    assert hi > 1000
    sky.set_dots("planned", [58000], [1e5])
    assert sky.x_range[1] > 58000
    sky.set_visible("planned", visible=False)
    assert sky._axes.y_limits[0][1] < 1e5


def test_one_dot_alone_is_in_the_middle(sky):
    sky.set_dots("seen", [57000], [10])
    assert sky.x_range == (56999, 57001)


def test_on_a_log_axis_of_x_dots_have_room_too(view):
    view.add_dots("more", color="#222222")
    view.set_dots("more", [1, 100, -3], [1, 2, 3])
    assert view.x_range == pytest.approx((10**-0.06, 10**2.06))


def test_the_legend_tells_dots_from_rings(sky):
    looks = [(e["kind"], e["hollow"], e["label"]) for e in sky._head.legend]
    assert looks == [("dots", False, "to be had"), ("dots", True, "planned")]


def test_dots_lie_above_crosses_and_below_steps(view):
    view.add_dots("dots", color="#222222")
    shown = view._axes.frames[0].figure.marks
    assert [shown.index(mark(view, n)) for n in ("data", "dots", "model")] == [0, 1, 2]


def words(view):
    axis = view._axes.frames[-1].x_axes[0]
    return axis.label, [text for text in axis.tick_labels.values() if text]


def test_x_can_be_days_or_dates(sky):
    sky.set_x_label("date", dates=True)
    assert not any("1858" in word for word in words(sky)[1])  # no dates while there are no data
    sky.set_dots("seen", [57400, 57740], [10, 20])
    assert words(sky)[1] == ["2016-03", "2016-05", "2016-07", "2016-09", "2016-11"]
    sky.set_x_label("MJD")
    assert words(sky) == (
        "MJD",
        ["57400", "57450", "57500", "57550", "57600", "57650", "57700", "57750"],
    )
    assert repr(sky) == "CurveView('MJD', 1 panel: seen, planned)"
    sky.x_label = "time [MJD]"
    assert words(sky)[0] == "time [MJD]"


def test_each_panel_draws_its_own_marks_spans_lowest(view):
    view.add_spans("gaps")
    upper, lower = (frame.figure for frame in view._axes.frames)
    assert [len(f.marks) for f in (upper, lower)] == [3, 2]
    assert upper.marks[0] is view._series["gaps"].marks[0]
    assert lower.marks[0] is view._series["gaps"].marks[1]


def test_y_limits_of_a_log_axis_are_positive_whatever_the_data(view):
    fill(view, y=np.array([0.0, -3, 5]))
    lo, hi = view._axes.y_limits[0]
    assert 0 < lo < 5 < hi
    assert np.nanmin(mark(view, "data").y) > 0


def test_y_limits_do_not_jump(view):
    fill(view)
    before = view._axes.y_limits[0]
    fill(view, y=Y * 1.02)
    assert view._axes.y_limits[0] == before
    fill(view, y=Y * 100)
    assert view._axes.y_limits[0][1] > 1000
    fill(view)
    assert view._axes.y_limits[0][1] < 100


def test_a_hidden_series_has_no_part_in_limits_and_legend(view):
    fill(view)
    view.set_steps("model", EDGES, Y * 1000)
    view.set_visible("model", visible=False)
    assert view._axes.y_limits[0][1] < 100
    view.set_visible("data", visible=False)
    assert view._head.legend == []


def test_legend_names_what_has_a_label(view):
    assert [entry["label"] for entry in view._head.legend] == ["FPMA"]


def test_many_points_are_thinned_and_it_says_so(view):
    x = np.geomspace(1, 10, 14_001)
    view.set_steps("model", x, np.sin(x[1:]) + 2)
    assert view.note.startswith("model: 4,")
    assert "of 14,000 drawn" in view.note
    view.set_steps("model", EDGES, Y)
    assert view.note == ""


def from_the_page(view, **content):
    view._head._handle_msg(
        {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
    )


def test_x_follows_the_data(view):
    fill(view)
    assert view.x_range == (1, 8)
    view.set_steps("model", EDGES * 10, Y)
    assert view.x_range == (1, 80)


def test_wheel_zooms_and_double_click_goes_home(view):
    fill(view)
    from_the_page(view, kind="zoom", factor=0.5, at=0.0)
    assert view.x_range == pytest.approx((1, np.sqrt(8)))
    from_the_page(view, kind="reset")
    assert view.x_range == (1, 8)


def test_what_a_hand_does_can_come_in_by_another_door(view):
    asked = []
    view.hear = lambda action, content: asked.append((action, content))
    from_the_page(view, kind="zoom", factor=0.5, at=0.0)
    assert view.x_range == view._axes.home
    action, content = asked[0]
    action(content)
    assert view.x_range != view._axes.home
    assert view.controls == (view._brushing.selector, view._head)


def test_a_brush_stroke_gives_its_range(view):
    view.controls[0].selected = np.array([5.0, 3.0])
    assert view.brush == (3, 5)
    view.clear_brush()
    assert view.brush is None


def test_the_brush_is_switched_on_and_off(view):
    figure = view._axes.frames[0].figure
    view.brush_enabled = True
    assert figure.interaction is view.controls[0]
    view.controls[0].selected = np.array([3.0, 5.0])
    view.brush_enabled = False
    assert figure.interaction is None
    assert view.brush is None


def test_bqplot_gl_is_detected_and_said(view, monkeypatch):
    assert view.brush_unavailable == ""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert "uninstall bqplot-gl" in view.brush_unavailable
    view.brush_enabled = True
    assert view._axes.frames[0].figure.interaction is None


def test_alt_text_reaches_the_page(view):
    view.alt = "Spectrum, 3 to 79 keV"
    assert view._head.alt == "Spectrum, 3 to 79 keV"


def test_repr_of_an_empty_plot():
    plot = CurveView("x", [PanelSpec("y")])
    assert repr(plot) == "CurveView('x', 1 panel: empty)"
    assert repr(plot._head) == "Head()"
    plot.close()


def test_close_leaves_no_part_open(view):
    view.close()
    parts = [w for f in view._axes.frames for w in f.widgets()]
    parts += [frame.figure.layout for frame in view._axes.frames]
    assert all(part.comm is None for part in [*parts, *view.controls, view])


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda v: v.set_steps("modl", X, Y), "no series 'modl'. Did you mean 'model'"),
        (lambda v: v.set_spans("model", []), "declared as steps. Use set_steps"),
        (lambda v: v.set_dots("model", X, Y), "as dots: it was declared as steps. Use set_steps"),
        (lambda v: v.set_steps("model", EDGES, [1, 2]), r"\(3,\), \(3,\), \(3,\), \(2,\)"),
        (lambda v: v.add_steps("data", color="red"), "'data' twice"),
        (lambda v: v.add_steps("new", 2, color="red"), "no panel 2: this plot has 2"),
        (lambda v: v.add_rule(1.0, -1), "no panel -1"),
        (lambda _: CurveView("x", []), "at least one PanelSpec"),
    ],
)
def test_what_cannot_be_drawn_is_said(view, act, words):
    with pytest.raises(InputError, match=words):
        act(view)
    assert "new" not in view._series


def test_an_axis_changes_its_scale_and_its_name():
    plot = CurveView("Energy [keV]", [PanelSpec("rate", log_y=True)], log_x=True)
    plot.add_points("data", color="#0072B2")
    one = np.ones(3)
    plot.set_points("data", [1, 2, 3], [2, 3, 4], [1.5, 2.5, 3.5], [-1, 5, 9], -one, 10 * one)
    mark = plot._series["data"].marks[0]
    assert not np.isfinite(mark.y[:2]).any()  # no place on a logarithmic axis
    plot.set_y(0, label="counts", log=False)
    assert mark.scales["y"] is plot._axes.frames[0].y_scale
    assert mark.y[0] == -1
    assert plot._axes.frames[0].y_axes[0].label == "counts"
    assert plot._axes.y_limits[0][0] < -1
    plot.zoom = (2.0, 3.0)
    plot.set_log_x(log=False)
    assert plot.zoom is None
    assert mark.scales["x"] is plot._axes.x_scale is plot.controls[0].scale
    assert type(plot._axes.x_scale).__name__ == "LinearScale"
    plot.close()


def test_a_series_is_taken_away():
    plot = CurveView("x", [PanelSpec("y")])
    plot.add_steps("part", color="#0072B2", label="part", dashed=True)
    assert plot._head.legend[0]["dashed"]
    mark = plot._series["part"].marks[0]
    assert mark.line_style == "dashed"
    plot.remove("part")
    assert mark not in plot._axes.frames[0].figure.marks
    assert plot._head.legend == []
    with pytest.raises(InputError, match="There is no series 'part'"):
        plot.remove("part")
    plot.close()
