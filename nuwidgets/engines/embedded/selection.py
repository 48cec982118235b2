"""Cut the events of the source and the background region."""

from __future__ import annotations

import weakref
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.selection import Cut, Selection
from nuwidgets.errors import InputError
from nuwidgets.science.pixel_index import Picked, PixelIndex, RegionMask, region_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.events import Events
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest

_INDICES: weakref.WeakKeyDictionary[Events, PixelIndex] = weakref.WeakKeyDictionary()
_PICKED: weakref.WeakKeyDictionary[Cut, Picked] = weakref.WeakKeyDictionary()


def index_of(events: Events) -> PixelIndex:
    """Give the index of these very events, sorted once and kept as long as they live."""
    kept = _INDICES.get(events)
    if kept is None:
        kept = _INDICES[events] = PixelIndex.of(events)
    return kept


def mask_of(cut: Cut, events: Events) -> RegionMask:
    """Give the sky pixels of a cut's region."""
    return region_mask(cut.region, index_of(events).sky)


def solve_selection(request: SelectionRequest, above: tuple[Events], token: Any) -> Selection:
    """Give the events of both regions; counts are those of an exact mask.

    Raises
    ------
    InputError
        If there is no source region, or a region covers no pixel of the image of these events.
    """
    events = above[0]
    if not request.source:
        raise InputError(
            "Cannot select events: there is no source region. Draw a source region on the image,"
            " or set one, e.g. Circle(ra_deg, dec_deg, radius_arcsec)."
        )
    cuts = {"source": cut_region(events, request.source)}
    token.check()
    if request.background:
        cuts["background"] = cut_region(events, request.background)
    for name, cut in cuts.items():
        if not cut.n_pixels:
            raise InputError(
                f"Cannot select events: the {name} region covers no pixel of the image of"
                f" {PurePath(request.screen.events.path).name!r}. Move it onto the image, or check"
                " its coordinates."
            )
    said = tuple(
        f"The {name} region has no counts. Move the region or make it larger."
        for name, cut in cuts.items()
        if not cut.n_events
    )
    return Selection(
        cuts["source"], cuts.get("background"), events, request, Provenance(warnings=said)
    )


def cut_region(events: Events, region: Region) -> Cut:
    """Give the events of a region, and how many pixels of the sky image it has."""
    index, region = index_of(events), region.to_pixel(events.plane)
    mask = region_mask(region, index.sky)
    picked, columns = index.pick(region, mask), index.columns

    def column(name: str) -> NDArray[Any]:
        return picked.take(getattr(columns, name))

    cut = Cut(region, mask.n_pixels(events.shape), len(picked), column)
    _PICKED[cut] = picked
    return cut


def picked_of(cut: Cut, events: Events) -> Picked:
    """Give which events of the index a cut holds."""
    kept = _PICKED.get(cut)
    return index_of(events).pick(cut.region, mask_of(cut, events)) if kept is None else kept
