"""Columns of binary tables, read block by block so that only what is asked for stays in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nuwidgets.files.fits import Hdu

    Columns = dict[str, NDArray[Any]]

READ_BYTES = 1 << 22
CODES = {
    "L": "S1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "A": "S1",
    "E": ">f4", "D": ">f8", "C": ">c8", "M": ">c16",
}  # fmt: skip
_FORM = re.compile(r"\s*(\d*)([LXBIJKAEDCMPQ])(.*)")
MAX_HEAP_REUSE = 16


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
    element: str
    """Letter of the elements of a P or Q column."""
    offset: int
    """First byte in a row."""
    scale: float = 1.0
    """TSCAL."""
    zero: float = 0.0
    """TZERO."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """What a row holds of it."""
        if self.code == "X":
            return np.dtype(("u1", (-(-self.repeat // 8),)))
        if self.code == "A":
            return np.dtype(f"S{self.repeat}") if self.repeat else np.dtype(("u1", (0,)))
        if self.code in "PQ":
            return np.dtype((">i4" if self.code == "P" else ">i8", (2 * self.repeat,)))
        base = np.dtype(CODES[self.code])
        return base if self.repeat == 1 else np.dtype((base, (self.repeat,)))


def columns_of(hdu: Hdu) -> dict[str, Column]:
    """Give the columns of a table by name in capitals; of two with one name the first.

    Raises
    ------
    ValueError
        If the header contradicts itself; `open_fits` makes a sentence of it.
    """
    columns: dict[str, Column] = {}
    header, offset = hdu.header, 0
    for number in range(1, min(int(header.number("TFIELDS", 0)), 999) + 1):
        form = _FORM.match(header.text(f"TFORM{number}"))
        if form is None:
            raise ValueError(f"TFORM{number} is {header.text(f'TFORM{number}')!r}")
        count, code, rest = form.groups()
        element = rest.strip()[:1] if code in "PQ" else ""
        name = header.text(f"TTYPE{number}").upper() or f"COL{number}"
        scaling = header.number(f"TSCAL{number}", 1.0), header.number(f"TZERO{number}", 0.0)
        column = Column(name, number, code, int(count or 1), element, offset, *scaling)
        offset += column.dtype.itemsize
        columns.setdefault(name, column)
    if offset != header.number("NAXIS1"):
        raise ValueError(f"the columns of {hdu.label} do not fill its rows")
    return columns


def n_rows(hdu: Hdu) -> int:
    """Give the number of rows of a table."""
    return int(hdu.header.number("NAXIS2", 0))


def _scaled(values: NDArray[Any], column: Column) -> NDArray[Any]:
    """Apply TSCAL and TZERO, keeping whole numbers whole."""
    if (column.scale, column.zero) == (1.0, 0.0) or values.dtype.kind not in "iuf":
        return values
    if column.scale == 1.0 and values.dtype.kind in "iu" and column.zero.is_integer():
        wide = np.int32 if values.dtype.itemsize <= 2 else np.int64  # noqa: PLR2004
        return np.asarray(values.astype(wide) + int(column.zero))
    return np.asarray(values * column.scale + column.zero, float)


def _native(values: NDArray[Any], column: Column) -> NDArray[Any]:
    """Give numbers in this machine's byte order, logicals as bool, text as str."""
    if column.code == "L":
        return np.asarray(values == b"T")
    if column.code == "A":
        return np.array([bytes(v).decode("latin-1").strip("\0 ") for v in values], str)
    return _scaled(values.astype(values.dtype.newbyteorder("="), copy=False), column)


def read_columns(hdu: Hdu, names: Iterable[str]) -> Columns:
    """Give columns by name, shape (n_row,) or (n_row, repeat); names the table lacks are left out.

    At no time is more in memory than the columns asked for and one block of rows.
    """
    table = columns_of(hdu)
    wanted = [table[name] for name in dict.fromkeys(names) if name in table]
    rows, width = n_rows(hdu), int(hdu.header.number("NAXIS1", 0))
    fields = {
        c.name: np.zeros((rows, *c.dtype.shape), c.dtype.base.newbyteorder("=")) for c in wanted
    }
    if not wanted or not rows or not width:
        return {c.name: _native(fields[c.name], c) for c in wanted}
    layout = np.dtype(
        {
            "names": [c.name for c in wanted],
            "formats": [c.dtype for c in wanted],
            "offsets": [c.offset for c in wanted],
            "itemsize": width,
        }
    )
    step = max(1, READ_BYTES // width)
    for lo in range(0, rows, step):
        hi = min(lo + step, rows)
        block = np.frombuffer(hdu.read(lo * width, (hi - lo) * width), layout)
        for name, values in fields.items():
            values[lo:hi] = block[name]
    return {c.name: _native(fields[c.name], c) for c in wanted}


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
    cells = read_columns(hdu, [name])[name]
    if column.code not in "PQ":
        cells = cells.reshape(len(cells), -1)
        return cells.ravel(), np.full(len(cells), cells.shape[1], np.int64)
    if column.repeat == 0:
        return np.zeros(0), np.zeros(len(cells), np.int64)
    lengths, offsets = cells[:, 0].astype(np.int64), cells[:, 1].astype(np.int64)
    width = int(hdu.header.number("NAXIS1", 0)) * n_rows(hdu)
    heap_at = int(hdu.header.number("THEAP", width))
    heap = np.frombuffer(hdu.read(heap_at, max(hdu.size - heap_at, 0)), np.uint8)
    base = np.dtype(CODES[column.element])
    values = _gathered(heap, base, lengths, np.where(lengths > 0, offsets, 0))
    return _scaled(values.astype(base.newbyteorder("=")), column), lengths


def _gathered(
    heap: NDArray[np.uint8],
    base: np.dtype[Any],
    lengths: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> NDArray[Any]:
    """Give the pieces of a heap end to end."""
    size = base.itemsize
    ends = offsets + lengths * size
    if np.any(lengths < 0) or np.any(offsets < 0) or np.any(ends > len(heap)):
        raise ValueError("a row points outside of the table's heap")
    total = int(lengths.sum())
    if total * size > MAX_HEAP_REUSE * len(heap):
        raise ValueError("the rows point to far more than the table's heap holds")
    used = lengths > 0
    if not used.any():
        return np.zeros(0, base)
    first = int(offsets[used][0])
    if np.array_equal(
        offsets[used], first + np.cumsum(lengths[used] * size) - lengths[used] * size
    ):
        return heap[first : first + total * size].view(base)
    if np.all(offsets[used] % size == first % size):
        whole = heap[first % size :]
        grid = whole[: len(whole) // size * size].view(base)
        before = np.cumsum(lengths) - lengths
        at = np.repeat(offsets // size - before, lengths) + np.arange(total)
        return np.asarray(grid[at])
    pieces = [heap[a:b].view(base) for a, b in zip(offsets[used], ends[used], strict=True)]
    return np.concatenate(pieces)
