"""The proposals: circles and the rest of the source's detector, a mix of detectors, an annulus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.backgrounds import BackgroundPlace
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, PixelPolygon
from nuwidgets.domain.region import Region
from nuwidgets.science.background_places import Disc, discs_around, inset, room_for_discs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nuwidgets.domain.arrays import Mask
    from nuwidgets.domain.region import Shape
    from nuwidgets.engines.embedded.background_scene import Scene

MARGIN_ARCSEC = 12.0
"""Kept free along a detector's edge: the width of a pixel, by which the mast sways."""
LEAST_ARCSEC, WISHED_ARCSEC = 20.0, 45.0
"""No circle is smaller; where all are smaller than the second, the wings must do."""
MOST_DISCS, MOST_HOLES, MORE = 3, 4, 1.25
"""Circles and holes of a proposal; several circles are worth it with so much more area."""
MIXED = 0.15
"""A detector with so much of the source's counts is worth a circle of its own."""
_UNFIT = "nuproducts corrects its background light curve for no polygon"


def offers(scene: Scene) -> Iterator[BackgroundPlace]:
    """Give the proposals, measured, the best first."""
    found = [*_on_detectors(scene), *_annuli(scene)]
    judged = [scene.judged(scene.measured(one)) for one in found]
    yield from sorted(judged, key=lambda one: len(one.poor))


def _on_detectors(scene: Scene) -> Iterator[BackgroundPlace]:
    """Give what lies on the source's detector, and on those that share the source."""
    main = scene.main
    if scene.field is None or main is None:
        return
    clear, discs = _clear_discs(scene, main)
    why = f"on DET{main} like the source, {_how_far(scene, clear)}"
    if discs:
        region = _stack(scene, [_circle(disc) for disc in discs[:1]])
        yield BackgroundPlace("circle", region, reason=f"The largest circle {why}.")
    if _area(discs) > MORE * _area(discs[:1]):
        region = _stack(scene, [_circle(disc) for disc in discs])
        yield BackgroundPlace("circles", region, reason=f"{len(discs)} circles {why}.")
    rest = _rest(scene, main, clear)
    if rest is not None:
        yield BackgroundPlace("detector", rest, reason=f"All {why}; {_UNFIT}.")
    mixed = _mixed(scene, clear)
    if mixed is not None:
        yield mixed


def _how_far(scene: Scene, clear: float) -> str:
    """Say how far from the source a proposal is, and why."""
    if clear < scene.clear_arcsec:
        return f"{clear:.0f} arcsec from it: its wings reach farther"
    if scene.wings_arcsec < scene.radius_arcsec:
        return "off the source region"
    return (
        f"{clear:.0f} arcsec from it, where its wings are {100 * scene.wings:g} % of the background"
    )


def _clear_discs(scene: Scene, number: int) -> tuple[float, list[Disc]]:
    """Give how far from the source to stay, and circles there; nearer where there is no room."""
    found: list[Disc] = []
    for clear in (scene.clear_arcsec, min(scene.clear_arcsec, scene.far_arcsec)):
        found = _discs(scene, number, clear, MOST_DISCS)
        if found and found[0].radius * scene.scale >= WISHED_ARCSEC:
            return clear, found
    return min(scene.clear_arcsec, scene.far_arcsec), found


def _discs(scene: Scene, number: int, clear: float, most: int) -> list[Disc]:
    field = scene.field
    if field is None:
        return []
    discs = room_for_discs(
        _allowed(scene, number, clear), field.first, MARGIN_ARCSEC / scene.scale, most
    )
    return [disc for disc in discs if disc.radius * scene.scale >= LEAST_ARCSEC]


def _allowed(scene: Scene, number: int, clear: float) -> Mask:
    field = scene.field
    if field is None:
        return np.zeros((1, 1), bool)
    free = ~(field.avoided | scene.bright[number])
    allowed: Mask = (field.detector == number) & (field.radius_arcsec > clear) & free
    return allowed


def _rest(scene: Scene, number: int, clear: float) -> Region | None:
    """Give a whole detector without its rim, the source and bright patches; None without room."""
    field = scene.field
    if field is None or not _allowed(scene, number, clear).any():
        return None
    corners = inset(scene.outlines[number], MARGIN_ARCSEC / scene.scale)
    if not len(corners):
        return None
    whole = PixelPolygon(tuple(corners[:, 0].tolist()), tuple(corners[:, 1].tolist()))
    hole = PixelCircle(*scene.center, clear / scene.scale, exclude=True)
    patches = discs_around(scene.bright[number], field.first, MOST_HOLES)
    return _stack(scene, [whole, hole, *(PixelCircle(*disc, exclude=True) for disc in patches)])


def _mixed(scene: Scene, clear: float) -> BackgroundPlace | None:
    """Give circles on all detectors that share the source, as large as their shares."""
    wanted = {n: share for n, share in enumerate(scene.source_counts) if share >= MIXED}
    if len(wanted) < 2:  # noqa: PLR2004
        return None
    discs = {n: _discs(scene, n, clear, 1) for n in wanted}
    if not all(discs.values()):
        return None
    unit = min(discs[n][0].radius / np.sqrt(share) for n, share in wanted.items())
    circles = [
        PixelCircle(discs[n][0].x, discs[n][0].y, float(unit * np.sqrt(share)))
        for n, share in wanted.items()
    ]
    parts = ", ".join(f"DET{n} {100 * share:.0f} %" for n, share in wanted.items())
    reason = f"A circle on each detector that has much of the source, by its counts: {parts}."
    return BackgroundPlace("mixed", _stack(scene, circles), reason=reason)


def _annuli(scene: Scene) -> Iterator[BackgroundPlace]:
    """Give the usual annulus, and one beyond the source's wings."""
    inner, outer = scene.usual_arcsec
    if scene.radius_arcsec > inner:
        inner, outer = scene.radius_arcsec, outer - inner + scene.radius_arcsec
    reason = f"The usual annulus, {inner:.0f} to {outer:.0f} arcsec, on whatever lies there."
    yield BackgroundPlace("annulus", _ring(scene, inner, outer), reason=reason)
    if scene.field is None and inner < scene.clear_arcsec < np.inf:
        far, wide = scene.clear_arcsec, outer - inner + scene.clear_arcsec
        reason = (
            f"An annulus where the source's wings are less than {100 * scene.wings:g} % of the"
            " background."
        )
        yield BackgroundPlace("far annulus", _ring(scene, far, wide), reason=reason)


def _ring(scene: Scene, inner_arcsec: float, outer_arcsec: float) -> Region:
    radii = inner_arcsec / scene.scale, outer_arcsec / scene.scale
    return _stack(scene, [PixelAnnulus(*scene.center, *radii)])


def _circle(disc: Disc) -> PixelCircle:
    return PixelCircle(*disc)


def _area(discs: list[Disc]) -> float:
    return sum(disc.radius**2 for disc in discs)


def _stack(scene: Scene, shapes: Sequence[Shape]) -> Region:
    """Give shapes as a region, less what is to be kept out of."""
    return Region((*shapes, *scene.keep_out))
