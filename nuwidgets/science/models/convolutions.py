"""Convolutions that scale, shift, cover or scatter the photons of all that stands to their right.

Each takes photons/cm2/s per bin and gives photons/cm2/s in the same bins. What a shift or a
scattering would bring in from outside of the bins is lost, as in XSPEC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.cosmology import LIGHT_KM_S, Cosmology, sphere_cm2
from nuwidgets.science.models.component import REDSHIFT, Component, same
from nuwidgets.science.models.flux import energy_flux

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

COSMOLOGY = Cosmology()
"""That of `clumin`: XSPEC's own, ``cosmo 70 0 0.73``."""


def scaled_to_flux(
    grid: Grid, photons: Array, lo_kev: float, hi_kev: float, log_flux: float
) -> Array:
    """Give the photons scaled to an energy flux in a band (XSPEC manual, model cflux).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photons : ndarray, shape (n_bin,), photons/cm2/s
        The model that is scaled; its own norm cancels.
    lo_kev, hi_kev : float
        The band, keV; clipped to the bins.
    log_flux : float
        Decimal logarithm of the flux in the band, erg/cm2/s.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
        NaN where the model has no photons in the band.

    Raises
    ------
    InputError
        A band that is empty or outside of the bins.
    """
    flux = energy_flux(photons, grid.edges_kev, lo_kev, hi_kev)
    return photons * _ratio(10.0**log_flux, flux.erg)


def scaled_to_photon_flux(
    grid: Grid, photons: Array, lo_kev: float, hi_kev: float, flux_per_cm2_s: float
) -> Array:
    """Give the photons scaled to a photon flux in a band (XSPEC manual, model cpflux).

    As `scaled_to_flux`, with the flux in photons/cm2/s.
    """
    flux = energy_flux(photons, grid.edges_kev, lo_kev, hi_kev)
    return photons * _ratio(flux_per_cm2_s, flux.photons)


def scaled_to_luminosity(
    grid: Grid, photons: Array, lo_kev: float, hi_kev: float, redshift: float, log_luminosity: float
) -> Array:
    """Give the photons scaled to a luminosity in a band of the source (XSPEC manual, clumin).

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photons : ndarray, shape (n_bin,), photons/cm2/s
        The model that is scaled.
    lo_kev, hi_kev : float
        The band in the frame of the source, keV.
    redshift : float
        Its redshift, above 0.
    log_luminosity : float
        Decimal logarithm of the luminosity in the band, erg/s.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
        NaN at redshifts up to 0, as XSPEC gives it: there is no distance.

    Raises
    ------
    InputError
        A band that is empty or outside of the bins.
    """
    stretch = 1.0 + redshift
    flux = energy_flux(photons, grid.edges_kev, lo_kev / stretch, hi_kev / stretch)
    sphere = sphere_cm2(redshift, COSMOLOGY) if redshift > 0 else 0.0
    wanted = _ratio(10.0**log_luminosity, sphere)
    return photons * _ratio(wanted, flux.erg)


def _ratio(wanted: float, given: float) -> float:
    """Give wanted / given, NaN where nothing is given."""
    return wanted / given if given else np.nan


def redshifted(grid: Grid, photons: Array, redshift: float) -> Array:
    """Give the photons at energies divided by 1 + z (XSPEC manual, model zashift).

    A bin gives its photons to those it overlaps, by the overlap in energy; their number is
    divided by 1 + z too, for the time between them.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photons : ndarray, shape (n_bin,), photons/cm2/s
        The model in the frame of the source.
    redshift : float
        Redshift, above -1.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    return _stretched(grid, photons, 1.0 + redshift) / (1.0 + redshift)


def moved(grid: Grid, photons: Array, velocity_km_s: float) -> Array:
    """Give the photons at energies multiplied by 1 - v/c (XSPEC manual, model vashift).

    Positive velocities lower the energies; the number of photons stays.
    """
    return _stretched(grid, photons, 1.0 / (1.0 - velocity_km_s / LIGHT_KM_S))


def _stretched(grid: Grid, photons: Array, factor: float) -> Array:
    """Give the photons of the bins that are `factor` times higher in energy."""
    edges = grid.edges_kev
    # a reversed bin (the first of the EXOSAT response) cannot be shared out
    falling = np.flatnonzero(np.diff(edges) < 0)
    start = int(falling[-1]) + 1 if falling.size else 0
    below = np.concatenate([[0.0], np.cumsum(photons[start:])])
    return np.diff(np.interp(edges * factor, edges[start:], below))


def partly_covered(grid: Grid, factors: Array, fraction: float) -> Array:  # noqa: ARG001
    """Give 1 - f + f M of an absorption M, shape (n_bin,) (XSPEC manual, model partcov).

    Meant for factors, ``(partcov*phabs)*powerlaw``. XSPEC computes ``partcov*phabs*powerlaw``
    too, literally: a constant of 1 - f photons per bin is added; so do we.
    """
    return 1.0 - fraction + fraction * factors


def scattered(
    grid: Grid, photons: Array, index: float, fraction: float, upward_only: float
) -> Array:
    """Give the photons after a fraction was scattered into power laws (XSPEC's simpl).

    Steiner et al. 2009PASP..121.1279S, equations 1 to 4: photons at E0 are spread as
    E^-index above E0 and, unless upward only, as E^(index + 1) below; the photons of a bin start
    at its centre. XSPEC 12.9.1 takes what stays in the bin on the way down with its upper
    edge, which loses photons: at index 2 a share of the scattered ones that is 0.8 of the bin's
    relative width. The numbers here are XSPEC's.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photons : ndarray, shape (n_bin,), photons/cm2/s
        The seed photons.
    index : float
        Photon index of the scattered ones, above 1.
    fraction : float
        Scattered fraction, 0 to 1.
    upward_only : float
        Above 0 no photon loses energy.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    centre = (grid.lo_kev + grid.hi_kev) / 2
    total = 1.0 + 2.0 * index
    share_up = 1.0 if upward_only > 0 else (index + 2.0) / total
    rise, fall = _reach(grid, 1.0 - index), _reach(grid, index + 2.0)
    seeds = photons * centre ** (index - 1.0)
    from_below = np.concatenate([[0.0], np.cumsum(seeds)[:-1]])
    changed = share_up * (photons - rise[1:] * seeds - np.diff(rise) * from_below)
    if upward_only <= 0:
        seeds = photons * centre ** (-index - 2.0)
        from_above = np.concatenate([np.cumsum(seeds[::-1])[-2::-1], [0.0]])
        down = photons - fall[1:] * seeds + np.diff(fall) * from_above
        changed += (index - 1.0) / total * down
    return np.asarray((1.0 - fraction) * photons + fraction * changed)


def _reach(grid: Grid, power: float) -> Array:
    """Give the edges in keV to a power, shape (n_bin + 1,)."""
    return np.asarray(np.exp(power * grid.log_edges))


_P = ParameterDefinition
_EMIN = _P("Emin", "keV", 0.5, 0.0, 0.0, 1e6, 1e6, 0.1, frozen=True)
_EMAX = _P("Emax", "keV", 10.0, 0.0, 0.0, 1e6, 1e6, 0.1, frozen=True)
_CFLUX_EMIN = _P("Emin", "keV", 0.5, 0.0, 0.0, 1e6, 1e6, 0.005, frozen=True)
_LOG_FLUX = _P("lg10Flux", "cgs", -12.0, -100.0, -100.0, 100.0, 100.0, 0.12)
_FLUX = _P("Flux", "", 1.0, 0.0, 0.0, 1e10, 1e10, 0.01)
_LOG_LUM = _P("lg10Lum", "cgs", 40.0, -100.0, -100.0, 100.0, 100.0, 0.01)
_VELOCITY = _P("Velocity", "km/s", 0.0, -1e4, -1e4, 1e4, 1e4, 10.0, frozen=True)
_FRACTION = _P("CvrFract", "", 0.5, 0.0, 0.05, 0.95, 1.0, 0.01)
_GAMMA = _P("Gamma", "", 2.3, 1.0, 1.1, 4.0, 5.0, 0.05)
_SCATTERED = _P("FracSctr", "", 0.05, 0.0, 0.0, 0.4, 1.0, 0.005)
_UP_ONLY = _P("UpScOnly", "", 1.0, 0.0, 0.0, 100.0, 100.0, 1.0, frozen=True)
COMPONENTS = (
    Component("cflux", "con", (_CFLUX_EMIN, _EMAX, _LOG_FLUX), same, scaled_to_flux),
    Component("cpflux", "con", (_EMIN, _EMAX, _FLUX), same, scaled_to_photon_flux),
    Component("clumin", "con", (_EMIN, _EMAX, REDSHIFT, _LOG_LUM), same, scaled_to_luminosity),
    Component("zashift", "con", (REDSHIFT,), same, redshifted),
    Component("vashift", "con", (_VELOCITY,), same, moved),
    Component("partcov", "con", (_FRACTION,), same, partly_covered, takes_factors=True),
    Component("simpl", "con", (_GAMMA, _SCATTERED, _UP_ONLY), same, scattered),
)
