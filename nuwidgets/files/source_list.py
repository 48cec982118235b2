"""Lists of sources: places with names from tables and region files, to be marked on images.

CSV and other plain tables, ECSV, FITS tables, VOTables, and DS9 region files. Columns are found by
the names that catalogues give them; positions are degrees, or sexagesimal as hours and degrees.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.marker import Marker
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.ds9 import SHAPES
from nuwidgets.files.fits import GZIP, astropy_at_work, check_regular, open_fits
from nuwidgets.files.regions import parse_angle, parse_regions
from nuwidgets.files.table import read_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from os import PathLike

MOST = 5000
"""More places than these cannot be told apart on an image."""
MAX_BYTES = 1 << 26
NAMES = {
    "name": (
        *("name", "sourcename", "srcname", "mainid", "designation", "object", "objectname"),
        *("iauname", "source", "sourceid", "srcid", "id", "label", "number", "no", "num"),
    ),
    "ra": (
        *("ra", "raj2000", "radeg", "radegree", "radegrees", "raicrs", "alphaj2000", "alpha"),
        *("sra", "rightascension", "raobj", "rafk5", "rax", "racorr"),
    ),
    "dec": (
        *("dec", "dej2000", "decj2000", "decdeg", "decdegree", "decdegrees", "deicrs", "decicrs"),
        *("deltaj2000", "delta", "sdec", "declination", "de", "decl", "decobj", "decfk5"),
    ),
}
"""Names of columns, small letters and digits alone; the first that a table has is taken."""
_REGION = re.compile(rf"(?im)^\s*[-+!]?\s*(?:\w+\s*;\s*)?({'|'.join(SHAPES)})\s*\(")
_HOURS = ("hourangle", "15 deg", "15deg", "h", "hour", "hours", "hr", "hms", '"h:m:s"')


def read_source_list(path: str | PathLike[str]) -> tuple[Marker, ...]:
    """Give the sources of a list, in its order; rows without a position are left out.

    Parameters
    ----------
    path : str or Path
        A table in CSV, ECSV, FITS or VOTable, or a DS9 region file, whose shapes stand for their
        centres.

    Raises
    ------
    FileError
        If the file cannot be read, no column says where the sources are, or there are none, or
        more than 5000.
    """
    name = str(path)
    data = _bytes_of(name)
    text = "" if data.startswith((b"SIMPLE  ", GZIP)) else data.decode("utf-8", "replace")
    if _REGION.search(text):
        found = _from_regions(text, name)
    else:
        found = _from_columns(_columns_of(name, text), name)
    if not found:
        raise FileError(
            f"There is no source in {name!r} that has a position. Give a list with right ascension"
            " and declination in every row."
        )
    if len(found) > MOST:
        raise FileError(
            f"Cannot mark the {len(found):,} sources of {name!r}: at most {MOST:,} can be told"
            " apart on an image. Cut the list down to the field."
        )
    return found


def _bytes_of(name: str) -> bytes:
    try:
        place = Path(name).expanduser()
        check_regular(place)
        with place.open("rb") as stream:
            data = stream.read(MAX_BYTES)
    except FileNotFoundError as error:
        raise FileError(f"There is no source list {name!r}. Check the path.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"Cannot open the source list {name!r}: {error}.") from error
    if len(data) == MAX_BYTES:
        raise FileError(f"The source list {name!r} is too large. Cut it down to the field.")
    return data


def _from_regions(text: str, name: str) -> tuple[Marker, ...]:
    """Give the centres of a region file's shapes, which are named or numbered."""
    try:
        parsed = parse_regions(text, where=name)
    except InputError as error:
        raise FileError(f"Cannot read {name!r} as a source list. {error}") from error
    found: list[Marker] = []
    for number, (shape, mark) in enumerate(zip(parsed.region.shapes, parsed.marks, strict=True), 1):
        place: Any = shape
        ra, dec = getattr(place, "ra_deg", None), getattr(place, "dec_deg", None)
        if isinstance(ra, float) and isinstance(dec, float):
            found.append(Marker(mark or str(number), ra, dec))
    return tuple(found)


def _columns_of(name: str, text: str) -> dict[str, tuple[Any, str]]:
    """Give values and unit of each column."""
    if not text:
        with open_fits(name) as file:
            for hdu in file.tables:
                columns = read_columns(hdu, _names_of(hdu.header))
                if _which(columns, "ra") and _which(columns, "dec"):
                    units = _units_of(hdu.header)
                    return {key: (column, units.get(key, "")) for key, column in columns.items()}
            raise FileError(
                _no_columns(name, [n for t in file.tables for n in _names_of(t.header)])
            )
    return _from_table(name, text)


def _names_of(header: Any) -> list[str]:
    numbers = range(1, int(header.number("TFIELDS", 0)) + 1)
    return [header.text(f"TTYPE{n}").upper() for n in numbers]


def _units_of(header: Any) -> dict[str, str]:
    return {
        name: header.text(f"TUNIT{number}").lower()
        for number, name in enumerate(_names_of(header), 1)
    }


def _from_table(name: str, text: str) -> dict[str, tuple[Any, str]]:
    """Read a VOTable, an ECSV file, or any other plain table."""
    try:
        with astropy_at_work():
            table = _read(text)
    except Exception as error:  # astropy's readers raise whatever their parsers do
        first = (str(error).strip().splitlines() or [""])[0]
        raise FileError(
            f"Cannot read {name!r} as a list of sources: {first}. Give a table in CSV, ECSV, FITS"
            " or VOTable with columns RA and DEC, or a DS9 region file."
        ) from error
    return {str(c): (table[c], str(table[c].unit or "").lower()) for c in table.colnames}


def _read(text: str) -> Any:
    from astropy.table import Table

    start = text.lstrip("\ufeff \n\r\t")
    if start.startswith("<"):
        from io import BytesIO

        from astropy.io.votable import parse_single_table

        return parse_single_table(BytesIO(text.encode())).to_table(use_names_over_ids=True)
    kind = "ascii.ecsv" if start.startswith("# %ECSV") else "ascii"
    return Table.read(text.splitlines(), format=kind)


def _which(columns: Mapping[str, Any], what: str) -> str:
    """Give the column that holds something; empty where none does."""
    plain = {re.sub(r"[^a-z0-9]", "", _bare(name)): name for name in reversed(list(columns))}
    return next((plain[known] for known in NAMES[what] if known in plain), "")


def _bare(name: str) -> str:
    """Give a column's name without a unit in brackets."""
    return re.sub(r"[\[(].*?[\])]", "", name.lower())


def _no_columns(name: str, columns: list[str]) -> str:
    has = ", ".join(filter(None, columns[:12])) or "none"
    return (
        f"Cannot find the positions in {name!r}: it has the columns {has}. Call two of them RA and"
        " DEC, in degrees or sexagesimal."
    )


def _from_columns(columns: dict[str, tuple[Any, str]], name: str) -> tuple[Marker, ...]:
    ra, dec, named = (_which(columns, what) for what in ("ra", "dec", "name"))
    if not (ra and dec):
        raise FileError(_no_columns(name, list(columns)))
    labels = _words(columns[named][0]) if named else itertools.repeat(None)
    rows = zip(_degrees(*columns[ra], hours=True), _degrees(*columns[dec]), labels, strict=False)
    found: list[Marker] = []
    try:
        for number, (x, y, label) in enumerate(rows, 1):
            if x is not None and y is not None:
                found.append(Marker(str(number) if label is None else label, x, y))
    except InputError as error:
        raise FileError(
            f"A row of {name!r} after {len(found)} good ones holds no place on the sky. {error}"
        ) from error
    return tuple(found)


def _words(column: Any) -> Iterator[str]:
    for value in column:
        yield "" if np.ma.is_masked(value) else _text(value)


def _text(value: Any) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip()


def _degrees(column: Any, unit: str, *, hours: bool = False) -> Iterator[float | None]:
    """Give the angles of a column, deg; None where there is none."""
    convert = _converter(unit)
    for value in column:
        if np.ma.is_masked(value):
            yield None
            continue
        text = _text(value)
        try:
            number = float(text)
        except ValueError:
            yield parse_angle(re.sub(r"\s+", ":", text), hours=hours) if text else None
        else:
            yield convert(number) if np.isfinite(number) else None


def _converter(unit: str) -> Callable[[float], float]:
    """Give what makes degrees of plain numbers in a unit."""
    if unit in _HOURS:
        return lambda value: 15.0 * value
    return np.degrees if unit.startswith("rad") else float
