"""Free-free Gaunt factors: polynomial fits to Karzas & Latter (1961, ApJS 6, 167).

Between 0.136 and 13.6 keV (over Z^2) the fits of Kellogg, Baldwin & Koch (1975, ApJ 199, 299)
with the corrections XSPEC applies, hotter the Born approximation, colder Kurucz's table (1970,
SAO Special Report 309). Where these stop being valid XSPEC's rules hold: 0 above 50 kT.
Coefficients and ranges are those that XSPEC's own routine uses; they were compared with XSPEC's
values of bremss, not with the papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array

RYDBERG_KEV = 0.01358
"""Ionisation energy used by the fits, keV."""
HIGHEST_U = 50.0
"""Above this E/kT the factor is 0."""

# Kellogg, Baldwin & Koch (1975), correction to the Born value: rows = gamma^2 * 1000 nodes,
# columns = ranges of u = E/kT, then the coefficients of 1, u, u^2
_KBK_CONSTANT = (
    (1.001, 1.004, 1.017, 1.036, 1.056, 1.121),
    (1.001, 1.005, 1.017, 1.046, 1.073, 1.115),
    (0.9991, 1.005, 1.030, 1.055, 1.102, 1.176),
    (0.9970, 1.005, 1.035, 1.069, 1.134, 1.186),
    (0.9962, 1.004, 1.042, 1.100, 1.193, 1.306),
    (0.9874, 0.9962, 1.047, 1.156, 1.327, 1.485),
    (0.9681, 0.9755, 1.020, 1.208, 1.525, 1.965),
)
_KBK_LINEAR = (
    (0.3029, 0.1616, 0.04757, 0.01300, 0.00490, -0.00320),
    (0.4905, 0.2155, 0.08357, 0.02041, 0.00739, 0.00029),
    (0.6540, 0.2833, 0.08057, 0.03257, 0.00759, -0.00151),
    (1.0290, 0.3910, 0.12660, 0.05149, 0.01274, 0.00324),
    (0.9569, 0.4891, 0.17640, 0.05914, 0.01407, -0.00024),
    (1.2360, 0.7579, 0.32600, 0.10770, 0.02800, 0.00548),
    (1.3270, 1.0170, 0.60170, 0.20500, 0.06050, 0.00187),
)
_KBK_SQUARE = (
    (-1.323, -0.2540, -0.01571, -0.001000, -0.000184, 0.00008),
    (-4.762, -0.3386, -0.03571, -0.001786, -0.000300, 0.00001),
    (-6.349, -0.4206, -0.02571, -0.003429, -0.000234, 0.00005),
    (-13.231, -0.5900, -0.04571, -0.005714, -0.000445, -0.00004),
    (-7.672, -0.6852, -0.06430, -0.005857, -0.000420, 0.00004),
    (-7.143, -0.9947, -0.12000, -0.010070, -0.000851, -0.00004),
    (-3.175, -1.1160, -0.22700, -0.018210, -0.001729, 0.00023),
)
_U_LIMITS = (0.03, 0.30, 1.0, 5.0, 15.0)
_GAMMA_LIMITS = (1.773, 3.0, 5.6234, 10.0, 30.0)
_GAMMA_START = (1.0, 1.7783, 3.0, 5.6234, 10.0, 30.0)
_GAMMA_WIDTH = (0.7783, 1.2217, 2.6234, 4.3766, 20.0, 70.0)

# Kurucz (1970): rows = log10 u from -4 by 0.5, columns = log10 gamma^2 from -1 by 0.5
_KURUCZ = (
    (5.40, 5.25, 5.00, 4.69, 4.48, 4.16, 3.85),
    (4.77, 4.63, 4.40, 4.13, 3.87, 3.52, 3.27),
    (4.15, 4.02, 3.80, 3.57, 3.27, 2.98, 2.70),
    (3.54, 3.41, 3.22, 2.97, 2.70, 2.45, 2.20),
    (2.94, 2.81, 2.65, 2.44, 2.21, 2.01, 1.81),
    (2.41, 2.32, 2.19, 2.02, 1.84, 1.67, 1.50),
    (1.95, 1.90, 1.80, 1.68, 1.52, 1.41, 1.30),
    (1.55, 1.56, 1.51, 1.42, 1.33, 1.25, 1.17),
    (1.17, 1.30, 1.32, 1.30, 1.20, 1.15, 1.11),
    (0.86, 1.00, 1.15, 1.18, 1.15, 1.11, 1.08),
    (0.59, 0.76, 0.97, 1.09, 1.13, 1.10, 1.08),
    (0.38, 0.53, 0.76, 0.96, 1.08, 1.09, 1.09),
)
_COLDEST_GAMMA = 0.1


def gaunt(energy_kev: Array, kt_kev: float, charge: float) -> Array:
    """Give the free-free Gaunt factor of an ion as XSPEC's bremsstrahlung models use it.

    Parameters
    ----------
    energy_kev : ndarray
        Photon energies, keV, above 0.
    kt_kev : float
        Temperature, keV.
    charge : float
        Charge of the ion.

    Returns
    -------
    ndarray, shape of `energy_kev`
    """
    return gaunt_factors(energy_kev, kt_kev, (charge,))[0]


def gaunt_factors(
    energy_kev: Array, kt_kev: float, charges: tuple[float, ...]
) -> tuple[Array, ...]:
    """Give the same as `gaunt` for several ions; what they have in common is computed once."""
    u = energy_kev / kt_kev
    born = None
    found = []
    for charge in charges:
        gamma_squared = charge**2 * RYDBERG_KEV / kt_kev
        if gamma_squared > _COLDEST_GAMMA:
            factor = _kurucz(u, gamma_squared)
        else:
            factor = born = _born(u) if born is None else born
            if gamma_squared * 1000.0 >= 1.0:
                factor = factor * _correction(u, min(gamma_squared * 1000.0, 100.0))
        found.append(np.asarray(np.where(u > HIGHEST_U, 0.0, factor)))
    return tuple(found)


def _born(u: Array) -> Array:
    """Give the Born approximation, sqrt(3)/pi exp(u/2) K0(u/2)."""
    from scipy import special

    return np.asarray(0.5513 * special.k0e(u / 2))


def _correction(u: Array, gamma: float) -> Array:
    """Interpolate the polynomials in u linearly between two nodes of gamma^2 * 1000."""
    u = np.maximum(u, 0.003)
    column = np.searchsorted(_U_LIMITS, u, side="left")
    row = int(np.searchsorted(_GAMMA_LIMITS, gamma, side="left"))
    share = (gamma - _GAMMA_START[row]) / _GAMMA_WIDTH[row]
    table = np.array([_KBK_CONSTANT, _KBK_LINEAR, _KBK_SQUARE])[:, row : row + 2]
    c0, c1, c2 = ((1 - share) * table[:, 0] + share * table[:, 1])[:, column]
    return np.asarray(c0 + u * (c1 + u * c2))


def _kurucz(u: Array, gamma_squared: float) -> Array:
    """Interpolate Kurucz's table bilinearly in log u and log gamma^2; 0 outside it."""
    table = np.array(_KURUCZ)
    x = 2.0 * np.log10(gamma_squared) + 2.0
    y = 2.0 * np.log10(u) + 8.0
    column, row = int(np.floor(x)), np.maximum(np.trunc(y).astype(int), 0)
    inside = (row < len(_KURUCZ) - 1) & (0 <= column < table.shape[1] - 1)
    column, row = min(max(column, 0), table.shape[1] - 2), np.minimum(row, len(_KURUCZ) - 2)
    t, v = x - column, y - row
    low = (1 - t) * table[row, column] + t * table[row, column + 1]
    high = (1 - t) * table[row + 1, column] + t * table[row + 1, column + 1]
    return np.asarray(np.where(inside, (1 - v) * low + v * high, 0.0))
