"""Whether a source piles up, and the region to take instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.pileup import PileUp
from nuwidgets.engines.embedded.approximate import placed, source_position
from nuwidgets.engines.embedded.field_counts import pixel_arcsec
from nuwidgets.engines.embedded.of_mission import spread_of
from nuwidgets.engines.embedded.selection import index_of, mask_of
from nuwidgets.missions.base import known_mission
from nuwidgets.science.pileup import annulus_for, inner_radius_arcsec

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.selection import Selection
    from nuwidgets.science.psf_models import Spread

LEAST_COUNTS, LEAST_FRACTION = 50, 0.02
"""With fewer in the wings their rate is not looked at."""
_ROUNDS = 20


def pileup_of(selection: Selection) -> PileUp | None:
    """Give what to do about a source that piles up; None where it does not, or nobody knows.

    The rate is the mean over the good times. It is that of the whole source: net counts over what
    the region holds of the point-spread function, around the middle of the region. Where photons
    pile up the middle has lost some, so the rate is taken from what lies outside, until both agree.
    """
    pointing = selection.events.pointing
    mission = known_mission(pointing.telescope)
    mode = mission.mode_of(pointing) if mission else None
    if mission is None or mode is None or mode.piled_up_per_s is None or not mission.spread:
        return None
    limit = mode.piled_up_per_s
    rate = _whole_rate(selection)
    if not rate > limit:
        return None
    spread, wings = spread_of(pointing.telescope), _Wings.of(selection)
    inner = inner_radius_arcsec(rate, limit, spread.brightness)
    for _ in range(_ROUNDS):
        outside = wings.rate_outside(inner, spread)
        further = inner_radius_arcsec(outside, limit, spread.brightness)
        if further <= inner:
            break
        rate, inner = outside, further
    scale = pixel_arcsec(selection.events)
    if wings.nearest_arcsec > inner - scale:
        return None
    request = selection.request
    region = request.source if request else selection.source.region
    return PileUp(rate, limit, inner, mode.says, annulus_for(region, inner, scale))


def _whole_rate(selection: Selection) -> float:
    """Give the net rate of the whole source, counts/s; 0 where a region holds too little of it."""
    events, source, other = selection.events, selection.source, selection.background
    fraction, _ = placed(source.region, index_of(events).sky, events)
    behind = other.n_events * source.n_pixels / other.n_pixels if other else 0.0
    known = fraction >= LEAST_FRACTION and events.livetime_s > 0
    return (source.n_events - behind) / (fraction * events.livetime_s) if known else 0.0


@dataclass(frozen=True, eq=False)
class _Wings:
    """How far pixels and events of a region are from its middle, arcsec."""

    pixels_arcsec: Floats
    events_arcsec: Floats
    behind_per_pixel: float
    pixel_arcsec: float
    livetime_s: float

    @classmethod
    def of(cls, selection: Selection) -> _Wings:
        """Measure a selection."""
        events, source, other = selection.events, selection.source, selection.background
        x, y = source_position(source.region, index_of(events).sky)
        mask, scale = mask_of(source, events), pixel_arcsec(events)
        rows, columns = np.nonzero(mask.inside)
        far = np.hypot(columns + mask.frame.x - x, rows + mask.frame.y - y)
        return cls(
            far * scale,
            np.hypot(source.x - x, source.y - y) * scale,
            other.n_events / other.n_pixels if other else 0.0,
            scale,
            events.livetime_s,
        )

    @property
    def nearest_arcsec(self) -> float:
        """Distance of the innermost pixel."""
        return float(self.pixels_arcsec.min())

    def rate_outside(self, inner_arcsec: float, spread: Spread) -> float:
        """Give the rate of the whole source by what is outside a radius; 0 where that is little."""
        left = self.pixels_arcsec >= inner_arcsec
        counts = np.count_nonzero(self.events_arcsec >= inner_arcsec)
        held = spread.brightness(self.pixels_arcsec[left]).sum() * self.pixel_arcsec**2
        if counts < LEAST_COUNTS or held < LEAST_FRACTION:
            return 0.0
        net = counts - self.behind_per_pixel * np.count_nonzero(left)
        return float(net / (held * self.livetime_s))
