"""Photoelectric cross sections of single elements, for abundances that differ from the table's.

Hydrogen and helium have the formula of Verner et al. 1996 (1996ApJ...465..487V). Of the others
the height of each shell at its edge is read off the edges of XSPEC's phabs; how the shells fall
from there, exp(-a u - b u^2 - c u^3) with u = ln(E / edge), was fitted to XSPEC's phabs for three
abundance tables at once, from 0.3 to 100 keV: the sums agree to 0.3 %. A single element is good
to some percent. So these serve for what is added to, or taken from, the table's mixture; the
mixture itself has the table's own values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.models.abundances import ATOMIC_NUMBERS

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array

MEGABARN = 1e4
"""1e-18 cm2 in 1e-22 cm2."""
_K = {
    6: (0.291, 0.9372), 7: (0.4048, 0.6691), 8: (0.538, 0.49945), 10: (0.8701, 0.29533),
    11: (1.079, 0.22301), 12: (1.311, 0.20265), 13: (1.567, 0.16568), 14: (1.846, 0.13576),
    16: (2.477, 0.0956), 17: (2.83, 0.08148), 18: (3.203, 0.07017), 20: (4.043, 0.06003),
    24: (5.996, 0.03945), 26: (7.124, 0.03366), 27: (7.725, 0.03105), 28: (8.348, 0.0286),
}  # fmt: skip
"""Edge, keV, and height, Mb, of the K shell by atomic number."""
_L23 = {
    14: (0.106, 4.0229), 16: (0.17, 4.78739), 18: (0.2492, 4.3879), 20: (0.352, 2.58238),
    24: (0.585, 1.64419), 26: (0.724, 1.25197), 28: (0.8762, 1.05027),
}  # fmt: skip
"""The same of the 2p shell."""
_L1 = {
    14: (0.156, 0.47992), 16: (0.235, 0.3701), 20: (0.4425, 0.24867), 26: (0.857, 0.1488),
    28: (1.024, 0.12794),
}  # fmt: skip
"""The same of the 2s shell."""
_REST = (6, 7, 8, 10, 11, 12, 13, 17, 18, 24, 27)
"""Elements whose other shells count as a share of the K shell, continued below its edge."""
_FALL_K = np.array([
    [2.45353, 0.42137, -0.32318], [0.23224, -0.20361, 0.14812], [-0.028, 0.03227, -0.00036],
])  # fmt: skip
_FALL_L23 = np.array([[2.02002, 1.09049], [0.13444, -0.13226], [-0.007, 0.01943]])
_FALL_L1 = np.array([[1.78044, 0.30612], [0.12732, -0.13855]])
_SHARE = (-2.74113, 0.67916, 2.78695, -0.00324)
SILICON, TITANIUM, OXYGEN = 14.0, 22.0, 8.0
"""Atomic numbers at which the coefficients above hold; rows are a, b, c, columns powers of ln."""


def hydrogen(energy_kev: Array) -> Array:
    """Give the cross section of atomic hydrogen, 1e-22 cm2, shape of `energy_kev`."""
    return _verner(energy_kev, (4.298e-4, 5.475e4, 32.88, 2.963, 0.0, 0.0, 0.0))


def helium(energy_kev: Array) -> Array:
    """Give the cross section of atomic helium, 1e-22 cm2, shape of `energy_kev`."""
    return _verner(energy_kev, (0.01361, 949.2, 1.469, 3.188, 2.039, 0.4434, 2.136))


def _verner(energy_kev: Array, numbers: tuple[float, ...]) -> Array:
    """Give equation 1 of Verner et al. 1996 for E0 (keV), sigma0 (Mb), ya, P, yw, y0, y1."""
    scale, height, ya, power, yw, y0, y1 = numbers
    x = energy_kev / scale - y0
    y = np.hypot(x, y1)
    shape = ((x - 1.0) ** 2 + yw**2) * y ** (0.5 * power - 5.5) * (1.0 + np.sqrt(y / ya)) ** -power
    return np.asarray(MEGABARN * height * shape)


def element(energy_kev: Array, symbol: str) -> Array:
    """Give the cross section of one atom.

    Parameters
    ----------
    energy_kev : ndarray
        Energies, keV; meant for 0.3 to 100 keV.
    symbol : str
        Of `abundances.SYMBOLS`.

    Returns
    -------
    ndarray, shape of `energy_kev`, 1e-22 cm2
    """
    z = ATOMIC_NUMBERS[symbol]
    if z in (1, 2):
        return hydrogen(energy_kev) if z == 1 else helium(energy_kev)
    log = np.log(z / SILICON)
    total = _shell(energy_kev, _K[z], _FALL_K @ np.array([1.0, log, log**2]))
    log = np.log(z / TITANIUM)
    for shells, fall in ((_L23, _FALL_L23), (_L1, _FALL_L1)):
        if z in shells:
            total += _shell(energy_kev, shells[z], fall @ np.array([1.0, log]))
    if z in _REST:
        edge, height = _K[z]
        u = np.log(energy_kev / edge)
        share = _SHARE[0] + _SHARE[1] * np.log(z / OXYGEN) - _SHARE[2] * u - _SHARE[3] * u**2
        total += MEGABARN * height * np.exp(share)
    return total


def _shell(energy_kev: Array, shell: tuple[float, float], fall: Array) -> Array:
    """Give what a shell absorbs above its edge."""
    edge, height = shell
    u = np.log(np.maximum(energy_kev / edge, 1.0))
    powers = sum(number * u ** (order + 1) for order, number in enumerate(fall))
    return np.asarray(np.where(energy_kev >= edge, MEGABARN * height * np.exp(-powers), 0.0))
