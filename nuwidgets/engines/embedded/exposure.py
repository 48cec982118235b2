"""Exposure maps over screened good times: from a file, or from where the detectors were.

What was found out about events is kept as long as these are: an image that is corrected asks again
for each band and each binning, and another energy of the vignetting needs no file again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from nuwidgets.domain.exposure_map import ExposureMap, ExposureRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.detectors import NO_AXIS_FILE, check_nustar, known_detectors
from nuwidgets.errors import InputError
from nuwidgets.files.exposure_map import read_exposure_map
from nuwidgets.science.exposure_map import SkyExposure
from nuwidgets.science.nustar_detector import instrument_map

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.engines.embedded.detectors import Detectors
    from nuwidgets.science.exposure_map import Aspect

PIXBIN, PERCENT = 5, 0.02
"""What nuexpomap has usually: cell of the aspect histogram, sky pixels; least covered part."""
ENERGIES_KEV = 1.6, 89.5
"""Energies of nuexpomap's vignetting, keV."""
FAR_PIXELS = 0.01
"""Grids whose corners lie farther apart, sky pixels, are not the same."""


@dataclass(eq=False)
class _Known:
    """What is known of screened events."""

    aspect: Aspect | None = None
    maps: dict[ExposureRequest, ExposureMap] = field(default_factory=dict)


_KNOWN: WeakKeyDictionary[Events, _Known] = WeakKeyDictionary()
_MOST = 4


def solve_exposure(request: ExposureRequest, above: tuple[Events], token: Any) -> ExposureMap:
    """Give the exposure map of screened events.

    Raises
    ------
    FileError
        If a file cannot be read, or the events have no place on the detectors.
    InputError
        If the map of a file lies on other pixels, the events are not NuSTAR's, tell too little, or
        the energy of the vignetting is none.
    """
    events = above[0]
    known = _KNOWN.setdefault(events, _Known())
    made = known.maps.get(request)
    if made is None:
        made = _read(request, events) if request.path else _made(request, events, known, token)
        for oldest in list(known.maps)[: 1 - _MOST]:
            known.maps.pop(oldest, None)
        known.maps[request] = made
    token.check()
    return made


def detector_exposure(request: ExposureRequest, events: Events, token: Any) -> Floats:
    """Give the live time of each DET1 pixel, s, shape (360, 360); raises as `solve_exposure`."""
    if request.path:
        raise InputError(
            f"Cannot lay the exposure map {request.path!r} over the detectors: it is one of the"
            " sky. Leave the path of the exposure map empty, or show the image on the sky."
        )
    found, aspect = _aspect(request, events, _KNOWN.setdefault(events, _Known()), token)
    pixels = instrument_map(aspect.good_s.sum(axis=0), found.layout, PERCENT)
    return pixels * events.deadc


def _aspect(
    request: ExposureRequest, events: Events, known: _Known, token: Any
) -> tuple[Detectors, Aspect]:
    """Give where the detectors were, and for how long."""
    check_nustar(
        events,
        "make an exposure map of",
        "Give one that the mission's task has made (path of the exposure map).",
    )
    found = known_detectors(events, request.screen.events, request.stamp, token)
    if known.aspect is None:
        known.aspect = found.aspect(events.gti, PIXBIN)
    return found, known.aspect


def _made(request: ExposureRequest, events: Events, known: _Known, token: Any) -> ExposureMap:
    """Give the map from where the detectors were."""
    energy = request.vignetting_kev
    _check_energy(energy)
    found, aspect = _aspect(request, events, known, token)

    def tell(fraction: float) -> None:
        token.check()
        token.report(fraction, "exposure map")

    sky = SkyExposure(aspect, found.layout, found.mounting, PERCENT, tell)
    seen = sky.on(events.shape, (0, 0), energy)
    axis = (NO_AXIS_FILE,) if energy is not None and not found.axis_known else ()
    return ExposureMap(
        exposure_s=seen * events.deadc,
        plane=events.plane,
        livetime_s=events.livetime_s,
        ontime_s=events.ontime_s,
        vignetting_kev=energy,
        pixbin=PIXBIN,
        percent=PERCENT,
        pointing=events.pointing,
        provenance=Provenance(
            warnings=found.warnings(aspect), approximate=" ".join((*found.approximate, *axis))
        ),
        request=request,
    )


def _check_energy(energy_kev: float | None) -> None:
    lo, hi = ENERGIES_KEV
    if energy_kev is not None and not lo <= energy_kev <= hi:
        raise InputError(
            f"Cannot take the vignetting at {energy_kev!r} keV. Give an energy from {lo:g} to"
            f" {hi:g} keV, or None for no vignetting."
        )


def _read(request: ExposureRequest, events: Events) -> ExposureMap:
    """Give the map of a file, laid on the sky pixels of the events."""
    read = read_exposure_map(request.path)
    x, y = _offset(read, events, request.path)
    n_y, n_x = read.exposure_s.shape
    whole = (x, y) == (0, 0) and (n_y, n_x) == events.shape
    exposure, said = read.exposure_s, list(read.provenance.warnings)
    if not whole:
        exposure = np.zeros(events.shape)
        left, low = max(x, 0), max(y, 0)
        right, top = min(x + n_x, events.shape[1]), min(y + n_y, events.shape[0])
        exposure[low:top, left:right] = read.exposure_s[low - y : top - y, left - x : right - x]
        said.append(f"{request.path!r} covers a part of the sky image; the rest has no exposure.")
    if read.livetime_s and abs(read.livetime_s / events.livetime_s - 1) > 0.01:  # noqa: PLR2004
        said.append(
            f"The exposure map is of {read.livetime_s:.0f} s of live time, the screened events are"
            f" of {events.livetime_s:.0f} s: rates are wrong by this ratio."
        )
    asked = request.vignetting_kev
    if asked is not None and asked != read.vignetting_kev:
        has = f"vignetting at {read.vignetting_kev:g} keV" if read.vignetting_kev else "none"
        said.append(f"Vignetting at {asked:g} keV was asked for; the map of the file has {has}.")
    return replace(
        read,
        exposure_s=exposure,
        plane=events.plane,
        origin=(0, 0),
        provenance=Provenance(warnings=tuple(said)),
        request=request,
    )


def _offset(read: ExposureMap, events: Events, path: str) -> tuple[int, int]:
    """Give the sky pixel on which the first pixel of a map lies; refuse another grid."""
    if read.plane is None or events.plane is None:
        if read.exposure_s.shape == events.shape:
            return 0, 0
        raise InputError(
            f"Cannot lay the exposure map {path!r} over the events: it has"
            f" {read.exposure_s.shape[::-1]} pixels, the sky image {events.shape[::-1]}, and no"
            " sky coordinates tell where it lies. Give a map of the same pixels."
        )
    places = _corners(read.plane, events.plane, read.exposure_s.shape)
    n_y, n_x = read.exposure_s.shape
    first = np.round(places[0])
    own = np.array([[0, 0], [n_x - 1, 0], [0, n_y - 1], [n_x - 1, n_y - 1]], float)
    off = float(np.abs(places - own - first).max())
    if not off <= FAR_PIXELS:
        raise InputError(
            f"Cannot lay the exposure map {path!r} over the events: its pixels are not those of"
            f" the sky image ({off:.2g} pixels off; {read.plane.pixel_arcsec:.4g} and"
            f" {events.plane.pixel_arcsec:.4g} arcsec wide). Give a map made from this event file"
            " without binning, or leave the path empty."
        )
    return int(first[0]), int(first[1])


def _corners(mine: TangentPlane, theirs: TangentPlane, shape: tuple[int, ...]) -> Floats:
    """Give the pixels of another plane at the corners of an image, shape (4, 2)."""
    x = np.array([0, shape[1] - 1, 0, shape[1] - 1], float)
    y = np.array([0, 0, shape[0] - 1, shape[0] - 1], float)
    return np.stack(theirs.to_pixel(*mine.to_sky(x, y)), axis=1)
