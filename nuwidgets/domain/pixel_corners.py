"""Shapes with corners in pixels: boxes and polygons. Pixel centres are integers from 0.

A point on the rim is inside, as in CFITSIO's region filter; angles turn counter-clockwise from +x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.shape_checks import check_corners, check_shape, turned

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.shape_checks import Bounds


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
        u, v = turned(x - self.x, y - self.y, self.angle_deg)
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
