"""Lists of sources in every format, with the column names of real catalogues."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import MaskedColumn, Table

from nuwidgets.domain.marker import Marker
from nuwidgets.errors import FileError
from nuwidgets.files import source_list
from nuwidgets.files.source_list import read_source_list

TWO = (Marker("NGC 1", 10.684708, 41.26875), Marker("src b", 10.7, -41.3))


def same(found, expected=TWO):
    assert [one.name for one in found] == [one.name for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert (one.ra_deg, one.dec_deg) == pytest.approx((other.ra_deg, other.dec_deg), abs=1e-6)


@pytest.mark.parametrize("text", [
    "name,RA,Dec\nNGC 1,10.684708,41.26875\nsrc b,10.7,-41.3\n",
    "Source_Name\t_RAJ2000\t_DEJ2000\nNGC 1\t10.684708\t41.26875\nsrc b\t10.7\t-41.3\n",
    "RA (deg),Dec (deg),flux,ID\n10.684708,41.26875,1e-13,NGC 1\n10.7,-41.3,,src b\n",
    'main_id,ra,dec\n"NGC 1",00:42:44.32992,+41:16:07.5\n"src b",00h42m48s,-41d18m00s\n',
    "designation,RA_J2000,DEC_J2000\nNGC 1,00 42 44.32992,+41 16 07.5\nsrc b,10.7,-41.3\n",
    "\ufeffname,ra,dec\nNGC 1,10.684708,41.26875\nsrc b,10.7,-41.3\n",
])  # fmt: skip
def test_plain_tables(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text)
    same(read_source_list(path))


@pytest.mark.parametrize("kind", ["fits", "votable", "ascii.ecsv"])
def test_tables_with_units(tmp_path, kind):
    hours = np.array([10.684708, 10.7]) / 15.0
    table = Table({"SRC_NAME": ["NGC 1", "src b"], "RA": hours, "DEC": [41.26875, -41.3]})
    table["RA"].unit, table["DEC"].unit = ("hourangle", "deg") if kind != "fits" else (None, "deg")
    if kind == "fits":
        table["RA"] = np.radians([10.684708, 10.7])
        table["RA"].unit = "rad"
    table.write(tmp_path / "list", format=kind)
    same(read_source_list(tmp_path / "list"))


def test_rows_without_a_position_are_left_out_and_nameless_ones_numbered(tmp_path):
    table = Table({"ra": MaskedColumn([1.0, 2.0, 3.0], mask=[False, True, False])})
    table["dec"] = [4.0, 5.0, np.nan]
    table.write(tmp_path / "list.ecsv", format="ascii.ecsv")
    assert read_source_list(tmp_path / "list.ecsv") == (Marker("1", 1.0, 4.0),)


def test_points_of_region_files_have_their_texts_as_names(tmp_path):
    path = tmp_path / "list.reg"
    path.write_text(
        "# Region file format: DS9 version 4.1\nfk5\n"
        "point(10.684708,41.26875) # point=cross text={NGC 1}\n"
        'circle(10.7,-41.3,20") # text={src b}\n'
    )
    same(read_source_list(path))
    text = path.read_text()
    path.write_text(f'{text}line(1,2,3,4)\nbox(10.7,-41.3,2",3",0)\n')
    assert [one.name for one in read_source_list(path)] == ["NGC 1", "src b", "3"]
    path.write_text('fk5; circle(10.7,-41.3,20")\n')
    assert read_source_list(path) == (Marker("1", 10.7, -41.3),)


@pytest.mark.parametrize(("text", "words"), [
    ("name,flux\na,1\n", "it has the columns name, flux. Call two of them RA and DEC"),
    ("ra,dec\n", "no source in"),
    ("ra,dec\n1,95\n", "after 0 good ones holds no place on the sky"),
    ("ra,dec\n1,2\nnorth,up\n", "after 1 good ones holds no place on the sky. Cannot read 'north'"),
    ("physical\ncircle(10,20,3)\n", "no source in"),
    ("fk5\ncircle(10,20\n", "as a source list. Cannot read the region"),
    ("<VOTABLE><oops", "as a list of sources"),
    ("ra,dec\n" + "1,2\n" * 5001, "5,001 sources"),
])  # fmt: skip
def test_what_is_no_list_is_said(tmp_path, text, words):
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(FileError) as caught:
        read_source_list(path)
    assert words in str(caught.value)


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    with pytest.raises(FileError, match=r"There is no source list .* Check the path"):
        read_source_list(tmp_path / "none.csv")
    with pytest.raises(FileError, match="Cannot open the source list"):
        read_source_list(tmp_path)
    Table({"x": [1.0]}).write(tmp_path / "t.fits")
    with pytest.raises(FileError, match=r"it has the columns X\. Call"):
        read_source_list(tmp_path / "t.fits")
    monkeypatch.setattr(source_list, "MAX_BYTES", 10)
    (tmp_path / "long.csv").write_text("ra,dec\n1,2\n")
    with pytest.raises(FileError, match=r"too large\. Cut it down"):
        read_source_list(tmp_path / "long.csv")
