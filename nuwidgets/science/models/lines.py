"""Emission lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array


def gaussian(grid: Grid, line_kev: float, sigma_kev: float) -> Array:
    """Give the photons per bin of a Gaussian line of one photon/cm2/s in all.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    line_kev : float
        Centre of the line, keV.
    sigma_kev : float
        Standard deviation, keV. At 0 all photons fall in the bin that holds the line
        (upper edge included, as in XSPEC).

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    if sigma_kev <= 0:
        inside = (grid.lo_kev < line_kev) & (line_kev <= grid.hi_kev)
        return inside.astype(np.float64)
    from scipy import special

    scaled = (grid.edges_kev - line_kev) / (sigma_kev * np.sqrt(2.0))
    # erfc of the nearer tail keeps relative precision far from the line
    tail = special.erfc(np.abs(scaled))
    lo, hi = scaled[:-1], scaled[1:]
    one_side = lo * hi > 0
    across = special.erf(hi) - special.erf(lo)
    same = np.where(lo > 0, tail[:-1] - tail[1:], tail[1:] - tail[:-1])
    return np.asarray(np.where(one_side, same, across) / 2)


def zgauss(grid: Grid, line_kev: float, sigma_kev: float, redshift: float) -> Array:
    """Give the photons per bin of a Gaussian line of a source at a redshift.

    Energies are those of the source, and photons arrive 1 + z times less often: of one
    photon/cm2/s 1 / (1 + z) are seen (XSPEC manual, model zgauss).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    line_kev, sigma_kev : float
        Centre and standard deviation of the line, keV, in the frame of the source.
    redshift : float
        Redshift, above -1.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    source = Grid(grid.edges_kev * (1.0 + redshift))
    return gaussian(source, line_kev, sigma_kev) / (1.0 + redshift)


def lorentz(grid: Grid, line_kev: float, width_kev: float) -> Array:
    """Give the photons per bin of a Lorentzian line of one photon/cm2/s above 0 keV.

    N(E) = (W / 2 pi) / ((E - E_L)^2 + (W / 2)^2) / (1/2 + arctan(2 E_L / W) / pi) (XSPEC manual,
    model lorentz; the last factor, read off XSPEC's numbers, makes the line whole above 0 keV).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    line_kev : float
        Centre of the line, keV.
    width_kev : float
        Full width at half maximum, keV. At 0 all photons fall in the bin that holds the line.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    if width_kev <= 0:
        return gaussian(grid, line_kev, 0.0)
    scaled = (grid.edges_kev - line_kev) * 2.0 / width_kev
    lo, hi = scaled[:-1], scaled[1:]
    # arctan(hi) - arctan(lo) as one angle keeps relative precision far from the line
    angle = np.arctan2(hi - lo, 1.0 + lo * hi)
    return np.asarray(angle / (np.pi / 2 + np.arctan(2.0 * line_kev / width_kev)))


_P = ParameterDefinition
_LINE = _P("LineE", "keV", 6.5, 0.0, 0.0, 1e6, 1e6, 0.05)
_SIGMA = _P("Sigma", "keV", 0.1, 0.0, 0.0, 10.0, 20.0, 0.05)
_WIDTH = _P("Width", "keV", 0.1, 0.0, 0.0, 10.0, 20.0, 0.05)
COMPONENTS = (
    Component("gaussian", "add", (_LINE, _SIGMA, NORM), same, gaussian),
    Component("zgauss", "add", (_LINE, _SIGMA, REDSHIFT, NORM), same, zgauss),
    Component("lorentz", "add", (_LINE, _WIDTH, NORM), same, lorentz),
)
