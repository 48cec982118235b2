"""Numbers of shapes as they are read and typed: positions and sizes in units of one's choice."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import SIZES, PixelShape
from nuwidgets.domain.region import to_pixel

if TYPE_CHECKING:
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane

POSITIONS = ("hh:mm:ss", "degrees", "pixels")
LENGTHS = ("arcsec", "arcmin", "pixels")
_SIGN = {"arcsec": "″", "arcmin": "′", "pixels": "px"}  # noqa: RUF001  the prime of arcmin
_IN_ARCSEC = {"arcsec": 1.0, "arcmin": 60.0}
_WORDS = {
    "semi_x": "axis a", "semi_y": "axis b", "inner_x": "inner a", "inner_y": "inner b",
    "outer_x": "outer a", "outer_y": "outer b", "angle_deg": "angle [°]",
    "start_deg": "from [°]", "stop_deg": "to [°]",
}  # fmt: skip


@dataclass(frozen=True)
class Units:
    """In which units numbers are shown."""

    position: str = POSITIONS[0]
    """One of `POSITIONS`."""
    length: str = LENGTHS[0]
    """One of `LENGTHS`."""
    plane: TangentPlane | None = None
    """How the pixels lie on the sky; without it all is in pixels."""

    @property
    def on_sky(self) -> bool:
        """Whether positions are shown on the sky."""
        return self.plane is not None and self.position != "pixels"

    @property
    def arcsec(self) -> float:
        """Arcsec per unit of length; NaN without a sky."""
        if self.plane is None:
            return math.nan
        return _IN_ARCSEC.get(self.length, self.plane.pixel_arcsec)

    def of_pixels(self, value: float) -> float:
        """Give a length in pixels in these units."""
        return value * self._per_pixel

    def in_pixels(self, value: float) -> float:
        """Give a length in these units in pixels."""
        return value / self._per_pixel

    @property
    def _per_pixel(self) -> float:
        return self.plane.pixel_arcsec / self.arcsec if self.plane else 1.0

    @property
    def sign(self) -> str:
        """The sign of the unit of length."""
        return _SIGN[self.length if self.plane else "pixels"]


def names_of(shape: Shape) -> tuple[str, ...]:
    """Give the names of a shape's numbers, without units: ``"x"`` and ``"y"`` are its place.

    Examples
    --------
    >>> from nuwidgets.domain.region import Annulus
    >>> names_of(Annulus(10, 20, 30, 60))
    ('x', 'y', 'inner', 'outer')
    """
    if isinstance(place_of(shape)[0], tuple):
        return ()
    names = (f.name.removesuffix("_arcsec") for f in fields(shape) if f.name != "exclude")
    return ("x", "y", *list(names)[2:])


def words_of(name: str, units: Units) -> str:
    """Name a number for a person, with its unit."""
    if name in ("x", "y"):
        sky = ("RA", "Dec") if units.on_sky else ("x [px]", "y [px]")
        return sky[name == "y"]
    words = _WORDS.get(name, name)
    return f"{words} [{units.sign}]" if name in SIZES else words


def place_text(ra_deg: float, dec_deg: float, units: Units) -> tuple[str, str]:
    """Write a place on the sky."""
    if units.position == "degrees":
        return f"{ra_deg:.6f}", f"{dec_deg:+.6f}"
    return _sexagesimal(ra_deg / 15.0, 2), ("+" if dec_deg >= 0 else "-") + _sexagesimal(
        abs(dec_deg), 1
    )


def texts_of(shape: Shape, units: Units) -> dict[str, str]:
    """Write all numbers of a shape but the corners of a polygon."""
    return {name: _text(shape, name, units) for name in names_of(shape)}


def _text(shape: Shape, name: str, units: Units) -> str:
    if name in ("x", "y"):
        return _places(shape, units)[name == "y"]
    if name in SIZES:
        return f"{_length(shape, name, units):.{4 if units.length == 'arcmin' else 2}f}"
    return f"{getattr(shape, name):.2f}"


def _places(shape: Any, units: Units) -> tuple[str, str]:
    at = place_of(shape)
    if not units.on_sky:
        pixel = to_pixel(shape, units.plane)
        return f"{pixel.x:.2f}", f"{pixel.y:.2f}"
    if isinstance(shape, PixelShape) and units.plane:
        ra, dec = units.plane.to_sky(np.array(at[0]), np.array(at[1]))
        at = float(ra), float(dec)
    return place_text(at[0], at[1], units)


def _length(shape: Any, name: str, units: Units) -> float:
    if isinstance(shape, PixelShape):
        return units.of_pixels(getattr(shape, name))
    value: float = getattr(shape, f"{name}_arcsec") / units.arcsec
    return value


def corners_text(shape: Any, units: Units) -> str:
    """Write the corners of a polygon, one a line."""
    columns = place_of(shape)
    pixels: Any = to_pixel(shape, units.plane)
    if not units.on_sky:
        columns = pixels.x, pixels.y
        return "\n".join(f"{x:.2f} {y:.2f}" for x, y in zip(*columns, strict=True))
    if isinstance(shape, PixelShape) and units.plane:
        columns = units.plane.to_sky(np.array(pixels.x), np.array(pixels.y))
    return "\n".join(" ".join(place_text(x, y, units)) for x, y in zip(*columns, strict=True))


def short_text(shape: Any, units: Units) -> str:
    """Say in one line where a shape is and how large."""
    if isinstance(place_of(shape)[0], tuple):
        return f"{len(place_of(shape)[0])} corners"
    texts = texts_of(shape, units)
    sizes = [texts[name] for name in texts if name in SIZES]
    angles = [f"{float(texts[n]):g}°" for n in texts if n.endswith("_deg") and float(texts[n])]
    size = " \N{MULTIPLICATION SIGN} ".join(f"{float(one):.4g}" for one in sizes)
    sign = units.sign if len(units.sign) == 1 else f" {units.sign}"
    parts = f"{texts['x']} {texts['y']}", size and size + sign, *angles
    return "  ".join(part for part in parts if part)


def place_of(shape: Any) -> Any:
    """Give the two numbers, or rows of numbers, that say where a shape is."""
    return tuple(getattr(shape, field.name) for field in fields(shape)[:2])


def _sexagesimal(value: float, digits: int) -> str:
    """Write hours or degrees, not below 0, with colons."""
    whole = round(value * 3600 * 10**digits)
    seconds, part = divmod(whole, 10**digits)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:0{digits}d}"
