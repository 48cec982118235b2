"""Dust between us and the source: what it scatters out of X-ray images, and reddening.

Reddening acts below the Lyman limit only; above it (in X-rays) XSPEC gives 1, so that uvred and
redden may stand beside an X-ray absorption (XSPEC manual, models uvred and redden).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import Component

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

PER_MICRON = 0.8065544
"""1 eV in inverse micrometres."""
LYMAN_PER_MICRON = 10.9678
"""The Lyman limit, 911.75 Angstrom."""
TOTAL = 3.1
"""R = A(V) / E(B-V)."""


def centre(grid: Grid, _abundance: str, _cross_section: str) -> Array:
    """Give the centre of each bin, keV, shape (n_bin,)."""
    return np.asarray((grid.lo_kev + grid.hi_kev) / 2)


def dust(energy_kev: Array, fraction: float, halo_size: float) -> Array:
    """Give what is left in the beam of photons that dust scatters.

    A fraction f/E^2 is scattered into a uniform disk of size h/E, in units of the beam (XSPEC
    manual, model dust); what of it stays inside of the beam is not lost: 1 - f/E^2 + f/h^2 below
    E = h, 1 above, with E in keV, at the centre of each bin. Where more than all is scattered it
    is negative, as in XSPEC: the model means nothing there.

    Parameters
    ----------
    energy_kev : ndarray, shape (n_bin,)
        Centres of the bins, keV.
    fraction : float
        Fraction f scattered at 1 keV.
    halo_size : float
        Size h of the halo at 1 keV, in units of the beam.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    if halo_size <= 0:
        return np.ones_like(energy_kev)
    inner = np.minimum(energy_kev, halo_size)
    return np.asarray(1.0 - fraction * (1.0 / inner**2 - 1.0 / halo_size**2))


def _faded(energy_kev: Array, magnitudes: Array) -> Array:
    """Give 10^(-0.4 A) below the Lyman limit, 1 above."""
    below = energy_kev * 1e3 * PER_MICRON < LYMAN_PER_MICRON
    return np.where(below, 10.0 ** (-0.4 * np.where(below, magnitudes, 0.0)), 1.0)


def uvred(energy_kev: Array, e_bmv: float) -> Array:
    """Give the ultraviolet extinction of Seaton 1979, MNRAS 187, 73P.

    Table 2 of 1979MNRAS.187P..73S holds from 1000 to 3704 Angstrom; its first and last formula
    are continued beyond.

    Parameters
    ----------
    energy_kev : ndarray, shape (n_bin,)
        Centres of the bins, keV.
    e_bmv : float
        E(B-V), magnitudes.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    x = np.minimum(energy_kev * 1e3 * PER_MICRON, LYMAN_PER_MICRON)
    bump = 1.01 / ((x - 4.60) ** 2 + 0.280)
    near = 1.56 + 1.048 * x + bump
    middle = 2.29 + 0.848 * x + bump
    far = 16.17 - 3.20 * x + 0.2975 * x**2
    ratio = np.select([x < 3.65, x < 7.14], [near, middle], far)  # noqa: PLR2004
    return _faded(energy_kev, e_bmv * ratio)


def redden(energy_kev: Array, e_bmv: float) -> Array:
    """Give the extinction of Cardelli, Clayton & Mathis 1989, ApJ 345, 245, with R = 3.1.

    Formulas 2 to 5 of 1989ApJ...345..245C, from 0.1 to 3.3 micrometres; the first and the last
    are continued beyond.

    Parameters
    ----------
    energy_kev : ndarray, shape (n_bin,)
        Centres of the bins, keV.
    e_bmv : float
        E(B-V), magnitudes.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    x = np.minimum(energy_kev * 1e3 * PER_MICRON, LYMAN_PER_MICRON)
    bands = [_infrared(x), _optical(x), _ultraviolet(x)]
    ratio = np.select([x < 1.1, x < 3.3, x < 8.0], bands, _far_ultraviolet(x))  # noqa: PLR2004
    return _faded(energy_kev, e_bmv * TOTAL * ratio)


def _infrared(x: Array) -> Array:
    """Give A/A(V) at 0.3 to 1.1 per micrometre."""
    return np.asarray((0.574 - 0.527 / TOTAL) * x**1.61)


def _optical(x: Array) -> Array:
    """Give A/A(V) at 1.1 to 3.3 per micrometre."""
    a = (1.0, 0.17699, -0.50447, -0.02427, 0.72085, 0.01979, -0.77530, 0.32999)
    b = (0.0, 1.41338, 2.28305, 1.07233, -5.38434, -0.62251, 5.30260, -2.09002)
    return np.asarray(np.polynomial.Polynomial(np.array(a) + np.array(b) / TOTAL)(x - 1.82))


def _ultraviolet(x: Array) -> Array:
    """Give A/A(V) at 3.3 to 8 per micrometre."""
    rise = np.maximum(x - 5.9, 0.0)
    a = 1.752 - 0.316 * x - 0.104 / ((x - 4.67) ** 2 + 0.341)
    b = -3.090 + 1.825 * x + 1.206 / ((x - 4.62) ** 2 + 0.263)
    a += -0.04473 * rise**2 - 0.009779 * rise**3
    b += 0.2130 * rise**2 + 0.1207 * rise**3
    return np.asarray(a + b / TOTAL)


def _far_ultraviolet(x: Array) -> Array:
    """Give A/A(V) at 8 to 10 per micrometre."""
    a = np.array((-1.073, -0.628, 0.137, -0.070))
    b = np.array((13.670, 4.257, -0.420, 0.374))
    return np.asarray(np.polynomial.Polynomial(a + b / TOTAL)(x - 8.0))


_P = ParameterDefinition
_FRACTION = _P("Frac", "", 0.066, 0.0, 0.0, 1.0, 1.0, 1e-3, frozen=True)
_HALO = _P("Halosz", "", 2.0, 0.0, 0.0, 1e5, 1e5, 0.01, frozen=True)
_E_BMV = _P("E_BmV", "", 0.05, 0.0, 0.0, 10.0, 10.0, 1e-3)
COMPONENTS = (
    Component("dust", "mul", (_FRACTION, _HALO), centre, dust),
    Component("uvred", "mul", (_E_BMV,), centre, uvred),
    Component("redden", "mul", (_E_BMV,), centre, redden),
)
