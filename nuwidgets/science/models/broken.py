"""Power laws that break, and straight lines between points."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, Component, same
from nuwidgets.science.models.powerlaws import LOWEST_KEV

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.science.models.grid import Array, Grid

N_POINTS = 10
"""Points of cplinear."""


def broken_powerlaw(grid: Grid, index_below: float, break_kev: float, index_above: float) -> Array:
    """Give the photons per bin of E^-index that changes its index at a break.

    Above the break it is break^(above - below) E^-above, so that it is continuous, with norm in
    photons/keV/cm2/s at 1 keV of the part below (XSPEC manual, model bknpower). Integrated
    exactly on both sides of the break.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    index_below, index_above : float
        Photon indices, any real numbers.
    break_kev : float
        Energy of the break, keV.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return _pieces(grid, (index_below, index_above), (break_kev,))


def twice_broken_powerlaw(
    grid: Grid,
    index_1: float,
    break_1_kev: float,
    index_2: float,
    break_2_kev: float,
    index_3: float,
) -> Array:
    """Give the photons per bin of E^-index that changes its index at two breaks.

    Continuous, with the norm of the part below the first break (XSPEC manual, model bkn2pow).
    A second break below the first counts as equal to it.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    index_1, index_2, index_3 : float
        Photon indices, from low to high energies.
    break_1_kev, break_2_kev : float
        Energies of the breaks, keV, rising.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    breaks = (break_1_kev, max(break_1_kev, break_2_kev))
    return _pieces(grid, (index_1, index_2, index_3), breaks)


def _pieces(grid: Grid, indices: Sequence[float], breaks_kev: Sequence[float]) -> Array:
    """Integrate each power law over the part of each bin between its breaks.

    Parameters
    ----------
    indices : sequence of float, length n
        Photon indices, from low to high energies.
    breaks_kev : sequence of float, length n - 1, keV
        Breaks, rising.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    inner = np.log(np.maximum(breaks_kev, LOWEST_KEV)).tolist()
    limits = [-np.inf, *inner, np.inf]
    # ln of the factor that joins each part to the one below
    joins = [(high - low) * at for (low, high), at in zip(pairwise(indices), inner, strict=True)]
    values = np.zeros(grid.edges_kev.size - 1)
    for index, factor, (lo, hi) in zip(
        indices, np.cumsum([0.0, *joins]), pairwise(limits), strict=True
    ):
        log_edges = np.clip(grid.log_edges, lo, hi)
        step, slope = np.diff(log_edges), 1.0 - index
        # E^s (E2^s - E1^s)/s with E2^s/E1^s - 1 = expm1(s ln(E2/E1)), good down to s = 0
        ratio = np.expm1(slope * step) / slope if slope else step
        values += np.exp(factor + slope * log_edges[:-1]) * ratio
    return values


def piecewise_linear(grid: Grid, *points: float) -> Array:
    """Give the photons per bin of straight lines between ten points.

    The density at the middle of the bin times its width, as in XSPEC; below the first and above
    the last point the density stays as it is there (XSPEC manual, model cplinear).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    *points : float
        The ten energies, keV, then log10 of the ten densities, photons/keV/cm2/s.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    energy_kev = np.array(points[:N_POINTS])
    density = 10.0 ** np.array(points[N_POINTS:])
    order = np.argsort(energy_kev, kind="stable")
    middle = (grid.lo_kev + grid.hi_kev) / 2
    return np.asarray(np.interp(middle, energy_kev[order], density[order]) * grid.width_kev)


_P = ParameterDefinition


def _index(number: int, default: float) -> ParameterDefinition:
    return _P(f"PhoIndx{number}", "", default, -3.0, -2.0, 9.0, 10.0, 0.01)


def _break(name: str, default: float) -> ParameterDefinition:
    return _P(name, "keV", default, 0.0, 0.01, 1e6, 1e6, 0.01)


_KNOTS_KEV = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
_CPLINEAR = tuple(
    _P(f"energy{at:02d}", "keV", energy, 0.0, 0.0, 10.0, 10.0, 1.0, frozen=True)
    for at, energy in enumerate(_KNOTS_KEV)
) + tuple(
    _P(f"log_rate{at:02d}", "", float(at % 2), -20.0, -19.0, 19.0, 20.0, 0.1, frozen=True)
    for at in range(N_POINTS)
)
_BKNPOWER = (_index(1, 1.0), _break("BreakE", 5.0), _index(2, 2.0))
_BKN2POW = (
    *(_index(1, 1.0), _break("BreakE1", 5.0), _index(2, 2.0)),
    *(_break("BreakE2", 10.0), _index(3, 3.0)),
)
COMPONENTS = (
    Component("bknpower", "add", (*_BKNPOWER, NORM), same, broken_powerlaw),
    Component("bkn2pow", "add", (*_BKN2POW, NORM), same, twice_broken_powerlaw),
    Component("cplinear", "add", (*_CPLINEAR, NORM), same, piecewise_linear),
)
