"""A copy of a PHA file with other GROUPING and QUALITY: all else stays as it is."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import FileError
from nuwidgets.files.atomic import save_bytes
from nuwidgets.files.fits import BLOCK, astropy_at_work, open_fits
from nuwidgets.files.pha_tables import is_type_two, spectra_of
from nuwidgets.files.table import columns_of, n_rows

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Integers
    from nuwidgets.files.fits import Hdu
    from nuwidgets.files.table import Column

SIZES = {"I": 2, "J": 4, "K": 8}
"""Bytes of whole numbers, by the letter of TFORM."""


def write_grouped(
    path: str | PathLike[str],
    target: str | PathLike[str],
    columns: dict[str, Integers],
    *,
    overwrite: bool = False,
) -> None:
    """Write a copy of a spectrum file with new columns GROUPING, QUALITY.

    Parameters
    ----------
    path : path
        PHA file of type I, plain or .gz.
    target : path
        The copy.
    columns : dict
        ``"GROUPING"`` and, where it changes, ``"QUALITY"``, shape (n_channel,).
    overwrite : bool
        Whether an existing file is replaced.

    Raises
    ------
    FileError
        If the file cannot be read, is of type II, or the copy cannot be written.
    """
    with open_fits(path) as file:
        hdu = spectra_of(file)[0]
        if is_type_two(hdu):
            raise FileError(
                f"Cannot group {file.path!r}: it holds several spectra (type II). Take out one,"
                " e.g. with fcopy, and group that."
            )
        before, header, after = _parts(hdu)
        table = _Table(hdu, header)
        for name, values in columns.items():
            table.put(name, np.asarray(values))
        data = before + table.bytes() + after
    packed = gzip.compress(data, 6, mtime=0) if str(target).endswith(".gz") else data
    save_bytes(target, packed, overwrite=overwrite)


def _parts(hdu: Hdu) -> tuple[bytes, Any, bytes]:
    """Give what lies before the extension, its header as it is, and what lies behind."""
    with astropy_at_work():
        from astropy.io import fits

        begins = hdu.astropy.fileinfo()["hdrLoc"]
        hdu.stream.seek(0)
        whole = hdu.stream.read()
        ends = hdu.start + -(-hdu.size // BLOCK) * BLOCK
        header = fits.Header.fromstring(whole[begins : hdu.start].decode("latin-1"))
        return whole[:begins], header, whole[ends:]


class _Table:
    """The bytes of a table, row by row, to which columns of short integers are added.

    Parameters
    ----------
    hdu : Hdu
    header : astropy.io.fits.Header
        Its header; keywords of columns are changed in it.
    """

    def __init__(self, hdu: Hdu, header: Any) -> None:
        self.hdu, self.header, self.columns = hdu, header, columns_of(hdu)
        width, n = int(header["NAXIS1"]), n_rows(hdu)
        hdu.stream.seek(hdu.start)
        raw = hdu.stream.read(hdu.size)
        self.rows = np.frombuffer(raw[: width * n], np.uint8).reshape(n, width).copy()
        self.rest = raw[width * n :]

    def put(self, name: str, values: NDArray[Any]) -> None:
        """Overwrite a column, or add it at the end."""
        if name in self.columns:
            return self._overwrite(self.columns[name], values)
        number = int(self.header["TFIELDS"]) + 1
        added = values.astype(">i2").view(np.uint8).reshape(len(values), 2)
        self.rows = np.concatenate([self.rows, added], axis=1)
        if "THEAP" in self.header:
            self.header["THEAP"] += 2 * len(values)
        self.header.remove(name, ignore_missing=True)
        self.header["NAXIS1"] = self.rows.shape[1]
        self.header["TFIELDS"] = number
        behind = f"TFORM{number - 1}"
        self.header.set(f"TTYPE{number}", name, after=behind)
        self.header.set(f"TFORM{number}", "I", after=f"TTYPE{number}")
        return None

    def _overwrite(self, column: Column, values: NDArray[Any]) -> None:
        number = column.number
        scaled = any(f"{key}{number}" in self.header for key in ("TSCAL", "TZERO"))
        if column.code not in SIZES or column.repeat != 1 or scaled:
            raise FileError(
                f"Cannot group {self.hdu.path!r}: its column {column.name} is not one plain whole"
                " number per channel. Take it out, e.g. with fdelcol, and group again."
            )
        size = SIZES[column.code]
        with astropy_at_work():
            at = self.hdu.astropy.columns.dtype.fields
            offset = list(at.values())[number - 1][1]
        self.rows[:, offset : offset + size] = (
            values.astype(f">i{size}").view(np.uint8).reshape(len(values), size)
        )

    def bytes(self) -> bytes:
        """Give the extension, header and data, with new checksums where there were some."""
        from astropy.io import fits

        data = self.rows.tobytes() + self.rest
        padded = data + b"\0" * (-len(data) % BLOCK)
        with astropy_at_work():
            if "CHECKSUM" in self.header or "DATASUM" in self.header:
                text = self.header.tostring().encode("latin-1")
                summed = fits.BinTableHDU.fromstring(text + padded)
                summed.add_checksum()
                self.header = summed.header  # with the times in its comments: they are summed too
            return bytes(self.header.tostring().encode("latin-1")) + padded
