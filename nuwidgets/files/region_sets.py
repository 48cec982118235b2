"""Several regions in one file: source, background and named ones, told apart by what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.named_regions import ROLES, NamedRegions
from nuwidgets.domain.region import Region
from nuwidgets.files.atomic import save_text
from nuwidgets.files.ds9_marks import properties_of
from nuwidgets.files.region_fits import is_table, save_region_table
from nuwidgets.files.regions import format_regions, parse_region_file, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from nuwidgets.domain.sky import TangentPlane


def read_region_set(
    path: str | PathLike[str],
    plane: TangentPlane | None = None,
    *,
    skip_unsupported: bool = False,
) -> dict[str, Region]:
    """Give the regions of a DS9 or FITS region file by name.

    A ``background`` mark or the table BKGREG makes the background; a tag, or else a text, is the
    name of a shape; what has neither is the source. An exclude without a mark takes away from all
    that stand before it.

    Parameters
    ----------
    path : str or Path
    plane : TangentPlane or None
        How the pixels of the events lie on the sky; `read_regions` says where it is needed.
    skip_unsupported : bool
        Whether to leave out what cannot be used.

    Raises
    ------
    FileError
        If the file cannot be read, or holds no shape that can be used.
    InputError
        If a line is broken, or the file holds something that cannot be used.
    """
    return whole(parse_region_file(path, plane), path, skip_unsupported=skip_unsupported).named


def format_region_set(
    regions: Mapping[str, Any],
    frame: str = "fk5",
    plane: TangentPlane | None = None,
    format: str = "degrees",  # noqa: A002  the word of the public interface
) -> str:
    """Give regions by name as the text of one DS9 file; each shape is marked with its name.

    Parameters
    ----------
    regions : dict of str and Region or shapes
        ``"source"`` and ``"background"`` are the two usual ones.
    frame, plane, format
        As of `format_regions`.

    Raises
    ------
    InputError
        As `format_regions`, or if a name cannot be one.
    """
    head = format_regions(Region(), frame)
    lines = [
        line + properties_of(name, shown=not at)
        for name, region in _checked(regions)
        for at, line in enumerate(_lines(region, (frame, plane, format)))
    ]
    return head + "".join(f"{line}\n" for line in lines)


def _lines(region: Region, how: tuple[str, TangentPlane | None, str]) -> list[str]:
    empty = format_regions(Region(), how[0])
    return format_regions(region, *how).removeprefix(empty).splitlines()


def _checked(regions: Mapping[str, Any]) -> Iterator[tuple[str, Region]]:
    """Give names and regions; names are tried as those of named regions are."""
    pairs = dict(regions)
    for name, value in pairs.items():
        region = Region.of(value)
        if name not in ROLES:
            (name,) = NamedRegions.of({name: region})  # noqa: PLW2901  as it is kept
        yield name, region


def write_region_set(
    path: str | PathLike[str],
    regions: Mapping[str, Any],
    frame: str = "fk5",
    plane: TangentPlane | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write regions by name as one DS9 file, or as a FITS file where the name ends in .fits.

    Parameters
    ----------
    path : str or Path
    regions : dict of str and Region or shapes
        ``"source"`` and ``"background"`` are the two usual ones.
    frame : str
        As of `format_regions`; FITS files are in pixels.
    plane : TangentPlane or None
        How pixels lie on the sky; needed where shapes go from one to the other.
    overwrite : bool
        Whether to write over what is there.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    InputError
        If a name cannot be one, the plane is needed and missing, or FITS cannot say it.
    """
    if is_table(path):
        save_region_table(path, dict(_checked(regions)), plane, overwrite=overwrite)
    else:
        save_text(path, format_region_set(regions, frame, plane), overwrite=overwrite)
