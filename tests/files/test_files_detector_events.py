"""Places on the detectors, bad pixels and tracks, from files made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError
from nuwidgets.files.detector_events import read_det1, read_detector_events, read_track

if TYPE_CHECKING:
    from pathlib import Path

PLACES = {
    "TIME": ("D", [5.0, 6.0, 7.0, 8.0, np.nan]),
    "DET_ID": ("B", [0, 1, 2, 3, 0]),
    "RAWX": ("B", [0, 31, 5, 6, 1]),
    "RAWY": ("B", [3, 4, 31, 0, 1]),
    "DET1X": ("I", [1, 360, 100, -4095, 9]),
    "DET1Y": ("I", [360, 1, 101, 5, 9]),
    "X": ("I", [500, 501, -1, 503, 9]),
    "Y": ("I", [400, 401, -1, 403, 9]),
}


def bits(*words: int) -> np.ndarray:
    return np.array([[bool(word >> at & 1) for at in range(15, -1, -1)] for word in words])


def table(name: str, columns: dict, **keys: object) -> fits.BinTableHDU:
    made = [fits.Column(n, form, array=np.array(v)) for n, (form, v) in columns.items()]
    hdu = fits.BinTableHDU.from_columns(made, name=name)
    hdu.header.update(keys)
    return hdu


def write(path: Path, *tables: fits.BinTableHDU) -> Path:
    fits.HDUList([fits.PrimaryHDU(), *tables]).writeto(path)
    return path


def test_events_without_a_place_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.evt", table("EVENTS", PLACES, PA_PNT=123.4, TIMEZERO=1.0))
    events, bad, roll = read_detector_events(path)
    np.testing.assert_array_equal(events.time_s, [6.0, 7.0])
    np.testing.assert_array_equal(events.det_id, [0, 1])
    np.testing.assert_array_equal([events.raw_x, events.raw_y], [[0, 31], [3, 4]])
    np.testing.assert_array_equal([events.det_x, events.det_y], [[0, 359], [359, 0]])
    np.testing.assert_array_equal([events.x, events.y], [[499, 500], [399, 400]])
    assert (bad, roll) == ((), 123.4)


def test_a_roll_of_no_angle_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.evt", table("EVENTS", PLACES, PA_PNT=-100.0))
    assert read_detector_events(path)[2] is None


def test_bad_pixels_have_their_times(tmp_path: Path) -> None:
    rows = {
        "RAWX": ("B", [1, 1, 2, 3, 4]),
        "RAWY": ("B", [7, 7, 8, 9, 10]),
        "TIME": ("D", [0.0, 50.0, 10.0, 0.0, 20.0]),
        "TIME_STOP": ("D", [60.0, 90.0, 30.0, 5.0, np.nan]),
        "BADFLAG": ("16X", bits(2, 32, 1, 8 | 16 | 64, 4)),
    }
    other = {"RAWX": ("B", [5]), "RAWY": ("B", [6]), "TIME": ("D", [3.0])}
    path = write(
        tmp_path / "a.evt",
        table("EVENTS", PLACES),
        table("BADPIX", rows, DETNAM="DET1"),
        table("BADPIX", other, DETNAM="DET3"),
    )
    bad = read_detector_events(path)[1]
    found = {(b.det_id, b.raw_x, b.raw_y): b.times.intervals for b in bad}
    assert found[1, 1, 7] == ((0.0, 90.0),)
    assert found[1, 2, 8] == ((10.0, 30.0),)
    assert found[1, 4, 10] == ((20.0, np.finfo(float).max),)
    assert found[3, 5, 6] == ((3.0, np.finfo(float).max),)
    assert (1, 3, 9) not in found  # only its neighbours are bad
    assert len(found) == 4


def test_a_real_list_of_bad_pixels_is_read(shared_data: Path, tmp_path: Path) -> None:
    with fits.open(shared_data / "nustar_cal" / "nuAuserbadpix_solar.fits") as real:
        tables = [hdu.copy() for hdu in real[1:]]
        n = sum(len(hdu.data) for hdu in tables)
        path = write(tmp_path / "a.evt", table("EVENTS", PLACES), *tables)
    bad = read_detector_events(path)[1]
    assert 0 < len(bad) <= n
    assert {pixel.det_id for pixel in bad} <= set(range(4))


def test_a_track_is_sorted_and_counts_from_0(tmp_path: Path) -> None:
    rows = {
        "TIME": ("D", [3.0, 1.0, 2.0, np.nan]),
        "X_DET1": ("D", [503.0, 501.0, -1.0, 9.0]),
        "Y_DET1": ("D", [403.0, 401.0, -1.0, 9.0]),
    }
    path = write(tmp_path / "a_det1.fits", table("DET1_REFPOINT", rows, TIMEZERO=10.0))
    track = read_track(path)
    np.testing.assert_array_equal(track.time_s, [11.0, 13.0])
    np.testing.assert_array_equal([track.x, track.y], [[500.0, 502.0], [400.0, 402.0]])


def test_what_is_no_such_file_is_said(tmp_path: Path) -> None:
    empty = write(tmp_path / "no.evt", table("OTHER", {"A": ("D", [1.0])}))
    with pytest.raises(FileError, match=r"no\.evt' has no events"):
        read_detector_events(empty)
    few = {name: PLACES[name] for name in ("TIME", "X", "Y")}
    with pytest.raises(FileError, match="no column DET_ID and RAWX and RAWY"):
        read_detector_events(write(tmp_path / "few.evt", table("EVENTS", few)))
    with pytest.raises(FileError, match=r"does not tell where the telescope looked.*det1 file"):
        read_track(empty)
    lost = {name: ("D", [-1.0]) for name in ("TIME", "X_OA", "Y_OA")}
    with pytest.raises(FileError, match=r"no row that tells a place\. Give nu<obsid>A_oa"):
        read_track(write(tmp_path / "lost.fits", table("OPTICAL_AXIS", lost)), "OA")


def test_every_second_event_tells_as_much(tmp_path: Path) -> None:
    n = 1000
    columns = {
        name: (form, np.arange(n) % 30 if form == "B" else np.arange(n) % 300 + 1)
        for name, (form, _) in PLACES.items()
    }
    columns["DET_ID"] = ("B", np.arange(n) % 4)
    path = write(tmp_path / "a.evt", table("EVENTS", columns))
    whole, thin = read_detector_events(path)[0], read_detector_events(path, 400)[0]
    assert len(thin) == 334
    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(thin, name), values[::3])
    assert len(read_detector_events(path, n)[0]) == n


def test_what_is_missing_is_said_of_few_events_too(tmp_path: Path) -> None:
    columns = {name: pair for name, pair in PLACES.items() if name != "RAWX"}
    path = write(tmp_path / "a.evt", table("EVENTS", columns))
    with pytest.raises(FileError, match="it has no column RAWX"):
        read_detector_events(path, 2)


def test_det1_pixels_of_all_events_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "a.evt", table("EVENTS", PLACES))
    x, y = read_det1(path)
    np.testing.assert_array_equal(x, [0, 359, 99, -2, 8])
    np.testing.assert_array_equal(y, [359, 0, 100, -2, 8])
    assert x.dtype == y.dtype == np.int16


def test_events_without_det1_say_so(tmp_path: Path) -> None:
    columns = {name: pair for name, pair in PLACES.items() if name != "DET1Y"}
    path = write(tmp_path / "a.evt", table("EVENTS", columns))
    with pytest.raises(FileError, match="it has no column DET1Y"):
        read_det1(path)
    with pytest.raises(FileError, match="has no events"):
        read_det1(write(tmp_path / "b.evt", table("GTI", PLACES)))
