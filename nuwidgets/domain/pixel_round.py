"""Round shapes in pixels: circles, rings, ellipses, sectors; and points.

Pixel centres are integers from 0. A point on the rim is inside, as in CFITSIO's region filter;
angles turn counter-clockwise from +x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.shape_checks import SAME_DEG, TURN_DEG, check_shape, turn, turned

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.shape_checks import Bounds


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
        u, v = turned(x - self.x, y - self.y, self.angle_deg)
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
class PixelEllipseAnnulus:
    """A ring between two ellipses of one centre and angle, in pixels."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    inner_x: float
    """Half axis of the hole along x before turning, pixels."""
    inner_y: float
    """Half axis of the hole along y before turning, pixels."""
    outer_x: float
    """Outer half axis along x before turning, pixels."""
    outer_y: float
    """Outer half axis along y before turning, pixels."""
    angle_deg: float = 0.0
    """Angle from +x to the first axis, counter-clockwise, deg."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ("inner_x", "inner_y"), ("inner_x", "outer_x"))
        check_shape(self, (), ("inner_y", "outer_y"))

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside, both rims included; shapes as given."""
        u, v = turned(x - self.x, y - self.y, self.angle_deg)
        hole = (u / self.inner_x) ** 2 + (v / self.inner_y) ** 2 < 1.0
        inside: Mask = ((u / self.outer_x) ** 2 + (v / self.outer_y) ** 2 <= 1.0) & ~hole
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        return PixelEllipse(self.x, self.y, self.outer_x, self.outer_y, self.angle_deg).bounds


@dataclass(frozen=True)
class PixelPanda:
    """A sector of a ring, in pixels: DS9's panda with one angle and one radius."""

    x: float
    """Centre along x, pixels from 0."""
    y: float
    """Centre along y, pixels from 0."""
    start_deg: float
    """First angle from +x, counter-clockwise, deg; kept from 0 up to 360."""
    stop_deg: float
    """Last angle, deg; kept at most a whole turn after the first."""
    inner: float
    """Inner radius, pixels."""
    outer: float
    """Outer radius, pixels."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn; bring the angles to one turn."""
        check_shape(self, (), ("inner", "outer"))
        for name, angle in zip(
            ("start_deg", "stop_deg"), turn(self.start_deg, self.stop_deg), strict=True
        ):
            object.__setattr__(self, name, angle)

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which points lie inside, rims and edges included; shapes as given."""
        dx, dy = np.asarray(x - self.x, float), np.asarray(y - self.y, float)
        square = dx**2 + dy**2
        inside: Mask = (square >= self.inner**2) & (square <= self.outer**2)
        return inside & self._between(dx, dy)

    def _between(self, dx: Floats, dy: Floats) -> Mask:
        """Say which offsets lie between the two angles: on the inner side of both edges."""
        middle = (self.start_deg + self.stop_deg) / 2
        (c0, s0), (c1, s1), (c, s) = (
            (np.cos(to), np.sin(to)) for to in np.radians([self.start_deg, self.stop_deg, middle])
        )
        least = -np.radians(SAME_DEG) * self.outer
        past_first: Mask = dy * c0 - dx * s0 >= least
        before_last: Mask = dx * s1 - dy * c1 >= least
        if self.stop_deg - self.start_deg > TURN_DEG / 2:
            return past_first | before_last
        ahead: Mask = dx * c + dy * s >= least
        return past_first & before_last & ahead

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels, of the whole ring."""
        r = self.outer
        return self.x - r, self.x + r, self.y - r, self.y + r


@dataclass(frozen=True)
class PixelPoint:
    """A place in pixels; as a region it is the one pixel that holds it."""

    x: float
    """Place along x, pixels from 0."""
    y: float
    """Place along y, pixels from 0."""
    exclude: bool = False
    """Whether it takes away what shapes before it gave."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_shape(self, ())

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Say which pixels hold it; shapes as given."""
        column, row = np.floor(self.x + 0.5), np.floor(self.y + 0.5)
        inside: Mask = (np.floor(x + 0.5) == column) & (np.floor(y + 0.5) == row)
        return inside

    @property
    def bounds(self) -> Bounds:
        """Smallest x, largest x, smallest y, largest y, pixels."""
        return self.x - 0.5, self.x + 0.5, self.y - 0.5, self.y + 0.5
