"""Swift's products by the stand-in HEASoft: exposure map, spectrum, an RMF that is looked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from astropy.io import fits
from headas_standin import headas_environ, make_headas, make_swift_observation

from nuwidgets.core.job import Token
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.region import Annulus, Box, Circle, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest
from nuwidgets.domain.task import TaskRun
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.heasoft.engine import HeasoftEngine
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.engines.heasoft.swift_products import _beside, find_rmf, observation_folder
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.task_inputs import pipeline_plan
from nuwidgets.missions.swift import SWIFT

OWN = EmbeddedEngine()
OBS_ID = "00032043001"


class Ground:
    """A stand-in HEASoft, an observation of Swift, and a region on its source."""

    def __init__(self, folder: Path, year: int) -> None:
        headas = make_headas(folder)
        self.observation = make_swift_observation(folder, OBS_ID, year)
        self.engine = HeasoftEngine(find_installation(headas_environ(headas)))
        self.engine.home = folder / "work"

    def events(self) -> EventsRequest:
        (path,) = (self.observation / "xrt" / "event").glob("*po_cl.evt*")
        return EventsRequest(str(path))

    def selected(self, events: EventsRequest, shape: type = Circle, background: bool = True):
        """A request for a selection, and the selection."""
        opened = OWN.solve(events, (), Token())
        at = opened.pointing.ra_obj_deg, opened.pointing.dec_obj_deg
        sizes = (60.0,) if shape is Circle else (80.0, 80.0)
        ring = Region((Annulus(*at, 120.0, 240.0),)) if background else Region()
        request = SelectionRequest(ScreenRequest(events), Region((shape(*at, *sizes),)), ring)
        return request, OWN.solve(request, (opened,), Token())

    def given(self, product) -> dict:
        return json.loads(Path(product.provenance.sidecar_path).read_text("utf-8"))["given"]


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return Ground(tmp_path_factory.mktemp("swift"), 2011)


def test_a_spectrum_has_the_rmf_of_its_year_and_all_its_parts(ground):
    request, selection = ground.selected(ground.events())
    asked = ExtractedSpectrumRequest(request, Grouping.parse("min 1"), engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    own = OWN.solve(replace(asked, engine=""), (selection,), Token())
    assert np.array_equal(made.counts, own.counts)
    assert np.array_equal(made.background.counts, own.background.counts)
    assert own.response.provenance.approximate
    assert "20110101v014.rmf" in made.response.rmf_path
    assert made.response.arf_path.endswith("sr.arf")
    assert made.response.matrix.shape[0] == SWIFT.n_channels
    assert Path(made.path).name.endswith("sr_grp.pha")
    assert np.allclose(made.background_ratio, own.background_ratio)
    assert ground.given(made)["expofile"].endswith("_ex.img")
    assert made.name == own.name


def test_a_light_curve_is_corrected_source_and_background_alike(ground):
    request, selection = ground.selected(ground.events())
    asked = LightCurveRequest(request, SWIFT.band, 200.0, engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    own = OWN.solve(replace(asked, engine=""), (selection,), Token())
    assert np.array_equal(made.counts[made.fracexp > 0], own.counts[own.fracexp > 0])
    assert made.background_subtracted
    good = np.isfinite(made.rate_per_s) & (np.abs(own.rate_per_s) > 0)
    ratio = made.rate_per_s[good] / own.rate_per_s[good]
    assert len(ratio) > 1
    assert np.std(ratio) / np.mean(ratio) < 0.02
    assert np.mean(ratio) > 1
    plain = replace(asked, correct_livetime=False)
    uncorrected = ground.engine.solve(plain, (selection,), Token())
    own_plain = OWN.solve(replace(plain, engine=""), (selection,), Token())
    assert np.allclose(uncorrected.rate_per_s, own_plain.rate_per_s, rtol=1e-4, equal_nan=True)
    assert "attfile" not in ground.given(uncorrected)
    assert ground.given(made)["attfile"]


def test_an_image_and_a_source_without_background(ground):
    events = ground.events()
    request, selection = ground.selected(events, background=False)
    image = ImageRequest(request.screen, SWIFT.band)
    made = ground.engine.solve(image, (selection.events,), Token())
    assert np.array_equal(made.counts, OWN.solve(image, (selection.events,), Token()).counts)
    asked = LightCurveRequest(request, SWIFT.band, 200.0, engine="heasoft")
    curve = ground.engine.solve(asked, (selection,), Token())
    assert not curve.background_subtracted
    assert "no background region" in curve.provenance.warnings[-1]


def test_a_region_that_cannot_be_corrected_for_is_warned_about(ground):
    from nuwidgets.domain.region import Ellipse

    request, selection = ground.selected(ground.events(), Ellipse)
    asked = LightCurveRequest(request, SWIFT.band, 200.0, engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    assert "ellipse" in " ".join(made.provenance.warnings)
    request, selection = ground.selected(ground.events(), Box)
    asked = replace(asked, selection=request)
    assert ground.engine.solve(asked, (selection,), Token()).provenance.warnings == ()


def test_events_that_xrtpipeline_made_find_their_observation_and_the_rmf_of_its_year(tmp_path):
    later = Ground(tmp_path, 2019)
    run = later.engine.run(pipeline_plan("Swift", later.observation, OBS_ID)[0])
    (name,) = (n for n in run.files if "xpc" in n and n.endswith("po_cl.evt"))
    events = EventsRequest(f"{run.folder}/{name}")
    assert observation_folder(Path(events.path)) == later.observation
    request, selection = later.selected(events)
    asked = ExtractedSpectrumRequest(request, Grouping(), engine="heasoft")
    made = later.engine.solve(asked, (selection,), Token())
    assert made.total == selection.source.n_events
    assert "20130101v014.rmf" in made.response.rmf_path


def test_events_that_belong_nowhere_are_looked_for_beside_themselves(tmp_path):
    assert observation_folder(tmp_path / "a_cl.evt") == tmp_path
    (tmp_path / "nuwidgets-run.json").write_text("{}", "utf-8")
    assert observation_folder(tmp_path / "a_cl.evt") == tmp_path
    archived = tmp_path / "00032043001" / "xrt" / "event" / "a_cl.evt"
    assert observation_folder(archived) == tmp_path / "00032043001"


def test_what_lies_beside_events_of_windowed_timing_is_found(tmp_path):
    path = tmp_path / f"sw{OBS_ID}xwtw2po_cl.evt"
    header = fits.Header({"ATTFLAG": "100"})
    fits.HDUList([fits.PrimaryHDU(header=header)]).writeto(path)
    for name in ("xhd.hk", "sat.fits", "pat.fits"):
        (tmp_path / f"sw{OBS_ID}{name}").touch()
    opened = SimpleNamespace(pointing=Pointing("SWIFT", "XRT", OBS_ID, mode="WINDOWED"))
    found = _beside(ScreenRequest(EventsRequest(str(path))), opened)
    assert Path(found["attfile"]).name == f"sw{OBS_ID}sat.fits"
    assert Path(found["hdfile"]).name == f"sw{OBS_ID}xhd.hk"


def test_grades_cannot_be_left_out(ground):
    request, selection = ground.selected(ground.events())
    some = replace(request, screen=replace(request.screen, max_grade=4))
    asked = ExtractedSpectrumRequest(some, engine="heasoft")
    with pytest.raises(InputError, match="xrtpipeline with exprpcgrade='0-4'"):
        ground.engine.solve(asked, (selection,), Token())


@pytest.mark.parametrize(
    ("respfile", "words"),
    [("none", "its ARF names none"), ("a.rmf", "its ARF names 'a.rmf', which is not there")],
)
def test_an_rmf_that_is_nowhere_is_asked_for(ground, tmp_path, respfile, words):

    table = fits.BinTableHDU.from_columns(
        [fits.Column(n, "E", array=np.ones(2)) for n in ("ENERG_LO", "ENERG_HI", "SPECRESP")],
        name="SPECRESP",
    )
    table.header["RESPFILE"] = respfile
    arf = tmp_path / "sr.arf"
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(arf)
    run = TaskRun("xrtproducts", folder=str(tmp_path), files=("sr.arf",))
    with pytest.raises(FileError, match=rf"left no RMF in .*{words}.*as rmf_path"):
        find_rmf(run, str(arf))
    if respfile != "none":
        (tmp_path / respfile).write_bytes(b"an RMF")
        assert find_rmf(run, str(arf)) == str(tmp_path / respfile)


def test_of_several_rmfs_that_of_the_arf_or_of_the_log_is_the_one(tmp_path):
    early, late = "swxpc0to12s6_20110101v014.rmf", "swxpc0to12s6_20130101v014.rmf"
    arf, log = tmp_path / "sr.arf", tmp_path / "task.log"
    table = fits.BinTableHDU.from_columns([fits.Column("SPECRESP", "E", array=[1.0])])
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(arf)
    for name in (early, late):
        (tmp_path / name).write_bytes(b"an RMF")
    files = ("sr.arf", early, late)
    run = TaskRun("xrtproducts", folder=str(tmp_path), files=files, log_path=str(log))
    with pytest.raises(FileError, match=rf"left several RMFs \({early}, {late}\)"):
        find_rmf(run, str(arf))
    log.write_text(f"xrtproducts_0.4.3: Info: rmffile='{tmp_path}/{late}' is used\n", "utf-8")
    assert find_rmf(run, str(arf)) == str(tmp_path / late)
    fits.setval(arf, "RESPFILE", value=early, ext=1)
    assert find_rmf(run, str(arf)) == str(tmp_path / early)
    alone = replace(run, files=("sr.arf", late))
    assert find_rmf(alone, str(arf)) == str(tmp_path / late)


def test_other_data_modes_and_missions_say_how_grades_are_left_out(ground, monkeypatch):
    request, selection = ground.selected(ground.events())
    events = selection.events
    wt = replace(events, pointing=replace(events.pointing, mode="WINDOWED"))
    some = replace(request.screen, max_grade=1)
    with pytest.raises(
        InputError, match=r"xrtproducts takes all.*xrtpipeline with exprwtgrade='0-1'"
    ):
        ground.engine.solve(ImageRequest(some, SWIFT.band), (wt,), Token())
    without = replace(SWIFT, heasoft=replace(SWIFT.heasoft, products=""))
    monkeypatch.setattr("nuwidgets.engines.heasoft.products.mission_of", lambda _name: without)
    with pytest.raises(InputError, match="HEASoft makes no products of Swift here"):
        ground.engine.solve(ImageRequest(some, SWIFT.band), (wt,), Token())


def test_a_product_that_is_missing_is_named(tmp_path):
    from nuwidgets.engines.heasoft.bench import needed

    run = TaskRun("xrtproducts", "00032043001 XRT", folder=str(tmp_path), files=("sr.lc",))
    with pytest.raises(FileError, match=r"left no spectrum \(\*sr\.pha\).*only sr\.lc"):
        needed(run, "sr.pha", "spectrum")


def test_a_folder_that_cannot_hold_the_regions_is_said(ground, tmp_path):
    request, selection = ground.selected(ground.events())
    (tmp_path / "runs").write_text("a file, no folder", "utf-8")
    engine = HeasoftEngine(ground.engine.runs.installation)
    engine.home = tmp_path
    asked = LightCurveRequest(request, SWIFT.band, 200.0, engine="heasoft")
    with pytest.raises(FileError, match=r"Cannot write .*regions.*may be written to"):
        engine.solve(asked, (selection,), Token())
