"""NuSTAR's background as a simulation needs it: internal continuum and lines, and aperture light.

Rates follow occulted-Earth data (about 0.1 counts/s for each detector, 1.6-165 keV) and the
diffuse X-ray background between mast and optics; shapes are simple on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.nustar_response import channel_edges_kev, fwhm_kev

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

DETECTOR_FACTORS = (1.0, 1.02, 0.97, 1.03)
"""Internal background of each detector relative to the first."""
APERTURE_PER_S = 0.12
"""Aperture light over the whole field, counts/s."""
GRADIENT = 0.35
"""Change of the aperture light from the middle to an edge, as a fraction."""
_CONTINUUM_PER_S_KEV = 4.7e-4
_SOFT_PER_S_KEV, _SOFT_KEV = 1.6e-2, 2.6
_LINES = {  # keV: counts/s of one detector
    19.6: 2.5e-4, 22.0: 5e-4, 24.7: 1.5e-3, 28.0: 2.5e-3, 30.6: 2.4e-3, 39.4: 3e-4, 47.6: 3e-4,
    65.0: 5e-4, 75.2: 4e-4, 87.9: 8e-4, 105.4: 1.0e-3, 122.7: 4e-4, 144.5: 1.5e-3,
}  # fmt: skip


def internal_per_s() -> Floats:
    """Give one detector's internal background in each channel, counts/s, shape (4096,)."""
    from scipy.special import ndtr

    edges = channel_edges_kev()
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    soft = _SOFT_PER_S_KEV * np.exp(-middle / _SOFT_KEV)
    rate: Floats = (_CONTINUUM_PER_S_KEV + soft) * width
    for energy, counts in _LINES.items():
        sigma = float(fwhm_kev(energy)) / 2.3548
        rate += counts * np.diff(ndtr((edges - energy) / sigma))
    return rate


def aperture_per_s() -> Floats:
    """Give the aperture light of the whole field in each channel, counts/s, shape (4096,).

    The spectrum of the diffuse background, E^-1.29 exp(-E/41.13 keV) (Boldt 1987, IAU Symposium
    124, 611; 1987IAUS..124..611B).
    """
    edges = channel_edges_kev()
    middle = (edges[1:] + edges[:-1]) / 2
    shape = middle**-1.29 * np.exp(-middle / 41.13)
    rate: Floats = APERTURE_PER_S * shape / shape.sum()
    return rate
