"""vphabs and zvphabs: the gas of phabs with the abundance of each element.

All abundances 1 is phabs itself. What differs is added with the cross sections of `elements`,
which are good to some percent; the elements that count are those of XSPEC's vphabs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.absorption import NH, mean_sigma
from nuwidgets.science.models.abundances import ATOMIC_NUMBERS, SYMBOLS, abundances
from nuwidgets.science.models.component import REDSHIFT, Component
from nuwidgets.science.models.elements import element
from nuwidgets.science.models.redshifted import Shifted

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

VARIABLE = SYMBOLS[1:]
"""Elements whose abundances are parameters: He to Ni."""


def prepare(grid: Grid, abundance: str, cross_section: str) -> Shifted[tuple[Array, Array]]:
    """Give the mean cross sections in each bin, at any redshift.

    Returns
    -------
    Shifted
        Gives that of phabs, shape (n_bin,), and those of the elements for one hydrogen atom,
        shape (n_element, n_bin), both 1e-22 cm2.

    Raises
    ------
    InputError
        Unknown table, or a combination without a table.
    """
    table = abundances(abundance)

    def means(bins: Grid) -> tuple[Array, Array]:
        edges = np.array([
            table[ATOMIC_NUMBERS[symbol]] * element(bins.edges_kev, symbol) for symbol in VARIABLE
        ])  # fmt: skip
        single = (edges[:, :-1] + edges[:, 1:]) / 2
        return mean_sigma(bins, "phabs", abundance, cross_section), single

    shifted = Shifted(grid, means)
    shifted(0.0)  # a table that is not there is missed now
    return shifted


def absorbed_at(sigmas: Shifted[tuple[Array, Array]], nh: float, *values: float) -> Array:
    """Give exp(-nH sigma) (XSPEC manual, model zvphabs).

    Parameters
    ----------
    sigmas : Shifted
        What `prepare` gives.
    nh : float
        Column density of hydrogen, 1e22 / cm2.
    *values : float
        Abundances of `VARIABLE` over the table's, then the redshift.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    mixture, single = sigmas(values[-1])
    more = (np.array(values[:-1]) - 1.0) @ single
    return np.asarray(np.exp(-nh * np.maximum(mixture + more, 0.0)))


def absorbed(sigmas: Shifted[tuple[Array, Array]], nh: float, *values: float) -> Array:
    """Give the same without a redshift, shape (n_bin,) (XSPEC manual, model vphabs)."""
    return absorbed_at(sigmas, nh, *values, 0.0)


_P = ParameterDefinition
_EACH = tuple(_P(s, "", 1.0, 0.0, 0.0, 1000.0, 1000.0, 0.01, frozen=True) for s in VARIABLE)
APPROXIMATE = "cross sections of single elements are known to some percent only."
COMPONENTS = (
    Component("vphabs", "mul", (NH, *_EACH), prepare, absorbed, approximate=APPROXIMATE),
    Component(
        "zvphabs", "mul", (NH, *_EACH, REDSHIFT), prepare, absorbed_at, approximate=APPROXIMATE
    ),
)
