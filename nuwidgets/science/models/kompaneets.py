"""Thermal Comptonisation as a steady state of the Kompaneets equation with escape.

Lightman & Zdziarski 1987 (1987ApJ...319..643L), as Zdziarski, Johnson & Magdziarz 1996
(1996MNRAS.283..193Z) and Zycki, Done & Smith 1999 (1999MNRAS.309..561Z) use it: photons of a
black body or a disc scatter on electrons of one temperature and leave a sphere whose optical
depth follows from the photon index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.models.disks import STANDARD, rings

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array

ELECTRON_KEV = 511.0
"""Rest energy of the electron, keV."""
STEP_DEX = 0.02
"""Step of the energy grid; XSPEC's, so that its discretisation is shared."""
START, END = 1e-4, 40.0
"""First energy over the seed's temperature, last energy over that of the electrons."""
SERIES_X = 0.05
"""Below this E/mc2 the cross section is 1 - 2 x + 5.2 x^2 of Thomson's, as in XSPEC."""
FREE_X = 0.1
"""Above this E/mc2 scattering hinders the escape less and less, from 1 on not at all."""
COLDEST = 700.0
"""exp(-x) of the seed is 0 from here on."""


def spectrum(
    photon_index: float, electron_kev: float, seed_kev: float, *, disc: bool
) -> tuple[Array, Array]:
    """Solve for the spectrum that leaves the sphere.

    0 = d/dx[c(x) (theta du/dx + u)] / x^2 - u p(x) + s(x), with x = E/mc2, the occupation number
    u, theta = kT_e/mc2, c = x^4 / (1 + 4.6 x + 1.1 x^2) (Cooper 1971, 1971PhRvD...3.2312C) and
    the escape p = 1 / (tau (1 + tau_KN f / 3)) (Lightman & Zdziarski 1987). Central
    differences on a logarithmic grid.

    Parameters
    ----------
    photon_index : float
        Asymptotic photon index Gamma, above 1.
    electron_kev, seed_kev : float
        Temperatures of the electrons and of the seed photons, keV.
    disc : bool
        Whether the seed is a disc (as diskbb) rather than a black body.

    Returns
    -------
    energy_kev : ndarray, shape (n,), keV
    spectrum : ndarray, shape (n,), E^2 N(E) in arbitrary units
    """
    theta, seed = electron_kev / ELECTRON_KEV, seed_kev / ELECTRON_KEV
    count = int(np.log10(END * theta / (START * seed)) / STEP_DEX) + 1
    x: Array = np.asarray(START * seed * 10.0 ** (STEP_DEX * np.arange(count)), np.float64)
    step = STEP_DEX * np.log(10.0)
    leaving = _escape(x, optical_depth(photon_index, theta))
    source = x**2 * _seed(x / seed, disc=disc)
    occupation = _solve(x, theta, step, leaving, source)
    return x * ELECTRON_KEV, x**4 * occupation * leaving


def optical_depth(photon_index: float, theta: float) -> float:
    """Give the optical depth of the sphere, from the asymptotic photon index.

    tau = sqrt(9/4 + 3 / (theta ((Gamma + 1/2)^2 - 9/4))) - 3/2, the inverse of the
    relation of Zdziarski, Johnson & Magdziarz (1996).
    """
    return float(np.sqrt(2.25 + 3.0 / (theta * ((photon_index + 0.5) ** 2 - 2.25))) - 1.5)


def _solve(x: Array, theta: float, step: float, leaving: Array, source: Array) -> Array:
    """Give the occupation number, shape (n,), from the tridiagonal system of the equation."""
    from scipy import linalg

    middle = np.sqrt(x[1:] * x[:-1])
    transport = middle**4 / (1.0 + 4.6 * middle + 1.1 * middle**2)
    # the flux through a boundary is up * u above + down * u below
    up = transport * (theta / (middle * step) + 0.5)
    down = transport * (0.5 - theta / (middle * step))
    bands = np.zeros((3, x.size))
    bands[0, 1:] = up
    bands[1, :-1] += down
    bands[1, 1:] -= up
    bands[1] -= step * x**3 * leaving
    bands[2, :-1] = -down
    return np.asarray(linalg.solve_banded((1, 1), bands, -step * x * source))


def _seed(x: Array, *, disc: bool) -> Array:
    """Give the occupation of the seed photons at x = E/kT, any norm."""
    if disc:
        return rings(x, STANDARD)
    inside = np.minimum(x, COLDEST)
    return np.exp(-inside) / -np.expm1(-inside)


def _escape(x: Array, depth: float) -> Array:
    """Give the rate of escape in units of c/R times the depth."""
    hindered = np.clip((1.0 - x) / (1.0 - FREE_X), 0.0, 1.0)
    return np.asarray(1.0 / (depth * (1.0 + depth * _klein_nishina(x) * hindered / 3.0)))


def _klein_nishina(x: Array) -> Array:
    """Give the cross section at E = x mc2 over Thomson's (Rybicki & Lightman 1979, eq. 7.5)."""
    large = np.maximum(x, SERIES_X)
    double = 1.0 + 2.0 * large
    log = np.log(double)
    whole = (1.0 + large) / large**3 * (2.0 * large * (1.0 + large) / double - log)
    whole += log / (2.0 * large) - (1.0 + 3.0 * large) / double**2
    return np.where(x < SERIES_X, 1.0 - 2.0 * x + 5.2 * x**2, 0.75 * whole)
