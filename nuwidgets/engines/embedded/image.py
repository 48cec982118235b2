"""Bin events into an image: of the sky or of the detectors, counts or counts over exposure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from nuwidgets.domain.image import FRAMES, UNITS, Image, ImageRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.engines.embedded.exposure import detector_exposure, solve_exposure
from nuwidgets.engines.embedded.screen import solve_screen
from nuwidgets.errors import InputError, nearest
from nuwidgets.files.detector_events import read_det1
from nuwidgets.files.events import read_events
from nuwidgets.missions.base import known_mission, mission_of, missions
from nuwidgets.science.image_planes import corrected, joined, smoothed
from nuwidgets.science.nustar_detector import SIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events

_BLOCK = 1 << 20
_ON_DETECTORS: WeakKeyDictionary[Events, Events] = WeakKeyDictionary()
"""Events with DET1 pixels in place of the sky's, by the events they are of."""


def solve_image(request: ImageRequest, above: tuple[Events], token: Any) -> Image:
    """Give the image in one band or several.

    Raises
    ------
    FileError
        If a file that is needed cannot be read, or events have no place on the detectors.
    InputError
        If the binning is not a whole number from 1 to the size of the sky image, a word is
        unknown, or there can be no exposure map.
    """
    _check_words(request)
    events = above[0] if request.frame == "sky" else _on_detectors(request, above[0], token)
    binning = request.binning
    if binning < 1 or binning > min(events.shape) or binning != int(binning):
        raise InputError(
            f"Cannot make an image with a binning of {binning!r} sky pixels. Give a whole number"
            f" from 1 to {min(events.shape)}."
        )
    planes: tuple[NDArray[Any], ...] = ()
    if request.quantity != "exposure":
        mission = mission_of(events.pointing.telescope)
        channels = [mission.channels(band) for band in (request.band, *request.bands)]
        planes = _counted(events, channels, int(binning), token)
    plane = None if events.plane is None else binned_plane(events.plane, binning)
    return finished(request, above[0], planes, plane, token)


def _check_words(request: ImageRequest) -> None:
    for name, known in (("quantity", tuple(UNITS)), ("frame", FRAMES)):
        value = getattr(request, name)
        if value not in known:
            raise InputError(
                f"Cannot make an image with {name}={value!r}. {nearest(str(value), known)}"
            )


def finished(
    request: ImageRequest,
    events: Events,
    planes: Sequence[NDArray[Any]],
    plane: TangentPlane | None,
    token: Any,
) -> Image:
    """Give the image of counted planes, divided by exposure and smoothed as asked.

    Parameters
    ----------
    request : ImageRequest
    events : Events
        Screened, on the sky.
    planes : sequence of ndarray, shape (n_y, n_x)
        Counts in each band; empty for an image of the exposure.
    plane : TangentPlane or None
        Sky coordinates of the pixels.
    token : Token
        Raises as `solve_image`.
    """
    sigma, provenance = request.smooth_px, Provenance()
    if request.quantity != "counts":
        exposure, provenance = _exposure(request, events, token)
        token.check()
        if request.quantity == "exposure":
            planes = [smoothed(exposure, sigma)] * (1 + len(request.bands))
        else:
            planes = [corrected(counts, exposure, sigma) for counts in planes]
    elif sigma:
        planes = [smoothed(counts, sigma) for counts in planes]
    return Image(
        counts=planes[0],
        plane=plane,
        request=request,
        provenance=provenance,
        tiles=tuple(planes[1:]),
        unit=UNITS[request.quantity],
        frame=request.frame,
    )


def _exposure(request: ImageRequest, events: Events, token: Any) -> tuple[Floats, Provenance]:
    """Give the exposure of the image's own pixels, s, and how good it is."""
    asked = request.exposure
    if asked is None:
        raise InputError(
            f"Cannot make an image of quantity={request.quantity!r} without an exposure map. Give"
            " exposure=ExposureRequest(...), or take quantity='counts'."
        )
    if request.frame != "sky":
        said = ("There is no vignetting in this: it is the time of the detectors' pixels.",)
        warnings = said if asked.vignetting_kev is not None else ()
        pixels = detector_exposure(asked, events, token)
        return joined(pixels, request.binning), Provenance(warnings=warnings)
    made = solve_exposure(asked, (events,), token)
    return joined(made.exposure_s, request.binning), made.provenance


def _on_detectors(request: ImageRequest, events: Events, token: Any) -> Events:
    """Give the events with their DET1 pixels in place of those of the sky.

    The file is read again; what was screened out of it is screened out again.
    """
    known = _ON_DETECTORS.get(events)
    if known is not None:
        return known
    asked = request.screen
    mission = known_mission(events.pointing.telescope)
    if mission is None or not mission.detectors:
        names = " and ".join(one.name for one in missions().values() if one.detectors)
        raise InputError(
            f"Cannot make an image of the detectors (DET1) of {events.pointing.telescope!r}: only"
            f" {names}'s events tell where in DET1 they fell. Take frame='sky'."
        )
    token.report(None, "reading DET1")
    x, y = read_det1(asked.events.path)
    token.check()
    if len(x) != len(events):
        whole = read_events(asked.events.path, asked.events.hk_path)
        if len(whole) == len(x):
            told = solve_screen(asked, (replace(whole, x=x, y=y),), token)
            x, y = told.x, told.y
    if len(x) != len(events):
        raise InputError(
            f"Cannot make an image of the detectors: {asked.events.path!r} gives {len(x)} events"
            f" and there are {len(events)}. The file has changed; open it again."
        )
    made = replace(events, x=x, y=y, shape=(SIDE, SIDE), plane=None)
    _ON_DETECTORS[events] = made
    return made


def _counted(
    events: Events, channels: Sequence[tuple[int, int]], binning: int, token: Any
) -> tuple[NDArray[np.int32], ...]:
    """Count the events in image pixels, in each range of channels, shape (n_y, n_x) each."""
    ny, nx = (-(-side // binning) for side in events.shape)
    counts = np.zeros((len(channels), ny * nx), np.int32)
    for first in range(0, len(events), _BLOCK):
        token.check()
        block = slice(first, first + _BLOCK)
        x, y, pi = (_whole(column[block]) for column in (events.x, events.y, events.pi))
        inside = (x >= 0) & (y >= 0) & (x < events.shape[1]) & (y < events.shape[0])
        for number, (lo, hi) in enumerate(channels):
            kept = inside & (pi >= lo) & (pi < hi)
            place = (y[kept].astype(np.int32) // binning) * nx + x[kept] // binning
            low = int(place.min(initial=ny * nx))  # large images are empty but for some rows
            found = np.bincount(place - low)
            counts[number, low : low + len(found)] += found
    return tuple(counts.reshape(-1, ny, nx))


def _whole(values: NDArray[Any]) -> NDArray[Any]:
    """Give whole numbers."""
    return values if values.dtype.kind == "i" else np.floor(values).astype(np.int32)


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
