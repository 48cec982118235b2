"""Emission lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, Component, same

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid


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


_P = ParameterDefinition
_LINE = _P("LineE", "keV", 6.5, 0.0, 0.0, 1e6, 1e6, 0.05)
_SIGMA = _P("Sigma", "keV", 0.1, 0.0, 0.0, 10.0, 20.0, 0.05)
COMPONENTS = (Component("gaussian", "add", (_LINE, _SIGMA, NORM), same, gaussian),)
