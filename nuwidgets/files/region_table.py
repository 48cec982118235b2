"""Regions kept as FITS tables: REG00101 beside a spectrum, region files of CIAO and XMM-SAS.

Layout: ASC-FITS-REGION-1.0, McDowell & Rots. Pixels are counted from 1 there and from 0 here.
Rows of one COMPONENT hold together, and components add up: see `region_components`.
"""

from __future__ import annotations

from dataclasses import fields
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
    PixelShape,
)
from nuwidgets.domain.region import Region
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.files.output import CREATOR, plane_keywords, ragged, table_hdu
from nuwidgets.files.pointing import MAX_PIXEL_DEG, column_keys, plane_of
from nuwidgets.files.region_components import LEFT_OUT, Wedge, components_of, stack_of
from nuwidgets.files.table import columns_of, n_rows, read_columns, read_ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.files.fits import FitsFile, Hdu
    from nuwidgets.files.region_components import Part

    Cells = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
    Row = tuple[str, NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]

_ROUND: dict[str, tuple[Any, int]] = {
    "CIRCLE": (PixelCircle, 1),
    "ANNULUS": (PixelAnnulus, 2),
    "ELLIPSE": (PixelEllipse, 2),
    "ELLIPTANNULUS": (PixelEllipseAnnulus, 4),
    "BOX": (PixelBox, 2),
    "POINT": (PixelPoint, 0),
}
"""What a word makes, and how many radii it has."""
_TURNED = {"ELLIPSE", "ELLIPTANNULUS", "BOX"}
_WORDS = {kind: word for word, (kind, _) in _ROUND.items()}


def find_regions(file: FitsFile) -> list[Hdu]:
    """Give all tables with a region."""
    return [h for h in file.tables if {"SHAPE", "X", "Y"} <= set(columns_of(h))]


def find_region(file: FitsFile) -> Hdu | None:
    """Give the first table with a region, or None."""
    return next(iter(find_regions(file)), None)


def plane_here(hdu: Hdu) -> TangentPlane | None:
    """Give how the pixels of a region table lie on the sky, where it says so."""
    numbers = [columns_of(hdu)[name].number for name in ("X", "Y")]
    keys = [column_keys(number) for number in numbers]
    plane, _ = plane_of(hdu.header, *keys)
    names = [hdu.header.text(f"TCNAM{number}").upper() for number in numbers]
    types = [hdu.header.text(key["type"]).upper() for key in keys]
    catalogue = types == ["XLON-TAN", "XLAT-TAN"] and names[0][:2] == "RA"  # as CIAO's roi
    if plane is not None or not catalogue:
        return plane
    (x_ref, y_ref), (ra, dec), (dx, dy) = (
        [hdu.header.number(key[what]) for key in keys] for what in ("ref", "value", "step")
    )
    fine = np.isfinite([x_ref, y_ref, ra, dec]).all() and 0 < abs(dx * dy) < MAX_PIXEL_DEG**2
    return TangentPlane(ra, dec, x_ref - 1, y_ref - 1, dx, dy) if fine else None


def _rows(hdu: Hdu, name: str) -> list[NDArray[Any]]:
    """Give the numbers of a column row by row; empty where there is no such column."""
    if name not in columns_of(hdu):
        return [np.zeros(0)] * n_rows(hdu)
    values, lengths = read_ragged(hdu, name)
    rows = np.split(np.asarray(values, float), np.cumsum(lengths)[:-1])
    return [row[np.isfinite(row)] for row in rows]  # NaN fills what is not needed


def _drawn(name: str, cells: Cells, *, exclude: bool) -> Part:
    """Give a shape; a wrong count of numbers is a ValueError or a LookupError."""
    x, y, r, angles = cells
    angle = float(angles[0]) if len(angles) else 0.0
    plain = name.removeprefix("ROT")
    if plain in _ROUND:
        kind, n_radii = _ROUND[plain]
        radii = [float(r[n]) for n in range(n_radii)]
        turned = [angle] if plain in _TURNED else []
        made: PixelShape = kind(x[0], y[0], *radii, *turned, exclude=exclude)
        return made
    if plain == "POLYGON":
        return PixelPolygon(tuple(x), tuple(y), exclude)
    if plain == "RECTANGLE":
        (x1, x2), (y1, y2) = x[:2], y[:2]
        sizes = abs(x2 - x1), abs(y2 - y1)
        return PixelBox((x1 + x2) / 2, (y1 + y2) / 2, *sizes, angle, exclude)
    if plain in ("PIE", "SECTOR") and len(r) < 2:  # noqa: PLR2004  CIAO's pie has two radii
        return Wedge(x[0], y[0], angles[0], angles[1], exclude)
    if plain == "PIE":
        return PixelPanda(x[0], y[0], angles[0], angles[1], r[0], r[1], exclude)
    raise ValueError(f"a {name} is not known")


def region_of(hdu: Hdu) -> tuple[Region | None, tuple[str, ...]]:
    """Give the region of a table in pixels from 0, and warnings; None where nothing is usable."""
    header, numbers = hdu.header, {n: c.number for n, c in columns_of(hdu).items()}
    unit = header.text(f"TUNIT{numbers['X']}").lower()
    if unit.startswith("deg"):
        return None, (f"The region in {hdu.label} is in degrees of a sky map; it is not used.",)
    names = [str(name).upper() for name in read_columns(hdu, ["SHAPE"])["SHAPE"].tolist()]
    parts: list[Part | None] = []
    said = []
    columns = (_rows(hdu, name) for name in ("X", "Y", "R", "ROTANG"))
    for name, x, y, r, angles in zip(names, *columns, strict=True):
        exclude = name[:1] in ("!", "-")
        try:
            parts.append(_drawn(name.lstrip("!-"), (x - 1, y - 1, r, angles), exclude=exclude))
        except (ValueError, LookupError) as error:
            said.append(f"A shape of the region in {hdu.label} is left out: {error}")
            parts.append(None)
    region, more = _stack(hdu, names, parts)
    return (region or None), (*said, *more)


def _stack(hdu: Hdu, names: list[str], parts: list[Part | None]) -> tuple[Region, tuple[str, ...]]:
    """Give the stack of the rows of a table; without components it is their order."""
    numbers = [int(cell[0]) if len(cell) else 0 for cell in _rows(hdu, "COMPONENT")]
    shapes = tuple(part for part in parts if part is not None and not isinstance(part, Wedge))
    n_wedges = sum(isinstance(part, Wedge) for part in parts)
    if "COMPONENT" not in columns_of(hdu):
        lone = f"{hdu.label}: a sector without radii is not supported. {LEFT_OUT}"
        return Region(shapes), (lone,) if n_wedges else ()
    own = hdu.header.text("CREATOR").startswith(CREATOR)
    if own and len(set(numbers)) == 1 and not n_wedges:
        return Region(shapes), ()  # early spectra of ours have the whole stack in one component
    rows = sorted(zip(numbers, names, parts, strict=True), key=lambda row: row[0])
    components = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        several = list(group)
        lacks = any(part is None and name[:1] not in ("!", "-") for _, name, part in several)
        if not lacks:  # without its include a component would be everything
            components.append(tuple(part for *_, part in several if part is not None))
    return stack_of([one for one in components if one], hdu.label)


def rows_of(shape: PixelShape) -> tuple[Row, ...]:
    """Give SHAPE, X, Y, R and ROTANG of a pixel shape, pixels counted from 1.

    A sector of an annulus takes two rows of one component: the annulus and the sector. Where it
    takes away, it is a PIE with radii, as CIAO has it; CFITSIO's PIE has none.
    """
    prefix = "!" if shape.exclude else ""
    x, y = np.atleast_1d(np.array(shape.x, float)) + 1, np.atleast_1d(np.array(shape.y, float)) + 1
    none = np.zeros(0)
    if isinstance(shape, PixelPanda):
        angles = np.array([shape.start_deg, shape.stop_deg])
        radii = np.array([shape.inner, shape.outer])
        if shape.exclude:
            return (("!PIE", x, y, radii, angles),)
        return ("ANNULUS", x, y, radii, none), ("SECTOR", x, y, none, angles)
    if isinstance(shape, PixelPolygon):
        return ((f"{prefix}POLYGON", x, y, none, none),)
    word = _WORDS[type(shape)]
    numbers = [getattr(shape, field.name) for field in fields(shape)[2:-1]]
    angles = np.array(numbers[-1:] if word in _TURNED else [])
    angles = np.repeat(angles, 2) if word == "ELLIPTANNULUS" else angles
    radii = np.array(numbers[: _ROUND[word][1]], float)
    return ((f"{prefix}{word}", x, y, radii, angles),)


def region_columns(region: Region) -> list[tuple[str, str, str, Any]]:
    """Give the columns of a region table, for a region in pixels."""
    rows: list[Row] = []
    components: list[int] = []
    for number, shapes in enumerate(components_of(region), 1):
        for shape in shapes:
            made = rows_of(shape)
            rows += made
            components += [number] * len(made)
    names, x, y, r, angles = zip(*rows, strict=True)
    return [
        ("X", "PD()", "pixel", ragged(x)),
        ("Y", "PD()", "pixel", ragged(y)),
        ("SHAPE", "16A", "", np.array(names)),
        ("R", "PD()", "pixel", ragged(r)),
        ("ROTANG", "PD()", "degree", ragged(angles)),
        ("COMPONENT", "PI()", "", ragged([[number] for number in components])),
    ]


def region_hdu(name: str, region: Region, plane: TangentPlane | None) -> Any:
    """Give a region in pixels as a table; `plane` says how these lie on the sky."""
    keywords: dict[str, Any] = {"HDUCLASS": "ASC", "HDUCLAS1": "REGION", "HDUCLAS2": "STANDARD"}
    keywords |= {"HDUVERS": "1.0.0", "MTYPE1": "pos", "MFORM1": "X,Y", "CREATOR": CREATOR}
    if plane is not None:
        keywords |= plane_keywords(plane, column_keys(1), column_keys(2))
    return table_hdu(name, region_columns(region), keywords)
