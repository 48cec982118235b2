"""From the model's energies to the bins of a spectrum, without the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats


def overlap(lo_kev: Floats, hi_kev: Floats, edges_kev: Floats) -> Any:
    """Give the share of each energy bin that lies in each bin of a spectrum.

    Parameters
    ----------
    lo_kev, hi_kev : ndarray, shape (n,), keV
        Edges of the spectrum's bins; any order, they may leave gaps.
    edges_kev : ndarray, shape (n_energy + 1,), keV
        Edges of the energy bins, rising.

    Returns
    -------
    scipy.sparse.csr_array, shape (n, n_energy)
        Times photons in each energy bin: photons in each bin of the spectrum.
    """
    from scipy import sparse

    n, n_energy = len(lo_kev), len(edges_kev) - 1
    first = np.clip(np.searchsorted(edges_kev, lo_kev, "right") - 1, 0, n_energy)
    last = np.clip(np.searchsorted(edges_kev, hi_kev, "left"), 0, n_energy)
    size = np.maximum(last - first, 0)
    starts = np.append(0, np.cumsum(size))
    row = np.repeat(np.arange(n), size)
    column = np.arange(starts[-1]) - np.repeat(starts[:-1] - first, size)
    lo, hi = edges_kev[column], edges_kev[column + 1]
    inside = np.minimum(hi, hi_kev[row]) - np.maximum(lo, lo_kev[row])
    share = np.maximum(inside, 0.0) / (hi - lo)
    return sparse.csr_array((share, column, starts), shape=(n, n_energy))
