"""Flux of a model in a band of energy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.science.models.grid import Array

XSPEC_ERG_PER_KEV = 1.602192e-9
"""The erg in a keV that reproduces XSPEC's printed fluxes to 1e-8 (CODATA: 1.602176634e-9)."""


class Flux(NamedTuple):
    """Flux of a model in a band."""

    photons: float
    """Photons/cm2/s."""
    erg: float
    """Erg/cm2/s."""


def energy_flux(
    photons_per_bin: Array, edges_kev: npt.ArrayLike, lo_kev: float, hi_kev: float
) -> Flux:
    """Give the photon and energy flux between two energies, as XSPEC's ``flux`` does.

    A bin that lies partly in the band counts with the fraction of its width that does, at the
    centre of that part. The band is clipped to the grid, silently, as in XSPEC.

    Parameters
    ----------
    photons_per_bin : ndarray, shape (n_bin,), photons/cm2/s
        The model.
    edges_kev : array_like, shape (n_bin + 1,), keV
        Edges of its bins.
    lo_kev, hi_kev : float
        The band, keV.

    Returns
    -------
    Flux

    Raises
    ------
    InputError
        Limits that are not rising, or a band outside the grid.
    """
    grid = Grid(edges_kev)
    low, high = np.minimum(grid.lo_kev, grid.hi_kev), np.maximum(grid.lo_kev, grid.hi_kev)
    if not lo_kev < hi_kev:
        raise InputError(
            f"Cannot give the flux between {lo_kev!r} and {hi_kev!r} keV: the lower limit must "
            "be below the upper one."
        )
    if hi_kev <= low.min() or lo_kev >= high.max():
        raise InputError(
            f"Cannot give the flux between {lo_kev!r} and {hi_kev!r} keV: the model reaches from "
            f"{low.min():g} to {high.max():g} keV."
        )
    start, end = np.clip(lo_kev, low, high), np.clip(hi_kev, low, high)
    width = high - low
    share = np.divide(end - start, width, out=np.zeros_like(width), where=width > 0)
    inside = photons_per_bin * share
    energy = float(inside @ (start + end)) / 2
    return Flux(float(inside.sum()), energy * XSPEC_ERG_PER_KEV)
