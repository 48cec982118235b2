"""Absorbers that cover a part of the source: 1 - f + f exp(-nH sigma).

pcfabs and zpcfabs have the cross sections of phabs, TBpcf those of TBabs, grains included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.absorption import NH, phabs
from nuwidgets.science.models.component import REDSHIFT, Component
from nuwidgets.science.models.redshifted import shifted_sigma

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array
    from nuwidgets.science.models.redshifted import Shifted


def covered(sigma: Array, nh: float, fraction: float) -> Array:
    """Give 1 - f + f exp(-nH sigma) in each bin (XSPEC manual, model pcfabs).

    Parameters
    ----------
    sigma : ndarray, shape (n_bin,)
        Mean cross sections, 1e-22 cm2.
    nh : float
        Column density of hydrogen, 1e22 / cm2.
    fraction : float
        Part f of the source that is behind the absorber, 0 to 1.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    return np.asarray((1.0 - fraction) + fraction * np.exp(-nh * sigma))


def shifted_covered(sigma: Shifted[Array], nh: float, fraction: float, redshift: float) -> Array:
    """Give the same for an absorber at a redshift, shape (n_bin,) (XSPEC manual, model zpcfabs)."""
    return covered(sigma(redshift), nh, fraction)


_P = ParameterDefinition
_COVERED = _P("CvrFract", "", 0.5, 0.0, 0.05, 0.95, 1.0, 0.01)
_PCF = _P("pcf", "", 0.5, 0.0, 0.0, 1.0, 1.0, 0.01)
_TBPCF_Z = _P("redshift", "", 0.0, -1.0, 0.0, 10.0, 10.0, 0.01, frozen=True)
COMPONENTS = (
    Component("pcfabs", "mul", (NH, _COVERED), phabs, covered),
    Component("zpcfabs", "mul", (NH, _COVERED, REDSHIFT), shifted_sigma("phabs"), shifted_covered),
    Component("TBpcf", "mul", (NH, _PCF, _TBPCF_Z), shifted_sigma("tbabs"), shifted_covered),
)
