"""zTBabs: the gas of TBabs at a redshift, without the shadows inside grains.

XSPEC's zTBabs is TBabs with all of its matter as gas. In grains an atom shades others, so it
absorbs up to 2 % more for the same column. ``data/ztbabs.npz`` holds by how much, read off
XSPEC's numbers for wilm and angr (its ``meta`` says how); for aspl, which stands between them,
the mean is taken, good to 2e-3 of the cross section at 0.6 keV and 4e-5 at 3 keV.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.models.absorption import NH, sigma
from nuwidgets.science.models.component import REDSHIFT, Component
from nuwidgets.science.models.redshifted import Shifted, transmission

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid

TABLES = {"wilm": ("wilm",), "angr": ("angr",), "aspl": ("wilm", "angr")}
"""Which tables are averaged for an abundance."""


def without_grains(energy_kev: Array, abundance: str) -> Array:
    """Give the cross section of the matter of TBabs as gas over that in grains.

    Parameters
    ----------
    energy_kev : ndarray
        Energies, keV, above 0.
    abundance : str
        Name of a table, see `absorption.ABUNDANCES`.

    Returns
    -------
    ndarray, shape of `energy_kev`
    """
    names = TABLES[abundance]
    excess = [np.interp(np.log(energy_kev), *_table(name)) for name in names]
    return np.asarray(1.0 + sum(excess) / len(names))


@lru_cache(maxsize=4)
def _table(name: str) -> tuple[Array, Array]:
    """Give ln(energy/keV) and the excess over 1."""
    place = resources.files("nuwidgets.science.models").joinpath("data/ztbabs.npz")
    with place.open("rb") as file, np.load(file) as tables:
        energy, excess = tables[name]
    return np.log(energy), excess


def gas(grid: Grid, abundance: str, cross_section: str) -> Shifted[Array]:
    """Give the cross sections of zTBabs in each bin at any redshift, 1e-22 cm2.

    Each is the mean of those at the two edges of a bin.

    Raises
    ------
    InputError
        Unknown table.
    """

    def mean(bins: Grid) -> Array:
        edges = bins.edges_kev
        at_edges = sigma(edges, "tbabs", abundance, cross_section)
        at_edges = at_edges * without_grains(edges, abundance)
        return np.asarray((at_edges[:-1] + at_edges[1:]) / 2)

    shifted = Shifted(grid, mean)
    shifted(0.0)  # a table that is not there is missed now
    return shifted


COMPONENTS = (Component("zTBabs", "mul", (NH, REDSHIFT), gas, transmission),)
