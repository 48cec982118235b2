"""The table of observations, its batch, and the workbench of many."""

from __future__ import annotations

import time

import pytest

import nuwidgets as nw
from nuwidgets.campaign import FEW
from nuwidgets.core.job import State
from nuwidgets.domain.download import DONE, FAILED, Download, Fetched
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.pileup import PileUp
from nuwidgets.domain.provenance import Provenance
from nuwidgets.panels.observation_rows import ASIDE, Row, rows_of
from nuwidgets.panels.ticks import tick

N = FEW + 1


def until(true, seconds=30.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(scope="module")
def path(observation):
    return next(observation.glob("event_cl/*A01_cl.evt*"))


@pytest.fixture(scope="module")
def opened(path):
    with nw.Session() as s:
        for _ in range(N):
            s.add_events(path)
        s.settle()
        yield s


@pytest.fixture
def many(opened):
    yield opened
    opened.look_at()
    opened.use(*opened.names)
    opened.shared.source = opened.shared.background = None
    opened.shared.apart = ()
    opened.settle()


@pytest.fixture
def panel(many):
    panel = nw.ObservationsPanel(many)
    many.settle()
    yield panel
    panel.close()


def cells(panel, name):
    (row,) = [row for row in panel._rows if row.key == name]
    return row.cells


def test_a_row_says_what_is_known_of_an_observation(many, panel):
    until(lambda: cells(panel, many.names[-1]).get("counts/s"))
    many.find.event_mjd = rows_of(many)[0].order - 10.0
    until(lambda: cells(panel, many.names[0])["day"] == "10.00")
    many.find.event_mjd = None
    row = cells(panel, many.names[-1])
    assert row["regions"] == "own"
    assert row["spectrum"].endswith("bins")
    assert row["fit"] == "not yet"
    rate = many.longterm.product.rate_per_s[-1]
    assert float(row["counts/s"]) == pytest.approx(rate, rel=0.01)
    spectrum = many.datasets[many.names[-1]].spectrum.product
    assert float(row["exposure [s]"].replace(",", "")) == pytest.approx(spectrum.exposure_s, abs=1)


def test_what_has_no_time_stays_behind_the_others(many, monkeypatch):
    timeless = many.datasets[many.names[1]]
    monkeypatch.setattr(timeless, "pointing", Pointing())
    assert [row.key for row in rows_of(many)][-1] == timeless.name


def test_a_tick_keeps_the_order_of_a_hand(many):
    first, second, third, *_ = many.names
    tick(many, (third, first))
    assert many.used == (first, third)
    tick(many, (first, second, third))
    assert many.used == (first, second, third)
    many.use(third, first)
    tick(many, (first, second, third))
    assert many.used == (third, first, second)


def test_ticks_are_what_is_used_both_ways(many, panel):
    first, second, *_rest = many.names
    panel.table.set_state({"picked": [second, first]})
    assert many.used == (first, second)
    many.use(second, first)
    panel._show()
    panel.table.set_state({"picked": [many.names[2], second, first]})
    assert many.used == (second, first, many.names[2])  # an order that was chosen stays
    many.use(second)
    until(lambda: panel.table.picked == [second])
    assert cells(panel, first)["fit"] == "not ticked"
    panel.ticks._invert()
    assert many.used == tuple(n for n in many.names if n != second)
    panel.ticks._none()
    assert many.used == ()
    panel._show()
    assert panel.run.disabled
    assert panel.run.tooltip == "No observation is ticked"
    panel.ticks._all()
    assert many.used == many.names


def test_short_and_undetected_ones_lose_their_tick(many, panel):
    rows = panel._rows
    rows[0].exposure_s, rows[0].detected = 10.0, False
    rows[1].detected = True
    panel.ticks.short.value = 100.0
    panel.ticks._long()
    assert many.used == many.names[1:]
    panel.ticks._rows = lambda: rows[:2]
    panel.ticks._detected()
    assert many.used == (rows[1].key,)


def test_a_click_looks_at_rows(many, panel):
    panel.table.set_state({"looked_at": [many.names[3]], "selected": many.names[3]})
    assert many.focus == (many.names[3],)
    assert many.names[3] in panel.detail.value
    many.look_at(many.names[4], many.names[5])
    until(lambda: panel.table.looked_at == [many.names[4], many.names[5]])


def test_regions_are_shared_and_set_apart_by_buttons(many, panel):
    many.look_at(many.names[2])
    panel._show()
    assert panel.regions.join.disabled
    panel.regions._share()
    assert many.shared.source == many.datasets[many.names[2]].regions.source
    panel._show()
    assert cells(panel, many.names[2])["regions"] == "shared"
    panel.regions._leave_out()
    panel._show()
    assert cells(panel, many.names[2])["regions"] == "own"
    assert panel.regions.own.disabled
    panel.regions._join()
    assert many.shared.apart == ()


def test_the_annulus_against_pile_up_is_taken(many, panel):
    name = many.names[1]
    ring = nw.Region((nw.Annulus(280.0, 35.0, 10.0, 60.0),))
    assert panel.regions.annulus.layout.display == "none"
    many.share_regions(name)
    panel.regions.show(Row(name, pileup=PileUp(2.0, 0.6, 10.0, "photon counting", ring)))
    assert panel.regions.annulus.layout.display is None
    panel.regions._take()
    assert many.datasets[name].regions.source == ring
    assert many.shared.apart == (name,)


def test_settings_are_those_of_all_spectra(many, panel):
    tip = 'for d in s.datasets.values(): d.spectrum.grouping = "min 1"'
    boxes = [box for row in panel.children if hasattr(row, "children") for box in row.children]
    (grouping,) = [box for box in boxes if getattr(box, "tooltip", "") == tip]
    grouping.set_state({"value": "min 5"})
    assert {str(one.spectrum.grouping) for one in many.datasets.values()} == {"min 5"}


def test_run_all_makes_what_is_missing_and_puts_failures_aside(many, panel):
    bad = many.datasets[many.names[0]]
    kept, bad.regions.source = bad.regions.source, None
    many.settle()
    many.fit.model = "powerlaw"
    many.fit.ignore = "**-3. 79.-**"
    many.use(*many.names[:2])
    panel._run()
    until(lambda: not panel.batch.running, 60.0)
    assert "region" in panel.said.value
    assert many.series.state is State.FRESH
    panel._show()
    assert cells(panel, many.names[1])["fit"].partition(" / ")[0]
    assert cells(panel, many.names[0])["fit"].startswith("none")
    bad.regions.source = kept
    many.settle()
    many.fit.model = ""


def test_run_all_is_stopped(many, panel):
    many.live.paused = True
    for one in many.datasets.values():
        one.spectrum.grouping = "min 7"
    panel._run()
    panel._run()
    assert panel.said.value == "Stopped."
    assert not panel.batch.running
    many.live.paused = False


def test_what_could_not_be_used_is_put_aside_with_its_reason(many, panel):
    opened = many.datasets[many.names[0]].pointing.obs_id
    said = ("77: nothing was opened, for <b>nothing</b> is there.",)
    many.download.set_trait("product", Download("x", (
        Fetched("66", "x/66", FAILED, problem="66 is <i>broken</i>."), Fetched("77", "x/77", DONE),
        Fetched(opened, "x", DONE)), Provenance(warnings=said)))  # fmt: skip
    panel._show()
    assert [row.key for row in panel._rows[N:]] == [f"{ASIDE}66", f"{ASIDE}77"]
    assert panel.table.refused == {f"{ASIDE}66": "66 is <i>broken</i>.", f"{ASIDE}77": said[0]}
    panel.table.set_state({"looked_at": [f"{ASIDE}66"], "selected": f"{ASIDE}66"})
    assert many.focus == ()
    assert "66 is &lt;i&gt;broken" in panel.detail.value
    assert panel.regions.share.disabled
    many.download.set_trait("product", None)


def test_panels_of_what_is_looked_at_stay_when_other_files_come(many, path):
    image, fit = nw.ImagePanel(many), nw.FitPanel(many)
    image_body, fit_body = image.children, fit.children
    extra = many.add_events(path)
    many.use(*many.names[:3])
    assert image.children == image_body
    until(lambda: fit.children != fit_body)
    fold = nw.LightCurvePanel(many)
    fold.remaking.sleep()
    body = fold.children
    many.look_at(extra.name)
    assert image.children != image_body
    assert fold.children == body
    fold.remaking.wake()
    assert fold.children != body
    many.remove(extra.name)
    for one in (image, fit, fold):
        one.close()


def test_a_workbench_of_many_has_their_table_on_top_and_goes_back(many, path):
    bench = nw.Workbench(many)
    kinds = [type(one).__name__ for one in bench.panels]
    assert kinds[:4] == ["ImagePanel", "FitPanel", "LightCurvePanel", "SpectrumPanel"]
    assert "ObservationsPanel" in kinds
    assert type(bench.children[1]).__name__ == "ObservationsPanel"
    grid = next(one for one in bench.panels if type(one).__name__ == "ImageGridPanel")
    extra = many.add_events(path)
    assert grid in bench.panels
    many.remove(extra.name)
    gone = many.names[-1]
    many.remove(gone)
    assert [type(one).__name__ for one in bench.panels] == kinds[:4]
    assert grid.closed
    bench.close()
    many.add_events(path)
