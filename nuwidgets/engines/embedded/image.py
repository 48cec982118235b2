"""Bin events into a counts image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.events import Events

_BLOCK = 1 << 20


def solve_image(request: ImageRequest, above: tuple[Events], token: Any) -> Image:
    """Give the counts image of a band.

    Raises
    ------
    InputError
        If the binning is not a whole number from 1 to the size of the sky image.
    """
    events, binning = above[0], request.binning
    if binning < 1 or binning > min(events.shape) or binning != int(binning):
        raise InputError(
            f"Cannot make an image with a binning of {binning!r} sky pixels. Give a whole number"
            f" from 1 to {min(events.shape)}."
        )
    lo, hi = mission_of(events.pointing.telescope).channels(request.band)
    ny, nx = (-(-side // binning) for side in events.shape)
    counts = np.zeros(ny * nx, np.int64)
    for first in range(0, len(events), _BLOCK):
        token.check()
        block = slice(first, first + _BLOCK)
        counts += _counted(events, block, (lo, hi), binning)
    return Image(
        counts=counts.reshape(ny, nx).astype(np.int32),
        plane=None if events.plane is None else binned_plane(events.plane, binning),
        request=request,
    )


def _counted(
    events: Events, block: slice, channels: tuple[int, int], binning: int
) -> NDArray[np.int64]:
    """Count the events of a block in image pixels, shape (n_y * n_x,)."""
    ny, nx = events.shape
    across, up = -(-nx // binning), -(-ny // binning)
    x, y, pi = (np.floor(c[block]).astype(np.int32) for c in (events.x, events.y, events.pi))
    kept = (pi >= channels[0]) & (pi < channels[1]) & (x >= 0) & (y >= 0) & (x < nx) & (y < ny)
    place = (y[kept] // binning) * across + x[kept] // binning
    return np.bincount(place, minlength=across * up)


def binned_plane(plane: TangentPlane, binning: int) -> TangentPlane:
    """Give the sky coordinates of pixels that join `binning` x `binning` others.

    Centre X of a wide pixel lies at ``X * binning + (binning - 1) / 2`` of the fine ones.
    """
    shift = (binning - 1) / 2
    return TangentPlane(
        plane.ra_ref_deg,
        plane.dec_ref_deg,
        (plane.x_ref - shift) / binning,
        (plane.y_ref - shift) / binning,
        plane.x_step_deg * binning,
        plane.y_step_deg * binning,
    )
