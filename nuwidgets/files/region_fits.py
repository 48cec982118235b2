"""FITS region files, as CIAO and XMM-SAS read and write them: a table for each region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.named_regions import LONGEST, ROLES
from nuwidgets.domain.pixel_shapes import PixelPanda
from nuwidgets.domain.region import Panda, Region, SkyShape, to_sky
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.output import save_fits
from nuwidgets.files.parsed_regions import ParsedRegions
from nuwidgets.files.region_table import find_regions, plane_here, region_hdu, region_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.files.fits import Hdu

ENDINGS = (".fits", ".fit", ".fts", ".ftz", ".fits.gz", ".fit.gz")
TABLES = {"source": "SRCREG", "background": "BKGREG"}
"""What tables of the two usual regions are called, as CIAO does."""
_KEY = "REGNAME"


def is_table(path: str | PathLike[str]) -> bool:
    """Say whether a file of this name is to hold FITS tables."""
    return str(path).lower().endswith(ENDINGS)


def parse_region_table(path: str, plane: TangentPlane | None = None) -> ParsedRegions:
    """Give the regions of a FITS file; the first one is that of the file.

    Its pixels are those of the events it was made for. Where it says how they lie on the sky and
    a plane is asked for, shapes are given on the sky.

    Raises
    ------
    FileError
        If there is no table with regions.
    """
    said, tables, on_sky = list[str](), dict[str, Region](), True
    with open_fits(path) as file:
        found = find_regions(file)
        if not found:
            raise FileError(
                f"{path!r} is no region file: no table with SHAPE, X and Y, only {file.contents}."
                " Give a DS9 .reg file."
            )
        for hdu in found:
            region, more = region_of(hdu)
            own = None if plane is None else plane_here(hdu)
            on_sky = on_sky and own is not None
            if region is not None and own is not None:
                region = Region(tuple(to_sky(shape, own) for shape in region.shapes))
            tables[_name_of(hdu, tables)] = region or Region()
            said += more
    first = next(iter(tables.values()))
    named = tuple((name, region) for name, region in tables.items() if region)
    return ParsedRegions(first, tuple(said), "fk5" if on_sky else "physical", tables=named)


def _name_of(hdu: Hdu, taken: Mapping[str, Region]) -> str:
    """Give the role or the name of a table's region: one that no table before it has."""
    own, name = hdu.header.text(_KEY), hdu.header.text("EXTNAME").upper()
    kind = hdu.header.text("HDUCLAS2").upper()
    roles = {"SRC": "source", "BKG": "background", "BAC": "background"}
    role = roles.get(name[:3]) or roles.get(kind[:3])
    usual = own or role or ("source" if "source" not in taken else name.lower())
    words, number = usual[: LONGEST - 4], 2
    while usual in taken or not usual:
        usual, number = f"{words} {number}".strip(), number + 1
    return usual[:LONGEST]


def save_region_table(
    path: str | PathLike[str],
    regions: Mapping[str, Region],
    plane: TangentPlane | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write regions by name as a FITS file, in pixels counted from 1.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    InputError
        If a region has no shape, is on the sky without a plane, or is what no table can say.
    """
    tables = []
    for name, region in regions.items():
        tables.append(
            region_hdu(TABLES.get(name, "REGION"), _in_pixels(name, region, plane), plane)
        )
        if name not in ROLES:
            tables[-1].header[_KEY] = _ascii(name)
    save_fits(path, tables, overwrite=overwrite)


def _in_pixels(name: str, region: Region, plane: TangentPlane | None) -> Region:
    if not region:
        raise InputError(
            f"Cannot write the {name} region as a FITS table: it has no shape. Draw one first."
        )
    if plane is None and any(isinstance(shape, SkyShape) for shape in region.shapes):
        raise InputError(
            "Cannot write a region on the sky as a FITS table, which counts in pixels. Give the"
            " plane of an event file, or write a DS9 file, its name ending in .reg."
        )
    if any(isinstance(shape, Panda | PixelPanda) and shape.exclude for shape in region.shapes):
        raise InputError(
            "Cannot write the region as a FITS table: a sector of an annulus is left out, which"
            " HEASoft would not read as such. Write a DS9 file, its name ending in .reg."
        )
    return region.to_pixel(plane)


def _ascii(name: str) -> str:
    if not name.isascii():
        raise InputError(
            f"Cannot write a region named {name!r} as a FITS table: FITS keeps plain letters. Name"
            " it otherwise, or write a DS9 file, its name ending in .reg."
        )
    return name
