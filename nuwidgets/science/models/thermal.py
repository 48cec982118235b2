"""Thermal continua."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same
from nuwidgets.science.models.gaunt import gaunt_factors
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array

HELIUM = 0.085
"""Helium atoms per hydrogen atom in bremss (XSPEC manual)."""
BLACK_BODY_NORM = 8.0525
"""Photons/keV/cm2/s of L39/D10^2 = 1 times kT^4/E^2 (XSPEC manual, model bbody)."""
BLACK_BODY_SURFACE = 1.0344e-3
"""Photons/keV/cm2/s of R_km^2/D10^2 = 1 times 1/E^2 (XSPEC manual, model bbodyrad)."""


def bbody(grid: Grid, kt_kev: float) -> Array:
    """Give the photons per bin of a black body with L39/D10^2 = 1.

    N(E) = 8.0525 E^2 / (kT^4 (exp(E/kT) - 1)) (XSPEC manual), integrated with the trapezoidal
    rule over each bin, as XSPEC does: on coarse bins that is not the exact integral.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    kt_kev : float
        Temperature, keV.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return BLACK_BODY_NORM / kt_kev**4 * _planck(grid, kt_kev)


def bbodyrad(grid: Grid, kt_kev: float) -> Array:
    """Give the photons per bin of a black body with R_km^2/D10^2 = 1.

    N(E) = 1.0344e-3 E^2 / (exp(E/kT) - 1) (XSPEC manual), with the trapezoidal rule as `bbody`.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    kt_kev : float
        Temperature, keV.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return BLACK_BODY_SURFACE * _planck(grid, kt_kev)


def _planck(grid: Grid, kt_kev: float) -> Array:
    """Integrate E^2 / (exp(E/kT) - 1) over each bin with the trapezoidal rule, keV^3."""
    x = grid.edges_kev / kt_kev
    # x^2 exp(-x) / (1 - exp(-x)) never overflows
    density = kt_kev**2 * x**2 * np.exp(-x) / -np.expm1(-x)
    return np.asarray((density[:-1] + density[1:]) / 2 * grid.width_kev)


def zbbody(grid: Grid, kt_kev: float, redshift: float) -> Array:
    """Give the photons per bin of `bbody` seen from a source at a redshift.

    Energies are those of the source, and photons arrive 1 + z times less often: the norm is
    L39 / (D10 (1 + z))^2 (XSPEC manual, model zbbody).

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return bbody(_of_source(grid, redshift), kt_kev) / (1.0 + redshift)


def bremss(grid: Grid, kt_kev: float) -> Array:
    """Give the photons per bin of thermal bremsstrahlung of hydrogen with 8.5 % helium.

    N(E) = kT^-1/2 exp(-E/kT) / E (g(Z=1) + 4 * 0.085 g(Z=2)), the norm being 3.02e-15 / (4 pi D^2)
    times the emission measure (XSPEC manual, model bremss), with the Gaunt factors g of
    Kellogg, Baldwin & Koch (1975), integrated with the trapezoidal rule as XSPEC does.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    kt_kev : float
        Temperature, keV.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    energy = grid.edges_kev
    hydrogen, helium = gaunt_factors(energy, kt_kev, (1.0, 2.0))
    factor = hydrogen + 4.0 * HELIUM * helium
    density = factor * np.exp(-energy / kt_kev) / energy / np.sqrt(kt_kev)
    return np.asarray((density[:-1] + density[1:]) / 2 * grid.width_kev)


def zbremss(grid: Grid, kt_kev: float, redshift: float) -> Array:
    """Give the photons per bin of `bremss` seen from a source at a redshift.

    Energies are those of the source, and photons arrive 1 + z times less often (XSPEC manual,
    model zbremss).

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return bremss(_of_source(grid, redshift), kt_kev) / (1.0 + redshift)


def _of_source(grid: Grid, redshift: float) -> Grid:
    """Give the bins in the frame of the source."""
    return Grid(grid.edges_kev * (1.0 + redshift))


_P = ParameterDefinition
_KT_BBODY = _P("kT", "keV", 3.0, 1e-4, 1e-2, 100.0, 200.0, 0.01)
_KT_BBODYRAD = _P("kT", "keV", 3.0, 1e-4, 1e-3, 100.0, 200.0, 0.01)
_KT_BREMSS = _P("kT", "keV", 7.0, 1e-4, 1e-4, 100.0, 200.0, 0.05)
COMPONENTS = (
    Component("bbody", "add", (_KT_BBODY, NORM), same, bbody),
    Component("bbodyrad", "add", (_KT_BBODYRAD, NORM), same, bbodyrad),
    Component("zbbody", "add", (_KT_BBODY, REDSHIFT, NORM), same, zbbody),
    Component("bremss", "add", (_KT_BREMSS, NORM), same, bremss),
    Component("zbremss", "add", (_KT_BREMSS, REDSHIFT, NORM), same, zbremss),
)
