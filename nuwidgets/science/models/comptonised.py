"""Continua of soft photons that hot or falling electrons have scattered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same
from nuwidgets.science.models.kompaneets import spectrum
from nuwidgets.science.models.thermal import BLACK_BODY_NORM
from nuwidgets.science.models.upscattered import FAR, log_upscattered, panels, smooth, trapezoid

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

ELECTRON_KEV = 510.999
"""Rest energy of the electron, keV."""
HIGHEST_LOG = 700.0
"""Logarithm of the largest density that is given."""


def nthcomp(
    grid: Grid,
    photon_index: float,
    electron_kev: float,
    seed_kev: float,
    seed_type: float,
    redshift: float,
) -> Array:
    """Give the photons per bin of thermal Comptonisation, 1 photon/keV/cm2/s at 1 keV.

    Solution of the Kompaneets equation, see `kompaneets`. The density is read off the solution
    as XSPEC does, E^2 N linearly between its energies, with the trapezoidal rule in a bin. Below
    45 keV XSPEC is met to 1.5e-4, with a disc as seed or a photon index near 1 to 2e-3, where
    its own integrals are coarser. Above 50 keV electrons of 20 keV and more agree to 6e-4; of
    colder ones XSPEC's tail, more than 5 kT_e up, is flatter by 1 % in its exponent (3 % to 12 %
    at 100 keV) for a reason unknown.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    photon_index : float
        Asymptotic photon index, above 1.
    electron_kev, seed_kev : float
        Temperatures of the electrons and of the seed photons, keV.
    seed_type : float
        0 for a black body, 1 for a disc as `diskbb`.
    redshift : float
        Redshift, above -1; the norm holds at 1 keV here.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    nodes, flux = spectrum(photon_index, electron_kev, seed_kev, disc=seed_type > 0.5)  # noqa: PLR2004
    energy = np.append(grid.edges_kev, 1.0) * (1.0 + redshift)
    # below the grid the seed's Rayleigh-Jeans side, E^2 N ~ E^3, goes on
    below = np.minimum(energy / nodes[0], 1.0) ** 3
    density = np.interp(energy, nodes, flux, right=0.0) * below / energy**2
    return trapezoid(grid, density[:-1] / density[-1])


def bmc(grid: Grid, seed_kev: float, index: float, log_a: float) -> Array:
    """Give the photons per bin of Comptonisation by matter that falls, L39/D10^2 = 1.

    Titarchuk, Mastichiadis & Kylafis 1997 (1997ApJ...487..834T), Borozdin et al. 1999
    (1999ApJ...517..367B): of a black body as `bbody` the part A/(1 + A) is spread by the
    Green's function alpha (alpha + 3) / (2 alpha + 3) / E0 times (E/E0)^-alpha above and
    (E/E0)^(alpha + 3) below E0. The upper tail is 2e-4 to 4e-4 higher than XSPEC's, which ends
    the integral over the black body near 14 kT.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    seed_kev : float
        Temperature of the black body, keV.
    index : float
        Energy index alpha of the tail, above 0.
    log_a : float
        Decimal logarithm of A.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    x = grid.edges_kev / seed_kev
    share = 1.0 / (1.0 + 10.0**-log_a)
    spread = np.exp(smooth(x, lambda node: np.log(_spread(node, index))))
    spread *= index * (index + 3.0) / (2.0 * index + 3.0)
    flux = (1.0 - share) * _black_body(x) + share * spread
    return trapezoid(grid, BLACK_BODY_NORM / seed_kev**2 * flux / x)


def compst(grid: Grid, electron_kev: float, depth: float) -> Array:
    """Give the photons per bin of the Sunyaev-Titarchuk spectrum, 1 photon/keV/cm2/s at 1 keV.

    Sunyaev & Titarchuk 1980 (1980A&A....86..121S), with x = E/kT: N(E) ~ x^2 exp(-x) times the
    integral of t^(alpha - 1) exp(-t) (1 + t/x)^(alpha + 3) dt, alpha (alpha + 3) =
    pi^2 mc2 / (3 (tau + 2/3)^2 kT). That the norm holds at 1 keV was read off XSPEC's numbers.
    XSPEC's own series loses its digits from about 5 kT on, where its values can even be negative;
    with 1 keV there (kT below 0.2 keV) its norm is off as well.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    electron_kev : float
        Temperature of the electrons, keV.
    depth : float
        Optical depth of the sphere.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    gamma = np.pi**2 * ELECTRON_KEV / (3.0 * (depth + 2.0 / 3.0) ** 2 * electron_kev)
    index = _energy_index(gamma)
    x = np.append(grid.edges_kev, 1.0) / electron_kev
    logarithm = smooth(x, lambda node: log_upscattered(node, index)) - x + 2.0 * np.log(x)
    # nearly transparent and cold, it rises downwards beyond what a number can hold
    return trapezoid(grid, np.exp(np.minimum(logarithm[:-1] - logarithm[-1], HIGHEST_LOG)))


def _energy_index(gamma: float) -> float:
    """Give alpha with alpha (alpha + 3) = gamma, without cancellation."""
    return float(2.0 * gamma / (np.sqrt(9.0 + 4.0 * gamma) + 3.0))


def _spread(x: Array, index: float) -> Array:
    """Give the black body spread by exponents alpha above and alpha + 3 below, shape of `x`.

    x^-a times the integral of t^(a - 1) J(t) dt up to x, plus x^(a + 3) times that of
    t^(-a - 4) J(t) dt from x on, in the logarithm of t/x, with J = t^3 / (exp(t) - 1).
    """
    nodes, weights = panels()
    column = x[:, None]
    below = np.log1p(x) + FAR / (index + 2.0)
    depth = below[:, None] * nodes
    up = np.exp(-index * depth) * _black_body(column * np.exp(-depth)) @ weights * below
    above = np.minimum(np.log1p(FAR / x), FAR / (index + 1.0))
    depth = above[:, None] * nodes
    down = np.exp(-(index + 3.0) * depth) * _black_body(column * np.exp(depth)) @ weights * above
    return np.asarray(up + down)


def _black_body(x: Array) -> Array:
    """Give x^3 / (exp(x) - 1)."""
    return x**3 * np.exp(-x) / -np.expm1(-x)


_P = ParameterDefinition
_BMC = (
    _P("kT", "keV", 1.0, 1e-4, 1e-2, 100.0, 200.0, 0.05),
    _P("alpha", "", 1.0, 1e-4, 1e-2, 4.0, 6.0, 0.01),
    _P("log_A", "", 0.0, -8.0, -6.0, 6.0, 8.0, 0.01),
)
_COMPST = (
    _P("kT", "keV", 2.0, 0.001, 0.01, 100.0, 100.0, 0.001),
    _P("tau", "", 10.0, 1e-4, 0.001, 100.0, 200.0, 1e-4),
)
_NTHCOMP = (
    _P("Gamma", "", 1.7, 1.001, 1.001, 5.0, 10.0, 0.01),
    _P("kT_e", "keV", 100.0, 1.0, 5.0, 1e3, 1e3, 0.1),
    _P("kT_bb", "keV", 0.1, 1e-3, 1e-3, 10.0, 10.0, 1.0, frozen=True),
    _P("inp_type", "0/1", 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, frozen=True),
    REDSHIFT,
)
COMPONENTS = (
    Component("bmc", "add", (*_BMC, NORM), same, bmc),
    Component("compST", "add", (*_COMPST, NORM), same, compst),
    Component("nthComp", "add", (*_NTHCOMP, NORM), same, nthcomp),
)
