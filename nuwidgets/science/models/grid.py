"""The energy bins a model is evaluated on, with the logarithms and cleaned edges they need."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from nuwidgets.errors import InputError

Array: TypeAlias = npt.NDArray[np.float64]

TINY_FRACTION = 1e-3
"""An edge at or below 0 keV becomes this fraction of the next edge above 0 (XSPEC's rule)."""


class Grid:
    """Energy bins of a response, ready for models.

    Edges at or below 0 keV (Swift's grids begin at 0) become 1/1000 of the next edge above 0.
    A bin with reversed edges (the first row of the EXOSAT response) is integrated as it
    stands, so its photons are negative, as in XSPEC.

    Parameters
    ----------
    edges_kev : array_like, shape (n_bin + 1,), keV
        Edges of the bins.

    Raises
    ------
    InputError
        Fewer than two edges, a value that is not a number, or no edge above 0 keV.
    """

    def __init__(self, edges_kev: npt.ArrayLike) -> None:
        edges = np.array(edges_kev, dtype=np.float64)
        if edges.ndim != 1 or edges.size < 2 or not np.isfinite(edges).all():  # noqa: PLR2004
            raise InputError(
                f"Cannot evaluate a model on edges of shape {edges.shape}: at least two finite "
                "energies in keV are needed, in one row. Give the edges of the energy bins."
            )
        self.edges_kev: Array = _positive(edges)

    @property
    def lo_kev(self) -> Array:
        """Lower edges, shape (n_bin,), keV."""
        return self.edges_kev[:-1]

    @property
    def hi_kev(self) -> Array:
        """Upper edges, shape (n_bin,), keV."""
        return self.edges_kev[1:]

    @cached_property
    def width_kev(self) -> Array:
        """Widths, shape (n_bin,), keV."""
        return np.diff(self.edges_kev)

    @cached_property
    def log_edges(self) -> Array:
        """Natural logarithms of the edges in keV, shape (n_bin + 1,)."""
        return np.log(self.edges_kev)

    @cached_property
    def log_step(self) -> Array:
        """ln(upper / lower edge), shape (n_bin,)."""
        return np.diff(self.log_edges)


def _positive(edges: Array) -> Array:
    """Replace edges at or below 0 by a small positive energy."""
    bad = edges <= 0
    if not bad.any():
        return edges
    if bad.all():
        raise InputError(
            f"Cannot evaluate a model between {edges[0]!r} and {edges[-1]!r} keV: no edge is "
            "above 0. Give energies in keV."
        )
    index = np.where(bad, edges.size, np.arange(edges.size))
    following = np.minimum.accumulate(index[::-1])[::-1]
    last = int(index[~bad].max())
    edges[bad] = TINY_FRACTION * edges[np.minimum(following[bad], last)]
    return edges
