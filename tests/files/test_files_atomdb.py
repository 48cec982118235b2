"""AtomDB's files are found and read, and refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError
from nuwidgets.files.atomdb import AtomDb, find_atomdb
from nuwidgets.science.models import plasma
from nuwidgets.science.models.expression import Expression

if TYPE_CHECKING:
    from pathlib import Path

KT = (0.5, 1.0, 2.0)


def listed(kt: tuple[float, ...]) -> fits.BinTableHDU:
    columns = [fits.Column("kT", "D", unit="keV", array=kt)]
    return fits.BinTableHDU.from_columns(columns, name="PARAMETERS")


def lines(scale: float) -> fits.BinTableHDU:
    columns = [
        fits.Column("Lambda", "E", unit="A", array=[1.85, 6.18]),
        fits.Column("Epsilon", "E", array=[2e-18 * scale, 1e-18 * scale]),
        fits.Column("Element", "J", array=[26, 14]),
        fits.Column("Ion", "J", array=[25, 14]),
    ]
    return fits.BinTableHDU.from_columns(columns, name="EMISSIVITY")


def continua(scale: float) -> fits.BinTableHDU:
    """Make a row for hydrogen, one for iron, and one of an ion of iron, which is part of it."""
    energy = np.array([[0.1, 1.0, 50.0], [0.1, 50.0, 0.0], [0.1, 50.0, 0.0]])
    density = scale * 1e-18 * np.array([[3.0, 2.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    columns = [
        fits.Column("Z", "J", array=[1, 26, 26]),
        fits.Column("rmJ", "J", array=[0, 0, 25]),
        fits.Column("N_Cont", "J", array=[3, 2, 2]),
        fits.Column("E_Cont", "3E", array=energy),
        fits.Column("Continuum", "3E", array=density),
        fits.Column("N_Pseudo", "J", array=[0, 2, 0]),
        fits.Column("E_Pseudo", "3E", array=energy),
        fits.Column("Pseudo", "3E", array=density / 10),
    ]
    return fits.BinTableHDU.from_columns(columns, name="EMISSIVITY")


def write(folder: Path, version: str = "3.0.9", kt=KT, other=KT, tables: int = 3) -> Path:
    path = folder / f"apec_v{version}_line.fits"
    scales = range(1, tables + 1)
    fits.HDUList([fits.PrimaryHDU(), listed(kt), *map(lines, scales)]).writeto(path)
    fits.HDUList([fits.PrimaryHDU(), listed(other), *map(continua, scales)]).writeto(
        folder / f"apec_v{version}_coco.fits"
    )
    return path


def test_lines_and_continua_are_read(tmp_path):
    found = AtomDb(write(tmp_path))
    assert found.kt_kev.tolist() == list(KT)
    second = found.emission(1)
    np.testing.assert_allclose(second.line_kev, [12.3984198 / 1.85, 12.3984198 / 6.18], rtol=1e-7)
    np.testing.assert_allclose(second.line_cm3_s, [4e-18, 2e-18], rtol=1e-6)
    assert second.line_element.tolist() == [26, 14]
    assert [(z, energy.size) for z, energy, _ in second.smooth] == [(1, 3), (26, 2), (26, 2)]
    np.testing.assert_allclose(second.smooth[0][2], [6e-18, 4e-18, 0.0], rtol=1e-6)
    assert found.emission(1) is second


def test_a_plasma_is_computed_from_them(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.setenv("ATOMDB", str(tmp_path))
    monkeypatch.setattr(plasma, "_readers", [find_atomdb])
    edges = np.array([6.6, 6.8, 7.0])
    first, second = Expression.parse("apec").evaluate(edges, [0.5, 1.0, 0.0, 1.0], "angr")
    assert first - second == pytest.approx(2e-18 * 1e14, rel=0.02)  # the line of iron


def test_the_newest_version_is_taken(tmp_path, monkeypatch):
    for version in ("2.0.2", "3.0.10", "3.0.9"):
        write(tmp_path, version)
    monkeypatch.setenv("ATOMDB", str(tmp_path))
    assert "v3.0.10" in find_atomdb().line_path


def test_xspecs_own_data_are_found(tmp_path, monkeypatch):
    folder = tmp_path / "spectral" / "modelData"
    folder.mkdir(parents=True)
    write(folder)
    monkeypatch.delenv("ATOMDB", raising=False)
    monkeypatch.setenv("HEADAS", str(tmp_path / "x86_64-pc-linux-gnu"))
    assert find_atomdb().kt_kev.size == 3


@pytest.mark.parametrize(("set_it", "words"), [(True, "is in '"), (False, "ATOMDB is not set")])
def test_without_files_it_says_what_to_do(tmp_path, monkeypatch, set_it, words):
    monkeypatch.delenv("HEADAS", raising=False)
    if set_it:
        monkeypatch.setenv("ATOMDB", str(tmp_path))
    else:
        monkeypatch.delenv("ATOMDB", raising=False)
    with pytest.raises(FileError, match="set the environment variable ATOMDB") as caught:
        find_atomdb()
    assert words in str(caught.value)


def test_files_of_two_versions_do_not_go_together(tmp_path):
    with pytest.raises(FileError, match="temperatures differ"):
        AtomDb(write(tmp_path, other=(0.5, 1.0, 3.0)))


@pytest.mark.parametrize(("kt", "tables"), [((2.0, 1.0, 0.5), 3), ((0.5,), 1), (KT, 2)])
def test_what_is_no_atomdb_is_refused(tmp_path, kt, tables):
    with pytest.raises(FileError, match="one for each of two or more rising temperatures"):
        AtomDb(write(tmp_path, kt=kt, other=kt, tables=tables))


def test_a_missing_column_is_named(tmp_path):
    path = write(tmp_path)
    table = fits.BinTableHDU.from_columns([fits.Column("Lambda", "E", array=[1.0])])
    fits.HDUList([fits.PrimaryHDU(), listed(KT), table, table, table]).writeto(path, overwrite=True)
    with pytest.raises(FileError, match="no column EPSILON and ELEMENT"):
        AtomDb(path).emission(0)
