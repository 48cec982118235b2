"""An approximate response: a redistribution that is known once, times the area of a region."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.response import Response

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats


def scaled_response(
    redistribution: Any,
    area_cm2: Floats,
    edges_kev: tuple[Floats, Floats],
    width_channels: Floats,
    approximate: str,
) -> Response:
    """Give a response; quick, for the places of the entries are shared with the redistribution.

    Parameters
    ----------
    redistribution : scipy.sparse.csr_array, shape (n_channel, n_energy)
        The redistribution alone, checked once; it is not changed.
    area_cm2 : ndarray, shape (n_energy,)
        Effective area, cm2.
    edges_kev : (ndarray, ndarray)
        Edges of the true energies, keV, shape (n_energy + 1,), and the nominal ones of the
        channels, keV, shape (n_channel + 1,).
    width_channels : ndarray, shape (n_channel,)
        Full width at half maximum of a line, channels.
    approximate : str
        What is approximate about it.
    """
    matrix = copy(redistribution)
    matrix.data = matrix.data * area_cm2[matrix.indices]
    energies, channels = edges_kev
    return Response(
        energy_edges_kev=energies,
        matrix=matrix,
        channel=np.arange(len(channels) - 1),
        e_min_kev=channels[:-1],
        e_max_kev=channels[1:],
        area_cm2=area_cm2,
        provenance=Provenance(approximate=approximate),
        width_channels=width_channels,
    )
