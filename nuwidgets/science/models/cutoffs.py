"""Factors that change smoothly with energy: cut-offs, a soft excess, scattering out of the beam.

How a factor is averaged over a bin is XSPEC's choice and differs: the mean of the two edges, the
middle, or the exact mean. Each docstring says which (read off XSPEC 12.9.1's numbers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.absorption import transmission
from nuwidgets.science.models.component import REDSHIFT, Component, same
from nuwidgets.science.models.powerlaws import powerlaw

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

PLATEAU_KEV = 1e-3
"""XSPEC's highecut begins this far above the cut-off: below, the factor is exp(-0.001/fold)."""
LOWEST_CUT_KEV = 1e-300
"""A cut-off at 0 keV counts as this."""
ELECTRON_KEV = 510.99891
"""Rest energy of the electron, keV (CODATA 2006)."""
THOMSON = 1.21 * 6.65e-3
"""Thomson cross section per hydrogen atom in 1e-22 cm2, with XSPEC's 1.21 electrons of 6.65e-25."""
SOFT = 0.02
"""Up to this E/mc2 the Klein-Nishina formula is taken as a series: its terms cancel."""
_SERIES = (1.0, -2.0, 26 / 5, -133 / 10, 1144 / 35, -544 / 7, 3784 / 21)


def high_energy_cutoff(
    grid: Grid, cutoff_kev: float, fold_kev: float, redshift: float = 0.0
) -> Array:
    """Give exp((cutoff - E)/fold) above the cut-off and (nearly) 1 below.

    XSPEC manual, models highecut and zhighect (there E is that of the source). The mean of both
    edges, with XSPEC's plateau of exp(-0.001 keV/fold) up to 1 eV above the cut-off.

    Parameters
    ----------
    grid : Grid
        Energy bins, of the observer.
    cutoff_kev, fold_kev : float
        Cut-off and e-folding energy, keV, above 0.
    redshift : float
        Redshift of the source.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    beyond = np.maximum(grid.edges_kev * (1.0 + redshift) - cutoff_kev, PLATEAU_KEV)
    return mean_of_edges(np.exp(-beyond / fold_kev))


def exponential_factor(grid: Grid, amplitude: float, factor: float, start_kev: float) -> Array:
    """Give 1 + amplitude exp(-factor E) above a start and 1 below (XSPEC manual, model expfac).

    The exact mean over the bin.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    amplitude : float
        Amplitude of the exponential.
    factor : float
        Its fall, 1/keV, at least 0.
    start_kev : float
        Where it begins, keV.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    lo = np.maximum(np.minimum(grid.lo_kev, grid.hi_kev), start_kev)
    fall = factor * np.maximum(np.maximum(grid.lo_kev, grid.hi_kev) - lo, 0.0)
    mean = np.divide(-np.expm1(-fall), fall, out=np.ones_like(fall), where=fall > 0)
    return np.asarray(
        1.0 + amplitude * fraction_above(grid, start_kev) * np.exp(-factor * lo) * mean
    )


def super_exponential_cutoff(grid: Grid, cutoff_kev: float, alpha: float) -> Array:
    """Give exp(-(E/cutoff)^alpha) (XSPEC manual, model spexpcut), the mean of both edges.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    cutoff_kev : float
        E-folding energy, keV.
    alpha : float
        Exponent.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    log_x = grid.log_edges - np.log(max(cutoff_kev, LOWEST_CUT_KEV))
    return mean_of_edges(np.exp(-np.exp(alpha * log_x)))


def powerlaw_factor(grid: Grid, index: float, coefficient: float) -> Array:
    """Give coefficient E^-index (XSPEC manual, model plabs), the exact mean over the bin.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    index : float
        Index of the power law.
    coefficient : float
        Factor at 1 keV.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    at_edge = np.exp(-index * grid.log_edges[:-1])
    wide = grid.width_kev != 0
    return np.asarray(
        coefficient * np.divide(powerlaw(grid, index), grid.width_kev, out=at_edge, where=wide)
    )


def compton_sigma(grid: Grid, _abundance: str, _cross_section: str) -> Array:
    """Give the cross section of electrons per hydrogen atom at the middle of each bin.

    Thomson's with Klein & Nishina's correction (Rybicki & Lightman 1979, eq. 7.5; XSPEC manual,
    model cabs), for 1.21 electrons per hydrogen atom.

    Returns
    -------
    ndarray, shape (n_bin,), 1e-22 cm2
    """
    return np.asarray(THOMSON * klein_nishina((grid.lo_kev + grid.hi_kev) / 2))


def klein_nishina(energy_kev: Array) -> Array:
    """Give the total Klein-Nishina cross section over Thomson's (Rybicki & Lightman 1979, eq. 7.5).

    Parameters
    ----------
    energy_kev : ndarray, keV
        Photon energies, above 0.

    Returns
    -------
    ndarray, shape of `energy_kev`

    Examples
    --------
    >>> klein_nishina(np.array([1e-9, 510.99891])).round(4).tolist()
    [1.0, 0.4307]
    """
    x = energy_kev / ELECTRON_KEV
    hard = np.maximum(x, SOFT)
    twice = 1.0 + 2.0 * hard
    log = np.log(twice)
    formula = 0.75 * (
        (1.0 + hard) / hard**3 * (2.0 * hard * (1.0 + hard) / twice - log)
        + log / (2.0 * hard)
        - (1.0 + 3.0 * hard) / twice**2
    )
    series = np.polynomial.polynomial.polyval(np.minimum(x, SOFT), _SERIES)
    return np.asarray(np.where(x < SOFT, series, formula))


def mean_of_edges(values: Array) -> Array:
    """Give the mean of the values at both edges of each bin, shape (n_bin,)."""
    return np.asarray((values[:-1] + values[1:]) / 2)


def fraction_above(grid: Grid, start_kev: float, stretch: float = 1.0) -> Array:
    """Give the part of each bin above an energy, shape (n_bin,), 0 to 1.

    Parameters
    ----------
    grid : Grid
        Energy bins; one without width lies above when its edge does.
    start_kev : float
        The energy, keV.
    stretch : float
        Factor on the energies of the bins, 1 + redshift.
    """
    top = np.maximum(grid.lo_kev, grid.hi_kev) * stretch
    width = np.abs(grid.width_kev) * stretch
    inside = (top >= start_kev).astype(np.float64)
    part = np.divide(top - start_kev, width, out=inside, where=width > 0)
    return np.asarray(np.clip(part, 0.0, 1.0))


_P = ParameterDefinition
_HIGHECUT = (
    _P("cutoffE", "keV", 10.0, 1e-4, 0.01, 1e6, 1e6, 0.01),
    _P("foldE", "keV", 15.0, 1e-4, 0.01, 1e6, 1e6, 0.01),  # codespell:ignore
)
_ZHIGHECT = (
    _P("cutoffE", "keV", 10.0, 1e-4, 0.01, 100.0, 200.0, 0.01),
    _P("foldE", "keV", 15.0, 1e-4, 0.01, 100.0, 200.0, 0.01),  # codespell:ignore
    REDSHIFT,
)
_EXPFAC = (
    _P("Ampl", "", 1.0, 0.0, 0.0, 1e5, 1e6, 0.01),
    _P("Factor", "", 1.0, 0.0, 0.0, 1e5, 1e6, 0.01),
    _P("StartE", "keV", 0.5, 0.0, 0.0, 1e5, 1e6, 0.01, frozen=True),
)
_SPEXPCUT = (
    _P("Ecut", "keV", 10.0, 0.0, 0.0, 1e6, 1e6, 0.1),
    _P("alpha", "", 1.0, -5.0, -5.0, 5.0, 5.0, 0.01),
)
_PLABS = (
    _P("index", "", 2.0, 0.0, 0.0, 5.0, 5.0, 0.01),
    _P("coef", "", 1.0, 0.0, 0.0, 100.0, 100.0, 0.01),
)
_CABS = (_P("nH", "10^22", 1.0, 0.0, 0.0, 1e5, 1e6, 1e-3),)
COMPONENTS = (
    Component("highecut", "mul", _HIGHECUT, same, high_energy_cutoff),
    Component("zhighect", "mul", _ZHIGHECT, same, high_energy_cutoff),
    Component("expfac", "mul", _EXPFAC, same, exponential_factor),
    Component("spexpcut", "mul", _SPEXPCUT, same, super_exponential_cutoff),
    Component("plabs", "mul", _PLABS, same, powerlaw_factor),
    Component("cabs", "mul", _CABS, compton_sigma, transmission),
)
