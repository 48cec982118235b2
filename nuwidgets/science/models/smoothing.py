"""Convolutions with a line profile: gsmooth and lsmooth.

XSPEC's rules are kept, as far as its numbers show them: the photons of a bin start at its centre
and the profile is integrated over the other bins; going outward, the first bin that gets less
than 1e-5 of them is the last. The kernel of the parameters asked for last is remembered.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import Component

if TYPE_CHECKING:
    from scipy.sparse import csc_array

    from nuwidgets.science.models.grid import Array, Grid

Indices: TypeAlias = npt.NDArray[np.intp]
LEAST = 1e-5
"""Outward from a bin, the first one that gets less than this fraction is the last one."""
REFERENCE_KEV = 6.0
"""The width is given at this energy."""
TABLE_STEP, TABLE_SIZE = 0.016 * np.sqrt(2.0), 200
"""XSPEC's Gaussian integral is linear between such steps of x/sigma, and 1/2 beyond 4.525."""


class Profile(Protocol):
    """The shape of a line."""

    def below(self, scaled: Array) -> Array:
        """Give the share of the line between its centre and distances in widths, signed."""

    def reach(self, share: Array) -> Array:
        """Give the distance in widths beyond which a bin one width wide gets less than `share`."""


class Gaussian:
    """A Gaussian; its width is the standard deviation (XSPEC manual, model gsmooth)."""

    def below(self, scaled: Array) -> Array:
        """Give the share between the centre and distances in sigma."""
        nodes, shares = _gaussian_table()
        return np.asarray(np.copysign(np.interp(np.abs(scaled), nodes, shares), scaled))

    def reach(self, share: Array) -> Array:
        """Give where the table ends: nothing is beyond."""
        return np.full_like(share, TABLE_STEP * (TABLE_SIZE + 1))


class Lorentzian:
    """A Lorentzian; its width is the full one at half maximum (XSPEC manual, model lsmooth)."""

    def below(self, scaled: Array) -> Array:
        """Give the share between the centre and distances in full widths."""
        return np.asarray(np.arctan(2.0 * scaled) / np.pi)

    def reach(self, share: Array) -> Array:
        """Give where 1/(2 pi x^2), which the profile never exceeds, falls to `share`."""
        return np.asarray(1.0 / np.sqrt(2.0 * np.pi * share))


@cache
def _gaussian_table() -> tuple[Array, Array]:
    """Give the distances in sigma and the shares between them and the centre."""
    from scipy import special

    steps = np.arange(TABLE_SIZE + 2)
    shares = special.erf(steps * TABLE_STEP / np.sqrt(2.0)) / 2.0
    shares[-1] = 0.5
    return steps * TABLE_STEP, shares


class Smoother:
    """Smooths photons on one grid with a profile, whose kernel it remembers."""

    def __init__(self, grid: Grid, profile: Profile) -> None:
        self.grid = grid
        self.profile = profile
        self._for: tuple[float, float] | None = None
        self._kernel: csc_array | None = None

    def __call__(self, photons: Array, width_kev: float, power: float) -> Array:
        """Give the smoothed photons.

        Parameters
        ----------
        photons : ndarray, shape (n_bin,), photons/cm2/s
            The model.
        width_kev : float
            Width of the profile at 6 keV; see the profile for what it means. 0 changes nothing.
        power : float
            The width goes as the energy of the photons to this power.

        Returns
        -------
        ndarray, shape (n_bin,), photons/cm2/s
        """
        if width_kev <= 0:
            return photons
        if self._kernel is None or self._for != (width_kev, power):
            self._kernel = self._made(width_kev, power)
            self._for = (width_kev, power)
        return np.asarray(self._kernel @ photons)

    def _made(self, width_kev: float, power: float) -> csc_array:
        """Give the shares, shape (n_bin to, n_bin from)."""
        from scipy import sparse

        edges = self.grid.edges_kev
        n_bin = edges.size - 1
        centre = (edges[:-1] + edges[1:]) / 2
        width = width_kev * (centre / REFERENCE_KEV) ** power
        first, last = self._window(centre, width)
        # one row of edges for each bin that gives, all in one line
        counts = last - first + 1
        ends = np.cumsum(counts)
        source = np.repeat(np.arange(n_bin), counts)
        target = np.arange(ends[-1]) - np.repeat(ends - counts - first, counts)
        scaled = (edges[target] - centre[source]) / width[source]
        shares = np.append(np.diff(self.profile.below(scaled)), 0.0)
        shares[ends - 1] = 0.0  # from the last edge of one row to the first of the next
        kept = _kept(shares, target - source)
        kept[ends - 1] = False
        starts = np.concatenate([[0], np.cumsum(np.bincount(source[kept], minlength=n_bin))])
        return sparse.csc_array((shares[kept], target[kept], starts), shape=(n_bin, n_bin))

    def _window(self, centre: Array, width: Array) -> tuple[Indices, Indices]:
        """Give the first bin that may get photons of each bin, and the one after the last."""
        edges = self.grid.edges_kev
        n_bin = edges.size - 1
        if (np.diff(edges) < 0).any():  # a reversed bin: no order to search in
            return np.zeros(n_bin, np.intp), np.full(n_bin, n_bin, np.intp)
        reach = width * self.profile.reach(LEAST * width / self.grid.width_kev.max())
        first = np.searchsorted(edges, centre - reach) - 2
        last = np.searchsorted(edges, centre + reach) + 2
        return np.maximum(first, 0), np.minimum(last, n_bin)


def _kept(shares: Array, distance: Indices) -> npt.NDArray[np.bool_]:
    """Tell which bins get photons: those whose inner neighbour got enough."""
    enough = np.abs(shares) >= LEAST
    kept = distance == 0
    kept[1:] |= (distance[1:] > 0) & enough[:-1]
    kept[:-1] |= (distance[:-1] < 0) & enough[1:]
    return np.asarray(kept)


def _gaussian(grid: Grid, _abundance: str, _cross_section: str) -> Smoother:
    return Smoother(grid, Gaussian())


def _lorentzian(grid: Grid, _abundance: str, _cross_section: str) -> Smoother:
    return Smoother(grid, Lorentzian())


def smoothed(smoother: Smoother, photons: Array, width_kev: float, power: float) -> Array:
    """Give the photons smoothed, shape (n_bin,), photons/cm2/s; see `Smoother`."""
    return smoother(photons, width_kev, power)


_P = ParameterDefinition
_WIDTH = _P("Sig_6keV", "keV", 1.0, 0.0, 0.0, 10.0, 20.0, 0.01)
_POWER = _P("Index", "", 0.0, -1.0, -1.0, 1.0, 1.0, 0.01, frozen=True)
COMPONENTS = (
    Component("gsmooth", "con", (_WIDTH, _POWER), _gaussian, smoothed),
    Component("lsmooth", "con", (_WIDTH, _POWER), _lorentzian, smoothed),
)
