"""Absorption at the source: the cross section of a bin is that at its energies times (1 + z)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from nuwidgets.science.models.absorption import NH, mean_sigma
from nuwidgets.science.models.component import REDSHIFT, Component
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.science.models.grid import Array

Values = TypeVar("Values")
SMALLEST = 1e-6
"""1 + z is not less than this; at z = -1 all photons would be at no energy."""


class Shifted(Generic[Values]):
    """Gives what depends on energies alone on the bins as the source sees them.

    The last answer is kept: a redshift mostly stays while other parameters move.

    Parameters
    ----------
    grid : Grid
        Energy bins of the observer.
    values : callable
        Bins -> what is wanted on them.
    """

    def __init__(self, grid: Grid, values: Callable[[Grid], Values]) -> None:
        self.grid = grid
        self.values = values
        self._memory: tuple[float, Values] | None = None

    def __call__(self, redshift: float) -> Values:
        """Give it for a redshift."""
        if self._memory is None or self._memory[0] != redshift:
            factor = max(1.0 + redshift, SMALLEST)
            self._memory = (redshift, self.values(Grid(self.grid.edges_kev * factor)))
        return self._memory[1]


def shifted_sigma(
    component: str,
) -> Callable[[Grid, str, str], Shifted[Array]]:
    """Give what prepares the mean cross sections of a component at any redshift.

    Parameters
    ----------
    component : str
        ``tbabs`` or ``phabs``, see `absorption.sigma`.
    """

    def prepare(grid: Grid, abundance: str, cross_section: str) -> Shifted[Array]:
        sigma = Shifted(grid, lambda bins: mean_sigma(bins, component, abundance, cross_section))
        sigma(0.0)  # a table that is not there is missed now
        return sigma

    return prepare


def transmission(sigma: Shifted[Array], nh: float, redshift: float) -> Array:
    """Give exp(-nH sigma(E (1 + z))) in each bin (XSPEC manual, model zphabs).

    Parameters
    ----------
    sigma : Shifted
        Mean cross sections, 1e-22 cm2.
    nh : float
        Column density of hydrogen, 1e22 / cm2.
    redshift : float
        Redshift of the absorber.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    return np.asarray(np.exp(-nh * sigma(redshift)))


COMPONENTS = (Component("zphabs", "mul", (NH, REDSHIFT), shifted_sigma("phabs"), transmission),)
