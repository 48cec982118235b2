"""A log parabola at the energies of a source at a redshift: zlogpar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same
from nuwidgets.science.models.grid import Grid
from nuwidgets.science.models.powerlaws import LOWEST_KEV, log_parabola

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array


def redshifted_parabola(
    grid: Grid, alpha: float, beta: float, pivot_kev: float, redshift: float
) -> Array:
    """Give the photons per bin of `log_parabola` at E (1 + z) (XSPEC manual, model zlogpar).

    As in `zpowerlw`, the density is the one at E (1 + z): photons of the source, for the time
    between them divided by 1 + z. XSPEC's own numbers were not at hand.

    Parameters
    ----------
    grid : Grid
        Energy bins, of the observer.
    alpha, beta : float
        Slope at the pivot, and curvature.
    pivot_kev : float
        Pivot energy at the source, keV, above 0.
    redshift : float
        Redshift, above -1.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    stretch = 1.0 + redshift
    at_source = log_parabola(Grid(grid.edges_kev * stretch), alpha, beta, pivot_kev)
    return np.asarray(at_source / stretch)


_P = ParameterDefinition
_ALPHA = _P("alpha", "", 1.5, 0.0, 0.0, 4.0, 4.0, 0.01)
_BETA = _P("beta", "", 0.2, -4.0, -4.0, 4.0, 4.0, 0.01)
_PIVOT = _P("pivotE", "keV", 1.0, LOWEST_KEV, LOWEST_KEV, 1e10, 1e10, 0.01, frozen=True)
_ALL = (_ALPHA, _BETA, _PIVOT, REDSHIFT, NORM)
COMPONENTS = (Component("zlogpar", "add", _ALL, same, redshifted_parabola),)
