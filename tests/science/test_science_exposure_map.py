"""Exposure maps against what is known exactly: rectangles, times, a uniform sky, a real map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.ndimage import binary_erosion

from nuwidgets.domain.detector_events import BadPixel, DetectorEvents, Track
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.files.detector_events import read_detector_events
from nuwidgets.science.exposure_map import SkyExposure, aspect_histogram
from nuwidgets.science.mounting import (
    Mounting,
    fitted_mounting,
    mounting_of_roll,
    track_of_events,
)
from nuwidgets.science.nustar_detector import (
    N_RAW,
    REFERENCE,
    SIDE,
    columns_and_rows,
    fitted_layout,
    instrument_map,
    usual_layout,
)
from nuwidgets.science.nustar_response import PIXEL_ARCSEC, vignetting
from nuwidgets.simulation import detector
from nuwidgets.simulation.detector import Mount

if TYPE_CHECKING:
    from pathlib import Path

GTI = Gti(((1000.0, 3000.0), (6700.0, 9000.0)))
ROLL_DEG, SHAPE = 35.0, (1000, 1000)
MOUNT = Mount("A", ROLL_DEG)
ALL = np.ones((4, N_RAW, N_RAW))
STILL = Track(np.zeros(1), np.full(1, 499.5), np.full(1, 499.5))


def seen(x, y, time_s) -> DetectorEvents:
    """Give the events of photons at sky pixels: those that a simulated detector catches."""
    det_x, det_y = MOUNT.to_detector(x, y, time_s)
    which = detector.detector_of(det_x, det_y)
    hit = which >= 0
    det_x, det_y, which = det_x[hit], det_y[hit], which[hit]
    raw = detector.raw_pixels(det_x, det_y, which)
    places = (np.rint(v) for v in (det_x - 1, det_y - 1, x[hit], y[hit]))
    return DetectorEvents(time_s[hit], which, *raw, *places)


def good_times(n: int, rng: np.random.Generator) -> np.ndarray:
    time = rng.uniform(GTI.start_s[0], GTI.stop_s[-1], 4 * n)
    return np.sort(time[GTI.contains(time)][:n])


def uniform_sky(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(199.5, 799.5, (2, n))
    return x, y, good_times(n, rng)


def standing(at: float) -> Track:
    time = np.arange(0.0, 1e4, 10.0)
    return Track(time, np.full(len(time), at), np.full(len(time), at))


def true_track(step_s: float = 1.0) -> Track:
    time = np.arange(GTI.start_s[0] - 5, GTI.stop_s[-1] + 5, step_s)
    at = np.full(len(time), REFERENCE + 1)  # the simulation counts DET1 from 1
    return Track(time, *MOUNT.to_sky(at, at, time))


def true_exposure(step_s: float = 50.0) -> np.ndarray:
    """Give the good time of each sky pixel centre, by looking at it again and again."""
    y, x = np.mgrid[0:1000, 0:1000].astype(float)
    times = np.arange(GTI.start_s[0] + step_s / 2, GTI.stop_s[-1], step_s)
    times = times[GTI.contains(times)]
    total = np.zeros(SHAPE)
    for time in times:
        total += detector.detector_of(*MOUNT.to_detector(x, y, time)) >= 0
    return total * GTI.ontime_s / len(times)


@pytest.fixture(scope="module")
def sky() -> tuple[DetectorEvents, SkyExposure, np.ndarray]:
    """A uniform sky: its events, what is found from them, and the exposure on all pixels."""
    events = seen(*uniform_sky(400_000, 1))
    track = true_track()
    mounting = fitted_mounting(events, track)
    found = SkyExposure(aspect_histogram(GTI, track, STILL, (), 5), fitted_layout(events), mounting)
    return events, found, found.on(SHAPE, (0, 0))


def test_pixels_of_detectors_lie_as_the_simulation_has_them() -> None:
    for which, (middle_x, middle_y) in enumerate(detector.CENTRES):
        across = middle_x - detector.HALF + detector.PIXEL * (np.arange(N_RAW) + 0.5)
        up = middle_y - detector.HALF + detector.PIXEL * (np.arange(N_RAW) + 0.5)
        x, y = (places.ravel() for places in np.meshgrid(across, up))
        det_id = np.full(len(x), which)
        column, row = columns_and_rows(det_id, *detector.raw_pixels(x, y, det_id))
        np.testing.assert_array_equal(column, np.tile(np.arange(N_RAW), N_RAW))
        np.testing.assert_array_equal(row, np.repeat(np.arange(N_RAW), N_RAW))


def test_edges_and_roll_are_found_from_events(sky: tuple) -> None:
    _events, found, _map = sky
    assert found.layout.fitted == (True,) * 4
    # 1.44 px from an even spread over 4.98, 0.29 from rounding
    assert found.layout.rms_pixels == pytest.approx(np.hypot(1.44, 0.29), abs=0.03)
    for which, middle in enumerate(detector.CENTRES):
        for axis in (0, 1):
            edges = middle[axis] - 1 - detector.HALF + detector.PIXEL * np.arange(N_RAW + 1)
            np.testing.assert_allclose(found.layout.edges[which, axis], edges, atol=0.25)
    assert found.mounting.roll_deg == pytest.approx(ROLL_DEG, abs=0.02)
    np.testing.assert_allclose(found.mounting.shift, 0.0, atol=0.02)
    # both places rounded, along both axes
    assert found.mounting.rms_pixels == pytest.approx(np.sqrt(4 / 12), abs=0.02)


def test_all_good_time_falls_on_the_detectors_area(sky: tuple) -> None:
    _events, found, total = sky
    assert found.aspect.duration_s.sum() == pytest.approx(GTI.ontime_s, rel=1e-12)
    area = 4 * (2 * detector.HALF) ** 2
    assert total.sum() / GTI.ontime_s == pytest.approx(area, rel=0.005)
    assert total.max() <= GTI.ontime_s * (1 + 1e-9)


def test_exposure_is_that_of_looking_again_and_again(sky: tuple) -> None:
    _events, _found, total = sky
    true = true_exposure()
    inside, outside = (binary_erosion(w, iterations=4) for w in (true == true.max(), true == 0))
    assert inside.sum() > 70_000
    np.testing.assert_allclose(total[inside], GTI.ontime_s, rtol=1e-9)
    assert not total[outside].any()
    assert np.mean(np.abs(total - true)) < 0.01 * GTI.ontime_s
    # cells of two pixels know the motion better than those of five
    fine = aspect_histogram(GTI, true_track(), STILL, (), 2)
    better = SkyExposure(fine, _found.layout, _found.mounting).on(SHAPE, (0, 0))
    assert np.mean(np.abs(better - true)) < np.mean(np.abs(total - true))


def test_gaps_are_empty_where_nothing_moves() -> None:
    still = standing(600.0)
    mounting = mounting_of_roll(0.0)
    aspect = aspect_histogram(GTI, still, STILL, (), 5)
    edges = np.array(usual_layout().edges)
    edges[[0, 3], 0] += 12.0  # a wide gap
    layout = type(usual_layout())(np.minimum(edges, 359.4))
    total = SkyExposure(aspect, layout, mounting).on(SHAPE, (0, 0))
    columns = np.arange(SIDE) - int(REFERENCE) + 600
    gap = (np.arange(SIDE) > edges[2, 0, -1] + 1) & (np.arange(SIDE) < edges[3, 0, 0] - 1)
    assert gap.sum() > 3
    assert not total[:, columns[gap]].any()
    flat = total[columns[60], columns[40:150]]
    np.testing.assert_allclose(flat, GTI.ontime_s, rtol=1e-12)


def test_a_uniform_sky_is_uniform_again(sky: tuple) -> None:
    _events, _found, total = sky
    x, y, time = uniform_sky(1_500_000, 7)
    fresh = seen(x, y, time)
    image = np.histogram2d(fresh.y, fresh.x, bins=(np.arange(1001) - 0.5,) * 2)[0]
    per_pixel_s = len(x) / 600**2 / GTI.ontime_s
    for low, high in ((0.02, 0.3), (0.3, 0.7), (0.7, 0.97), (0.97, 1.1)):
        where = (total > low * GTI.ontime_s) & (total <= high * GTI.ontime_s)
        expected = total[where].sum() * per_pixel_s
        assert expected > 3_000
        # 5 sigma, and 1 % for the edges
        assert abs(image[where].sum() - expected) < 5 * np.sqrt(expected) + 0.01 * expected


def test_a_source_over_the_gap_is_not_biased(sky: tuple) -> None:
    _events, _found, total = sky
    rng = np.random.default_rng(5)
    middle_s = 2000.0
    middle = np.array([(detector.CENTRES[1][0] + detector.CENTRES[0][0]) / 2, 262.5])
    x_0, y_0 = MOUNT.to_sky(*middle, middle_s)
    n, sigma = 200_000, 4.0
    x, y = x_0 + rng.normal(0, sigma, n), y_0 + rng.normal(0, sigma, n)
    caught = len(seen(x, y, good_times(n, rng)))
    fraction = total[np.rint(y).astype(int), np.rint(x).astype(int)].mean() / GTI.ontime_s
    assert fraction < 0.93  # a good part of it is lost in the gap
    assert caught / n == pytest.approx(fraction, abs=0.01)


def test_vignetting_is_that_of_each_angle(sky: tuple) -> None:
    _events, found, total = sky
    dimmed = found.on(SHAPE, (0, 0), 10.0)
    for x, y in ((499, 500), (600, 560), (420, 380)):
        if total[y, x] == 0:
            continue
        angle = np.hypot(x - 499.5, y - 499.5) * PIXEL_ARCSEC / 60
        expected = vignetting(float(angle), np.array([10.0]))[0]
        assert dimmed[y, x] / total[y, x] == pytest.approx(expected, rel=1e-3)


def test_a_part_of_the_sky_is_the_same_as_the_whole(sky: tuple) -> None:
    _events, found, total = sky
    part = found.on((120, 90), (430, 460))
    np.testing.assert_allclose(part, total[460:580, 430:520], atol=1e-9)
    assert not found.on((10, 10), (0, 0)).any()


def test_bad_pixels_lose_their_own_times_alone() -> None:
    still = standing(600.0)
    bad = (
        BadPixel(0, 5, 7, Gti(((0.0, 1500.0), (1400.0, 2000.0)))),  # overlapping: counted once
        BadPixel(2, 3, 4, Gti(((-1e300, 1e300),))),
    )
    aspect = aspect_histogram(GTI, still, STILL, bad, 5)
    assert aspect.good_s.shape == (1, 4, N_RAW, N_RAW)
    good = aspect.good_s[0]
    column, row = columns_and_rows(np.array([0, 2]), np.array([5, 3]), np.array([7, 4]))
    assert good[0, row[0], column[0]] == pytest.approx(GTI.ontime_s - 1000.0)
    assert good[2, row[1], column[1]] == pytest.approx(0.0, abs=1e-6)
    assert np.count_nonzero(np.isclose(good, GTI.ontime_s)) == good.size - 2
    layout = usual_layout()
    seen_s = instrument_map(good, layout, 0.02)
    lost = instrument_map(ALL * GTI.ontime_s, layout, 0.02) - seen_s
    wide = np.diff(layout.edges[0, 0])[column[0]] * np.diff(layout.edges[0, 1])[row[0]]
    assert lost[SIDE // 2 :, SIDE // 2 :].sum() == pytest.approx(1000.0 * wide, rel=1e-6)


def test_each_cell_has_its_own_bad_time() -> None:
    time = np.arange(0.0, 1e4, 1.0)
    track = Track(time, np.where(time < 2500.0, 600.0, 620.0), np.full(len(time), 600.0))
    bad = (BadPixel(1, 0, 0, Gti(((1500.0, 2700.0),))),)
    aspect = aspect_histogram(Gti(((1000.0, 3000.0),)), track, STILL, bad, 5)
    column, row = columns_and_rows(np.array([1]), np.array([0]), np.array([0]))
    lost = aspect.duration_s - aspect.good_s[:, 1, row[0], column[0]]
    assert aspect.duration_s.sum() == pytest.approx(2000.0)
    assert lost.sum() == pytest.approx(1200.0)
    assert lost[np.argmax(aspect.x)] == pytest.approx(200.0, abs=5.0)


def test_percent_is_the_least_covered_part() -> None:
    layout = usual_layout()
    some, half = (instrument_map(ALL, layout, percent) for percent in (0.0, 0.5))
    assert half.sum() < some.sum()
    some, half = (m[:150, :150] for m in (some, half))  # one detector: others do not add to it
    assert 0.0 < some[half == 0].max() < 0.5
    np.testing.assert_array_equal(half[half > 0], some[half > 0])


def test_usual_edges_are_those_of_the_public_map(shared_data: Path) -> None:
    from astropy.io import fits

    pixels = fits.getdata(shared_data / "nustar_cal" / "pixmapA.fits", 1)
    numbers = fits.getdata(shared_data / "nustar_cal" / "detnumA.fits", 1)
    on = pixels >= 0
    y, x = np.nonzero(on)
    raw, det_id = pixels[y, x].astype(int), numbers[y, x].astype(int)
    places = (v.astype(float) for v in (x, y, x, y))
    hits = DetectorEvents(np.zeros(len(x)), det_id, raw % 32, raw // 32, *places)
    for layout in (usual_layout(), fitted_layout(hits)):
        found = instrument_map(ALL, layout, 0.02)
        assert found.sum() == pytest.approx(on.sum(), rel=0.01)
        both, either = np.minimum(found, on).sum(), np.maximum(found, on).sum()
        assert both / either > 0.98
        column, row = columns_and_rows(hits.det_id, hits.raw_x, hits.raw_y)
        middle = (layout.edges[:, :, 1:] + layout.edges[:, :, :-1]) / 2
        assert np.std(x - middle[det_id, 0, column]) < 2.0
        assert np.std(y - middle[det_id, 1, row]) < 2.0
    on_b = fits.getdata(shared_data / "nustar_cal" / "pixmapB.fits", 1) >= 0
    found = instrument_map(ALL, usual_layout(), 0.02)
    assert np.minimum(found, on_b).sum() / np.maximum(found, on_b).sum() > 0.97


def test_real_events_show_the_usual_edges(shared_data: Path) -> None:
    path = shared_data / "nustar_events" / "nu90410111001A06_cl_sunpos.evt"
    events, bad, _roll = read_detector_events(path)
    found, usual = fitted_layout(events), usual_layout()
    assert (bad, found.fitted) == ((), (True,) * 4)
    inner, expected = found.edges[:, :, 1:-1], usual.edges[:, :, 1:-1]
    np.testing.assert_allclose(inner, expected, atol=1.0)
    assert found.rms_pixels == pytest.approx(1.44, abs=0.1)
    # these sky pixels are turned with the Sun: mirrored, and moving fast
    _track, mounting = track_of_events(events)
    np.testing.assert_allclose(np.linalg.det(mounting.matrix), -1.0)
    assert mounting.rms_pixels < 1.2


def test_the_track_is_found_from_events_alone(sky: tuple) -> None:
    events, found, total = sky
    track, mounting = track_of_events(events)
    assert mounting.roll_deg == pytest.approx(ROLL_DEG, abs=0.02)
    true = true_track()
    for found_at, true_at in ((track.x, true.x), (track.y, true.y)):
        off = found_at - np.interp(track.time_s, true.time_s, true_at)
        assert np.std(off) < 0.08  # 0.41 of rounding, over the root of 50
        assert np.abs(off).max() < 0.4
    aspect = aspect_histogram(GTI, track, STILL, (), 5)
    again = SkyExposure(aspect, found.layout, mounting).on(SHAPE, (0, 0))
    assert np.mean(np.abs(again - total)) < 2e-3 * GTI.ontime_s


def test_a_mirrored_detector_is_found_too() -> None:
    rng = np.random.default_rng(2)
    matrix = np.array([[0.6, 0.8], [0.8, -0.6]])
    mirror = Mounting(matrix, np.array([3.0, -2.0]))
    det_x, det_y = rng.uniform(10, 350, (2, 500))
    x, y = mirror.to_sky(det_x, det_y, (500.0, 490.0))
    zero = np.zeros(500, int)
    events = DetectorEvents(np.arange(500.0), zero, zero, zero, det_x, det_y, x, y)
    still = Track(np.zeros(1), np.full(1, 500.0), np.full(1, 490.0))
    found = fitted_mounting(events, still)
    np.testing.assert_allclose(found.matrix, matrix, atol=1e-9)
    np.testing.assert_allclose(found.shift, [3.0, -2.0], atol=1e-9)
    np.testing.assert_allclose(found.to_detector(x, y, (500.0, 490.0)), (det_x, det_y), atol=1e-9)


def test_few_events_leave_the_usual_edges_and_no_mounting() -> None:
    few = seen(*uniform_sky(150, 3))
    assert fitted_layout(few).fitted == (False,) * 4
    np.testing.assert_array_equal(fitted_layout(few).edges, usual_layout().edges)
    assert fitted_mounting(seen(*uniform_sky(50, 3)), true_track()) is None
    spot = seen(np.full(2000, 480.0), np.full(2000, 505.0), np.full(2000, 1500.0))
    assert fitted_layout(spot).fitted == (False,) * 4  # a point says nothing of edges


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(InputError, match="how the detectors moved: at least 100 are needed"):
        track_of_events(seen(*uniform_sky(50, 3)))
    later = Track(np.array([1e6, 1e6 + 1]), np.zeros(2), np.zeros(2))
    with pytest.raises(InputError, match="of 4300 s of good time none has a known place"):
        aspect_histogram(GTI, later, STILL, (), 5)
    with pytest.raises(InputError, match="of 0 s of good time none"):
        aspect_histogram(Gti(), true_track(), STILL, (), 5)
    partly = Track(np.array([1000.0, 2000.0]), np.zeros(2), np.zeros(2))
    assert aspect_histogram(GTI, partly, STILL, (), 5).unknown_s == pytest.approx(
        4300.0 - 60.0 - 120.0
    )


def test_it_says_how_far_it_is_and_can_be_stopped(sky: tuple) -> None:
    _events, found, _map = sky
    heard: list[float] = []
    telling = SkyExposure(found.aspect, found.layout, found.mounting, tell=heard.append)
    telling.on((10, 10), (490, 490))
    assert heard[0] == 0.0
    assert len(heard) == len(found.aspect)
    assert heard == sorted(heard)
