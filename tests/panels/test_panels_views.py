"""Views survive, brushes are values of the session, kept products are asked for."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

import nuwidgets as nw


@pytest.fixture
def ready(session):
    session.fit.model = "tbabs*powerlaw"
    session.settle()
    return session


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def again(session):
    """A new session that was brought back from the old one, plain values between them."""
    fresh = nw.Session()
    assert fresh.restore(session.record()) == []
    return fresh


def test_an_image_is_looked_at_as_before(ready):
    first = next(iter(ready.datasets.values()))
    panel = nw.ImagePanel(ready)
    assert ready.views == {}  # nothing is remembered that no hand has chosen
    view = panel.views[first.name]
    view.set_state({"colormap": "gray", "stretch": "sqrt", "range_hi": 7.5})
    view.set_state({"view": {"x": 400.0, "y": 300.0, "zoom": 5.0}})
    panel.desk.together.set_state({"value": False})
    panel.close()
    with again(ready) as other:
        later = nw.ImagePanel(other)
        other.settle()
        view = later.views[first.name]
        assert (view.colormap, view.stretch, view.range_hi) == ("gray", "sqrt", 7.5)
        assert view.view == {"x": 400.0, "y": 300.0, "zoom": 5.0}
        assert later.desk.together.value is False
        other.datasets[first.name].image.band = (3, 20)
        other.settle()
        assert view.range_hi == 7.5
        later.close()


def test_regions_are_drawn_when_the_events_come_later(ready):
    with again(ready) as other:
        panel = nw.ImagePanel(other)
        other.settle()
        for view in panel.views.values():
            assert [r["role"] for r in view.regions] == ["source", "background"]
        assert panel.desk.counts.table.value
        assert panel.desk.form.fields
        panel.close()


def test_a_limit_that_a_hand_gave_back_follows_the_image_again(ready):
    first = next(iter(ready.datasets.values()))
    panel = nw.ImagePanel(ready)
    view = panel.views[first.name]
    top = view.range_hi
    view.set_state({"range_hi": 7.5})
    view.set_state({"range_hi": top})
    assert ready.views[f"image.{first.name}"]["range_hi"] is None
    panel.close()


def test_a_view_is_of_the_sky_whatever_the_binning(ready):
    first = next(iter(ready.datasets.values()))
    panel = nw.ImagePanel(ready)
    panel.views[first.name].set_state({"view": {"x": 400.5, "y": 300.5, "zoom": 5.0}})
    panel.close()
    for dataset in ready.datasets.values():
        dataset.image.binning = 2
    ready.settle()
    panel = nw.ImagePanel(ready)
    assert panel.views[first.name].view == {"x": 200.0, "y": 150.0, "zoom": 5.0}
    panel.close()


@pytest.mark.parametrize("make", [nw.LightCurvePanel, nw.SpectrumPanel])
def test_a_plot_shows_the_range_that_was_zoomed_to(ready, make):
    panel = make(ready)
    home = panel.plot.x_range
    panel.plot._move({"kind": "zoom", "factor": 0.5, "at": 0.5})
    zoomed = panel.plot.x_range
    assert zoomed != home
    panel.close()
    with again(ready) as other:
        later = make(other)
        other.settle()
        assert later.plot.x_range == pytest.approx(zoomed)
        later.plot._move({"kind": "reset"})
        assert later.plot.x_range == pytest.approx(home)
        assert [v["x"] for v in other.views.values()] == [None]
        later.close()


def test_a_background_that_is_shown_stays_shown(ready):
    panel = nw.SpectrumPanel(ready)
    panel.background.set_state({"value": True})
    panel.close()
    later = nw.SpectrumPanel(ready)
    name = ready.used[0]
    assert later.background.value
    assert later.plot._series[f"{name} background"].visible
    assert later.plot._series[f"{name} background"].bars is not None
    later.close()


def test_brushed_times_are_a_value_and_a_value_is_brushed(ready):
    first, second = ready.datasets.values()
    panel, other = nw.LightCurvePanel(ready), nw.LightCurvePanel(ready)
    panel.plot.brush = (1.0, 3.0)
    (interval,) = first.lightcurve.selected_s.intervals
    assert interval[1] - interval[0] == pytest.approx(2000.0)
    assert second.lightcurve.selected_s == first.lightcurve.selected_s
    assert other.plot.brush == pytest.approx((1.0, 3.0))
    start = interval[0] - 1000.0
    first.lightcurve.selected_s = [(start + 500.0, start + 700.0)]
    assert panel.plot.brush == pytest.approx((0.5, 0.7))
    assert list(panel.plot.controls[0].selected) == pytest.approx([0.5, 0.7])
    panel.head.tools.undo()
    assert panel.plot.brush == pytest.approx((1.0, 3.0))
    first.lightcurve.selected_s = second.lightcurve.selected_s = None
    assert panel.plot.brush is None
    for one in (panel, other):
        one.close()


def test_several_brushed_intervals_are_shaded_and_kept_as_they_are(ready):
    first = next(iter(ready.datasets.values()))
    panel = nw.LightCurvePanel(ready)
    panel.plot.brush = (1.0, 3.0)
    ((start, stop),) = first.lightcurve.selected_s.intervals
    several = nw.Gti(((start, start + 300.0), (stop - 300.0, stop)))
    first.lightcurve.selected_s = several
    assert panel.plot.brush is None
    shaded = panel.plot._series["chosen"].marks[0].x
    assert shaded[:2].tolist() == pytest.approx([1.0, 1.3])
    panel._keep()
    assert first.screen.user_gti == several
    assert first.lightcurve.selected_s is None
    panel.close()


def test_times_are_drawn_as_soon_as_there_is_a_light_curve(observation):
    with nw.Session(live=False) as session:
        stem = f"nu{observation.name}A"
        first = session.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        gti = first.events.product.gti
        first.lightcurve.selected_s = nw.Gti(gti.intervals[:1])
        panel = nw.LightCurvePanel(session)
        assert panel.plot.brush is None
        first.lightcurve.run()
        assert panel.plot.brush is not None
        panel.close()


def test_brushed_energies_are_a_value_and_a_value_is_brushed(ready):
    panel = nw.SpectrumPanel(ready)
    panel.plot.brush = (6.0, 7.0)
    assert ready.curve.selected_kev == nw.Band(6, 7)
    ready.curve.selected_kev = (10, 20)
    assert panel.plot.brush == (10, 20)
    panel.ranges._ignore()
    assert ready.fit.ignore == ("10.000-20.000",)
    assert ready.curve.selected_kev is None
    assert panel.plot.brush is None
    panel.close()


def test_what_is_kept_is_asked_for_by_who_shows_it(ready):
    ready.fit.run()
    ready.errors.run()
    ready.settle()
    record = ready.record()
    steps = {name: replace(step, product=None) for name, step in record.steps.items()}
    bare = replace(record, steps=steps)
    with nw.Session() as other:
        other.restore(bare)
        assert other.fit.state.value == "kept"
        panel = nw.FitPanel(other)
        until(lambda: "up to date" in panel.status.value)
        until(lambda: "best fit" in panel.result.value)
        assert other.fit.state.value == other.errors.state.value == "fresh"
        panel.close()


def test_a_suggestion_made_again_leaves_the_fit_alone(ready):
    ready.fit.suggest(statistic="cstat")
    ready.fit.model = ""
    ready.fit.suggest(model="constant*tbabs*powerlaw")
    best = ready.fit.run()
    ready.fit.suggest(model="constant*tbabs*powerlaw", statistic="cstat")
    assert ready.fit.state.value == "fresh"
    assert ready.fit.product is best
