"""How NuSTAR's optics spread a point source: a King core and a Gaussian skirt, for a first look.

The four numbers give the published half-power diameter of 60 arcsec and full width at half maximum
of 18 arcsec (Harrison et al. 2013, ApJ 770, 103, table 2; 2013ApJ...770..103H), and follow within
15 % the profile out to 80 arcsec of Vela X-1 in ObsID 90402339002 (1.4 million counts). The change
of shape with energy and off-axis angle is left out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.science.pixel_index import RegionMask

    Profile = Callable[[Floats | float], Floats]

SKIRT_FRACTION = 0.50589
SKIRT_SIGMA_ARCSEC = 36.0
CORE_RADIUS_ARCSEC = 11.38587
CORE_SLOPE = 1.6
_FINE, _FARTHEST_ARCSEC = 20_000, 3600.0


def brightness(radius_arcsec: Floats | float) -> Floats:
    """Give the fraction of a point source's photons per square arcsec.

    Parameters
    ----------
    radius_arcsec : float or ndarray
        Distance from the source, arcsec.
    """
    square = np.square(np.asarray(radius_arcsec, float))
    skirt = np.exp(-square / (2 * SKIRT_SIGMA_ARCSEC**2)) / (2 * np.pi * SKIRT_SIGMA_ARCSEC**2)
    core = (CORE_SLOPE - 1) / (np.pi * CORE_RADIUS_ARCSEC**2)
    core = core * (1 + square / CORE_RADIUS_ARCSEC**2) ** -CORE_SLOPE
    spread: Floats = SKIRT_FRACTION * skirt + (1 - SKIRT_FRACTION) * core
    return spread


def enclosed(radius_arcsec: Floats | float) -> Floats:
    """Give the fraction of a point source's photons within a radius, arcsec."""
    square = np.square(np.asarray(radius_arcsec, float))
    skirt = 1 - np.exp(-square / (2 * SKIRT_SIGMA_ARCSEC**2))
    core = 1 - (1 + square / CORE_RADIUS_ARCSEC**2) ** (1 - CORE_SLOPE)
    inside: Floats = SKIRT_FRACTION * skirt + (1 - SKIRT_FRACTION) * core
    return inside


def enclosed_in_mask(
    mask: RegionMask, x: float, y: float, pixel_arcsec: float, profile: Profile = brightness
) -> float:
    """Give the fraction of the photons of a source at pixel `x`, `y` that fall into a region.

    Pixels are summed at their centres: 1 % or better for circles of three pixels and more.
    `profile` gives the fraction per square arcsec at radii, arcsec; NuSTAR's if not given.
    """
    across = (np.arange(mask.frame.x, mask.frame.x + mask.frame.width) - x) ** 2
    up = (np.arange(mask.frame.y, mask.frame.y + mask.frame.height) - y) ** 2
    square = (up[:, None] + across[None, :])[mask.inside] * pixel_arcsec**2
    table, step = _table(profile)
    place = np.minimum(np.sqrt(square) * (1 / step), _FINE - 1).astype(np.intp)
    return float(min(table[place].sum() * pixel_arcsec**2, 1.0))


def draw_radius_arcsec(uniform: Floats) -> Floats:
    """Give distances from the source, arcsec, for uniform random numbers: the profile inverted."""
    radius = np.append(0.0, np.geomspace(0.01, 1e5, 4000))
    drawn: Floats = np.interp(uniform, enclosed(radius), radius)
    return drawn


@lru_cache(maxsize=4)
def _table(profile: Profile) -> tuple[Floats, float]:
    """Give the brightness at the middle of small steps in radius, and the step, arcsec."""
    step = _FARTHEST_ARCSEC / _FINE
    middle: Floats = step * (np.arange(_FINE, dtype=float) + 0.5)
    return profile(middle), step
