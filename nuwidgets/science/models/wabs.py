"""Absorption with the cross sections of Morrison & McCammon: wabs and zwabs.

The abundances are those of Anders & Ebihara (1982), built into the cross sections; tables of
abundances and of cross sections do not change them. The cross sections are fits from 0.03 to
10 keV, joined at edges; above 10 keV the last one is continued as E^-3, as XSPEC does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.models.absorption import NH
from nuwidgets.science.models.component import REDSHIFT, Component
from nuwidgets.science.models.redshifted import Shifted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.science.models.grid import Array, Grid

FITS = np.array([
    (0.030, 17.3, 608.1, -2150.0),
    (0.100, 34.6, 267.9, -476.1),
    (0.284, 78.1, 18.8, 4.3),
    (0.400, 71.4, 66.8, -51.4),
    (0.532, 95.5, 145.8, -61.1),
    (0.707, 308.9, -380.6, 294.0),
    (0.867, 120.6, 169.3, -47.7),
    (1.303, 141.3, 146.8, -31.5),
    (1.840, 202.7, 104.7, -17.0),
    (2.471, 342.7, 18.7, 0.0),
    (3.210, 352.2, 18.7, 0.0),
    (4.038, 433.9, -2.4, 0.75),
    (7.111, 629.0, 30.9, 0.0),
    (8.331, 701.2, 25.2, 0.0),
])  # fmt: skip
"""Lower end in keV, c0, c1, c2 of sigma = (c0 + c1 E + c2 E^2) / E^3 in 1e-24 cm2.

Morrison & McCammon 1983, ApJ 270, 119 (1983ApJ...270..119M), table 2.
"""
TOP_KEV = 10.0
"""Up to here the fits hold."""
BREAKS_KEV = np.append(FITS[1:, 0], TOP_KEV)
"""Where one fit ends and the next one begins."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Cross sections at both ends of each bin, and of the parts of bins that hold a break."""

    ends: Array
    """Shape (2, n_bin), 1e-22 cm2."""
    split: NDArray[np.intp]
    """Which bins hold a break, shape (n_split,)."""
    parts: Array
    """Their cross sections, shape (2, n_split, n_part), 1e-22 cm2."""
    share: Array
    """What each part is of its bin, shape (n_split, n_part)."""


def pieces(grid: Grid) -> Pieces:
    """Give the cross sections from which `transmission` averages over each bin."""
    lo, hi = np.minimum(grid.lo_kev, grid.hi_kev), np.maximum(grid.lo_kev, grid.hi_kev)
    inside = (lo[:, None] < BREAKS_KEV) & (hi[:, None] > BREAKS_KEV)
    split = np.flatnonzero(inside.any(axis=1))
    cuts = np.clip(BREAKS_KEV, lo[split, None], hi[split, None])
    edges = np.concatenate([lo[split, None], cuts, hi[split, None]], axis=1)
    share = np.diff(edges, axis=1) / (hi - lo)[split, None]
    return Pieces(_ends(lo, hi), split, _ends(edges[:, :-1], edges[:, 1:]), share)


def _ends(lo: Array, hi: Array) -> Array:
    """Give the cross section at both ends of intervals, by the fit that holds inside of them."""
    middle = (lo + hi) / 2
    fit = FITS[np.clip(np.searchsorted(FITS[:, 0], middle, side="right") - 1, 0, None)]
    energy = np.stack([lo, hi])
    capped = np.where(middle > TOP_KEV, TOP_KEV, energy)
    numerator = fit[..., 1] + fit[..., 2] * capped + fit[..., 3] * capped**2
    return np.asarray(numerator / energy**3 * 1e-2)


def transmission(prepared: Pieces, nh: float) -> Array:
    """Give the mean of exp(-nH sigma) in each bin, as XSPEC takes it.

    It is the trapezoidal rule between the ends of a bin, or of its parts where it holds a break.

    Parameters
    ----------
    prepared : Pieces
        What `pieces` gave.
    nh : float
        Column density of hydrogen, 1e22 / cm2.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    values = np.exp(-nh * prepared.ends).mean(axis=0)
    parts = np.exp(-nh * prepared.parts).mean(axis=0)
    values[prepared.split] = (parts * prepared.share).sum(axis=1)
    return np.asarray(values)


def wabs(grid: Grid, _abundance: str, _cross_section: str) -> Pieces:
    """Prepare wabs."""
    return pieces(grid)


def zwabs(grid: Grid, _abundance: str, _cross_section: str) -> Shifted[Pieces]:
    """Prepare zwabs."""
    return Shifted(grid, pieces)


def shifted_transmission(prepared: Shifted[Pieces], nh: float, redshift: float) -> Array:
    """Give the mean of exp(-nH sigma(E (1 + z))) in each bin, shape (n_bin,)."""
    return transmission(prepared(redshift), nh)


COMPONENTS = (
    Component("wabs", "mul", (NH,), wabs, transmission),
    Component("zwabs", "mul", (NH, REDSHIFT), zwabs, shifted_transmission),
)
