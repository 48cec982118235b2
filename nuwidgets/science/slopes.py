"""How the fit statistics change with the predicted rate, bin by bin.

First and second derivatives of the formulas in `nuwidgets.science.statistics`, by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.statistics import (
    MODEL_FLOOR_COUNTS,
    background_rate,
    variance_with_model,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.domain.arrays import Floats


def chi_slopes(
    rate: Floats,
    variance: Floats,
    model: Floats,
    systematic: float = 0.0,
    growth: npt.ArrayLike = 0.0,
) -> tuple[Floats, Floats]:
    """Give first and second derivatives of `statistics.chi` by the model, shape (n,) each.

    Where the variance moves with the model, the second one is twice the square of the deviation's
    slope (Gauss and Newton's), which is never below 0.

    Parameters
    ----------
    rate, model : ndarray, shape (n,), counts/s
    variance : ndarray, shape (n,), (counts/s)^2
    systematic : float
        Fractional error of the model.
    growth : array_like
        How the variance grows with the model, counts/s.
    """
    if not (systematic or np.any(growth)):
        return 2 * (model - rate) / variance, 2 / variance
    total = variance_with_model(variance, model, systematic, growth)
    rise = np.where(model > 0, growth, 0.0) + 2 * systematic**2 * model
    root = np.sqrt(total)
    deviation = (model - rate) / root
    slope = 1 / root - deviation * rise / (2 * total)
    return 2 * deviation * slope, 2 * slope**2


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
