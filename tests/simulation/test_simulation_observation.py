from __future__ import annotations

import json
from importlib import import_module

import numpy as np
import pytest

import nuwidgets
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import FileError, InputError
from nuwidgets.science.models.expression import Expression
from nuwidgets.simulation.detector import CENTRES, Mount, detector_of, in_frame, raw_pixels
from nuwidgets.simulation.observation import simulate
from nuwidgets.simulation.truth import FILES, OBS_ID, Truth

EXPOSURE_S = 20_000.0
demo = import_module("nuwidgets.simulation")  # `nuwidgets.simulation` is also a public function


class Token:
    def check(self):
        pass

    def report(self, fraction=None, stage="", line=""):
        pass


def solve(request, *above):
    return EmbeddedEngine().solve(request, above, Token())


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return simulate(tmp_path_factory.mktemp("demo"), exposure_s=EXPOSURE_S, seed=7)


@pytest.fixture(scope="module")
def both(home):
    return {m: solve(request_of(home, m)) for m in "AB"}


def request_of(home, module):
    events = home / "event_cl" / f"nu{OBS_ID}{module}01_cl.evt"
    return EventsRequest(str(events), str(home / "hk" / f"nu{OBS_ID}{module}_fpm.hk"))


def circle_of(path):
    ra, dec, radius = path.read_text().split("(")[1].rstrip('")\n').split(",")
    return Region((Circle(float(ra), float(dec), float(radius)),))


def select(home, both, module):
    folder = home / "event_cl"
    request = SelectionRequest(
        None, circle_of(folder / f"src{module}.reg"), circle_of(folder / f"bkg{module}.reg")
    )
    return request, solve(request, both[module])


def test_layout_is_the_archives(home):
    assert home.name == OBS_ID
    found = {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()}
    assert found == set(FILES)
    truth = json.loads((home / "truth.json").read_text())
    assert truth["simulated"] is True
    assert truth["expression"] == "tbabs*cutoffpl"
    assert truth["exposure_s"] == EXPOSURE_S


def test_events_are_complete(both):
    for module, events in both.items():
        assert events.provenance.warnings == ()
        assert events.pointing.object_name == "SIMULATED AGN"
        assert events.pointing.instrument == f"FPM{module}"
        assert events.ontime_s == pytest.approx(EXPOSURE_S)
        assert 0.96 < events.deadc < 0.99
        assert events.shape == (1000, 1000)
        assert np.all(events.gti.contains(events.time_s))
        assert np.all(np.diff(events.time_s) >= 0)
        assert set(np.unique(events.det_id)) == {0, 1, 2, 3}
        assert events.pi.min() >= 0
        assert events.pi.max() <= 4095
        assert len(events.gti.intervals) == pytest.approx(EXPOSURE_S / 3200, abs=2)


def test_header_and_housekeeping_agree(home, both):
    from astropy.io import fits

    header = fits.getheader(request_of(home, "A").path, "EVENTS")
    assert header["DEADC"] == pytest.approx(both["A"].deadc, rel=1e-9)
    assert header["EXPOSURE"] == pytest.approx(both["A"].livetime_s, rel=1e-9)
    assert header["DATE-OBS"].startswith("2024-04-")
    assert fits.getheader(request_of(home, "A").path)["TELESCOP"] == "NuSTAR"


def test_source_lies_where_it_should(home, both):
    truth = Truth()
    for module in both:
        _, selection = select(home, both, module)
        x, y = truth.source_pixel(module)
        core = np.hypot(selection.source.x - x, selection.source.y - y) < 12
        assert np.mean(selection.source.x[core]) == pytest.approx(x, abs=0.25)
        assert np.mean(selection.source.y[core]) == pytest.approx(y, abs=0.25)
    ra, dec = both["A"].plane.to_sky(*truth.source_pixel("A"))
    assert float(ra) == pytest.approx(truth.ra_deg, abs=1e-5)
    assert float(dec) == pytest.approx(truth.dec_deg, abs=1e-5)


def test_net_counts_are_those_of_the_true_model(home, both):
    truth, factor = Truth(), {"A": 1.0, "B": 1.03}
    for module in both:
        request, selection = select(home, both, module)
        spectrum = solve(ExtractedSpectrumRequest(request), selection)
        model = Expression.parse(truth.expression).evaluate(
            spectrum.response.energy_edges_kev, truth.values
        )
        band = slice(35, 1935)
        expected = (spectrum.response.matrix @ model)[band].sum() * factor[module]
        ratio = spectrum.background_ratio[0]
        source, background = spectrum.counts[band].sum(), spectrum.background.counts[band].sum()
        error = np.sqrt(source + ratio**2 * background)
        net = source - ratio * background
        assert net == pytest.approx(expected * spectrum.exposure_s, abs=4 * error)
        assert source * 50_000 / EXPOSURE_S == pytest.approx(25_000, rel=0.2)


def test_source_varies_slowly(home, both):
    request, selection = select(home, both, "A")
    curve = solve(LightCurveRequest(request, Band(3, 79), 512.0), selection)
    rate, error = curve.rate_per_s[curve.good()], curve.error_per_s[curve.good()]
    chi_square = np.sum(((rate - rate.mean()) / error) ** 2)
    assert chi_square > 3 * len(rate)
    assert 0.3 < rate.mean() < 0.7


def test_gaps_between_detectors_are_dark(home):
    from astropy.io import fits

    table = fits.getdata(request_of(home, "A").path, "EVENTS")
    across = np.bincount(table["DET1X"], minlength=361)
    assert across[179:183].sum() == 0
    assert np.all(across[100:170] > 0)
    assert np.array_equal(detector_of(table["DET1X"] * 1.0, table["DET1Y"] * 1.0), table["DET_ID"])
    assert np.ptp(table["RAWX"]) == 31


def test_same_seed_same_events(tmp_path):
    first, again, other = (
        simulate(tmp_path / name, exposure_s=300.0, seed=seed)
        for name, seed in (("1", 5), ("2", 5), ("3", 6))
    )
    name = f"event_cl/nu{OBS_ID}B01_cl.evt"
    assert (first / name).read_bytes() == (again / name).read_bytes()
    assert (first / name).read_bytes() != (other / name).read_bytes()


@pytest.mark.parametrize("exposure_s", [0.0, -5.0, float("nan"), 1e9])
def test_impossible_exposures_are_refused(tmp_path, exposure_s):
    with pytest.raises(InputError, match="Cannot simulate an exposure"):
        simulate(tmp_path, exposure_s=exposure_s)


def test_mount_there_and_back():
    mount, rng = Mount("A", 35.0), np.random.default_rng(1)
    x, y, time = rng.uniform(300, 700, (3, 50))
    there = mount.to_detector(x, y, time)
    assert np.array(mount.to_sky(*there, time)) == pytest.approx(np.array([x, y]))


def test_detectors_meet_at_the_middle_as_nustars_do():
    # corners of the raw pixels (0, 0) point to the middle of the focal plane
    for number, (x, y) in enumerate(CENTRES):
        inner = np.array([x + (78 if x < 180 else -78)]), np.array([y + (78 if y < 180 else -78)])
        which = detector_of(*inner)
        assert which == [number]
        assert [int(v[0]) for v in raw_pixels(*inner, which)] == [0, 0]
    assert detector_of(np.array([180.5]), np.array([260.0])) == [-1]
    assert in_frame(np.array([180.5, 5.0]), np.array([260.0, 260.0])).tolist() == [True, False]


def test_demo_folder_is_made_once(tmp_path, monkeypatch):
    made = []

    def quick(folder, *, report=None):
        made.append(folder)
        return simulate(folder, exposure_s=200.0, report=report)

    monkeypatch.setattr("nuwidgets.simulation.observation.simulate", quick)
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "own"))
    told = []
    first = demo.demo_folder(report=lambda fraction, stage: told.append((fraction, stage)))
    assert first == tmp_path / "own" / f"demo-{demo.VERSION}" / OBS_ID
    assert told[0] == (0.0, "simulating FPMA")
    assert told[-1][0] == 1.0
    assert demo.demo_folder() == first
    assert len(made) == 1
    assert [p.name for p in (tmp_path / "own").iterdir()] == [f"demo-{demo.VERSION}"]
    lost, kept = first / FILES[0], (first / FILES[1]).stat().st_mtime_ns
    lost.unlink()
    assert demo.demo_folder() == first
    assert lost.is_file()
    assert (first / FILES[1]).stat().st_mtime_ns == kept
    assert [p.name for p in (tmp_path / "own").iterdir()] == [f"demo-{demo.VERSION}"]
    lost.write_bytes(b"broken")
    with pytest.raises(FileError, match=r"own/demo.*delete that folder"):
        nuwidgets.demo()
    elsewhere = demo.demo_folder(tmp_path / "else")
    assert elsewhere.is_relative_to(tmp_path / "else")
    monkeypatch.setattr(demo, "VERSION", 99)
    assert "demo-99" in str(demo.demo_folder())


def test_cache_folder_follows_the_users_wishes(monkeypatch, tmp_path):
    monkeypatch.delenv("NUWIDGETS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert demo.cache_folder() == tmp_path / "nuwidgets"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert demo.cache_folder().parts[-2:] == (".cache", "nuwidgets")


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="set NUWIDGETS_CACHE"):
        demo.demo_folder(tmp_path / "file")


def test_simulate_is_found_where_it_is_looked_for():
    assert demo.simulate is simulate
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        demo.simulat  # noqa: B018
