"""Good time intervals in files: tables with START and STOP, s of mission time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.table import columns_of, read_columns

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.files.fits import FitsFile, Hdu


def find_gti(file: FitsFile) -> Hdu | None:
    """Give the table of good times: GTI before STDGTI before other names; None without one."""
    tables = [h for h in file.tables if {"START", "STOP"} <= set(columns_of(h))]
    for name in ("GTI", "STDGTI"):
        for hdu in tables:
            if hdu.name == name:
                return hdu
    named = [h for h in tables if "GTI" in h.name or h.says("HDUCLAS1", "GTI")]
    return named[0] if named else None


def gti_of(hdu: Hdu, timezero_s: float = 0.0) -> Gti:
    """Give the good times of a table; rows that are no interval are left out.

    Parameters
    ----------
    hdu : Hdu
    timezero_s : float
        TIMEZERO where the table does not say one, s.
    """
    columns = read_columns(hdu, ("START", "STOP"))
    zero = hdu.header.number("TIMEZERO", timezero_s)
    start, stop = (np.asarray(columns[n], float).ravel() + zero for n in ("START", "STOP"))
    good = np.isfinite(start) & np.isfinite(stop) & (start < stop)
    return Gti.of(start[good], stop[good])


def read_gti(path: str | PathLike[str]) -> Gti:
    """Give the good times of a file.

    Raises
    ------
    FileError
        If the file cannot be read or has no good times.
    """
    with open_fits(path) as file:
        hdu = find_gti(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} has no good time intervals: no table GTI or STDGTI with START and"
                f" STOP, only {file.contents}. Give a GTI file, e.g. one made by maketime."
            )
        return gti_of(hdu)
