"""What every shape must be: numbers that can be drawn; and how offsets turn."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

Bounds = tuple[float, float, float, float]
"""Smallest x, largest x, smallest y, largest y, pixels."""
TURN_DEG, SAME_DEG = 360.0, 1e-9
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


def turned(dx: Floats, dy: Floats, angle_deg: float) -> tuple[Floats, Floats]:
    """Give offsets along axes that are turned counter-clockwise."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return dx * c + dy * s, dy * c - dx * s


def turn(start_deg: float, stop_deg: float) -> tuple[float, float]:
    """Give the angles of a sector, the first from 0 up to 360, the second at most a turn later.

    Equal angles are a whole turn, as in DS9. What was given by this function stays as it is.

    Examples
    --------
    >>> turn(-30, 60), turn(350, 20), turn(0, 360), turn(90, 90)
    ((330.0, 420.0), (350.0, 380.0), (0.0, 360.0), (90.0, 450.0))
    """
    if 0 <= start_deg < TURN_DEG and SAME_DEG < stop_deg - start_deg <= TURN_DEG - SAME_DEG:
        return start_deg, stop_deg
    first = start_deg % TURN_DEG
    first = 0.0 if first == TURN_DEG else first  # of a tiny number below 0
    width = (stop_deg - start_deg) % TURN_DEG
    is_whole = min(width, TURN_DEG - width) <= SAME_DEG
    return first, first + (TURN_DEG if is_whole else width)
