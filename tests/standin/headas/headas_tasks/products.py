"""FITS files in and out: written whole, under their name only at the end of a stage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.faults import TaskError

if TYPE_CHECKING:
    from headas_tasks.run import Run


def opened(path: str | Path) -> Any:
    """Open a FITS file, plain or packed."""
    place = Path(path)
    if not place.is_file():
        raise TaskError(f"the file '{place}' does not exist")
    from astropy.io import fits

    return fits.open(place, memmap=False)


def saved(path: str | Path, hdus: Any) -> None:
    """Write a FITS file over what is there."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    hdus.writeto(path, overwrite=True)


def one_of(run: Run, folder: Path, name: str, *, needed: bool = True) -> Path | None:
    """Give the only file of that name, plain or .gz; several are an error."""
    found = sorted({*folder.glob(name), *folder.glob(name + ".gz")})
    if len(found) > 1:
        run.say(
            f"{run.prefix} Error: found {len(found)} files for '{folder / name}':", *map(str, found)
        )
        raise TaskError(f"several files match {name}: remove all but one")
    if not found and needed:
        run.say(f"{run.prefix} Error: file '{folder / name}' not found")
        raise TaskError(f"there is no {name} in {folder}")
    return found[0] if found else None


def table(
    name: str, columns: list[tuple[str, str, str, Any]], keywords: dict[str, Any] | None = None
) -> Any:
    """Give a binary table of (name, form, unit, values)."""
    from astropy.io import fits

    made = fits.BinTableHDU.from_columns(
        [
            fits.Column(n, form, unit or None, array=np.asarray(values))
            for n, form, unit, values in columns
        ],
        name=name,
    )
    made.header.update(keywords or {})
    return made


def file_of(*tables: Any, primary: Any = None) -> Any:
    from astropy.io import fits

    return fits.HDUList([primary or fits.PrimaryHDU(), *tables])


WHO = (
    "TELESCOP", "INSTRUME", "OBS_ID", "OBJECT", "RA_OBJ", "DEC_OBJ", "RA_NOM", "DEC_NOM", "RA_PNT",
    "DEC_PNT", "PA_PNT", "EQUINOX", "RADECSYS", "TIMESYS", "MJDREFI", "MJDREFF", "TIMEREF", "CLOCKAPP",
    "TIMEUNIT", "TSTART", "TSTOP", "TELAPSE", "DATE-OBS", "DATE-END", "DATAMODE",
)  # fmt: skip


def who(header: Any) -> dict[str, Any]:
    """Give the keywords that a product takes over from its events."""
    return {key: header[key] for key in WHO if key in header}


def inside(time_s: Any, start_s: Any, stop_s: Any) -> Any:
    """Say which times lie in good intervals."""
    order = np.argsort(start_s)
    start_s, stop_s = np.asarray(start_s)[order], np.asarray(stop_s)[order]
    at = np.searchsorted(start_s, time_s, side="right") - 1
    return (at >= 0) & (np.asarray(time_s) < stop_s[np.maximum(at, 0)])


def mark(path: str | Path, run: Run, **keywords: Any) -> None:
    """Say in every part of a product who made it, and put further keywords into its tables."""
    from astropy.io import fits

    with fits.open(path, mode="update") as hdus:
        for hdu in hdus:
            hdu.header["CREATOR"] = (f"{run.task}_{run.version} STAND-IN", "not HEASoft's task")
            for key, value in keywords.items():
                hdu.header[key.replace("_", "-") if key.startswith("DATE") else key] = value
            for key in ("CHECKSUM", "DATASUM"):
                hdu.header.remove(key, ignore_missing=True)
