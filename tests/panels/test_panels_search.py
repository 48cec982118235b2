"""The search panel: target, rows that are ticked, a window of time, and what is said of it all."""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import replace

import ipywidgets as w
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

import nuwidgets as nw
from nuwidgets.domain.observation import Column, Observations
from nuwidgets.engines.mock import MockEngine
from nuwidgets.errors import ServiceError
from nuwidgets.panels.search import HINT, SearchPanel
from nuwidgets.widgets import curve_frame

PRIME, DASH = "\N{PRIME}", "\N{EN DASH}"
AGN = "SIMULATED AGN"
FLAGGED, PROPRIETARY, PLANNED = "99801110002", "99901110004", "99901110006"
FIRST, BRIGHT, NEIGHBOUR = "99601110002", "99701110002", "99701111002"


@pytest.fixture
def search():
    with nw.Session() as session:
        session.find.server = "demo"
        yield session


@pytest.fixture
def found(search):
    search.find.target = AGN
    search.find.run()
    return search


@pytest.fixture
def panel(found):
    made = SearchPanel(found)
    yield made
    made.close()


def observations(obs_id=("00012345001", "00012345002", "00012345003"), **more):
    """Three Swift observations, 100, 130 and 160 days after MJD 55665."""
    start = np.array([55765.0, 55795.0, 55825.0])
    exposure = np.array([1000.0, 2345.6, 500.0])
    columns = (
        Column("obsid", obs_id),
        Column("start_time", tuple(start.tolist()), "mjd", "Start"),
        Column("xrt_exposure", tuple(exposure.tolist()), "s", "Exposure"),
        Column("archive_date", (None, 55800.0, None), "d", "Archived (MJD)"),
        Column("elapsed", (1.0, 2.0, 3.0), "d", "Length"),
    )
    usual = {"hindrance": ("",) * 3, "caution": ("",) * 3, "ra_deg": 1.0, "dec_deg": -2.0}
    shown = ("obsid", "start_time", "xrt_exposure")
    known = {**usual, "radius_arcmin": 12.0, "shown": shown, **more}
    return Observations("swiftmastr", columns, obs_id, start, start, exposure, **known)


@pytest.fixture
def swift(search):
    """A panel that shows three observations of Swift."""
    search.find.target = "T Pyx"
    search.find.adopt(observations())
    made = SearchPanel(search)
    yield made
    made.close()


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def enter(panel):
    """Press Enter in the target field."""
    panel.target._handle_custom_msg({"event": "submit"}, [])


def control(panel, tooltip):
    """Find a control by the call that it stands for."""
    queue = [panel]
    while queue:
        widget = queue.pop()
        if getattr(widget, "tooltip", None) == tooltip:
            return widget
        queue.extend(getattr(widget, "children", ()))
    raise AssertionError(f"no control says {tooltip}")


def drawn(panel, name):
    return panel.chart.plot._series[name].bars


# ---- searching -----------------------------------------------------------------------------------


def test_before_a_search_it_says_what_to_do(search):
    panel = SearchPanel(search)
    assert panel.summary.value == HINT
    assert "nuw-folded" in panel.result._dom_classes
    assert panel.act.disabled
    assert panel.act.tooltip == HINT
    assert panel.message.value == ""
    search.find.target = AGN
    assert (panel.act.disabled, panel.act.tooltip) == (False, "s.find.run(anew=True)")
    panel.close()


@pytest.mark.parametrize("text_first", [True, False])
def test_enter_searches_for_the_text_it_ends(search, text_first):
    asked = search.archive = MockEngine(lambda _request, _above, _token: observations())
    panel = SearchPanel(search)
    steps = [lambda: panel.target.set_state({"value": "T Pyx"}), lambda: enter(panel)]
    for step in steps if text_first else reversed(steps):
        step()
    until(lambda: "3 observations of swiftmastr" in panel.summary.value)
    assert search.find.state.value == "fresh"
    assert [request.target for request in asked.asked] == ["T Pyx"]
    panel.close()


def test_a_text_that_comes_after_enter_overtakes_the_search_for_the_old_one(search):
    gate = threading.Event()

    def answer(request, _above, token):
        while request.target == "old" and not gate.is_set():
            token.check()
            time.sleep(0.01)
        return observations()

    engine = search.archive = MockEngine(answer)
    search.find.target = "old"
    panel = SearchPanel(search)
    enter(panel)
    until(lambda: engine.asked)
    panel.target.set_state({"value": "new"})
    until(lambda: search.find.state.value == "fresh")
    gate.set()
    assert engine.asked[-1].target == search.find.request().target == "new"
    assert panel.message.value == ""
    panel.close()


def test_a_text_that_is_left_without_enter_searches_nothing(found, panel):
    panel.target.set_state({"value": "Cyg X-1"})
    assert found.find.target == "Cyg X-1"
    assert found.find.state.value == "stale"
    assert "target changed" in panel.status.value
    assert "nuw-aged" in panel.result._dom_classes
    panel.target.set_state({"value": AGN})
    assert "nuw-aged" not in panel.result._dom_classes


def test_the_result_is_a_sentence_and_a_table(panel):
    assert panel.summary.value == (
        f"8 observations of numaster within 12{PRIME} of RA 280.000, Dec +35.000;"
        " 5 can be downloaded, 0 selected"
    )
    assert "nuw-folded" not in panel.result._dom_classes
    rows = {row[0]: row[1:] for row in panel.table.rows.rows}
    assert len(rows) == 8
    assert rows[BRIGHT] == [BRIGHT, AGN, "2017-06-12 21:47", "19,559", "archived", ""]
    assert rows[PLANNED][2] == DASH
    assert panel.table.rows.align == ["exposure_a [s]"]
    assert panel.table.rows.columns[-1] == "remarks"


def test_nothing_found_says_what_to_try(found, panel):
    found.find.target = "10 10"
    found.find.run()
    assert panel.summary.value.startswith(f"No observation of NuSTAR within 12{PRIME} of RA 10.")
    assert panel.summary.value.endswith("search a wider radius, or another mission.")
    assert "nuw-folded" in panel.result._dom_classes


def test_a_search_that_fails_says_so_and_loses_nothing(found, panel):
    def offline(_request, _above, _token):
        raise ServiceError("Cannot look up the target: <no> network.")

    found.find.select(BRIGHT)
    found.archive = MockEngine(offline)
    found.find.target = "Cyg X-1"
    panel.act.click()
    until(lambda: found.find.state.value == "failed")
    assert "Cannot look up the target: &lt;no&gt; network." in panel.message.value
    assert len(panel.table.rows.rows) == 8
    assert panel.table.rows.picked == [BRIGHT]
    assert "nuw-aged" in panel.result._dom_classes


@pytest.mark.parametrize(("text", "radius_arcmin"), [
    ("5", 5.0), ("0.5 deg", 30.0), ("90 arcsec", 1.5), ("", None),
])  # fmt: skip
def test_a_radius_is_arcmin_or_an_angle(found, panel, text, radius_arcmin):
    found.find.radius_arcmin = 7
    box = control(panel, "s.find.radius_arcmin = 5")
    assert (box.value, box.placeholder) == ("7", "catalogue's own")
    box.set_state({"value": text})
    assert found.find.radius_arcmin == pytest.approx(radius_arcmin)


@pytest.mark.parametrize("text", ["-3", "wide", "3 kg", "nan"])
def test_a_radius_that_is_none_is_said_and_undone(found, panel, text):
    box = control(panel, "s.find.radius_arcmin = 5")
    box.set_state({"value": text})
    assert "Cannot search within" in panel.message.value
    assert (box.value, found.find.radius_arcmin) == ("", None)


def test_the_archive_is_chosen_under_more(search):
    panel = SearchPanel(search)
    search.find.server = "heasarc"
    assert panel.archive.layout.display == "none"
    control(panel, "Show or hide archive and columns").click()
    assert panel.opened
    assert panel.archive.layout.display is None
    panel.archive.set_state({"index": 1})
    assert search.find.server == "demo"
    other = SearchPanel(search)
    assert other.opened
    other.close()
    panel.close()


# ---- ticks ---------------------------------------------------------------------------------------


def test_ticks_and_selection_are_one(found, panel):
    other = SearchPanel(found)
    panel.table.rows.set_state({"picked": [BRIGHT, FLAGGED]})
    assert found.find.selected == (BRIGHT, FLAGGED)
    assert other.table.rows.picked == [BRIGHT, FLAGGED]
    assert "5 can be downloaded, 2 selected" in other.summary.value
    assert len(drawn(panel, "selected").x) == 2
    assert len(drawn(panel, "can be downloaded").x) == 3
    assert len(drawn(panel, "cannot be downloaded").x) == 1
    found.find.select(FIRST)
    assert panel.table.rows.picked == other.table.rows.picked == [FIRST]
    other.close()
    found.find.select(BRIGHT)
    assert panel.table.rows.picked == [BRIGHT]


def test_what_cannot_be_downloaded_is_not_ticked_and_says_why(found, panel):
    assert "proprietary until 2100-01-01" in panel.table.rows.refused[PROPRIETARY]
    panel.table.rows.set_state({"picked": [BRIGHT, PROPRIETARY, PLANNED]})
    assert found.find.selected == (BRIGHT,)
    found.find.selected = (PROPRIETARY, FIRST)
    assert panel.table.rows.picked == [FIRST]
    assert found.find.selected == (PROPRIETARY, FIRST)  # what Python says stands


def test_all_that_pass_the_filter_and_none(found, panel):
    assert panel.table.none.disabled
    panel.table.rows.filter = "QSO"
    panel.table.all.click()
    assert found.find.selected == (NEIGHBOUR,)
    panel.table.rows.filter = ""
    panel.table.all.click()
    assert len(found.find.selected) == 5
    panel.table.none.click()
    assert found.find.selected == ()
    assert panel.table.none.tooltip == "None is selected"


def test_a_caution_is_said_of_the_row_one_is_at_or_of_those_picked(found, panel):
    assert panel.table.rows.marks == {FLAGGED: "stale"}
    assert panel.table.rows.rows[3][-1].startswith("⚠ The mission's team flagged an issue")
    assert panel.table.words.value == ""
    found.find.select(FLAGGED, BRIGHT)
    assert f"⚠ {FLAGGED}: The mission" in panel.table.words.value
    found.find.select(BRIGHT)
    assert panel.table.words.value == ""
    panel.table.rows.selected = FLAGGED
    assert FLAGGED in panel.table.words.value


def test_several_cautions_are_counted(search):
    panel = SearchPanel(search)
    search.find.adopt(observations(caution=("<b>one</b>", "two", "")))
    search.find.select(time=(55000, 56000))
    words = panel.table.words.value
    assert "2 selected ones have remarks: 00012345001, 00012345002<" in words
    panel.table.rows.selected = "00012345001"
    assert "&lt;b&gt;one&lt;/b&gt;" in panel.table.words.value
    panel.close()


@pytest.mark.parametrize("twice", [("7", "7", ""), ("", "", "7")])
def test_rows_without_a_number_of_their_own_are_told_apart(search, twice):
    panel = SearchPanel(search)
    search.find.adopt(observations(twice, hindrance=tuple("" if o else "none" for o in twice)))
    keys = [row[0] for row in panel.table.rows.rows]
    assert len(set(keys)) == 3
    search.find.select("7")
    assert panel.table.rows.picked == [k for k, o in zip(keys, twice, strict=True) if o]
    panel.table.rows.picked = panel.table.rows.picked[:1]
    assert search.find.selected == ("7",)
    assert len(panel.table.rows.picked) == twice.count("7")  # one number, one selection
    panel.close()


def test_a_selection_is_undone_in_its_panel(found, panel):
    panel.table.rows.set_state({"picked": [BRIGHT]})
    found.undo("find")
    assert found.find.selected == ()
    assert panel.table.rows.picked == []


# ---- columns -------------------------------------------------------------------------------------


def test_columns_are_chosen_and_remembered_for_each_catalogue(found, panel):
    columns = panel.table.columns.table
    assert columns.picked[:3] == ["obsid", "name", "time"]
    assert "__row" not in [row[0] for row in columns.rows]
    columns.set_state({"picked": ["obsid", "public_date", "ra"]})
    assert panel.table.rows.columns == ["obsid", "ra [deg]", "public_date", "remarks"]
    assert panel.table.rows.rows[0][1:4] == [FIRST, "279.98333", "2014-08-09 00:00"]
    assert found.views["search"]["columns"] == {"numaster": ["obsid", "ra", "public_date"]}
    found.find.adopt(observations())
    assert panel.table.rows.columns == ["obsid", "start_time", "xrt_exposure [s]"]
    found.find.radius_arcmin = 11
    found.find.run()
    again = SearchPanel(found)
    assert again.table.rows.columns == ["obsid", "ra [deg]", "public_date", "remarks"]
    again.close()


def test_no_column_at_all_is_the_usual_ones(panel):
    usual = panel.table.rows.columns
    panel.table.columns.table.picked = ["obsid"]
    assert panel.table.rows.columns == ["obsid", "remarks"]
    panel.table.columns.table.picked = []
    assert panel.table.rows.columns == usual
    assert panel.table.columns.table.picked[0] == "obsid"


@pytest.mark.parametrize("known", [["obsid"], {"swiftmastr": ["gone"]}, None])
def test_columns_that_a_session_remembers_wrongly_are_the_usual_ones(search, known):
    search.view("search", columns=known, axis="parsec")
    search.find.adopt(observations())
    panel = SearchPanel(search)
    assert panel.message.value == ""
    assert panel.table.rows.columns == ["obsid", "start_time", "xrt_exposure [s]"]
    panel.close()


def test_only_moments_are_dates(swift):
    swift.table.columns.table.picked = ["start_time", "archive_date", "elapsed"]
    assert swift.table.rows.columns == ["start_time", "archive_date", "elapsed [d]"]
    assert swift.table.rows.rows[0][1:] == ["2011-07-23 00:00", DASH, "1"]
    assert swift.table.rows.align == ["elapsed [d]"]


def test_what_is_sorted_stays_sorted_when_time_counts_otherwise(swift):
    swift.table.rows.sort = ["start_time", "down"]
    swift.chart.kind.value = "MJD"
    assert swift.table.rows.columns[1] == "start_time [MJD]"
    assert swift.table.rows.rows[0][2] == "55765.00000"
    assert swift.table.rows.sort == ["start_time [MJD]", "down"]
    swift.table.columns.table.picked = ["obsid"]
    assert swift.table.rows.sort == []


# ---- the plot and its window ---------------------------------------------------------------------


def test_the_tutorials_window_days_after_an_event(search, swift):
    swift.chart.kind.value = "days"
    assert swift.chart.plot.x_dates
    control(swift, "s.find.event_mjd = 55665").set_state({"value": "2011-04-14"})
    assert search.find.event_mjd == 55665.0
    assert swift.chart.event.value == "55665"
    assert swift.chart.plot.x_label == "Start [days since MJD 55665 = 2011-04-14]"
    assert list(drawn(swift, "can be downloaded").x) == [100.0, 130.0, 160.0]
    assert list(drawn(swift, "can be downloaded").y) == [1.0, 2.3456, 0.5]
    swift.chart.window.typed.set_state({"value": "123 to 151"})
    assert search.find.selected == ("00012345002",)
    assert swift.chart.plot.brush == (123.0, 151.0)
    assert search.find.select(days=(123, 151), since=55665) == ("00012345002",)


def test_a_brush_selects_what_begins_in_it_and_can_be_had(found, panel):
    panel.chart.plot.set_trait("brush", (59000.0, 61000.0))
    assert found.find.selected == (FLAGGED, "99901110002")
    assert panel.table.rows.picked == [FLAGGED, "99901110002"]
    assert panel.chart.window.typed.value == "2020-05-31 to 2025-11-21"
    assert panel.chart.plot.brush == (59000.0, 61000.0)
    panel.chart.plot.set_trait("brush", (50000.0, 50001.0))
    assert found.find.selected == ()


def test_ticks_take_the_brush_away_and_a_removed_brush_leaves_the_ticks(found, panel):
    panel.chart.plot.set_trait("brush", (56000.0, 58000.0))
    assert found.find.selected == (FIRST, BRIGHT, NEIGHBOUR)
    panel.chart.plot.clear_brush()
    assert found.find.selected == (FIRST, BRIGHT, NEIGHBOUR)
    panel.chart.plot.set_trait("brush", (56000.0, 58001.0))
    panel.table.rows.set_state({"picked": [BRIGHT]})
    assert panel.chart.plot.brush is None
    assert panel.chart.window.typed.value == ""
    assert found.find.selected == (BRIGHT,)


def test_a_brush_is_of_one_panel_and_leaves_when_the_other_selects(found, panel):
    other = SearchPanel(found)
    panel.chart.plot.set_trait("brush", (56000.0, 57000.0))
    assert other.chart.plot.brush is None
    assert other.table.rows.picked == [FIRST]
    other.chart.plot.set_trait("brush", (56000.0, 58000.0))
    assert panel.chart.plot.brush is None
    other.close()


def test_the_window_stays_when_time_counts_otherwise(found, panel):
    window = panel.chart.window
    panel.chart.plot.set_trait("brush", (56000.0, 57000.0))
    panel.chart.plot.set_trait("zoom", (55900.0, 58000.0))
    found.find.event_mjd = 56000
    panel.chart.kind.value = "days"
    assert panel.chart.plot.brush == (0.0, 1000.0)
    assert panel.chart.plot.zoom == (-100.0, 2000.0)
    assert window.typed.value == "0 to 1000"
    found.find.event_mjd = 55900
    assert window.typed.value == "100 to 1100"
    panel.chart.kind.value = "MJD"
    assert window.typed.value == "56000 to 57000"
    assert panel.chart.plot.zoom == (55900.0, 58000.0)
    assert found.find.selected == (FIRST,)
    assert found.views["search"]["axis"] == "MJD"
    again = SearchPanel(found)
    assert again.chart.plot.x_label == "Start [MJD]"
    assert again.table.rows.columns[2] == "time [MJD]"
    again.close()


def test_a_window_that_is_none_is_said_and_undone(found, panel):
    typed = panel.chart.window.typed
    typed.set_state({"value": "2014 to 2016"})
    assert found.find.selected == (FIRST,)
    typed.set_state({"value": "2016 to 2014"})
    assert "the first must be the earlier one" in panel.message.value
    assert typed.value == "2014-01-01 to 2016-01-01"
    typed.set_state({"value": "2014 to 2017"})
    assert panel.message.value == ""
    typed.set_state({"value": ""})
    assert panel.chart.plot.brush is None
    assert found.find.selected == (FIRST,)


def test_an_event_that_is_no_date_is_said_and_undone(found, panel):
    box = control(panel, "s.find.event_mjd = 55665")
    box.set_state({"value": "soon"})
    assert "Cannot take &#x27;soon&#x27; as a date" in panel.message.value
    assert (box.value, found.find.event_mjd) == ("", None)


def test_the_frame_does_not_move_with_the_selection(found, panel):
    before = panel.chart.plot.x_range
    for which in ((FIRST,), (BRIGHT, NEIGHBOUR), ()):
        found.find.select(*which)
        assert panel.chart.plot.x_range == before


def test_where_nothing_can_be_brushed_a_typed_window_is_shaded(found, monkeypatch):
    monkeypatch.setattr(curve_frame, "brush_hindrance", lambda: "No brush: uninstall bqplot-gl.")
    monkeypatch.setattr("nuwidgets.widgets.curve_brush.brush_hindrance", lambda: "No brush.")
    panel = SearchPanel(found)
    assert "uninstall bqplot-gl" in panel.message.value
    panel.chart.window.typed.value = "2014 to 2016"
    assert found.find.selected == (FIRST,)
    mark = panel.chart.plot._series["window"].marks[0]
    assert (mark.x[0], mark.x[1]) == (56658.0, 57388.0)
    panel.table.rows.picked = [BRIGHT]
    assert mark.x[0] == mark.x[1]
    panel.close()


def test_the_plot_in_words(panel):
    assert panel.chart.plot.alt == (
        "Exposure against start of 6 observations, 2014-06-09 08:53 to 2024-10-19 02:13;"
        " 0 selected; 2 without start or exposure not drawn."
    )


# ---- what every panel does -----------------------------------------------------------------------


def watchers(session):
    owners = (session, session.edits, session.history, *session.own_steps.values())
    return sum(
        len(handlers)
        for owner in owners
        for kinds in owner._trait_notifiers.values()
        for handlers in kinds.values()
    )


@pytest.mark.parametrize("empty", [True, False])
def test_closing_leaves_no_observer_and_no_widget_and_loses_nothing(search, empty):
    if not empty:
        search.find.adopt(observations())
        search.find.select("00012345001")
    settings = search.find.settings()
    before, alive = watchers(search), set(_instances)
    panel = SearchPanel(search)
    assert watchers(search) > before
    assert search.find.settings() == settings
    panel.close()
    gc.collect()
    assert watchers(search) == before
    assert not {type(_instances[key]).__name__ for key in set(_instances) - alive}
    assert search.find.settings() == settings


def test_datasets_that_come_and_go_leave_it_as_it_is(session):
    panel = SearchPanel(session)
    session.find.adopt(observations())
    panel.table.rows.filter = "1234"
    table = panel.table.rows
    first, second = session.datasets
    session.use(second, first)
    session.remove(first)
    assert panel.table.rows is table
    assert table.filter == "1234"
    assert repr(panel) == f"<SearchPanel: {second}>"
    session.remove(second)
    assert repr(panel) == "<SearchPanel: no datasets>"
    assert panel.message.value == ""
    panel.close()


def test_what_a_catalogue_says_is_shown_as_text(search):
    bad = "<img src=x onerror=alert(1)>"
    found = observations(caution=(bad, "", ""))
    search.find.adopt(replace(found, catalog=bad))
    panel = SearchPanel(search)
    search.find.select("00012345001")
    shown = [panel.summary.value, panel.table.words.value, panel.message.value]
    assert all("&lt;img" in text for text in shown[:2])
    assert not any("<img" in text for text in shown)
    assert not isinstance(panel.table.rows, w.HTML)  # its texts are no HTML
    panel.close()


def test_a_session_that_comes_back_shows_what_was_found_and_asks_nobody(found, tmp_path):
    found.find.select(BRIGHT)
    found.view("search", axis="MJD")
    found.save(tmp_path / "agn.nuw")
    with nw.open(tmp_path / "agn.nuw") as again:
        engine = again.archive = MockEngine(lambda *_asked: observations())
        panel = SearchPanel(again)
        assert "up to date" in panel.status.value
        assert panel.table.rows.picked == [BRIGHT]
        assert len(panel.table.rows.rows) == 8
        assert panel.chart.plot.x_label == "Start [MJD]"
        assert engine.asked == []
        panel.close()
