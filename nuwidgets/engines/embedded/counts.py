"""Count the events of all regions in bands."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region_counts import RegionCounts
from nuwidgets.engines.embedded.selection import index_of
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.science.inside import inside_of
from nuwidgets.science.pixel_counts import N_DETECTORS, PixelCounts, counts_one_by_one
from nuwidgets.science.pixel_index import NOWHERE, region_mask

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.region_counts import RegionCountsRequest

    Channels = tuple[tuple[int, int], ...]

_LAYERS: weakref.WeakKeyDictionary[Events, tuple[Channels, PixelCounts]] = (
    weakref.WeakKeyDictionary()
)


def solve_counts(request: RegionCountsRequest, above: tuple[Events], token: Any) -> RegionCounts:
    """Give the counts of all regions; one that is empty, or off the image, is a row of zeros."""
    events = above[0]
    mission = mission_of(events.pointing.telescope)
    bands = request.bands or (mission.band,)
    channels = tuple(mission.channels(band) for band in bands)
    regions, said = request.regions, list[str]()
    n_pixels = np.zeros(len(regions), np.int64)
    layers = np.zeros((len(regions), len(bands) + N_DETECTORS), np.int64)
    for row, (name, region) in enumerate(regions.items()):
        token.check()
        try:
            n_pixels[row], layers[row] = _counted(events, region, channels)
        except InputError as error:
            said.append(f"The {name} region is not counted: {error}")
    pixel_arcsec2 = float("nan") if events.plane is None else events.plane.pixel_arcsec**2
    return RegionCounts(
        names=tuple(regions),
        bands=bands,
        n_pixels=n_pixels,
        area_arcsec2=n_pixels.astype(float) * pixel_arcsec2,
        counts=layers[:, : len(bands)].copy(),
        detectors=_shares(layers[:, len(bands) :]),
        livetime_s=events.livetime_s,
        request=request,
        provenance=Provenance(warnings=tuple(said)),
    )


def _counted(events: Events, region: Region, channels: Channels) -> tuple[int, Integers]:
    """Give the pixels of a region, and its counts in bands and on detectors."""
    if not region:
        return 0, np.zeros(len(channels) + N_DETECTORS, np.int64)
    index, pixels = index_of(events), region.to_pixel(events.plane)
    mask = region_mask(pixels, index.sky)
    n_pixels = mask.n_pixels(events.shape)
    if not index.exact:
        placed = (events.x > NOWHERE) & (events.y > NOWHERE)
        inside = inside_of(pixels, events) & placed
        return n_pixels, counts_one_by_one(events, inside, channels)
    return n_pixels, _layers(events, channels).within(mask)


def _layers(events: Events, channels: Channels) -> PixelCounts:
    """Give the counts of these very events by pixel; kept as long as they live."""
    kept = _LAYERS.get(events)
    if kept is None or kept[0] != channels:
        made = PixelCounts.of(events, index_of(events).frame, channels)
        kept = _LAYERS[events] = channels, made
    return kept[1]


def _shares(counts: Integers) -> Floats:
    """Give each detector's part of the events, shape as given; NaN where none is on any."""
    total = counts.sum(axis=1, keepdims=True).astype(float)
    return counts / np.where(total > 0, total, np.nan)
