"""Opening FITS files: agreement with astropy on real files, and a sentence for what is wrong."""

from __future__ import annotations

import bz2
import gzip
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError
from nuwidgets.files.atomic import save_bytes
from nuwidgets.files.fits import astropy_at_work, open_fits
from nuwidgets.files.header import Header, header_of
from nuwidgets.files.table import columns_of, need_columns, read_columns, read_ragged


def real_files(folder):
    return sorted(
        p for p in folder.rglob("*")
        if p.is_file() and p.suffix not in (".md", ".reg", ".json", ".dat")
    )  # fmt: skip


def check_columns(hdu, theirs):
    """Compare every column with astropy's."""
    mine = read_columns(hdu, columns_of(hdu))
    for column in theirs.columns:
        name = column.name.upper()
        made = columns_of(hdu)[name]
        if made.code in "PQ":
            values, lengths = read_ragged(hdu, name)
            rows = [np.asarray(row) for row in theirs.data[column.name]]
            assert lengths.tolist() == [row.size for row in rows]
            expected = np.concatenate([row.ravel() for row in rows]) if rows else np.zeros(0)
        elif made.code == "A":
            values = mine[name]
            expected = np.char.strip(np.asarray(theirs.data[column.name], str))
        else:
            values, expected = mine[name], np.asarray(theirs.data[column.name])
            assert values.size == expected.size
            expected = expected.reshape(values.shape)
        equal_nan = values.dtype.kind == "f"
        assert np.array_equal(values, expected, equal_nan=equal_nan), (hdu.label, name)


def test_all_real_files_read_as_astropy_reads_them(shared_data):
    seen = 0
    for path in real_files(shared_data):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(path) as theirs, open_fits(path) as mine:
                assert len(mine.hdus) == len(theirs)
                for hdu, other in zip(mine.hdus, theirs, strict=True):
                    for key in ("EXPOSURE", "TSTART", "MJDREFF", "BACKSCAL", "NAXIS2"):
                        if key in other.header:
                            assert hdu.header.number(key) == float(other.header[key])
                    for key in ("OBJECT", "RESPFILE", "TELESCOP", "TLM2FITS"):
                        if key in other.header and isinstance(other.header[key], str):
                            assert hdu.header.text(key) == other.header[key].strip()
                    if hdu.is_table:
                        check_columns(hdu, other)
                        seen += 1
    assert seen > 150


def test_header_values():
    cards = [
        "SIMPLE  =                    T / yes",
        "TEXT    = 'it''s  '           / with a quote / and a slash",
        "NUMBER  =             1.25D-03",
        "WHOLE   =                   42",
        "ASTEXT  = '0.0     '",
        "TWICE   =                    1",
        "TWICE   =                    2",
        "NOTHING = 'NONE    '",
        "LONG    = 'first &'",
        "CONTINUE  'second'",
        "HISTORY = not a keyword",
        "ODD     = 12abc",
    ]
    text = "".join(card.ljust(80) for card in cards)
    with astropy_at_work():
        header = header_of(fits.Header.fromstring(text))
    assert header.text("TEXT") == "it's"
    assert header.number("NUMBER") == 1.25e-3
    assert header.number("WHOLE") == 42
    assert header.number("ASTEXT") == 0.0
    assert header.number("TWICE") == 1
    assert header.name("NOTHING") == ""
    assert header.text("LONG") == "first second"
    assert header.flag("SIMPLE") is True
    assert header.flag("ABSENT") is None
    assert header.number("ODD", 7.0) == 7.0
    assert header.text("ODD") == "12abc"
    assert header.number("SIMPLE") == 1.0
    assert np.isnan(header.number("ABSENT"))
    assert "ABSENT" not in header
    assert Header({"A": 1}).over(Header({"A": 2, "B": 3})).number("B") == 3


def odd_file(path):
    """Write a table with HIERARCH, repeated, unquoted and non-ASCII cards and checksums."""
    columns = [
        fits.Column("CHANNEL", "J", null=-99, array=[1, -99, 3]),
        fits.Column("SECOND", "D", array=[4.0, 5.0, 6.0]),
        fits.Column("THIRD", "B", bzero=-128, array=np.array([-128, 0, 127], np.int8)),
        fits.Column("FOURTH", "J", array=[1, 2, 3]),
        fits.Column("LONG", "QD()", array=np.array([[1.5], [2.5, 3.5], []], object)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="T")
    table.header.update({"TLMIN1": "1", "HIERARCH deep word": 2.5, "OBJECT": "cafX"})
    table.header.append(("TWICE", 1))
    table.header.append(("TWICE", 2), end=True)
    table.header.update({"UNQUOTED": "abcd"})
    table.header.update({"XZERO4": 7, "XSCAL4": 1.0})
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path, checksum=True, overwrite=True)
    data = path.read_bytes().replace(b"cafX", b"caf\xe9").replace(b"'abcd    '", b"12abcd    ")
    data = data.replace(b"XZERO4", b"TZERO4").replace(b"XSCAL4", b"TSCAL4")
    path.write_bytes(data.replace(b"'SECOND  '", b"'CHANNEL '"))
    return path


def check_odd_file(path):
    with open_fits(path) as file:
        hdu = file.hdus[1]
        assert hdu.header.number("TLMIN1") == 1.0
        assert hdu.header.number("DEEP WORD") == 2.5
        assert hdu.header.number("TWICE") == 1
        assert hdu.header.text("OBJECT").startswith("caf")
        assert hdu.header.text("UNQUOTED") == "12abcd"
        got = read_columns(hdu, ["CHANNEL", "THIRD", "FOURTH"])
        assert got["CHANNEL"].tolist() == [1, -99, 3]
        assert got["CHANNEL"].dtype == np.int32
        assert got["THIRD"].tolist() == [-128, 0, 127]
        assert got["FOURTH"].tolist() == [8, 9, 10]
        assert got["FOURTH"].dtype.kind == "i"
        assert got["CHANNEL"].flags.owndata
        values, lengths = read_ragged(hdu, "LONG")
        assert values.tolist() == [1.5, 2.5, 3.5]
        assert lengths.tolist() == [1, 2, 0]


def test_odd_but_readable_files(tmp_path):
    path = odd_file(tmp_path / "t.fits")
    check_odd_file(path)
    (tmp_path / "t.fits.gz").write_bytes(gzip.compress(path.read_bytes()))
    check_odd_file(tmp_path / "t.fits.gz")
    path.write_bytes(path.read_bytes() + b"more" * 1000)
    check_odd_file(path)


def test_no_warning_gets_out_of_pool_threads(tmp_path):
    path = odd_file(tmp_path / "t.fits")
    before = warnings.filters[:]
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(check_odd_file, path) for _ in range(200)]
    assert [one.result() for one in done] == [None] * 200
    assert warnings.filters == before


def test_an_unfinished_last_header_is_said(tmp_path):
    path = odd_file(tmp_path / "t.fits")
    path.write_bytes(path.read_bytes()[: 2880 + 1440])
    with pytest.raises(FileError, match="header 1 has no END"), open_fits(path):
        pass


def test_files_that_say_they_are_not_standard_are_refused(tmp_path):
    path = odd_file(tmp_path / "t.fits")
    head = b"SIMPLE  =                    "
    path.write_bytes(path.read_bytes().replace(head + b"T", head + b"F"))
    with pytest.raises(FileError, match="not that of standard FITS"), open_fits(path):
        pass


def columns_file(path):
    columns = [
        fits.Column("U16", "I", bzero=32768, array=np.array([0, 40000, 65535], np.uint16)),
        fits.Column("SCALED", "I", array=np.array([0, 1, 20])),
        fits.Column("FLAG", "L", array=[True, False, True]),
        fits.Column("NAME", "6A", array=["one", "two", ""]),
        fits.Column("VECTOR", "3E", array=np.arange(9).reshape(3, 3)),
        fits.Column("BITS", "16X", array=np.zeros((3, 16), bool)),
        fits.Column("RAGGED", "PJ()", array=np.array([[1, 2], [3], []], object)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="T")
    table.header.update({"XSCAL2": 0.5, "XZERO2": 10.0})
    table.writeto(path, overwrite=True)
    data = path.read_bytes().replace(b"XSCAL2", b"TSCAL2").replace(b"XZERO2", b"TZERO2")
    path.write_bytes(data)
    return path


def test_all_kinds_of_columns(tmp_path):
    with open_fits(columns_file(tmp_path / "t.fits")) as file:
        hdu = file.hdus[1]
        got = read_columns(hdu, ["U16", "SCALED", "FLAG", "NAME", "VECTOR", "BITS", "LACKING"])
        assert got["U16"].tolist() == [0, 40000, 65535]
        assert got["SCALED"].tolist() == [10.0, 10.5, 20.0]
        assert got["FLAG"].tolist() == [True, False, True]
        assert got["NAME"].tolist() == ["one", "two", ""]
        assert got["VECTOR"].shape == (3, 3)
        assert got["BITS"].shape == (3, 16)
        assert "LACKING" not in got
        values, lengths = read_ragged(hdu, "RAGGED")
        assert values.tolist() == [1, 2, 3]
        assert lengths.tolist() == [2, 1, 0]
        assert read_ragged(hdu, "VECTOR")[1].tolist() == [3, 3, 3]
        with pytest.raises(FileError, match="has no column LACKING"):
            need_columns(hdu, "LACKING")


def shuffle_heap(path, out, shift):
    """Turn the heap's pieces around, so that rows point backwards and, if asked, off the grid."""
    data = bytearray(path.read_bytes())
    with open_fits(path) as file:
        hdu = file.hdus[1]
        start, width = hdu.start, int(hdu.header.number("NAXIS1"))
        at = width - 8
        heap = start + 3 * width
    pieces = bytes(data[heap : heap + 12])
    data[heap : heap + 12 + shift] = pieces[8:] + b"\0" * shift + pieces[:8]
    for row, offset in ((0, 4 + shift), (1, 0)):
        cell = start + row * width + at + 4
        data[cell : cell + 4] = offset.to_bytes(4, "big")
    out.write_bytes(data)


@pytest.mark.parametrize("shift", [0, 3])
def test_rows_may_point_anywhere_in_the_heap(tmp_path, shift):
    plain = columns_file(tmp_path / "t.fits")
    text = plain.read_bytes().replace(
        b"PCOUNT  =                   12", b"PCOUNT  =                   16"
    )
    plain.write_bytes(text)
    shuffle_heap(plain, tmp_path / "s.fits", shift)
    with open_fits(tmp_path / "s.fits") as file:
        assert read_ragged(file.hdus[1], "RAGGED")[0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"TFORM1  = 'I       '", b"TFORM1  = 'Z       '", "Format 'Z' is not recognized"),
        (b"TFORM1  = 'I       '", b"TFORM1  = 'J       '", "do not fill its rows"),
        (b"NAXIS2  =                    3", b"NAXIS2  =                   -3", "NAXIS2 is -3"),
        (b"NAXIS2  =                    3", b"NAXIS2  =                 3000", "cut short"),
        (b"NAXIS   =                    2", b"NAXIS   =                 2000", "NAXIS3"),
    ],
)
def test_contradictions_are_said(tmp_path, old, new, words):
    data = columns_file(tmp_path / "t.fits").read_bytes()
    assert old in data
    (tmp_path / "t.fits").write_bytes(data.replace(old, new))
    with pytest.raises(FileError, match=words), open_fits(tmp_path / "t.fits") as file:
        read_columns(file.hdus[1], ["U16"])


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [(4, 10**6, "outside of the table's heap"), (0, 10**6, "outside of the table's heap")],
)
def test_rows_that_point_outside_are_said(tmp_path, cell, value, words):
    path = columns_file(tmp_path / "t.fits")
    with open_fits(path) as file:
        hdu = file.hdus[1]
        at = hdu.start + int(hdu.header.number("NAXIS1")) - 8 + cell
    data = bytearray(path.read_bytes())
    data[at : at + 4] = value.to_bytes(4, "big")
    path.write_bytes(data)
    with pytest.raises(FileError, match=words), open_fits(path) as file:
        read_ragged(file.hdus[1], "RAGGED")


def test_rows_that_share_the_heap_too_often_are_refused(tmp_path):
    n = 2000
    rows = np.empty(n, object)
    rows[:] = [np.arange(1)] * n
    rows[0] = np.arange(500)
    column = fits.Column("RAGGED", "PJ()", array=rows)
    path = tmp_path / "t.fits"
    fits.BinTableHDU.from_columns([column]).writeto(path)
    data = bytearray(path.read_bytes())
    with open_fits(path) as file:
        start = file.hdus[1].start
    for row in range(n):
        data[start + 8 * row : start + 8 * row + 8] = (500).to_bytes(4, "big") + bytes(4)
    path.write_bytes(data)
    with pytest.raises(FileError, match="far more than the table's heap"), open_fits(path) as file:
        read_ragged(file.hdus[1], "RAGGED")


def test_missing_empty_and_foreign_files(tmp_path):
    cases = {
        "empty.fits": (b"", "is empty"),
        "page.fits": (b"<!DOCTYPE html><html>", "web page"),
        "a.fits.bz2": (bz2.compress(b"SIMPLE"), "bunzip2"),
        "text.txt": (b"hello world, no FITS", "begins with b'hello wor'"),
        "twice.gz": (gzip.compress(gzip.compress(b"SIMPLE  =")), "twice"),
        "cut.gz": (gzip.compress(b"SIMPLE  =" * 5000)[:60], "cut short or broken"),
        "half.fits": (b"SIMPLE  =                    T".ljust(80), "corrupt"),
        "noend.fits": (b"SIMPLE  =                    T".ljust(2880), "missing END"),
        "odd.fits": (b"SIMPLE   ".ljust(2880), "No SIMPLE card"),
    }
    for name, (data, words) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileError, match=words) as caught, open_fits(tmp_path / name):
            pass
        assert name in str(caught.value)
    with pytest.raises(FileError, match="There is no file"), open_fits(tmp_path / "nope"):
        pass
    with pytest.raises(FileError, match="is a folder"), open_fits(tmp_path):
        pass
    with pytest.raises(FileError, match="Cannot open"), open_fits("a\0b"):
        pass


def test_a_file_that_shrinks_while_it_is_read_is_said(tmp_path):
    path = columns_file(tmp_path / "t.fits")
    with open_fits(path) as file:
        path.write_bytes(path.read_bytes()[:3000])
        with pytest.raises(FileError, match="cut short"):
            read_columns(file.hdus[1], ["U16"])


def test_files_are_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "out.bin"
    save_bytes(path, b"first")
    with pytest.raises(FileError, match="exists and is not overwritten"):
        save_bytes(path, b"second")
    save_bytes(path, b"second", overwrite=True)
    assert path.read_bytes() == b"second"
    with pytest.raises(FileError, match="Check that the folder exists"):
        save_bytes(tmp_path / "no" / "out.bin", b"x")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(FileError, match="No space left"):
        save_bytes(path, b"third", overwrite=True)
    assert path.read_bytes() == b"second"
    assert [p.name for p in tmp_path.iterdir()] == ["out.bin"]


def test_endless_axes_are_refused_at_once(tmp_path):
    path = tmp_path / "axes.fits"
    card = b"SIMPLE  =                    T".ljust(80) + b"BITPIX  =                    8".ljust(80)
    card += b"NAXIS   =           2147483647".ljust(80) + b"END".ljust(80)
    path.write_bytes(card.ljust(2880))
    with pytest.raises(FileError, match=r"axes\.fits"), open_fits(path):
        pass
