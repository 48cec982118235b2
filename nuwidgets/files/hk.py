"""NuSTAR housekeeping: the live-time fraction second by second (HK1FPM)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.events import LivetimeRecord
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.pointing import pointing_of
from nuwidgets.files.table import columns_of, need_columns

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.events import Pointing
    from nuwidgets.files.fits import FitsFile, Hdu


def find_livetime(file: FitsFile) -> Hdu | None:
    """Give the table with TIME and LIVETIME, or None."""
    with_both = [h for h in file.tables if {"TIME", "LIVETIME"} <= set(columns_of(h))]
    return with_both[0] if with_both else None


def read_livetime(path: str | PathLike[str]) -> LivetimeRecord:
    """Give the live-time record of a housekeeping file, sorted in time.

    Raises
    ------
    FileError
        If the file cannot be read or has no LIVETIME column.
    """
    return read_housekeeping(path)[0]


def read_housekeeping(path: str | PathLike[str]) -> tuple[LivetimeRecord, Pointing]:
    """Give the live-time record of a housekeeping file, and which observation it is of.

    Raises
    ------
    FileError
        If the file cannot be read or has no LIVETIME column.
    """
    with open_fits(path) as file:
        hdu = find_livetime(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} has no live-time record: no table with TIME and LIVETIME, only"
                f" {file.contents}. Give the housekeeping file hk/nu<obsid>A_fpm.hk (or B)."
            )
        columns = need_columns(hdu, "TIME", "LIVETIME")
        time = np.asarray(columns["TIME"], float) + hdu.header.number("TIMEZERO", 0.0)
        fraction = np.asarray(columns["LIVETIME"], float)
        known = np.isfinite(time) & np.isfinite(fraction)
        order = np.argsort(time[known], kind="stable")
        record = LivetimeRecord(time[known][order], fraction[known][order])
        return record, pointing_of(file.keywords(hdu))
