"""Light curves, in and out: RATE tables of the extractor, nulccorr and lcurve.

Layout: OGIP memo 93-003. TIMEPIXR says where in a bin TIME lies; here it is always the start.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import LightCurve
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.gti import find_gti, gti_hdu, gti_of
from nuwidgets.files.output import (
    class_keywords,
    pointing_keywords,
    put_provenance,
    save_fits,
    table_hdu,
)
from nuwidgets.files.pointing import pointing_of
from nuwidgets.files.table import columns_of, read_columns

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.files.fits import FitsFile, Hdu
    from nuwidgets.files.header import Header

NAMES = {
    "time": ("TIME",),
    "rate": ("RATE", "RATE1"),
    "error": ("ERROR", "ERROR1", "RATE_ERR", "STAT_ERR"),
    "fracexp": ("FRACEXP",),
    "counts": ("COUNTS",),
    "background": ("BACK_COUNTS",),
    "live": ("LIVEFRAC",),
    "binsize": ("TIMEDEL",),
}
DAY_S = 86400.0
TJD_OF_MJD = 40000.0
MAX_BINS = 10_000_000
OFF_GRID = 1e-3


def find_lightcurve(file: FitsFile) -> Hdu | None:
    """Give the first table with TIME and RATE or COUNTS that is no spectrum, or None."""
    for hdu in file.tables:
        names = set(columns_of(hdu))
        if "TIME" in names and names & {*NAMES["rate"], "COUNTS"} and "CHANNEL" not in names:
            return hdu
    return None


def _unit_s(unit: str) -> float:
    return DAY_S if unit.strip().lower() in ("d", "day", "days") else 1.0


class _Table:
    """The columns of a light curve, each one number per bin, and what is to be said of them."""

    def __init__(self, hdu: Hdu, header: Header) -> None:
        self.header, self.said = header, list[str]()
        cells = read_columns(hdu, [name for names in NAMES.values() for name in names])
        self.cells = {}
        for key, names in NAMES.items():
            found = next((n for n in names if n in cells), None)
            if found is None:
                continue
            values = np.asarray(cells[found], float)
            if values.ndim > 1:
                self.said = ["There are several energy bands; the first is shown."]
                values = values.reshape(len(values), -1)[:, 0]
            self.cells[key] = values
        self.n = len(self.cells["time"])
        unit = header.text(f"TUNIT{columns_of(hdu)['TIME'].number}")
        self.column_s, self.keyword_s = _unit_s(unit), _unit_s(header.text("TIMEUNIT"))

    def column(self, key: str, default: Floats | float) -> Floats:
        """Give a column, or a constant, shape (n,)."""
        return np.array(np.broadcast_to(self.cells.get(key, default), (self.n,)), float)

    def binsize_s(self) -> float:
        """Give the length of a bin, s: TIMEDEL, or the usual distance of two bins."""
        keyword_s = self.header.number("TIMEDEL", 0.0) * self.keyword_s
        if keyword_s > 0 and self.width_s(keyword_s) is not None:
            return keyword_s
        if "binsize" in self.cells and self.n:
            size = float(np.median(self.cells["binsize"])) * self.column_s
        else:
            size = keyword_s
        if not size > 0 and self.n > 1:
            size = float(np.median(np.diff(self.cells["time"]))) * self.column_s
        if size > 0 and math.isfinite(size):
            return size
        raise FileError("The light curve says no length of its bins (TIMEDEL). Make it again.")

    def width_s(self, binsize_s: float) -> Floats | None:
        """Give the length of each bin, s, shape (n,); None where all are alike."""
        if "binsize" not in self.cells or not self.n:
            return None
        width = self.cells["binsize"] * self.column_s
        alike = np.all(np.abs(width - width[0]) < OFF_GRID * width[0])
        return None if alike else np.where(width > 0, width, binsize_s)

    def start_s(self, width_s: Floats | float) -> tuple[Floats, float | None]:
        """Give the starts of the bins, s, and the reference time, MJD, where TIME has its own."""
        time = self.cells["time"] * self.column_s
        time = time - self.header.number("TIMEPIXR", 0.5) * width_s
        zero = sum(self.header.number(k, 0.0) for k in ("TIMEZERO", "TIMEZERI", "TIMEZERF"))
        if "TIMEZERI" in self.header and "MJDREF" not in self.header and self.keyword_s == DAY_S:
            return time, TJD_OF_MJD + zero  # lcurve counts truncated Julian days
        return time + zero * self.keyword_s, None

    def values(self, width_s: Floats | float) -> dict[str, Floats]:
        """Give rates, errors, exposed fractions and counts; each is made from the others."""
        fracexp = np.clip(np.nan_to_num(self.column("fracexp", 1.0)), 0.0, None)
        seen_s = np.where(fracexp > 0, fracexp, np.nan) * width_s
        rate = self.cells.get("rate")
        counts = self.cells.get("counts")
        if rate is None:
            rate = self.column("counts", 0.0) / seen_s
        if counts is None:
            counts = np.nan_to_num(rate * seen_s)
        error = self.column("error", np.sqrt(np.abs(counts)) / seen_s)
        return {
            "rate_per_s": np.array(rate, float),
            "error_per_s": error,
            "fracexp": fracexp,
            "counts": np.array(counts, float),
            "background_counts": self.column("background", 0.0),
            "live_fraction": self.column("live", 1.0),
        }


def _on_grid(
    start_s: Floats, binsize_s: float, values: dict[str, Floats]
) -> tuple[Floats, dict[str, Floats], str]:
    """Give all bins from the first to the last, with NaN rates where a file leaves bins out."""
    place = (start_s - start_s[0]) / binsize_s
    index = np.rint(place)
    if np.any(np.abs(place - index) > OFF_GRID * (1 + np.abs(index) * OFF_GRID)):
        return start_s, values, "The bins do not lie on an even grid; they are kept as they are."
    n = int(index[-1]) + 1
    if n == len(start_s) or n > MAX_BINS or np.any(np.diff(index) < 1):
        return start_s, values, ""
    filled = {}
    for name, column in values.items():
        empty = np.nan if name.endswith("per_s") else 1.0 if name == "live_fraction" else 0.0
        filled[name] = np.full(n, empty)
        filled[name][index.astype(int)] = column
    return start_s[0] + binsize_s * np.arange(n), filled, ""


def _opened(file: FitsFile, hdu: Hdu) -> LightCurve:
    header = file.keywords(hdu)
    table = _Table(hdu, header)
    if not table.n or not np.all(np.isfinite(table.cells["time"])):
        raise FileError(f"Cannot use {hdu.label}: it has no bins, or times that are no numbers.")
    binsize, uneven = table.binsize_s(), ""
    width = table.width_s(binsize)
    start, mjdref = table.start_s(binsize if width is None else width)
    order = np.argsort(start, kind="stable")
    unordered = table.values(binsize if width is None else width)
    columns: dict[str, Any] = {name: unordered[name][order] for name in unordered}
    start = start[order]
    if width is None:
        start, columns, uneven = _on_grid(start, binsize, columns)
    else:
        columns["width_s"] = width[order]
    pointing, times = pointing_of(header), find_gti(file)
    gti, gti_says = (Gti(), ()) if times is None else gti_of(times)
    said = (*table.said, uneven, *gti_says)
    return LightCurve(
        time_s=start,
        binsize_s=binsize,
        **dict[str, Any](columns),
        gti=gti,
        pointing=pointing if mjdref is None else replace(pointing, mjdref_days=mjdref),
        background_subtracted=bool(header.flag("BACKAPP")) or hdu.says("HDUCLAS2", "NET"),
        livetime_corrected=bool(header.flag("DEADAPP")),
        provenance=Provenance(warnings=tuple(s for s in said if s)),
    )


def read_lightcurve(path: str | PathLike[str]) -> LightCurve:
    """Give the light curve of a RATE table: of the extractor, nulccorr or lcurve.

    Bins that the file leaves out come back with NaN rates; of several energy bands in one column
    the first. Further bands that `write_lightcurve` wrote, RATE2 ..., come back as `parts`.

    Raises
    ------
    FileError
        If the file cannot be read or has no light curve.
    """
    with open_fits(path) as file:
        hdu = find_lightcurve(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} has no light curve: no table with TIME and RATE or COUNTS, only"
                f" {file.contents}. Give a light-curve file (.lc, .flc)."
            )
        first = _opened(file, hdu)
        others = [one for one in file.tables if re.fullmatch(r"RATE\d+", one.name)]
        return replace(first, parts=tuple(_opened(file, one) for one in others if one is not hdu))


def _rate_hdu(curve: LightCurve, name: str) -> Any:
    """Give the RATE table of a band."""
    columns = [
        ("TIME", "D", "s", curve.time_s),
        ("RATE", "D", "count/s", curve.rate_per_s),
        ("ERROR", "D", "count/s", curve.error_per_s),
        ("FRACEXP", "D", "", curve.fracexp),
        ("COUNTS", "D", "count", curve.counts),
        ("BACK_COUNTS", "D", "count", curve.background_counts),
        ("LIVEFRAC", "D", "", curve.live_fraction),
    ]
    uneven = bool(np.any(curve.width_s != curve.binsize_s))
    if uneven:
        columns.append(("TIMEDEL", "D", "s", curve.width_s))
    kind = "NET" if curve.background_subtracted else "TOTAL"
    keywords = class_keywords("LIGHTCURVE", kind, "RATE", version="1.1.0")
    keywords |= pointing_keywords(curve.pointing) | {
        "TIMVERSN": "OGIP/93-003",
        "TASSIGN": "SATELLITE",
        "TIMEDEL": curve.binsize_s,
        "TIMEPIXR": 0.0,
        "BACKAPP": curve.background_subtracted,
        "DEADAPP": curve.livetime_corrected,
        "VIGNAPP": False,
        "NUMBAND": 1,
    }
    if len(curve.time_s):
        stop = float(curve.stop_s[-1])
        start = float(curve.time_s[0])
        keywords |= {"TSTART": start, "TSTOP": stop, "TELAPSE": stop - start}
    if curve.gti.intervals:
        ontime = curve.gti.ontime_s
        keywords |= {"ONTIME": ontime, "EXPOSURE": ontime}
    if curve.request:
        band = curve.request.band
        keywords |= {"E_MIN": band.lo_kev, "E_MAX": band.hi_kev, "EUNIT": "keV"}
    table = table_hdu(name, columns, keywords)
    put_provenance(table.header, curve.provenance)
    return table


def write_lightcurve(
    path: str | PathLike[str], curve: LightCurve, *, overwrite: bool = False
) -> None:
    """Write a light curve with its good times, as the extractor does.

    Further bands follow in tables RATE2, RATE3 ...; a column TIMEDEL says the lengths of bins
    that differ.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    names = ["RATE", *(f"RATE{n}" for n in range(2, len(curve.curves) + 1))]
    tables = [_rate_hdu(one, name) for one, name in zip(curve.curves, names, strict=True)]
    save_fits(path, [*tables, gti_hdu(curve.gti, curve.pointing)], overwrite=overwrite)
