"""The approximate response of a region, for a first look before HEASoft's products are there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelBox, PixelCircle, PixelEllipse
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.of_mission import spread_of
from nuwidgets.missions.base import known_mission, mission_of
from nuwidgets.missions.targets import resolved
from nuwidgets.science.pixel_index import Frame, region_mask
from nuwidgets.science.psf import enclosed_in_mask

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.sky import TangentPlane

_WITH_CENTRE = PixelCircle | PixelAnnulus | PixelEllipse | PixelBox
WITHOUT = (
    "No response: {telescope} has no approximate one. Give an RMF and an ARF to fit this spectrum."
)


def approximate_response(region: Region, frame: Frame, events: Events) -> Response | None:
    """Give the response of a region, in pixels, or None for a telescope without one."""
    mission = known_mission(events.pointing.telescope)
    if mission is None or not (mission.response and mission.spread):
        return None
    return _made(mission.name, *placed(region, frame, events))


def placed(region: Region, frame: Frame, events: Events) -> tuple[float, float]:
    """Give what a region holds of the photons of its source, and the source's angle off axis.

    Parameters
    ----------
    region : Region
        In pixels.
    frame : Frame
        The sky image.
    events : Events
        For their sky; the optical axis is taken to be where the pixels touch it.

    Returns
    -------
    tuple of float
        Fraction from 0 to 1; arcmin.
    """
    return _placed(events.pointing.telescope, region, frame, events.plane, events.shape)


@lru_cache(maxsize=64)
def _placed(
    telescope: str,
    region: Region,
    frame: Frame,
    plane: TangentPlane | None,
    shape: tuple[int, int],
) -> tuple[float, float]:
    x, y = source_position(region, frame)
    pixel_arcsec = plane.pixel_arcsec if plane else mission_of(telescope).pixel_arcsec
    profile = spread_of(telescope).brightness
    fraction = enclosed_in_mask(region_mask(region, frame), x, y, pixel_arcsec, profile)
    axis = (plane.x_ref, plane.y_ref) if plane else ((shape[1] - 1) / 2, (shape[0] - 1) / 2)
    return fraction, float(np.hypot(x - axis[0], y - axis[1])) * pixel_arcsec / 60


@lru_cache(maxsize=16)
def _made(name: str, fraction: float, off_axis_arcmin: float) -> Response:
    """Keep the last ones: the same are asked for when only the grouping changes."""
    mission = mission_of(name)
    make = resolved(mission, mission.response, "approximate response")
    response: Response = make(fraction, off_axis_arcmin)
    return response


def source_position(region: Region, frame: Frame) -> tuple[float, float]:
    """Give the pixel where the source is taken to be: the centre of the first shape.

    numkarf takes the same; a polygon, or a region that excludes first, gives its mean pixel.
    """
    shape = region.shapes[0]
    if isinstance(shape, _WITH_CENTRE) and not shape.exclude:
        return shape.x, shape.y
    mask = region_mask(region, frame)
    rows, columns = np.nonzero(mask.inside)
    if not len(rows):
        return frame.x + frame.width / 2, frame.y + frame.height / 2
    return mask.frame.x + float(columns.mean()), mask.frame.y + float(rows.mean())


def warnings_of(response: Response | None, telescope: str) -> Provenance:
    """Give what a spectrum must say about its response."""
    if response is None:
        return Provenance(warnings=(WITHOUT.format(telescope=telescope or "This telescope"),))
    return Provenance(
        approximate=response.provenance.approximate, warnings=response.provenance.warnings
    )
