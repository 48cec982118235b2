"""AtomDB's emissivities of a hot plasma: ``apec_v3.0.9_line.fits`` and ``apec_v3.0.9_coco.fits``.

Both begin with a table PARAMETERS, a row for each temperature (kT, keV), and go on with one table
for each: lines (Lambda in angstrom, Epsilon in photons cm3/s, Element), and the continuum and
pseudo-continuum of each element (E_Cont, Continuum; E_Pseudo, Pseudo in photons cm3/s/keV).
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.table import columns_of, need_columns, read_ragged
from nuwidgets.science.models.plasma import Emission

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.files.fits import Hdu

KEV_ANGSTROM = 12.398419843
"""Energy times wavelength of a photon (CODATA 2018)."""
KEPT = 8
"""As many temperatures are kept in memory."""
LINES, CONTINUA = "_line.fits", "_coco.fits"
_VERSION = re.compile(r"apec_v?([\d.]+)_line\.fits")


class AtomDb:
    """A pair of AtomDB's files.

    Parameters
    ----------
    line_path : path
        Its ``..._line.fits``; the ``..._coco.fits`` lies beside it.

    Raises
    ------
    FileError
        If one of them cannot be read, or they do not belong together.
    """

    def __init__(self, line_path: str | PathLike[str]) -> None:
        self.line_path = str(line_path)
        self.continuum_path = self.line_path.removesuffix(LINES) + CONTINUA
        self.kt_kev = _temperatures(self.line_path)
        if not np.array_equal(self.kt_kev, _temperatures(self.continuum_path)):
            raise FileError(
                f"Cannot use AtomDB {self.line_path!r} with {self.continuum_path!r}: their"
                " temperatures differ. Give both files of one version."
            )

    def emission(self, index: int) -> Emission:
        """Give what is tabulated at one temperature; the last ones are kept in memory."""
        return _emission(self.line_path, self.continuum_path, index)


def find_atomdb() -> AtomDb:
    """Find AtomDB in the folder that ``ATOMDB`` names, or in that of XSPEC's data; the newest.

    Raises
    ------
    FileError
        If there is none; the message says what to do.
    """
    folders = _folders()
    found = [path for folder in folders for path in sorted(folder.glob(f"apec_v*{LINES}"))]
    if not found:
        looked = ", ".join(repr(str(folder)) for folder in folders)
        raise FileError(
            "Cannot compute a plasma without AtomDB: no apec_v..._line.fits"
            f" {f'is in {looked}' if looked else 'is known, as ATOMDB is not set'}. Get the"
            f" line and coco files from AtomDB, and set the environment variable ATOMDB to their"
            " folder."
        )
    return _opened(str(max(found, key=_version)))


def _folders() -> list[Path]:
    """Give where the files may lie."""
    named = [os.environ.get("ATOMDB", "")]
    if os.environ.get("HEADAS"):
        named.append(str(Path(os.environ["HEADAS"]).parent / "spectral" / "modelData"))
    return [Path(name).expanduser() for name in named if name]


def _version(path: Path) -> tuple[int, ...]:
    match = _VERSION.fullmatch(path.name)
    return tuple(int(part) for part in match[1].split(".") if part) if match else ()


@lru_cache(maxsize=2)
def _opened(line_path: str) -> AtomDb:
    return AtomDb(line_path)


def _temperatures(path: str) -> NDArray[np.float64]:
    """Give kT of the tables that follow the first one."""
    with open_fits(path) as file:
        tables = file.tables
        kt = need_columns(tables[0], "KT")["KT"].astype(np.float64) if tables else np.zeros(0)
        if kt.size < 2 or len(tables) != kt.size + 1 or (np.diff(kt) <= 0).any():  # noqa: PLR2004
            raise FileError(
                f"Cannot use {path!r} as AtomDB: it lists {kt.size} temperatures and has"
                f" {len(tables)} tables; one for each of two or more rising temperatures is"
                " needed behind the list. Get the file again."
            )
        return kt


@lru_cache(maxsize=KEPT)
def _emission(line_path: str, continuum_path: str, index: int) -> Emission:
    with open_fits(line_path) as file:
        table = need_columns(file.tables[index + 1], "LAMBDA", "EPSILON", "ELEMENT")
        energy = KEV_ANGSTROM / table["LAMBDA"].astype(np.float64)
        strength = table["EPSILON"].astype(np.float64)
        elements = table["ELEMENT"].astype(np.int64)
    with open_fits(continuum_path) as file:
        smooth = tuple(_smooth(file.tables[index + 1]))
    return Emission(energy, strength, elements, smooth)


def _smooth(hdu: Hdu) -> list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
    """Give atomic number, energies and densities of all continua and sums of weak lines."""
    columns = need_columns(hdu, "Z", "RMJ", "N_CONT", "N_PSEUDO")
    found = []
    for count, energy, density in (
        ("N_CONT", "E_CONT", "CONTINUUM"),
        ("N_PSEUDO", "E_PSEUDO", "PSEUDO"),
    ):
        pieces = [_rows(hdu, name) for name in (energy, density)]
        for row, (z, n) in enumerate(zip(columns["Z"], columns[count], strict=True)):
            # rows with an ion (rmJ) hold a part of the row of their element
            if columns["RMJ"][row] == 0 and n > 1:
                x, y = (rows[row][:n] for rows in pieces)
                found.append((int(z), x, y))
    return found


def _rows(hdu: Hdu, name: str) -> list[NDArray[np.float64]]:
    """Give the cells of a column whose rows may differ in length."""
    if name not in columns_of(hdu):
        need_columns(hdu, name)
    values, lengths = read_ragged(hdu, name)
    return np.split(values.astype(np.float64), np.cumsum(lengths)[:-1])
