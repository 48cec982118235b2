"""FITS files out: tables with keywords that HEASoft understands, written whole or not at all."""

from __future__ import annotations

import gzip
import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.files.atomic import save_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike

    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.provenance import Provenance
    from nuwidgets.domain.sky import TangentPlane

    Keywords = Mapping[str, Any]
    ColumnOut = tuple[str, str, str, Any]

CREATOR = "nuwidgets"
MAX_TEXT = 68
_ABSENT = "UNKNOWN"


def clean(value: Any) -> Any:
    """Give a keyword's value as FITS can hold it: printable, short, a plain number."""
    if isinstance(value, str):
        return "".join(c if " " <= c <= "~" else "?" for c in value)[:MAX_TEXT]
    return value.item() if isinstance(value, np.generic) else value


def put_keywords(header: Any, keywords: Keywords) -> None:
    """Put keywords into an astropy header; None and what is no finite number are left out."""
    for key, value in keywords.items():
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            continue
        header[key] = clean(value)


def pointing_keywords(pointing: Pointing) -> dict[str, Any]:
    """Give the keywords that say who looked at what, and when."""
    whole = math.floor(pointing.mjdref_days)
    span_s = pointing.tstop_s - pointing.tstart_s
    times = {"TSTART": pointing.tstart_s, "TSTOP": pointing.tstop_s, "TELAPSE": span_s}
    return {
        "TELESCOP": pointing.telescope or _ABSENT,
        "INSTRUME": pointing.instrument or _ABSENT,
        "FILTER": "NONE",
        "OBS_ID": pointing.obs_id or None,
        "OBJECT": pointing.object_name or None,
        "RA_OBJ": pointing.ra_obj_deg,
        "DEC_OBJ": pointing.dec_obj_deg,
        "EQUINOX": 2000.0,
        "RADESYS": "FK5",
        "DATE-OBS": pointing.date_obs or None,
        "MJDREFI": whole,
        "MJDREFF": pointing.mjdref_days - whole,
        "TIMESYS": pointing.timesys,
        "TIMEREF": pointing.timeref,
        "TIMEUNIT": "s",
        "TIMEZERO": 0.0,
        **(times if span_s > 0 else {}),
        "CREATOR": CREATOR,
    }


def class_keywords(*classes: str, version: str = "1.2.0") -> dict[str, Any]:
    """Give HDUCLASS, HDUCLAS1 ... and HDUVERS."""
    named = {f"HDUCLAS{n}": name for n, name in enumerate(classes, 1)}
    return {"HDUCLASS": "OGIP", **named, "HDUVERS": version}


def plane_keywords(
    plane: TangentPlane, x_keys: Mapping[str, str], y_keys: Mapping[str, str]
) -> dict[str, Any]:
    """Give the keywords of a tangent plane; pixels are counted from 1 there."""
    values = (
        ("RA---TAN", plane.x_ref + 1, plane.ra_ref_deg, plane.x_step_deg),
        ("DEC--TAN", plane.y_ref + 1, plane.dec_ref_deg, plane.y_step_deg),
    )
    return {
        keys[name]: value
        for keys, row in zip((x_keys, y_keys), values, strict=True)
        for name, value in zip(("type", "ref", "value", "step"), row, strict=True)
    }


def physical_keywords(axis: int, name: str, origin: int, binning: int) -> dict[str, Any]:
    """Give the physical coordinates of an image axis: event pixels, counted from 1.

    Parameters
    ----------
    axis : int
        1 or 2.
    name : str
        Column of the event file, ``"X"`` or ``"Y"``.
    origin : int
        Event pixel, from 0, where the image begins.
    binning : int
        Event pixels per image pixel.
    """
    first = origin + (binning + 1) / 2
    return {
        f"WCSTY{axis}P": "PHYSICAL",
        f"LTV{axis}": 1 - first / binning,
        f"LTM{axis}_{axis}": 1 / binning,
        f"CTYPE{axis}P": name,
        f"CRPIX{axis}P": 1.0,
        f"CRVAL{axis}P": first,
        f"CDELT{axis}P": float(binning),
    }


def ragged(rows: Iterable[Any]) -> Any:
    """Give rows of different lengths as a column of variable length wants them."""
    arrays = [np.asarray(row) for row in rows]
    cells = np.empty(len(arrays), object)
    for at, array in enumerate(arrays):
        cells[at] = array
    return cells


def table_hdu(name: str, columns: Sequence[ColumnOut], keywords: Keywords) -> Any:
    """Give a binary table.

    Parameters
    ----------
    name : str
        EXTNAME.
    columns : sequence of (name, TFORM letter, unit, values)
    keywords : mapping
        ``TLMIN:CHANNEL`` stands for TLMINn of that column.
    """
    from astropy.io import fits

    table = fits.BinTableHDU.from_columns(
        [fits.Column(n, form, unit or None, array=values) for n, form, unit, values in columns],
        name=name,
    )
    numbers = {column[0]: number for number, column in enumerate(columns, 1)}
    plain = {}
    for key, value in keywords.items():
        stem, _, column = key.partition(":")
        plain[f"{stem}{numbers[column]}" if column else key] = value
    put_keywords(table.header, plain)
    return table


def put_provenance(header: Any, provenance: Provenance) -> None:
    """Say in a header that its data are approximate, and why."""
    if provenance.approximate:
        header["APPROX"] = (True, "approximate, see COMMENT")
        header["COMMENT"] = clean(f"APPROXIMATE: {provenance.approximate}"[:MAX_TEXT])
        rest = provenance.approximate
        for at in range(MAX_TEXT - len("APPROXIMATE: "), len(rest), MAX_TEXT):
            header["COMMENT"] = clean(rest[at : at + MAX_TEXT])


def save_fits(
    path: str | PathLike[str], tables: Sequence[Any], primary: Any = None, *, overwrite: bool
) -> None:
    """Write a FITS file, packed where its name ends in .gz.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    from astropy.io import fits

    stream = io.BytesIO()
    first = fits.PrimaryHDU() if primary is None else primary
    fits.HDUList([first, *tables]).writeto(stream, checksum=True)
    data = stream.getvalue()
    packed = gzip.compress(data, 6, mtime=0) if str(path).endswith(".gz") else data
    save_bytes(path, packed, overwrite=overwrite)
