"""How NuSTAR's detectors lie on the sky: their outlines over the good times, and the axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.geometry import Geometry, GeometryRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.detectors import NO_AXIS_FILE, check_nustar, known_detectors
from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.science.nustar_detector import REFERENCE
from nuwidgets.science.sky_geometry import detector_map, mean_place, outlines, sway

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events


def solve_geometry(request: GeometryRequest, above: tuple[Events], token: Any) -> Geometry:
    """Give how the detectors lie on the sky, on the mean over the good times.

    Raises
    ------
    FileError
        If a file cannot be read, or its events have no place on the detectors.
    InputError
        If the events are not NuSTAR's, or tell too little.
    """
    events = above[0]
    check_nustar(events, "outline the detectors under", "There is nothing to outline.")
    found = known_detectors(events, request.events, request.stamp, token)
    token.check()
    matrix, gti = found.mounting.matrix, events.gti
    at = mean_place(found.track, gti) + found.mounting.shift
    place = float(at[0]), float(at[1])
    known = found.axis_known or events.plane is not None
    said = (*found.approximate, *(() if found.axis_known or not known else (NO_AXIS_FILE,)))
    return Geometry(
        matrix=matrix,
        reference=(REFERENCE, REFERENCE),
        place=place,
        outlines=outlines(found.layout, matrix, place),
        detector=detector_map(found.layout, matrix, place, events.shape),
        axis=mean_place(found.axis, gti) if known else None,
        pixel_arcsec=events.plane.pixel_arcsec if events.plane else NUSTAR.pixel_arcsec,
        rms_pixels=math.hypot(found.mounting.rms_pixels, sway(found.track, gti)),
        pointing=events.pointing,
        request=request,
        provenance=Provenance(approximate=" ".join(said)),
    )
