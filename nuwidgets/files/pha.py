"""Spectra in PHA files, in and out; out with WMAP, good times and region, as the extractor does.

Layout: OGIP memos 92-007 and 92-007a, and the keywords of files made by nuproducts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.files.fits import open_fits
from nuwidgets.files.gti import gti_hdu
from nuwidgets.files.output import (
    class_keywords,
    physical_keywords,
    plane_keywords,
    pointing_keywords,
    put_keywords,
    put_provenance,
    save_fits,
    table_hdu,
)
from nuwidgets.files.pha_tables import LINKS, is_type_two, spectra_of, spectrum_of
from nuwidgets.files.pointing import axis_keys, column_keys
from nuwidgets.files.region_table import region_columns

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.domain.spectrum import Spectrum

    ColumnOut = tuple[str, str, str, Any]

MAX_COUNTS = 2**31 - 1


def read_spectrum(path: str | PathLike[str], row: int = 0) -> Spectrum:
    """Give the spectrum of a PHA file by itself: no background, no response.

    Parameters
    ----------
    path : path
        PHA file, plain or .gz.
    row : int
        Which spectrum of a type II file, from 1; 0 for a type I file.

    Raises
    ------
    FileError
        If the file cannot be read, has no spectrum, or has not this row.
    """
    with open_fits(path) as file:
        return spectrum_of(file, spectra_of(file)[0], row)


def read_inner_background(path: str | PathLike[str]) -> Spectrum | None:
    """Give the background that a PHA file keeps as a second SPECTRUM extension, or None."""
    with open_fits(path) as file:
        inner = [h for h in spectra_of(file)[1:] if h.says("HDUCLAS2", "BKG", "BACKGROUND")]
        return spectrum_of(file, inner[0], 0) if inner and not is_type_two(inner[0]) else None


def _counts(spectrum: Spectrum) -> list[ColumnOut]:
    """Give the columns of counts or rates, with their errors."""
    scale = 1.0 / spectrum.exposure_s if spectrum.is_rate else 1.0
    unit = "count/s" if spectrum.is_rate else "count"
    values = spectrum.counts * scale
    whole = np.all(values == np.rint(values)) and np.max(np.abs(values), initial=0.0) <= MAX_COUNTS
    name, form = ("RATE", "D") if spectrum.is_rate else ("COUNTS", "J" if whole else "D")
    columns = [(name, form, unit, values)]
    if not spectrum.poisson and spectrum.stat_error is not None:
        columns.append(("STAT_ERR", "D", unit, spectrum.stat_error * scale))
    if spectrum.sys_error is not None:
        columns.append(("SYS_ERR", "D", "", spectrum.sys_error))
    return columns


def _scalings(spectrum: Spectrum) -> tuple[list[ColumnOut], dict[str, float]]:
    """Give BACKSCAL and AREASCAL: a keyword where all channels agree, else a column."""
    columns: list[ColumnOut] = []
    keywords = {}
    for key, values in (("BACKSCAL", spectrum.backscal), ("AREASCAL", spectrum.areascal)):
        if np.all(values == values[0]):
            keywords[key] = float(values[0])
        else:
            columns.append((key, "D", "", values))
    return columns, keywords


def _link_keywords(spectrum: Spectrum) -> dict[str, str]:
    given = dict(spectrum.links)
    return {key: Path(given.get(key, "").strip()).name or "none" for key in LINKS}


def _time_keywords(spectrum: Spectrum) -> dict[str, Any]:
    """Give EXPOSURE and, where good times are known, ONTIME and DEADC."""
    exposure = {"EXPOSURE": spectrum.exposure_s, "LIVETIME": spectrum.exposure_s}
    ontime = spectrum.gti.ontime_s if spectrum.gti else 0.0
    if not ontime:
        return exposure
    return exposure | {"ONTIME": ontime, "DEADC": spectrum.exposure_s / ontime}


def _spectrum_hdu(spectrum: Spectrum, of: str) -> Any:
    scaling_columns, scalings = _scalings(spectrum)
    columns = [
        ("CHANNEL", "J", "", spectrum.channel),
        *_counts(spectrum),
        ("QUALITY", "I", "", spectrum.quality),
        ("GROUPING", "I", "", spectrum.grouping),
        *scaling_columns,
    ]
    kind = "RATE" if spectrum.is_rate else "COUNT"
    keywords = class_keywords("SPECTRUM", of, kind, "TYPE:I", version="1.2.1")
    keywords |= pointing_keywords(spectrum.pointing) | _time_keywords(spectrum) | scalings
    last = spectrum.first_channel + spectrum.n_channels - 1
    keywords |= _link_keywords(spectrum) | {
        "PHAVERSN": "1992a",
        "CHANTYPE": spectrum.channel_type,
        "DETCHANS": spectrum.n_channels,
        "TLMIN:CHANNEL": spectrum.first_channel,
        "TLMAX:CHANNEL": last,
        "POISSERR": spectrum.poisson,
        "CORRFILE": "none",
        "CORRSCAL": 1.0,
        "SYS_ERR": 0.0 if spectrum.sys_error is None else None,
        "STAT_ERR": 0.0 if spectrum.poisson else None,
    }
    table = table_hdu("SPECTRUM", columns, keywords)
    put_provenance(table.header, spectrum.provenance)
    return table


def _wmap_hdu(spectrum: Spectrum, plane: TangentPlane | None) -> Any:
    """Give the primary array: the WMAP, with physical and where known sky coordinates."""
    from astropy.io import fits

    if spectrum.wmap is None:
        primary = fits.PrimaryHDU()
        put_keywords(primary.header, pointing_keywords(spectrum.pointing))
        return primary
    primary = fits.PrimaryHDU(np.asarray(spectrum.wmap, np.float32))
    keywords = pointing_keywords(spectrum.pointing) | _time_keywords(spectrum)
    keywords |= {"HDUCLASS": "OGIP", "HDUCLAS1": "IMAGE", "HDUCLAS2": "WMAP", "HDUVERS": "2.0.0"}
    keywords |= {"CONTENT": "SPECTRUM", "WMREBIN": 1, "SKYBIN": 1}
    keywords |= {"NPIXSOU": float(np.count_nonzero(spectrum.wmap >= 0))}
    keywords |= {"TOTCTS": int(spectrum.wmap[spectrum.wmap > 0].sum())}
    for n, (letter, origin) in enumerate(zip("XY", spectrum.wmap_origin, strict=True), 1):
        keywords |= physical_keywords(n, letter, origin, 1)
    if plane is not None:
        sky = plane_keywords(plane, axis_keys(1), axis_keys(2))
        for n, origin in enumerate(spectrum.wmap_origin, 1):
            sky[f"CRPIX{n}"] -= origin
        keywords |= sky | {"CUNIT1": "deg", "CUNIT2": "deg"}
    put_keywords(primary.header, keywords)
    return primary


def _region_hdu(spectrum: Spectrum, plane: TangentPlane | None) -> Any:
    assert spectrum.region is not None  # noqa: S101  asked for before
    columns = region_columns(spectrum.region.to_pixel(plane))
    keywords: dict[str, Any] = {
        "HDUCLASS": "ASC",
        "HDUCLAS1": "REGION",
        "HDUCLAS2": "STANDARD",
        "HDUVERS": "1.0.0",
        "MTYPE1": "pos",
        "MFORM1": "X,Y",
    }
    if plane is not None:
        keywords |= plane_keywords(plane, column_keys(1), column_keys(2))
    keywords |= pointing_keywords(spectrum.pointing) | _time_keywords(spectrum)
    return table_hdu("REG00101", columns, keywords)


def write_pha(
    path: str | PathLike[str],
    spectrum: Spectrum,
    plane: TangentPlane | None = None,
    *,
    is_background: bool = False,
    overwrite: bool = False,
) -> None:
    """Write a spectrum by itself: background and response are files of their own.

    Parameters
    ----------
    path : path
    spectrum : Spectrum
        Its ``links`` become BACKFILE, RESPFILE and ANCRFILE, without folders.
    plane : TangentPlane or None
        Sky coordinates of the event pixels, for WMAP and region.
    is_background : bool
        Whether it says of itself that it is a background (HDUCLAS2).
    overwrite : bool
        Whether an existing file is replaced.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    InputError
        If the region is on the sky and there is no plane to put it into pixels.
    """
    tables = [_spectrum_hdu(spectrum, "BKG" if is_background else "TOTAL")]
    if spectrum.gti is not None:
        tables.append(gti_hdu(spectrum.gti, spectrum.pointing))
    if spectrum.region:
        tables.append(_region_hdu(spectrum, plane))
    save_fits(path, tables, _wmap_hdu(spectrum, plane), overwrite=overwrite)
