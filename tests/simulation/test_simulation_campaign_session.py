"""The campaign as a user meets it: found, downloaded, fitted one by one and together."""

from __future__ import annotations

import json

import pytest

import nuwidgets
from nuwidgets.commands.demo_campaign import beside_truth
from nuwidgets.domain.evolution import Evolution
from nuwidgets.errors import FileError
from nuwidgets.opening import demo_campaign
from nuwidgets.simulation.campaign import EVENT_MJD, NAMES
from nuwidgets.simulation.campaign_start import begin

CHOSEN = tuple(f"990001000{n}XRT" for n in (13, 16, 19, 21))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("campaign")


@pytest.fixture(scope="module")
def session(place):
    with demo_campaign(place, keep=place / "nova.nuw") as opened:
        opened.live.paused = True
        yield opened


def farthest(rows):
    return max(abs(row["difference_sigma"]) for row in rows)


def test_what_can_be_opened_is_there_and_the_rest_explained(session, place):
    assert len(session.datasets) == 14
    assert len(session.find.selected) == 16
    assert session.find.event_mjd == EVENT_MJD
    said = "\n".join(session.download.product.provenance.warnings)
    assert "99000100015: xrt/event/sw99000100015xpcw3po_cl.evt.gz is broken" in said
    assert "99000100018: " in said
    assert set(session.download.product.failed) == {"99000100015"}
    truth = json.loads(next(place.glob("campaign-*/truth.json")).read_text())
    assert truth["target"] == "SIMULATED NOVA"


def test_all_is_ready_for_a_fit(session):
    assert len(session.used) == 13
    assert "99000100010XRT" not in session.used  # 90 s
    assert session.fit.model == "tbabs*(bbodyrad+bremss)"
    assert session.fit.statistic == "cstat"
    assert str(session.datasets[CHOSEN[0]].spectrum.grouping) == "min 1"
    numbers = [p.number for p in session.fit.parameters if p.link]
    assert numbers == [1 + 5 * group for group in range(1, 13)]  # nH alone is tied
    assert {p.value for p in session.fit.parameters if p.name == "nH" and not p.link} == {0.1}
    for dataset in session.datasets.values():
        assert dataset.regions.source == session.shared.source
        assert dataset.regions.background == session.shared.background
    assert session.shared.apart == ()


def test_the_rates_follow_the_truth(session):
    from nuwidgets.simulation.campaign import look_of
    from nuwidgets.simulation.xrt_scene import XrtScene

    rates = session.longterm.run()
    assert rates.detected.all()
    for n, name in enumerate(rates.names):
        scene = XrtScene(look_of(name.removesuffix("XRT")))
        expected = scene.counts_per_s()[30:1000].sum() * 0.977  # within 180 arcsec
        sigma = (rates.rate_hi_per_s[n] - rates.rate_lo_per_s[n]) / 2
        assert rates.rate_per_s[n] == pytest.approx(expected, abs=4 * sigma)


def test_fits_one_by_one_and_together_find_the_truth(session):
    """52 known numbers of 13 looks, here of 4: all within what statistics allows."""
    session.use(*CHOSEN)
    series = session.series.run()
    assert series.failed == {}
    alone = beside_truth(Evolution.of_series(series))
    assert len(alone) == len(CHOSEN) * len(NAMES)
    assert farthest(alone) < 3.3
    best = session.fit.run()
    spectra = [session.datasets[name].spectrum.run() for name in CHOSEN]
    joint = beside_truth(Evolution.of_joint(best, spectra=spectra, names=CHOSEN))
    assert len(joint) == len(CHOSEN) * (len(NAMES) - 1) + 1
    assert farthest(joint) < 3.5
    assert 0.7 < best.statistic / best.dof < 1.2
    assert series.points[0].fit.provenance.approximate.startswith("approximate")


def test_it_goes_on_where_it_was(session, place):
    assert demo_campaign(keep=place / "nova.nuw") is session


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        nuwidgets.Session(live=False) as session,
        pytest.raises(FileError, match=r"Cannot write the simulated campaign.*Give another folder"),
    ):
        begin(session, tmp_path / "file")
