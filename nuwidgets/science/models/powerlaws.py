"""Power laws and what bends them smoothly, integrated over each bin.

All exactly, but `grbm`: it takes the trapezoidal rule as XSPEC does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.science.models.grid import Array, Grid

NEAR_ONE = 1e-4
"""Below this |1 - index| the integral is taken through expm1, which does not cancel."""
NARROW = 0.5
"""Up to this (log width) * (|order| + E/cutoff) five points are exact to 1e-12."""
PANELS = 128
"""Parts into which a wider bin is cut."""
UNDERFLOW = 745.0
"""exp(-x) is 0 from here on."""
LOWEST_KEV = 1e-10
"""Energies among the parameters count as this where they are lower (some limits are 0)."""
XSPEC_PEG_ERG_PER_KEV = 1.602e-9
"""The erg in a keV with which XSPEC's pegpwrlw works (CODATA: 1.602176634e-9)."""
PEG_FLUX_ERG = 1e-12
"""Unit of the norm of pegpwrlw, erg/cm2/s."""
PEG_DENSITY = 1e-29 / 6.62607015e-27
"""Photons/cm2/s of 1 micro-Jansky times E dN/dE: 1e-29 erg/cm2/s/Hz over Planck's constant."""
GRB_PIVOT_KEV = 100.0
"""Where the norm of grbm counts, keV."""


def powerlaw(grid: Grid, photon_index: float) -> Array:
    """Give the photons per bin of E^-index (norm: photons/keV/cm2/s at 1 keV).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photon_index : float
        Photon index, any real number.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    slope = 1.0 - photon_index
    if abs(slope) < NEAR_ONE:
        # E^s (E2^s - E1^s)/s with E2^s/E1^s - 1 = expm1(s ln(E2/E1)), good down to s = 0
        step = grid.log_step
        ratio = np.expm1(slope * step) / slope if slope else step
        return np.exp(slope * grid.log_edges[:-1]) * ratio
    return np.diff(np.exp(slope * grid.log_edges)) / slope


def cutoff_powerlaw(grid: Grid, photon_index: float, cutoff_kev: float) -> Array:
    """Give the photons per bin of E^-index exp(-E/cutoff) (norm: as powerlaw).

    The integral is a difference of incomplete gamma functions, which cancel in narrow bins and
    at negative orders; Gauss-Legendre quadrature in ln E gives it to 1e-9 everywhere.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photon_index : float
        Photon index, any real number.
    cutoff_kev : float
        E-folding energy, keV, above 0.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    order = 1.0 - photon_index
    lo, step = grid.log_edges[:-1] - np.log(cutoff_kev), grid.log_step
    top = np.maximum(grid.lo_kev, grid.hi_kev) / cutoff_kev
    wide = (np.abs(step) * (abs(order) + top) > NARROW) & (top < UNDERFLOW * np.exp(np.abs(step)))
    values = _quadrature(lo, step, order)
    if wide.any():
        parts = np.arange(PANELS) / PANELS * step[wide, None] + lo[wide, None]
        panels = np.broadcast_to(step[wide, None] / PANELS, parts.shape)
        values[wide] = _quadrature(parts, panels, order).sum(axis=-1)
    return np.asarray(values * cutoff_kev**order)


def redshifted_powerlaw(grid: Grid, photon_index: float, redshift: float) -> Array:
    """Give the photons per bin of (E (1 + z))^-index (XSPEC manual, model zpowerlw).

    Parameters
    ----------
    grid : Grid
        Energy bins, of the observer.
    photon_index : float
        Photon index, any real number.
    redshift : float
        Redshift, above -1.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return np.asarray(powerlaw(grid, photon_index) * (1.0 + redshift) ** -photon_index)


def pegged_powerlaw(grid: Grid, photon_index: float, peg_lo_kev: float, peg_hi_kev: float) -> Array:
    """Give the photons per bin of a power law with 1e-12 erg/cm2/s between two energies.

    With both energies the same it has 1 micro-Jansky there (XSPEC manual, model pegpwrlw).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photon_index : float
        Photon index, any real number.
    peg_lo_kev, peg_hi_kev : float
        Energies between which the flux is given, keV, in either order.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    ends = np.log(np.maximum(sorted((peg_lo_kev, peg_hi_kev)), LOWEST_KEV))
    step = ends[1] - ends[0]
    slope = 2.0 - photon_index
    if step == 0.0:
        # E dN/dE at the peg is 1 micro-Jansky
        density = PEG_DENSITY * np.exp((photon_index - 1.0) * ends[0])
        return np.asarray(density * powerlaw(grid, photon_index))
    energy = np.exp(slope * ends[0]) * (np.expm1(slope * step) / slope if slope else step)
    unit = PEG_FLUX_ERG / XSPEC_PEG_ERG_PER_KEV / energy
    return np.asarray(unit * powerlaw(grid, photon_index))


def log_parabola(grid: Grid, alpha: float, beta: float, pivot_kev: float) -> Array:
    """Give the photons per bin of (E/pivot)^-(alpha + beta log10(E/pivot)).

    Massaro et al. 2004, A&A 413, 489 (2004A&A...413..489M); XSPEC manual, model logpar. By
    quadrature in ln E.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    alpha : float
        Slope at the pivot.
    beta : float
        Curvature.
    pivot_kev : float
        Pivot energy, keV, above 0.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    order, bend = 1.0 - alpha, beta / np.log(10.0)
    pivot = max(pivot_kev, LOWEST_KEV)
    lo = grid.log_edges[:-1] - np.log(pivot)
    steepness = abs(order) + 2.0 * abs(bend) * (np.abs(lo) + np.abs(grid.log_step))
    values = _in_panels(
        lo, grid.log_step, steepness, lambda log_x: np.exp((order - bend * log_x) * log_x)
    )
    return np.asarray(values * pivot)


def grb_continuum(grid: Grid, alpha: float, beta: float, fold_kev: float) -> Array:
    """Give the photons per bin of the continuum of a gamma-ray burst.

    (E/100)^alpha exp(-E/fold) below (alpha - beta) fold, and above it the power law of slope
    beta that goes on with the same value and slope: Band et al. 1993, ApJ 413, 281
    (1993ApJ...413..281B); XSPEC manual, model grbm. By the trapezoidal rule, as in XSPEC. Where
    alpha is not above beta only the power law remains.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    alpha, beta : float
        Slopes below and above (exponents: usually negative).
    fold_kev : float
        E-folding energy, keV, above 0.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    bend = max(alpha - beta, 0.0)
    break_kev = max(bend * fold_kev, LOWEST_KEV)
    scaled = grid.log_edges - np.log(GRB_PIVOT_KEV)
    below = alpha * scaled - grid.edges_kev / fold_kev
    above = beta * scaled + bend * (np.log(break_kev / GRB_PIVOT_KEV) - 1.0)
    density = np.exp(np.where(grid.edges_kev < break_kev, below, above))
    return np.asarray((density[:-1] + density[1:]) / 2 * grid.width_kev)


def _in_panels(
    start: Array, width: Array, steepness: Array, density: Callable[[Array], Array]
) -> Array:
    """Integrate over ln x with 5 points, in `PANELS` parts where width * steepness is large."""
    nodes, weights = legendre()
    values = np.asarray(density(start[:, None] + width[:, None] * nodes) @ weights * width)
    wide = np.abs(width) * steepness > NARROW
    if wide.any():
        parts = (np.arange(PANELS)[:, None] + nodes) / PANELS
        log_x = start[wide, None, None] + width[wide, None, None] * parts
        values[wide] = (density(log_x) @ weights).mean(axis=-1) * width[wide]
    return values


def _quadrature(start: Array, width: Array, order: float) -> Array:
    """Integrate x^(order - 1) exp(-x) from ln x = start over `width`, with 5 points in ln x."""
    nodes, weights = legendre()
    log_x = start[..., None] + width[..., None] * nodes
    return np.asarray((np.exp(order * log_x - np.exp(log_x)) @ weights) * width)


@cache
def legendre() -> tuple[Array, Array]:
    """Give the 5 Gauss-Legendre nodes and weights on 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    return (nodes + 1) / 2, weights / 2


_P = ParameterDefinition
_INDEX = _P("PhoIndex", "", 1.0, -3.0, -2.0, 9.0, 10.0, 0.01)
_CUTOFF = _P("HighECut", "keV", 15.0, 0.01, 1.0, 500.0, 500.0, 0.01)
_PEG_LO = _P("eMin", "keV", 2.0, -100.0, -100.0, 1e10, 1e10, 0.01, frozen=True)
_PEG_HI = _P("eMax", "keV", 10.0, -100.0, -100.0, 1e10, 1e10, 0.01, frozen=True)
_LOGPAR = (
    _P("alpha", "", 1.5, 0.0, 0.0, 4.0, 4.0, 0.01),
    _P("beta", "", 0.2, -4.0, -4.0, 4.0, 4.0, 0.01),
    # a scale parameter: XSPEC gives it no limits and never fits it
    _P("pivotE", "keV", 1.0, LOWEST_KEV, LOWEST_KEV, 1e10, 1e10, 0.01, frozen=True),
)
_GRBM = (
    _P("alpha", "", -1.0, -10.0, -3.0, 2.0, 5.0, 0.01),
    _P("beta", "", -2.0, -10.0, -5.0, 2.0, 10.0, 0.01),
    _P("tem", "keV", 300.0, 10.0, 50.0, 1000.0, 10000.0, 10.0),
)
COMPONENTS = (
    Component("powerlaw", "add", (_INDEX, NORM), same, powerlaw),
    Component("cutoffpl", "add", (_INDEX, _CUTOFF, NORM), same, cutoff_powerlaw),
    Component("zpowerlw", "add", (_INDEX, REDSHIFT, NORM), same, redshifted_powerlaw),
    Component("pegpwrlw", "add", (_INDEX, _PEG_LO, _PEG_HI, NORM), same, pegged_powerlaw),
    Component("logpar", "add", (*_LOGPAR, NORM), same, log_parabola),
    Component("grbm", "add", (*_GRBM, NORM), same, grb_continuum),
)
