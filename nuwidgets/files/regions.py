"""DS9 region files: read, written, and told apart from what cannot be used.

Pixels: DS9's ``physical`` and ``image`` both mean pixels of the event file, counted from 1; the
domain counts from 0. Sky shapes are FK5 in the domain. What is not supported is reported.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.region import Region
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.atomic import save_text
from nuwidgets.files.ds9 import number_of, statements
from nuwidgets.files.ds9_shapes import LEFT_OUT, shapes_of
from nuwidgets.files.ds9_text import shape_text
from nuwidgets.files.fits import GZIP, check_regular
from nuwidgets.files.parsed_regions import ParsedRegions
from nuwidgets.files.region_fits import is_table, parse_region_table, save_region_table

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane

__all__ = [
    "ParsedRegions",
    "format_regions",
    "parse_angle",
    "parse_region_file",
    "parse_regions",
    "read_regions",
    "whole",
    "write_regions",
]
MAX_BYTES = 1 << 24
HEADER = "# Region file format: DS9 version 4.1\nglobal color=green include=1 source=1"


def parse_regions(
    text: str, plane: TangentPlane | None = None, *, where: str = "text"
) -> ParsedRegions:
    """Give the shapes of a text in DS9's region language.

    Parameters
    ----------
    text : str
    plane : TangentPlane or None
        Needed only where sizes are in pixels on the sky, or in arcsec on pixels.
    where : str
        What to call the text in messages, e.g. its file.

    Raises
    ------
    InputError
        If a line is broken; it says the line and the character.
    """
    shapes: list[Shape] = []
    said: list[str] = []
    marks: list[str] = []
    frame = ""
    for statement in statements(text, where):
        frame = statement.frame
        made, sentence = shapes_of(statement, plane)
        shapes += made
        marks += [statement.mark] * len(made)
        said += [sentence] if sentence else []
    return ParsedRegions(Region(tuple(shapes)), tuple(said), frame, tuple(marks))


def parse_region_file(
    path: str | PathLike[str], plane: TangentPlane | None = None
) -> ParsedRegions:
    """Give the shapes of a DS9 or FITS region file, and what it holds besides.

    Raises
    ------
    FileError
        If the file cannot be read or is no text.
    InputError
        If a line is broken.
    """
    name = str(path)
    try:
        place = Path(name).expanduser()
        check_regular(place)
        with place.open("rb") as stream:
            data = stream.read(MAX_BYTES)
    except FileNotFoundError as error:
        raise FileError(f"There is no region file {name!r}. Check the path.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"Cannot open the region file {name!r}: {error}.") from error
    if data.startswith((b"SIMPLE  ", GZIP)):
        return parse_region_table(name, plane)
    if b"\0" in data or len(data) == MAX_BYTES:
        raise FileError(f"{name!r} is no region file: it is not text. Give a DS9 .reg file.")
    return parse_regions(data.decode("utf-8", "replace"), plane, where=name)


def read_regions(
    path: str | PathLike[str],
    plane: TangentPlane | None = None,
    *,
    skip_unsupported: bool = False,
) -> Region:
    """Give the region of a DS9 or FITS region file, whole unless told otherwise.

    Parameters
    ----------
    path : str or Path
    plane : TangentPlane or None
        Needed only where sizes are in pixels on the sky, or in arcsec on pixels.
    skip_unsupported : bool
        Whether to leave out what cannot be used; `parse_region_file` says what that is.

    Raises
    ------
    FileError
        If the file cannot be read, or holds no shape that can be used.
    InputError
        If a line is broken, or the file holds something that cannot be used.
    """
    return whole(parse_region_file(path, plane), path, skip_unsupported=skip_unsupported).region


def whole(
    parsed: ParsedRegions, path: str | PathLike[str], *, skip_unsupported: bool
) -> ParsedRegions:
    """Give what a file says, if all of it can be used, or what cannot may be left out.

    Raises
    ------
    FileError
        If it holds no shape that can be used.
    InputError
        If it holds something that cannot be used.
    """
    parsed.check(path)
    if parsed.unsupported and not skip_unsupported:
        what = " ".join(parsed.unsupported).replace(f" {LEFT_OUT}", "")
        raise InputError(
            f"Cannot use all of {str(path)!r}. {what} Take out what cannot be used, or say"
            " skip_unsupported=True to go without it."
        )
    return parsed


def format_regions(
    region: Region | Shape,
    frame: str = "fk5",
    plane: TangentPlane | None = None,
    format: str = "degrees",  # noqa: A002  the word of the public interface
) -> str:
    """Give a region as the text of a DS9 region file; read back, every number is the same.

    Parameters
    ----------
    region : Region or Shape
    frame : str
        ``"fk5"``, ``"icrs"``, ``"galactic"``, ``"physical"`` or ``"image"``.
    plane : TangentPlane or None
        Needed where pixel shapes go to the sky, or the other way round.
    format : str
        ``"degrees"`` or ``"sexagesimal"``, for ``fk5`` and ``icrs``.

    Raises
    ------
    InputError
        If frame or format is not known, or the plane is needed and missing.
    """
    lines = [shape_text(shape, frame, plane, format) for shape in Region.of(region).shapes]
    return "\n".join([HEADER, frame, *lines]) + "\n"


def write_regions(
    path: str | PathLike[str],
    region: Region | Shape,
    frame: str = "fk5",
    plane: TangentPlane | None = None,
    format: str = "degrees",  # noqa: A002  the word of the public interface
    *,
    overwrite: bool = False,
) -> None:
    """Write a DS9 region file, or a FITS table in pixels where the name ends in .fits.

    Parameters are those of `format_regions`.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    InputError
        If frame or format is not known, or the plane is needed and missing.
    """
    if is_table(path):
        save_region_table(path, {"source": Region.of(region)}, plane, overwrite=overwrite)
    else:
        save_text(path, format_regions(region, frame, plane, format), overwrite=overwrite)


def parse_angle(text: str, *, hours: bool = False) -> float:
    """Give the degrees of ``"10.684"``, ``"10:41:04"`` or ``"10h41m04s"``.

    Parameters
    ----------
    text : str
    hours : bool
        Whether numbers with colons are hours, as right ascensions are.

    Raises
    ------
    InputError
        If the text is no angle.
    """
    number = number_of(text)
    if number is None or number.unit not in ("", "d", "r", "h", ":"):
        raise InputError(
            f"Cannot read {text!r} as an angle. Write degrees, e.g. 10.684, or"
            f" {'hours, e.g. 00:42:44.3' if hours else 'degrees with colons, e.g. +41:16:09'}."
        )
    if number.unit == "r":
        return math.degrees(number.value)
    in_hours = number.unit == "h" or (number.unit == ":" and hours)
    return number.value * 15.0 if in_hours else number.value
