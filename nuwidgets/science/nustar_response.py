"""An approximate response of NuSTAR for a first look: area, vignetting, point-spread, resolution.

On-axis area x vignetting x enclosed fraction of the region, and Gaussian redistribution. Products
made by NuSTARDAS (numkarf, numkrmf) replace it.

Sources
-------
* Area: SPECRESP of nu90402339002A01_sr.arf (Vela X-1, FPMA, circle of 33.21255 pixels at sky pixel
  560.72, 484.15), brought on axis and to all photons with the two functions below; so that very
  region gets back that very file.
* Vignetting: half the area at 5 arcmin off axis for 10 keV and 3 arcmin for 68 keV; resolution:
  0.4 keV at 10 keV, 0.9 keV at 68 keV, full width at half maximum (Harrison et al. 2013, ApJ 770,
  103, table 2; 2013ApJ...770..103H). Other energies are interpolated.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.science.psf import enclosed
from nuwidgets.science.scaled_response import scaled_response

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.response import Response

FIRST_KEV, STEP_KEV, N_CHANNELS = 1.6, 0.04, 4096
PIXEL_ARCSEC = 2.45810736
APPROXIMATE = (
    "approximate: for a first look (on-axis area x vignetting x enclosed fraction of the region,"
    " Gaussian redistribution)"
)
_N_ENERGIES = 1960
_FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))
_REACH_SIGMA = 5.0
_FILE_RADIUS_PIXELS, _FILE_X, _FILE_Y, _AXIS = 33.21255346, 560.72086, 484.14943, 500.5


def channel_edges_kev() -> Floats:
    """Give the nominal energies of NuSTAR's channels, keV, edges, shape (4097,)."""
    return FIRST_KEV + STEP_KEV * np.arange(N_CHANNELS + 1, dtype=float)


def energy_edges_kev() -> Floats:
    """Give the true energies where there is area, keV, edges, shape (1961,): up to 80 keV."""
    return FIRST_KEV + STEP_KEV * np.arange(_N_ENERGIES + 1, dtype=float)


def fwhm_kev(energy_kev: Floats | float) -> Floats:
    """Give the resolution at a true energy, keV, full width at half maximum.

    A constant (electronic noise) and a term that grows with energy, added in quadrature, through
    the two published values.
    """
    slope = (0.9**2 - 0.4**2) / (68.0**2 - 10.0**2)
    width: Floats = np.sqrt(0.4**2 + slope * (np.square(energy_kev) - 10.0**2))
    return width


@lru_cache(maxsize=1)
def fwhm_channels() -> Floats:
    """Give the resolution at each channel, in channels, shape (4096,)."""
    edges = channel_edges_kev()
    return fwhm_kev((edges[1:] + edges[:-1]) / 2) / STEP_KEV


def vignetting(off_axis_arcmin: float, energy_kev: Floats) -> Floats:
    """Give the area at an off-axis angle over the area on axis; shape as `energy_kev`.

    exp(-ln 2 (angle/half)^1.5): one half at the published angles, constant below 10, above 68 keV.
    """
    ends = np.log([10.0, 68.0])
    half_arcmin = np.interp(np.log(energy_kev), ends, [5.0, 3.0])
    fraction: Floats = np.exp(-np.log(2.0) * (off_axis_arcmin / half_arcmin) ** 1.5)
    return fraction


def area_cm2(fraction: float, off_axis_arcmin: float) -> Floats:
    """Give the effective area of a region, cm2, shape (1960,).

    Parameters
    ----------
    fraction : float
        Fraction of the source's photons that fall into the region.
    off_axis_arcmin : float
        Distance of the source from the optical axis.
    """
    area: Floats = _area_on_axis() * vignetting(off_axis_arcmin, _middle_kev()) * fraction
    return area


def response(fraction: float, off_axis_arcmin: float) -> Response:
    """Give the approximate response of a region; about 1 ms after the first."""
    edges = energy_edges_kev(), channel_edges_kev()
    area = area_cm2(fraction, off_axis_arcmin)
    return scaled_response(redistribution(), area, edges, fwhm_channels(), APPROXIMATE)


def _middle_kev() -> Floats:
    """Give the middle of each true-energy bin, keV, shape (1960,)."""
    edges = energy_edges_kev()
    return (edges[1:] + edges[:-1]) / 2


@lru_cache(maxsize=1)
def _area_on_axis() -> Floats:
    """Give the area on axis for all photons of a source, cm2, shape (1960,)."""
    path = files("nuwidgets.science").joinpath("nustar_area.npz")
    with path.open("rb") as stream, np.load(stream) as table:
        of_region = table["area_cm2"].astype(float)
    angle = float(np.hypot(_FILE_X - _AXIS, _FILE_Y - _AXIS)) * PIXEL_ARCSEC / 60
    inside = enclosed(_FILE_RADIUS_PIXELS * PIXEL_ARCSEC)
    area: Floats = of_region / (vignetting(angle, _middle_kev()) * inside)
    return area


@lru_cache(maxsize=1)
def redistribution() -> Any:
    """Give the redistribution alone, scipy.sparse.csr_array, shape (4096, 1960).

    Each energy's column sums to one, less what falls below the first channel. Not to be changed.
    """
    from scipy.sparse import coo_array
    from scipy.special import ndtr

    middle = _middle_kev()
    sigma = fwhm_kev(middle) / _FWHM_PER_SIGMA
    reach = int(np.ceil(_REACH_SIGMA * sigma.max() / STEP_KEV))
    energy = np.arange(_N_ENERGIES)
    channel = energy[:, None] + np.arange(-reach, reach + 1)
    lo = (FIRST_KEV + STEP_KEV * channel - middle[:, None]) / sigma[:, None]
    chance = ndtr(lo + STEP_KEV / sigma[:, None]) - ndtr(lo)
    kept = (channel >= 0) & (abs(lo) < _REACH_SIGMA)
    column = np.broadcast_to(energy[:, None], channel.shape)
    matrix = coo_array(
        (chance[kept], (channel[kept], column[kept])), shape=(N_CHANNELS, _N_ENERGIES)
    ).tocsr()
    matrix.sort_indices()
    return matrix
