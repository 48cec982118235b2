"""A grouped copy of a spectrum: only GROUPING and QUALITY are other than before."""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError
from nuwidgets.files.grouped_pha import write_grouped
from nuwidgets.files.pha import read_spectrum

if TYPE_CHECKING:
    from pathlib import Path


def spectrum_file(path: Path, *more: fits.Column, n: int = 20, **keys: object) -> Path:
    channel, counts = np.arange(n), np.arange(n) * 3
    columns = [
        fits.Column("CHANNEL", "J", array=channel),
        fits.Column("COUNTS", "J", "count", array=counts),
        fits.Column("SYS_ERR", "E", array=np.full(n, 0.25)),
    ]
    table = fits.BinTableHDU.from_columns([*columns, *more], name="SPECTRUM")
    table.header.update({"HDUCLASS": "OGIP", "HDUCLAS1": "SPECTRUM", "EXPOSURE": 10.0,
                         "TLMIN1": 0, "TLMAX1": n - 1, "DETCHANS": n, "MYWORD": "kept"})  # fmt: skip
    table.header.update(keys)
    table.header["HISTORY"] = "made by hand"
    other = fits.ImageHDU(np.arange(9.0).reshape(3, 3), name="OTHER")
    made = fits.HDUList([fits.PrimaryHDU(np.ones((2, 2))), table, other])
    for hdu in made:
        hdu.add_checksum(when="long ago")
    made.writeto(path)
    return path


GROUPING = np.where(np.arange(20) % 4, -1, 1)


def test_columns_are_added_and_all_else_stays(tmp_path: Path) -> None:
    path = spectrum_file(tmp_path / "a.pha", GROUPING=0, QUALITY=0)
    quality = np.where(np.arange(20) > 17, 5, 0)
    write_grouped(path, tmp_path / "g.pha", {"GROUPING": GROUPING, "QUALITY": quality})
    with fits.open(path) as old, fits.open(tmp_path / "g.pha", checksum=True) as new:
        assert [h.name for h in new] == [h.name for h in old]
        for name in ("CHANNEL", "COUNTS", "SYS_ERR"):
            np.testing.assert_array_equal(new[1].data[name], old[1].data[name])
        np.testing.assert_array_equal(new[1].data["GROUPING"], GROUPING)
        np.testing.assert_array_equal(new[1].data["QUALITY"], quality)
        for key in ("EXPOSURE", "TLMIN1", "TLMAX1", "MYWORD", "HISTORY"):
            assert str(new[1].header[key]) == str(old[1].header[key])
        assert "GROUPING" not in new[1].header
        assert new[0].header == old[0].header
        np.testing.assert_array_equal(new[2].data, old[2].data)
    back = read_spectrum(tmp_path / "g.pha")
    np.testing.assert_array_equal(back.grouping, GROUPING)


@pytest.mark.parametrize("form", ["I", "J", "K"])
def test_a_column_that_is_there_is_overwritten_in_its_place(tmp_path: Path, form: str) -> None:
    old = fits.Column("GROUPING", form, array=np.ones(20))
    path = spectrum_file(tmp_path / "a.pha", old, fits.Column("LAST", "D", array=np.arange(20.0)))
    write_grouped(path, tmp_path / "g.pha", {"GROUPING": GROUPING})
    with fits.open(tmp_path / "g.pha", checksum=True) as new:
        assert new[1].columns.names == ["CHANNEL", "COUNTS", "SYS_ERR", "GROUPING", "LAST"]
        np.testing.assert_array_equal(new[1].data["GROUPING"], GROUPING)
        np.testing.assert_array_equal(new[1].data["LAST"], np.arange(20.0))
    assert (tmp_path / "g.pha").stat().st_size == path.stat().st_size


def test_rows_of_different_length_stay_whole(tmp_path: Path) -> None:
    cells = np.empty(20, object)
    for row in range(20):
        cells[row] = np.arange(row)
    path = spectrum_file(tmp_path / "a.pha", fits.Column("PARTS", "PJ()", array=cells))
    write_grouped(path, tmp_path / "g.pha", {"GROUPING": GROUPING})
    with fits.open(tmp_path / "g.pha", checksum=True) as new:
        for row in range(20):
            np.testing.assert_array_equal(new[1].data["PARTS"][row], np.arange(row))
        np.testing.assert_array_equal(new[1].data["GROUPING"], GROUPING)


def test_packed_files_are_read_and_written(tmp_path: Path) -> None:
    path = spectrum_file(tmp_path / "a.pha")
    packed = tmp_path / "a.pha.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    write_grouped(packed, tmp_path / "g.pha.gz", {"GROUPING": GROUPING})
    write_grouped(path, tmp_path / "g.pha", {"GROUPING": GROUPING})
    unpacked = gzip.decompress((tmp_path / "g.pha.gz").read_bytes())
    assert unpacked[:2880] == (tmp_path / "g.pha").read_bytes()[:2880]
    np.testing.assert_array_equal(read_spectrum(tmp_path / "g.pha.gz").grouping, GROUPING)


def test_a_real_spectrum_keeps_all_its_words(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "fit_sets" / "chandra_3c273" / "3c273.pi"
    same = read_spectrum(path)
    columns = {"GROUPING": same.grouping.astype(int), "QUALITY": same.quality.astype(int)}
    write_grouped(path, tmp_path / "same.pi", columns)
    with fits.open(path) as old, fits.open(tmp_path / "same.pi") as new:
        assert [h.name for h in new] == [h.name for h in old]
        for mine, theirs in zip(new, old, strict=True):
            words = set(theirs.header) - {"CHECKSUM", "DATASUM"}
            assert {k: str(mine.header[k]) for k in words} == {
                k: str(theirs.header[k]) for k in words
            }
            if theirs.data is not None:
                assert mine.data.tobytes() == theirs.data.tobytes()


def test_what_cannot_be_grouped_is_said(tmp_path: Path, shared_data: Path) -> None:
    scaled = fits.Column("GROUPING", "E", array=np.ones(20))
    path = spectrum_file(tmp_path / "a.pha", scaled)
    with pytest.raises(FileError, match="its column GROUPING is not one plain whole number"):
        write_grouped(path, tmp_path / "g.pha", {"GROUPING": GROUPING})
    assert not (tmp_path / "g.pha").exists()
    two = tmp_path / "two.pha.gz"
    shutil.copy(shared_data / "fit_sets" / "chandra_type2_3c120" / "3c120_pha2.gz", two)
    with pytest.raises(FileError, match=r"it holds several spectra \(type II\)"):
        write_grouped(two, tmp_path / "g.pha", {"GROUPING": GROUPING})
    plain = spectrum_file(tmp_path / "b.pha")
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_grouped(plain, plain, {"GROUPING": GROUPING})
