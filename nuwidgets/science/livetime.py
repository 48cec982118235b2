"""Live time: how much of the good time the detector could count.

Rule of NuSTARDAS' nulivetime: the live fraction of each housekeeping second, weighted by how much
of that second is good time. It holds where every good second has a housekeeping row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.gti import Gti


def good_part_s(time_s: Floats, gti: Gti) -> Floats:
    """Give how much of each second [time_s, time_s + 1) is good time, s; shape as given."""
    time = np.asarray(time_s, float)
    edges = np.column_stack([time, time + 1.0]).ravel()
    return np.maximum(gti.overlap_s(edges)[::2], 0.0) if len(time) else time


def mean_live_fraction(time_s: Floats, fraction: Floats, gti: Gti) -> float:
    """Give the mean live fraction over the good time (DEADC); NaN where no second is good.

    Parameters
    ----------
    time_s : ndarray, shape (n,), s, rising
        Start of each second of the record.
    fraction : ndarray, shape (n,)
        Live fraction of each second, 0 to 1.
    gti : Gti
        Good times.
    """
    weight = good_part_s(time_s, gti)
    known = np.isfinite(fraction) & (weight > 0)
    if not np.any(known):
        return float("nan")
    return float(np.sum(np.asarray(fraction)[known] * weight[known]) / np.sum(weight[known]))
