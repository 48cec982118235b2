"""The tutorial dialect searches and downloads what the session did."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from tutorial_runs import calls, named, run

import nuwidgets as nw
from nuwidgets.archive.memory import Memory
from nuwidgets.archive.places import HEASARC
from nuwidgets.archive.resolve import position_of
from nuwidgets.domain.archive_file import Files, FilesRequest
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.record import SessionRecord, StepRecord
from nuwidgets.scripts import script
from nuwidgets.scripts.tutorial_archive import COORDINATES, archive_sections
from nuwidgets.simulation.archive_demo import start_demo_archive

FIRST, SECOND = "60001110002", "60001110004"
FIND = FindRequest("SWIFT J2127.4+5654", "NuSTAR", 5.0)


def record_of(find=FIND, selected=(FIRST, SECOND), host="aws", fetched=True, notes=(), **more):
    """Give a session that searched, listed and, if it is said so, downloaded."""
    files = FilesRequest(find, selected, "auto")
    download = DownloadRequest(files, "/data", **more)
    wants = {"target": find.target, "mission": find.mission, "radius_arcmin": find.radius_arcmin}
    settings = {
        "find": {**wants, "server": find.server, "selected": selected, "notes": notes},
        "files": {"host": "auto", "mirror": ""},
        "download": {"folder": "/data", **more},
    }
    answers = {"find": (find, None), "files": (files, Files("NuSTAR", host, "", ()))}
    answers |= {"download": (download, None)} if fetched else {}
    return SessionRecord(
        steps={
            name: StepRecord(name, values, {}, "fresh", *answers.get(name, (None, None))[:1] * 2,
                             answers.get(name, (None, None))[1])
            for name, values in settings.items()
        }
    )  # fmt: skip


def test_what_the_session_downloaded_is_downloaded_again(tmp_path):
    code = script(record_of(notes=(("selected", "the\nlong ones"),)), "tutorial")
    assert "# why (selected): the\n# long ones\n" in code
    assert "# The session fetched fewer files (cleaned events); here, whole folders come.\n" in code
    assert code.startswith("# SWIFT J2127.4+5654 NuSTAR\n")
    made = calls(code, tmp_path / "run", f"{FIRST} {SECOND} 60001110006")
    assert [one["call"].rpartition(".")[2] for one in made] == [
        "from_name", "list_catalogs", "query_region", "locate_data", "download_data",
    ]  # fmt: skip
    assert named(made, "SkyCoord.from_name")[0]["name"] == "SWIFT J2127.4+5654"
    (listed,) = named(made, "Heasarc.list_catalogs")
    assert (listed["master"], listed["keywords"]) == (True, "nustar")
    (query,) = named(made, "Heasarc.query_region")
    assert (query["catalog"], query["radius_arcmin"]) == ("numaster", 5.0)
    (download,) = named(made, "Heasarc.download_data")
    assert (download["host"], download["location"]) == ("aws", "data")
    assert download["obsid"] == [FIRST, SECOND]
    (tmp_path / "part" / "data" / FIRST).mkdir(parents=True)
    made = calls(code, tmp_path / "part", f"{FIRST} {SECOND}")
    assert named(made, "Heasarc.download_data")[0]["obsid"] == [SECOND]
    (tmp_path / "part" / "data" / SECOND).mkdir(exist_ok=True)
    assert not named(calls(code, tmp_path / "part"), "Heasarc.download_data")


@pytest.mark.parametrize(
    ("host", "used"),
    [("aws", "aws"), ("sciserver", "sciserver"), ("heasarc", "heasarc"), ("mirror", "heasarc")],
)
def test_the_host_is_the_one_that_was_used(tmp_path, host, used):
    code = script(record_of(host=host, selected=(FIRST,), preset="everything"), "tutorial")
    assert "fewer files" not in code
    made = calls(code, tmp_path / "run", FIRST)
    assert named(made, "Heasarc.download_data")[0]["host"] == used
    assert named(made, "Heasarc.locate_data")[0]["obsid"] == [FIRST]


def test_the_radius_of_the_catalogue_is_asked_for(tmp_path):
    code = script(record_of(replace(FIND, radius_arcmin=None)), "tutorial")
    made = calls(code, tmp_path / "run", f"{FIRST} {SECOND}")
    assert named(made, "Heasarc.get_default_radius")[0]["catalog"] == "numaster"
    assert named(made, "Heasarc.query_region")[0]["radius_arcmin"] == 15.0


def test_swift_is_searched_in_its_own_catalogue(tmp_path, make_record):
    find = FindRequest("T Pyx", "Swift", None)
    obs_id = "00032043001"
    record = record_of(find, (obs_id,))
    made = make_record(f"/data/swift/{obs_id}/xrt/event/sw{obs_id}xpcw3po_cl.evt.gz")
    dataset = replace(made.datasets[0], pointing=Pointing("SWIFT", "XRT", obs_id))
    code = script(replace(record, datasets=(dataset,), used=("1A",)), "tutorial")
    assert "The master catalogue of Swift is searched" in code
    made = calls(code.partition("# Calibrate and screen")[0], tmp_path / "run", obs_id)
    assert named(made, "Heasarc.query_region")[0]["catalog"] == "swiftmastr"
    assert named(made, "Heasarc.download_data")[0]["obsid"] == [obs_id]
    assert "nupipeline" not in code
    assert "xrtpipeline" in code


def test_what_was_only_found_is_found(tmp_path):
    record = record_of(fetched=False)
    made = calls(script(record, "tutorial"), tmp_path / "run", f"{FIRST} {SECOND}")
    assert named(made, "Heasarc.query_region")
    assert not named(made, "Heasarc.locate_data")
    record = SessionRecord(steps={"find": record.steps["find"]})
    code = script(record, "tutorial")
    assert f'obs_ids = ("{FIRST}", "{SECOND}")\n' in code
    assert calls(code, tmp_path / "again", f"{FIRST} {SECOND}")
    stale = replace(record.steps["find"], state="stale")
    assert "obs_ids" not in script(SessionRecord(steps={"find": stale}), "tutorial")


def test_the_part_of_a_panel_is_of_the_settings_of_now(tmp_path):
    record = record_of()
    find = replace(
        record.steps["find"], settings={**record.steps["find"].settings, "target": "M 1"}
    )
    record = replace(record, steps={**record.steps, "find": find})
    code = script(record, "tutorial", ("find", "files", "download"))
    made = calls(code, tmp_path / "run", f"{FIRST} {SECOND}")
    assert named(made, "SkyCoord.from_name")[0]["name"] == "M 1"
    assert named(made, "Heasarc.download_data")
    assert "download_data" not in script(record, "tutorial", ("find",))
    assert archive_sections(record, (), (), ("fit",)) == ()
    empty = replace(find, settings={**find.settings, "target": ""})
    assert archive_sections(SessionRecord(steps={"find": empty}), (), (), ("find",)) == ()


def test_a_mission_that_is_not_known_is_left_out():
    record = record_of(replace(FIND, mission="Voyager"))
    for dialect in ("tutorial", "nuwidgets"):
        assert "Voyager" not in script(record, dialect).partition("run()")[0]
        assert "query_region" not in script(record, dialect)


@pytest.fixture(scope="module")
def downloaded(tmp_path_factory):
    """A session with light curves of a simulated observation that was downloaded, and of a copy."""
    home = tmp_path_factory.mktemp("work")
    with nw.Session(live=False) as s:
        s.find.server, s.find.target = "demo", "SIMULATED AGN"
        s.find.run()
        s.find.select("99601110002")
        s.download.folder = home
        s.download.run()
        for one in s.datasets.values():
            one.lightcurve.run()
        yield s.record()


def test_a_download_leads_to_products(downloaded, tmp_path):
    code = script(downloaded, "tutorial")
    assert "# The session searched the simulated archive of nuwidgets" in code
    assert " ".join(code.replace("# ", "").split()).count("The session read ") == 2
    made = calls(code, tmp_path / "run", "99601110002")
    (query,) = named(made, "Heasarc.query_region")
    assert (query["ra"], query["dec"]) == pytest.approx((280.0, 35.0), abs=0.01)
    assert named(made, "Heasarc.download_data")[0]["obsid"] == ["99601110002"]
    (pipeline,) = named(made, "heasoftpy.nupipeline")
    assert pipeline["indir"] == "data/99601110002"
    assert len(named(made, "heasoftpy.nuproducts")) == 2
    one = script(downloaded, "tutorial", ("99601110002A.events",))
    made = calls(one, tmp_path / "one", "99601110002")
    assert named(made, "Heasarc.download_data")
    wrong = code.replace('["obsid"] == obs_id', '["obsid"] == position')
    assert run(wrong, tmp_path / "wrong", "99601110002").returncode != 0


def test_files_from_elsewhere_are_searched_for_beside(downloaded, tmp_path):
    a, b = downloaded.datasets
    events = a.steps["events"]
    settings = {**events.settings, "path": "/elsewhere/nu99601110004A01_cl.evt"}
    a = replace(
        a,
        pointing=replace(a.pointing, obs_id="99601110004"),
        steps={**a.steps, "events": replace(events, settings=settings)},
    )
    code = script(replace(downloaded, datasets=(a, b)), "tutorial")
    made = calls(code, tmp_path / "run", "99601110002 99601110004")
    found = [one["obsid"] for one in named(made, "Heasarc.download_data")]
    assert found == [["99601110002"], ["99601110004"]]


@pytest.mark.parametrize(
    "target",
    [
        "21:27:45 +56:56:39", "321.94 +56.94", "321.94, -56.94", "galactic 94.3 3.2",
        "21h27m45s +56d56m39s", "fk5 321.94 56.94", "B1950 21 27 45 +56 56 39", "10 10",
        "gal 94.3, 3.2", "21 27 45 -56 56 39",
    ],
)  # fmt: skip
def test_positions_mean_what_the_search_took_them_for(target):
    code = script(record_of(replace(FIND, target=target)), "tutorial")
    (line,) = [line for line in code.splitlines() if line.startswith("position = ")]
    scope = {"SkyCoord": SkyCoord}
    exec(line, scope)  # noqa: S102  the test's own
    at = scope["position"].icrs
    assert np.allclose((at.ra.deg, at.dec.deg), position_of(target, HEASARC, Memory(on_disk=False)))


@pytest.mark.parametrize(
    "name",
    [
        "47 Tuc",
        "3C 273",
        "4U 1626-67",
        "1E 1048.1-5937",
        "2MASS J05352184",
        "1H0707-495",
        "Cyg X-1",
    ],
)
def test_names_are_resolved(name):
    assert not COORDINATES.fullmatch(name)
    assert f'SkyCoord.from_name("{name}")' in script(
        record_of(replace(FIND, target=name)), "tutorial"
    )


def test_astroquery_itself_finds_and_downloads_it(downloaded, tmp_path, monkeypatch):
    from astroquery.heasarc import HeasarcClass

    places = start_demo_archive()
    client = HeasarcClass()
    client.VO_URL, client.TAR_URL = places.vo_url, f"{places.data_url}/xamin/TarServlet"
    code = script(downloaded, "tutorial").partition("# Find and download")[2]
    code = code.partition("# Calibrate and screen")[0]
    monkeypatch.chdir(tmp_path)
    exec(code, {"Heasarc": client, "SkyCoord": SkyCoord, "os": os, "np": np})  # noqa: S102
    names = {path.name for path in (tmp_path / "data" / "99601110002").rglob("*.gz")}
    assert {f"nu99601110002{module}01_cl.evt.gz" for module in "AB"} < names
