"""Where plain background lies: on a detector, off the source's wings, off bright patches.

All in coarse pixels of 2 x 2 sky pixels, so that a hand may move the source meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nuwidgets.domain.arrays import lock_arrays

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Mask

COARSE = 2
"""Sky pixels along each side of a coarse one."""
SMOOTH = 2.5, 6.0
"""Sigmas of the Gaussians by which bright patches are found, coarse pixels."""
SIGNIFICANT, BRIGHTER = 4.5, 1.3
"""A patch is bright at so many errors above, and at so many times, its detector's median."""
_SEEN, _FAR = 0.3, 4.0


class Disc(NamedTuple):
    """A circle in sky pixels, from 0."""

    x: float
    """Middle along x."""
    y: float
    """Middle along y."""
    radius: float
    """Radius."""


@dataclass(frozen=True, eq=False)
class Field:
    """The part of the sky with detectors, in coarse pixels, shapes (n_y, n_x)."""

    counts: Floats
    """Counts."""
    detector: NDArray[np.int8]
    """DET_ID; -1 in gaps, outside, and where a coarse pixel is not on one detector alone."""
    source: Floats
    """Expected counts of the source."""
    radius_arcsec: Floats
    """Distance from the source, arcsec."""
    avoided: Mask
    """What is kept out of by wish."""
    first: tuple[int, int]
    """Sky pixel (x, y) of the first corner."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


def coarse_field(
    counts: NDArray[Any],
    detector: NDArray[np.int8],
    avoided: Mask,
    center: tuple[float, float],
    spread: tuple[float, Callable[[Floats], Floats], float],
) -> Field | None:
    """Give the part of the sky with detectors; None where there are none.

    Parameters
    ----------
    counts, detector, avoided : ndarray, shape (n_y, n_x)
        Counts, DET_ID (-1 for none) and what is to be kept out of, in sky pixels.
    center : tuple of float
        Sky pixel (x, y), from 0, of the source.
    spread : tuple
        Counts of the source, a function that gives the fraction of them per square arcsec at
        radii, arcsec, and the size of a sky pixel, arcsec.
    """
    seen = _box(detector >= 0)
    if seen is None:
        return None
    box = tuple(_whole(one) for one in seen)
    first_of, *others = _corners(detector[box])
    same = np.logical_and.reduce([first_of == other for other in others])
    which = np.where(same, first_of, -1).astype(np.int8)
    middle = (COARSE - 1) / 2
    y, x = (COARSE * np.arange(n) + s.start + middle for n, s in zip(which.shape, box, strict=True))
    total, psf, scale = spread
    radius = np.hypot(y[:, None] - center[1], x[None, :] - center[0]) * scale
    source = max(total, 0.0) * psf(radius) * (COARSE * scale) ** 2
    first = box[1].start, box[0].start
    summed = np.sum(_corners(counts[box]), axis=0, dtype=float)
    kept_out: Mask = np.logical_or.reduce(_corners(avoided[box]))
    return Field(summed, which, source, radius, kept_out, first)


def _whole(part: slice) -> slice:
    """Give as much of a slice as whole blocks fill."""
    return slice(part.start, part.start + (part.stop - part.start) // COARSE * COARSE)


def _corners(image: NDArray[Any]) -> list[NDArray[Any]]:
    """Give the pixels of all blocks by their place in it: many times faster than by blocks."""
    return [image[i::COARSE, j::COARSE] for i in range(COARSE) for j in range(COARSE)]


def bright_patches(field: Field, number: int, beyond_arcsec: float) -> Mask:
    """Say where a detector is too bright for plain background, shape (n_y, n_x).

    Counts of the detector alone, less the expected ones of the source, are smoothed; where they
    are significantly, and clearly, above the detector's own median there is stray light, ghost
    rays or another source. Pixels nearer to the source than `beyond_arcsec` are not looked at.

    Parameters
    ----------
    field : Field
        The sky.
    number : int
        DET_ID.
    beyond_arcsec : float
        Where the source is left behind, arcsec.
    """
    from scipy.ndimage import binary_dilation, gaussian_filter

    whole = (field.detector == number) & (field.radius_arcsec > beyond_arcsec) & ~field.avoided
    bright = np.zeros(whole.shape, bool)
    box = _box(whole)
    if box is None:
        return bright
    mine, source = whole[box], field.source[box]
    rest = np.where(mine, field.counts[box] - source, 0.0)
    for sigma in SMOOTH:
        smooth = partial(gaussian_filter, sigma=sigma, truncate=_FAR, mode="constant")
        seen = smooth(mine.astype(float))
        here = mine & (seen > _SEEN)
        rate = smooth(rest)[here] / seen[here]
        level = float(np.median(rate)) if rate.size else 0.0
        expected = np.maximum(level + source[here], 0.0)
        noise = np.sqrt(expected / (4 * np.pi * sigma**2 * seen[here]))
        patch = np.zeros(mine.shape, bool)
        patch[here] = (rate > level + SIGNIFICANT * noise) & (rate > BRIGHTER * level) & (noise > 0)
        bright[box] |= binary_dilation(patch, iterations=round(sigma)) if patch.any() else patch
    mine_alone: Mask = bright & (field.detector == number)
    return mine_alone


def _box(mask: Mask) -> tuple[slice, slice] | None:
    """Give the rectangle around what is true; None where nothing is."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def room_for_discs(allowed: Mask, first: tuple[int, int], margin: float, most: int) -> list[Disc]:
    """Give the largest circle in a coarse mask, then the largest beside it, and so on.

    Parameters
    ----------
    allowed : ndarray of bool, shape (n_y, n_x)
        Where circles may lie, coarse pixels.
    first : tuple of int
        Sky pixel (x, y) of the mask's first corner.
    margin : float
        Kept free all around, sky pixels: the detectors sway.
    most : int
        Not more circles than this.
    """
    from scipy.ndimage import distance_transform_edt

    box, found = _box(allowed), list[Disc]()
    if box is None:
        return found
    first = first[0] + COARSE * box[1].start, first[1] + COARSE * box[0].start
    left = np.pad(allowed[box], 1)  # beyond the mask nothing is allowed
    rows, columns = (np.arange(n, dtype=float) for n in left.shape)
    for _ in range(most):
        room = distance_transform_edt(left)
        row, column = np.unravel_index(int(np.argmax(room)), room.shape)
        radius = COARSE * (float(room[row, column]) - 0.5) - margin
        if radius <= COARSE:
            break
        shift = (COARSE - 1) / 2 - COARSE  # of the padding
        x, y = (COARSE * float(at) + shift + f for at, f in zip((column, row), first, strict=True))
        found.append(Disc(x, y, radius))
        away = np.hypot(rows[:, None] - row, columns[None, :] - column)
        left = left & (away > (radius + margin) / COARSE)
    return found


def discs_around(patch: Mask, first: tuple[int, int], most: int) -> list[Disc]:
    """Give circles, in sky pixels, around the largest connected pieces of a coarse mask."""
    from scipy.ndimage import label

    pieces, n = label(patch)
    sizes = np.bincount(pieces.ravel(), minlength=n + 1)[1:]
    found = []
    for number in np.argsort(-sizes, kind="stable")[:most] + 1:
        rows, columns = np.nonzero(pieces == number)
        row, column = rows.mean(), columns.mean()
        reach = float(np.hypot(rows - row, columns - column).max()) + 1.0
        shift = (COARSE - 1) / 2
        x, y = (COARSE * float(at) + shift + f for at, f in zip((column, row), first, strict=True))
        found.append(Disc(x, y, COARSE * reach))
    return found


def wings_end_arcsec(
    source_counts: float, psf: Callable[[Floats], Floats], limit_per_arcsec2: float
) -> float:
    """Give the radius beyond which a source is fainter than a limit, counts per square arcsec.

    Infinite where it is not fainter within a degree; 0 for a source without counts.
    """
    radius = np.arange(0.0, 3600.0, 1.0)
    above = max(source_counts, 0.0) * psf(radius) > limit_per_arcsec2
    if above[-1]:
        return np.inf
    return float(radius[np.flatnonzero(above)[-1]] + 1.0) if above.any() else 0.0


def inset(corners: Floats, margin: float) -> Floats:
    """Give a convex outline drawn in by a margin, pixels, shape (n, 2); empty where none is left.

    Each side is moved towards the middle; corners are where neighbours meet.
    """
    middle, ahead = corners.mean(axis=0), np.roll(corners, -1, axis=0) - corners
    normal = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    normal /= np.maximum(np.hypot(*ahead.T), np.finfo(float).tiny)[:, None]
    inwards = np.sign(np.sum((middle - corners) * normal, axis=1))[:, None] * normal
    reach = np.sum((middle - corners) * inwards, axis=1)
    if not len(corners) or reach.min() <= margin:
        return np.empty((0, 2))
    sides = np.sum(corners * inwards, axis=1) + margin
    before, offset = np.roll(inwards, 1, axis=0), np.roll(sides, 1)
    pairs = np.stack([before, inwards], axis=1)
    drawn: Floats = np.linalg.solve(pairs, np.stack([offset, sides], axis=1)[..., None])[..., 0]
    return drawn
