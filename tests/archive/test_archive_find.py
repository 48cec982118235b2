"""Searching: the real astroquery, pyvo and astropy against the stand-in."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from archive_asks import places_of
from astropy.coordinates import SkyCoord
from astropy.table import Table
from astropy.units import Quantity
from faults import free_url
from standin_rows import DEC_DEG, NUSTAR_RADIUS_ARCMIN, RA_DEG, SOURCE, SWIFT_RADIUS_ARCMIN

from nuwidgets.core.job import State
from nuwidgets.errors import CancelledError, InputError, ServiceError
from nuwidgets.session import Session

HERE = f"{RA_DEG} {DEC_DEG}"


def test_a_name_is_resolved_and_the_usual_radius_taken(session, standin):
    session.find.target = SOURCE
    found = session.find.run()
    assert found.catalog == "numaster"
    assert found.radius_arcmin == NUSTAR_RADIUS_ARCMIN
    assert (found.ra_deg, found.dec_deg) == pytest.approx((RA_DEG, DEC_DEG))
    assert "60001110002" in found.obs_id
    assert "70009999002" not in found.obs_id  # half a degree away
    assert standin.asked("*/tap/sync", "POST")


@pytest.mark.parametrize(
    "target",
    [
        HERE,
        f"{RA_DEG}, {DEC_DEG}",
        "23:59:57.6 -35:00:00",
        "23h59m57.6s -35d00m00s",
        "icrs 359.99 -35",
        SkyCoord(RA_DEG, DEC_DEG, unit="deg"),
        SkyCoord(RA_DEG, DEC_DEG, unit="deg").galactic,
    ],
)
def test_coordinates_in_any_form_need_no_resolver(session, standin, target):
    session.find.target = target
    found = session.find.run()
    assert (found.ra_deg, found.dec_deg) == pytest.approx((RA_DEG, DEC_DEG), abs=1e-6)
    assert not standin.asked("*esame*")


def test_galactic_coordinates_are_read(session):
    at = SkyCoord(RA_DEG, DEC_DEG, unit="deg").galactic
    session.find.target = f"galactic {at.l.deg} {at.b.deg}"
    found = session.find.run()
    assert (found.ra_deg, found.dec_deg) == pytest.approx((RA_DEG, DEC_DEG), abs=1e-6)


def test_a_radius_of_ones_own(session):
    session.find.target, session.find.radius_arcmin = HERE, 40.0
    assert "70009999002" in session.find.run().obs_id
    session.find.radius_arcmin = Quantity(1.0, "arcsec")
    assert session.find.radius_arcmin == pytest.approx(1 / 60)
    assert "70009999002" not in session.find.run().obs_id


def test_a_second_mission(session):
    session.find.target, session.find.mission = HERE, "swift-xrt"
    found = session.find.run()
    assert (found.catalog, found.radius_arcmin) == ("swiftmastr", SWIFT_RADIUS_ARCMIN)
    assert len(found) > 3
    assert np.nanmin(found.start_mjd) > 50_000


def test_obs_ids_stay_texts_and_the_table_is_astropys(session):
    session.find.target = HERE
    table = session.find.run().table
    assert isinstance(table, Table)
    assert "00001110002" in list(table["obsid"])
    assert str(table["exposure_a"].unit) == "s"
    planned = table[[str(i) == "60001110008" for i in table["obsid"]]]
    assert np.ma.is_masked(planned["time"][0])


def test_what_cannot_be_downloaded_says_why(session):
    session.find.target = HERE
    found = session.find.run()
    why = dict(zip(found.obs_id, found.hindrance, strict=True))
    said = dict(zip(found.obs_id, found.caution, strict=True))
    assert "proprietary until 2077" in why["90001110002"]
    assert "proprietary" in why["90001110004"]
    assert "planned" in why["60001110008"]
    assert "planned for 2077" in why["60001110010"]
    assert "no exposure" in why["60001110001"]
    assert why["60001110002"] == why["60001110006"] == ""
    assert "flagged an issue: Stray light" in said["60001110006"]


def test_no_rows_are_no_error(session):
    session.find.target = "10 +80"
    found = session.find.run()
    assert len(found) == 0
    assert session.find.state is State.FRESH
    assert len(found.table) == 0


def test_what_is_known_of_a_catalogue_is_asked_once(session, standin):
    for target in (HERE, "10 +10"):
        session.find.target = target
        session.find.run()
    assert len(standin.asked("*/tap/tables")) == 1
    assert len(standin.asked("*/tap/sync")) == 3  # metainfo once, then the two searches


def test_it_is_kept_on_disk_for_the_next_session(standin, tmp_path, monkeypatch):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    for _ in range(2):
        with Session() as one:
            one.servers.known["heasarc"] = places_of(standin, remembered=True)
            one.find.target = SOURCE
            one.find.run()
    assert len(standin.asked("*/tap/tables")) == 1
    assert len(standin.asked("*esame*")) == 1
    assert any(
        "numaster" in json.dumps(v)
        for v in json.loads((tmp_path / "archive.json").read_text()).values()
    )
    (tmp_path / "archive.json").write_text("{broken")
    with Session() as one:
        one.servers.known["heasarc"] = places_of(standin, remembered=True)
        one.find.target = SOURCE
        assert len(one.find.run())


def test_a_name_that_nobody_knows(session):
    session.find.target = "No Such Thing 7"
    with pytest.raises(InputError, match="Nobody knows a source 'No Such Thing 7'"):
        session.find.run()
    assert session.find.state is State.FAILED


@pytest.mark.parametrize("target", ["12:34:56", "400 +95", "icrs 1", "10 200"])
def test_broken_coordinates_are_said_before_anybody_is_asked(session, standin, target):
    session.find.target = target
    with pytest.raises(InputError, match=r"Cannot read .* as coordinates"):
        session.find.run()
    assert not standin.requests


def test_nothing_to_search_for(session):
    with pytest.raises(InputError, match="no target is given"):
        session.find.run()


def test_the_resolver_is_down(session, standin):
    session.servers.known["heasarc"] = places_of(standin, resolver_url=free_url())
    session.find.target = SOURCE
    with pytest.raises(ServiceError, match=r"name resolver .* does not answer.*Give coordinates"):
        session.find.run()


def test_the_archive_is_gone(session, standin):
    session.servers.known["heasarc"] = places_of(standin, vo_url=f"{free_url()}/vo")
    session.find.target = HERE
    with pytest.raises(ServiceError, match=r"nobody answers at its address.*nuwidgets\.open"):
        session.find.run()
    assert session.find.state is State.FAILED


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_busy_archive_is_asked_again(session, standin, status):
    standin.faults.status("*/tap/sync", status, times=2)
    session.find.target = HERE
    assert len(session.find.run())


def test_an_archive_that_stays_busy_is_an_error_with_a_way_out(session, standin):
    standin.faults.status("*/tap/*", 503, times=None)
    session.find.target = HERE
    with pytest.raises(ServiceError, match=r"busy or down for maintenance \(503\).*Try again"):
        session.find.run()
    standin.faults.clear()
    assert len(session.find.run())  # nothing is lost


def test_an_answer_that_is_no_table(session, standin):
    standin.faults.error_page("*/tap/sync", times=None)
    session.find.target = HERE
    with pytest.raises(ServiceError, match="does not answer as it should"):
        session.find.run()


def test_stop_answers_at_once_when_the_archive_hangs(session, standin):
    standin.faults.hang("*/tap/*")
    session.find.target = HERE
    future = session.find.submit()
    time.sleep(0.5)
    began_s = time.monotonic()
    session.find.cancel()
    with pytest.raises(CancelledError):
        future.result(5)
    assert time.monotonic() - began_s < 1.0
    assert session.find.state is State.EMPTY
