"""Look whether a minimum is the lowest point nearby: models with kinks have several close by.

The cut-offs of ``highecut`` or ``edge`` move across the response's energies, which leaves shallow
dips in the statistic, less than a sigma apart. A minimiser rests in the first one it meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.minimize import covariance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.science.minimize import Minimum, Objective

SIGMAS = (-0.3, 0.3)
"""How far each value is moved, in its errors, the others following."""


def lower_nearby(
    objective: Objective, found: Minimum, gain: float, among: Mask | None = None
) -> Floats | None:
    """Give the lowest point around a minimum that lies lower than it by `gain`; None for none.

    Parameters
    ----------
    objective : Objective
        The statistic.
    found : Minimum
        Its minimum.
    gain : float
        Fall of the statistic that counts.
    among : ndarray of bool, shape (n,), optional
        Values that are moved; all that are not held by default.
    """
    lowest, point = found.statistic - gain, None
    matrix, distinct = covariance(found)
    if not distinct:
        return None
    for index in np.flatnonzero(~found.held if among is None else ~found.held & among):
        along = np.nan_to_num(matrix[index] / np.sqrt(matrix[index, index]))
        for sigmas in SIGMAS:
            x = np.clip(found.x + sigmas * along, objective.lo, objective.hi)
            statistic = objective.statistic(x)
            if statistic < lowest:
                lowest, point = statistic, x
    return point
