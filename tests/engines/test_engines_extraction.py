from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Events, EventsRequest, LivetimeRecord, Pointing, ScreenRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, PixelPolygon
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, FileSpectrumRequest
from nuwidgets.engines.embedded.approximate import (
    approximate_response,
    source_position,
    warnings_of,
)
from nuwidgets.engines.embedded.engine import TABLE, EmbeddedEngine
from nuwidgets.engines.embedded.selection import cut_region, index_of
from nuwidgets.errors import InputError
from nuwidgets.science.nustar_response import PIXEL_ARCSEC
from nuwidgets.science.psf import enclosed

BAND = Band(3, 79)
SCREEN = ScreenRequest(EventsRequest("made.evt"))
SOURCE = Region((PixelCircle(500, 500, 30), PixelCircle(510, 505, 4, exclude=True)))
RING = Region((PixelAnnulus(500, 500, 50, 90),))
GTI = Gti(((100.0, 700.5), (900.25, 1500.0)))
PLANE = TangentPlane(280.0, 35.0, 499.5, 499.5, -PIXEL_ARCSEC / 3600, PIXEL_ARCSEC / 3600)


class Token:
    def check(self):
        pass

    def report(self, fraction=None, stage="", line=""):
        pass


def solve(request, *above):
    return EmbeddedEngine().solve(request, above, Token())


def make_events(n=20_000, seed=3, **changes):
    rng = np.random.default_rng(seed)
    time = rng.uniform(100, 1500, 2 * n)
    time = np.sort(time[GTI.contains(time)][:n])
    n = len(time)
    x, y = np.clip(rng.normal(500, 40, (2, n)), 0, 999).astype(np.int16)
    fields = {
        "time_s": time,
        "x": x,
        "y": y,
        "pi": np.minimum(rng.exponential(300, n), 4095).astype(np.int32),
        "grade": rng.integers(0, 27, n).astype(np.uint8),
        "gti": GTI,
        "pointing": Pointing("NuSTAR", "FPMA", "99901110002"),
        "plane": PLANE,
        "deadc": 0.9,
        "det_id": rng.integers(0, 4, n).astype(np.uint8),
    }
    return Events(**(fields | changes))


EVENTS = make_events()
SELECT = SelectionRequest(SCREEN, SOURCE, RING)


def inside_of(region, events=EVENTS):
    return region.contains(events.x, events.y, events.plane)


def test_every_request_has_a_function():
    from importlib import import_module

    for module, function in TABLE.values():
        assert callable(getattr(import_module(f"nuwidgets.engines.embedded.{module}"), function))


# --- screening


def test_nothing_asked_copies_nothing():
    screened = solve(SCREEN, EVENTS)
    assert screened.time_s is EVENTS.time_s
    assert screened.pi is EVENTS.pi
    assert screened.gti == GTI
    assert screened.deadc == EVENTS.deadc


@pytest.mark.parametrize("shuffled", [False, True])
def test_times_and_grades_are_kept_as_asked(shuffled):
    order = np.random.default_rng(1).permutation(len(EVENTS)) if shuffled else slice(None)
    events = EVENTS.where(order)
    user = Gti(((300.0, 400.0), (600.0, 1000.0)))
    screened = solve(replace(SCREEN, user_gti=user, max_grade=4), events)
    expected = user.intersect(GTI).contains(events.time_s) & (events.grade <= 4)
    assert np.array_equal(screened.time_s, events.time_s[expected])
    assert np.array_equal(screened.det_id, events.det_id[expected])
    assert screened.gti == user.intersect(GTI)


def test_events_outside_good_times_are_left_out():
    late = make_events(gti=Gti(((100.0, 700.5),)))
    screened = solve(SCREEN, late)
    assert len(screened) == np.count_nonzero(late.time_s < 700.5)


def test_dead_time_follows_the_chosen_times():
    second = np.arange(0.0, 1600.0)
    record = LivetimeRecord(second, np.where(second < 800, 0.9, 0.6))
    events = make_events(livetime=record, deadc=0.75)
    assert solve(SCREEN, events).deadc == 0.75
    late = solve(replace(SCREEN, user_gti=Gti(((950.0, 1200.5),))), events)
    assert late.deadc == pytest.approx(0.6)
    assert late.livetime_s == pytest.approx(0.6 * 250.5)


def test_times_that_were_never_good_are_refused():
    with pytest.raises(
        InputError, match=r"\(2000\.0 to 3000\.0 s\) have .* good times \(100\.0 to 1500\.0 s\)"
    ):
        solve(replace(SCREEN, user_gti=Gti(((2000.0, 3000.0),))), EVENTS)
    with pytest.raises(InputError, match=r"the chosen times \(none\)"):
        solve(replace(SCREEN, user_gti=Gti()), EVENTS)


def test_no_events_stay_no_events():
    none = EVENTS.where(np.zeros(len(EVENTS), bool))
    assert len(solve(replace(SCREEN, max_grade=0), none)) == 0


# --- image


@pytest.mark.parametrize("binning", [1, 3, 8])
def test_image_is_a_histogram(binning):
    image = solve(ImageRequest(SCREEN, BAND, binning), EVENTS)
    kept = (EVENTS.pi >= 35) & (EVENTS.pi < 1935)
    n = -(-1000 // binning)
    expected, *_ = np.histogram2d(
        EVENTS.y[kept], EVENTS.x[kept], bins=n, range=[[-0.5, n * binning - 0.5]] * 2
    )
    assert np.array_equal(image.counts, expected)
    assert image.total == kept.sum()


def test_wide_pixels_lie_where_their_fine_ones_do():
    image = solve(ImageRequest(SCREEN, BAND, 4), EVENTS)
    assert image.plane.to_sky(10, 20) == pytest.approx(PLANE.to_sky(41.5, 81.5))
    assert solve(ImageRequest(SCREEN, BAND), replace(EVENTS, plane=None)).plane is None


@pytest.mark.parametrize("binning", [0, -2, 5000])
def test_impossible_binning_is_refused(binning):
    with pytest.raises(InputError, match="whole number from 1 to 1000"):
        solve(ImageRequest(SCREEN, BAND, binning), EVENTS)


# --- selection


def test_selection_has_the_events_of_both_regions():
    selection = solve(SELECT, EVENTS)
    for cut, region in ((selection.source, SOURCE), (selection.background, RING)):
        inside = inside_of(region)
        assert sorted(cut.time_s) == sorted(EVENTS.time_s[inside])
        assert np.sum(cut.pi) == np.sum(EVENTS.pi[inside])
    assert selection.events is EVENTS


def test_sky_regions_are_placed_by_the_plane():
    sky = Region((Circle(280.0, 35.0, 60.0),))
    selection = solve(SelectionRequest(SCREEN, sky), EVENTS)
    assert len(selection.source.time_s) == inside_of(sky).sum()
    assert isinstance(selection.source.region.shapes[0], PixelCircle)
    assert selection.background is None


def test_no_source_region_is_said():
    with pytest.raises(InputError, match="Draw a source region"):
        solve(SelectionRequest(SCREEN), EVENTS)


def test_regions_without_counts_are_products_with_a_warning():
    far, other = (Region((PixelCircle(20, y, 2),)) for y in (20, 30))
    selection = solve(SelectionRequest(SCREEN, far, other), EVENTS)
    for name, said in zip(("source", "background"), selection.provenance.warnings, strict=True):
        assert f"{name} region has no counts" in said
    spectrum = solve(ExtractedSpectrumRequest(selection.request), selection)
    assert spectrum.total == spectrum.background.total == 0
    assert any("no counts" in s for s in spectrum.provenance.warnings)
    curve = solve(LightCurveRequest(selection.request, BAND, 100.0), selection)
    assert curve.counts.sum() == 0
    assert len(curve.provenance.warnings) == 1


def test_regions_off_the_image_are_refused():
    out, no_part = Region((PixelCircle(-500, 20, 2),)), Region((PixelCircle(20.5, 20.5, 0.1),))
    with pytest.raises(InputError, match="the source region covers no pixel"):
        solve(SelectionRequest(SCREEN, out), EVENTS)
    with pytest.raises(InputError, match="the source region covers no pixel"):
        solve(SelectionRequest(SCREEN, no_part), EVENTS)
    with pytest.raises(InputError, match="the background region covers no pixel"):
        solve(SelectionRequest(SCREEN, SOURCE, out), EVENTS)


def test_pixels_of_real_regions(shared_data):
    from nuwidgets.files.pha import read_spectrum

    spectra = shared_data / "nustar_spectra"
    numbers = {
        spectra / "vela_x1_90402339002_A/nu90402339002A01_sr.pha": 3464,
        spectra / "vela_x1_90402339002_A/nu90402339002A01_bk.pha": 2029,
        spectra / "30001039002/nu30001039002_srcA_sr.pha": 1051,
        next((shared_data / "swift_xrt").rglob("target_sr.pha")): 1148,
    }
    for path, number in numbers.items():
        cut = cut_region(EVENTS, read_spectrum(path).region)
        assert cut.n_pixels == number


# --- light curve


def test_light_curve_counts_every_event_once():
    curve = solve(LightCurveRequest(SELECT, BAND, 37.0), solve(SELECT, EVENTS))
    good = (EVENTS.pi >= 35) & (EVENTS.pi < 1935)
    assert curve.counts.sum() == np.sum(inside_of(SOURCE) & good)
    assert curve.background_counts.sum() == np.sum(inside_of(RING) & good)
    assert curve.time_s[0] == 100.0
    edges = np.append(curve.time_s, curve.time_s[-1] + 37.0)
    assert curve.fracexp == pytest.approx(GTI.overlap_s(edges) / 37.0)
    assert np.all(np.isnan(curve.rate_per_s) == (curve.fracexp == 0))


def test_rate_by_hand():
    selection = solve(SELECT, EVENTS)
    curve = solve(LightCurveRequest(SELECT, BAND, 100.0), selection)
    ratio = selection.source.n_pixels / selection.background.n_pixels
    i = 6
    seen = 100.0 * 0.005 * 0.9
    assert curve.fracexp[i] == pytest.approx(0.005)
    net = curve.counts[i] - ratio * curve.background_counts[i]
    assert curve.rate_per_s[i] == pytest.approx(net / seen)
    error = np.sqrt(curve.counts[i] + ratio**2 * curve.background_counts[i]) / seen
    assert curve.error_per_s[i] == pytest.approx(error)


def test_light_curve_without_corrections():
    selection = solve(SELECT, EVENTS)
    request = LightCurveRequest(
        SELECT, BAND, 100.0, subtract_background=False, correct_livetime=False
    )
    curve = solve(request, selection)
    assert curve.rate_per_s[0] == pytest.approx(curve.counts[0] / 100)
    assert not curve.background_subtracted
    assert not curve.livetime_corrected
    assert curve.live_fraction[0] == 0.9


def test_live_time_of_each_bin():
    second = np.arange(0.0, 1200.0)
    events = make_events(livetime=LivetimeRecord(second, np.where(second < 200, 0.5, 0.8)))
    curve = solve(LightCurveRequest(SELECT, BAND, 200.0), solve(SELECT, events))
    assert curve.live_fraction == pytest.approx([0.65, 0.8, 0.8, 0.8, 0.8, 0.8, 0.9])


@pytest.mark.parametrize("binsize", [0.0, -3.0, float("nan"), float("inf")])
def test_impossible_bins_are_refused(binsize):
    with pytest.raises(InputError, match="Give a length above 0"):
        solve(LightCurveRequest(SELECT, BAND, binsize), solve(SELECT, EVENTS))


def test_absurdly_many_bins_are_refused():
    with pytest.raises(InputError, match="Give longer bins"):
        solve(LightCurveRequest(SELECT, BAND, 1e-4), solve(SELECT, EVENTS))


def test_no_good_time_is_said():
    selection = solve(SELECT, replace(EVENTS, gti=Gti()))
    with pytest.raises(InputError, match="no good time"):
        solve(LightCurveRequest(SELECT, BAND, 10.0), selection)


@pytest.mark.filterwarnings("ignore::UserWarning")  # it would like numba
def test_same_counts_as_stingray():
    import stingray

    selection = solve(SELECT, EVENTS)
    curve = solve(LightCurveRequest(SELECT, BAND, 25.0), selection)
    pi = selection.source.pi
    times = np.sort(selection.source.time_s[(pi >= 35) & (pi < 1935)])
    theirs = stingray.Lightcurve.make_lightcurve(times, 25.0, tstart=100.0, tseg=1400.0)
    assert np.array_equal(curve.counts, theirs.counts)


# --- spectrum


def test_spectrum_counts_and_sizes():
    selection = solve(SELECT, EVENTS)
    spectrum = solve(ExtractedSpectrumRequest(SELECT), selection)
    assert np.array_equal(
        spectrum.counts, np.bincount(EVENTS.pi[inside_of(SOURCE)], minlength=4096)
    )
    assert spectrum.exposure_s == pytest.approx(GTI.ontime_s * 0.9)
    assert spectrum.backscal[0] == pytest.approx(selection.source.n_pixels * 1e-6)
    ratio = selection.source.n_pixels / selection.background.n_pixels
    assert spectrum.background_ratio[7] == pytest.approx(ratio)
    assert spectrum.name == "99901110002A"
    assert "first look" in spectrum.provenance.approximate


def test_map_of_the_region_holds_all_counts():
    spectrum = solve(ExtractedSpectrumRequest(SELECT), solve(SELECT, EVENTS))
    wmap, (x0, y0) = spectrum.wmap, spectrum.wmap_origin
    assert wmap[wmap >= 0].sum() == spectrum.total
    assert np.count_nonzero(wmap >= 0) == round(spectrum.backscal[0] * 1e6)
    y, x = np.indices(wmap.shape)
    assert np.array_equal(wmap >= 0, SOURCE.contains(x + x0, y + y0))
    here = (EVENTS.x == 500) & (EVENTS.y == 500)
    assert wmap[500 - y0, 500 - x0] == here.sum()


def test_channels_out_of_range_are_not_counted():
    pi = EVENTS.pi.copy()
    pi[:50], pi[50:100] = -4095, 4096
    spectrum = solve(ExtractedSpectrumRequest(SELECT), solve(SELECT, make_events(pi=pi)))
    assert spectrum.total == inside_of(SOURCE)[100:].sum()
    assert spectrum.wmap[spectrum.wmap >= 0].sum() == spectrum.total


def test_map_of_events_between_pixels():
    events = make_events(x=EVENTS.x + 0.25, y=EVENTS.y + 0.25)
    spectrum = solve(ExtractedSpectrumRequest(SELECT), solve(SELECT, events))
    assert spectrum.total == inside_of(SOURCE, events).sum()
    assert spectrum.wmap.max() > 0


@pytest.mark.parametrize("text", ["none", "min 20", "constant 8", "optsnmin 5"])
def test_spectrum_is_grouped_as_asked(text):
    request = ExtractedSpectrumRequest(SELECT, Grouping.parse(text))
    spectrum = solve(request, solve(SELECT, EVENTS))
    starts = np.flatnonzero(spectrum.grouping == 1)
    sums = np.add.reduceat(spectrum.counts, starts)
    assert sums.sum() == spectrum.total
    if text == "min 20":
        assert np.all(sums[spectrum.quality[starts] == 0] >= 20)
    if text != "none":
        assert len(starts) < 2500


def test_response_takes_the_enclosed_fraction():
    selection = solve(SelectionRequest(SCREEN, Region((PixelCircle(499.5, 499.5, 40),))), EVENTS)
    spectrum = solve(ExtractedSpectrumRequest(selection.request), selection)
    small = solve(SelectionRequest(SCREEN, Region((PixelCircle(499.5, 499.5, 12),))), EVENTS)
    other = solve(ExtractedSpectrumRequest(small.request), small)
    expected = enclosed(12 * PIXEL_ARCSEC) / enclosed(40 * PIXEL_ARCSEC)
    got = other.response.area_cm2[:1900] / spectrum.response.area_cm2[:1900]
    assert got == pytest.approx(expected, rel=0.02)


def test_where_the_source_is_taken_to_be():
    frame = index_of(EVENTS).sky
    assert source_position(SOURCE, frame) == (500, 500)
    square = Region((PixelPolygon((9.5, 20.5, 20.5, 9.5), (29.5, 29.5, 40.5, 40.5)),))
    assert source_position(square, frame) == (15, 35)
    nowhere = Region((PixelPolygon((-90.0, -80.0, -80.0), (0.0, 0.0, 9.0)),))
    assert source_position(nowhere, frame) == (500, 500)


def test_another_telescope_has_no_approximate_response():
    events = make_events(pointing=Pointing("CHANDRA", "ACIS", "1"), plane=None)
    response = approximate_response(SOURCE, index_of(events).sky, events)
    assert response is None
    assert "Give an RMF" in warnings_of(response, "CHANDRA").warnings[0]


def test_an_arf_needs_its_rmf():
    request = ExtractedSpectrumRequest(SELECT, arf_path="some.arf")
    with pytest.raises(InputError, match="Give its RMF too"):
        solve(request, solve(SELECT, EVENTS))


def test_response_files_are_used_and_kept(shared_data):
    cal = shared_data / "nustar_cal"
    request = ExtractedSpectrumRequest(
        SELECT, Grouping.parse("optsnmin 5"), str(cal / "diag.rmf"), str(cal / "template.arf")
    )
    first, second = (solve(request, solve(SELECT, EVENTS)) for _ in range(2))
    assert first.response is second.response
    assert first.response.area_cm2[210] == pytest.approx(388.6759, rel=1e-5)
    assert first.provenance.approximate == ""


def test_optimal_bins_need_a_response(shared_data):
    path = shared_data / "nustar_spectra/30001039002/nu30001039002_srcA_sr.pha"
    request = FileSpectrumRequest(str(path), rmf_path="none", grouping=Grouping.parse("optsnmin 5"))
    with pytest.raises(InputError, match="has no response"):
        solve(request)


def test_spectrum_file_is_grouped(shared_data):
    path = shared_data / "fit_sets/chandra_3c273/3c273.pi"
    own = solve(FileSpectrumRequest(str(path), grouping=Grouping("file")))
    mine = solve(FileSpectrumRequest(str(path), grouping=Grouping.parse("min 30")))
    assert own.total == mine.total == 736
    assert np.count_nonzero(mine.grouping == 1) < np.count_nonzero(own.grouping == 1)
    assert mine.request.grouping.scale == 30
    assert mine.response is not None


# --- a real event file


@pytest.fixture(scope="module")
def solar(shared_data):
    folder = shared_data / "nustar_events"
    request = EventsRequest(
        str(folder / "nu90410111001A06_cl_sunpos.evt"), str(folder / "nu90410111001A_fpm.hk")
    )
    return solve(ScreenRequest(request), solve(request))


def test_real_dead_time(solar):
    # nulivetime's own number, in the header of the event file
    assert solar.deadc == pytest.approx(0.693388029038728, abs=1e-12)
    assert solar.livetime_s == pytest.approx(70.0321908915824, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3), st.floats(1, 200), st.floats(1, 200))
def test_real_events_are_counted_exactly(solar, u, v, size, hole):
    x, y = (np.quantile(c, min(max(q, 0), 1)) + 300 * q for c, q in ((solar.x, u), (solar.y, v)))
    region = Region((PixelCircle(x, y, size), PixelCircle(x + 3, y, hole, exclude=True)))
    cut = cut_region(solar, region)
    placed = (solar.x > -2) & (solar.y > -2)
    assert len(cut.time_s) == np.count_nonzero(region.contains(solar.x, solar.y) & placed)


def test_real_light_curve_and_spectrum(solar):
    everything = Region((PixelCircle(0, 0, 1e4),))
    request = SelectionRequest(solar.request, everything)
    selection = solve(request, solar)
    curve = solve(LightCurveRequest(request, Band(1.6, 165), 10.0), selection)
    assert curve.counts.sum() == len(solar)
    exposed = np.nansum(curve.fracexp * 10.0 * curve.live_fraction)
    assert exposed == pytest.approx(solar.livetime_s, rel=1e-9)
    assert solve(ExtractedSpectrumRequest(request), selection).total == len(solar)
