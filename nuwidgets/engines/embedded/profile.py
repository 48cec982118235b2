"""Make the radial profile of a source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.named_regions import ROLES
from nuwidgets.domain.profile import Profile, ProfileRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region, to_pixel
from nuwidgets.engines.embedded.exposure import solve_exposure
from nuwidgets.engines.embedded.field_counts import field_counts, mask_in, middle_of, pixel_arcsec
from nuwidgets.engines.embedded.of_mission import spread_of
from nuwidgets.errors import InputError
from nuwidgets.science.best_radius import circles
from nuwidgets.science.pixel_index import Frame
from nuwidgets.science.radial_profile import around, centroid, fit_rings, rings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.exposure_map import ExposureRequest
    from nuwidgets.domain.selection import Selection

CENTROID_HALF_POWERS = 0.5
"""Counts so many half-power diameters from the middle move it to their centroid."""
MOST_RINGS = 2000
_ROUGH = 2.0


def solve_profile(request: ProfileRequest, above: tuple[Selection], token: Any) -> Profile:
    """Give counts in rings around the source, the fit, and the S/N of circles.

    Raises
    ------
    InputError
        If the rings cannot be made, or nothing is left of them.
    """
    selection = above[0]
    events = selection.events
    spread = spread_of(events.pointing.telescope)
    edges = _edges(request)
    counts = field_counts(events, request.selection.screen, request.band, token)
    scale = pixel_arcsec(events)
    center = _center(request, selection, counts, spread.half_power_arcsec / scale)
    weight = None if request.exposure_map is None else _weight(request.exposure_map, events, token)
    left_out = _left_out(request, selection, center)
    near = around(counts, center, edges[-1], scale, left_out, weight)
    rings = rings_of(near, edges, spread.brightness)
    fit = fit_rings(rings)
    token.check()
    found = circles(near, fit, spread.brightness, request.max_arcsec)
    sky = None if events.plane is None else events.plane.to_sky(*center)
    profile = Profile(
        **vars(rings),
        fit=fit,
        **found._asdict(),
        enclosed=spread.enclosed(found.radius_arcsec),
        center=center,
        center_deg=None if sky is None else (float(sky[0]), float(sky[1])),
        pixel_arcsec=scale,
        psf=spread.name,
        n_masked=near.n_masked,
        pointing=events.pointing,
        request=request,
    )
    return replace(profile, provenance=Provenance(warnings=tuple(_doubts(profile))))


def _edges(request: ProfileRequest) -> Floats:
    n = request.max_arcsec / request.binsize_arcsec
    if not 1 <= n <= MOST_RINGS:
        raise InputError(
            f"Cannot make a profile of rings of {request.binsize_arcsec:g} arcsec up to"
            f" {request.max_arcsec:g} arcsec. Give a width from"
            f" {request.max_arcsec / MOST_RINGS:g} to {request.max_arcsec:g} arcsec."
        )
    edges: Floats = request.binsize_arcsec * np.arange(int(np.ceil(n - 1e-9)) + 1.0)
    return edges


def _center(
    request: ProfileRequest, selection: Selection, counts: NDArray[Any], half_power: float
) -> tuple[float, float]:
    """Give the middle, pixel (x, y)."""
    at, plane = request.center, selection.events.plane
    if at is None:
        at = middle_of(selection.source.region)
    elif plane is not None:
        x, y = plane.to_pixel(*at)
        at = float(x), float(y)
    if not np.isfinite(at).all():
        raise InputError(
            f"Cannot make a profile around RA, Dec {request.center!r}: it is not on the sky that"
            " this file covers. Give center as a pair of degrees near the pointing, or None."
        )
    return centroid(counts, at, CENTROID_HALF_POWERS * half_power) if request.centroid else at


def _weight(asked: ExposureRequest, events: Events, token: Any) -> Floats:
    """Give the exposure of each sky pixel over the largest, shape (n_y, n_x)."""
    made = solve_exposure(asked, (events,), token)
    weight = np.zeros(events.shape)
    whole = Frame(0, 0, events.shape[1], events.shape[0])
    n_y, n_x = made.exposure_s.shape
    own = Frame(*made.origin, n_x, n_y)
    part = whole.clip(own)
    weight[whole.slices(part)] = np.nan_to_num(made.exposure_s[own.slices(part)])
    return weight / (float(weight.max()) or 1.0)


def _left_out(
    request: ProfileRequest, selection: Selection, center: tuple[float, float]
) -> Mask | None:
    """Say which pixels are left out; None for none."""
    shapes = [*_excluded(selection, center)] if request.mask_excluded else []
    regions = [Region((one,)) for one in shapes]
    regions += [request.masked[name] for name in request.mask if name in request.masked]
    if "background" in request.mask and selection.request is not None:
        regions.append(selection.request.background)
    masks = [mask_in(selection.events, region) for region in regions if region]
    return np.any(masks, axis=0) if masks else None


def _excluded(selection: Selection, center: tuple[float, float]) -> Iterator[Any]:
    """Give the shapes that either region excludes, turned to include, but those on the source.

    A hole in the middle of the source is for pile-up, one of the background for the source: there
    the profile is wanted. Others are other sources.
    """
    x, y = (np.array([c]) for c in center)
    for cut in (selection.source, selection.background):
        for shape in cut.region.shapes if cut else ():
            inner = to_pixel(shape, selection.events.plane)
            if inner.exclude and not inner.contains(x, y).any():
                yield replace(inner, exclude=False)


def _doubts(profile: Profile) -> Iterator[str]:
    """Give what should be known before the profile is trusted."""
    request, fit = profile.request, profile.fit
    wanted = () if request is None else request.mask
    known = () if request is None else tuple(request.masked)
    for name in (n for n in wanted if n not in known and n not in ROLES):
        yield f"There is no region {name!r} to leave out of the profile."
    if not fit.seen:
        yield (
            f"No source is seen in the profile: {fit.source_counts:.0f} ± {fit.source_error:.0f}"
            " counts. Move the source region, or choose another band."
        )
    elif fit.dof > 0 and fit.chi2 > _ROUGH * fit.dof:
        yield (
            f"The PSF does not describe the profile (chi squared {fit.chi2:.0f} for {fit.dof}"
            " degrees of freedom): the PSF is approximate, the source may be extended, or the"
            " middle lies beside it."
        )
    best = profile.best
    if best is not None and best == len(profile.radius_arcsec) - 1:
        yield (
            f"S/N still rises at {profile.radius_arcsec[-1]:.0f} arcsec: the best radius is beyond"
            " the profile. Make the largest radius larger, or choose a circle by the background."
        )
