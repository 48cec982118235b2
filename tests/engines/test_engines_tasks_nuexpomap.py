"""nuexpomap without HEASoft, on a simulated observation with and without its det1 file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from scipy.ndimage import binary_erosion
from task_toys import STEM, run_task, scene_of, write_det1

from nuwidgets.core.job import Token
from nuwidgets.errors import CancelledError, FileError, InputError
from nuwidgets.files.exposure_map import read_exposure_map
from nuwidgets.science.nustar_response import PIXEL_ARCSEC, vignetting
from nuwidgets.simulation import detector

NAME = f"{STEM}A01_cl.evt"
AREA = 4 * (2 * detector.HALF) ** 2


@pytest.fixture(scope="module")
def folder(observation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of cleaned events with the det1 file beside them."""
    place = tmp_path_factory.mktemp("cl")
    shutil.copy(observation / "event_cl" / NAME, place)
    write_det1(place / f"{STEM}A_det1.fits", scene_of(observation))
    return place


@pytest.fixture(scope="module")
def flat(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """A run without vignetting, with all that can be written."""
    out = tmp_path_factory.mktemp("out") / "flat_ex.img"
    more = {"aspecthistofile": "DEFAULT", "det1instrfile": "DEFAULT"}
    return run_task("nuexpomap", infile=folder / NAME, expomapfile=out, vignflag="no", **more)


def true_fraction(observation: Path) -> np.ndarray:
    """Give the part of the good time at which a sky pixel was on a detector."""
    scene = scene_of(observation)
    y, x = np.mgrid[200:800, 200:800].astype(float)
    times = np.arange(scene.gti.start_s[0] + 25, scene.gti.stop_s[-1], 50.0)
    times = times[scene.gti.contains(times)]
    seen = [detector.detector_of(*scene.mount.to_detector(x, y, time)) >= 0 for time in times]
    return np.mean(seen, axis=0)


def test_exposure_is_live_time_where_the_detectors_were(flat, observation: Path) -> None:
    header = fits.getheader(observation / "event_cl" / NAME, 1)
    made = read_exposure_map(flat.path("_ex.img"))
    assert made.livetime_s == pytest.approx(header["LIVETIME"], rel=1e-9)
    assert made.ontime_s == pytest.approx(header["ONTIME"], rel=1e-9)
    assert made.exposure_s.sum() / made.livetime_s == pytest.approx(AREA, rel=0.03)
    part, true = made.exposure_s[200:800, 200:800], true_fraction(observation)
    always, never = (binary_erosion(true == value, iterations=7) for value in (1.0, 0.0))
    assert always.sum() > 40_000
    np.testing.assert_allclose(part[always], made.livetime_s, rtol=1e-5)
    assert not part[never].any()
    assert np.mean(np.abs(part / made.livetime_s - true)) < 0.015


def test_pixels_lie_on_the_sky_as_those_of_the_events_do(flat, observation: Path) -> None:
    from nuwidgets.files.events import read_events

    made = read_exposure_map(flat.path("_ex.img"))
    events = read_events(observation / "event_cl" / NAME)
    at = (123.0, 456.0)
    assert made.plane.to_sky(*at) == pytest.approx(events.plane.to_sky(*at))
    assert made.exposure_s.shape == events.shape
    assert np.count_nonzero(made.exposure_s[events.y, events.x] == 0) < 0.001 * len(events)


def test_vignetting_is_about_the_tangent_point(folder: Path, flat, tmp_path: Path) -> None:
    run = run_task("nuexpomap", infile=folder / NAME, expomapfile=tmp_path / "v.img", energy=30.0)
    dim, plain = (read_exposure_map(r.path(".img")) for r in (run, flat))
    assert (dim.vignetting_kev, plain.vignetting_kev) == (30.0, None)
    ratio = dim.exposure_s / np.where(plain.exposure_s > 0, plain.exposure_s, np.nan)
    for x, y in ((495, 505), (540, 470), (430, 520)):
        angle = np.hypot(x - 499.5, y - 499.5) * PIXEL_ARCSEC / 60
        expected = vignetting(float(angle), np.array([30.0]))[0]
        assert ratio[y, x] == pytest.approx(expected, rel=2e-3)
    assert "optical axis is taken to be where the pixels touch" in run.provenance.approximate


def test_the_optical_axis_is_followed_where_an_oa_file_is(folder: Path, tmp_path: Path) -> None:
    time = np.array([0.0, 1e10])
    columns = [fits.Column("TIME", "D", array=time), fits.Column("X_OA", "D", array=[516.0] * 2),
               fits.Column("Y_OA", "D", array=[521.0] * 2)]  # fmt: skip
    table = fits.BinTableHDU.from_columns(columns, name="OPTICAL_AXIS")
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "oa.fits")
    run = run_task("nuexpomap", infile=folder / NAME, expomapfile=tmp_path / "v.img",
                   optaxisfile=tmp_path / "oa.fits")  # fmt: skip
    made = read_exposure_map(run.path(".img"))
    assert made.exposure_s[520, 515] == pytest.approx(made.livetime_s, rel=1e-4)
    assert np.unravel_index(np.argmax(made.exposure_s), made.exposure_s.shape) == (520, 515)
    assert "optical axis" not in run.provenance.approximate


def test_it_says_how_approximate_it_is(flat, folder: Path) -> None:
    said = flat.provenance.approximate
    assert said.startswith("approximate: the detectors' pixels are rectangles fitted")
    assert "roll of 35.0" in said
    assert "by 0.58 sky pixels (rms)" in said
    assert "names no bad pixels" in flat.provenance.warnings[0]
    assert "APPROX" in fits.getheader(flat.path("_ex.img"))
    side = json.loads(Path(flat.sidecar_path).read_text())
    assert side["approximate"] == said
    assert str(folder / f"{STEM}A_det1.fits") in side["inputs"]


def test_without_a_det1_file_events_tell_the_motion(
    observation: Path, flat, tmp_path: Path
) -> None:
    events = observation / "event_cl" / NAME
    run = run_task("nuexpomap", infile=events, expomapfile=tmp_path / "a.img", vignflag=False)
    one, other = (read_exposure_map(r.path(".img")) for r in (run, flat))
    assert np.mean(np.abs(one.exposure_s - other.exposure_s)) < 0.003 * one.livetime_s
    assert "motion of the detectors is read off the events" in run.provenance.approximate


def test_bad_pixels_are_taken_out_for_their_time(folder: Path, flat, tmp_path: Path) -> None:
    with fits.open(folder / NAME) as hdus:
        start = hdus["GTI"].data["START"][0]
        rows = {"RAWX": ("B", [5, 6]), "RAWY": ("B", [7, 7]), "TIME": ("D", [0.0, start]),
                "TIME_STOP": ("D", [1e10, start + 1000.0])}  # fmt: skip
        made = [fits.Column(n, form, array=np.array(v)) for n, (form, v) in rows.items()]
        table = fits.BinTableHDU.from_columns(made, name="BADPIX")
        table.header["DETNAM"] = "DET0"
        fits.HDUList([*[h.copy() for h in hdus], table]).writeto(tmp_path / NAME)
        ontime = hdus["EVENTS"].header["ONTIME"]
    run = run_task("nuexpomap", infile=tmp_path / NAME, expomapfile=tmp_path / "b_ex.img",
                   det1reffile=folder / f"{STEM}A_det1.fits", vignflag="no")  # fmt: skip
    with_bad, without = (read_exposure_map(r.path("_ex.img")) for r in (run, flat))
    lost = without.exposure_s - with_bad.exposure_s
    assert lost.min() > -1e-3
    expected = detector.PIXEL**2 * with_bad.livetime_s * (1 + 1000.0 / ontime)
    assert lost.sum() == pytest.approx(expected, rel=0.05)
    assert not run.provenance.warnings


def test_histogram_and_map_of_the_detectors(flat) -> None:
    with fits.open(flat.path("_aspecthisto.fits")) as hdus:
        duration = hdus[1].data["DURATION"]
        assert len(duration) > 3
    made = read_exposure_map(flat.path("_ex.img"))
    assert duration.sum() == pytest.approx(made.ontime_s, rel=1e-6)
    pixels = fits.getdata(flat.path("_det1instr.fits"))
    assert pixels.shape == (360, 360)
    assert pixels.max() == pytest.approx(made.livetime_s, rel=1e-5)
    assert pixels.sum() / made.livetime_s == pytest.approx(AREA, rel=0.03)
    # the middle gap is empty for all detectors
    assert pixels[179, 100] < 0.6 * made.livetime_s


def test_a_small_map_is_a_part_of_the_large_one(folder: Path, flat, tmp_path: Path) -> None:
    run = run_task("nuexpomap", infile=folder / NAME, expomapfile=tmp_path / "s.img",
                   vignflag="no", skyx=480.5, skyy=520.5, skysize=100)  # fmt: skip
    small, large = (read_exposure_map(r.path(".img")) for r in (run, flat))
    assert small.origin == (430, 470)
    np.testing.assert_allclose(small.exposure_s, large.exposure_s[470:570, 430:530], atol=1e-3)
    assert small.plane.to_sky(0.0, 0.0) == pytest.approx(large.plane.to_sky(430.0, 470.0))


def test_default_names_lie_beside_the_events(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        shutil.copy(path, tmp_path)
    run = run_task("nuexpomap", infile=tmp_path / NAME, attfile="x_att.fits", mastaspectfile="m")
    assert run.files == (f"{STEM}A01_ex.img",)
    assert run.folder == str(tmp_path)
    with pytest.raises(FileError, match=r"_ex\.img' exists already"):
        run_task("nuexpomap", infile=tmp_path / NAME)


def test_few_events_and_no_roll_are_said(folder: Path, tmp_path: Path) -> None:
    det1 = folder / f"{STEM}A_det1.fits"
    with fits.open(folder / NAME) as hdus:
        hdus["EVENTS"].data = hdus["EVENTS"].data[:50]
        hdus.writeto(tmp_path / "few.evt")
        for hdu in hdus:
            hdu.header.pop("PA_PNT", None)
        hdus.writeto(tmp_path / "none.evt")
    run = run_task("nuexpomap", infile=tmp_path / "few.evt", det1reffile=det1)
    assert "The roll is the header's PA_PNT" in run.provenance.approximate
    assert "usual for detector 0, 1, 2, 3" in run.provenance.approximate
    with pytest.raises(InputError, match="50 events are too few and the header has no roll"):
        run_task("nuexpomap", infile=tmp_path / "none.evt", det1reffile=det1)
    with pytest.raises(InputError, match="at least 100 are needed"):
        run_task("nuexpomap", infile=tmp_path / "few.evt", det1reffile="NONE", clobber=True)


def test_files_that_do_not_belong_together_are_warned_of(folder: Path, tmp_path: Path) -> None:
    with fits.open(folder / f"{STEM}A_det1.fits") as hdus:
        time = hdus[1].data["TIME"]
        hdus[1].data["X_DET1"] += 40 * np.sin(time / 300)
        hdus[1].data = hdus[1].data[time < time[0] + 2000]
        hdus.writeto(tmp_path / "other.fits")
    run = run_task("nuexpomap", infile=folder / NAME, det1reffile=tmp_path / "other.fits", pixbin=50,
                   expomapfile=tmp_path / "a.img")  # fmt: skip
    said = " ".join(run.provenance.warnings)
    assert "do det1 file and events belong together?" in said
    assert "s of good time the place of the detectors is not known" in said


def test_what_cannot_be_is_said(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.img"
    with pytest.raises(InputError, match=r"'infile' is not set\. Give the cleaned event file"):
        run_task("nuexpomap", expomapfile=out)
    with pytest.raises(InputError, match="expomapfile is NONE"):
        run_task("nuexpomap", infile=folder / NAME, expomapfile="NONE")
    with pytest.raises(InputError, match="offsetfile='a' here: the embedded engine knows only"):
        run_task("nuexpomap", infile=folder / NAME, expomapfile=out, offsetfile="a")
    with fits.open(folder / NAME) as hdus:
        for hdu in hdus:
            hdu.header["TELESCOP"] = "SWIFT"
        hdus.writeto(tmp_path / "sw.evt")
    with pytest.raises(InputError, match="on events of 'SWIFT': it is for NuSTAR"):
        run_task("nuexpomap", infile=tmp_path / "sw.evt", expomapfile=out)
    assert not out.exists()


def test_a_run_that_is_stopped_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    def hear(progress) -> None:
        if progress.stage == "exposure map":
            token.cancel()

    token = Token(hear)
    with pytest.raises(CancelledError):
        run_task("nuexpomap", token=token, infile=folder / NAME, expomapfile=tmp_path / "a.img")
    assert not list(tmp_path.iterdir())


def test_a_map_beside_the_detectors_is_empty_and_says_so(
    folder: Path, tmp_path: Path, observation: Path
) -> None:
    run = run_task("nuexpomap", infile=folder / NAME, expomapfile=tmp_path / "e.img", skyx=30,
                   skyy=30, skysize=40)  # fmt: skip
    assert not read_exposure_map(run.path(".img")).exposure_s.any()
    (x, y), scene = (180.5, 180.5), scene_of(observation)
    times = np.linspace(scene.gti.start_s[0], scene.gti.stop_s[-1], 50)
    x, y = (np.mean(v) + 1 for v in scene.mount.to_sky(x, y, times))
    said = re.search(
        r"The map is empty: the detectors lay about sky pixel (\d+), (\d+)\. Move its centre",
        " ".join(run.provenance.warnings),
    )
    assert (int(said[1]), int(said[2])) == pytest.approx((x, y), abs=10)
