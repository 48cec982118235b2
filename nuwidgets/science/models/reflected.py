"""Components that reflect: pexrav and reflect, see `reflection` for how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import NORM, REDSHIFT, Component
from nuwidgets.science.models.powerlaws import cutoff_powerlaw
from nuwidgets.science.models.reflection import Mirror

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid


def prepare(grid: Grid, abundance: str, _cross_section: str) -> Mirror:
    """Prepare the slab; its cross sections are those of phabs with ``vern``."""
    return Mirror(grid, abundance)


def pexrav(
    mirror: Mirror,
    photon_index: float,
    fold_kev: float,
    reflection: float,
    redshift: float,
    metals: float,
    iron: float,
    cosine: float,
) -> Array:
    """Give the photons per bin of a cut-off power law and its reflection.

    E^-index exp(-E/fold) at the energies of the source. The norm is the photons/keV/cm2/s of the
    power law alone at 1 keV of the observer (read off XSPEC's numbers).

    Parameters
    ----------
    mirror : Mirror
        The slab.
    photon_index, fold_kev : float
        Photon index, and energy of the cut-off, keV; 0 for none.
    reflection : float
        Reflected part, 1 for an isotropic source above the slab; below 0 its size, without the
        power law itself.
    redshift : float
        Redshift, above -1.
    metals, iron : float
        Abundances of metals but iron, and of iron, over the table's.
    cosine : float
        Of the inclination.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    stretch = 1.0 + redshift
    fold = 1.0 / fold_kev if fold_kev > 0 else 0.0

    def density(energy: Array) -> Array:
        log = -photon_index * np.log(energy / stretch) - (energy - stretch) * fold
        return np.asarray(np.exp(log))

    total = np.zeros(mirror.grid.width_kev.size)
    if reflection >= 0:
        cutoff = 1.0 / (fold * stretch) if fold else 1e30
        total = cutoff_powerlaw(mirror.grid, photon_index, cutoff) * np.exp(stretch * fold)
    if reflection:
        source, weight = mirror.matrix(redshift, metals, iron, cosine)
        back = np.einsum("ij,ij->i", weight, density(source))
        total = total + abs(reflection) * mirror.bins(back, redshift)
    return np.asarray(total)


def reflect(
    mirror: Mirror,
    photons: Array,
    reflection: float,
    redshift: float,
    metals: float,
    iron: float,
    cosine: float,
) -> Array:
    """Give photons and what the slab reflects of them (XSPEC manual, model reflect).

    Photons of higher energies than those of the grid are missing, as in XSPEC: extend the grid.

    Parameters
    ----------
    mirror : Mirror
        The slab.
    photons : ndarray, shape (n_bin,), photons/cm2/s
        What falls onto it.
    reflection, redshift, metals, iron, cosine : float
        As of `pexrav`.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    if not reflection:
        return np.array(photons)
    source, weight = mirror.matrix(redshift, metals, iron, cosine)
    grid = mirror.grid
    width = np.where(grid.width_kev == 0, np.inf, grid.width_kev)
    centre = (grid.lo_kev + grid.hi_kev) / 2
    order = np.argsort(centre)
    at = source / (1.0 + redshift)
    # E^2 N is flatter than N
    flat = np.interp(at, centre[order], (photons / width * centre**2)[order])
    inside = (at >= grid.edges_kev.min()) & (at <= grid.edges_kev.max())
    back = np.einsum("ij,ij->i", weight, np.where(inside, flat / at**2, 0.0))
    result = abs(reflection) * mirror.bins(back, redshift)
    return np.asarray(result + photons if reflection > 0 else result)


_P = ParameterDefinition
_INDEX = _P("PhoIndex", "", 2.0, -10.0, -9.0, 9.0, 10.0, 0.01)
_FOLD = _P("foldE", "keV", 100.0, 1.0, 1.0, 1e6, 1e6, 10.0)
_PEXRAV_REL = _P("rel_refl", "", 0.0, 0.0, 0.0, 1e6, 1e6, 0.01)
_REL = _P("rel_refl", "", 0.0, -1.0, -1.0, 1e6, 1e6, 0.01)
_METALS = _P("abund", "", 1.0, 0.0, 0.0, 1e6, 1e6, 0.01, frozen=True)
_IRON = _P("Fe_abund", "", 1.0, 0.0, 0.0, 1e6, 1e6, 0.01, frozen=True)
_COSINE = _P("cosIncl", "", 0.45, 0.05, 0.05, 0.95, 0.95, 0.01, frozen=True)
_SLAB = (REDSHIFT, _METALS, _IRON, _COSINE)
APPROXIMATE = (
    "its reflected part is from a Monte Carlo of our own, up to 9 % below XSPEC's at 13 to 50 keV."
)
COMPONENTS = (
    Component(
        "pexrav",
        "add",
        (_INDEX, _FOLD, _PEXRAV_REL, *_SLAB, NORM),
        prepare,
        pexrav,
        approximate=APPROXIMATE,
    ),
    Component("reflect", "con", (_REL, *_SLAB), prepare, reflect, approximate=APPROXIMATE),
)
