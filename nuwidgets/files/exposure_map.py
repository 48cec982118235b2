"""Exposure maps, in and out: FITS images in seconds, with nuexpomap's keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.exposure_map import ExposureMap
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.image import find_image, pixels_of
from nuwidgets.files.output import (
    physical_keywords,
    plane_keywords,
    pointing_keywords,
    put_keywords,
    put_provenance,
    save_fits,
)
from nuwidgets.files.pointing import axis_keys, plane_of, pointing_of

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.arrays import Floats


def read_exposure_map(path: str | PathLike[str]) -> ExposureMap:
    """Give the exposure map of a file, e.g. ``nu<obsid>A01_ex.img``.

    Raises
    ------
    FileError
        If the file cannot be read or has no image.
    """
    with open_fits(path) as file:
        hdu = find_image(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} is no exposure map: it has no image of two axes, only"
                f" {file.contents}. Give one, e.g. event_cl/nu<obsid>A01_ex.img."
            )
        header = file.keywords(hdu)
        plane, said = plane_of(header, axis_keys(1), axis_keys(2))
        energy = header.number("VIGNEN", 10.0) if header.flag("VIGNAPP") else None
        first = [header.number(f"CRVAL{n}P", 1.0) for n in (1, 2)]
        return ExposureMap(
            exposure_s=np.asarray(pixels_of(hdu), float),
            plane=plane,
            origin=(round(first[0]) - 1, round(first[1]) - 1),
            livetime_s=header.number("EXPOSURE", 0.0),
            ontime_s=header.number("ONTIME", 0.0),
            vignetting_kev=energy,
            pixbin=int(header.number("PIXBIN", 0)),
            percent=header.number("PERCENT", 0.0),
            pointing=pointing_of(header),
            provenance=Provenance(warnings=(said,) if said else ()),
        )


def write_exposure_map(
    path: str | PathLike[str], exposure: ExposureMap, *, overwrite: bool = False
) -> None:
    """Write an exposure map with its sky coordinates.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    from astropy.io import fits

    primary = fits.PrimaryHDU(exposure.exposure_s.astype(np.float32))
    keywords: dict[str, Any] = pointing_keywords(exposure.pointing) | {
        "CONTENT": "EXPOSURE MAP",
        "HDUCLASS": "OGIP",
        "HDUCLAS1": "IMAGE",
        "HDUCLAS2": "EXPOSURE",
        "BUNIT": "s",
        "EXPOSURE": exposure.livetime_s,
        "LIVETIME": exposure.livetime_s,
        "ONTIME": exposure.ontime_s,
        "PIXBIN": exposure.pixbin,
        "PERCENT": exposure.percent,
        "VIGNAPP": exposure.vignetting_kev is not None,
        "VIGNEN": exposure.vignetting_kev,
    }
    for axis, (name, first) in enumerate(zip("XY", exposure.origin, strict=True), 1):
        keywords |= physical_keywords(axis, name, first, 1)
    if exposure.plane is not None:
        keywords |= plane_keywords(exposure.plane, axis_keys(1), axis_keys(2))
        keywords |= {"CUNIT1": "deg", "CUNIT2": "deg"}
    put_keywords(primary.header, keywords)
    put_provenance(primary.header, exposure.provenance)
    save_fits(path, [], primary, overwrite=overwrite)


def write_instrument_map(
    path: str | PathLike[str], exposure: ExposureMap, pixels: Floats, *, overwrite: bool = False
) -> None:
    """Write the map of the detectors in DET1, shape (360, 360), s.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    from astropy.io import fits

    primary = fits.PrimaryHDU(pixels.astype(np.float32))
    keywords = pointing_keywords(exposure.pointing) | {"CONTENT": "DET1 MAP", "BUNIT": "s"}
    put_keywords(primary.header, keywords | {"PERCENT": exposure.percent})
    put_provenance(primary.header, exposure.provenance)
    save_fits(path, [], primary, overwrite=overwrite)
