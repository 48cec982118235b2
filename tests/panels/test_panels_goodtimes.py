"""The good-times panel: limits, flares, conditions on columns, and what becomes of them."""

from __future__ import annotations

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.goodtimes_plot import held
from nuwidgets.panels.goodtimes_words import marks, offers, trouble

NAMES = ("ELV", "SLEW", "SAA_A")


@pytest.fixture
def ready(session):
    session.settle()
    return session


@pytest.fixture
def panel(ready):
    made = nw.GoodTimesPanel(ready)
    ready.settle()
    yield made
    made.close()


@pytest.fixture
def first(ready):
    return next(iter(ready.datasets.values()))


def box(panel, tooltip):
    queue = [panel]
    while queue:
        widget = queue.pop()
        if getattr(widget, "tooltip", "") == tooltip:
            return widget
        queue.extend(getattr(widget, "children", ()))
    raise LookupError(tooltip)


def test_limits_are_typed_dragged_and_cleared(panel, ready, first):
    top = box(panel, 's.datasets["…"].goodtimes.max_rate = 3')
    top.value = "1.25"
    assert {d.goodtimes.max_rate for d in ready.datasets.values()} == {1.25}
    (rule,) = (r for r in panel.plot.controls[1].rules if r["name"] == "max_rate")
    assert rule["text"] == "1.25"
    panel.plot.rules.move("max_rate", 0.5)
    assert top.value == f"{first.goodtimes.max_rate:.6g}" != "1.25"
    top.value = "many"
    assert "type a number, or nothing" in panel.message.value
    top.value = ""
    assert first.goodtimes.max_rate is None


def test_what_would_be_kept_is_said_and_used(panel, ready, first):
    curve = first.goodtimes.product.rate
    limit = float(np.nanmedian(curve.rate_per_s))
    panel.limits.put("max_rate", limit)
    ready.settle()
    product = first.goodtimes.product
    assert 0 < product.kept_s < product.ontime_s
    assert f"{100 * product.kept_s / product.ontime_s:.3g} %" in panel.would.value
    drawn = panel.plot._series[f"{first.name} left out"].ends
    assert len(drawn) == len(product.whole.without(product.gti).intervals)
    panel._use()
    assert first.screen.user_gti == product.gti
    half = Gti(((product.whole.intervals[0][0], product.whole.intervals[0][0] + 500.0),))
    first.screen.user_gti = half
    panel._within()
    assert first.screen.user_gti == half.intersect(product.gti)
    panel._add()
    assert first.screen.user_gti == product.gti
    panel.head.tools.undo()
    panel._all()
    assert first.screen.user_gti is None


def test_times_that_are_nothing_or_old_are_not_used(panel, ready, first):
    panel.limits.put("min_rate", 1e6)
    ready.settle()
    with pytest.raises(InputError, match=r"none of .* would be left"):
        panel._use()
    ready.live.paused = True
    panel.limits.put("min_rate", None)
    with pytest.raises(InputError, match="not up to date"):
        panel._use()
    assert first.screen.user_gti is None


def test_columns_are_chosen_drawn_and_named(panel, ready, first):
    files = panel.conditions.file
    assert [name for _, name in files.options] == ["", "_fpm.hk", "another file"]
    files.value = "_fpm.hk"
    ready.settle()
    paths = {d.goodtimes.hk_path for d in ready.datasets.values()}
    assert len(paths) == 2
    assert "LIVETIME" in panel.conditions.names
    panel.conditions.add("LIVETIME > 0.5")
    panel.conditions.add("LIVETIME < 1")
    assert first.goodtimes.expression == "LIVETIME > 0.5 && LIVETIME < 1"
    ready.settle()
    assert len(panel.plot.axes.frames) == 2
    assert panel.plot.axes.frames[1].y_axes[0].label == "LIVETIME"
    assert "Columns below: LIVETIME" in panel.plot.alt
    editor = panel.conditions.editor
    editor.write("LIVETME > 0.5")
    assert "'LIVETME' is no column of the file" in editor.problem
    assert not editor.enter()
    files.value = ""
    assert {d.goodtimes.hk_path for d in ready.datasets.values()} == {""}


def test_a_path_can_be_typed(panel, ready, first):
    panel.conditions.file.value = "another file"
    assert panel.conditions.path.layout.display is None
    panel.conditions.path.value = "/nowhere/x.mkf"
    assert first.goodtimes.hk_path == "/nowhere/x.mkf"
    ready.settle()
    assert "x.mkf" in panel.message.value
    first.goodtimes.hk_path = ""
    assert panel.conditions.file.value in ("", "another file")


def test_the_axis_is_that_of_the_light_curve_but_never_a_phase(panel, ready):
    ready.view("lightcurve", axis="MJD")
    assert panel.plot.x_label == "MJD (TT)"
    ready.view("lightcurve", axis="phase", period_s=100.0)
    assert panel.plot.x_label == "Time since start [ks]"


@pytest.mark.parametrize(
    ("text", "words", "start", "unfinished"),
    [
        ("ELV > 3 && SLW == 0", "'SLW' is no column of the file", 11, False),
        ("ELV >", "stands where a column", 4, True),
        ("ELV > 3 $", "'$' means nothing here", 8, False),
        ("3 > 2", "names no column", 0, False),
    ],
)
def test_what_is_wrong_is_said_where_it_is(text, words, start, unfinished):
    found = trouble(text, NAMES)
    assert words in found.message
    assert (found.start, found.unfinished) == (start, unfinished)


def test_a_condition_needs_a_file_first():
    assert "Choose the file" in trouble("ELV > 3", ()).message
    assert trouble("", ()) is None


def test_columns_are_marked_and_functions_are_not():
    found = marks("abs(ELV) > 3 && FOO == 1", NAMES)
    assert [(m.start, m.end, m.kind) for m in found] == [(4, 7, "source"), (16, 19, "unknown")]
    assert marks("ELV ? 3", NAMES) == ()


def test_names_are_offered_from_their_beginning_first():
    found = offers("ELV > 3 && s", 12, NAMES, {"SLEW": "Not slewing"})
    assert (found.start, found.end) == (11, 12)
    assert [(c.name, c.words) for c in found.choices] == [("SAA_A", ""), ("SLEW", "Not slewing")]
    assert [c.name for c in offers("", 0, NAMES, {}).choices] == ["ELV", "SAA_A", "SLEW"]


def test_rows_hold_until_the_next_and_not_through_holes():
    edges, value = held(np.array([0.0, 1, 2, 100, 101]), np.array([1.0, 2, 3, 4, 5]))
    assert edges.tolist() == [0, 1, 2, 3, 100, 101, 102]
    assert value[:3].tolist() == [1, 2, 3]
    assert np.isnan(value[3])
    assert value[4:].tolist() == [4, 5]
    assert len(held(np.zeros(1), np.zeros(1))[1]) == 0


def test_a_real_housekeeping_file_offers_its_columns(shared_data, ready, panel, first):
    path = next(shared_data.rglob("nu90410111001A_fpm.hk*"))
    for one in ready.datasets.values():
        one.goodtimes.hk_path = str(path)
    ready.settle()
    assert panel.conditions.file.value == "another file"
    assert panel.conditions.path.value == str(path)
