"""Rates, fluxes and parameters against time: two observations, of which one shows no source."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.errors import InputError
from nuwidgets.panels.longterm_time import when
from nuwidgets.panels.parameter_time_points import value_words
from nuwidgets.panels.time_axis import TimeAxis


@pytest.fixture(scope="module")
def campaign(observation):
    """A session whose second observation has its source region on empty sky, fitted."""
    with nw.Session() as session:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            session.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        session.settle()
        empty = session.datasets[session.names[1]].regions
        at = empty.source.shapes[0]
        empty.source = nw.Circle(at.ra_deg, at.dec_deg + 0.06, 20)
        session.longterm.band = (3, 79)
        session.series.band = (3, 79)
        for dataset in session.datasets.values():
            dataset.spectrum.grouping = "min 1"
        session.fit.model, session.fit.statistic = "tbabs*powerlaw", "cstat"
        session.fit.ignore = "**-3. 79.-**"
        session.fit.set(nH=0.1)
        session.fit.freeze("nH")
        session.settle()
        yield session


@pytest.fixture
def rates(campaign):
    panel = nw.LongTermPanel(campaign)
    campaign.settle()
    yield panel
    panel.close()
    campaign.look_at()
    campaign.use(*campaign.names)
    campaign.views.clear()


@pytest.fixture
def parameters(campaign):
    campaign.series.run()
    panel = nw.ParameterTimePanel(campaign)
    yield panel
    panel.close()
    campaign.look_at()
    campaign.views.clear()


def points(panel, n=0):
    return panel.plot.panels[n]["points"]


def test_a_detection_is_a_value_and_the_other_a_limit(campaign, rates):
    first, second = points(rates)
    assert (first["key"], second["key"]) == campaign.names
    assert (first["mark"], second["mark"]) == ("value", "upper")
    found = campaign.longterm.product
    assert first["y"] == found.rate_per_s[0]
    assert (first["lo"], first["hi"]) == (found.rate_lo_per_s[0], found.rate_hi_per_s[0])
    assert (second["y"], second["lo"]) == (found.limit_per_s[1], None)
    assert "below" in second["said"]
    assert "not corrected for what lies outside" in rates.summary.value
    assert "1 detected; 1 upper limit" in rates.plot.alt


def test_the_plot_follows_the_band_and_the_levels(campaign, rates):
    before = points(rates)[1]["y"]
    campaign.longterm.level = 90
    campaign.settle()
    assert points(rates)[1]["y"] < before
    campaign.longterm.level = 99.73
    campaign.longterm.corrected = True
    campaign.settle()
    assert "divided by the part" in rates.summary.value
    campaign.longterm.corrected = False
    campaign.settle()


def test_a_click_looks_at_an_observation_and_a_second_one_lets_go(campaign, rates):
    rates.plot.pick(campaign.names[1])
    assert campaign.focus == (campaign.names[1],)
    assert rates.plot.focus == [campaign.names[1]]
    rates.plot.pick(campaign.names[1])
    assert (campaign.focus, rates.plot.focus) == ((), [])


def test_what_is_not_ticked_is_grey(campaign, rates):
    campaign.use(campaign.names[0])
    assert [p["kind"] for p in points(rates)] == ["detected", "left out"]


def test_time_is_counted_as_one_likes(campaign, rates):
    start = campaign.longterm.product.start_mjd.min()
    assert "days since MJD" in rates.plot.x_label
    assert 0 <= points(rates)[0]["x"] < 1  # from the first day
    campaign.find.event_mjd = float(start) - 100
    assert points(rates)[0]["x"] == pytest.approx(100, abs=0.2)
    rates.time.kind.value = "MJD"
    assert rates.plot.x_label == "Time [MJD]"
    assert points(rates)[0]["x_lo"] == pytest.approx(start)
    campaign.find.event_mjd = None
    assert campaign.views["longterm"]["axis"] == "MJD"


def test_fluxes_are_those_of_fits(campaign, rates):
    rates.quantity.value = "series"
    if campaign.series.product is None:
        assert "s.series.run()" in rates.plot.empty
        with pytest.raises(InputError, match="Nothing to save"):
            rates._figure()
    campaign.series.run()
    first, second = points(rates)
    assert first["y"] == campaign.series.product.points[0].flux_erg_per_cm2_s
    assert second["mark"] == "upper"
    assert f"by the flux per rate of {campaign.names[0]}" in second["said"]
    assert rates._table()()["kind"].tolist() == ["fitted", "limit"]
    campaign.series.delta = 1.0
    assert "The fits are out of date" in rates.summary.value
    campaign.series.delta = 2.706
    assert "out of date" not in rates.summary.value
    rates.quantity.value = "joint"
    campaign.flux.run()
    assert points(rates)[0]["y"] == campaign.flux.product.erg_per_cm2_s[0]


def test_figure_and_table_are_of_what_is_shown(rates):
    rates.scale.value = "log"
    (axes,) = rates._figure()().axes
    assert axes.get_yscale() == "log"
    assert rates._table()()["detected"].tolist() == [True, False]


def test_one_that_cannot_be_counted_is_named(campaign, rates):
    regions = campaign.datasets[campaign.names[1]].regions
    before = regions.source
    regions.source = nw.Circle(10, 10, 20)
    campaign.settle()
    assert campaign.longterm.product.failed.keys() == {campaign.names[1]}
    assert [p["key"] for p in points(rates)] == [campaign.names[0]]
    regions.source = before
    campaign.settle()
    assert len(points(rates)) == 2


def test_parameters_of_fits_one_by_one(campaign, parameters):
    labels = [panel["label"].split(" [")[0] for panel in parameters.plot.panels]
    assert labels == ["powerlaw.PhoIndex", "powerlaw.norm", "flux"]
    index = campaign.series.product.points[0].fit.parameters[1]
    first = points(parameters)[0]
    assert first["y"] == pytest.approx(index.value)
    assert first["lo"] < first["y"] < first["hi"]
    assert [row[0] for row in parameters.table.rows.rows] == list(campaign.names)


def test_ticks_choose_what_is_drawn(campaign, parameters):
    parameters._ticks["TBabs.nH"].value = True
    parameters._ticks["flux"].value = False
    labels = [panel["label"].split(" [")[0] for panel in parameters.plot.panels]
    assert labels == ["TBabs.nH", "powerlaw.PhoIndex", "powerlaw.norm"]
    assert {p["kind"] for p in points(parameters)} == {"held"}
    assert campaign.views["parameters against time"]["chosen"][0] == "TBabs.nH"
    assert len(parameters._figure()().axes) == 3


def test_table_and_plot_look_at_the_same(campaign, parameters):
    parameters.plot.pick(campaign.names[0])
    assert parameters.table.rows.selected == campaign.names[0]
    parameters.table.rows.selected = campaign.names[1]
    assert campaign.focus == (campaign.names[1],)
    assert parameters.plot.focus == [campaign.names[1]]


def test_what_could_not_be_fitted_is_said(campaign, parameters):
    """No bin of the empty sky has counts enough."""
    bad = campaign.names[1]
    assert "1 observation fitted, 1 could not be" in parameters.summary.value
    assert (
        f"<b>{bad}</b>: {campaign.series.product.failed[bad][:20]}" in parameters.table.notes.value
    )
    assert parameters.table.rows.marks == {bad: "failed"}


def test_parameters_of_a_joint_fit(campaign, parameters):
    parameters.fits.value = "joint"
    assert parameters.errors.disabled == (campaign.fit.product is None)
    campaign.fit.run()
    campaign.settle()
    assert "one-sigma" in parameters.summary.value
    kinds = [p["kind"] for p in points(parameters)]
    assert kinds == ["fitted", "held"]  # the second is tied to the first
    campaign.errors.run()
    campaign.settle()
    assert "rise of the statistic by 2.706" in parameters.summary.value
    assert parameters._table()().meta["kind"] == "joint"


def test_before_a_fit_there_is_nothing_to_save():
    with nw.Session() as empty:
        panel = nw.ParameterTimePanel(empty)
        assert panel.run.disabled
        assert "Nothing is fitted yet" in panel.plot.empty
        with pytest.raises(InputError, match=r"Nothing to save.*s\.series\.run"):
            panel._table()
        panel.close()


def test_limits_and_moments_in_words():
    from nuwidgets.domain.evolution_rows import EvolutionRow

    limit = EvolutionRow(
        "a", 1.0, 0.1, 10.0, "bbodyrad.kT", "keV", 0.1, lo=0.0, hi=0.2, flags="FFFTFFTFF"
    )
    assert value_words(limit) == "< 0.2 keV"
    tied = EvolutionRow("a", 1.0, 0.1, 10.0, "TBabs.nH", "", 0.25, status="tied")
    assert value_words(tied) == "0.25 (tied)"
    assert when(TimeAxis("date"), 57916.5) == "2017-06-12 12:00"
    assert when(TimeAxis("days", 57900.0), 57916.5) == "day 16.50"
    assert when(TimeAxis("MJD"), float("nan")) == "time unknown"
