"""Absorption edges and absorption lines of given shape.

How a factor is averaged over a bin is XSPEC's choice; each docstring says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import REDSHIFT, Component, same
from nuwidgets.science.models.cutoffs import fraction_above, mean_of_edges
from nuwidgets.science.models.powerlaws import legendre

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

NARROW = 0.25
"""Up to this width in sigma five points give the mean over a line to 1e-9."""
PANELS = 128
"""Parts into which a wider bin is cut, within reach of the line."""
NOTHING = 1e-17
"""Depths below this change no factor."""


def edge(grid: Grid, edge_kev: float, depth: float, redshift: float = 0.0) -> Array:
    """Give exp(-depth (E/edge)^-3) above the edge and 1 below.

    XSPEC manual, models edge and zedge (there E is that of the source). Trapezoidal rule over
    the part of the bin above the edge.

    Parameters
    ----------
    grid : Grid
        Energy bins, of the observer.
    edge_kev : float
        Energy of the edge, keV.
    depth : float
        Optical depth at the edge.
    redshift : float
        Redshift of the absorber.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    stretch = 1.0 + redshift
    energy = np.maximum(grid.edges_kev * stretch, edge_kev)
    factor = np.exp(-depth * (edge_kev / energy) ** 3)
    return _above(grid, edge_kev, factor, stretch)


def smeared_edge(
    grid: Grid, edge_kev: float, depth: float, index: float, width_kev: float
) -> Array:
    """Give exp(-depth (E/edge)^index (1 - exp((edge - E)/width))) above the edge and 1 below.

    Ebisawa 1991, PhD thesis, University of Tokyo; XSPEC manual, model smedge. Trapezoidal rule
    over the part of the bin above the edge.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    edge_kev : float
        Energy of the edge, keV, above 0.
    depth : float
        Optical depth without smearing.
    index : float
        Slope of the cross section.
    width_kev : float
        Width over which the depth builds up, keV, above 0.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    energy = np.maximum(grid.edges_kev, edge_kev)
    smeared = -np.expm1((edge_kev - energy) / width_kev)
    factor = np.exp(-depth * (energy / edge_kev) ** index * smeared)
    return _above(grid, edge_kev, factor)


def _above(grid: Grid, start_kev: float, factor: Array, stretch: float = 1.0) -> Array:
    """Give 1 below a start and the mean of a factor above, `factor` being of edges >= start."""
    return np.asarray(
        1.0 - fraction_above(grid, start_kev, stretch) * (1.0 - mean_of_edges(factor))
    )


def gaussian_absorption(
    grid: Grid, line_kev: float, sigma_kev: float, strength_kev: float
) -> Array:
    """Give exp(-tau) of a line with tau = strength times a Gaussian of area 1.

    XSPEC manual, model gabs. The exact mean over the bin, by quadrature.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    line_kev : float
        Centre of the line, keV.
    sigma_kev : float
        Standard deviation, keV. A line without width absorbs nothing.
    strength_kev : float
        Optical depth integrated over energy, keV: at the centre it is
        strength / (sqrt(2 pi) sigma).

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    factors = np.ones(grid.edges_kev.size - 1)
    depth = strength_kev / (np.sqrt(2.0 * np.pi) * sigma_kev) if sigma_kev > 0 else 0.0
    if depth <= NOTHING:
        return factors
    reach = np.sqrt(2.0 * np.log(depth / NOTHING))
    x = (grid.edges_kev - line_kev) / sigma_kev
    width = np.diff(x)
    near = np.clip(x, -reach, reach)
    start, part = near[:-1], np.diff(near)
    narrow = (np.abs(width) <= NARROW) & (np.abs(x[:-1]) <= reach + NARROW)
    wide = (np.abs(width) > NARROW) & (part != 0)
    factors[narrow] = _mean_transmission(x[:-1][narrow], width[narrow], depth, 1)
    inside = _mean_transmission(start[wide], part[wide], depth, PANELS)
    share = part[wide] / width[wide]
    factors[wide] = (1.0 - share) + share * inside
    return factors


def _mean_transmission(start: Array, width: Array, depth: float, panels: int) -> Array:
    """Give the mean of exp(-depth exp(-x^2/2)) from x = start over `width`, shape (n_bin,)."""
    nodes, weights = legendre()
    points = (np.arange(panels)[:, None] + nodes) / panels
    x = start[:, None, None] + width[:, None, None] * points
    transmitted = np.exp(-depth * np.exp(-(x**2) / 2))
    return np.asarray((transmitted @ weights).mean(axis=-1))


def cyclotron_absorption(
    grid: Grid,
    depth_1: float,
    energy_kev: float,
    width_1_kev: float,
    depth_2: float,
    width_2_kev: float,
) -> Array:
    """Give the absorption by a cyclotron line and its second harmonic, at twice the energy.

    exp(-depth (width E / E0)^2 / ((E - E0)^2 + width^2)) for each, with E0 the line or twice it:
    Mihara et al. 1990, Nature 346, 250 (1990Natur.346..250M) and Makishima et al. 1990, ApJ 365,
    L59 (1990ApJ...365L..59M); XSPEC manual, model cyclabs. The mean of both edges.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    depth_1, width_1_kev : float
        Depth and width (keV) of the fundamental.
    energy_kev : float
        Energy of the fundamental, keV.
    depth_2, width_2_kev : float
        Depth and width (keV) of the second harmonic.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    energy = grid.edges_kev
    depth = np.zeros_like(energy)
    for deep, width, centre in (
        (depth_1, width_1_kev, energy_kev),
        (depth_2, width_2_kev, 2.0 * energy_kev),
    ):
        depth += deep * (width * energy / centre) ** 2 / ((energy - centre) ** 2 + width**2)
    return mean_of_edges(np.exp(-depth))


_P = ParameterDefinition
_EDGE = (
    _P("edgeE", "keV", 7.0, 0.0, 0.0, 100.0, 100.0, 0.05),
    _P("MaxTau", "", 1.0, 0.0, 0.0, 5.0, 10.0, 0.01),
)
_SMEDGE = (
    _P("edgeE", "keV", 7.0, 0.1, 0.1, 100.0, 100.0, 0.05),
    _P("MaxTau", "", 1.0, 0.0, 0.0, 5.0, 10.0, 0.01),
    _P("index", "", -2.67, -10.0, -10.0, 10.0, 10.0, 0.01, frozen=True),
    _P("width", "", 10.0, 0.01, 0.01, 100.0, 100.0, 0.01),
)
_GABS = (
    _P("LineE", "keV", 1.0, 0.0, 0.0, 1e6, 1e6, 0.05),
    _P("Sigma", "keV", 0.01, 0.0, 0.0, 10.0, 20.0, 0.05),
    _P("Strength", "", 1.0, 0.0, 0.0, 1e6, 1e6, 0.05),
)
_CYCLABS = (
    _P("Depth0", "", 2.0, 0.0, 0.0, 100.0, 100.0, 0.01),
    _P("E0", "keV", 30.0, 1.0, 1.0, 100.0, 100.0, 0.01),
    _P("Width0", "keV", 10.0, 1.0, 1.0, 100.0, 100.0, 0.01, frozen=True),
    _P("Depth2", "", 0.0, 0.0, 0.0, 100.0, 100.0, 0.01, frozen=True),
    _P("Width2", "keV", 20.0, 1.0, 1.0, 100.0, 100.0, 0.01, frozen=True),
)
COMPONENTS = (
    Component("edge", "mul", _EDGE, same, edge),
    Component("zedge", "mul", (*_EDGE, REDSHIFT), same, edge),
    Component("smedge", "mul", _SMEDGE, same, smeared_edge),
    Component("gabs", "mul", _GABS, same, gaussian_absorption),
    Component("cyclabs", "mul", _CYCLABS, same, cyclotron_absorption),
)
