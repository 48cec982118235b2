"""Light curves, images and good times: in, out and back."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError
from nuwidgets.files.gti import parse_gti_file, read_gti, write_gti
from nuwidgets.files.identify import describe
from nuwidgets.files.image import read_image, write_image
from nuwidgets.files.lightcurve import read_lightcurve, write_lightcurve

POINTING = Pointing(
    "NuSTAR", "FPMA", "60001110002", "NGC 1", "2014-01-01T00:00:00", 1000.0, 2000.0, 10.0, -5.0,
    55197.00076601852, "TT",
)  # fmt: skip


def test_lcurve_counts_from_its_own_day(shared_data):
    curve = read_lightcurve(shared_data / "lightcurves/lcurveA.fits")
    assert len(curve.time_s) == 1026
    assert curve.binsize_s == pytest.approx(1.0)
    assert curve.time_s[:2] == pytest.approx([-0.5, 0.5])  # lcurve gives the middle of a bin
    assert curve.pointing.mjdref_days == pytest.approx(40000 + 16122.9266977314837)
    assert curve.rate_per_s[1] == 2.0
    assert curve.provenance.warnings == ()


def test_several_bands_give_the_first(shared_data):
    path = shared_data / "lightcurves/LightCurve_bexvar.fits"
    curve = read_lightcurve(path)
    raw = fits.getdata(path, 1)
    assert np.array_equal(curve.rate_per_s, raw["RATE"][:, 0], equal_nan=True)
    assert np.array_equal(curve.counts, raw["COUNTS"][:, 0])
    assert "several energy bands" in curve.provenance.warnings[0]


def make_curve(n=20):
    rng = np.random.default_rng(3)
    rate = rng.random(n)
    rate[5] = np.nan
    fracexp = np.where(np.isnan(rate), 0.0, rng.uniform(0.1, 1, n))
    return LightCurve(
        time_s=1000.0 + 64.0 * np.arange(n), binsize_s=64.0, rate_per_s=rate, error_per_s=rate / 10,
        fracexp=fracexp, counts=np.nan_to_num(np.rint(100 * rate)),
        background_counts=np.arange(n, dtype=float), live_fraction=rng.uniform(0.5, 1, n),
        gti=Gti(((1000.0, 1300.0), (1400.0, 2000.0))), pointing=POINTING,
        background_subtracted=True, livetime_corrected=True,
    )  # fmt: skip


def test_light_curves_survive_the_way_out_and_back(tmp_path):
    curve = make_curve()
    write_lightcurve(tmp_path / "a.lc", curve)
    back = read_lightcurve(tmp_path / "a.lc")
    for name in ("time_s", "rate_per_s", "error_per_s", "fracexp", "counts", "background_counts", "live_fraction"):  # fmt: skip
        assert np.array_equal(getattr(curve, name), getattr(back, name), equal_nan=True), name
    assert (back.gti, back.binsize_s) == (curve.gti, 64.0)
    assert back.background_subtracted
    assert back.livetime_corrected
    assert back.pointing.obs_id == "60001110002"
    header = fits.getheader(tmp_path / "a.lc", "RATE")
    expected = {
        "HDUCLAS1": "LIGHTCURVE", "HDUCLAS2": "NET", "HDUCLAS3": "RATE", "TIMEDEL": 64.0,
        "TIMEPIXR": 0.0, "TIMEZERO": 0.0, "TSTART": 1000.0, "TSTOP": 2280.0, "ONTIME": 900.0,
        "MJDREFI": 55197, "TIMESYS": "TT",
    }  # fmt: skip
    assert {k: header[k] for k in expected} == expected
    assert header["MJDREFF"] == pytest.approx(7.6601852e-4, abs=1e-11)
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_lightcurve(tmp_path / "a.lc", curve)


def test_barycentred_times_say_so(tmp_path):
    at_barycentre = replace(POINTING, timesys="TDB", timeref="SOLARSYSTEM")
    write_lightcurve(tmp_path / "a.lc", replace(make_curve(), pointing=at_barycentre))
    header = fits.getheader(tmp_path / "a.lc", "RATE")
    assert (header["TIMEREF"], header["TIMESYS"]) == ("SOLARSYSTEM", "TDB")
    assert header["TELAPSE"] == header["TSTOP"] - header["TSTART"]
    back = read_lightcurve(tmp_path / "a.lc").pointing
    assert (back.timeref, back.timesys) == ("SOLARSYSTEM", "TDB")


def test_the_band_is_written(tmp_path):
    screen = ScreenRequest(EventsRequest("a"))
    request = LightCurveRequest(SelectionRequest(screen), Band(3, 10), 64.0)
    write_lightcurve(tmp_path / "a.lc", replace(make_curve(), request=request))
    header = fits.getheader(tmp_path / "a.lc", "RATE")
    assert (header["E_MIN"], header["E_MAX"], header["EUNIT"]) == (3.0, 10.0, "keV")


def make_lc(path, columns, **keywords):
    made = [fits.Column(k, f, u, array=np.array(v, float)) for k, (f, u, v) in columns.items()]
    table = fits.BinTableHDU.from_columns(made, name="RATE")
    table.header.update(keywords)
    table.writeto(path, overwrite=True)
    return path


def test_bins_that_are_left_out_come_back_empty(tmp_path):
    columns = {
        "TIME": ("D", "s", [5, 15, 45]),
        "RATE": ("E", "count/s", [1, 2, 3]),
        "ERROR": ("E", "", [1, 1, 1]),
    }
    keywords = {"TIMEDEL": 10.0, "TIMEZERO": 100.0, "TIMEPIXR": 0.5}
    curve = read_lightcurve(make_lc(tmp_path / "a.lc", columns, **keywords))
    assert curve.time_s.tolist() == [100, 110, 120, 130, 140]
    assert curve.rate_per_s == pytest.approx([1, 2, np.nan, np.nan, 3], nan_ok=True)
    assert curve.fracexp.tolist() == [1, 1, 0, 0, 1]
    assert curve.counts.tolist() == [10, 20, 0, 0, 30]
    assert curve.good().tolist() == [True, True, False, False, True]


def test_counts_days_and_missing_timedel(tmp_path):
    columns = {
        "TIME": ("D", "d", [0, 1, 2]),
        "COUNTS": ("J", "", [4, 9, 16]),
        "FRACEXP": ("E", "", [1, 0.5, 0]),
    }
    curve = read_lightcurve(make_lc(tmp_path / "a.lc", columns, TIMEPIXR=0.0))
    assert curve.binsize_s == 86400.0
    assert curve.rate_per_s * 86400 == pytest.approx([4, 18, np.nan], nan_ok=True)
    assert curve.error_per_s * 86400 == pytest.approx([2, 6, np.nan], nan_ok=True)


def test_uneven_bins_are_said(tmp_path):
    columns = {
        "TIME": ("D", "s", [0, 10, 23.3]),
        "RATE": ("E", "", [1, 2, 3]),
    }
    curve = read_lightcurve(make_lc(tmp_path / "a.lc", columns, TIMEDEL=10.0))
    assert "even grid" in curve.provenance.warnings[0]
    assert len(curve.time_s) == 3


def test_bins_of_different_lengths_are_kept(tmp_path):
    columns = {
        "TIME": ("D", "s", [5, 15, 28]),
        "COUNTS": ("J", "", [10, 20, 6]),
        "TIMEDEL": ("D", "s", [10, 10, 12]),
    }
    curve = read_lightcurve(make_lc(tmp_path / "a.lc", columns, TIMEPIXR=0.5))
    assert curve.time_s.tolist() == [0, 10, 22]
    assert curve.width_s.tolist() == [10, 10, 12]
    assert (curve.binsize_s, curve.provenance.warnings) == (10.0, ())
    assert curve.rate_per_s.tolist() == [1, 2, 0.5]


def test_short_bins_and_further_bands_survive_the_way_out_and_back(tmp_path):
    width = np.full(20, 64.0)
    width[[4, 19]] = 12.5, 30.0
    time = 1000.0 + np.cumsum(width) - width
    screen = ScreenRequest(EventsRequest("a"))
    asked = LightCurveRequest(SelectionRequest(screen), Band(3, 10), 64.0, bins="gti")
    hard = replace(
        make_curve(), width_s=width, time_s=time, request=replace(asked, band=Band(10, 79))
    )
    curve = replace(hard, rate_per_s=hard.rate_per_s * 2, request=asked, parts=(hard,))
    write_lightcurve(tmp_path / "a.lc", curve)
    back = read_lightcurve(tmp_path / "a.lc")
    for one, two in zip(curve.curves, back.curves, strict=True):
        for name in ("time_s", "width_s", "rate_per_s", "fracexp", "counts"):
            assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True), name
    assert back.binsize_s == 64.0
    headers = [fits.getheader(tmp_path / "a.lc", name) for name in ("RATE", "RATE2")]
    assert [(h["E_MIN"], h["E_MAX"]) for h in headers] == [(3, 10), (10, 79)]
    assert headers[0]["TSTOP"] == time[-1] + 30.0


def test_what_is_no_light_curve_is_said(tmp_path, shared_data):
    with pytest.raises(FileError, match="has no light curve: .* only STDGTI"):  # noqa: RUF043
        read_lightcurve(shared_data / "nustar_events/gtis.fits")
    one = {"TIME": ("D", "s", [1]), "RATE": ("E", "", [1])}
    with pytest.raises(FileError, match="no length of its bins"):
        read_lightcurve(make_lc(tmp_path / "a.lc", one))
    bad = {"TIME": ("D", "s", [np.nan]), "RATE": ("E", "", [1])}
    with pytest.raises(FileError, match="times that are no numbers"):
        read_lightcurve(make_lc(tmp_path / "a.lc", bad, TIMEDEL=1.0))


# ---- good times


def test_real_good_times(shared_data):
    gti = read_gti(shared_data / "nustar_cal/usrgti.fits")
    raw = fits.getdata(shared_data / "nustar_cal/usrgti.fits", 1)
    assert len(gti.intervals) == 8
    assert gti.ontime_s == pytest.approx(float(np.sum(raw["STOP"] - raw["START"])), abs=1e-6)
    assert read_gti(shared_data / "nustar_events/nu20211002001A06_gti.fits").ontime_s > 0
    vela = shared_data / "nustar_spectra/vela_x1_90402339002_A/nu90402339002A01_sr.pha"
    assert read_gti(vela).ontime_s == pytest.approx(42714.63014817238)


def test_good_times_survive_the_way_out_and_back(tmp_path):
    gti = Gti(((1.5, 2.25), (1e8 + 1 / 3, 1e8 + 2 / 3)))
    write_gti(tmp_path / "a.gti", gti, POINTING)
    assert read_gti(tmp_path / "a.gti") == gti
    header = fits.getheader(tmp_path / "a.gti", "STDGTI")
    assert (header["HDUCLAS1"], header["TSTART"], header["MJDREFI"]) == ("GTI", 1.5, 55197)
    write_gti(tmp_path / "a.gti", Gti(), overwrite=True)
    assert read_gti(tmp_path / "a.gti") == Gti()
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_gti(tmp_path / "a.gti", gti)


def broken_gti():
    columns = [
        fits.Column("START", "D", array=[1, 5, np.nan, 9]),
        fits.Column("STOP", "D", array=[2, 4, 8, 9]),
    ]
    return fits.BinTableHDU.from_columns(columns, name="mygti")


def test_rows_that_are_no_interval_are_said(tmp_path):
    path = tmp_path / "a.gti"
    broken_gti().writeto(path)
    gti, (said,) = parse_gti_file(path)
    assert gti.intervals == ((1.0, 2.0),)
    assert said.startswith("2 of the 4 good time intervals in MYGTI (1) of")
    assert describe(path)["warnings"] == [said]
    assert read_gti(path, skip_broken=True) == gti
    with pytest.raises(FileError, match=r"Cannot use all of .*a\.gti': 2 of the 4 .* skip_broken"):
        read_gti(path)


def test_a_curve_with_broken_good_times_says_so(tmp_path):
    path = tmp_path / "a.lc"
    write_lightcurve(path, make_curve())
    with fits.open(path) as file:
        fits.HDUList([file[0], file["RATE"], broken_gti()]).writeto(tmp_path / "b.lc")
    curve = read_lightcurve(tmp_path / "b.lc")
    assert curve.gti.intervals == ((1.0, 2.0),)
    assert "2 of the 4 good time intervals" in curve.provenance.warnings[0]


def test_what_has_no_good_times_is_said(shared_data):
    with pytest.raises(FileError, match="has no good time intervals"):
        read_gti(shared_data / "nustar_cal/be.arf")


# ---- images


def their_sky(path, x, y):
    """Give what astropy makes of a pixel from 0, deg."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds RADECSYS, and fills in dates
        return [float(v) for v in WCS(fits.getheader(path)).all_pix2world(x, y, 0)]


PLANE = TangentPlane(30.0, 20.0, 499.5, 400.0, -6.8e-4, 6.8e-4)


def test_images_survive_the_way_out_and_back(tmp_path):
    counts = np.random.default_rng(1).integers(0, 9, (7, 5)).astype(np.int32)
    write_image(tmp_path / "a.img", Image(counts, PLANE), POINTING)
    back = read_image(tmp_path / "a.img")
    assert np.array_equal(back.counts, counts)
    assert back.plane == PLANE
    mine = [float(v) for v in PLANE.to_sky(3.0, 4.0)]
    assert mine == pytest.approx(their_sky(tmp_path / "a.img", 3.0, 4.0), abs=1e-9)
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_image(tmp_path / "a.img", back)


def test_physical_pixels_of_a_binned_image(tmp_path):
    request = ImageRequest(ScreenRequest(EventsRequest("a")), Band(3, 10), 4)
    write_image(tmp_path / "a.img", Image(np.zeros((5, 5)), None, request))
    header = fits.getheader(tmp_path / "a.img")
    # the first image pixel covers event pixels 1 to 4: its middle, 2.5, is image pixel 1
    assert header["LTM1_1"] * 2.5 + header["LTV1"] == pytest.approx(1.0)
    assert (header["CRVAL1P"], header["CDELT1P"]) == (2.5, 4.0)
    assert (header["E_MIN"], header["E_MAX"]) == (3.0, 10.0)
    back = read_image(tmp_path / "a.img")
    assert back.plane is None
    assert "no sky coordinates" in back.provenance.warnings[0]


def test_real_image(shared_data):
    path = shared_data / "regions_images/acisf07999_000N001_r0035_regevt3_srcimg.fits"
    image = read_image(path)
    assert image.counts.shape == (377, 169)
    mine = [float(v) for v in image.plane.to_sky(10.0, 20.0)]
    assert mine == pytest.approx(their_sky(path, 10.0, 20.0), abs=1e-9)
    with pytest.raises(FileError, match="has no image of two axes"):
        read_image(shared_data / "nustar_cal/be.arf")


def test_scaled_pixels_and_image_extensions(tmp_path):
    second = fits.ImageHDU(np.array([[1, 60000]], np.uint16), name="IMAGE")
    fits.HDUList([fits.PrimaryHDU(), second]).writeto(tmp_path / "a.img")
    assert read_image(tmp_path / "a.img").counts.tolist() == [[1, 60000]]


@pytest.mark.parametrize(
    ("keyword", "value", "words"),
    [
        ("CRVAL1", "none", "missing or no numbers"),
        ("CDELT2", 2.4, "cannot be trusted"),
        ("CRVAL2", 100.0, "cannot be trusted"),
    ],
)
def test_coordinates_that_cannot_be_trusted(tmp_path, keyword, value, words):
    write_image(tmp_path / "a.img", Image(np.zeros((2, 2)), PLANE))
    with fits.open(tmp_path / "a.img", mode="update") as file:
        file[0].header[keyword] = value
    back = read_image(tmp_path / "a.img")
    assert back.plane is None
    assert words in back.provenance.warnings[0]
    assert replace(back, plane=PLANE).plane == PLANE
