"""What PHA tables say, types I and II, with what real files get wrong put right and said.

Layout: OGIP memos 92-007 and 92-007a (Arnaud, George & Tennant).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.spectrum import Spectrum
from nuwidgets.errors import FileError
from nuwidgets.files.gti import find_gti, gti_of
from nuwidgets.files.header import is_absent
from nuwidgets.files.image import pixels_of
from nuwidgets.files.pointing import pointing_of
from nuwidgets.files.region_table import find_region, region_of
from nuwidgets.files.table import columns_of, n_rows, read_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.files.fits import FitsFile, Hdu
    from nuwidgets.files.header import Header

    Cells = dict[str, NDArray[Any]]

LINKS = ("BACKFILE", "RESPFILE", "ANCRFILE")
READ = (
    "CHANNEL", "COUNTS", "RATE", "STAT_ERR", "SYS_ERR", "QUALITY", "GROUPING", "AREASCAL",
    "BACKSCAL", "EXPOSURE", "CORRFILE", "CORRSCAL", *LINKS,
)  # fmt: skip


def find_spectra(file: FitsFile) -> list[Hdu]:
    """Give the tables with CHANNEL and COUNTS or RATE, source before background."""
    tables = []
    for hdu in file.tables:
        names = set(columns_of(hdu))
        if {"COUNTS", "RATE"} & names and ("CHANNEL" in names or hdu.says("EXTNAME", "SPECTRUM")):
            tables.append(hdu)
    return sorted(tables, key=lambda hdu: hdu.says("HDUCLAS2", "BKG", "BACKGROUND"))


def is_type_two(hdu: Hdu) -> bool:
    """Say whether a table holds one spectrum in each row."""
    columns = columns_of(hdu)
    counts = columns.get("COUNTS") or columns["RATE"]
    return counts.repeat != 1 or counts.code in "PQ"


def _cells(hdu: Hdu, row: int) -> Cells:
    """Give the columns of one spectrum, each with shape (n,) or (1,)."""
    if not is_type_two(hdu):
        if row:
            raise FileError(
                f"There is no row {row} to take: {hdu.label} is a type I spectrum, the only one"
                " there. Ask for row 0."
            )
        return read_columns(hdu, READ)
    if not 1 <= row <= n_rows(hdu):
        raise FileError(
            f"{hdu.label} holds {n_rows(hdu)} spectra (type II), and row {row} was asked for."
            f" Say which: a row from 1 to {n_rows(hdu)}."
        )
    return {n: np.atleast_1d(v[row - 1]) for n, v in read_columns(hdu, READ).items()}


class _Reading:
    """One spectrum while it is read: its columns, its keywords, and what was put right."""

    def __init__(self, hdu: Hdu, header: Header, cells: Cells) -> None:
        self.header, self.cells, self.said = header, cells, list[str]()
        channel = columns_of(hdu).get("CHANNEL")
        self.tlmin = f"TLMIN{channel.number}" if channel else ""
        self.is_rate = "COUNTS" not in cells
        self.n = len(cells["RATE" if self.is_rate else "COUNTS"])

    def vector(self, key: str, default: float) -> Floats:
        """Give a column, or the keyword of that name for all channels, shape (n,)."""
        cell = self.cells.get(key)
        value = self.header.number(key, default) if cell is None else np.asarray(cell, float)
        return np.array(np.broadcast_to(value, (self.n,)), float)

    def positive(self, key: str) -> Floats:
        """Give a column or keyword; 1 where it is not above 0."""
        values = self.vector(key, 1.0)
        bad = ~(values > 0)
        if np.any(bad):
            self.said.append(f"{key} is not above 0 in {bad.sum()} channels; 1 is taken there.")
            values[bad] = 1.0
        return values

    def backscal(self) -> Floats:
        """Give BACKSCAL, as it is; what is not above 0 is taken from the background later."""
        values = self.vector("BACKSCAL", 1.0)
        if "BACKSCAL" not in self.cells and math.isnan(self.header.number("BACKSCAL")):
            self.said.append(
                "There is no BACKSCAL; 1 is taken, so that a background may be scaled wrongly."
                " Put the size of the extraction region there, as the extractor does."
            )
        if not np.all(values > 0):
            self.said.append("BACKSCAL is not above 0: the background's is taken, as XSPEC does.")
        return values

    def exposure_s(self) -> float:
        """Give EXPOSURE; 1 s where there is none, as XSPEC does."""
        cell = self.cells.get("EXPOSURE")
        exposure = self.header.number("EXPOSURE", 0.0) if cell is None else float(cell[0])
        if exposure > 0 and np.isfinite(exposure):
            return exposure
        self.said.append("There is no EXPOSURE above 0; 1 s is taken, so rates mean nothing.")
        return 1.0

    def counts(self, exposure_s: float) -> Floats:
        """Give the counts; rates times exposure for a file of rates."""
        key = "RATE" if self.is_rate else "COUNTS"
        values = np.array(self.cells[key], float) * (exposure_s if self.is_rate else 1.0)
        bad = ~np.isfinite(values)
        if np.any(bad):
            self.said.append(f"{key} is no number in {bad.sum()} channels; 0 is taken there.")
            values[bad] = 0.0
        return values

    def channels(self) -> tuple[NDArray[np.int64], int, int]:
        """Give the channel numbers, the first legal one, and how many there may be."""
        cell = self.cells.get("CHANNEL", np.arange(1, self.n + 1))
        channel = np.rint(np.asarray(cell, float)).astype(np.int64)
        lowest = int(channel.min(initial=2**31))
        first = int(self.header.number(self.tlmin, 0.0 if lowest == 0 else 1.0))
        if lowest < first:
            self.said.append(f"The first legal channel is said to be {first}; {lowest} is there.")
            first = lowest
        needed = int(channel.max(initial=first)) - first + 1
        legal = int(self.header.number("DETCHANS", needed))
        return channel, first, max(legal, needed)

    def errors(self, exposure_s: float) -> tuple[bool, Floats | None]:
        """Say whether errors are Poisson's, and give STAT_ERR as counts where they are not."""
        flag, has_errors = self.header.flag("POISSERR"), "STAT_ERR" in self.cells
        if flag and has_errors:
            self.said.append("POISSERR is T: the STAT_ERR column is not used.")
        if flag is None and not has_errors and not self.is_rate:
            self.said.append("There is no POISSERR and no STAT_ERR; Poisson errors are taken.")
            flag = True
        if flag:
            return True, None
        if not has_errors:
            self.said.append("POISSERR is F and there is no STAT_ERR column: errors are 0.")
        error = self.vector("STAT_ERR", 0.0) * (exposure_s if self.is_rate else 1.0)
        return False, np.nan_to_num(np.abs(error), posinf=0.0)

    def grouping(self) -> NDArray[np.int16]:
        """Give GROUPING as 1 and -1; the first channel starts a bin whatever the file says."""
        starts = np.where(self.vector("GROUPING", 0.0) < 0, -1, 1).astype(np.int16)
        starts[:1] = 1
        return starts

    def sys_error(self) -> Floats | None:
        """Give SYS_ERR, or None where it is 0 throughout."""
        values = np.nan_to_num(self.vector("SYS_ERR", 0.0), posinf=0.0, neginf=0.0)
        return values if np.any(values > 0) else None

    def check_correction(self) -> None:
        """Say that a CORRFILE is left out, which XSPEC takes away times CORRSCAL."""
        cell = self.cells.get("CORRFILE")
        name = self.header.text("CORRFILE") if cell is None else str(cell[0])
        scale = float(self.vector("CORRSCAL", 1.0)[0])
        if scale and not is_absent(name):
            self.said.append(
                f"CORRFILE {name!r} (CORRSCAL {scale:g}) is not used: no correction spectrum is"
                " taken away as XSPEC does. Take it away before (mathpha), or set it to 'none'."
            )

    def links(self) -> tuple[tuple[str, str], ...]:
        """Give BACKFILE, RESPFILE and ANCRFILE as the file says them."""
        cells = {k: str(self.cells[k][0]) for k in LINKS if k in self.cells}
        return tuple((k, cells.get(k, self.header.text(k))) for k in LINKS)


def _wmap(file: FitsFile) -> dict[str, Any]:
    """Give the WMAP of the primary array and its first pixel, where there is one."""
    first, header = file.hdus[0], file.primary
    if not first.says("HDUCLAS2", "WMAP") or header.number("NAXIS", 0) != 2:  # noqa: PLR2004
        return {}
    origin = [-header.number(f"LTV{n}", 1 - header.number(f"CRVAL{n}P", 1.0)) for n in (1, 2)]
    return {"wmap": pixels_of(first), "wmap_origin": (round(origin[0]), round(origin[1]))}


def short_name(path: str) -> str:
    """Give the name of a file without folder, .gz and suffix."""
    return Path(Path(path).name.removesuffix(".gz")).stem


def spectrum_of(file: FitsFile, hdu: Hdu, row: int) -> Spectrum:
    """Give the spectrum of a table."""
    header = file.keywords(hdu)
    one = _Reading(hdu, header, _cells(hdu, row))
    if not one.n:
        raise FileError(f"Cannot use {hdu.label}: it has no channels. Extract it again.")
    exposure = one.exposure_s()
    channel, first, legal = one.channels()
    poisson, stat_error = one.errors(exposure)
    one.check_correction()
    times, region = find_gti(file), find_region(file)
    gti, gti_says = (None, ()) if times is None else gti_of(times)
    where, region_says = (None, ()) if region is None else region_of(region)
    return Spectrum(
        channel=channel,
        counts=one.counts(exposure),
        exposure_s=exposure,
        backscal=one.backscal(),
        areascal=one.positive("AREASCAL"),
        quality=np.nan_to_num(one.vector("QUALITY", 0.0)).astype(np.int16),
        grouping=one.grouping(),
        poisson=poisson,
        stat_error=stat_error,
        sys_error=one.sys_error(),
        first_channel=first,
        n_channels=legal,
        channel_type=header.name("CHANTYPE") or "PI",
        is_rate=one.is_rate,
        name=short_name(file.path) + (f"_{row}" if row else ""),
        pointing=pointing_of(header),
        links=one.links(),
        gti=gti,
        region=where,
        path=file.path,
        provenance=Provenance(warnings=(*one.said, *gti_says, *region_says)),
        **_wmap(file),
    )


def spectra_of(file: FitsFile) -> list[Hdu]:
    """Give the spectra of a file, source first; a file without any is a FileError."""
    found = find_spectra(file)
    if not found:
        raise FileError(
            f"{file.path!r} has no spectrum: no table with CHANNEL and COUNTS or RATE, only"
            f" {file.contents}. Give a PHA file (.pha, .pi)."
        )
    return found
