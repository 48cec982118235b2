"""Counts in rings around a place, and a point source on a background fitted to them.

Whole pixels belong to a ring by the distance of their centre, as in masks and in `nubackscale`'s
count of pixels, so that areas are numbers of pixels and no ring misses one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.profile import ProfileFit
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Mask

MIN_RINGS = 4
"""A source, a level and a slope need one ring more than their number."""
_ROUNDS, _CLOSE, _FLOOR = 60, 1e-9, 1e-3


@dataclass(frozen=True, eq=False)
class Around:
    """The pixels around a place that are not left out."""

    radius_arcsec: Floats
    """Distance of their centres, arcsec, shape (n,)."""
    counts: Floats
    """Their counts, shape (n,)."""
    pixel_arcsec: float
    """Size of a pixel, arcsec."""
    weight: Floats
    """How long they were looked at, over the longest, 0 to 1, shape (n,)."""
    n_masked: int = 0
    """Number of pixels that were left out."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Rings:
    """Counts in rings."""

    edges_arcsec: Floats
    """Edges, arcsec, shape (n + 1,)."""
    counts: Floats
    """Counts, shape (n,)."""
    area_arcsec2: Floats
    """Area, square arcsec, times the weight of its pixels, shape (n,)."""
    psf_per_arcsec2: Floats
    """Mean fraction of a point source's photons per square arcsec, shape (n,)."""
    mean_arcsec: Floats
    """Mean radius, arcsec, shape (n,); the middle where there is no pixel."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


def around(
    counts: NDArray[Any],
    center: tuple[float, float],
    max_arcsec: float,
    pixel_arcsec: float,
    left_out: Mask | None = None,
    weight: Floats | None = None,
) -> Around:
    """Give the pixels of an image around a place.

    Parameters
    ----------
    counts : ndarray, shape (n_y, n_x)
        Counts of the pixels.
    center : tuple of float
        Pixel (x, y), from 0.
    max_arcsec : float
        Pixels up to this radius, not on it.
    pixel_arcsec : float
        Size of a pixel, arcsec.
    left_out : ndarray of bool, shape (n_y, n_x), optional
        Pixels that do not count.
    weight : ndarray, shape (n_y, n_x), optional
        Exposure over the largest; pixels without any do not count. 1 unless given.

    Raises
    ------
    InputError
        If no pixel of the image is left.
    """
    reach = max_arcsec / pixel_arcsec
    box = tuple(_span(c, reach, n) for c, n in zip(center[::-1], counts.shape, strict=True))
    y, x = (np.arange(s.start, s.stop, dtype=float) for s in box)
    radius = np.hypot(y[:, None] - center[1], x[None, :] - center[0]) * pixel_arcsec
    near = radius < max_arcsec
    part = np.ones(near.shape) if weight is None else weight[box]
    kept = near & (part > 0) if left_out is None else near & (part > 0) & ~left_out[box]
    if not kept.any():
        raise InputError(
            f"Cannot make a profile around pixel ({center[0]:.0f}, {center[1]:.0f}): no pixel"
            f" within {max_arcsec:g} arcsec lies on the image, or all are left out. Move the"
            " source region, or leave out less."
        )
    n_masked = int(np.count_nonzero(near) - np.count_nonzero(kept))
    seen = counts[box][kept].astype(float)
    return Around(radius[kept], seen, pixel_arcsec, part[kept], n_masked)


def _span(middle: float, reach: float, size: int) -> slice:
    lo = min(max(int(np.floor(middle - reach)), 0), size)
    return slice(lo, min(max(int(np.ceil(middle + reach)) + 1, lo), size))


def rings_of(near: Around, edges_arcsec: Floats, psf: Callable[[Floats], Floats]) -> Rings:
    """Give the counts of rings.

    Parameters
    ----------
    near : Around
        The pixels.
    edges_arcsec : ndarray, shape (n + 1,)
        Edges of the rings, evenly spaced from 0, arcsec.
    psf : callable
        Gives the fraction of a point source's photons per square arcsec at radii, arcsec.
    """
    n, step = len(edges_arcsec) - 1, edges_arcsec[1] - edges_arcsec[0]
    ring = np.minimum((near.radius_arcsec / step).astype(np.intp), n - 1)

    def total(values: Floats) -> Floats:
        return np.bincount(ring, values, minlength=n).astype(float)

    pixels = total(near.weight)
    some = np.where(pixels > 0, pixels, 1.0)
    middle = (edges_arcsec[1:] + edges_arcsec[:-1]) / 2
    mean = np.where(pixels > 0, total(near.weight * near.radius_arcsec) / some, middle)
    inside = total(near.weight * psf(near.radius_arcsec)) / some
    spread = np.where(pixels > 0, inside, psf(middle))
    area = pixels * near.pixel_arcsec**2
    return Rings(edges_arcsec, total(near.counts), area, spread, mean)


def fit_rings(rings: Rings) -> ProfileFit:
    """Fit a * PSF + b + c * r to rings: `optimize_radius_snr` of nustar-gen-utils has this form.

    The numbers are those of the largest Poisson likelihood, found by weighted least squares with
    the weights of the last answer (Fisher's scoring; the model is linear).

    Raises
    ------
    InputError
        If less than four rings have any area.
    """
    used = rings.area_arcsec2 > 0
    if np.count_nonzero(used) < MIN_RINGS:
        raise InputError(
            f"Cannot fit the profile: it has {np.count_nonzero(used)} rings, and {MIN_RINGS} are"
            " needed. Make the rings narrower, or the largest radius larger."
        )
    area, counts = rings.area_arcsec2[used], rings.counts[used]
    terms = np.stack([rings.psf_per_arcsec2[used], np.ones(len(area)), rings.mean_arcsec[used]])
    terms = (terms * area).T
    scale = np.maximum(np.abs(terms).max(axis=0), np.finfo(float).tiny)
    found, mean = np.zeros(3), np.maximum(counts, 1.0)
    for _ in range(_ROUNDS):
        before, weight = found, 1 / np.sqrt(mean)
        found = np.linalg.lstsq(terms / scale * weight[:, None], counts * weight, rcond=None)[0]
        mean = np.maximum(terms / scale @ found, _FLOOR)
        if np.allclose(found, before, rtol=_CLOSE, atol=0):
            break
    curvature = (terms / scale).T @ (terms / scale / mean[:, None])
    error = np.sqrt(np.maximum(np.diag(np.linalg.pinv(curvature)), 0.0)) / scale
    a, b, c = (float(value) for value in found / scale)
    errors = (float(value) for value in error)
    chi2 = float(np.sum(np.square(counts - mean) / mean))
    return ProfileFit(a, next(errors), b, next(errors), c, next(errors), chi2, len(counts) - 3)


def centroid(counts: NDArray[Any], near: tuple[float, float], reach: float) -> tuple[float, float]:
    """Give the centroid, pixel (x, y), of the counts within `reach` pixels, ten times refined.

    Where there are none, `near` is given back.
    """
    at = np.array(near, float)
    for _ in range(10):
        box = tuple(_span(c, reach, n) for c, n in zip(at[::-1], counts.shape, strict=True))
        y, x = np.mgrid[box]
        weight = np.where(np.hypot(x - at[0], y - at[1]) <= reach, counts[box], 0)
        if not weight.any():
            break
        moved = np.array([np.average(x, weights=weight), np.average(y, weights=weight)])
        close, at = np.allclose(moved, at, atol=_FLOOR), moved
        if close:
            break
    return float(at[0]), float(at[1])
