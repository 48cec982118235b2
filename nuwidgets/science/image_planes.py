"""Image planes: pixels joined, smoothed, and divided by how long they were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats

LEAST = 0.01
"""Pixels with less exposure than this part of the largest have no rate."""


def smoothed(values: NDArray[Any], sigma_px: float) -> NDArray[np.float32]:
    """Give a plane smoothed with a Gaussian; its sum stays, as edges reflect what leaves.

    Parameters
    ----------
    values : ndarray, shape (n_y, n_x)
    sigma_px : float
        Sigma, pixels; 0 changes nothing. The Gaussian is cut at 4 sigma.
    """
    plain = np.asarray(values, np.float32)
    if sigma_px <= 0:
        return plain
    from scipy.ndimage import gaussian_filter

    result: NDArray[np.float32] = gaussian_filter(plain, sigma_px, mode="reflect")
    return result


def joined(exposure_s: Floats, binning: int) -> Floats:
    """Give the mean of `binning` x `binning` pixels; those at the upper edges may join fewer."""
    if binning == 1:
        return exposure_s
    n_y, n_x = exposure_s.shape
    at_y, at_x = (np.arange(0, side, binning) for side in (n_y, n_x))
    total = np.add.reduceat(np.add.reduceat(exposure_s, at_y, axis=0), at_x, axis=1)
    n_up, n_across = (np.diff(np.append(a, n)) for a, n in ((at_y, n_y), (at_x, n_x)))
    mean: Floats = total / np.outer(n_up, n_across)
    return mean


def corrected(
    counts: NDArray[Any], exposure_s: NDArray[Any], sigma_px: float = 0.0
) -> NDArray[np.float32]:
    """Give counts over exposure, counts/s in a pixel; NaN where there is next to no exposure.

    Counts and exposure are smoothed, each for itself, where there is exposure, and then divided:
    so an even sky stays even up to its edge, and pixels that were seen for long weigh more.

    Parameters
    ----------
    counts : ndarray, shape (n_y, n_x)
    exposure_s : ndarray, shape (n_y, n_x), s
    sigma_px : float
        Sigma of the Gaussian, pixels; 0 for none.
    """
    seen = (exposure_s > LEAST * np.max(exposure_s, initial=0.0)) & (exposure_s > 0)
    above = smoothed(np.where(seen, counts, 0), sigma_px)
    below = smoothed(np.where(seen, exposure_s, 0), sigma_px)
    rate = np.full(counts.shape, np.nan, np.float32)
    np.divide(above, below, out=rate, where=seen)
    return rate
