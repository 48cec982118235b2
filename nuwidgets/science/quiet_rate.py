"""Flares in a light curve: bins far above the quiet rate, found by clipping again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask

MAD_OF_SIGMA = 1.4826
"""Sigma of a normal distribution over its median absolute deviation."""
MOST_ROUNDS = 50
LEAST_SHARE = 0.2
"""Bins with less of the longest exposure than this are judged, but do not say what is quiet."""


class Quiet(NamedTuple):
    """What is left when flares are clipped."""

    kept: Mask
    """Bins that are no flares, shape (n,); those without a rate are kept."""
    rate_per_s: float
    """The quiet rate, counts/s: the median of what is kept; NaN without any."""
    limit_per_s: float
    """Rate from which a bin of the longest exposure is a flare, counts/s."""


def without_flares(rate_per_s: Floats, exposure_s: Floats, n_sigma: float) -> Quiet:
    """Leave out bins that lie more than `n_sigma` above the quiet rate.

    Parameters
    ----------
    rate_per_s : ndarray, shape (n,), counts/s
        NaN where nothing was seen.
    exposure_s : ndarray, shape (n,), s
        How long each bin was seen.
    n_sigma : float

    Notes
    -----
    Sigma of a bin is the larger one of the scatter of the quiet bins, 1.4826 times their median
    absolute deviation, and of the Poisson noise that the quiet rate has in its exposure, at least
    that of one count. Median
    and scatter are taken anew from what is left until nothing more is clipped; bins may come
    back. A source that varies itself is clipped too: look at what is lost.
    """
    known = np.isfinite(rate_per_s) & (exposure_s > 0)
    if not known.any():
        return Quiet(np.ones(len(rate_per_s), bool), np.nan, np.nan)
    longest = float(exposure_s[known].max())
    telling = known & (exposure_s >= LEAST_SHARE * longest)
    kept, quiet, scatter = known, 0.0, 0.0
    for _ in range(MOST_ROUNDS):
        rates = rate_per_s[kept & telling]
        if not len(rates):
            break
        quiet = float(np.median(rates))
        scatter = MAD_OF_SIGMA * float(np.median(np.abs(rates - quiet)))
        before = kept
        kept = known & ~(rate_per_s > _limits(quiet, scatter, exposure_s, n_sigma))
        if np.array_equal(kept, before):
            break
    limit = float(_limits(quiet, scatter, np.array([longest]), n_sigma)[0])
    return Quiet(kept | ~known, quiet, limit)


def _limits(quiet: float, scatter: float, exposure_s: Floats, n_sigma: float) -> Floats:
    """Give the rate from which each bin is a flare, counts/s, shape (n,)."""
    seen_s = np.where(exposure_s > 0, exposure_s, np.nan)
    noise = np.sqrt(np.maximum(quiet * seen_s, 1.0)) / seen_s
    return quiet + n_sigma * np.maximum(scatter, noise)
