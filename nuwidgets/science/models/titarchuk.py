"""compTT: Comptonisation of soft photons in a hot plasma, of any optical depth.

Titarchuk 1994 (1994ApJ...434..570T), Hua & Titarchuk 1995 (1995ApJ...449..188H), Titarchuk &
Lyubarskij 1995 (1995ApJ...450..876T). The geometry gives beta, beta and the temperature the
spectral index, and the index the upscattered spectrum of Wien photons. Two things were read off
XSPEC 12.9.1's numbers: how far down the photons below their own energy reach, and by how much
the integral for the upscattered ones is flattened (`flattening`). With the latter fitted, XSPEC
is met to 5e-5; with the formula used for it, which is ours, to 4e-3 for indices of 0.4 to 0.9. An
index near 0, of cold and very thick plasma, leaves 4 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same
from nuwidgets.science.models.upscattered import log_upscattered, smooth, trapezoid

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

ELECTRON_KEV = 511.0
THIN = 0.1
"""Discs of less optical depth have another beta."""
DISC = 1.0
"""The switch is a disc up to this, a sphere above."""
LOWEST_INDEX, HIGHEST_INDEX = 1e-7, 500.0


def beta(depth: float, *, disc: bool) -> float:
    """Give the beta of a geometry (Titarchuk 1994), about one over the number of scatterings.

    Of thin discs it is ln(1 / (tau ln(1.53 / tau))).

    Parameters
    ----------
    depth : float
        Thomson depth, above 0: half of it for a disc, the radius for a sphere.
    disc : bool
        Whether it is a disc; else a sphere.
    """
    far = np.pi**2 / (depth + 2.0 / 3.0) ** 2
    if not disc:
        thin = np.exp(-1.4 * depth) * np.log(4.0 / (3.0 * depth))
        return float(far / 3.0 * (1.0 - np.exp(-0.7 * depth)) + thin)
    if depth < THIN:
        return float(-np.log(depth * np.log(1.53 / depth)))
    thin = 0.45 * np.exp(-3.7 * depth) * np.log(10.0 / (3.0 * depth))
    return float(far / 12.0 * (1.0 - np.exp(-1.35 * depth)) + thin)


def index(beta_of: float, theta: float) -> float:
    """Give the energy index alpha of what is upscattered, Titarchuk & Lyubarskij 1995.

    The root of beta = alpha ln(1 + (alpha + 3) theta / (1 + theta) + 4 d^(1/alpha) theta^2), with
    d = 3 ((alpha + 3) alpha + 4) Gamma(2 alpha + 2) / ((alpha + 3) (alpha + 2)^2).

    Parameters
    ----------
    beta_of : float
        See `beta`.
    theta : float
        Temperature of the plasma in rest energies of the electron.
    """
    from scipy import optimize, special

    def missing(alpha: float) -> float:
        log_d = special.gammaln(2.0 * alpha + 2.0) + np.log(3.0 * (alpha + 3.0) * alpha + 12.0)
        log_d -= np.log((alpha + 3.0) * (alpha + 2.0) ** 2)
        gain = (alpha + 3.0) * theta / (1.0 + theta) + 4.0 * np.exp(log_d / alpha) * theta**2
        return float(alpha * np.log1p(gain) - beta_of)

    return float(optimize.brentq(missing, LOWEST_INDEX, HIGHEST_INDEX, xtol=1e-12))


def flattening(alpha: float, theta: float, ratio: float) -> float:
    """Give what energies are multiplied with in the integral for upscattered photons.

    1 for cold plasma. 1 / (1 + 0.459 theta (1 + r) (alpha + 3)^2 / sqrt(1 + theta)) describes
    XSPEC's numbers at six sets of parameters within 1 % of theta's factor; r is the temperature
    of the seed photons over that of the plasma.
    """
    gain = 0.459 * theta * (1.0 + ratio) * (alpha + 3.0) ** 2 / np.sqrt(1.0 + theta)
    return float(1.0 / (1.0 + gain))


def comptt(
    grid: Grid, redshift: float, seed_kev: float, plasma_kev: float, depth: float, switch: float
) -> Array:
    """Give the photons per bin of compTT with norm 1.

    Parameters
    ----------
    grid : Grid
        Energy bins.
    redshift : float
        Redshift, above -1.
    seed_kev, plasma_kev : float
        Temperatures of the seed photons, a Wien law, and of the plasma, keV.
    depth : float
        Optical depth.
    switch : float
        Up to 1 a disc, above a sphere.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    from scipy import special

    theta, ratio = plasma_kev / ELECTRON_KEV, seed_kev / plasma_kev
    alpha = index(beta(depth, disc=switch <= DISC), theta)
    flat = flattening(alpha, theta, ratio)
    energy = grid.edges_kev * (1.0 + redshift)
    x, y = energy / plasma_kev, energy / seed_kev
    k = alpha + 3.0
    # photons above their own energy, a gamma function of those that began lower ...
    inside = smooth(x, lambda node: log_upscattered(flat * node, alpha))
    log_up = 3.0 * np.log(x) - x + inside + k * np.log(flat) - special.gammaln(2.0 * alpha + 3.0)
    # ... and below it
    log_down = -alpha * np.log(x) + k * np.log(y) - y - special.gammaln(k + 1.0)
    scale = special.gammaln(k) + alpha * np.log(ratio) + np.log(alpha * k / (4.0 * alpha + 6.0))
    flux = np.exp(scale + log_up) * special.gammainc(k, y) + np.exp(scale + log_down)
    return trapezoid(grid, plasma_kev * flux / energy)


_P = ParameterDefinition
_T0 = _P("T0", "keV", 0.1, 0.001, 0.01, 100.0, 100.0, 0.01)
_KT = _P("kT", "keV", 50.0, 2.0, 2.0, 500.0, 500.0, 0.1)
_TAU = _P("taup", "", 1.0, 0.01, 0.01, 100.0, 200.0, 0.1)
_SWITCH = _P("approx", "", 1.0, 0.0, 0.0, 5.0, 200.0, 0.1, frozen=True)
COMPONENTS = (
    Component(
        "compTT",
        "add",
        (REDSHIFT, _T0, _KT, _TAU, _SWITCH, NORM),
        same,
        comptt,
        approximate="its roll-over is up to 0.4 % from XSPEC's, 4 % for great depths.",
    ),
)
