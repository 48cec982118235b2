"""Histories of photons that cold electrons scatter in a thick slab: where reflection comes from.

A Monte Carlo of Compton scattering with the Klein-Nishina cross section in a semi-infinite plane
slab without absorption. `reflection` reads a table that `histories` made; this stays here so
that the table can be made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array

ELECTRON_KEV = 510.999
"""Rest energy of the electron, keV."""
COSINES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
"""Cosines of the angles, from the normal, under which the slab is seen."""
SHIFTS = np.concatenate([np.linspace(0.0, 4.0, 21), np.geomspace(4.0, 400.0, 21)[1:]])
"""Edges of the bins of wavelength gained, in Compton wavelengths."""
ORDERS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40, 60, 100, 201])
"""Numbers of scatterings that are counted together: from one of these to below the next."""
DEEPEST = 60.0
"""Thomson depth from which no photon comes back."""


def klein_nishina(energy: Array) -> Array:
    """Give the total cross section over Thomson's; energies in rest energies of the electron.

    Klein & Nishina 1929 (1929ZPhy...52..853K); below 0.02 by its series.
    """
    x = np.maximum(energy, 0.02)
    double = 1.0 + 2.0 * x
    log = np.log(double)
    whole = (1.0 + x) / x**3 * (2.0 * x * (1.0 + x) / double - log)
    whole += log / (2.0 * x) - (1.0 + 3.0 * x) / double**2
    series = 1.0 - 2.0 * energy + 5.2 * energy**2 - 13.3 * energy**3
    return np.asarray(np.where(energy < 0.02, series, 0.75 * whole))  # noqa: PLR2004


def phase(energy: Array, cosine: Array) -> Array:
    """Give the probability per cosine of a scattering angle, shape of both (Klein-Nishina)."""
    ratio = 1.0 / (1.0 + energy * (1.0 - cosine))
    shape = ratio**2 * (ratio + 1.0 / ratio - 1.0 + cosine**2)
    return np.asarray(0.375 * shape / klein_nishina(energy))


def _scattered(energy: Array, random: np.random.Generator) -> Array:
    """Draw cosines of scattering angles, by rejection from the Rayleigh-like bound."""
    cosine = np.empty_like(energy)
    left = np.arange(energy.size)
    while left.size:
        x = energy[left]
        # the ratio of energies is drawn from 1/r between 1/(1 + 2 x) and 1, or from r
        low = 1.0 / (1.0 + 2.0 * x)
        logs = -np.log(low)
        flat = (1.0 - low**2) / 2.0
        pick = random.random(left.size) * (logs + flat) < logs
        u = random.random(left.size)
        ratio = np.where(pick, low**u, np.sqrt(low**2 + u * (1.0 - low**2)))
        t = (1.0 - ratio) / (x * ratio)
        keep = random.random(left.size) < 1.0 - ratio * t * (2.0 - t) / (1.0 + ratio**2)
        cosine[left[keep]] = 1.0 - t[keep]
        left = left[~keep]
    return cosine


def histories(energy_kev: float, n_photon: int, seed: int) -> Array:
    """Count what comes back of photons of one energy from an isotropic source above the slab.

    After each scattering the chance is counted to leave without another one under each angle.

    Parameters
    ----------
    energy_kev : float
        Energy of the photons, keV.
    n_photon : int
        How many are followed.
    seed : int
        Of the random numbers.

    Returns
    -------
    ndarray, shape (n_cosine, n_shift, n_order)
        Photons per cosine, for one that enters, in each bin of `SHIFTS` and `ORDERS`.
    """
    random = np.random.default_rng(seed)
    start = 1.0 / (energy_kev / ELECTRON_KEV)
    y = np.full(n_photon, start)
    mu = random.random(n_photon)
    depth = -np.log(random.random(n_photon)) * mu / klein_nishina(1.0 / y)
    shape = (COSINES.size, SHIFTS.size - 1, ORDERS.size - 1)
    counted = np.zeros(shape)
    for order in range(1, int(ORDERS[-1])):
        column = int(np.searchsorted(ORDERS, order, side="right")) - 1
        for row, out in enumerate(COSINES):
            counted[row, :, column] += _leaving(y, mu, depth, float(out), start, random)
        cosine = _scattered(1.0 / y, random)
        mu = _turned(mu, cosine, random)
        y = y + 1.0 - cosine
        depth = depth - np.log(random.random(y.size)) * mu / klein_nishina(1.0 / y)
        inside = (depth > 0) & (depth < DEEPEST)
        y, mu, depth = y[inside], mu[inside], depth[inside]
        if not y.size:
            break
    return counted / n_photon


def _turned(mu: Array, cosine: Array, random: np.random.Generator) -> Array:
    """Give cosines to the inward normal after scattering by angles, at any azimuth."""
    around = np.cos(2.0 * np.pi * random.random(mu.size))
    across = np.sqrt(np.maximum((1.0 - mu**2) * (1.0 - cosine**2), 0.0))
    return np.asarray(np.clip(mu * cosine + across * around, -1.0, 1.0))


def _leaving(
    y: Array, mu: Array, depth: Array, out: float, start: float, random: np.random.Generator
) -> Array:
    """Give the chance to leave under one angle now, in each bin of wavelength gained."""
    cosine = _turned(-mu, np.full(mu.size, out), random)
    later = y + 1.0 - cosine
    chance = phase(1.0 / y, cosine) * np.exp(-depth * klein_nishina(1.0 / later) / out)
    return np.asarray(np.histogram(later - start, SHIFTS, weights=chance)[0])
