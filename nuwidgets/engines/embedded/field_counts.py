"""The counts of a band in each sky pixel, kept as long as the events live: hands move on them."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.image import ImageRequest
from nuwidgets.engines.embedded.image import solve_image
from nuwidgets.engines.embedded.memory import remembered
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.science.pixel_index import Frame, region_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Mask
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import Events, ScreenRequest
    from nuwidgets.domain.region import Region

_COUNTS: weakref.WeakKeyDictionary[Any, dict[Any, NDArray[Any]]] = weakref.WeakKeyDictionary()


def field_counts(events: Events, screen: ScreenRequest, band: Band, token: Any) -> NDArray[Any]:
    """Give the counts of each sky pixel in a band, shape (n_y, n_x)."""

    def count() -> NDArray[Any]:
        return solve_image(ImageRequest(screen, band), (events,), token).counts

    return remembered(_COUNTS, events, band, count)


def mask_in(events: Events, region: Region) -> Mask:
    """Say which sky pixels belong to a region, shape (n_y, n_x)."""
    frame = Frame(0, 0, events.shape[1], events.shape[0])
    mask = region_mask(region.to_pixel(events.plane), frame)
    whole = np.zeros(events.shape, bool)
    whole[frame.slices(mask.frame)] = mask.inside
    return whole


def pixel_arcsec(events: Events) -> float:
    """Give the size of a sky pixel, arcsec; that of the mission where the file does not say."""
    plane = events.plane
    return plane.pixel_arcsec if plane else mission_of(events.pointing.telescope).pixel_arcsec


def middle_of(region: Region) -> tuple[float, float]:
    """Give the middle, pixel (x, y), of the first shape of a region in pixels that includes.

    Raises
    ------
    InputError
        If it has none.
    """
    shape: Any = next((one for one in region.shapes if not one.exclude), None)
    if shape is None:
        raise InputError(
            "Cannot tell where the source is: its region only excludes. Add a shape that includes"
            " it, e.g. Circle(ra_deg, dec_deg, radius_arcsec)."
        )
    return float(np.mean(shape.x)), float(np.mean(shape.y))
