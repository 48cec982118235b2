"""Abundances of elements by number, for one hydrogen atom."""

from __future__ import annotations

SYMBOLS = ("H", "He", "C", "N", "O", "Ne", "Na", "Mg", "Al", "Si", "S", "Cl", "Ar", "Ca", "Cr",
           "Fe", "Co", "Ni")  # fmt: skip
"""Elements of the tables, by atomic number."""
ATOMIC_NUMBERS = dict(
    zip(SYMBOLS, (1, 2, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 20, 24, 26, 27, 28), strict=True)
)
"""Atomic number of each element of the tables."""
_LOGS = {
    "angr": (12.00, 10.99, 8.56, 8.05, 8.93, 8.09, 6.33, 7.58, 6.47, 7.55, 7.21, 5.50, 6.56, 6.36,
             5.67, 7.67, 4.92, 6.25),
    "wilm": (12.00, 10.99, 8.38, 7.88, 8.69, 7.94, 6.16, 7.40, 6.33, 7.27, 7.09, 5.12, 6.41, 6.20,
             5.51, 7.43, 4.92, 6.05),
    "aspl": (12.00, 10.93, 8.43, 7.83, 8.69, 7.93, 6.24, 7.60, 6.45, 7.51, 7.12, 5.50, 6.40, 6.34,
             5.64, 7.50, 4.99, 6.22),
}  # fmt: skip
"""12 + log10 of the number, by the papers of `absorption.ABUNDANCES`.

Their ratios are those of the edges in XSPEC's cross sections for the three tables, to 3e-3.
"""


def abundances(table: str) -> dict[int, float]:
    """Give the number of atoms for one of hydrogen, by atomic number.

    Parameters
    ----------
    table : str
        Name of a table: ``wilm``, ``angr`` or ``aspl``.
    """
    return {
        ATOMIC_NUMBERS[symbol]: 10.0 ** (log - 12.0)
        for symbol, log in zip(SYMBOLS, _LOGS[table], strict=True)
    }
