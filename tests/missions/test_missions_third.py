"""A third mission is one file: that of docs/missions.md, from a search to a spectrum."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets as nw
import nuwidgets.missions as package
from nuwidgets.archive.places import Places
from nuwidgets.domain.band import Band
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.hk_columns import hk_files_of
from nuwidgets.files.identify import describe, identify
from nuwidgets.files.observation_folder import observation_of
from nuwidgets.files.task_inputs import missing_of, pipeline_plan
from nuwidgets.missions.base import mission_of, missions
from nuwidgets.missions.registry import known
from nuwidgets.missions.task_book import caldb_of, task_of
from nuwidgets.simulation.server.archive import ArchiveServer
from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveContent, ArchiveTable

PAGE = (Path(__file__).parents[2] / "docs" / "missions.md").read_text("utf-8")
SOURCE = PAGE.split("```python\n")[1].split("```")[0]
ID, RA_DEG, DEC_DEG, N_SOURCE = "123456", 136.17, -32.38, 400


@pytest.fixture
def kestrel(tmp_path, monkeypatch):
    """The mission of the page, in a folder that the package's path names beside its own."""
    more = tmp_path / "more"
    more.mkdir()
    (more / "kestrel.py").write_text(SOURCE, "utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(more)])
    yield mission_of("KESTREL")
    sys.modules.pop("nuwidgets.missions.kestrel", None)
    vars(package).pop("kestrel", None)


def observation(home: Path) -> Path:
    """Write an observation in the archive's layout: a source in the middle, and background."""
    rng = np.random.default_rng(1)
    n, time = 1000, np.sort(rng.uniform(1000.0, 3000.0, 1000))
    near = np.arange(n) < N_SOURCE
    x, y = (np.where(near, rng.normal(500.5, 3, n), rng.uniform(300, 700, n)) for _ in "xy")
    columns = {"TIME": ("D", time), "X": ("I", np.rint(x)), "Y": ("I", np.rint(y)),
               "PI": ("I", rng.integers(20, 300, n)), "GRADE": ("I", np.zeros(n))}  # fmt: skip
    table = fits.BinTableHDU.from_columns(
        [fits.Column(name, form, array=values) for name, (form, values) in columns.items()],
        name="EVENTS",
    )
    good = fits.BinTableHDU.from_columns(
        [fits.Column(name, "D", array=[t]) for name, t in (("START", 1000.0), ("STOP", 3000.0))],
        name="GTI",
    )
    for number, kind, value, step in ((2, "RA---TAN", RA_DEG, -1), (3, "DEC--TAN", DEC_DEG, 1)):
        words = {"TCTYP": kind, "TCRVL": value, "TCRPX": 500.5, "TCDLT": step * 2.36 / 3600,
                 "TCUNI": "deg", "TLMIN": 1, "TLMAX": 1000}  # fmt: skip
        table.header.update({f"{name}{number}": word for name, word in words.items()})
    for hdu in (table, good):
        hdu.header.update(TELESCOP="KESTREL", INSTRUME="XCAM", OBS_ID=ID, OBJECT="Nova", MJDREFI=51910,
                          MJDREFF=7.4e-4, TIMESYS="TT", TSTART=1000.0, TSTOP=3000.0, EXPOSURE=2000.0,
                          RA_OBJ=RA_DEG, DEC_OBJ=DEC_DEG)  # fmt: skip
    for folder in ("events", "orbit"):
        (home / folder).mkdir(parents=True)
    fits.HDUList([fits.PrimaryHDU(), table, good]).writeto(home / f"events/ks{ID}_x_cl.evt")
    (home / f"orbit/ks{ID}_orbit.fits").write_bytes(fits.PrimaryHDU().header.tostring().encode())
    return home


@pytest.fixture
def folder(kestrel, tmp_path):
    return observation(tmp_path / "data" / ID)


def test_its_record_is_found_and_the_others_come_first(kestrel):
    assert list(missions()) == ["NuSTAR", "Swift", "Kestrel"]
    assert known().broken == {}
    assert task_of("kspipeline").says == "Calibrates and screens events."
    assert task_of("ftgrouppha") == missions()["NuSTAR"].heasoft.tasks["ftgrouppha"]
    assert (caldb_of("kspipeline"), caldb_of("nupipeline")) == ("kestrel/xcam", "nustar/fpm")


@pytest.mark.usefixtures("kestrel")
def test_its_folder_and_files_are_known(folder):
    found = identify(folder)
    assert (found.kind, found.obs_id, len(found.events)) == ("obsid", ID, 1)
    assert [(m.name, o) for m, o in [observation_of(str(folder))]] == [("Kestrel", ID)]
    assert describe(found.events[0].path)["energy_range_kev"][0] >= 0.1 + 20 * 0.02
    assert [Path(p).name for p in hk_files_of(found.events[0].path)] == [f"ks{ID}_orbit.fits"]


@pytest.mark.usefixtures("kestrel")
def test_from_its_events_to_image_light_curve_and_spectrum(folder):
    with nw.open(folder) as s:
        (name,) = s.datasets
        one = s.datasets[name]
        assert name == f"{ID}X"
        assert one.image.band == Band(0.4, 8.0)
        assert one.lightcurve.binsize_s == 50.0
        assert str(one.spectrum.grouping) == "min 5"
        assert one.counts.bands == (Band(0.4, 2.0), Band(2.0, 8.0))
        (circle,) = one.regions.source.shapes
        assert circle.radius_arcsec == pytest.approx(40.0)
        assert np.hypot(circle.ra_deg - RA_DEG, circle.dec_deg - DEC_DEG) * 3600 < 10
        assert one.image.run().counts.sum() == 1000 - np.sum(one.events.product.pi >= 395)
        assert one.lightcurve.run().binsize_s == 50.0
        spectrum = one.spectrum.run()
        assert len(spectrum.counts) == 512
        assert spectrum.counts.sum() >= 0.98 * N_SOURCE
        assert "no approximate one" in " ".join(spectrum.provenance.warnings)
        with pytest.raises(InputError, match=r"'KESTREL': it is for NuSTAR"):
            one.geometry.run()
        one.image.frame = "det1"
        with pytest.raises(InputError, match=r"DET1\) of 'KESTREL': only NuSTAR's"):
            one.image.run()
        assert one.profile.run().fit is not None
        assert "x.spectrum.run()" in s.script()


def test_its_pipeline_is_planned_and_its_cleaned_events_are_opened(kestrel, folder):
    (run,) = pipeline_plan(kestrel, folder, ID, "xcam", (("clobber", False),))
    assert (run.task, run.subject) == ("kspipeline", f"{ID} XCAM")
    given = {"indir": str(folder), "steminputs": f"ks{ID}", "outdir": "{out}", "clobber": False}
    assert run.given == given
    assert run.inputs == (str(folder / "events"), str(folder / "orbit"))
    assert f"no events/ks{ID}_x_uf.evt" in missing_of(kestrel, folder, ID)
    with pytest.raises(InputError, match="Cannot set indir='x' of kspipeline"):
        pipeline_plan(kestrel, folder, ID, parameters=(("indir", "x"),))
    with pytest.raises(InputError, match="Kestrel has no instrument 'FPMA'"):
        pipeline_plan(kestrel, folder, ID, "FPMA")
    with nw.Session(live=False) as s:
        s.pipeline.folders, s.pipeline.instrument = folder, "xcam"
        assert s.pipeline.instrument == "XCAM"
        assert [run.subject for run in s.pipeline.run().runs] == [f"{ID} XCAM"]
        assert list(s.datasets) == [f"{ID}X"]


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


@pytest.mark.usefixtures("kestrel")
def test_panels_offer_it():
    with nw.Session(live=False) as s:
        s.find.mission = "kestrel"
        search, pipeline = nw.SearchPanel(s), nw.PipelinePanel(s)
        (choice,) = (one for one in walk(search) if getattr(one, "value", "") == "Kestrel")
        assert choice.options == ("NuSTAR", "Swift", "Kestrel")
        assert pipeline.choice.instrument.layout.display == "none"
        s.find.mission = "NuSTAR"
        assert pipeline.choice.instrument.layout.display is None
        modules = (("FPMA and FPMB", "both"), ("FPMA", "FPMA"), ("FPMB", "FPMB"))
        assert pipeline.choice.instrument.options == modules
        s.pipeline.instrument = "XCAM"
        s.find.mission = "Swift"
        assert pipeline.choice.instrument.value == "XCAM"
        with pytest.raises(InputError, match=r"No mission has an instrument 'XCAN'\. Did you mean"):
            s.pipeline.instrument = "XCAN"


COLUMNS = (
    ArchiveColumn("name"), ArchiveColumn("obsid"), ArchiveColumn("ra", "double", "deg"),
    ArchiveColumn("dec", "double", "deg"), ArchiveColumn("time", "double", "d"),
    ArchiveColumn("exposure", "double", "s"), ArchiveColumn("__row"),
)  # fmt: skip


def test_it_is_searched_listed_and_downloaded(kestrel, folder, tmp_path):
    path = f"/FTP/kestrel/data/{ID}/"
    root = tmp_path / "archive"
    (root / "FTP/kestrel/data").mkdir(parents=True)
    folder.rename(root / path.strip("/"))
    rows = (("Nova", ID, RA_DEG, DEC_DEG, 55800.0, 2000.0, "7"),)
    usual = ("name", "obsid", "ra", "dec", "time", "exposure")
    table = ArchiveTable("kestmaster", "Kestrel Master Catalog", COLUMNS, rows, 10.0, usual)
    with ArchiveServer(ArchiveContent(root, (table,), {"7": path})) as server, nw.Session() as s:
        s.servers.known["heasarc"] = Places(
            vo_url=server.vo_url, data_url=server.data_url, bucket="", mount="", remembered=False
        )
        s.find.mission, s.find.target = "kestrel", f"{RA_DEG} {DEC_DEG}"
        assert s.find.run().obs_id == (ID,)
        s.find.select(ID)
        s.download.folder = tmp_path / "got"
        product = s.download.run()
        there = sorted(p.name for p in Path(product.observations[0].folder).rglob("ks*"))
        assert there == [f"ks{ID}_orbit.fits", f"ks{ID}_x_cl.evt"]
        assert list(s.datasets) == [f"{ID}X"]
    assert kestrel.archive.role(f"events/ks{ID}_x_uf.evt.gz").says == "unfiltered events"


# ------------------------------------------------------------------- from another package, broken


def installed(folder: Path, points: dict[str, str], **modules: str) -> None:
    """Write packages' modules, and what tells that they are installed."""
    told = folder / "kestrel_mission-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: kestrel-mission\nVersion: 1.0\n")
    lines = (f"{name} = {value}\n" for name, value in points.items())
    (told / "entry_points.txt").write_text("[nuwidgets.missions]\n" + "".join(lines))
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)


def test_another_package_brings_it_and_what_is_broken_is_told(tmp_path, monkeypatch):
    second = SOURCE.replace('"Kestrel"', '"SWIFT"')
    points = {
        "kestrel": "kestrel_mission:MISSION", "gone": "no_such_package:MISSION",
        "again": "kestrel_again:MISSION", "text": "kestrel_text:MISSION",
        "odd": "kestrel_odd:MISSION", "uneven": "kestrel_uneven:MISSION",
    }  # fmt: skip
    odd = SOURCE.replace('"Kestrel"', '"Odd"').replace("events/ks{obs_id}_x", "ks{number}_x")
    uneven = SOURCE.replace('"Kestrel"', '"Uneven"').replace('("X",)', '("X", "Y")')
    installed(
        tmp_path, points, kestrel_mission=SOURCE, kestrel_again=second, kestrel_text="MISSION = 1",
        kestrel_odd=odd, kestrel_uneven=uneven,
    )  # fmt: skip
    monkeypatch.syspath_prepend(tmp_path)
    assert list(missions()) == ["NuSTAR", "Swift", "Kestrel"]
    assert mission_of("kestrel").n_channels == 512
    broken = known().broken
    assert "No module named 'no_such_package'" in broken["gone = no_such_package:MISSION"]
    assert "a mission 'SWIFT' already" in broken["again = kestrel_again:MISSION"]
    assert "MISSION is of type int" in broken["text = kestrel_text:MISSION"]
    assert "only {obs_id} and {module}" in broken["odd = kestrel_odd:MISSION"]
    assert "one instrument for each module" in broken["uneven = kestrel_uneven:MISSION"]
    with pytest.raises(InputError, match=r"The mission of 'gone = no_such_package:MISSION' does"):
        mission_of("Gone")


def test_a_broken_file_keeps_nothing_from_the_others(tmp_path, monkeypatch):
    (tmp_path / "broken_one.py").write_text("MISSION = ")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    assert list(missions()) == ["NuSTAR", "Swift"]
    assert known().broken["nuwidgets.missions.broken_one"].startswith("SyntaxError")


@pytest.mark.usefixtures("kestrel")
def test_a_folder_of_none_of_them_names_what_was_looked_for(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FileError, match=r"none of event_cl/nu<obsid>.*events/ks<obsid>_x_cl\.evt"):
        identify(empty)
    with pytest.raises(FileError, match=r"event_cl/.*; events/, orbit/\)"):
        observation_of(str(empty))
