"""Light curves, hardness and good times in a session: followed, brought back, written as code."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.domain.band import Band
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.region import Circle
from nuwidgets.opening import load


@pytest.fixture
def first(session):
    return next(iter(session.datasets.values()))


def test_good_times_that_are_used_shorten_all_products(session, first):
    whole = first.events.product.gti
    goodtimes = first.goodtimes
    goodtimes.rate_binsize_s, goodtimes.max_rate = 100.0, 1e6
    assert goodtimes.run().gti == whole
    rate = goodtimes.product.rate.rate_per_s
    goodtimes.max_rate = float(sorted(rate[rate > 0])[-3])
    first.screen.user_gti = goodtimes.run().gti
    session.settle(60)
    assert first.lightcurve.product.gti.ontime_s == pytest.approx(goodtimes.product.kept_s)
    assert first.spectrum.product.gti.ontime_s < whole.ontime_s
    assert goodtimes.state is State.FRESH  # it looks at all good times of the file
    goodtimes.max_rate = None
    first.screen.user_gti = goodtimes.run().gti
    session.settle(60)
    assert first.lightcurve.product.gti == whole


def test_steps_that_nobody_looks_at_wait(session, first):
    session.settle(60)
    assert (first.hardness.state, first.goodtimes.state) == (State.EMPTY, State.EMPTY)
    eye = object()
    session.onlookers.come(eye, first.hardness)
    session.settle(60)
    assert first.hardness.state is State.FRESH
    first.hardness.binsize_s = 500.0
    session.settle(60)
    assert first.hardness.product.binsize_s == 500.0
    session.onlookers.go(eye)


def test_a_named_region_comes_back_from_a_request(first):
    shape = first.regions.source.shapes[0]
    knot = Circle(shape.ra_deg, shape.dec_deg, 30)
    first.regions.put("knot", knot)
    for step in (first.lightcurve, first.hardness, first.goodtimes):
        step.region = "knot"
        request = step.request()
        step.region = "source"
        first.regions.named = {}
        assert step.request() != request
        step.recall(request)
        assert step.request() == request
        assert first.regions.region("knot").shapes == (knot,)


def test_a_region_that_moves_makes_only_its_own_curve_stale(session, first):
    shape = first.regions.source.shapes[0]
    first.regions.put("knot", Circle(shape.ra_deg, shape.dec_deg, 30))
    session.settle(60)
    before = first.lightcurve.product
    first.regions.put("knot", Circle(shape.ra_deg, shape.dec_deg, 40))
    session.settle(60)
    assert first.lightcurve.product is before
    first.lightcurve.region = "knot"
    session.settle(60)
    fewer = first.lightcurve.product.counts.sum()
    first.regions.put("knot", Circle(shape.ra_deg, shape.dec_deg, 60))
    session.settle(60)
    assert first.lightcurve.product.counts.sum() > fewer


def test_all_of_it_is_in_the_session_file(session, first, tmp_path):
    curve, hardness, goodtimes = first.lightcurve, first.hardness, first.goodtimes
    start = first.events.product.gti.intervals[0][0]
    curve.bins, curve.bands = "gti", [(3, 10), (10, 79)]
    curve.range_s = ((start, start + 1000.0),)
    hardness.soft, hardness.definition = (3, 8), "ratio"
    goodtimes.flare_sigma, goodtimes.show = 4.0, ["LIVETIME"]
    goodtimes.hk_path = first.events.hk_path
    goodtimes.expression = "LIVETIME > 0.1"
    for step in (curve, hardness, goodtimes):
        step.run()
    session.save(tmp_path / "a.nuw.json")
    with load(tmp_path / "a.nuw.json") as again:
        back = again.datasets[first.name]
        for one, two in zip(
            (curve, hardness, goodtimes),
            (back.lightcurve, back.hardness, back.goodtimes),
            strict=True,
        ):
            assert one.settings() == two.settings()
            assert two.fresh
        assert back.lightcurve.range_s == Gti(((start, start + 1000.0),))
        assert back.lightcurve.run().parts[1].counts.sum() == curve.product.parts[1].counts.sum()
        assert back.lightcurve.run().width_s.tolist() == curve.product.width_s.tolist()
        assert back.hardness.run().hard.tolist() == pytest.approx(
            hardness.product.hard.tolist(), nan_ok=True
        )
        assert back.goodtimes.run().gti == goodtimes.product.gti


def test_all_of_it_is_in_the_script(session, first):
    first.lightcurve.bands, first.lightcurve.bins = [Band(3, 10)], "orbit"
    first.lightcurve.range_s = ((1.0, 9e9),)
    first.hardness.definition = "ratio"
    first.lightcurve.run()
    first.hardness.run()
    code = session.script()
    for line in (
        'lightcurve.bins = "orbit"',
        "lightcurve.range_s = nw.Gti(",
        'hardness.definition = "ratio"',
        "hardness.run()",
    ):
        assert line in code, line
    tutorial = session.script("tutorial")
    assert "bins 'orbit' and several bands and a range of times" in tutorial


def test_what_no_task_can_do_is_made_here(first):
    assert first.lightcurve.engine == "auto"
    first.lightcurve.bins = "gti"
    first.lightcurve.ask()
    assert first.lightcurve.request().engine == ""


def test_a_list_of_times_is_all_source_and_can_be_searched(shared_data, tmp_path):
    with nw.open(shared_data / "lightcurves/monol_testA.evt") as session:
        (one,) = session.datasets.values()
        one.period.range_hz = (0.85, 0.87)
        found = one.period.run()
        assert one.regions.run().source.n_events == 1000
        assert not one.regions.background
        assert found.n_events == 953  # of 3 to 79 keV
        assert not any("barycorr" in said for said in found.provenance.warnings)
        names = {}
        exec(session.script(), names)  # noqa: S102
        with names["s"] as again:
            (other,) = again.datasets.values()
            assert other.period.product.best_hz == found.best_hz
        session.save(tmp_path / "t.nuw")
    with load(tmp_path / "t.nuw") as later:
        (one,) = later.datasets.values()
        assert one.period.run().best_hz == found.best_hz
