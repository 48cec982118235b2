"""How each telescope spreads a point source, for profiles and backgrounds.

NuSTAR's is that of `psf`. Swift-XRT's is a King profile with a core of 5.8 arcsec and a slope of
1.55 at 1.5 keV (Moretti et al. 2005, SPIE 5898, 360; 2005SPIE.5898..360M).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.science import psf

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats

_CORE_ARCSEC, _SLOPE = 5.8, 1.55


@dataclass(frozen=True)
class Spread:
    """How a telescope spreads a point source; on axis, the same at all energies."""

    name: str
    """Whose it is, in words."""
    half_power_arcsec: float
    """Diameter that holds half of the photons, arcsec."""
    brightness: Callable[[Floats | float], Floats]
    """Gives the fraction of the photons per square arcsec at radii, arcsec."""
    enclosed: Callable[[Floats | float], Floats]
    """Gives the fraction of the photons within radii, arcsec."""


def spread_of(telescope: str) -> Spread:
    """Give how a telescope, named as in TELESCOP in any case, spreads a point source.

    Raises
    ------
    InputError
        If it is not known.

    Examples
    --------
    >>> spread_of("NUSTAR").half_power_arcsec
    60.0
    """
    known = {one.name: one for one in (NUSTAR, SWIFT)}
    for name, spread in known.items():
        if name.lower().startswith(telescope.strip().lower() or "-"):
            return spread
    raise InputError(
        f"Cannot tell how {telescope!r} spreads a point source. {nearest(telescope, known)}"
    )


def _king(radius_arcsec: Floats | float) -> Floats:
    square = np.square(np.asarray(radius_arcsec, float) / _CORE_ARCSEC)
    fall: Floats = (_SLOPE - 1) / (np.pi * _CORE_ARCSEC**2) * (1 + square) ** -_SLOPE
    return fall


def _king_enclosed(radius_arcsec: Floats | float) -> Floats:
    square = np.square(np.asarray(radius_arcsec, float) / _CORE_ARCSEC)
    inside: Floats = 1 - (1 + square) ** (1 - _SLOPE)
    return inside


NUSTAR = Spread("NuSTAR", 60.0, psf.brightness, psf.enclosed)
SWIFT = Spread("Swift-XRT", 18.0, _king, _king_enclosed)
