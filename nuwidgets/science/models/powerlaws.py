"""Power laws, integrated exactly over each bin."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, Component, same

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

NEAR_ONE = 1e-4
"""Below this |1 - index| the integral is taken through expm1, which does not cancel."""
NARROW = 0.5
"""Up to this (log width) * (|order| + E/cutoff) five points are exact to 1e-12."""
PANELS = 128
"""Parts into which a wider bin is cut."""
UNDERFLOW = 745.0
"""exp(-x) is 0 from here on."""


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


def _quadrature(start: Array, width: Array, order: float) -> Array:
    """Integrate x^(order - 1) exp(-x) from ln x = start over `width`, with 5 points in ln x."""
    nodes, weights = _legendre()
    log_x = start[..., None] + width[..., None] * nodes
    return np.asarray((np.exp(order * log_x - np.exp(log_x)) @ weights) * width)


@cache
def _legendre() -> tuple[Array, Array]:
    """Give the 5 Gauss-Legendre nodes and weights on 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    return (nodes + 1) / 2, weights / 2


_P = ParameterDefinition
_INDEX = _P("PhoIndex", "", 1.0, -3.0, -2.0, 9.0, 10.0, 0.01)
_CUTOFF = _P("HighECut", "keV", 15.0, 0.01, 1.0, 500.0, 500.0, 0.01)
COMPONENTS = (
    Component("powerlaw", "add", (_INDEX, NORM), same, powerlaw),
    Component("cutoffpl", "add", (_INDEX, _CUTOFF, NORM), same, cutoff_powerlaw),
)
