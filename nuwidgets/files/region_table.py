"""Regions kept as FITS tables (REG00101), as the extractor leaves them beside a spectrum.

Layout: ASC-FITS-REGION-1.0, McDowell & Rots. Pixels are counted from 1 there and from 0 here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
    PixelShape,
)
from nuwidgets.domain.region import Region
from nuwidgets.files.table import columns_of, n_rows, read_columns, read_ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.files.fits import FitsFile, Hdu

    Cells = tuple[NDArray[Any], NDArray[Any], NDArray[Any], float]
    Row = tuple[str, NDArray[Any], NDArray[Any], NDArray[Any], float]


def find_region(file: FitsFile) -> Hdu | None:
    """Give the first table with a region, or None."""
    tables = [h for h in file.tables if {"SHAPE", "X", "Y"} <= set(columns_of(h))]
    return tables[0] if tables else None


def _rows(hdu: Hdu, name: str) -> list[NDArray[Any]]:
    """Give the numbers of a column row by row; empty where there is no such column."""
    if name not in columns_of(hdu):
        return [np.zeros(0)] * n_rows(hdu)
    values, lengths = read_ragged(hdu, name)
    return np.split(np.asarray(values, float), np.cumsum(lengths)[:-1])


def _drawn(name: str, cells: Cells, *, exclude: bool) -> PixelShape:
    """Give a shape; a wrong count of numbers is a ValueError."""
    x, y, r, angle = cells
    if name == "POLYGON":
        corners = np.isfinite(x) & np.isfinite(y)
        return PixelPolygon(tuple(x[corners]), tuple(y[corners]), exclude)
    if name in ("RECTANGLE", "ROTRECTANGLE"):
        (x1, x2), (y1, y2) = x[:2], y[:2]
        sizes = abs(x2 - x1), abs(y2 - y1)
        return PixelBox((x1 + x2) / 2, (y1 + y2) / 2, *sizes, angle, exclude)
    if name == "CIRCLE":
        return PixelCircle(x[0], y[0], r[0], exclude)
    if name == "ANNULUS":
        return PixelAnnulus(x[0], y[0], r[0], r[1], exclude)
    if name in ("ELLIPSE", "ROTELLIPSE"):
        return PixelEllipse(x[0], y[0], r[0], r[1], angle, exclude)
    if name in ("BOX", "ROTBOX"):
        return PixelBox(x[0], y[0], r[0], r[1], angle, exclude)
    raise ValueError(f"a {name} is not known")


def region_of(hdu: Hdu) -> tuple[Region | None, tuple[str, ...]]:
    """Give the region of a table in pixels from 0, and warnings; None where nothing is usable."""
    header, numbers = hdu.header, {n: c.number for n, c in columns_of(hdu).items()}
    unit = header.text(f"TUNIT{numbers['X']}").lower()
    if unit.startswith("deg"):
        return None, (f"The region in {hdu.label} is in degrees of a sky map; it is not used.",)
    names = read_columns(hdu, ["SHAPE"])["SHAPE"].tolist()
    angles = [float(a[0]) if len(a) else 0.0 for a in _rows(hdu, "ROTANG")]
    shapes, said = [], []
    for name, x, y, r, angle in zip(
        names, _rows(hdu, "X"), _rows(hdu, "Y"), _rows(hdu, "R"), angles, strict=True
    ):
        kind = str(name).upper()
        try:
            cells = x - 1, y - 1, r, angle
            shapes.append(_drawn(kind.lstrip("!-"), cells, exclude=kind[:1] in ("!", "-")))
        except (ValueError, LookupError) as error:
            said.append(f"A shape of the region in {hdu.label} is left out: {error}")
    return (Region(tuple(shapes)) if shapes else None), tuple(said)


def row_of(shape: PixelShape) -> Row:
    """Give SHAPE, X, Y, R and ROTANG of a pixel shape, pixels counted from 1."""
    prefix = "!" if shape.exclude else ""
    x, y = np.atleast_1d(np.array(shape.x, float)) + 1, np.atleast_1d(np.array(shape.y, float)) + 1
    if isinstance(shape, PixelCircle):
        return f"{prefix}CIRCLE", x, y, np.array([shape.radius]), 0.0
    if isinstance(shape, PixelAnnulus):
        return f"{prefix}ANNULUS", x, y, np.array([shape.inner, shape.outer]), 0.0
    if isinstance(shape, PixelEllipse):
        return f"{prefix}ELLIPSE", x, y, np.array([shape.semi_x, shape.semi_y]), shape.angle_deg
    if isinstance(shape, PixelBox):
        return f"{prefix}BOX", x, y, np.array([shape.width, shape.height]), shape.angle_deg
    return f"{prefix}POLYGON", x, y, np.zeros(0), 0.0
