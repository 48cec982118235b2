"""Images in bands, smoothed, over exposure, on the detectors; each against numpy and the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from task_toys import STEM

from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Events, EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.exposure_map import ExposureRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.image import ImageRequest
from nuwidgets.engines.embedded import image as room
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import CancelledError, FileError, InputError

if TYPE_CHECKING:
    from pathlib import Path

NAME = f"{STEM}A01_cl.evt"
ENGINE = EmbeddedEngine()
BAND = Band(3, 79)
MADE_UP = ScreenRequest(EventsRequest("made.evt"))


def solve(request, events, token=None):
    return ENGINE.solve(request, (events,), token or Token())


def channels(band):
    """Give the channels of a band: those whose lower edge lies in it."""
    lower = 1.6 + 0.04 * np.arange(4096)
    inside = np.flatnonzero((lower > band.lo_kev - 1e-6) & (lower < band.hi_kev - 1e-6))
    return inside[0], inside[-1]


def events_of(x, y, pi, shape, dtype=np.int16):
    n = len(x)
    return Events(
        time_s=np.linspace(0.0, 1.0, n),
        x=np.asarray(x, dtype),
        y=np.asarray(y, dtype),
        pi=np.asarray(pi, np.int32),
        grade=np.zeros(n, np.uint8),
        gti=Gti(((0.0, 2.0),)),
        pointing=Pointing("NuSTAR", "FPMA"),
        shape=shape,
    )


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 3000),
    st.sampled_from([(40, 30), (17, 64), (200, 3)]),
    st.integers(1, 3),
    st.sampled_from([np.int16, np.int32, np.float32]),
)
def test_every_band_is_a_histogram(seed, n, shape, binning, dtype):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-3, shape[1] + 2, n), rng.integers(-3, shape[0] + 2, n)
    pi = rng.integers(-5, 4096, n)
    bands = Band(3, 79), Band(3, 10), Band(10, 30), Band(100, 160)
    asked = ImageRequest(MADE_UP, bands[0], binning, bands=bands[1:])
    image = solve(asked, events_of(x, y, pi, shape, dtype))
    edges = [np.arange(-(-side // binning) + 1) * binning - 0.5 for side in shape]
    on = (x >= 0) & (y >= 0) & (x < shape[1]) & (y < shape[0])
    assert len(image.tiles) == 3
    for band, counts in zip(bands, (image.counts, *image.tiles), strict=True):
        lo, hi = channels(band)
        kept = on & (pi >= lo) & (pi <= hi)
        expected = np.histogram2d(y[kept], x[kept], bins=edges)[0]
        np.testing.assert_array_equal(counts, expected)
        assert counts.dtype == np.int32
        assert not counts.flags.writeable


def test_a_large_image_in_several_blocks(monkeypatch):
    monkeypatch.setattr(room, "_BLOCK", 1000)
    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 4000, (2, 10_500))
    image = solve(ImageRequest(MADE_UP, BAND), events_of(x, y, np.full(10_500, 500), (4000, 4000)))
    expected = np.zeros((4000, 4000), int)
    np.add.at(expected, (y, x), 1)
    np.testing.assert_array_equal(image.counts, expected)
    assert image.total == 10_500


def test_no_events_are_an_empty_image():
    image = solve(ImageRequest(MADE_UP, BAND, bands=(BAND,)), events_of([], [], [], (20, 30)))
    assert (image.counts.shape, image.counts.sum(), image.tiles[0].sum()) == ((20, 30), 0, 0)


def test_smoothing_keeps_the_counts_of_each_band():
    rng = np.random.default_rng(1)
    events = events_of(*rng.integers(0, 100, (2, 5000)), rng.integers(0, 1000, 5000), (100, 100))
    sharp = solve(ImageRequest(MADE_UP, BAND, bands=(Band(3, 10),)), events)
    soft = solve(ImageRequest(MADE_UP, BAND, bands=(Band(3, 10),), smooth_px=2.0), events)
    assert soft.counts.sum(dtype=float) == pytest.approx(sharp.total, rel=1e-6)
    assert soft.tiles[0].sum(dtype=float) == pytest.approx(sharp.tiles[0].sum(), rel=1e-6)
    assert soft.counts.std() < sharp.counts.std()
    assert soft.total == sharp.total


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": "flux"}, "Cannot make an image with quantity='flux'"),
        ({"frame": "det2"}, "Cannot make an image with frame='det2'.*'det1'"),
        ({"binning": 0}, "with a binning of 0 sky pixels"),
        ({"binning": 21}, "Give a whole number from 1 to 20"),
        ({"quantity": "corrected"}, "without an exposure map"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    asked = replace(ImageRequest(MADE_UP, BAND), **change)
    with pytest.raises(InputError, match=words):
        solve(asked, events_of([1], [2], [500], (20, 30)))


def test_it_stops_between_blocks(monkeypatch):
    monkeypatch.setattr(room, "_BLOCK", 10)

    class Stopping(Token):
        n = 0

        def check(self):
            self.n += 1
            if self.n == 3:
                self.cancel()
            super().check()

    with pytest.raises(CancelledError, match="Stopped on request"):
        solve(ImageRequest(MADE_UP, BAND), events_of(*np.ones((3, 100)), (20, 30)), Stopping())


# --- on a simulated observation


@pytest.fixture(scope="module")
def opened(observation: Path):
    request = EventsRequest(str(observation / "event_cl" / NAME))
    return ScreenRequest(request), ENGINE.solve(request, (), Token())


def screened(opened, **changes):
    asked = replace(opened[0], **changes)
    return asked, ENGINE.solve(asked, (opened[1],), Token())


def test_an_image_over_exposure_is_a_rate(opened):
    asked, events = screened(opened)
    exposure = ExposureRequest(asked)
    request = ImageRequest(
        asked, BAND, bands=(Band(3, 10),), quantity="corrected", exposure=exposure
    )
    image = solve(request, events)
    seconds = ENGINE.solve(exposure, (events,), Token()).exposure_s
    counts = solve(ImageRequest(asked, BAND, bands=(Band(3, 10),)), events)
    seen = seconds > 0.01 * seconds.max()
    for rate, own in zip((image.counts, *image.tiles), (counts.counts, *counts.tiles), strict=True):
        np.testing.assert_array_equal(np.isnan(rate), ~seen)
        np.testing.assert_allclose(rate[seen], own[seen] / seconds[seen], rtol=1e-6)
    assert image.unit == "counts s⁻¹ px⁻¹"
    assert image.provenance.approximate.startswith("approximate: the detectors' pixels")


def test_wide_pixels_have_the_rate_of_all_of_theirs(opened):
    asked, events = screened(opened)
    request = ImageRequest(asked, BAND, 4, quantity="corrected", exposure=ExposureRequest(asked))
    image = solve(request, events)
    counts = solve(ImageRequest(asked, BAND, 4), events).counts
    seconds = solve(replace(request, binning=1, quantity="exposure"), events).counts
    at = (slice(500, 504), slice(496, 500))
    assert image.counts[125, 124] == pytest.approx(counts[125, 124] / seconds[at].mean(), rel=1e-5)


def test_an_image_of_the_exposure_is_in_seconds(opened):
    asked, events = screened(opened)
    request = ImageRequest(
        asked, BAND, bands=(Band(3, 10),), quantity="exposure", exposure=ExposureRequest(asked)
    )
    image = solve(request, events)
    assert image.unit == "s"
    assert image.counts.max() == pytest.approx(events.livetime_s, rel=1e-5)
    assert image.counts[0, 0] == 0
    np.testing.assert_array_equal(image.tiles[0], image.counts)


@pytest.mark.parametrize("changes", [{}, {"max_grade": 8}, {"half": True}])
def test_the_detectors_get_the_events_that_passed(changes, opened, observation: Path):
    start, stop = opened[1].gti.intervals[0]
    half = Gti(((start, (start + stop) / 2),))
    changes = {"user_gti": half, "max_grade": 4} if "half" in changes else changes
    asked, events = screened(opened, **changes)
    image = solve(ImageRequest(asked, BAND, frame="det1"), events)
    data = fits.getdata(observation / "event_cl" / NAME, "EVENTS")
    lo, hi = channels(BAND)
    kept = (data["PI"] >= lo) & (data["PI"] <= hi) & (data["DET1X"] > 0)
    if "max_grade" in changes:
        kept &= data["GRADE"] <= changes["max_grade"]
    if "user_gti" in changes:
        kept &= half.contains(data["TIME"])
    expected = np.zeros((360, 360), int)
    np.add.at(expected, (data["DET1Y"][kept] - 1, data["DET1X"][kept] - 1), 1)
    np.testing.assert_array_equal(image.counts, expected)
    assert (image.frame, image.plane, image.counts.dtype) == ("det1", None, np.int32)


def test_det1_is_read_once(opened, monkeypatch):
    asked, events = screened(opened, max_grade=9)
    read, real = [], room.read_det1
    monkeypatch.setattr(room, "read_det1", lambda path: read.append(path) or real(path))
    for hi in 10, 20, 30:
        solve(ImageRequest(asked, Band(3, hi), frame="det1", binning=2), events)
    assert len(read) == 1


def test_the_detectors_are_corrected_by_the_time_of_their_pixels(opened):
    asked, events = screened(opened)
    request = ImageRequest(
        asked,
        BAND,
        quantity="corrected",
        frame="det1",
        exposure=ExposureRequest(asked, vignetting_kev=10.0),
    )
    image = solve(request, events)
    counts = solve(ImageRequest(asked, BAND, frame="det1"), events).counts
    inner = (slice(200, 320), slice(200, 320))
    np.testing.assert_allclose(image.counts[inner], counts[inner] / events.livetime_s, rtol=1e-5)
    assert np.isnan(image.counts[5, 5])
    assert "There is no vignetting in this" in image.provenance.warnings[0]


def test_a_map_of_the_sky_does_not_lie_on_the_detectors(opened):
    asked, events = screened(opened)
    exposure = ExposureRequest(asked, path="a_ex.img")
    request = ImageRequest(asked, BAND, quantity="corrected", frame="det1", exposure=exposure)
    with pytest.raises(InputError, match=r"Cannot lay the exposure map 'a_ex\.img' over the det"):
        solve(request, events)


def test_other_missions_have_no_det1(opened):
    asked, events = screened(opened)
    other = replace(events, pointing=Pointing("SWIFT", "XRT"))
    with pytest.raises(InputError, match=r"detectors \(DET1\) of 'SWIFT'"):
        solve(ImageRequest(asked, BAND, frame="det1"), other)


def test_a_file_that_has_changed_is_noticed(opened, tmp_path: Path):
    with fits.open(opened[0].events.path) as hdus:
        some = [h.copy() for h in hdus]
        some[1] = fits.BinTableHDU(hdus["EVENTS"].data[:-7], hdus["EVENTS"].header)
        fits.HDUList(some).writeto(tmp_path / NAME)
    changed = ScreenRequest(EventsRequest(str(tmp_path / NAME)))
    with pytest.raises(InputError, match="The file has changed; open it again"):
        solve(ImageRequest(changed, BAND, frame="det1"), opened[1])
    gone = ScreenRequest(EventsRequest(str(tmp_path / "gone.evt")))
    with pytest.raises(FileError, match=r"gone\.evt"):
        solve(ImageRequest(gone, BAND, frame="det1"), screened(opened, max_grade=3)[1])
