"""How sharply a response sees: the width of its peak at each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Integers


def fwhm_channels(matrix: Any, energy_edges_kev: Floats, channel_kev: Floats) -> Floats:
    """Give the width of the response at each channel: full width at half maximum, in channels.

    Taken from the response to the photon energy nearest to the channel's: the channels above
    half the peak, with the crossings interpolated. Where the response is empty the nearest
    energy that is not counts.

    Parameters
    ----------
    matrix : scipy.sparse array, shape (n_channel, n_energy)
        Redistribution, with or without the effective area.
    energy_edges_kev : ndarray, shape (n_energy + 1,), keV
        Edges of the photon energies.
    channel_kev : ndarray, shape (n_channel,), keV
        Nominal energy of each channel.

    Returns
    -------
    ndarray, shape (n_channel,), at least 1

    Raises
    ------
    InputError
        The response is empty.
    """
    from scipy import sparse

    columns = sparse.csc_array(matrix)
    columns.sort_indices()
    widths, filled = _column_widths(columns.data, columns.indices, columns.indptr)
    if not filled.size:
        raise InputError("Cannot find the width of the response: it is empty. Check the RMF.")
    centres = (energy_edges_kev[:-1] + energy_edges_kev[1:])[filled] / 2
    order = np.argsort(centres)
    halfway = (centres[order][:-1] + centres[order][1:]) / 2
    return np.asarray(np.maximum(widths[order][np.searchsorted(halfway, channel_kev)], 1.0))


def _column_widths(
    data: Floats, rows: NDArray[Any], pointer: NDArray[Any]
) -> tuple[Floats, Integers]:
    """Give the FWHM of each column that is not empty, and the numbers of those columns."""
    filled = np.flatnonzero(np.diff(pointer))
    if not filled.size:
        return np.zeros(0), filled
    starts, sizes = pointer[filled], np.diff(pointer)[filled]
    half = np.maximum.reduceat(data, starts) / 2
    above = (data >= np.repeat(half, sizes)) & (data > 0)
    width = np.add.reduceat(above.astype(np.float64), starts) - 1.0
    where = np.flatnonzero(above)
    for side in (-1, 1):
        border = np.searchsorted(where, starts if side < 0 else starts + sizes) - (side > 0)
        at = where[np.clip(border, 0, where.size - 1)]
        beside = np.clip(at + side, 0, data.size - 1)
        inside = (at + side >= starts) & (at + side < starts + sizes)
        inside &= rows[beside] == rows[at] + side
        outer = np.where(inside, data[beside], 0.0)
        width += np.divide(
            data[at] - half, data[at] - outer, out=np.zeros_like(half), where=data[at] > outer
        )
    peak = half > 0
    return width[peak], filled[peak]
