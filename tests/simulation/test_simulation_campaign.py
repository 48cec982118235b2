from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from astropy.time import Time

import nuwidgets
from nuwidgets.domain.sky_shapes import Annulus, Circle
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.events import read_events
from nuwidgets.files.wholeness import check_whole
from nuwidgets.missions.base import missions
from nuwidgets.simulation import campaign, campaign_content, xrt_files
from nuwidgets.simulation.archive_rows import filled
from nuwidgets.simulation.campaign import (
    BROKEN,
    COUNTING,
    DAYS,
    DEC_DEG,
    EVENT_MJD,
    EXPRESSION,
    LOOKS,
    NAMES,
    PLANNED,
    RA_DEG,
    WINDOWED,
    look_of,
    truth_of,
    values_on,
)
from nuwidgets.simulation.campaign_content import campaign_folder, with_campaign
from nuwidgets.simulation.kept_folder import files_in
from nuwidgets.simulation.server.listing import place_of
from nuwidgets.simulation.server.tables import ArchiveContent
from nuwidgets.simulation.xrt_scene import XrtScene, draw

DONE = [look for look in LOOKS if look.kind != PLANNED]


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def home(tmp_path_factory, told):
    return campaign_folder(tmp_path_factory.mktemp("swift"), lambda *said: told.append(said))


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(campaign_content, "LOOKS", LOOKS[9:10])


def place(home, look, *parts):
    return home.joinpath(look.folder.strip("/"), *parts)


def events_of(home, look):
    return next(place(home, look, "xrt", "event").glob("*_cl.evt.gz"))


def test_the_campaign_is_wide_and_dense_where_it_matters():
    inside = [look for look in LOOKS if DAYS[0] <= look.day < DAYS[1]]
    good = [look for look in inside if look.kind == COUNTING and look.exposure_s > 300]
    assert len(LOOKS) == 26
    assert len(good) == 13
    assert {look.kind for look in inside} == {COUNTING, BROKEN, WINDOWED}
    assert [look.exposure_s for look in inside if look.exposure_s < 300] == [90.0]
    assert [look.day for look in LOOKS] == sorted(look.day for look in LOOKS)
    assert len({look.obs_id for look in LOOKS}) == len(LOOKS)
    assert len({look.roll_deg for look in LOOKS}) == len(LOOKS)
    assert all(0.3 < np.hypot(*look.offset_arcmin) < 2.5 for look in LOOKS)
    # no number of a target reaches 2^24
    assert int(campaign.TARGET_ID) > 2**24


def test_the_truth_is_smooth_and_the_source_rises_and_fades():
    days = np.arange(0.0, 220.0, 0.5)
    values = np.array([values_on(day) for day in days])
    assert np.all(np.abs(np.diff(values, axis=0)) < 0.1 * values.max(axis=0))
    assert np.all(values[:, 0] == campaign.NH)
    warmest = days[np.argmax(values[:, 1])]
    assert warmest == 138.0
    rates = {look.day: XrtScene(look).counts_per_s().sum() for look in DONE}
    assert max(rate for day, rate in rates.items() if day < 100) < 0.002
    assert max(rates, key=rates.get) == 136.7
    assert 0.8 < rates[136.7] < 1.0


def test_truth_by_number():
    assert truth_of("99000100014") == dict(zip(NAMES, values_on(136.7), strict=True))
    assert look_of("99000100010").exposure_s == 90.0
    with pytest.raises(InputError, match="No observation '99000100099' was simulated"):
        truth_of("99000100099")


def test_layout_is_the_archives(home):
    archive = missions()["Swift"].archive
    for look in DONE:
        folder = place(home, look)
        found = files_in(folder)
        assert len(found) == 5
        assert all(archive.role(path).says != "other" for path in found)
        month = Time(look.start_mjd, format="mjd").strftime("%Y_%m")
        assert look.folder == f"/FTP/swift/data/obs/{month}/{look.obs_id}/"
    dense = files_in(place(home, look_of("99000100014")))
    stem = "sw99000100014"
    assert dense == [
        f"auxil/{stem}pat.fits.gz", f"auxil/{stem}sat.fits.gz", f"log/{stem}.log.gz",
        f"xrt/event/{stem}xpcw3po_cl.evt.gz", f"xrt/hk/{stem}xhd.hk.gz",
    ]  # fmt: skip
    assert events_of(home, look_of("99000100018")).name == "sw99000100018xwtw2po_cl.evt.gz"
    assert sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) < 10e6


def test_all_files_are_whole_but_one(home):
    broken = {
        path.name: check_whole(path).problem
        for path in home.rglob("*.gz")
        if not check_whole(path).is_whole
    }
    assert list(broken) == ["sw99000100015xpcw3po_cl.evt.gz"]
    assert broken["sw99000100015xpcw3po_cl.evt.gz"] == "gzip ends early at byte 12000"
    with pytest.raises(FileError, match="cut short or broken"):
        read_events(events_of(home, look_of("99000100015")))


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[13], LOOKS[17]], ids=lambda one: one.obs_id)
def test_events_say_who_looked_where_and_when(home, look):
    events, scene = read_events(events_of(home, look)), XrtScene(look)
    assert events.provenance.warnings == ()
    assert events.ontime_s == pytest.approx(look.exposure_s, abs=3)
    assert events.livetime_s == pytest.approx(scene.gti.ontime_s)
    assert events.pointing.mode == ("WINDOWED" if look.kind == WINDOWED else "PHOTON")
    start = events.pointing.mjdref_days + events.gti.start_s[0] / 86400
    utc = Time(start, format="mjd", scale="tt").utc.mjd
    assert utc == pytest.approx(EVENT_MJD + look.day, abs=1e-8)
    assert events.pointing.date_obs == Time(utc, format="mjd").isot[:19]
    assert np.all(events.gti.contains(events.time_s))
    x, y = events.plane.to_pixel(RA_DEG, DEC_DEG)
    assert (x + 1, y + 1) == pytest.approx(scene.source_pixel)
    apart = np.hypot(events.x - x, events.y - y)
    expected = scene.counts_per_s().sum() * events.livetime_s
    near = np.count_nonzero(apart < 20)  # nine tenths of the source
    assert near == pytest.approx(0.9 * expected, abs=5 * np.sqrt(expected + 10))


def test_headers_are_those_of_the_telescope(home):
    with fits.open(events_of(home, look_of("99000100014")), checksum=True) as file:
        header, table = file["EVENTS"].header, file["EVENTS"].data
        said = {name: header[name] for name in ("TELESCOP", "INSTRUME", "ATTFLAG", "XRTVSUB")}
        assert said == {"TELESCOP": "SWIFT", "INSTRUME": "XRT", "ATTFLAG": "110", "XRTVSUB": 6}
        assert header["MJDREFI"] + header["MJDREFF"] == pytest.approx(51910.00074287037)
        assert "SIMULATED" in str(header["COMMENT"])
        number = table.names.index("X") + 1
        assert (header[f"TCRPX{number}"], header[f"TCTYP{number}"]) == (500.5, "RA---TAN")
        assert 1 <= table["DETX"].min() <= table["DETX"].max() <= 600
        assert set(np.unique(table["GRADE"])) <= set(range(13))
        assert 30 <= np.median(table["PI"]) < 100
        assert not table["STATUS"].any()
        frames = (table["TIME"] - header["TSTART"]) / 2.507
        assert frames % 1 == pytest.approx(0.5, abs=1e-3)


def test_windowed_events_lie_on_a_line_through_the_source():
    scene = XrtScene(next(look for look in LOOKS if look.kind == WINDOWED))
    photons = draw(scene)
    assert photons.det_y == pytest.approx(scene.source_row)
    assert np.ptp(photons.det_x) < 200
    x, y = scene.to_sky(*scene.to_detector(*scene.source_pixel))
    assert (float(x), float(y)) == pytest.approx(scene.source_pixel)


def test_the_spacecraft_points_where_the_events_say(home):
    from scipy.spatial.transform import Rotation

    look = look_of("99000100012")
    with fits.open(place(home, look, "auxil", f"sw{look.obs_id}pat.fits.gz")) as file:
        table, header = file["ATTITUDE"].data, file[0].header
        axis = Rotation.from_quat(table["QPARAM"][0]).apply([0, 0, 1])
        ra, dec = np.degrees([np.arctan2(axis[1], axis[0]), np.arcsin(axis[2])])
        assert (ra, dec) == pytest.approx((header["RA_PNT"], header["DEC_PNT"]))
        assert table["POINTING"][0] == pytest.approx([ra, dec, look.roll_deg])
        assert table["TIME"][0] < header["TSTART"] < header["TSTOP"] < table["TIME"][-1]
        assert file["ACS_DATA"].data["FLAGS"][:, :2].all()
    with fits.open(place(home, look, "xrt", "hk", f"sw{look.obs_id}xhd.hk.gz")) as file:
        frames = file["FRAME"].data
        length = np.sum(frames["ENDTIME"] - frames["TIME"])
        assert length == pytest.approx(XrtScene(look).gti.ontime_s)


def test_a_long_look_gives_the_truth_back(tmp_path):
    """No bias: regions, spread, area and folding agree with what was simulated, at 1e5 counts."""
    look = replace(look_of("99000100014"), exposure_s=150_000.0)
    xrt_files.write_look(tmp_path / look.obs_id, look)
    with nuwidgets.open(tmp_path / look.obs_id) as session:
        session.shared.background = Annulus(RA_DEG, DEC_DEG, 240, 390)
        session.shared.source = Circle(RA_DEG, DEC_DEG, 180)
        fit = session.fit
        fit.model, fit.statistic, fit.ignore = EXPRESSION, "cstat", "**-0.3 7.0-**"
        fit.set("1=0.1", "2=0.08", "3=5e4", "4=1.5", "5=2e-3")
        best = fit.run()
        pulls = (np.array([p.value for p in best.parameters]) - look.values) / best.sigma
        assert np.abs(pulls).max() < 3
        assert np.array(best.sigma) / look.values == pytest.approx(0, abs=0.08)
        assert 0.85 < best.statistic / best.dof < 1.2


def test_the_truth_lies_beside(home):
    said = json.loads((home / campaign_content.TRUTH).read_text())
    assert len(said["observations"]) == 25
    one = said["observations"]["99000100014"]
    assert (one["day"], one["truth"]) == (136.7, truth_of("99000100014"))


def test_the_archive_has_rows_at_once_and_files_when_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    monkeypatch.setattr(campaign_content, "LOOKS", (LOOKS[13], LOOKS[17], LOOKS[25]))
    content = with_campaign(ArchiveContent(tmp_path / "none", filled(()), {"1": "/FTP/a/"}))
    table = content.tables[1]
    names = [column.name for column in table.columns]
    rows = {row[names.index("obsid")]: dict(zip(names, row, strict=True)) for row in table.rows}
    assert list(rows) == ["99000100014", "99000100018", "99000100026"]
    one = rows["99000100014"]
    assert one["start_time"] == EVENT_MJD + 136.7
    assert one["start_time"] < one["stop_time"] < one["processing_date"] < one["archive_date"]
    assert one["xrt_exposure"] == one["xrt_expo_pc"] == pytest.approx(1900, abs=3)
    assert rows["99000100018"]["xrt_expo_pc"] == 0.0
    assert rows["99000100026"]["start_time"] is None
    assert content.folders["1"] == "/FTP/a/"
    assert list(tmp_path.iterdir()) == []
    assert content.root_of("/FTP/nustar/data/") == tmp_path / "none"
    path = content.folders[one["__row"]]
    assert place_of(content.root_of(path), path).is_dir()
    assert [one.name for one in tmp_path.iterdir()] == ["demo-campaign-1"]


def test_it_is_told_and_made_once(home, told):
    assert told[0] == (0.0, "simulating 99000100001")
    assert told[-1] == (1.0, "simulated")
    stamps = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    assert campaign_folder(home.parent) == home
    assert stamps == {path: path.stat().st_mtime_ns for path in home.rglob("*")}


@pytest.mark.parametrize("harm", ["missing", "changed", "no list", "broken list"])
def test_what_is_damaged_is_built_anew(few, tmp_path, harm):
    home = campaign_folder(tmp_path)
    before = {name: (home / name).read_bytes() for name in files_in(home)}
    file = next(home.rglob("*xhd.hk.gz"))
    if harm == "missing":
        file.unlink()
    elif harm == "changed":
        file.write_bytes(b"other")
    elif harm == "no list":
        (home / campaign_content.LIST).unlink()
    else:
        (home / campaign_content.LIST).write_text("[1, 2")
    assert campaign_folder(tmp_path) == home
    assert {name: (home / name).read_bytes() for name in files_in(home)} == before
    assert list(tmp_path.iterdir()) == [home]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match=r"Cannot write the simulated campaign.*NUWIDGETS_CACHE"):
        campaign_folder(tmp_path / "file")
