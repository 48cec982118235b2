"""A light curve against phase: points of short bins, averaged where there are many; two cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

N_PHASES = 32
"""Number of phase bins of one cycle, at most."""
FEWEST = 4
"""Fewest time bins for each phase bin."""


def folded(
    phase: Floats, weight: Floats, rate: Floats, error: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Average rates in bins of phase, each weighted by its good time.

    Parameters
    ----------
    phase : ndarray, shape (n,)
        From 0 to 1.
    weight : ndarray, shape (n,), s
        Good time of each bin.
    rate, error : ndarray, shape (n,), counts/s

    Returns
    -------
    lo, hi : ndarray, shape (2 m,)
        Edges of the phase bins over two cycles.
    rate, error : ndarray, shape (2 m,), counts/s
        NaN where there is nothing.
    """
    n = int(np.clip(len(phase) // FEWEST, 1, N_PHASES))
    which = np.minimum((phase * n).astype(int), n - 1)
    total = np.bincount(which, weight, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(which, weight * rate, n) / total
        sigma = np.sqrt(np.bincount(which, (weight * error) ** 2, n)) / total
    edges = np.arange(2 * n + 1) / n
    return edges[:-1], edges[1:], np.tile(mean, 2), np.tile(sigma, 2)
