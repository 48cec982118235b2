"""An approximate response of Swift-XRT for a first look: area, vignetting, redistribution.

On-axis area x vignetting x enclosed fraction of the region, and a smoothed redistribution, both
those of photon counting, grades 0 to 12, in 2013. Windowed timing is taken to have the same; its
true redistribution differs most below 0.6 keV. Products of xrtmkarf and the calibration's
redistribution replace it.

How well it does: a power law or black body + bremsstrahlung of 20,000 counts, folded with the real
files, is found again within 0.1 standard deviations of every parameter (0.3 to 7 keV). Counts in
bins of 0.1 keV agree within 1 %, and within 3 % at 0.3 keV under an absorber of 1e22 per cm2.

Sources
-------
* Area: SPECRESP of target_sr.arf (ObsID 00092220001, circle of 19.0895 pixels at sky pixel
  446.759, 521.988, xrtmkarf 0.6.3), brought on axis and to all photons with the vignetting below
  and the King profile of `psf_models`; so that very region gets back that very file. What the
  profile changes with energy in a circle of 45 arcsec stays in the area (some per cent at 10 keV).
* Redistribution: swxpc0to12s6_20130101v014.rmf. At 96 energies 212 quantiles of the channels'
  distribution were read off, smoothed over neighbours; other energies lie between them.
* Vignetting: 1 - C angle^2, C = p0 p1^E + p2, as in the calibration's VIG_COEF (dated 2001), with
  rounded coefficients; they were not compared with that file.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.science.psf_models import SWIFT
from nuwidgets.science.scaled_response import scaled_response

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.response import Response

CHANNEL_KEV, N_CHANNELS = 0.01, 1024
PIXEL_ARCSEC = 2.35731204
APPROXIMATE = (
    "approximate: for a first look (on-axis area x vignetting x enclosed fraction of the region,"
    " smoothed redistribution of 2013)"
)
_QUANTILE_KEV, _LEAST = 2e-4, 3e-6
_FILE_RADIUS_PIXELS, _FILE_X, _FILE_Y, _AXIS = 19.08954298, 446.75902051, 521.98778825, 500.5


def channel_edges_kev() -> Floats:
    """Give the nominal energies of the channels, keV, edges, shape (1025,)."""
    return CHANNEL_KEV * np.arange(N_CHANNELS + 1, dtype=float)


def energy_edges_kev() -> Floats:
    """Give the true energies where there is response, keV, edges, shape (811,).

    Steps of 5 eV from 0.2 to 2 keV, where soft sources are, and of 20 eV up to 11 keV.
    """
    return np.append(np.arange(40, 400) * 0.005, 2.0 + np.arange(451) * 0.02)


def vignetting(off_axis_arcmin: float, energy_kev: Floats) -> Floats:
    """Give the area at an off-axis angle over the area on axis; shape as `energy_kev`.

    A fifth is lost 10 arcmin off axis at 1.5 keV, nearly a third at 8 keV.
    """
    loss = 0.000124 * 1.34 ** np.asarray(energy_kev, float) + 0.00185
    left: Floats = np.maximum(1.0 - loss * off_axis_arcmin**2, 0.0)
    return left


def area_cm2(fraction: float, off_axis_arcmin: float) -> Floats:
    """Give the effective area of a region, without the detector's efficiency, cm2, shape (810,).

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
    """Give the middle of each true-energy bin, keV, shape (810,)."""
    edges = energy_edges_kev()
    return (edges[1:] + edges[:-1]) / 2


@lru_cache(maxsize=1)
def _tables() -> dict[str, Floats]:
    """Give what was read off the files.

    ``area_cm2`` and ``efficiency`` (sum of the redistribution), shape (810,); ``quantile`` of the
    channels' energy, shape (96, 212), in steps of 0.2 eV, at ``energy_kev`` and ``chance``.
    """
    path = files("nuwidgets.science").joinpath("swift_response.npz")
    with path.open("rb") as stream, np.load(stream) as table:
        return {name: table[name].astype(float) for name in table.files}


@lru_cache(maxsize=1)
def _area_on_axis() -> Floats:
    """Give the area on axis for all photons of a source, cm2, shape (810,)."""
    angle = float(np.hypot(_FILE_X - _AXIS, _FILE_Y - _AXIS)) * PIXEL_ARCSEC / 60
    inside = SWIFT.enclosed(_FILE_RADIUS_PIXELS * PIXEL_ARCSEC)
    area: Floats = _tables()["area_cm2"] / (vignetting(angle, _middle_kev()) * inside)
    return area


@lru_cache(maxsize=1)
def redistribution() -> Any:
    """Give the redistribution alone, scipy.sparse.csr_array, shape (1024, 810).

    Each energy's column sums to the detector's efficiency, as in the calibration's files.
    Not to be changed.
    """
    from scipy.sparse import csc_array

    tables, edges = _tables(), channel_edges_kev()
    matrix = np.empty((N_CHANNELS, len(tables["efficiency"])), order="F")
    for column, quantile in enumerate(_quantiles_kev(tables)):
        below = np.interp(edges, quantile, tables["chance"], left=0.0, right=1.0)
        matrix[:, column] = np.diff(below)
    matrix[matrix < _LEAST] = 0.0
    matrix *= tables["efficiency"] / matrix.sum(axis=0)
    sparse = csc_array(matrix).tocsr()
    sparse.sort_indices()
    return sparse


@lru_cache(maxsize=1)
def fwhm_channels() -> Floats:
    """Give the resolution at each channel, in channels, shape (1024,)."""
    from nuwidgets.science import resolution

    edges = channel_edges_kev()
    middle = (edges[1:] + edges[:-1]) / 2
    return resolution.fwhm_channels(redistribution(), energy_edges_kev(), middle)


def _quantiles_kev(tables: dict[str, Floats]) -> Floats:
    """Give the quantiles of the channels' energy at each true energy, keV, shape (810, 212)."""
    known, middle = tables["energy_kev"], _middle_kev()
    lower = np.clip(np.searchsorted(known, middle) - 1, 0, len(known) - 2)
    weight = np.clip((middle - known[lower]) / (known[lower + 1] - known[lower]), 0.0, 1.0)
    table = tables["quantile"] * _QUANTILE_KEV
    quantiles: Floats = table[lower] + weight[:, None] * (table[lower + 1] - table[lower])
    return quantiles
