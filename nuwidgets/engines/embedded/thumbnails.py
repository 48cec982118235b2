"""Cut small images of the same field out of many observations.

Sky pixels are joined, never shared out, so that counts stay counts: each image lies on its own
observation's pixels, and says where these are.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nuwidgets.domain.evolution_rows import span_mjd
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.thumbnails import MOST_PIXELS, Thumbnails
from nuwidgets.engines.embedded.field_counts import pixel_arcsec
from nuwidgets.engines.embedded.memory import remembered
from nuwidgets.missions.base import mission_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.thumbnails import ThumbnailsRequest

MOST_COUNTS = 65535


class Place(NamedTuple):
    """What is cut out of an observation, in its sky pixels."""

    x: int
    """First sky pixel along x."""
    y: int
    """First sky pixel along y."""
    side: int
    """Pixels of the small image along each side."""
    binning: int
    """Sky pixels joined in one, along each side."""


_CUTS: weakref.WeakKeyDictionary[Any, dict[Any, NDArray[np.uint16]]] = weakref.WeakKeyDictionary()


def solve_thumbnails(
    request: ThumbnailsRequest, above: tuple[Events | Exception, ...], token: Any
) -> Thumbnails:
    """Give the small images; an observation without sky coordinates shows its middle.

    One whose events failed is given by its error, and is left out.
    """
    pairs = zip(request.names, above, strict=True)
    read = {name: events for name, events in pairs if not isinstance(events, Exception)}
    every = tuple(read.values())
    center = request.center or _target(every)
    sizes = np.array([pixel_arcsec(one) for one in every])
    binnings = np.ceil(60.0 * request.field_arcmin / sizes / MOST_PIXELS).astype(int)
    wide = sizes * binnings
    side = int(np.ceil(60.0 * request.field_arcmin / wide.min())) if every else 1
    places = [_place(e, center, side, int(b)) for e, b in zip(every, binnings, strict=True)]
    counts = np.zeros((len(every), side, side), np.uint16)
    for number, (events, place) in enumerate(zip(every, places, strict=True)):
        token.check()
        counts[number] = _remembered(events, place, request.band)
    said: tuple[str, ...] = ()
    if counts.max(initial=0) == MOST_COUNTS:
        said = (f"A pixel of a small image has {MOST_COUNTS} counts or more; it is shown as that.",)
    return Thumbnails(
        tuple(read),
        counts,
        tuple(_plane(e, place) for e, place in zip(every, places, strict=True)),
        wide,
        np.array([one.livetime_s for one in every]),
        np.array([span_mjd(one.pointing, one.gti)[0] for one in every]),
        request.field_arcmin,
        center,
        request,
        Provenance(warnings=said),
    )


def _target(above: tuple[Events, ...]) -> tuple[float, float] | None:
    """Give the target of the first observation on the sky, or else the middle of its image."""
    for events in above:
        plane, pointing = events.plane, events.pointing
        if plane is None:
            continue
        if pointing.ra_obj_deg is not None and pointing.dec_obj_deg is not None:
            at = pointing.ra_obj_deg, pointing.dec_obj_deg
            x, y = plane.to_pixel(*at)
            if 0 <= x < events.shape[1] and 0 <= y < events.shape[0]:
                return at
        ra, dec = plane.to_sky((events.shape[1] - 1) / 2, (events.shape[0] - 1) / 2)
        return float(ra), float(dec)
    return None


def _place(events: Events, center: tuple[float, float] | None, side: int, binning: int) -> Place:
    """Give the sky pixels around the middle of the field."""
    x, y = (events.shape[1] - 1) / 2, (events.shape[0] - 1) / 2
    if events.plane is not None and center is not None:
        on_sky = [float(one) for one in events.plane.to_pixel(*center)]
        # of the far side of the sky there is nothing to see
        x, y = on_sky if np.all(np.isfinite(on_sky)) else (-1e6, -1e6)
    back = (side * binning - 1) / 2
    return Place(round(x - back), round(y - back), side, binning)


def _remembered(events: Events, place: Place, band: Band) -> NDArray[np.uint16]:
    return remembered(_CUTS, events, (place, band), lambda: _cut(events, place, band))


def _cut(events: Events, place: Place, band: Band) -> NDArray[np.uint16]:
    """Count the events of a place, shape (side, side)."""
    lo, hi = mission_of(events.pointing.telescope).channels(band)
    side, width = place.side, place.side * place.binning
    x = np.subtract(events.x, place.x, dtype=float)
    y = np.subtract(events.y, place.y, dtype=float)
    kept = (x >= 0) & (x < width) & (y >= 0) & (y < width) & (events.pi >= lo) & (events.pi < hi)
    column, row = (np.floor(v[kept]).astype(np.int32) // place.binning for v in (x, y))
    counts = np.bincount(row * side + column, minlength=side * side)
    return np.minimum(counts, MOST_COUNTS).astype(np.uint16).reshape(side, side)


def _plane(events: Events, place: Place) -> TangentPlane | None:
    """Give the sky coordinates of the small image's pixels."""
    plane, b = events.plane, place.binning
    if plane is None:
        return None
    shift = (b - 1) / 2
    return TangentPlane(
        plane.ra_ref_deg,
        plane.dec_ref_deg,
        (plane.x_ref - place.x - shift) / b,
        (plane.y_ref - place.y - shift) / b,
        plane.x_step_deg * b,
        plane.y_step_deg * b,
    )
