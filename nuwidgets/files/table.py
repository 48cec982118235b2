"""Columns of binary tables: what is asked for is copied, as narrow as it is in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import FileError
from nuwidgets.files.fits import astropy_at_work

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nuwidgets.files.fits import Hdu

    Columns = dict[str, NDArray[Any]]

MAX_HEAP_REUSE = 16
_BLOCK = 1 << 21
"""Bytes of a table that are read at once, where a map of all of it would fill the memory."""


@dataclass(frozen=True)
class Column:
    """One column of a binary table."""

    name: str
    """TTYPE, in capitals."""
    number: int
    """Number from 1, as in its keywords."""
    code: str
    """Letter of TFORM."""
    repeat: int
    """Elements in a row; for P and Q the number of descriptors."""
    shift: bool = False
    """Whether whole numbers stay whole though TZERO is added to them."""


def columns_of(hdu: Hdu) -> dict[str, Column]:
    """Give the columns of a table by name in capitals; of two with one name the first.

    Raises
    ------
    ValueError
        If the header contradicts itself; `open_fits` makes a sentence of it.
    """
    header, columns = hdu.header, dict[str, Column]()
    with astropy_at_work():
        made = hdu.astropy.columns
        if made.dtype.itemsize != header.number("NAXIS1"):
            raise ValueError(f"the columns of {hdu.label} do not fill its rows")
        for number, column in enumerate(made, 1):
            name = header.text(f"TTYPE{number}").upper() or f"COL{number}"
            zero, scale = header.number(f"TZERO{number}", 0.0), header.number(f"TSCAL{number}", 1.0)
            whole = column.format.format in "BIJKPQ" and scale == 1.0 and zero.is_integer()
            form = column.format
            made = Column(name, number, form.format, form.repeat, whole and zero != 0.0)
            columns.setdefault(name, made)
    return columns


def n_rows(hdu: Hdu) -> int:
    """Give the number of rows of a table."""
    return int(hdu.header.number("NAXIS2", 0))


def _native(values: NDArray[Any], column: Column) -> NDArray[Any]:
    """Give a copy in this machine's byte order: numbers, logicals as bool, text as str."""
    if column.code == "A":
        return np.char.strip(np.char.decode(np.asarray(values), "latin-1"), "\0 ")
    if column.shift and values.dtype.kind in "uf":
        return np.asarray(values).astype(np.int32 if column.code in "BI" else np.int64)
    return np.array(values, values.dtype.newbyteorder("="))


def read_columns(hdu: Hdu, names: Iterable[str]) -> Columns:
    """Give columns by name, shape (n_row, ...); names the table lacks are left out.

    Columns of rows that differ in length are for `read_ragged`.
    """
    table = columns_of(hdu)
    wanted = [table[name] for name in dict.fromkeys(names) if name in table]
    with astropy_at_work():
        data = hdu.data
        if hdu.size > _BLOCK and all(_is_plain(hdu, column) for column in wanted):
            return _in_blocks(hdu, wanted)
        mapped = [(c, data.field(c.number - 1)) for c in wanted]
    return {c.name: _native(values, c) for c, values in mapped}


def _is_plain(hdu: Hdu, column: Column) -> bool:
    """Say whether each row has one number that is as it stands in the file."""
    zero = hdu.header.number(f"TZERO{column.number}", 0.0)
    scale = hdu.header.number(f"TSCAL{column.number}", 1.0)
    return column.code in "BIJKED" and column.repeat == 1 and (zero, scale) == (0.0, 1.0)


def _in_blocks(hdu: Hdu, wanted: list[Column]) -> Columns:
    """Give columns of plain numbers, block by block: no more of the file is in memory."""
    row = hdu.astropy.columns.dtype.newbyteorder(">")
    names = {c.name: row.names[c.number - 1] for c in wanted}
    n, step = n_rows(hdu), max(_BLOCK // row.itemsize, 1)
    found = {name: np.empty(n, row[own].newbyteorder("=")) for name, own in names.items()}
    for first in range(0, n, step):
        size = min(step, n - first) * row.itemsize
        hdu.stream.seek(hdu.start + first * row.itemsize)
        block = np.frombuffer(hdu.stream.read(size), row)
        for name, own in names.items():
            found[name][first : first + len(block)] = block[own]
    return found


def need_columns(hdu: Hdu, *names: str) -> Columns:
    """Give columns that a table must have.

    Raises
    ------
    FileError
        If one is missing.
    """
    columns = read_columns(hdu, names)
    missing = [name for name in names if name not in columns]
    if missing:
        has = ", ".join(list(columns_of(hdu))[:12]) or "none"
        raise FileError(
            f"Cannot use {hdu.label}: it has no column {' and '.join(missing)}; its columns are"
            f" {has}. Give a file that has {'it' if len(missing) == 1 else 'them'}."
        )
    return columns


def read_ragged(hdu: Hdu, name: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Give a column whose rows differ in length, end to end, and the length of each row.

    Returns
    -------
    values : ndarray, shape (sum of lengths,)
    lengths : ndarray, shape (n_row,)
    """
    column = columns_of(hdu)[name]
    if column.code not in "PQ":
        cells = read_columns(hdu, [name])[name]
        cells = cells.reshape(len(cells), -1)
        return cells.ravel(), np.full(len(cells), cells.shape[1], np.int64)
    with astropy_at_work():
        data = hdu.data
        lengths = _lengths(hdu, data, column)
        rows = [np.asarray(row) for row in data.field(column.number - 1)]
        values = np.concatenate(rows) if rows else np.zeros(0)
    return _native(values, column), lengths


def _lengths(hdu: Hdu, data: Any, column: Column) -> NDArray[np.int64]:
    """Give the lengths of the rows; astropy would cut rows that point outside of the heap."""
    raw = data.view(np.ndarray)[data.dtype.names[column.number - 1]]
    if column.repeat == 0:
        return np.zeros(len(raw), np.int64)
    lengths: NDArray[np.int64] = raw[:, 0].astype(np.int64)
    offsets = raw[:, 1].astype(np.int64)
    size = np.dtype(data.columns[column.number - 1].format.recformat.dtype).itemsize
    table = int(hdu.header.number("NAXIS1", 0)) * n_rows(hdu)
    heap = hdu.size - int(hdu.header.number("THEAP", table))
    ends = np.where(lengths > 0, offsets + lengths * size, 0)
    if np.any(lengths < 0) or np.any(offsets[lengths > 0] < 0) or np.any(ends > heap):
        raise ValueError("a row points outside of the table's heap")
    if int(lengths.sum()) * size > MAX_HEAP_REUSE * heap:
        raise ValueError("the rows point to far more than the table's heap holds")
    return lengths
