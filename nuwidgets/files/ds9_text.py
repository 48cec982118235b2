"""From shapes to the words of a DS9 region file, with every digit that is needed to come back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import PixelPolygon
from nuwidgets.domain.region import Polygon, SkyShape, to_pixel, to_sky
from nuwidgets.errors import InputError, nearest
from nuwidgets.files.ds9_rings import KINDS
from nuwidgets.files.sky_frames import SKY_FRAMES, turn, turned_angle_deg

if TYPE_CHECKING:
    from nuwidgets.domain.pixel_shapes import PixelShape
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane

FRAMES_OUT = (*SKY_FRAMES, "physical", "image")
FORMATS = ("degrees", "sexagesimal")
WORDS = {kind: word for word, kinds in KINDS.items() for kind in kinds}
WORDS |= dict.fromkeys(KINDS["elliptannulus"], "ellipse")  # with two more sizes
"""What each shape with a centre is called."""
RA_DIGITS, DEC_DIGITS = 10, 9


def sexagesimal(value: float, digits: int, sign: str = "") -> str:
    """Give a value in hours or degrees as h:mm:ss with this many digits of a second."""
    unit = 10**digits
    total = round(abs(value) * 3600.0 * unit)
    whole, rest = divmod(total, 3600 * unit)
    minutes, rest = divmod(rest, 60 * unit)
    seconds, part = divmod(rest, unit)
    return f"{sign}{whole:02d}:{minutes:02d}:{seconds:02d}.{part:0{digits}d}"


def _position(lon_deg: float, lat_deg: float, format_: str) -> str:
    if format_ == "degrees":
        return f"{lon_deg!r},{lat_deg!r}"
    ra = sexagesimal((lon_deg % 360.0) / 15.0, RA_DIGITS)
    return f"{ra},{sexagesimal(lat_deg, DEC_DIGITS, '-' if lat_deg < 0 else '+')}"


def _sky_text(shape: SkyShape, frame: str, format_: str) -> str:
    lon, lat = turn(np.array(shape.ra_deg), np.array(shape.dec_deg), "fk5", frame)
    if isinstance(shape, Polygon):
        corners = zip(lon.tolist(), lat.tolist(), strict=True)
        return f"polygon({','.join(_position(*c, format_) for c in corners)})"
    more = turned_angle_deg(shape.ra_deg, shape.dec_deg, "fk5", frame)
    return _round_text(shape, _position(float(lon), float(lat), format_), more)


def _pixel_text(shape: PixelShape) -> str:
    if isinstance(shape, PixelPolygon):
        corners = zip(shape.x, shape.y, strict=True)
        return f"polygon({','.join(f'{x + 1!r},{y + 1!r}' for x, y in corners)})"
    return _round_text(shape, f"{shape.x + 1!r},{shape.y + 1!r}", 0.0)


def _round_text(shape: Shape, at: str, more_deg: float) -> str:
    """Give the words of a shape with a centre; angles are turned by this much."""
    word, mark = WORDS[type(shape)], '"' if isinstance(shape, SkyShape) else ""
    numbers = {field.name: getattr(shape, field.name) for field in fields(shape)[2:-1]}
    said = {
        name: f"{value + more_deg!r}" if name.endswith("_deg") else f"{value!r}{mark}"
        for name, value in numbers.items()
    }
    parts = list(said.values())
    if word == "panda":
        start, stop, inner, outer = parts
        parts = [start, stop, "1", inner, outer, "1"]
    return f"{word}({','.join([at, *parts])})"


def shape_text(shape: Shape, frame: str, plane: TangentPlane | None, format_: str) -> str:
    """Give one line of a region file.

    Raises
    ------
    InputError
        If frame or format is not known, or the plane is needed and missing.
    """
    if frame not in FRAMES_OUT:
        raise InputError(f"Cannot write regions in {frame!r}. {nearest(frame, FRAMES_OUT)}")
    if format_ not in FORMATS:
        raise InputError(f"Cannot write numbers as {format_!r}. {nearest(format_, FORMATS)}")
    sign = "-" if shape.exclude else ""
    if frame not in SKY_FRAMES:
        return sign + _pixel_text(to_pixel(shape, plane))
    if plane is not None:
        shape = to_sky(shape, plane)
    if not isinstance(shape, SkyShape):
        raise InputError(
            f"Cannot write {shape!r} in {frame}: the sky coordinates of its pixels are not known."
            " Give the plane of its event file, or write it in 'physical'."
        )
    return sign + _sky_text(shape, frame, "degrees" if frame == "galactic" else format_)
