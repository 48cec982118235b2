"""Effective areas (OGIP SPECRESP), in and out, in rising energy.

Layout: OGIP memo CAL/GEN/92-002 and its addendum 92-002a.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.response import Arf, Response
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.output import (
    class_keywords,
    pointing_keywords,
    put_provenance,
    save_fits,
    table_hdu,
)
from nuwidgets.files.table import columns_of, need_columns

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.files.fits import FitsFile, Hdu

ARF_COLUMNS = {"ENERG_LO", "ENERG_HI", "SPECRESP"}


def find_arf(file: FitsFile) -> Hdu | None:
    """Give the first table with energies and SPECRESP, or None."""
    return next((h for h in file.tables if set(columns_of(h)) >= ARF_COLUMNS), None)


def kev_column(hdu: Hdu, name: str) -> Floats:
    """Give a column of energies in keV, shape (n,); eV are converted."""
    values = np.asarray(need_columns(hdu, name)[name], float)
    if values.ndim != 1:
        raise FileError(
            f"Cannot use {hdu.label}: it holds several responses, one in each row."
            " Split it into files of one response each."
        )
    unit = hdu.header.text(f"TUNIT{columns_of(hdu)[name].number}").lower()
    return values / 1000.0 if unit == "ev" else values


def read_arf(path: str | PathLike[str]) -> Arf:
    """Give the effective area of an ARF file; values that are no number count as 0.

    Raises
    ------
    FileError
        If the file cannot be read or has no SPECRESP table.
    """
    with open_fits(path) as file:
        hdu = find_arf(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} is no ARF: no table with ENERG_LO, ENERG_HI and SPECRESP, only"
                f" {file.contents}. Give an effective-area file (.arf)."
            )
        lo, hi = kev_column(hdu, "ENERG_LO"), kev_column(hdu, "ENERG_HI")
        area = np.nan_to_num(kev_column(hdu, "SPECRESP"), posinf=0.0, neginf=0.0)
        if not len(lo):
            raise FileError(f"Cannot use {hdu.label}: the table is empty. Make the ARF again.")
        if lo[0] > lo[-1]:
            lo, hi, area = lo[::-1].copy(), hi[::-1].copy(), area[::-1].copy()
        return Arf(lo, hi, area, file.path)


def about(pointing: Pointing | None) -> dict[str, Any]:
    """Give the keywords that say whose response it is."""
    wanted = ("TELESCOP", "INSTRUME", "FILTER", "CREATOR")
    keywords = pointing_keywords(pointing or Pointing())
    return {key: keywords[key] for key in wanted} | {"CHANTYPE": "PI"}


def write_arf(
    path: str | PathLike[str],
    area: Arf | Response,
    pointing: Pointing | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write an effective area, or that of a response.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    if isinstance(area, Response):
        lo, hi, provenance = area.energy_edges_kev[:-1], area.energy_edges_kev[1:], area.provenance
    else:
        lo, hi, provenance = area.energy_lo_kev, area.energy_hi_kev, Provenance()
    columns = [
        ("ENERG_LO", "E", "keV", lo),
        ("ENERG_HI", "E", "keV", hi),
        ("SPECRESP", "E", "cm**2", area.area_cm2),
    ]
    keywords = class_keywords("RESPONSE", "SPECRESP", version="1.1.0") | about(pointing)
    table = table_hdu("SPECRESP", columns, keywords | {"ARFVERSN": "1992a"})
    put_provenance(table.header, provenance)
    save_fits(path, [table], overwrite=overwrite)
