from __future__ import annotations

import gzip
import json
import math
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import FileError
from nuwidgets.missions.base import missions
from nuwidgets.simulation import archive_content
from nuwidgets.simulation.archive_content import demo_content
from nuwidgets.simulation.archive_plan import PLAN, PROPRIETARY, PUBLIC, Visit
from nuwidgets.simulation.observation import good_times, simulate
from nuwidgets.simulation.photons import Photons
from nuwidgets.simulation.times import date_of, mjd_of
from nuwidgets.simulation.truth import Truth
from nuwidgets.simulation.unscreened import MARGIN_S, merged

HERE = "99901110002"
TODAY_MJD = 40587.0 + datetime.now(UTC).timestamp() / 86400
SHORT = (
    Visit(Truth(obs_id="99601110002", exposure_s=4000.0), "A short one."),
    Visit(Truth(obs_id="99601110003", exposure_s=600.0), "Nothing.", "empty"),
)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def content(tmp_path_factory, told):
    return demo_content(tmp_path_factory.mktemp("archive"), lambda *said: told.append(said))


@pytest.fixture(scope="module")
def rows(content):
    table = content.tables[0]
    names = [column.name for column in table.columns]
    return {row[names.index("obsid")]: dict(zip(names, row, strict=True)) for row in table.rows}


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(archive_content, "PLAN", SHORT)


def folder_of(content, row):
    return content.root / content.folders[row["__row"]].strip("/")


def open_packed(path):
    return fits.open(path, checksum=True)  # a wrong sum is a warning, and so an error


def quick_sums(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_catalogue_is_numasters(content):
    table, swift = content.tables
    assert (table.name, swift.name) == ("numaster", "swiftmastr")
    assert "SIMULATED" in table.description
    names = [column.name for column in table.columns]
    assert names[-1] == "__row"
    assert len(set(names)) == len(names)
    for one in content.tables:
        kinds = {"char": str, "double": float, "int": int}
        assert set(one.default_columns) < {column.name for column in one.columns} - {"__row"}
        for row in one.rows:
            for column, cell in zip(one.columns, row, strict=True):
                assert cell is None or type(cell) is kinds[column.datatype], column.name
    assert table.default_radius_arcmin == 12.0
    assert {row[-1] for row in table.rows} == set(content.folders)


def test_catalogues_have_what_the_missions_ask_for(content):
    known = {table.name: {column.name for column in table.columns} for table in content.tables}
    for mission, name in (("NuSTAR", "numaster"), ("Swift", "swiftmastr")):
        asked = missions()[mission].archive.catalogue
        needed = {asked.obs_id, asked.name, asked.start, asked.stop, asked.exposure, asked.public}
        needed |= {asked.status, asked.flag, *asked.asked, *asked.shown} - {""}
        assert needed <= known[name]


def test_all_kinds_of_rows_are_there(content, rows):
    with_data = [row for row in rows.values() if content.folders[row["__row"]]]
    public = [row for row in with_data if row["public_date"] < TODAY_MJD]
    clean = [r for r in public if r["name"] == "SIMULATED AGN" and not r["issue_flag"]]
    assert [round(row["ontime_a"]) for row in clean] == [8000, 20000, 50000]
    assert [row["obsid"] for row in public if row["issue_flag"]] == ["99801110002"]
    assert [row["obsid"] for row in with_data if row not in public] == ["99901110004"]
    assert rows["99901110006"] | {"time": None, "public_date": None} == rows["99901110006"]
    assert rows["99901110006"]["status"] == "accepted"
    assert rows["99801110001"]["exposure_a"] == 0.0
    assert rows["99801110001"]["time"] is not None
    without = {row["obsid"] for row in rows.values()} - {row["obsid"] for row in with_data}
    assert without == {"99901110006", "99801110001"}
    years = {date_of(visit.truth.start_s).year for visit in PLAN if visit.folder}
    assert {2014, 2017, 2020, 2024} <= years
    assert all(row["comments"].startswith("SIMULATED. ") for row in rows.values())


def test_neighbours_lie_where_their_comments_say(rows):
    def apart_arcmin(a, b):
        (ra, dec), (ra2, dec2) = (np.radians([r["ra"], r["dec"]]) for r in (a, b))
        cosine = np.sin(dec) * np.sin(dec2) + np.cos(dec) * np.cos(dec2) * np.cos(ra - ra2)
        return math.degrees(math.acos(min(1.0, cosine))) * 60

    here = rows[HERE]
    assert apart_arcmin(here, rows["99701111002"]) == pytest.approx(2.6, abs=0.05)
    assert apart_arcmin(here, rows["99801112002"]) == pytest.approx(120, abs=1)
    assert apart_arcmin(here, {"ra": 280.0, "dec": 35.0}) == pytest.approx(0.96, abs=0.02)


@pytest.mark.parametrize("obs_id", [v.truth.obs_id for v in PLAN if v.kind == PUBLIC])
def test_public_observations_open_and_agree_with_the_table(content, rows, obs_id):
    row = rows[obs_id]
    folder = folder_of(content, row)
    assert folder.relative_to(content.root).as_posix() == (
        f"FTP/nustar/data/obs/{obs_id[1:3]}/{obs_id[0]}/{obs_id}"
    )
    with nuwidgets.open(folder) as session:
        assert set(session.datasets) == {obs_id + module for module in "AB"}
        for module, dataset in zip("ab", session.datasets.values(), strict=True):
            assert dataset.events.hk_path.endswith("_fpm.hk.gz")
            events = dataset.events.run()
            assert events.provenance.warnings == ()
            assert len(events) > 1000
            assert events.pointing.object_name == row["name"]
            assert events.livetime_s == pytest.approx(row[f"exposure_{module}"], rel=1e-9)
            assert events.ontime_s == pytest.approx(row[f"ontime_{module}"], rel=1e-9)
            dates = [mjd_of(time) for time in (events.gti.start_s[0], events.gti.stop_s[-1])]
            assert dates == [row["time"], row["end_time"]]
            assert events.pointing.date_obs == date_of(events.gti.start_s[0]).isoformat()[:19]


def test_layout_is_the_archives(content, rows):
    folder = folder_of(content, rows[HERE])
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {
        f"nu{HERE}.cat.gz",
        *(f"event_cl/nu{HERE}{m}{mode}_cl.evt.gz" for m in "AB" for mode in ("01", "02")),
        *(f"event_uf/nu{HERE}{m}_uf.evt.gz" for m in "AB"),
        *(f"hk/nu{HERE}{m}_fpm.hk.gz" for m in "AB"),
        *(f"auxil/nu{HERE}_{name}.fits.gz" for name in ("att", "orb")),
        "auxil/NUSTAR_TLE_ARCHIVE.txt.2024097.gz",
    }
    archive = missions()["NuSTAR"].archive
    assert all(archive.role(path).says != "other" for path in found)
    assert len(archive.pick(found)) == 5
    total = sum(p.stat().st_size for p in content.root.rglob("*") if p.is_file())
    assert 10e6 < total < 40e6


def test_every_file_says_simulated_and_has_its_sum(content):
    paths = [p for p in content.root.rglob("*.gz") if "TLE" not in p.name]
    assert len(paths) == 11 * sum(visit.kind == PUBLIC for visit in PLAN)
    for path in paths:
        assert path.read_bytes()[4:8] == bytes(4)  # no date: the same bytes each time
        with open_packed(path) as file:
            for hdu in file:
                assert hdu.data is None or len(hdu.data)
                assert "CHECKSUM" in hdu.header
                assert "SIMULATED" in str(hdu.header["COMMENT"])
                assert hdu.header["OBS_ID"] in path.name


def test_list_names_all_files_with_their_sizes(content, rows):
    folder = folder_of(content, rows[HERE])
    with open_packed(folder / f"nu{HERE}.cat.gz") as file:
        listed = {row["FILENAME"]: row for row in file["CATALOG"].data}
        paths = {p.name: p for p in folder.rglob("*.gz") if not p.name.endswith(".cat.gz")}
        assert set(listed) == set(paths)
        for name, path in paths.items():
            assert listed[name]["ARCHSIZE"] == path.stat().st_size
            assert listed[name]["FILESIZE"] == len(gzip.decompress(path.read_bytes()))
            assert listed[name]["DESCRIP"]


def test_it_is_the_observation_of_the_demo(content, rows, tmp_path):
    home = simulate(tmp_path)
    for name in (f"event_cl/nu{HERE}B01_cl.evt", f"hk/nu{HERE}A_fpm.hk"):
        with (
            fits.open(home / name) as own,
            open_packed(folder_of(content, rows[HERE]) / f"{name}.gz") as packed,
        ):
            assert np.array_equal(own[1].data, packed[1].data)


def test_unfiltered_events_hold_the_cleaned_ones_and_more(content, rows):
    folder = folder_of(content, rows["99701110002"])
    stem = "nu99701110002A"
    with (
        open_packed(folder / f"event_cl/{stem}01_cl.evt.gz") as science,
        open_packed(folder / f"event_cl/{stem}02_cl.evt.gz") as dark,
        open_packed(folder / f"event_uf/{stem}_uf.evt.gz") as raw,
    ):
        events = raw["EVENTS"].data
        rejected = events["STATUS"].any(axis=1) | (events["GRADE"] > 26)
        both = np.sort(np.append(science[1].data["TIME"], dark[1].data["TIME"]))
        assert np.array_equal(events["TIME"][~rejected], both)
        assert 0.05 < np.mean(rejected) < 0.3
        flags = events["STATUS"][events["STATUS"].any(axis=1)]
        assert np.array_equal(np.unique(flags, axis=0), [np.arange(15, -1, -1) == 5])  # 32
        assert "no raw amplitudes" in str(raw["EVENTS"].header["COMMENT"]).replace("\n", "")
        assert raw["EVENTS"].header["HDUCLAS2"] == "ALL"


def test_occultation_lies_between_the_good_times(content, rows):
    folder = folder_of(content, rows["99701110002"]) / "event_cl"
    with (
        open_packed(folder / "nu99701110002B01_cl.evt.gz") as science,
        open_packed(folder / "nu99701110002B02_cl.evt.gz") as dark,
    ):
        gtis = [
            Gti.of(f["GTI"].data["START"].tolist(), f["GTI"].data["STOP"].tolist())
            for f in (science, dark)
        ]
        assert gtis[0].intersect(gtis[1]).ontime_s == 0
        assert gtis[1].start_s[0] == gtis[0].stop_s[0] + MARGIN_S
        assert np.all(gtis[1].contains(dark["EVENTS"].data["TIME"]))
        assert dark["EVENTS"].header["OBSMODE"] == "OCCULTATION"
        assert dark["EVENTS"].header["ONTIME"] == pytest.approx(gtis[1].ontime_s)
        rates = [len(f["EVENTS"].data) / f["EVENTS"].header["LIVETIME"] for f in (science, dark)]
        assert rates[1] < 0.6 * rates[0]
        assert science["EVENTS"].header["OBSMODE"] == "SCIENCE"


def test_spacecraft_looks_at_the_source_from_its_orbit(content, rows):
    from scipy.spatial.transform import Rotation

    folder = folder_of(content, rows["99601110002"]) / "auxil"
    with open_packed(folder / "nu99601110002_att.fits.gz") as file:
        table, header = file["ATTITUDE"].data, file[0].header
        axis = Rotation.from_quat(table["QPARAM"][0]).apply([0, 0, 1])
        ra, dec = np.degrees([np.arctan2(axis[1], axis[0]) % (2 * np.pi), np.arcsin(axis[2])])
        assert (ra, dec) == pytest.approx((header["RA_PNT"], header["DEC_PNT"]))
        assert table["TIME"][0] <= header["TSTART"] < header["TSTOP"] <= table["TIME"][-1] + 1
    with open_packed(folder / "nu99601110002_orb.fits.gz") as file:
        table = file["ORBIT"].data
        assert np.linalg.norm(table["POSITION"], axis=1) == pytest.approx(6900, rel=0.01)
        assert np.linalg.norm(table["VELOCITY"], axis=1) == pytest.approx(7.6, rel=0.01)
        step = np.diff(table["POSITION"], axis=0) / 60
        middle = (table["VELOCITY"][1:] + table["VELOCITY"][:-1]) / 2
        assert step == pytest.approx(middle, abs=0.01)
    title, *lines = gzip.decompress(next(folder.glob("*TLE*")).read_bytes()).decode().splitlines()
    assert title.startswith("SIMULATED")
    assert [len(line) for line in lines] == [69, 69]
    assert [line[:7] for line in lines] == ["1 99999", "2 99999"]
    for line in lines:
        total = sum(int(c) for c in line[:-1] if c.isdigit()) + line[:-1].count("-")
        assert int(line[-1]) == total % 10
    start = mjd_of(good_times(PLAN[0].truth).start_s[0])
    assert 56658 + float(lines[0][20:32]) - 1 == pytest.approx(start, abs=1e-7)  # 2014-01-01
    assert float(lines[1][52:63]) == pytest.approx(86400 / 5700)


def test_proprietary_folder_holds_only_encrypted_files(content, rows):
    visit = next(visit for visit in PLAN if visit.kind == PROPRIETARY)
    paths = [p for p in folder_of(content, rows[visit.truth.obs_id]).rglob("*") if p.is_file()]
    assert len(paths) == 11
    for path in paths:
        assert path.name.endswith(".gz.gpg")
        assert path.read_bytes().startswith(b"SIMULATED: stands for an encrypted file")


def test_it_is_told_and_made_once(content, told):
    assert told[0] == (0.0, "simulating 99601110002")
    assert told[-1] == (1.0, "simulated")
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    n, stamps = len(told), {p: p.stat().st_mtime_ns for p in content.root.rglob("*")}
    assert demo_content(content.root.parent, lambda *said: told.append(said)) == content
    assert len(told) == n
    assert stamps == {p: p.stat().st_mtime_ns for p in content.root.rglob("*")}
    assert list(content.root.parent.iterdir()) == [content.root]


@pytest.mark.parametrize("harm", ["missing", "changed", "no list", "broken list", "other list"])
def test_what_is_damaged_is_built_anew(short, tmp_path, harm):
    content = demo_content(tmp_path)
    before = quick_sums(content.root)
    file = next(content.root.rglob("*A_fpm.hk.gz"))
    listing = content.root / archive_content.LIST
    if harm == "missing":
        file.unlink()
    elif harm == "changed":
        data = bytearray(file.read_bytes())
        data[500] ^= 1
        file.write_bytes(data)
    elif harm == "no list":
        listing.unlink()
    elif harm == "broken list":
        listing.write_text("[1, 2")
    else:
        listing.write_text(json.dumps(json.loads(listing.read_text()) | {"columns": ["name"]}))
    assert quick_sums(content.root) != before
    assert demo_content(tmp_path) == content
    assert quick_sums(content.root) == before
    assert list(tmp_path.iterdir()) == [content.root]


def test_two_at_once_agree(short, tmp_path, monkeypatch):
    build = archive_content._build

    def slow(home, report):
        build(home, report)
        monkeypatch.setattr(archive_content, "_build", build)
        made.append(demo_content(tmp_path))  # another process is done before

    made = []
    monkeypatch.setattr(archive_content, "_build", slow)
    content = demo_content(tmp_path)
    assert made == [content]
    assert list(tmp_path.iterdir()) == [content.root]


def test_it_lies_in_the_cache_under_its_version(short, tmp_path, monkeypatch):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "own"))
    assert demo_content().root == tmp_path / "own" / f"demo-archive-{archive_content.VERSION}"
    monkeypatch.setattr(archive_content, "VERSION", 99)
    assert demo_content().root.name == "demo-archive-99"


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match=r"Cannot write the simulated archive.*NUWIDGETS_CACHE"):
        demo_content(tmp_path / "file")


def test_what_cannot_be_read_back_is_said(short, tmp_path, monkeypatch):
    monkeypatch.setattr(archive_content, "_kept", lambda _home: None)
    with pytest.raises(FileError, match="cannot be read back"):
        demo_content(tmp_path)


def test_leap_seconds_are_counted():
    # a day of UTC began at these mission times: 2010 epoch, and after each leap second
    assert mjd_of(0.0) == 55197.0
    assert mjd_of(78_796_801.0) == 56109.0
    assert mjd_of(173_404_802.0) == 57204.0
    assert mjd_of(220_924_803.0) == 57754.0
    assert date_of(220_924_803.0) == datetime(2017, 1, 1, tzinfo=UTC)
    assert date_of(78_796_799.0) == datetime(2012, 6, 30, 23, 59, 59, tzinfo=UTC)


def test_merging_keeps_order_and_flags():
    def photons(time, status=None):
        n = len(time)
        return Photons(np.array(time), np.arange(n), *np.zeros((4, n)), np.zeros(n, int), status)

    both = merged((photons([3.0, 5.0]), photons([1.0, 4.0], np.array([32, 0]))))
    assert both.time_s.tolist() == [1, 3, 4, 5]
    assert both.status.tolist() == [32, 0, 0, 0]
    assert both.pi.tolist() == [0, 0, 1, 1]
