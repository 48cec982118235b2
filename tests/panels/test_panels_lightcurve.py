"""The light-curve panel: stretches brushed and typed, axes, bands, files of good times."""

from __future__ import annotations

import time

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.errors import InputError
from nuwidgets.files.gti import write_gti


@pytest.fixture
def ready(session):
    session.settle()
    return session


@pytest.fixture
def panel(ready):
    made = nw.LightCurvePanel(ready)
    yield made
    made.close()


@pytest.fixture
def first(ready):
    return next(iter(ready.datasets.values()))


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def in_ks(panel, gti):
    start = panel.curve.axis.start_s
    return [pytest.approx(((a - start) / 1e3, (b - start) / 1e3)) for a, b in gti.intervals]


def test_each_brush_adds_a_stretch(panel, first):
    panel.plot.brush = (0.5, 1.0)
    panel.plot.brush = (2.0, 2.5)
    assert in_ks(panel, first.lightcurve.selected_s) == [(0.5, 1.0), (2.0, 2.5)]
    panel.plot.brush = (2.0, 3.0)  # an end was pulled
    panel.plot.brush = (2.2, 3.2)  # it was moved
    assert in_ks(panel, first.lightcurve.selected_s) == [(0.5, 1.0), (2.2, 3.2)]
    shaded = panel.plot._series["chosen"].ends
    assert shaded == pytest.approx(np.array([[0.5, 1.0]]))
    panel.plot.brush = None  # a click puts it down
    assert in_ks(panel, first.lightcurve.selected_s) == [(0.5, 1.0), (2.2, 3.2)]
    assert len(panel.plot._series["chosen"].ends) == 2


def test_stretches_are_typed_and_deleted(panel, first):
    panel.list.text.value = "0.5-1, 2 to 2.5"
    assert in_ks(panel, first.lightcurve.selected_s) == [(0.5, 1.0), (2.0, 2.5)]
    assert [row[1:3] for row in panel.list.table.rows] == [["0.5", "1"], ["2", "2.5"]]
    assert panel.list.delete.disabled
    panel.list.table.picked = ["0"]
    assert not panel.list.delete.disabled
    panel.list.delete.click()
    assert in_ks(panel, first.lightcurve.selected_s) == [(2.0, 2.5)]
    panel.list.text.value = "later"
    assert "Type two ends" in panel.message.value
    assert in_ks(panel, first.lightcurve.selected_s) == [(2.0, 2.5)]
    panel.list.text.value = ""
    assert first.lightcurve.selected_s is None
    assert "Type two ends" not in panel.message.value


def test_how_much_is_used_is_in_sight(panel, ready, first):
    assert "all" in panel.used.line.value
    panel.plot.brush = (0.5, 1.5)
    panel.times.keep()
    share = 100 * first.screen.user_gti.intersect(first.events.product.gti).ontime_s
    share /= first.events.product.gti.ontime_s
    assert f"({share:.3g} %)" in panel.used.line.value
    ready.settle()
    assert panel.plot._series["left out"].ends.size
    assert panel.plot._series["left out"].visible
    panel.plot.brush = (2.0, 2.2)
    panel.times.bring_back()
    assert len(first.screen.user_gti.intervals) == 2
    panel.times.all_times()
    ready.settle()
    assert not panel.plot._series["left out"].visible
    with pytest.raises(InputError, match="No times are brushed"):
        panel.times.keep()


def test_a_curve_without_bins_says_why(panel, ready, first):
    for dataset in ready.datasets.values():
        dataset.lightcurve.binsize_s = 1e6
    ready.settle(60)
    assert "No bin is shown: none has more than 0.5 of its length" in panel.message.value
    first.lightcurve.min_fracexp = 0.0
    ready.settle(60)
    assert "No bin is shown" not in panel.message.value


@pytest.mark.parametrize("kind", ["MJD", "date", "phase"])
def test_the_axis_is_a_view_of_the_session(panel, ready, first, kind):
    ready.view("lightcurve", axis=kind, period_s=1000.0, epoch_mjd=60000.0)
    assert panel.look.kind.value == kind
    assert panel.curve.axis.kind == kind
    lo, hi = panel.plot.x_range
    if kind == "phase":
        assert (lo, hi) == (0.0, 2.0)
        panel.plot.brush = (0.2, 0.4)
        assert len(first.lightcurve.selected_s.intervals) > 2
        assert "smear" in panel.message.value
    else:
        assert 59000 < lo < hi < 62000
        panel.plot.brush = (lo, (lo + hi) / 2)
        (pair,) = first.lightcurve.selected_s.intervals
        assert pair[1] - pair[0] == pytest.approx((hi - lo) / 2 * 86400, abs=1e-3)
    panel.look.kind.value = "ks"
    assert ready.views["lightcurve"]["axis"] == "ks"
    assert panel.plot.x_label == "Time since start [ks]"


def test_a_period_is_typed_and_what_is_none_is_refused(panel, ready):
    panel.look.kind.value = "phase"
    panel.look.boxes["period_s"].value = "1234.5"
    assert ready.views["lightcurve"]["period_s"] == 1234.5
    panel.look.boxes["period_s"].value = "-3"
    assert "Type a period above 0 s" in panel.message.value
    assert panel.look.boxes["period_s"].value == "1234.5"
    panel.look.boxes["pdot"].value = "fast"
    assert "Type a finite number" in panel.message.value


def test_gaps_are_squeezed_and_times_stay_true(observation, tmp_path):
    with nw.demo() as session:
        session.settle()
        first = next(iter(session.datasets.values()))
        panel = nw.LightCurvePanel(session)
        panel.look.collapse.value = True
        assert session.views["lightcurve"]["collapse"] is True
        breaks = panel.plot.axes.breaks
        assert len(breaks.cuts) > 3
        panel.plot.controls[0].selected = breaks.bend([20.0, 40.0])
        assert in_ks(panel, first.lightcurve.selected_s) == [(20.0, 40.0)]
        panel.close()


def test_bands_have_panels_and_the_table_has_them_all(panel, ready, first):
    for one in ready.datasets.values():
        one.lightcurve.bands = ((3, 10), (10, 79))
    ready.settle()
    assert len(panel.plot.axes.frames) == 3
    assert [f.y_axes[0].label for f in panel.plot.axes.frames][1:] == [
        "3-10 keV [s⁻¹]", "10-79 keV [s⁻¹]",
    ]  # fmt: skip
    assert "in 10-79 keV" in panel.plot.alt
    table = panel._table()()
    assert sorted(set(table["lo_kev"])) == [3.0, 10.0]
    n = sum(int(c.good(0.5).sum()) for c in first.lightcurve.product.curves)
    assert (table["dataset"] == first.name).sum() == n
    assert table["rate"].unit == "1 / s"
    for one in ready.datasets.values():
        one.lightcurve.bands = ()
    ready.settle()
    assert len(panel.plot.axes.frames) == 1


def test_a_named_region_can_be_chosen(panel, ready):
    for one in ready.datasets.values():
        one.regions.put("knot", one.regions.source)
    boxes = [w for w in walk(panel) if getattr(w, "description", "") == "region"]
    assert boxes[0].options == ("source", "background", "knot")
    boxes[0].value = "knot"
    ready.settle()
    assert {d.lightcurve.product.request.region for d in ready.datasets.values()} == {"knot"}


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def test_only_what_is_brushed_is_binned(panel, ready, first):
    with pytest.raises(InputError, match="No times are brushed"):
        panel._only()
    panel.plot.brush = (1.0, 1.5)
    panel._only()
    assert first.lightcurve.range_s.ontime_s == pytest.approx(500.0)
    for one in ready.datasets.values():
        one.lightcurve.binsize_s = 0.01
    ready.settle()
    assert "of 50,000 drawn" in panel.plot.note or "drawn" in panel.plot.note
    panel._bin_all()
    assert first.lightcurve.range_s is None


def test_good_times_go_to_a_file_and_come_back(panel, ready, first, tmp_path):
    panel.plot.brush = (0.5, 1.5)
    panel.times.keep()
    kept = first.screen.user_gti.intersect(first.events.product.gti)
    panel.files.file.value = str(tmp_path / "kept.gti")
    panel.files.save()
    until(lambda: "written" in panel.files.note.value)
    panel.times.all_times()
    panel.files.load()
    until(lambda: first.screen.user_gti is not None)
    assert np.array(first.screen.user_gti.intervals) == pytest.approx(np.array(kept.intervals))
    panel.files.how.value = "also"
    first.screen.user_gti = None
    panel.files.load()
    until(lambda: "read from" in panel.files.note.value)
    assert first.screen.user_gti is None  # all of them are all


def test_times_of_another_observation_are_refused(panel, first, tmp_path):
    write_gti(tmp_path / "other.gti", nw.Gti(((1.0, 2.0),)), first.pointing)
    panel.files.file.value = str(tmp_path / "other.gti")
    panel.files.load()
    until(lambda: "another observation" in panel.message.value)
    assert first.screen.user_gti is None


def test_nothing_can_be_written_before_there_is_a_light_curve(observation):
    with nw.Session(live=False) as session:
        stem = f"nu{observation.name}A"
        session.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        panel = nw.LightCurvePanel(session)
        with pytest.raises(InputError, match="no light curve to draw"):
            panel._figure()
        with pytest.raises(InputError, match="no light curve to write"):
            panel._table()
        panel.close()


def test_a_hand_that_leaps_moves_its_stretch(panel, first):
    selector = panel.plot.controls[0]
    selector.selected = np.array([0.5, 1.0])
    selector.selected = np.array([2.0, 2.5])  # what lay between was never sent
    assert in_ks(panel, first.lightcurve.selected_s) == [(2.0, 2.5)]
