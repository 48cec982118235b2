"""NuSTAR's products made by the tasks of the stand-in HEASoft: the same objects, the same counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from headas_standin import headas_environ, make_headas

from nuwidgets.core.job import Token
from nuwidgets.domain.comparison import CompareRequest
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.region import Annulus, Circle, Polygon, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest
from nuwidgets.engines.compare import solve_compare
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.heasoft.engine import HeasoftEngine
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.errors import CancelledError, EngineFailedError, FileError, InputError
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.regions import read_regions
from nuwidgets.files.task_inputs import pipeline_plan
from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.simulation.archive_folder import write_folder
from nuwidgets.simulation.truth import Truth

OWN = EmbeddedEngine()


class Ground:
    """A stand-in HEASoft, an observation that its nupipeline calibrated, and regions on it."""

    def __init__(self, folder: Path) -> None:
        truth = Truth(exposure_s=4000.0, seed=5)
        self.folder, self.headas = folder, make_headas(folder)
        write_folder(folder / truth.obs_id, truth)
        self.engine = self.engine_in(folder / "work")
        plan = pipeline_plan("NuSTAR", folder / truth.obs_id, truth.obs_id, "FPMA")
        run = self.engine.run(plan[0])
        events = EventsRequest(run.path("A01_cl.evt"), run.path("A_fpm.hk"))
        self.screen = ScreenRequest(events)
        pointing = OWN.solve(events, (), Token()).pointing
        at = pointing.ra_obj_deg, pointing.dec_obj_deg
        self.source, self.ring = (
            Region((Circle(*at, 100.0),)),
            Region((Annulus(*at, 150.0, 250.0),)),
        )

    def engine_in(self, home: Path, **faults: str) -> HeasoftEngine:
        engine = HeasoftEngine(find_installation(headas_environ(self.headas, **faults)))
        engine.home = home
        return engine

    def selected(self, **changes):
        """A request for a selection, and the selection."""
        screen = replace(self.screen, **{k: v for k, v in changes.items() if k != "background"})
        request = SelectionRequest(screen, self.source, changes.get("background", self.ring))
        return request, above(request)

    def runs(self) -> list[str]:
        return sorted(one.key for one in self.engine.runs.known())


def above(request: SelectionRequest):
    events = OWN.solve(request.screen.events, (), Token())
    screened = OWN.solve(request.screen, (events,), Token())
    return OWN.solve(request, (screened,), Token())


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return Ground(tmp_path_factory.mktemp("heasoft"))


def test_a_spectrum_is_the_embedded_engines_with_background_response_and_sidecar(ground):
    request, selection = ground.selected()
    asked = ExtractedSpectrumRequest(request, Grouping.parse("optsnmin 3"), engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    own = OWN.solve(replace(asked, engine=""), (selection,), Token())
    assert np.array_equal(made.counts, own.counts)
    assert np.array_equal(made.background.counts, own.background.counts)
    assert made.exposure_s == pytest.approx(own.exposure_s, rel=1e-9)
    assert made.response.matrix.shape[0] == 4096
    assert (made.name, made.request, made.pointing) == (own.name, asked, own.pointing)
    assert made.region == selection.source.region
    assert Path(made.path).name == f"nu{made.pointing.obs_id}A01_sr_grp.pha"
    assert np.array_equal(made.grouping, read_spectrum(made.path).grouping)
    assert -1 in made.grouping
    notes = made.provenance
    assert (notes.engine, notes.request, notes.warnings) == ("heasoft", asked, ())
    told = json.loads(Path(notes.sidecar_path).read_text("utf-8"))["given"]
    assert (told["lcfile"], told["runmkarf"], told["runmkrmf"]) == ("NONE", True, True)
    assert Path(notes.log_path).is_file()
    assert dict(notes.versions)["nuproducts"]


def test_another_grouping_runs_the_grouping_alone_and_none_of_it_again(ground):
    request, selection = ground.selected()
    asked = ExtractedSpectrumRequest(request, Grouping.parse("min 30"), engine="heasoft")
    first = ground.engine.solve(asked, (selection,), Token())
    before = ground.runs()
    other = replace(asked, grouping=Grouping.parse("min 40"))
    second = ground.engine.solve(other, (selection,), Token())
    new = set(ground.runs()) - set(before)
    assert len(new) == 1
    assert "ftgrouppha" in new.pop()
    assert first.grouping.tolist() != second.grouping.tolist()
    started = np.flatnonzero(first.grouping == 1)
    sums = np.add.reduceat(first.counts, started)[first.quality[started] == 0]
    assert np.all(sums[:-1] >= 30)  # ftgrouppha keeps what is left over as a last bin
    ground.engine.solve(asked, (selection,), Token())
    ground.engine.solve(replace(asked, grouping=Grouping()), (selection,), Token())
    assert len(ground.runs()) == len(before) + 1


def test_a_light_curve_is_net_corrected_and_in_the_same_bins(ground):
    request, selection = ground.selected()
    asked = LightCurveRequest(request, NUSTAR.band, 128.0, engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    own = OWN.solve(replace(asked, engine=""), (selection,), Token())
    assert np.allclose(made.time_s, own.time_s, atol=1e-3)
    assert np.array_equal(made.counts, own.counts)
    assert np.array_equal(made.background_counts, own.background_counts)
    assert np.array_equal(np.isnan(made.rate_per_s), np.isnan(own.rate_per_s))
    assert (made.background_subtracted, made.livetime_corrected) == (True, True)
    assert made.gti == own.gti
    # the stand-in corrects the source for what lies outside of the region, as nulccorr does
    whole = replace(asked, subtract_background=False)
    gross = ground.engine.solve(whole, (selection,), Token())
    own_gross = OWN.solve(replace(whole, engine=""), (selection,), Token())
    ratio = gross.rate_per_s / own_gross.rate_per_s
    assert np.nanstd(ratio) == pytest.approx(0, abs=1e-5)
    assert np.nanmean(ratio) > 1
    scale = np.mean(selection.source.n_pixels / selection.background.n_pixels)
    seen = 128.0 * made.fracexp * own.live_fraction
    expected = gross.rate_per_s - scale * own.background_counts / seen
    assert np.allclose(made.rate_per_s, expected, rtol=0.02, atol=1e-3, equal_nan=True)


def test_an_image_needs_no_region(ground):
    request, selection = ground.selected()
    asked = ImageRequest(request.screen, NUSTAR.band, 2)
    made = ground.engine.solve(asked, (selection.events,), Token())
    own = OWN.solve(asked, (selection.events,), Token())
    assert np.array_equal(made.counts, own.counts)
    assert made.plane.x_ref == pytest.approx(own.plane.x_ref)
    assert made.provenance.engine == "heasoft"


def test_chosen_times_and_no_background_are_told_to_the_task(ground):
    whole = ground.selected()[1].events.gti.intervals
    half = Gti(((whole[0][0], whole[0][0] + 700.0),))
    request, selection = ground.selected(user_gti=half, background=Region())
    asked = LightCurveRequest(request, NUSTAR.band, 100.0, engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    own = OWN.solve(replace(asked, engine=""), (selection,), Token())
    assert np.array_equal(made.counts, own.counts)
    assert made.gti.ontime_s == pytest.approx(700.0)
    assert not made.background_subtracted
    assert made.provenance.warnings == (
        "No background was taken away: there is no background region.",
    )
    told = json.loads(Path(made.provenance.sidecar_path).read_text("utf-8"))["given"]
    assert told["bkgextract"] is False
    assert Path(told["usrgtifile"]).parent == ground.folder / "work" / "runs" / "gti"


def test_no_good_time_is_said_before_anything_runs(ground):
    request, selection = ground.selected()
    nothing = replace(request, screen=replace(request.screen, user_gti=Gti()))
    asked = ExtractedSpectrumRequest(nothing, engine="heasoft")
    with pytest.raises(InputError, match="no good time is chosen"):
        ground.engine.solve(asked, (selection,), Token())


def test_response_files_that_are_given_are_used_and_not_made(ground):
    request, selection = ground.selected()
    asked = ExtractedSpectrumRequest(request, Grouping(), engine="heasoft")
    usual = ground.engine.solve(asked, (selection,), Token())
    given = replace(asked, rmf_path=usual.response.rmf_path, arf_path=usual.response.arf_path)
    made = ground.engine.solve(given, (selection,), Token())
    assert made.response.rmf_path == given.rmf_path
    told = json.loads(Path(made.provenance.sidecar_path).read_text("utf-8"))["given"]
    assert (told["runmkarf"], told["runmkrmf"]) == (False, False)
    assert not [name for name in Path(made.path).parent.iterdir() if name.suffix == ".arf"]


def test_a_region_is_written_once_whole_and_warned_about(ground):
    request, selection = ground.selected()
    centre = ground.source.shapes[0]
    ra, dec = centre.ra_deg, centre.dec_deg
    corners = Polygon((ra - 0.03, ra + 0.03, ra), (dec - 0.02, dec - 0.02, dec + 0.03))
    hole = Circle(ra, dec + 0.005, 8.0, exclude=True)
    region = Region((corners, hole))
    request = replace(request, source=region)
    selection = above(request)
    asked = ExtractedSpectrumRequest(request, Grouping(), engine="heasoft")
    made = ground.engine.solve(asked, (selection,), Token())
    assert made.total == selection.source.n_events
    said = " ".join(made.provenance.warnings)
    assert "begins with a polygon" in said
    assert "first shape" in said
    told = json.loads(Path(made.provenance.sidecar_path).read_text("utf-8"))["given"]
    written = Path(told["srcregionfile"])
    assert read_regions(written) == region
    time_ns = written.stat().st_mtime_ns
    ground.engine.solve(asked, (selection,), Token())
    assert written.stat().st_mtime_ns == time_ns
    assert not [path for path in written.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("kind", ["spectrum", "lightcurve", "image"])
def test_grades_that_the_task_cannot_leave_out_are_refused(ground, kind):
    request, selection = ground.selected()
    some = replace(request, screen=replace(request.screen, max_grade=4))
    asked = {
        "spectrum": ExtractedSpectrumRequest(some, engine="heasoft"),
        "lightcurve": LightCurveRequest(some, NUSTAR.band, 100.0, engine="heasoft"),
        "image": ImageRequest(some.screen, NUSTAR.band),
    }[kind]
    over = selection.events if kind == "image" else selection
    with pytest.raises(InputError, match=r"nupipeline with gradeexpr='0-4'.*embedded engine"):
        ground.engine.solve(asked, (over,), Token())


def test_a_task_that_fails_is_an_error_with_its_log(ground):
    request, selection = ground.selected()
    engine = ground.engine_in(ground.folder / "broken", nuproducts="fail")
    asked = ExtractedSpectrumRequest(request, engine="heasoft")
    with pytest.raises(EngineFailedError, match="nuproducts") as caught:
        engine.solve(asked, (selection,), Token())
    assert caught.value.exit_code == 1
    assert caught.value.log_tail
    assert Path(caught.value.log_path).is_file()


def test_events_without_what_the_task_reads_beside_them_say_what_to_do(ground, observation):
    stem = f"nu{observation.name}A"
    path = observation / "event_cl" / f"{stem}01_cl.evt"
    screen = ScreenRequest(EventsRequest(str(path)))
    request = SelectionRequest(screen, Region((Circle(280.33, 35.33, 100.0),)))
    selection = replace(ground.selected()[1])
    events = replace(
        selection.events,
        pointing=replace(selection.events.pointing, obs_id=observation.name),
    )
    asked = ExtractedSpectrumRequest(request, engine="heasoft")
    with pytest.raises(FileError, match=r"Cannot run nuproducts .* run the pipeline"):
        ground.engine.solve(asked, (replace(selection, events=events),), Token())


def test_stop_ends_the_task_and_leaves_no_product(ground):
    request, selection = ground.selected()
    home = ground.folder / "stopped"
    engine = ground.engine_in(home, STANDIN_PAUSE_S="2")
    token = Token()
    token._hear = lambda progress: token.cancel() if progress.parts else None
    asked = ExtractedSpectrumRequest(request, engine="heasoft")
    with pytest.raises(CancelledError):
        engine.solve(asked, (selection,), token)
    assert [one.state for one in engine.runs.known()] == ["stopped"]
    assert not list(home.rglob("*.pha"))


def test_both_engines_are_compared(ground):
    request, selection = ground.selected()
    asked = CompareRequest(
        ExtractedSpectrumRequest(request), LightCurveRequest(request, NUSTAR.band, 128.0)
    )
    engines = {"embedded": OWN, "heasoft": ground.engine}
    made = solve_compare(
        asked, (selection,), Token(), lambda name, r: engines[name].solve(r, (selection,), Token())
    )
    assert np.all(made.counts.ratio == 1)
    assert len(made.area)
    assert np.allclose(made.area.ratio, 1, rtol=1e-5)
    assert len(made.rates) == len(made.lightcurves[0].time_s[made.lightcurves[0].good()])
    words = " ".join(made.summary)
    assert "Counts, 3-79 keV: both are equal" in words
    assert "at all times alike" in words
    assert [p.provenance.engine for p in made.spectra] == ["embedded", "heasoft"]
    assert made.provenance.engine == "embedded and heasoft"


def test_a_way_of_grouping_that_the_task_has_not_is_our_own_and_said_so(ground, monkeypatch):
    monkeypatch.setattr("nuwidgets.engines.heasoft.group.KINDS", ("optsnmin",))
    request, selection = ground.selected()
    asked = ExtractedSpectrumRequest(request, Grouping.parse("min 35"), engine="heasoft")
    before = ground.runs()
    made = ground.engine.solve(asked, (selection,), Token())
    own = OWN.solve(replace(asked, engine=""), (selection,), Token())
    assert made.provenance.warnings == ("ftgrouppha cannot group by 'min 35': nuwidgets did.",)
    assert np.array_equal(made.grouping, own.grouping)
    assert [key for key in ground.runs() if "ftgrouppha" in key] == [
        key for key in before if "ftgrouppha" in key
    ]
