"""Propose background regions for a source, and measure those that there are."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.backgrounds import BackgroundPlace, Backgrounds, BackgroundsRequest
from nuwidgets.domain.named_regions import ROLES
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region, to_pixel
from nuwidgets.engines.embedded.background_offers import offers
from nuwidgets.engines.embedded.background_scene import Scene
from nuwidgets.engines.embedded.field_counts import (
    field_counts,
    mask_in,
    middle_of,
    pixel_arcsec,
)
from nuwidgets.engines.embedded.geometry import solve_geometry
from nuwidgets.engines.embedded.memory import remembered
from nuwidgets.engines.embedded.of_mission import spread_of
from nuwidgets.errors import FileError, InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.science.radial_profile import around, fit_rings, rings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.arrays import Mask
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.geometry import Geometry
    from nuwidgets.domain.selection import Selection

RING_ARCSEC, REACH_ARCSEC = 5.0, 300.0
"""Rings of the profile that the source and the background are fitted to, and its end."""
_KNOWN: weakref.WeakKeyDictionary[Any, dict[Any, Geometry | str]] = weakref.WeakKeyDictionary()


def solve_backgrounds(
    request: BackgroundsRequest, above: tuple[Selection], token: Any
) -> Backgrounds:
    """Give proposals, and what the regions of now lie on.

    Raises
    ------
    InputError
        If it cannot be told where the source is.
    """
    selection = above[0]
    events = selection.events
    geometry = _geometry(request, events, token)
    scene = _scene(request, selection, None if isinstance(geometry, str) else geometry, token)
    token.check()
    source, background = selection.source, selection.background
    return Backgrounds(
        tuple(offers(scene)),
        scene.measured(BackgroundPlace("source", source.region)),
        None
        if background is None
        else scene.judged(scene.measured(BackgroundPlace("background", background.region))),
        scene.main,
        scene.clear_arcsec,
        scene.level,
        scene.bright_shares,
        request,
        Provenance(
            warnings=tuple(_doubts(request, geometry)),
            approximate="" if isinstance(geometry, str) else geometry.provenance.approximate,
        ),
    )


def _doubts(request: BackgroundsRequest, geometry: Geometry | str) -> Iterator[str]:
    """Give what should be known before the proposals are trusted."""
    if isinstance(geometry, str) and geometry:
        yield f"Detectors are not told apart. {geometry}"
    for name in request.avoid:
        if name not in request.avoided and name not in ROLES:
            yield f"There is no region {name!r} to keep out of."


def _geometry(request: BackgroundsRequest, events: Events, token: Any) -> Geometry | str:
    """Give how the detectors lie, or why that is not known; empty where there is but one."""
    asked = request.geometry
    if asked is None or len(mission_of(events.pointing.telescope).modules) < 2:  # noqa: PLR2004
        return ""

    def find() -> Geometry | str:
        try:
            return solve_geometry(asked, (events,), token)
        except (InputError, FileError) as error:
            return str(error)

    return remembered(_KNOWN, events, asked, find)


def _scene(
    request: BackgroundsRequest, selection: Selection, geometry: Geometry | None, token: Any
) -> Scene:
    """Measure source and background around the source."""
    events, region = selection.events, selection.source.region
    mission = mission_of(events.pointing.telescope)
    spread, scale = spread_of(events.pointing.telescope), pixel_arcsec(events)
    counts = field_counts(events, request.selection.screen, request.band, token)
    center = middle_of(region)
    avoided = _avoided(request, selection)
    source = mask_in(events, region)
    others = avoided & ~source
    near = around(counts, center, REACH_ARCSEC, scale, others if others.any() else None)
    edges = np.arange(0.0, REACH_ARCSEC + RING_ARCSEC / 2, RING_ARCSEC)
    fit = fit_rings(rings_of(near, edges, spread.brightness))
    return Scene(
        events,
        counts,
        None if geometry is None else geometry.detector,
        () if geometry is None else geometry.outlines,
        center,
        fit,
        spread,
        scale,
        source,
        avoided,
        tuple(_keep_out(request, selection)),
        request.wings_percent / 100,
        mission.background_radii_arcsec,
    )


def _keep_out(request: BackgroundsRequest, selection: Selection) -> Iterator[Any]:
    """Give the shapes, in pixels, that every proposal excludes: other sources and what is named."""
    plane, region = selection.events.plane, selection.source.region
    x, y = (np.array([c]) for c in middle_of(region))
    for shape in (to_pixel(one, plane) for one in region.shapes):
        if shape.exclude and not shape.contains(x, y).any():
            yield shape
    for name in request.avoid:
        if name in request.avoided:
            region = request.avoided[name].to_pixel(plane)
            yield from (replace(one, exclude=True) for one in region.shapes if not one.exclude)


def _avoided(request: BackgroundsRequest, selection: Selection) -> Mask:
    """Say which pixels no proposal may have."""
    shapes = [replace(one, exclude=False) for one in _keep_out(request, selection)]
    masks = [mask_in(selection.events, Region((one,))) for one in shapes]
    avoided = np.zeros(selection.events.shape, bool)
    for mask in masks:
        avoided |= mask
    return avoided
