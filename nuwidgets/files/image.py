"""FITS images, in and out: pixel arrays with their scaling and coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.image import Image
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError
from nuwidgets.files.fits import astropy_at_work, open_fits
from nuwidgets.files.output import (
    physical_keywords,
    plane_keywords,
    pointing_keywords,
    put_keywords,
    save_fits,
)
from nuwidgets.files.pointing import axis_keys, plane_of

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.files.fits import FitsFile, Hdu


def pixels_of(hdu: Hdu) -> NDArray[Any]:
    """Give the array of an image, scaled, first axis slowest, in this machine's byte order."""
    with astropy_at_work():
        data = hdu.data
        native = np.int64 if data.dtype.kind == "u" else data.dtype.newbyteorder("=")
        return np.array(data, native)


def find_image(file: FitsFile) -> Hdu | None:
    """Give the first array of two axes, or None."""
    arrays = [h for h in file.hdus if not h.header.text("XTENSION") or h.says("XTENSION", "IMAGE")]
    return next((h for h in arrays if h.header.number("NAXIS", 0) == 2 and h.size), None)  # noqa: PLR2004


def read_image(path: str | PathLike[str]) -> Image:
    """Give the first image of a FITS file, with its sky coordinates where it has them.

    Raises
    ------
    FileError
        If the file cannot be read or has no image.
    """
    with open_fits(path) as file:
        hdu = find_image(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} has no image of two axes, only {file.contents}. Give an image,"
                " unpacked with funpack if it is compressed."
            )
        plane, said = plane_of(hdu.header, axis_keys(1), axis_keys(2))
        provenance = Provenance(warnings=(said,) if said else ())
        return Image(pixels_of(hdu), plane, provenance=provenance)


def write_image(
    path: str | PathLike[str],
    image: Image,
    pointing: Pointing | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write a counts image with sky coordinates and the pixels of the events (physical).

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    from astropy.io import fits

    counts = image.counts if image.counts.dtype.kind == "f" else image.counts.astype(np.int32)
    primary = fits.PrimaryHDU(counts)
    binning = image.request.binning if image.request else 1
    keywords = pointing_keywords(pointing or Pointing()) | {"CONTENT": "IMAGE", "BUNIT": "count"}
    keywords |= {"HDUCLASS": "OGIP", "HDUCLAS1": "IMAGE", "HDUCLAS2": "TOTAL"}
    for axis, name in enumerate("XY", 1):
        keywords |= physical_keywords(axis, name, 0, binning)
    if image.plane is not None:
        keywords |= plane_keywords(image.plane, axis_keys(1), axis_keys(2))
        keywords |= {"CUNIT1": "deg", "CUNIT2": "deg"}
    if image.request:
        band = image.request.band
        keywords |= {"E_MIN": band.lo_kev, "E_MAX": band.hi_kev, "EUNIT": "keV"}
    put_keywords(primary.header, keywords)
    save_fits(path, [], primary, overwrite=overwrite)
