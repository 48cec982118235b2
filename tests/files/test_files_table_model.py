"""Table models are read as OGIP memo 92-009 describes them, and refused with a reason."""

from __future__ import annotations

import os
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError
from nuwidgets.files.table_model import read_table_model
from nuwidgets.science.models import tables
from nuwidgets.science.models.expression import Expression

if TYPE_CHECKING:
    from pathlib import Path

EDGES = np.geomspace(0.5, 20.0, 41)
AXES = (("kT", 0, [1.0, 2.0, 4.0]), ("log nH", 1, [0.1, 10.0]))


def spectrum(kt: float, nh: float) -> np.ndarray:
    return (kt + np.log(nh)) * np.diff(EDGES)


def parameter_table(axes: Any, additional: int, ragged: bool) -> fits.BinTableHDU:
    n_rows = len(axes) + additional
    values = [axis[2] for axis in axes] + [[]] * additional
    longest = max([len(v) for v in values] + [1])
    padded = np.array([list(v) + [0.0] * (longest - len(v)) for v in values], "f4")
    cells = np.empty(n_rows, object)
    cells[:] = [np.array(v, "f4") for v in values]
    numbers = {"INITIAL": 1.0, "MINIMUM": 0.1, "BOTTOM": 0.2, "TOP": 9.0, "MAXIMUM": 10.0}
    names = [axis[0] for axis in axes] + [f"extra{i}" for i in range(additional)]
    columns = [
        fits.Column("NAME", "12A", array=names),
        fits.Column("METHOD", "J", array=[a[1] for a in axes] + [0] * additional),
        *(fits.Column(key, "E", array=[value] * n_rows) for key, value in numbers.items()),
        fits.Column("DELTA", "E", array=[0.05] + [-0.01] * (n_rows - 1)),
        fits.Column("NUMBVALS", "J", array=[len(v) for v in values]),
        fits.Column("VALUE", "PE()", array=cells)
        if ragged
        else fits.Column("VALUE", f"{longest}E", array=padded),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="PARAMETERS")
    table.header["NINTPARM"], table.header["NADDPARM"] = len(axes), additional
    return table


def write(
    path: Path,
    axes: Any = AXES,
    *,
    function: Any = spectrum,
    edges: np.ndarray = EDGES,
    additional: int = 0,
    ragged: bool = False,
    order: Any = None,
    keywords: dict | None = None,
    change: Any = None,
) -> Path:
    """Write a table model; `change` may spoil its extensions."""
    points = list(product(*(axis[2] for axis in axes)))
    points = [points[i] for i in order] if order is not None else points
    spectra = np.array([function(*point) for point in points], "f4").reshape(len(points), -1)
    columns = [
        fits.Column("PARAMVAL", f"{len(axes)}E", array=np.array(points, "f4")),
        fits.Column("INTPSPEC", f"{spectra.shape[1]}E", array=spectra),
        *(
            fits.Column(f"ADDSP{i:03d}", f"{spectra.shape[1]}E", array=spectra * (i + 1))
            for i in range(1, additional + 1)
        ),
    ]
    energies = fits.BinTableHDU.from_columns(
        [
            fits.Column("ENERG_LO", "E", "keV", array=edges[:-1]),
            fits.Column("ENERG_HI", "E", "keV", array=edges[1:]),
        ],
        name="ENERGIES",
    )
    primary = fits.PrimaryHDU()
    said = {"MODLNAME": "mymodel", "ADDMODEL": True, "REDSHIFT": False, **(keywords or {})}
    primary.header.update(said)
    hdus = fits.HDUList(
        [
            primary,
            parameter_table(axes, additional, ragged),
            energies,
            fits.BinTableHDU.from_columns(columns, name="SPECTRA"),
        ]
    )
    if change:
        change(hdus)
    hdus.writeto(path, overwrite=True)
    return path


@pytest.mark.parametrize("ragged", [False, True])
def test_a_table_is_read(tmp_path: Path, ragged: bool) -> None:
    model = read_table_model(write(tmp_path / "a.fits", ragged=ragged))
    assert (model.name, model.additive, model.redshift) == ("mymodel", True, False)
    assert (model.below, model.above) == (None, None)
    assert [axis.values.tolist() for axis in model.axes] == [[1, 2, 4], [pytest.approx(0.1), 10]]
    assert [axis.logarithmic for axis in model.axes] == [False, True]
    kt, nh = model.parameters
    assert (kt.name, kt.default, kt.frozen) == ("kT", 1.0, False)
    assert (kt.hard_lo, kt.soft_lo, kt.soft_hi, kt.hard_hi, kt.delta) == (
        pytest.approx((0.1, 0.2, 9.0, 10.0, 0.05))
    )
    assert (nh.name, nh.frozen, nh.delta) == ("log_nH", True, pytest.approx(0.01))
    np.testing.assert_allclose(model.energy_edges_kev, EDGES, rtol=1e-6)
    assert model.spectra.dtype == np.float32
    np.testing.assert_allclose(model.spectrum(3.0, 1.0), spectrum(3.0, 1.0), rtol=1e-5)


def test_rows_are_put_in_order_by_their_values(tmp_path: Path) -> None:
    model = read_table_model(write(tmp_path / "a.fits", order=[5, 0, 3, 1, 4, 2]))
    np.testing.assert_allclose(model.spectrum(2.0, 10.0), spectrum(2.0, 10.0), rtol=1e-5)


def test_additional_parameters_and_limits_are_read(tmp_path: Path) -> None:
    keywords = {"REDSHIFT": True, "LOELIMIT": 0.5, "HIELIMIT": 2.0, "ADDMODEL": False}
    path = write(tmp_path / "a.fits", additional=2, keywords=keywords)
    model = read_table_model(path)
    assert [p.name for p in model.parameters] == ["kT", "log_nH", "extra0", "extra1"]
    assert (model.additive, model.redshift, model.below, model.above) == (False, True, 0.5, 2.0)
    got = model.spectrum(1.0, 10.0, 10.0, 100.0)
    np.testing.assert_allclose(got, (1 + 20 + 300) * spectrum(1.0, 10.0), rtol=1e-5)


def test_a_table_without_interpolation_is_one_spectrum(tmp_path: Path) -> None:
    def no_axes(hdus: fits.HDUList) -> None:
        hdus["PARAMETERS"].header["NINTPARM"] = 0
        hdus["PARAMETERS"].header["NADDPARM"] = 1

    path = write(
        tmp_path / "a.fits",
        (("scale", 0, [1.0]),),
        function=lambda _s: np.diff(EDGES),
        additional=1,
        change=lambda hdus: (
            no_axes(hdus),
            setattr(hdus["PARAMETERS"], "data", hdus["PARAMETERS"].data[1:]),
        ),
    )
    model = read_table_model(path)
    assert model.axes == ()
    np.testing.assert_allclose(model.spectrum(1.0), 3 * np.diff(EDGES), rtol=1e-5)


def test_energies_in_ev_are_converted(tmp_path: Path) -> None:
    def in_ev(hdus: fits.HDUList) -> None:
        for column in ("ENERG_LO", "ENERG_HI"):
            hdus["ENERGIES"].data[column] *= 1000
            hdus["ENERGIES"].columns.change_unit(column, "eV")

    model = read_table_model(write(tmp_path / "a.fits", change=in_ev))
    np.testing.assert_allclose(model.energy_edges_kev, EDGES, rtol=1e-6)


def test_a_table_is_kept_until_its_file_changes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits")
    first = read_table_model(path)
    assert read_table_model(str(path)) is first
    write(path, function=lambda kt, nh: 2 * spectrum(kt, nh))
    os.utime(path, ns=(1, 1))
    again = read_table_model(path)
    np.testing.assert_allclose(again.spectrum(1.0, 10.0), 2 * first.spectrum(1.0, 10.0))


def test_a_file_becomes_a_component(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_readers", [read_table_model])
    path = str(write(tmp_path / "a.fits"))
    component = tables.table_component(path, "atable")
    expression = Expression(component.name, (component,), Expression.parse("powerlaw").tree)
    got = expression.evaluate(EDGES, [3.0, 1.0, 2.0])
    np.testing.assert_allclose(got, 2 * spectrum(3.0, 1.0), rtol=1e-5)


def take(name: str) -> Any:
    return lambda hdus: hdus.pop(hdus.index_of(name))


def put(name: str, column: str, row: int, value: Any) -> Any:
    def change(hdus: fits.HDUList) -> None:
        hdus[name].data[column][row] = value

    return change


def key(name: str, keyword: str, value: Any) -> Any:
    return lambda hdus: hdus[name].header.update({keyword: value})


def rename(name: str, old: str, new: str) -> Any:
    return lambda hdus: hdus[name].columns.change_name(old, new)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (take("ENERGIES"), "is no table model: it has no table ENERGIES, only PARAMETERS, SPECTRA"),
        (key(0, "ESCALE", True), r"scales its energies \(ESCALE\)"),
        (key(0, "NXFLTEXP", 2), "NXFLTEXP > 1"),
        (key("PARAMETERS", "NADDPARM", 3), "NINTPARM is 2 and NADDPARM 3, but there are 2"),
        (key("PARAMETERS", "NINTPARM", -1), "NINTPARM is -1"),
        (put("PARAMETERS", "VALUE", 0, [1.0, 0.5, 4.0]), "3 rising ones are needed"),
        (put("PARAMETERS", "VALUE", 1, [-1.0, 10.0, 0.0]), "above 0 to interpolate in the logar"),
        (put("PARAMETERS", "NUMBVALS", 0, 9), "9 rising ones are needed"),
        (put("PARAMETERS", "NUMBVALS", 0, 2), "6 spectra do not fill the grid of 2 x 2"),
        (put("ENERGIES", "ENERG_HI", 3, 9.0), "bins do not rise without gaps"),
        (put("SPECTRA", "PARAMVAL", 0, [2.0, 0.1]), "6 spectra do not fill the grid of 3 x 2"),
        (put("SPECTRA", "PARAMVAL", 0, [1.3, 0.1]), "do not fill the grid"),
        (put("SPECTRA", "INTPSPEC", 0, np.nan), "values that are no numbers"),
        (rename("SPECTRA", "INTPSPEC", "SPEC"), "no column INTPSPEC"),
        (rename("SPECTRA", "PARAMVAL", "PV"), "no column PARAMVAL"),
        (rename("PARAMETERS", "NAME", "WORD"), "no column NAME"),
        (rename("PARAMETERS", "VALUE", "VALUES"), "no column VALUE"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, change: Any, words: str) -> None:
    path = write(tmp_path / "a.fits", change=change)
    with pytest.raises(FileError, match=words):
        read_table_model(path)


def test_a_wrong_number_of_energies_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits", edges=EDGES[:-3])
    with pytest.raises(FileError, match=r"INTPSPEC is \(6, 40\), but there are 37 bins"):
        read_table_model(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="There is no file"):
        read_table_model(tmp_path / "none.fits")
