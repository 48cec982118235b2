"""Counts of all regions: those of a plain mask, of the selection's cuts, and of no events at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token
from hypothesis import given, settings
from hypothesis import strategies as st
from region_samples import pixel_shapes

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Events, EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, PixelPoint
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.region_counts import RegionCountsRequest
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.engines.embedded.counts import solve_counts
from nuwidgets.engines.embedded.selection import cut_region
from nuwidgets.missions.nustar import NUSTAR

SIDE = 60
BANDS = (Band(3, 10), Band(10, 30), Band(3, 79))
SCREEN = ScreenRequest(EventsRequest("a.evt"))
PLANE = TangentPlane(30.0, 20.0, 29.5, 29.5, -6.8e-4, 6.8e-4)
REGIONS = st.lists(
    pixel_shapes(st.floats(-10, SIDE + 10), st.floats(0.5, 30)), min_size=1, max_size=4
).map(lambda shapes: Region(tuple(shapes)))


def make_events(n=4000, dtype=np.int16, **more):
    rng = np.random.default_rng(5)
    x, y = rng.integers(-4, SIDE + 5, (2, n)).astype(dtype)
    if np.dtype(dtype).kind == "f":
        x, y = (v + rng.uniform(-0.5, 0.5, n).astype(dtype) for v in (x, y))
    columns = {
        "time_s": np.sort(rng.uniform(0, 100, n)), "x": x, "y": y,
        "pi": rng.integers(-50, 4096, n).astype(np.int32), "grade": np.zeros(n, np.uint8),
        "gti": Gti(((0, 100),)), "pointing": Pointing("NuSTAR", "FPMA"), "plane": PLANE,
        "shape": (SIDE, SIDE), "det_id": rng.integers(0, 4, n).astype(np.uint8), "deadc": 0.8,
    }  # fmt: skip
    return Events(**{**columns, **more})


EVENTS, FLOATS = make_events(), make_events(dtype=np.float32)


def counted(events, source=None, background=None, bands=BANDS, **named):
    regions = (Region.of(region) for region in (source, background))
    request = RegionCountsRequest(SCREEN, *regions, NamedRegions.of(named), bands)
    return solve_counts(request, (events,), Token())


@pytest.mark.parametrize("events", [EVENTS, FLOATS], ids=["whole pixels", "floats"])
@settings(max_examples=60, deadline=None)
@given(source=REGIONS, background=REGIONS)
def test_counts_are_those_of_a_plain_mask(events, source, background):
    made = counted(events, source, background, knot=source)
    for row, region in enumerate((source, background)):
        placed = (events.x > -2) & (events.y > -2)
        inside = region.contains(events.x, events.y) & placed
        energy = 1.6 + 0.04 * events.pi
        for column, band in enumerate(BANDS):
            kept = inside & (energy >= band.lo_kev - 1e-9) & (energy < band.hi_kev - 1e-9)
            assert made.counts[row, column] == np.count_nonzero(kept)
        y, x = np.mgrid[:SIDE, :SIDE]
        assert made.n_pixels[row] == np.count_nonzero(region.contains(x, y))
        of = np.bincount(events.det_id[inside], minlength=4)
        if of.sum():
            assert made.detectors[row] == pytest.approx(of / of.sum())
        else:
            assert np.isnan(made.detectors[row]).all()
    assert np.array_equal(made.counts[2], made.counts[0])


@settings(max_examples=60, deadline=None)
@given(REGIONS)
def test_they_agree_with_the_cut_that_spectra_use(region):
    cut, made = cut_region(EVENTS, region), counted(EVENTS, region, bands=(Band(1.6, 165),))
    assert made.n_pixels[0] == cut.n_pixels
    lo, hi = NUSTAR.channels(Band(1.6, 165))
    assert made.counts[0, 0] == np.count_nonzero((cut.pi >= lo) & (cut.pi < hi))


def test_net_counts_by_area():
    made = counted(
        EVENTS, PixelCircle(30, 30, 10), PixelAnnulus(30, 30, 12, 25), far=PixelCircle(5, 5, 3)
    )
    assert made.names == ("source", "background", "far")
    assert made.livetime_s == pytest.approx(80)
    assert made.area_arcsec2 == pytest.approx(made.n_pixels * PLANE.pixel_arcsec**2)
    ratio = made.n_pixels[0] / made.n_pixels[1]
    n, b = made.counts[0].astype(float), made.counts[1].astype(float)
    assert made.net_counts[0] == pytest.approx(n - ratio * b)
    assert made.net_error[0] == pytest.approx(np.sqrt(n + ratio**2 * b))
    assert made.net_rate_per_s[0] == pytest.approx(made.net_counts[0] / 80)
    assert made.net_rate_error_per_s[2] == pytest.approx(made.net_error[2] / 80)
    assert made.rate_per_s[1] == pytest.approx(b / 80)
    assert made.error_per_s[1] == pytest.approx(np.sqrt(b) / 80)
    assert np.isnan(made.net_counts[1]).all()
    assert repr(made).startswith(f"<RegionCounts: source {int(n.sum())}, background")
    # even sky: nothing is left within the errors
    assert np.all(np.abs(made.net_counts[0]) < 4 * made.net_error[0])


def test_rows_of_zeros():
    far = Circle(200.0, -20.0, 30)  # the far side of the sky
    made = counted(EVENTS, None, None, off=PixelCircle(900, 900, 5), far=far, here=PixelPoint(3, 4))
    assert made.n_pixels.tolist() == [0, 0, 0, 0, 1]
    assert not made.counts[:4].any()
    assert np.isnan(made.net_counts).all()
    assert np.isnan(made.detectors[:4]).all()
    (said,) = made.provenance.warnings
    assert said.startswith("The far region is not counted: Cannot place")


def test_without_sky_detectors_or_good_time():
    plain = replace(EVENTS, plane=None, det_id=None, gti=Gti())
    made = counted(plain, PixelCircle(30, 30, 10), bands=())
    assert made.bands == (Band(3, 79),)
    assert made.counts[0, 0] == counted(EVENTS, PixelCircle(30, 30, 10)).counts[0, 2]
    assert np.isnan(made.area_arcsec2).all()
    assert np.isnan(made.detectors).all()
    assert np.isnan(made.rate_per_s).all()
    none = make_events(0)
    assert not counted(none, PixelCircle(30, 30, 10)).counts.any()


def test_other_bands_and_other_events_are_counted_anew():
    events = make_events()
    first = counted(events, PixelCircle(30, 30, 10))
    other = counted(events, PixelCircle(30, 30, 10), bands=(Band(3, 79),))
    assert other.counts[0, 0] == first.counts[0, 2]
    half = events.where(events.time_s < 50)
    assert counted(half, PixelCircle(30, 30, 10)).counts[0, 2] < first.counts[0, 2]


def test_arrays_are_read_only():
    made = counted(EVENTS, PixelCircle(30, 30, 10))
    assert not any(a.flags.writeable for a in (made.counts, made.n_pixels, made.detectors))
