"""How the fit statistics change with the predicted rate, bin by bin.

First and second derivatives of the formulas in `nuwidgets.science.statistics`, by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.statistics import MODEL_FLOOR_COUNTS, background_rate

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats


def chi_slopes(rate: Floats, variance: Floats, model: Floats) -> tuple[Floats, Floats]:
    """Give first and second derivatives of (rate - model)^2 / variance by the model.

    Parameters
    ----------
    rate, model : ndarray, shape (n,), counts/s
    variance : ndarray, shape (n,), (counts/s)^2
    """
    return 2 * (model - rate) / variance, 2 / variance


def cstat_slopes(counts: Floats, time_s: Floats, model: Floats) -> tuple[Floats, Floats]:
    """Give first and second derivatives of Cash's C by the model.

    Parameters
    ----------
    counts : ndarray, shape (n,)
    time_s : ndarray, shape (n,), s
        Exposure.
    model : ndarray, shape (n,), counts/s
    """
    safe = np.maximum(model, MODEL_FLOOR_COUNTS / time_s)
    return 2 * (time_s - counts / safe), 2 * counts / safe**2


def wstat_slopes(
    counts: Floats,
    background: Floats,
    time_s: Floats,
    background_time_s: Floats,
    model: Floats,
) -> tuple[Floats, Floats]:
    """Give first and second derivatives of the W statistic by the model.

    The background rate that fits best is put in; as it is at its best, it adds nothing to the
    first derivative (the envelope theorem).

    Parameters
    ----------
    counts, background : ndarray, shape (n,)
    time_s, background_time_s : ndarray, shape (n,), s
        Exposures, the second one scaled to the size of the source region.
    model : ndarray, shape (n,), counts/s
    """
    safe = np.maximum(model, MODEL_FLOOR_COUNTS / time_s)
    hidden = background_rate(counts, background, time_s, background_time_s, safe)
    total = safe + hidden
    first = 2 * (time_s - counts / total)
    source = counts / total**2
    # where the background holds no counts, its rate sticks at 0 or takes up all of a deficit
    sticks = (background == 0) & (hidden <= 0)
    other = background / np.where(hidden > 0, hidden, 1.0) ** 2
    sum_ = source + other
    second = np.where(sticks, source, source * other / np.where(sum_ > 0, sum_, 1.0))
    return first, 2 * second
