"""Parameters drawn from a fit's covariance, and the interval that a share of their answers fills.

So XSPEC finds errors of fluxes, luminosities and equivalent widths (manual, commands ``flux``,
``lumin`` and ``eqwidth``): the likelihood is taken as a Gaussian around the best fit, which is an
approximation where the statistic is no parabola.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.domain.arrays import Floats

TRIES = 100
"""How often a draw outside of the limits is drawn again before it is put onto them."""


def gaussian_draws(
    best: Floats,
    covariance: Floats,
    limits: tuple[Floats, Floats],
    n_draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw values around `best`, inside of their limits.

    Parameters
    ----------
    best : ndarray, shape (n,)
        Middle of the distribution.
    covariance : ndarray, shape (n, n)
        Its covariance; rows of NaN belong to values that do not move.
    limits : pair of ndarray, shape (n,)
        Lowest and highest values. What is drawn beyond them is drawn again, and put onto them
        when that fails too often.
    n_draws : int
        How many.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray, shape (n_draws, n)
    """
    low, high = limits
    known = np.nan_to_num(covariance, nan=0.0)
    sizes, axes = np.linalg.eigh(_scaled(known))
    root = axes * np.sqrt(np.maximum(sizes, 0.0)) * _widths(known)[:, None]
    drawn = best + rng.standard_normal((n_draws, len(best))) @ root.T
    for _ in range(TRIES):
        outside = ((drawn < low) | (drawn > high)).any(axis=1)
        if not outside.any():
            break
        again = rng.standard_normal((int(outside.sum()), len(best)))
        drawn[outside] = best + again @ root.T
    return np.asarray(np.clip(drawn, low, high))


def _widths(covariance: Floats) -> Floats:
    """Give the roots of the diagonal."""
    return np.sqrt(np.maximum(np.diag(covariance), 0.0))


def _scaled(covariance: Floats) -> Floats:
    """Give the correlations; parameters of many orders of magnitude have eigenvalues to match."""
    width = _widths(covariance)
    scale = np.where(width > 0, width, 1.0)
    return np.asarray((covariance + covariance.T) / 2 / np.outer(scale, scale))


def central(values: npt.ArrayLike, level_percent: float) -> Floats:
    """Give the interval that holds the central part of some values.

    Parameters
    ----------
    values : array_like, shape (n, ...)
        The values; NaN are left out.
    level_percent : float
        How much of them the interval holds, between 0 and 100.

    Returns
    -------
    ndarray, shape (2, ...)
        Lower and upper end.

    Examples
    --------
    >>> central(range(101), 90.0).tolist()
    [5.0, 95.0]
    """
    ends = (50 - level_percent / 2, 50 + level_percent / 2)
    return np.asarray(np.nanpercentile(np.asarray(values, dtype=np.float64), ends, axis=0))
