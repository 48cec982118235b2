"""What is known of the sky around a source when its background is looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.region import Region, to_sky
from nuwidgets.science.background_places import (
    Field,
    bright_patches,
    coarse_field,
    wings_end_arcsec,
)
from nuwidgets.science.pixel_index import Frame, region_mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.backgrounds import BackgroundPlace
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.profile import ProfileFit
    from nuwidgets.domain.region import Shape
    from nuwidgets.science.psf_models import Spread

N_DETECTORS = 4
HALF_POWERS = 3.0
"""So many half-power diameters from the source is far enough, where its wings reach farther."""
SMALL, FEW, ELSEWHERE, IN_GAPS = 0.5, 50, 0.5, 0.1
"""Less area than this part of the source's, so few counts, such parts elsewhere, are said."""


@dataclass(frozen=True, eq=False)
class Scene:
    """The sky around a source."""

    events: Events
    """The events."""
    counts: NDArray[Any]
    """Counts of the sky pixels, shape (n_y, n_x)."""
    detector: NDArray[np.int8] | None
    """DET_ID of each, -1 for none; None where detectors are not told apart."""
    outlines: tuple[Floats, ...]
    """Corners of each detector, sky pixels from 0."""
    center: tuple[float, float]
    """Sky pixel of the source."""
    fit: ProfileFit
    """Source and background around it."""
    spread: Spread
    """How a point source is spread."""
    scale: float
    """Size of a sky pixel, arcsec."""
    source: Mask
    """The source region's pixels."""
    avoided: Mask
    """Pixels that no proposal may have."""
    keep_out: tuple[Any, ...]
    """Shapes in pixels that every proposal excludes."""
    wings: float
    """The source is left behind where it is less than this part of the background."""
    usual_arcsec: tuple[float, float]
    """Radii of the mission's usual annulus, arcsec."""

    @cached_property
    def level(self) -> float:
        """Background around the source, counts per square arcsec."""
        return float(self.fit.background(self.usual_arcsec[0]))

    @cached_property
    def radius_arcsec(self) -> float:
        """Distance of the source region's outermost pixel from its middle, arcsec."""
        y, x = np.flatnonzero(self.source.any(axis=1)), np.flatnonzero(self.source.any(axis=0))
        inside = self.source[y[0] : y[-1] + 1, x[0] : x[-1] + 1] if len(y) else np.zeros((0, 0))
        rows, columns = np.nonzero(inside)
        reach = np.hypot(columns + x[:1] - self.center[0], rows + y[:1] - self.center[1])
        return float(reach.max(initial=0.0)) * self.scale

    @cached_property
    def wings_arcsec(self) -> float:
        """Where the source's wings end, arcsec."""
        total = self.fit.source_counts if self.fit.seen else 0.0
        return wings_end_arcsec(total, self.spread.brightness, self.wings * self.level)

    @property
    def far_arcsec(self) -> float:
        """What is far enough from any source, arcsec."""
        return max(HALF_POWERS * self.spread.half_power_arcsec, self.radius_arcsec)

    @cached_property
    def clear_arcsec(self) -> float:
        """Nearest distance of a proposal from the source, where there is room, arcsec."""
        return max(self.wings_arcsec, self.radius_arcsec)

    @cached_property
    def field(self) -> Field | None:
        """The sky with detectors, in coarse pixels; None where they are not told apart."""
        if self.detector is None:
            return None
        total = self.fit.source_counts if self.fit.seen else 0.0
        spread = total, self.spread.brightness, self.scale
        return coarse_field(self.counts, self.detector, self.avoided, self.center, spread)

    @cached_property
    def source_counts(self) -> tuple[float, ...]:
        """Part of the source region's counts on each detector."""
        if self.detector is None:
            return ()
        which, counts = self.detector[self.source], self.counts[self.source]
        seen = which >= 0
        each = np.bincount(which[seen], counts[seen], minlength=N_DETECTORS)
        return tuple((each / max(each.sum(), 1.0)).tolist())

    @cached_property
    def main(self) -> int | None:
        """DET_ID of the detector with most of the source's counts."""
        shares = self.source_counts
        return int(np.argmax(shares)) if sum(shares) else None

    @cached_property
    def bright(self) -> tuple[Mask, ...]:
        """Where each detector is too bright, in coarse pixels."""
        if self.field is None:
            return ()
        beyond = min(self.clear_arcsec, self.far_arcsec)
        return tuple(bright_patches(self.field, n, beyond) for n in range(N_DETECTORS))

    @property
    def bright_shares(self) -> tuple[float, ...]:
        """Part of each detector that is too bright."""
        if self.field is None:
            return ()
        which = self.field.detector
        sizes = [int(np.count_nonzero(which == n)) or 1 for n in range(N_DETECTORS)]
        each = zip(self.bright, sizes, strict=True)
        return tuple(float(np.count_nonzero(patch)) / size for patch, size in each)

    def place(self, shape: Shape) -> Shape:
        """Give a shape as users have it: on the sky, where the file has sky coordinates."""
        plane = self.events.plane
        return shape if plane is None else to_sky(shape, plane)

    def measured(self, one: BackgroundPlace) -> BackgroundPlace:
        """Give a place with its numbers; its region as users have it.

        The numbers are those of an exact mask of sky pixels.
        """
        region = one.region.to_pixel(self.events.plane)
        frame = Frame(0, 0, self.events.shape[1], self.events.shape[0])
        mask = region_mask(region, frame)
        box = frame.slices(mask.frame)
        counts = int(self.counts[box][mask.inside].sum())
        n = int(np.count_nonzero(mask.inside))
        rows, columns = np.nonzero(mask.inside)
        x, y = columns + mask.frame.x - self.center[0], rows + mask.frame.y - self.center[1]
        radius = np.hypot(x, y) * self.scale
        own = max(self.fit.source_counts, 0.0) * self.spread.brightness(radius).sum()
        expected = own * self.scale**2
        return replace(
            one,
            region=Region(tuple(self.place(shape) for shape in one.region.shapes)),
            area_arcsec2=n * self.scale**2,
            counts=counts,
            shares=() if self.detector is None else self._shares(self.detector[box][mask.inside]),
            source_share=float(min(expected / max(counts, 1), 1.0)),
        )

    def judged(self, one: BackgroundPlace) -> BackgroundPlace:
        """Give a measured place with what speaks against it as a background."""
        return replace(one, poor=tuple(self._against(one)))

    @staticmethod
    def _shares(which: NDArray[np.int8]) -> tuple[float, ...]:
        each = np.bincount(which[which >= 0], minlength=N_DETECTORS)
        return tuple((each / max(len(which), 1)).tolist())

    def _against(self, one: BackgroundPlace) -> Iterator[str]:
        area = np.count_nonzero(self.source) * self.scale**2
        if one.area_arcsec2 < SMALL * area:
            yield f"small: {100 * one.area_arcsec2 / area:.0f} % of the source's area"
        if one.counts < FEW:
            yield f"{one.counts} counts only"
        if one.source_share > self.wings:
            yield f"{100 * one.source_share:.0f} % of its counts are the source's"
        if one.shares and self.main is not None:
            other = sum(one.shares) - one.shares[self.main]
            if other > ELSEWHERE:
                yield f"{100 * other:.0f} % on other detectors"
            if one.beside > IN_GAPS:
                yield f"{100 * one.beside:.0f} % on no detector"
