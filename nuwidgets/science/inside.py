"""Which events lie in a region, without sorting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.pixel_index import Frame, region_mask

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Mask
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.region import Region


def inside_of(region: Region, events: Events) -> Mask:
    """Say which events lie in a region, shape (n,).

    Positions that are whole pixels are looked up in the region's mask; others are tested one by
    one.

    Raises
    ------
    InputError
        If the region is on the sky and the events have no sky coordinates.
    """
    pixels = region.to_pixel(events.plane)
    x, y = events.x, events.y
    if not (x.dtype.kind in "iu" and y.dtype.kind in "iu"):
        return pixels.contains(x, y)
    mask = region_mask(pixels, Frame(0, 0, events.shape[1], events.shape[0]))
    frame = mask.frame
    column, row = np.asarray(x, np.int32) - frame.x, np.asarray(y, np.int32) - frame.y
    inside: Mask = (column >= 0) & (row >= 0) & (column < frame.width) & (row < frame.height)
    inside[inside] = mask.inside[row[inside], column[inside]]
    return inside
