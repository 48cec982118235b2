"""Where a position lies on the sphere: how far from another, in a box, in a polygon."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, pi, radians, sin, sqrt, tau
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Position = tuple[float, float]
"""Right ascension and declination, deg."""


def separation_deg(one: Position, other: Position) -> float:
    """Give the angle between two positions, deg; exact for small angles too (haversines).

    Examples
    --------
    >>> round(separation_deg((359.5, 0.0), (0.5, 0.0)), 9)
    1.0
    """
    ra, dec, ra_other, dec_other = (radians(angle) for angle in (*one, *other))
    chord = sin((dec - dec_other) / 2) ** 2
    chord += cos(dec) * cos(dec_other) * sin((ra - ra_other) / 2) ** 2
    return degrees(2 * asin(min(1.0, sqrt(chord))))


def in_box(position: Position, centre: Position, width_deg: float, height_deg: float) -> bool:
    """Say whether a position is in a box, whose sides are parallel to the axes at its centre."""
    east, north, ahead = _seen_from(centre, position)
    x_deg, y_deg = degrees(atan2(east, ahead)), degrees(atan2(north, ahead))
    return ahead > 0 and abs(x_deg) <= width_deg / 2 and abs(y_deg) <= height_deg / 2


def in_polygon(position: Position, corners: Sequence[Position]) -> bool:
    """Say whether a position is in a polygon of great circles, smaller than half of the sky."""
    seen = [_seen_from(position, corner) for corner in corners]
    if sum(ahead for _, _, ahead in seen) <= 0:
        return False
    bearings = [atan2(east, north) for east, north, _ in seen]
    turns = zip(bearings, [*bearings[1:], bearings[0]], strict=True)
    return abs(sum((after - before + pi) % tau - pi for before, after in turns)) > pi


def _seen_from(centre: Position, position: Position) -> tuple[float, float, float]:
    """Give the unit vector of a position: eastward, northward, and towards the centre."""
    ra, dec, ra_centre, dec_centre = (radians(angle) for angle in (*position, *centre))
    east = cos(dec) * sin(ra - ra_centre)
    north = sin(dec) * cos(dec_centre) - cos(dec) * sin(dec_centre) * cos(ra - ra_centre)
    ahead = sin(dec) * sin(dec_centre) + cos(dec) * cos(dec_centre) * cos(ra - ra_centre)
    return east, north, ahead
