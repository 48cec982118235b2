"""Event files: real ones, and what can be wrong with them."""

from __future__ import annotations

import gzip
import subprocess
import sys
import warnings

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError
from nuwidgets.files.events import read_events
from nuwidgets.files.hk import read_livetime
from nuwidgets.science.pixel_index import PixelIndex

SOLAR = "nustar_events/nu90410111001A06_cl_sunpos.evt"
HK = "nustar_events/nu90410111001A_fpm.hk"


def make_events(path, n=50, *, drop=(), gti=True, extra=None, columns=None):
    rng = np.random.default_rng(7)
    time_s = np.sort(rng.uniform(1000.0, 1100.0, n))
    made = {
        "TIME": ("D", time_s),
        "GRADE": ("I", rng.integers(0, 26, n)),
        "PI": ("J", rng.integers(0, 4096, n)),
        "X": ("I", rng.integers(1, 1001, n)),
        "Y": ("I", rng.integers(1, 1001, n)),
        "DET_ID": ("B", rng.integers(0, 4, n)),
    } | (columns or {})
    made = {k: v for k, v in made.items() if k not in drop}
    table = fits.BinTableHDU.from_columns(
        [fits.Column(k, form, array=v) for k, (form, v) in made.items()], name="EVENTS"
    )
    names = list(made)
    for axis, kind, value, step in (("X", "RA---TAN", 30.0, -1), ("Y", "DEC--TAN", 20.0, 1)):
        if axis in names:
            i = names.index(axis) + 1
            table.header.update(
                {
                    f"TCTYP{i}": kind,
                    f"TCRPX{i}": 500.5,
                    f"TCRVL{i}": value,
                    f"TCDLT{i}": step * 0.0006828076,
                    f"TLMAX{i}": 1000,
                    f"TNULL{i}": -1,
                }
            )
    table.header.update({"TELESCOP": "NuSTAR", "DEADC": 0.9, "TSTART": 1000.0, "TSTOP": 1100.0})
    table.header.update(extra or {})
    hdus = [fits.PrimaryHDU(), table]
    if gti:
        pairs = np.array([(1000.0, 1040.0), (1050.0, 1100.0)])
        cols = [fits.Column(k, "D", array=pairs[:, i]) for i, k in enumerate(("START", "STOP"))]
        hdus.append(fits.BinTableHDU.from_columns(cols, name="GTI"))
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return made


def test_real_solar_events_have_no_trusted_sky(shared_data):
    events = read_events(shared_data / SOLAR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # astropy minds TCRVL being text
        raw = fits.getdata(shared_data / SOLAR, "EVENTS")
    assert len(events) == 9442
    assert events.plane is None
    assert "cannot be trusted" in events.provenance.warnings[0]
    assert np.array_equal(events.time_s, raw["TIME"])
    assert np.array_equal(events.x, raw["X"] - 1)
    assert np.array_equal(events.pi, raw["PI"])
    assert events.x.dtype == np.int16
    assert events.shape == (3000, 3000)
    assert events.pointing.obs_id == "90410111001"
    assert events.deadc == pytest.approx(0.693388029038728, abs=1e-15)


def test_housekeeping_gives_nulivetimes_deadc_and_exposure(shared_data):
    events = read_events(shared_data / SOLAR, shared_data / HK)
    assert events.deadc == pytest.approx(0.6933880290387278, rel=1e-14)
    assert events.livetime_s == pytest.approx(70.0321909, abs=5e-8)
    assert len(events.livetime.time_s) == 147
    assert events.livetime.fraction.max() <= 1.0


def test_plane_counts_pixels_from_zero(tmp_path):
    path = tmp_path / "a.evt"
    made = make_events(path)
    events = read_events(path)
    assert (events.plane.x_ref, events.plane.y_ref) == (499.5, 499.5)
    assert events.plane.x_step_deg == -0.0006828076
    assert events.plane.ra_ref_deg == 30.0
    assert events.shape == (1000, 1000)
    assert np.array_equal(events.y, made["Y"][1] - 1)
    assert events.ontime_s == 90.0
    assert events.deadc == 0.9
    assert events.provenance.warnings == ()


def test_gzip_gives_the_same(tmp_path):
    make_events(tmp_path / "a.evt")
    with gzip.open(tmp_path / "a.evt.gz", "wb") as packed:
        packed.write((tmp_path / "a.evt").read_bytes())
    plain, packed = read_events(tmp_path / "a.evt"), read_events(tmp_path / "a.evt.gz")
    assert np.array_equal(plain.time_s, packed.time_s)
    assert plain.gti == packed.gti


def test_null_pixels_are_minus_two_and_timezero_is_added(tmp_path):
    x = np.array([1, -1, 1000, 500], np.int16)
    columns = {
        "TIME": ("D", np.array([1.0, 2.0, 3.0, 4.0])), "GRADE": ("I", np.zeros(4)),
        "PI": ("J", np.arange(4)), "X": ("I", x), "Y": ("I", x), "DET_ID": ("B", np.zeros(4)),
    }  # fmt: skip
    make_events(tmp_path / "a.evt", columns=columns, extra={"TIMEZERO": 0.5})
    events = read_events(tmp_path / "a.evt")
    assert events.x.tolist() == [0, -2, 999, 499]
    assert events.time_s.tolist() == [1.5, 2.5, 3.5, 4.5]
    assert events.gti.intervals[0] == (1000.5, 1040.5)


def test_float_pixels_and_wide_pixels(tmp_path):
    columns = {"X": ("E", np.full(50, 10.4)), "Y": ("J", np.full(50, 15000))}
    make_events(tmp_path / "a.evt", columns=columns, extra={"TLMAX5": 18000})
    events = read_events(tmp_path / "a.evt")
    assert set(events.x.tolist()) == {9}
    assert set(events.y.tolist()) == {14999}
    assert events.shape == (18000, 1000)


@pytest.mark.parametrize("form", ["I", "J", "E"])
@pytest.mark.parametrize(("last", "shape"), [(1000, (1000, 1000)), (None, (60, 60))])
def test_a_stray_event_is_no_reason_for_a_huge_sky(tmp_path, form, last, shape):
    at = np.array([50, 32000, 60])
    columns = {"X": (form, at), "Y": (form, at)}
    extra = {} if last else {"TLMAX4": 0, "TLMAX5": 0}
    make_events(tmp_path / "a.evt", 3, columns=columns, extra=extra)
    events = read_events(tmp_path / "a.evt")
    assert (events.x.tolist(), events.y.tolist()) == ([49, -2, 59],) * 2
    assert events.shape == shape
    said = f"1 events lie beyond pixel {last or 20000}"
    assert sum(said in warning for warning in events.provenance.warnings) == 2
    assert PixelIndex.of(events).sky.width == shape[1]


def test_string_keywords_are_numbers(tmp_path):
    make_events(tmp_path / "a.evt", extra={"TCRVL4": "30.5", "DEADC": "0.8"})
    events = read_events(tmp_path / "a.evt")
    assert events.plane.ra_ref_deg == 30.5
    assert events.deadc == 0.8


def test_without_gti_and_grades_it_says_so(tmp_path):
    make_events(tmp_path / "a.evt", gti=False, drop=("GRADE",), extra={"DEADC": 0.0})
    events = read_events(tmp_path / "a.evt")
    assert events.gti.intervals == ((1000.0, 1100.0),)
    assert not events.grade.any()
    assert len(events.provenance.warnings) == 3


@pytest.mark.parametrize("drop", ["X", "Y", "PI", "TIME"])
def test_a_missing_column_is_named(tmp_path, drop):
    make_events(tmp_path / "a.evt", drop=(drop,))
    with pytest.raises(FileError, match=f"no column {drop}"):
        read_events(tmp_path / "a.evt")


def test_vector_columns_are_refused(tmp_path):
    make_events(tmp_path / "a.evt", columns={"PI": ("2J", np.zeros((50, 2)))})
    with pytest.raises(FileError, match="PI is not one number per event"):
        read_events(tmp_path / "a.evt")


def test_no_times_at_all_is_refused(tmp_path):
    make_events(tmp_path / "a.evt", n=0, gti=False, extra={"TSTART": 5.0, "TSTOP": 5.0})
    with pytest.raises(FileError, match="no good times"):
        read_events(tmp_path / "a.evt")


def test_first_to_last_event_where_nothing_else_is_known(tmp_path):
    make_events(tmp_path / "a.evt", gti=False, extra={"TSTOP": 0.0})
    events = read_events(tmp_path / "a.evt")
    assert events.gti.contains(events.time_s).all()


def test_files_without_events_say_what_they_have(shared_data):
    with pytest.raises(FileError, match="has no events: its extensions are SPECTRUM, GTI"):
        read_events(next((shared_data / "nustar_spectra/30001039002").iterdir()))


def test_a_list_of_times_lies_in_one_pixel(shared_data, tmp_path):
    events = read_events(shared_data / "lightcurves/monol_testA.evt")
    assert (len(events), events.shape, events.plane) == (1000, (1, 1), None)
    assert not events.x.any()
    assert not events.y.any()
    assert "all of them lie in one pixel" in events.provenance.warnings[0]
    make_events(tmp_path / "one.fits", drop=("X",))
    with pytest.raises(FileError, match="there is no column X"):
        read_events(tmp_path / "one.fits")
    places = {"DET1X": ("I", np.full(50, 180)), "DET1Y": ("I", np.full(50, 180))}
    make_events(tmp_path / "raw.fits", drop=("X", "Y"), columns=places)
    with pytest.raises(FileError, match="there is no column X, Y"):
        read_events(tmp_path / "raw.fits")


def test_housekeeping_of_another_time_is_refused(tmp_path, shared_data):
    make_events(tmp_path / "a.evt")
    with pytest.raises(FileError, match="do not cover the good times"):
        read_events(tmp_path / "a.evt", shared_data / HK)
    with pytest.raises(FileError, match="no live-time record"):
        read_livetime(tmp_path / "a.evt")


def test_broken_good_times_are_said(tmp_path):
    make_events(tmp_path / "a.evt")
    with fits.open(tmp_path / "a.evt") as file:
        file["GTI"].data["STOP"][0] = 900.0
        file.writeto(tmp_path / "b.evt")
        file["GTI"].data["START"][1] = np.nan
        file.writeto(tmp_path / "c.evt")
    events = read_events(tmp_path / "b.evt")
    assert events.gti.intervals == ((1050.0, 1100.0),)
    (said,) = events.provenance.warnings
    assert "1 of the 2 good time intervals in GTI (2) of" in said
    both, taken = read_events(tmp_path / "c.evt").provenance.warnings
    assert both.startswith("2 of the 2 good time intervals")
    assert "TSTART to TSTOP is taken" in taken


def make_hk(path, first_s=990, last_s=1110, **keywords):
    second = np.arange(float(first_s), float(last_s))
    columns = [
        fits.Column("TIME", "D", array=second),
        fits.Column("LIVETIME", "D", array=np.full(len(second), 0.8)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="HK1FPM")
    table.header.update(keywords)
    table.writeto(path, overwrite=True)
    return path


@pytest.mark.parametrize(
    ("keywords", "what"),
    [
        ({"INSTRUME": "FPMB", "OBS_ID": "60001110002"}, "of module FPMB, and .* of FPMA"),
        ({"INSTRUME": "FPMA", "OBS_ID": "60001110003"}, "of observation 60001110003, and"),
    ],
)
def test_housekeeping_of_another_module_or_observation_is_refused(tmp_path, keywords, what):
    make_events(tmp_path / "a.evt", extra={"INSTRUME": "FPMA", "OBS_ID": "60001110002"})
    hk = make_hk(tmp_path / "b.hk", **keywords)
    with pytest.raises(FileError, match=what):
        read_events(tmp_path / "a.evt", hk)
    hk = make_hk(tmp_path / "b.hk", INSTRUME="fpma")
    events = read_events(tmp_path / "a.evt", hk)
    assert events.deadc == pytest.approx(0.8)
    assert events.provenance.warnings == ()


def test_housekeeping_of_a_part_of_the_time_is_said(tmp_path):
    make_events(tmp_path / "a.evt")
    events = read_events(tmp_path / "a.evt", make_hk(tmp_path / "a.hk", last_s=1050))
    (said,) = events.provenance.warnings
    assert "cover only 44.4 % of the good times" in said
    assert events.deadc == pytest.approx(0.8)


SCRIPT = """
import resource, sys, time
from nuwidgets.files.events import read_events
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
events = read_events(sys.argv[1])
seconds = time.perf_counter() - start
used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
columns = sum(getattr(events, n).nbytes for n in ("time_s", "x", "y", "pi", "grade", "det_id"))
print(len(events), seconds, used / columns)
"""


@pytest.mark.slow
def test_ten_million_events_in_three_seconds_without_copies(tmp_path):
    make_events(tmp_path / "a.evt", n=10_000_000)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "a.evt")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    n, seconds, ratio = map(float, done.stdout.split())
    assert n == 10_000_000
    assert seconds < 3.0
    assert ratio < 2.5
