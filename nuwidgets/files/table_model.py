"""Table models (OGIP memo 92-009): grids of spectra over parameters.

PARAMETERS says what is interpolated and where, ENERGIES the bins, SPECTRA the spectra. They are
put in order by their PARAMVAL, whatever the order of the rows. Of the memo's later additions
ESCALE and several spectra for one point (NXFLTEXP) are refused, not ignored.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import FileError
from nuwidgets.files.arf import kev_column
from nuwidgets.files.fits import open_fits
from nuwidgets.files.table import columns_of, n_rows, need_columns, read_columns, read_ragged
from nuwidgets.science.models.tables import TableAxis, TableModel

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.files.fits import FitsFile, Hdu
    from nuwidgets.files.header import Header

NAMES = ("PARAMETERS", "ENERGIES", "SPECTRA")
GAP = 1e-4
"""Neighbouring bins may miss each other by this part of an energy: edges are single precision."""
NEAR = 1e-4
"""A spectrum belongs to a tabulated value when it is off by less than this part of the step."""
KEPT = 8
"""As many tables are kept in memory."""


def read_table_model(path: str | PathLike[str]) -> TableModel:
    """Read a table model; the last ones are kept as long as their files do not change.

    Raises
    ------
    FileError
        If the file cannot be read, or is no table model that can be used.
    """
    place = Path(path).expanduser()
    try:
        status = place.stat()
    except OSError:
        return _read(str(path))  # says what is wrong
    return _kept(str(place), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=KEPT)
def _kept(path: str, _time_ns: int, _size: int) -> TableModel:
    return _read(path)


def _read(path: str) -> TableModel:
    with open_fits(path) as file:
        parameters, energies, spectra = _tables(file)
        _check_known(file.primary, file.path)
        axes, definitions, n_additional = _parameters(parameters)
        edges = _edges(energies)
        values = _spectra(spectra, axes, n_additional, len(edges) - 1)
        keywords = file.primary
        return TableModel(
            name=keywords.name("MODLNAME") or Path(path).stem,
            additive=bool(keywords.flag("ADDMODEL")),
            energy_edges_kev=edges,
            axes=axes,
            parameters=definitions,
            spectra=values,
            redshift=bool(keywords.flag("REDSHIFT")),
            below=_limit(keywords, "LOELIMIT"),
            above=_limit(keywords, "HIELIMIT"),
        )


def _tables(file: FitsFile) -> list[Hdu]:
    """Give the three tables of the memo."""
    found = {hdu.name: hdu for hdu in file.tables}
    missing = [name for name in NAMES if name not in found]
    if missing:
        raise FileError(
            f"{file.path!r} is no table model: it has no table {' and '.join(missing)}, only "
            f"{file.contents}. Give a file as OGIP memo 92-009 describes it."
        )
    return [found[name] for name in NAMES]


def _check_known(keywords: Header, path: str) -> None:
    """Refuse what would be computed wrongly if it were ignored."""
    if keywords.flag("ESCALE") or keywords.number("NXFLTEXP", 1) > 1:
        what = "scales its energies (ESCALE)" if keywords.flag("ESCALE") else "has NXFLTEXP > 1"
        raise FileError(
            f"Cannot use the table model {path!r}: it {what}, which is not read here. Make the "
            "table without it, or fit with XSPEC."
        )


def _limit(keywords: Header, key: str) -> float | None:
    value = keywords.number(key)
    return None if math.isnan(value) else value


def _parameters(
    hdu: Hdu,
) -> tuple[tuple[TableAxis, ...], tuple[ParameterDefinition, ...], int]:
    """Give the axes, all parameters, and how many of these are additional ones."""
    numbers = ("INITIAL", "DELTA", "MINIMUM", "BOTTOM", "TOP", "MAXIMUM")
    columns = need_columns(hdu, "NAME", *numbers)
    units = read_columns(hdu, ["UNITS"]).get("UNITS", [""] * n_rows(hdu))
    definitions = []
    for row, (name, unit) in enumerate(zip(columns["NAME"], units, strict=True)):
        start, delta, lo, bottom, top, hi = (float(columns[key][row]) for key in numbers)
        step = abs(delta) or 0.01 * (abs(start) or 1.0)
        definitions.append(
            ParameterDefinition(
                str(name).replace(" ", "_"), str(unit), start, lo, bottom, top, hi, step, delta <= 0
            )
        )
    n_axes = int(hdu.header.number("NINTPARM", len(definitions)))
    n_additional = int(hdu.header.number("NADDPARM", len(definitions) - n_axes))
    if n_axes < 0 or n_axes + n_additional != len(definitions):
        raise FileError(
            f"Cannot use {hdu.label}: NINTPARM is {n_axes} and NADDPARM {n_additional}, but there "
            f"are {len(definitions)} parameters. Make the table again."
        )
    return _axes(hdu, n_axes), tuple(definitions), n_additional


def _axes(hdu: Hdu, n_axes: int) -> tuple[TableAxis, ...]:
    """Give where the first parameters are tabulated."""
    if not n_axes:
        return ()
    columns = need_columns(hdu, "METHOD", "NUMBVALS")
    if "VALUE" not in columns_of(hdu):
        need_columns(hdu, "VALUE")
    cells, lengths = read_ragged(hdu, "VALUE")
    starts = np.concatenate([[0], np.cumsum(lengths)])
    axes = []
    for row in range(n_axes):
        count = int(columns["NUMBVALS"][row])
        values = np.asarray(cells[starts[row] : starts[row + 1]][:count], np.float64)
        logarithmic = bool(columns["METHOD"][row] == 1)
        rising = values.size == count > 0 and np.isfinite(values).all()
        if not rising or (np.diff(values) <= 0).any() or (logarithmic and values[0] <= 0):
            raise FileError(
                f"Cannot use {hdu.label}: the values of parameter {row + 1} are "
                f"{values[:5].tolist()!r}; {count} rising ones are needed"
                f"{', above 0 to interpolate in the logarithm' if logarithmic else ''}. "
                "Make the table again."
            )
        axes.append(TableAxis(values, logarithmic))
    return tuple(axes)


def _edges(hdu: Hdu) -> NDArray[np.float64]:
    """Give the edges of the bins, keV, rising."""
    lo, hi = kev_column(hdu, "ENERG_LO"), kev_column(hdu, "ENERG_HI")
    edges = np.append(lo, hi[-1:])
    gaps = np.abs(lo[1:] - hi[:-1]) > GAP * np.abs(hi[:-1])
    if not len(lo) or gaps.any() or (np.diff(edges) <= 0).any():
        raise FileError(
            f"Cannot use {hdu.label}: its {len(lo)} bins do not rise without gaps. Make the table "
            "again with bins that follow each other."
        )
    return edges


def _spectra(
    hdu: Hdu, axes: tuple[TableAxis, ...], n_additional: int, n_energy: int
) -> NDArray[np.floating]:
    """Give the spectra in order, shape (product of axes' sizes, 1 + n_additional, n_energy)."""
    names = ["INTPSPEC", *(f"ADDSP{number:03d}" for number in range(1, n_additional + 1))]
    columns = need_columns(hdu, *names)
    rows = n_rows(hdu)
    for name in names:
        if columns[name].reshape(rows, -1).shape[1] != n_energy or not rows:
            raise FileError(
                f"Cannot use {hdu.label}: {name} is {columns[name].shape}, but there are {n_energy}"
                " bins of energy. Make the table again."
            )
    stacked = np.stack([columns[name].reshape(rows, -1) for name in names], axis=1)
    if not np.isfinite(stacked).all():
        raise FileError(
            f"Cannot use {hdu.label}: it holds values that are no numbers. Make the table again."
        )
    return np.asarray(stacked[_order(hdu, axes)])


def _order(hdu: Hdu, axes: tuple[TableAxis, ...]) -> NDArray[np.intp]:
    """Give which row belongs to each point of the grid, the last parameter changing fastest."""
    if not axes:
        return np.zeros(1, np.intp)
    sizes = tuple(axis.values.size for axis in axes)
    points = need_columns(hdu, "PARAMVAL")["PARAMVAL"].reshape(n_rows(hdu), -1)
    where, near = [], points.shape[1] == len(axes)
    for axis, given in zip(axes, points.T, strict=False):
        index = np.abs(given[:, None] - axis.values).argmin(axis=1)
        step = np.min(np.diff(axis.values), initial=np.abs(axis.values).max() or 1.0)
        near &= bool((np.abs(given - axis.values[index]) <= NEAR * step).all())
        where.append(index)
    flat = np.ravel_multi_index(where, sizes) if len(where) == len(sizes) else np.zeros(0, np.intp)
    if not near or not np.array_equal(np.sort(flat), np.arange(math.prod(sizes))):
        raise FileError(
            f"Cannot use {hdu.label}: {len(points)} spectra do not fill the grid of "
            f"{' x '.join(map(str, sizes))} parameter values once each. Make the table again."
        )
    return np.argsort(flat)
