"""How far away a redshift is, as XSPEC reckons it (its command ``cosmo``).

With a cosmological constant the universe is flat and the distance is Pen's fit, good to 0.4 %;
without one it is Mattig's formula. XSPEC's constant is 0.4 % below the exact one. Both are kept, so
that luminosities are those of XSPEC; those of an exact integration (astropy.cosmology) are within
1 % of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nuwidgets.errors import InputError

LIGHT_KM_S = 299792.458
"""Speed of light, km/s."""
CM_PER_MPC = 3.0856775814913673e24
"""Centimetres in a megaparsec (IAU 2012 and 2015)."""
SPHERE_CM2 = 1.07057e61
"""4 pi (c / (1 km/s/Mpc))^2 that reproduces XSPEC's luminosities to 1e-6."""


@dataclass(frozen=True)
class Cosmology:
    """A universe, by the three numbers of XSPEC's ``cosmo``."""

    h0_km_s_mpc: float = 70.0
    """Hubble's constant, km/s/Mpc."""
    q0: float = 0.0
    """Deceleration parameter; it counts where there is no cosmological constant."""
    lambda0: float = 0.73
    """Cosmological constant; above 0 the universe is flat, with 1 - lambda0 of matter."""

    def __post_init__(self) -> None:
        """Refuse what is no universe."""
        known = 0 < self.h0_km_s_mpc < math.inf and 0 <= self.q0 < math.inf
        if not (known and 0 <= self.lambda0 < 1):
            raise InputError(
                f"Cannot find distances with H0={self.h0_km_s_mpc!r}, q0={self.q0!r} and"
                f" lambda0={self.lambda0!r}: H0 must be above 0 km/s/Mpc, q0 at least 0, and"
                " lambda0 at least 0 and below 1. XSPEC's are 70, 0 and 0.73."
            )


def sphere_cm2(redshift: float, cosmology: Cosmology) -> float:
    """Give 4 pi (luminosity distance)^2, cm2: what a flux is multiplied by.

    Raises
    ------
    InputError
        A redshift that is not above 0: it tells no distance.
    """
    distance = _distance(redshift, cosmology) / cosmology.h0_km_s_mpc
    return SPHERE_CM2 * distance**2


def luminosity_distance_mpc(redshift: float, cosmology: Cosmology) -> float:
    """Give the luminosity distance, Mpc; raises as `sphere_cm2`.

    Examples
    --------
    >>> round(luminosity_distance_mpc(0.158, Cosmology()), 1)
    759.7
    """
    return LIGHT_KM_S * _distance(redshift, cosmology) / cosmology.h0_km_s_mpc


def _distance(redshift: float, cosmology: Cosmology) -> float:
    """Give the luminosity distance in units of c / H0."""
    if not 0 < redshift < math.inf:
        raise InputError(
            f"Cannot find the distance of redshift {redshift!r}: it must be above 0. For sources"
            " nearby give distance_mpc."
        )
    if cosmology.lambda0 > 0:
        stretch = 1.0 + redshift
        matter = 1.0 - cosmology.lambda0
        return stretch * (_pen(1.0, matter) - _pen(1.0 / stretch, matter))
    return _mattig(redshift, cosmology.q0)


def _mattig(z: float, q0: float) -> float:
    """Give the distance without a cosmological constant (Mattig 1958, 1958AN....284..109M).

    In the form of Terrell (1977, 1977AmJPh..45..869T), which holds for q0 = 0 too.
    """
    root = math.sqrt(1.0 + 2.0 * q0 * z)
    return z * (1.0 + z * (1.0 - q0) / (root + 1.0 + q0 * z))


def _pen(scale: float, matter: float) -> float:
    """Give Pen's eta at a scale factor of the universe (1999ApJS..120...49P, equation 1)."""
    cubed = (1.0 - matter) / matter
    s = cubed ** (1.0 / 3.0)
    terms = (1.0, -0.1540 * s, 0.4304 * s**2, 0.19097 * cubed, 0.066941 * s**4)
    series = sum(term / scale ** (4 - power) for power, term in enumerate(terms))
    return float(2.0 * math.sqrt(cubed + 1.0) * series**-0.125)
