"""FITS images, in and out: pixel arrays with their scaling and coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.image import UNITS, Image
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError
from nuwidgets.files.fits import astropy_at_work, open_fits
from nuwidgets.files.output import (
    physical_keywords,
    plane_keywords,
    pointing_keywords,
    put_keywords,
    put_provenance,
    save_fits,
)
from nuwidgets.files.pointing import axis_keys, plane_of

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.files.fits import FitsFile, Hdu


_BUNITS = {"counts": "count", "exposure": "s", "corrected": "count s-1 pixel-1"}
_CLASSES = {"counts": "TOTAL", "exposure": "EXPOSURE", "corrected": "TOTAL"}


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
    times_s: tuple[float, float] | None = None,
    overwrite: bool = False,
) -> None:
    """Write an image with sky coordinates and the pixels of the events (physical).

    The first band is the primary array, each further one an extension ``BAND2``, ``BAND3`` ...

    Parameters
    ----------
    path : path
    image : Image
    pointing : Pointing or None
        Who looked at what.
    times_s : (float, float), optional
        Good time and live time, s: ONTIME, LIVETIME and EXPOSURE.
    overwrite : bool
        Whether an existing file is replaced.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    from astropy.io import fits

    about = pointing_keywords(pointing or Pointing()) | _keywords(image)
    if times_s is not None:
        about |= {"ONTIME": times_s[0], "LIVETIME": times_s[1], "EXPOSURE": times_s[1]}
    asked = image.request
    bands = (asked.band, *asked.bands) if asked else ()
    hdus: list[Any] = []
    for number, values in enumerate((image.counts, *image.tiles)):
        whole = values.dtype.kind != "f"
        pixels = values.astype(np.int32 if whole else np.float32)
        hdu = fits.ImageHDU(pixels, name=f"BAND{number + 1}") if hdus else fits.PrimaryHDU(pixels)
        told = dict(about)
        if number < len(bands):
            band = bands[number]
            told |= {"E_MIN": band.lo_kev, "E_MAX": band.hi_kev, "EUNIT": "keV"}
        put_keywords(hdu.header, told)
        put_provenance(hdu.header, image.provenance)
        hdus.append(hdu)
    save_fits(path, hdus[1:], hdus[0], overwrite=overwrite)


def _keywords(image: Image) -> dict[str, Any]:
    """Give the keywords of all bands: what the values are, and where their pixels lie."""
    quantity = next((name for name, unit in UNITS.items() if unit == image.unit), "counts")
    told: dict[str, Any] = {"CONTENT": "IMAGE", "BUNIT": _BUNITS[quantity]}
    told |= {"HDUCLASS": "OGIP", "HDUCLAS1": "IMAGE", "HDUCLAS2": _CLASSES[quantity]}
    asked = image.request
    if asked and asked.smooth_px:
        told["SMOOTHPX"] = asked.smooth_px
    names = ("X", "Y") if image.frame == "sky" else ("DET1X", "DET1Y")
    for axis, name in enumerate(names, 1):
        told |= physical_keywords(axis, name, 0, image.binning)
    if image.plane is not None:
        told |= plane_keywords(image.plane, axis_keys(1), axis_keys(2))
        told |= {"CUNIT1": "deg", "CUNIT2": "deg"}
    return told
