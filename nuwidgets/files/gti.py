"""Good time intervals in files, in and out: tables with START and STOP, s of mission time."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.output import class_keywords, pointing_keywords, save_fits, table_hdu
from nuwidgets.files.table import columns_of, read_columns
from nuwidgets.files.time_shift import shift_s

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from nuwidgets.files.fits import FitsFile, Hdu

LEFT_OUT = "They are left out."


def find_gti(file: FitsFile) -> Hdu | None:
    """Give the table of good times: GTI before STDGTI before other names; None without one."""
    tables = [h for h in file.tables if {"START", "STOP"} <= set(columns_of(h))]
    for name in ("GTI", "STDGTI"):
        for hdu in tables:
            if hdu.name == name:
                return hdu
    named = [h for h in tables if "GTI" in h.name or h.says("HDUCLAS1", "GTI")]
    return named[0] if named else None


def gti_of(hdu: Hdu, timezero_s: float = 0.0) -> tuple[Gti, tuple[str, ...]]:
    """Give the good times of a table, and a warning where rows had to be left out.

    Rows that start and stop at one time are usual, and harmless.

    Parameters
    ----------
    hdu : Hdu
    timezero_s : float
        TIMEZERO where the table does not say one, s.
    """
    columns = read_columns(hdu, ("START", "STOP"))
    zero = hdu.header.number("TIMEZERO", timezero_s)
    start, stop = (np.asarray(columns[n], float).ravel() + zero for n in ("START", "STOP"))
    good = np.isfinite(start) & np.isfinite(stop) & (start <= stop)
    n_broken = int(np.count_nonzero(~good))
    said = (
        f"{n_broken} of the {len(good)} good time intervals in {hdu.label} stop before they start,"
        f" or are no numbers. {LEFT_OUT}"
    )
    return Gti.of(start[good], stop[good]), (said,) if n_broken else ()


def parse_gti_file(
    path: str | PathLike[str], pointing: Pointing | None = None
) -> tuple[Gti, tuple[str, ...]]:
    """Give the good times of a file, and a warning where rows had to be left out.

    Parameters
    ----------
    path : path
    pointing : Pointing, optional
        Of the events that the times are for: times from another reference time are moved, which
        is said; None leaves them as they are.

    Raises
    ------
    FileError
        If the file cannot be read, has no good times, or has another clock than the events.
    """
    with open_fits(path) as file:
        hdu = find_gti(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} has no good time intervals: no table GTI or STDGTI with START and"
                f" STOP, only {file.contents}. Give a GTI file, e.g. one made by maketime."
            )
        gti, said = gti_of(hdu)
        if pointing is None:
            return gti, said
        shift, says = shift_s(file.keywords(hdu), pointing, file.path)
        return (gti.shifted(shift), (*said, says)) if shift else (gti, said)


def read_gtis(
    paths: Iterable[str | PathLike[str]], pointing: Pointing | None = None, *, either: bool = False
) -> Gti:
    """Give the times that are good in all of several files, or in either.

    Raises
    ------
    FileError
        If a file cannot be read, has no good times, or has rows that cannot be used.
    InputError
        If there is no file.
    """
    every = [read_gti(path, pointing) for path in paths]
    if not every:
        raise InputError("Cannot join good times: there is no file. Give one or more GTI files.")
    return reduce(Gti.union if either else Gti.intersect, every)


def read_gti(
    path: str | PathLike[str], pointing: Pointing | None = None, *, skip_broken: bool = False
) -> Gti:
    """Give the good times of a file, whole unless told otherwise.

    Parameters
    ----------
    path : path
    pointing : Pointing, optional
        Of the events that the times are for, as for `parse_gti_file`.
    skip_broken : bool
        Whether to leave out rows that stop before they start or are no numbers;
        `parse_gti_file` says how many there are.

    Raises
    ------
    FileError
        If the file cannot be read, has no good times, or has rows that cannot be used.
    """
    gti, said = parse_gti_file(path, pointing)
    broken = [one for one in said if one.endswith(LEFT_OUT)]
    if broken and not skip_broken:
        what = broken[0].replace(f" {LEFT_OUT}", "")
        raise FileError(
            f"Cannot use all of {str(path)!r}: {what} Take these rows out, or say"
            " skip_broken=True to go without them."
        )
    return gti


def gti_hdu(gti: Gti, pointing: Pointing, name: str = "GTI") -> Any:
    """Give a table of good times."""
    keywords = class_keywords("GTI", "STANDARD") | pointing_keywords(pointing)
    if gti.intervals:
        keywords |= {"TSTART": gti.intervals[0][0], "TSTOP": gti.intervals[-1][1]}
    columns = [("START", "D", "s", gti.start_s), ("STOP", "D", "s", gti.stop_s)]
    return table_hdu(name, columns, keywords | {"ONTIME": gti.ontime_s})


def write_gti(
    path: str | PathLike[str],
    gti: Gti,
    pointing: Pointing | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write good times as HEASoft takes them (``usrgtifile``).

    Parameters
    ----------
    path : path
    gti : Gti
    pointing : Pointing or None
        Says the mission's reference time.
    overwrite : bool
        Whether an existing file is replaced.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    save_fits(path, [gti_hdu(gti, pointing or Pointing(), "STDGTI")], overwrite=overwrite)
