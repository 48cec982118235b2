"""Shapes in pixels: what masks are made of. Pixel centres are integers from 0.

A point on the rim is inside, as in CFITSIO's region filter; angles turn counter-clockwise from +x.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask

    Bounds = tuple[float, float, float, float]


LARGEST = 1e9
"""No position or size, in pixels, degrees or arcsec, is as large as this."""


def check_shape(shape: Any, positive: tuple[str, ...], ring: tuple[str, str] | None = None) -> None:
    """Refuse numbers that cannot be drawn; keep plain floats in the frozen shape."""
    name = type(shape).__name__
    for field in fields(shape):
        value = getattr(shape, field.name)
        if field.name == "exclude":
            value = bool(value)
        elif isinstance(value, tuple | list):
            value = tuple(float(v) for v in value)
        else:
            value = float(value)
        object.__setattr__(shape, field.name, value)
        if not np.all(np.abs(value) < LARGEST):
            raise InputError(
                f"{name} cannot be drawn: {field.name} is {value!r}. Give one of sensible size."
            )
        if field.name in positive and value <= 0:
            raise InputError(
                f"{name} cannot be drawn: {field.name} is {value!r}, and must be above 0."
            )
    if ring and not 0 <= getattr(shape, ring[0]) < getattr(shape, ring[1]):
        raise InputError(
            f"{name} cannot be drawn: it needs 0 <= {ring[0]} < {ring[1]},"
            f" got {getattr(shape, ring[0])!r} and {getattr(shape, ring[1])!r}."
        )


def check_corners(shape: Any, first: str, second: str) -> None:
    """Refuse a polygon without area: fewer than three corners, or unequal columns."""
    n_first, n_second = len(getattr(shape, first)), len(getattr(shape, second))
    if n_first != n_second or n_first < 3:  # noqa: PLR2004
        raise InputError(
            f"{type(shape).__name__} cannot be drawn: it needs three or more corners, got"
            f" {n_first} values of {first} and {n_second} of {second}."
        )


def _turned(dx: Floats, dy: Floats, angle_deg: float) -> tuple[Floats, Floats]:
    """Give offsets along axes that are turned counter-clockwise."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return dx * c + dy * s, dy * c - dx * s


@dataclass(frozen=True)
class PixelCircle:
    """A circle in pixels."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    radius: float
    """Radius, pixels."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("radius",))

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside; shapes as given."""
        inside: Mask = (x - self.x) ** 2 + (y - self.y) ** 2 <= self.radius**2
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        r = self.radius
        return self.x - r, self.x + r, self.y - r, self.y + r


@dataclass(frozen=True)
class PixelAnnulus:
    """A ring in pixels."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    inner: float
    """Inner radius, pixels."""
    outer: float
    """Outer radius, pixels."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, (), ("inner", "outer"))

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside; shapes as given."""
        square = (x - self.x) ** 2 + (y - self.y) ** 2
        inside: Mask = (square >= self.inner**2) & (square <= self.outer**2)
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        r = self.outer
        return self.x - r, self.x + r, self.y - r, self.y + r


@dataclass(frozen=True)
class PixelEllipse:
    """An ellipse in pixels."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    semi_x: float
    """Half axis along x before turning, pixels."""
    semi_y: float
    """Half axis along y before turning, pixels."""
    angle_deg: float = 0.0
    """Angle from +x to the first axis, counter-clockwise, deg."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("semi_x", "semi_y"))

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside; shapes as given."""
        u, v = _turned(x - self.x, y - self.y, self.angle_deg)
        inside: Mask = (u / self.semi_x) ** 2 + (v / self.semi_y) ** 2 <= 1.0
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        c, s = np.cos(np.radians(self.angle_deg)), np.sin(np.radians(self.angle_deg))
        dx = float(np.hypot(self.semi_x * c, self.semi_y * s))
        dy = float(np.hypot(self.semi_x * s, self.semi_y * c))
        return self.x - dx, self.x + dx, self.y - dy, self.y + dy


@dataclass(frozen=True)
class PixelBox:
    """A rectangle in pixels."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    width: float
    """Full width along x before turning, pixels."""
    height: float
    """Full height along y before turning, pixels."""
    angle_deg: float = 0.0
    """Angle it is turned by, counter-clockwise, deg."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("width", "height"))

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside; shapes as given."""
        u, v = _turned(x - self.x, y - self.y, self.angle_deg)
        inside: Mask = (abs(u) <= self.width / 2) & (abs(v) <= self.height / 2)
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        c, s = abs(np.cos(np.radians(self.angle_deg))), abs(np.sin(np.radians(self.angle_deg)))
        dx = float(self.width * c + self.height * s) / 2
        dy = float(self.width * s + self.height * c) / 2
        return self.x - dx, self.x + dx, self.y - dy, self.y + dy


@dataclass(frozen=True)
class PixelPolygon:
    """A polygon in pixels; the last corner is joined to the first."""

    x: tuple[float, ...]
    """Corners along x, pixels from 0."""
    y: tuple[float, ...]
    """Corners along y, pixels from 0."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ())
        check_corners(self, "x", "y")

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside, by the even-odd rule; shapes as given."""
        px, py = np.asarray(x, float), np.asarray(y, float)
        inside: Mask = np.zeros(np.broadcast(px, py).shape, bool)
        corners = list(zip(self.x, self.y, strict=True))
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            if ay != by:
                crosses = (ay > py) != (by > py)
                with np.errstate(over="ignore"):  # where a side is all but level, beside it
                    inside ^= crosses & (px < (bx - ax) * (py - ay) / (by - ay) + ax)
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        return min(self.x), max(self.x), min(self.y), max(self.y)


PixelShape = PixelCircle | PixelAnnulus | PixelEllipse | PixelBox | PixelPolygon
_SIZES = frozenset({"radius", "inner", "outer", "semi_x", "semi_y", "width", "height"})


def binned(shape: PixelShape, binning: int) -> PixelShape:
    """Give a shape of sky pixels in the pixels of an image that joins `binning` x `binning`.

    Centre X of a wide pixel lies at ``X * binning + (binning - 1) / 2`` of the fine ones.

    Examples
    --------
    >>> binned(PixelCircle(101.5, 41.5, 20), 4)
    PixelCircle(x=25.0, y=10.0, radius=5.0, exclude=False)
    """
    return _scaled(shape, 1.0 / binning, -(binning - 1) / 2 / binning)


def unbinned(shape: PixelShape, binning: int) -> PixelShape:
    """Give a shape in the pixels of a binned image in sky pixels: what undoes `binned`."""
    return _scaled(shape, float(binning), (binning - 1) / 2)


def _scaled(shape: PixelShape, factor: float, shift: float) -> PixelShape:
    if isinstance(shape, PixelPolygon):
        x, y = (tuple(value * factor + shift for value in c) for c in (shape.x, shape.y))
        return replace(shape, x=x, y=y)
    sizes = {name: getattr(shape, name) * factor for name in _SIZES & vars(shape).keys()}
    return replace(shape, x=shape.x * factor + shift, y=shape.y * factor + shift, **sizes)
