"""Turning positions and angles between FK5, ICRS and Galactic coordinates.

Each pair of these frames differs by one rotation. astropy gives it, numpy applies it, so that
positions return to themselves within 1e-13 deg.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

SKY_FRAMES = ("fk5", "icrs", "galactic")


@functools.cache
def _rotation(frame: str, to: str) -> Floats:
    """Give the matrix that turns unit vectors of one frame into another, shape (3, 3)."""
    if frame == to:
        return np.eye(3)
    from astropy.coordinates import SkyCoord

    axes = SkyCoord([0.0, 90.0, 0.0], [0.0, 0.0, 90.0], unit="deg", frame=frame)
    turned: Floats = np.array(axes.transform_to(to).cartesian.xyz.value, float)
    return turned


def _vector(lon_deg: Floats, lat_deg: Floats) -> Floats:
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def turn(
    lon_deg: Floats | float, lat_deg: Floats | float, frame: str, to: str
) -> tuple[Floats, Floats]:
    """Give positions of one sky frame in another, deg; shapes as given.

    Parameters
    ----------
    lon_deg, lat_deg : float or ndarray, deg
    frame, to : str
        One of ``SKY_FRAMES``.
    """
    lon, lat = np.asarray(lon_deg, float), np.asarray(lat_deg, float)
    if frame == to:
        return lon, lat
    x, y, z = np.tensordot(_rotation(frame, to), _vector(lon, lat), axes=1)
    return np.degrees(np.arctan2(y, x)) % 360.0, np.degrees(np.arctan2(z, np.hypot(x, y)))


def turned_angle_deg(lon_deg: float, lat_deg: float, frame: str, to: str) -> float:
    """Give what to add to an angle at a position when it goes to another frame, deg.

    It is the position angle, in the new frame, of the old frame's north.
    """
    if frame == to:
        return 0.0
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    old_north = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
    north = _rotation(frame, to) @ old_north
    new_lon, new_lat = (np.radians(v) for v in turn(lon_deg, lat_deg, frame, to))
    east = np.array([-np.sin(new_lon), np.cos(new_lon), 0.0])
    up = np.array(
        [-np.sin(new_lat) * np.cos(new_lon), -np.sin(new_lat) * np.sin(new_lon), np.cos(new_lat)]
    )
    return float(np.degrees(np.arctan2(north @ east, north @ up)))
