"""Discs that shine as a sum of black-body rings."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, Component, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.interpolate import CubicSpline

    from nuwidgets.science.models.grid import Array, Grid

MULTICOLOUR_NORM = 2.7701e-3
"""Photons/keV/cm2/s of diskbb for E^2 times the integral over rings (8/3 of a surface's).

Read off XSPEC's numbers; CODATA constants give 2.768e-3.
"""
PFREE_NORM = 2.780e-3 * 0.75
"""The same of diskpbb, times p; read off XSPEC's numbers, 0.4 % above those of diskbb."""
STANDARD = 0.75
"""Exponent of the temperature in a standard disc (Shakura & Sunyaev 1973, A&A 24, 337)."""
LOWEST, HIGHEST, N_NODE = 1e-9, 1e4, 600
"""Range of E/T_in and number of nodes of the table of `rings`."""
FAR = 45.0
"""Rings colder than E / (E/T_in + this) give less than exp(-this) of the light."""
NARROW = 3.0
"""Up to this (log width) * (1 + E/T_in) five points are exact to 1e-8."""
PANELS = 64
"""Parts into which a wider bin is cut."""


def diskbb(grid: Grid, tin_kev: float) -> Array:
    """Give the photons per bin of a standard disc with (R_km/D10)^2 cos(i) = 1.

    Mitsuda et al. 1984 (1984PASJ...36..741M), with the disc reaching outwards without
    end: N(E) ~ E^2 times the integral of (T/T_in)^-11/3 / (exp(E/T) - 1) dT/T_in up to T_in.
    Bins are integrated exactly.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    tin_kev : float
        Temperature at the inner edge, keV. At 0 the disc is dark.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return _disc(grid, tin_kev, STANDARD, MULTICOLOUR_NORM)


def diskpbb(grid: Grid, tin_kev: float, exponent: float) -> Array:
    """Give the photons per bin of a disc with T ~ r^-p and (R_km/D10)^2 cos(i) = 1.

    Mineshige et al. 1994 (1994ApJ...426..308M): N(E) ~ E^2 / p times the integral of
    (T/T_in)^(-2/p - 1) / (exp(E/T) - 1) dT/T_in. Bins are integrated exactly, where XSPEC uses
    a coarser rule: it differs by up to 2 % below 0.5 T_in for p near 0.5.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    tin_kev : float
        Temperature at the inner edge, keV. At 0 the disc is dark.
    exponent : float
        Exponent p of the temperature, 0.75 for a standard disc.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return _disc(grid, tin_kev, exponent, PFREE_NORM / exponent)


def rings(x: Array, exponent: float) -> Array:
    """Give the integral over rings of t^(-2/p - 1) / (exp(x/t) - 1) dt, t from 0 to 1.

    Parameters
    ----------
    x : ndarray
        Energy over the temperature at the inner edge.
    exponent : float
        Exponent p of the temperature.

    Returns
    -------
    ndarray, shape of `x`
    """
    inside = np.clip(x, LOWEST, HIGHEST)
    return np.asarray(np.exp(_table(exponent)(np.log(inside)) - x))


@lru_cache(maxsize=8)
def _table(exponent: float) -> CubicSpline:
    """Give ln(integral exp(x)) over ln x, smooth from the power law to the Wien tail."""
    from scipy.interpolate import CubicSpline

    log_x = np.linspace(np.log(LOWEST), np.log(HIGHEST), N_NODE)
    x = np.exp(log_x)[:, None]
    nodes, weights = _legendre(128)
    depth = np.log1p(FAR / x)
    # t = exp(-s): exp(2 s / p) / (exp(x exp(s)) - 1) ds
    warm = x * np.exp(depth * nodes)
    light = np.exp(2.0 / exponent * depth * nodes + x - warm) / -np.expm1(-warm)
    return CubicSpline(log_x, np.log((light @ weights) * depth[:, 0]))


def _disc(grid: Grid, tin_kev: float, exponent: float, norm: float) -> Array:
    if tin_kev <= 0:
        return np.zeros(grid.width_kev.size)

    def density(energy_kev: Array) -> Array:
        return energy_kev**2 * rings(energy_kev / tin_kev, exponent)

    return norm * _integral(density, grid, tin_kev)


def _integral(density: Callable[[Array], Array], grid: Grid, scale_kev: float) -> Array:
    """Integrate a density per keV that falls on the scale of `scale_kev` over each bin."""
    start, step = grid.log_edges[:-1], grid.log_step
    top = np.maximum(grid.lo_kev, grid.hi_kev) / scale_kev
    wide = np.abs(step) * (1.0 + np.minimum(top, HIGHEST)) > NARROW
    values = _quadrature(density, start, step)
    if wide.any():
        parts = np.arange(PANELS) / PANELS * step[wide, None] + start[wide, None]
        panels = np.broadcast_to(step[wide, None] / PANELS, parts.shape)
        values[wide] = _quadrature(density, parts, panels).sum(axis=-1)
    return values


def _quadrature(density: Callable[[Array], Array], start: Array, width: Array) -> Array:
    """Integrate from ln E = start over `width`, with 5 points in ln E."""
    nodes, weights = _legendre(5)
    energy = np.exp(start[..., None] + width[..., None] * nodes)
    return np.asarray(((energy * density(energy)) @ weights) * width)


@cache
def _legendre(count: int) -> tuple[Array, Array]:
    """Give the Gauss-Legendre nodes and weights on 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, weights / 2


_P = ParameterDefinition
_TIN = _P("Tin", "keV", 1.0, 0.0, 0.0, 1000.0, 1000.0, 0.01)
_TIN_PFREE = _P("Tin", "keV", 1.0, 0.1, 0.1, 10.0, 10.0, 0.02)
_EXPONENT = _P("p", "", 0.75, 0.5, 0.5, 1.0, 1.0, 0.05)
COMPONENTS = (
    Component("diskbb", "add", (_TIN, NORM), same, diskbb),
    Component("diskpbb", "add", (_TIN_PFREE, _EXPONENT, NORM), same, diskpbb),
)
