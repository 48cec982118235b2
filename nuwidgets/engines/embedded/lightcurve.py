"""Bin the selected events in time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.selection import cut_region
from nuwidgets.engines.embedded.time_bins import (
    Binning,
    counts_in,
    forget_slots,
    grid_of,
    live_fraction,
)
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.science.binned_rates import rates

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import Cut, Selection
    from nuwidgets.science.time_grid import TimeGrid


def solve_lightcurve(request: LightCurveRequest, above: tuple[Selection], token: Any) -> LightCurve:
    """Give the light curve of a selection, from the first good time on.

    Raises
    ------
    InputError
        If there is no good time, or the bins are not above 0 s, or there are too many, or there is
        no region of that name.
    """
    return light_curves(request, above[0], token, "lightcurve")


def light_curves(
    request: LightCurveRequest, selection: Selection, token: Any, slot: str
) -> LightCurve:
    """Give the light curve of a selection, with those of further bands.

    Parameters
    ----------
    request : LightCurveRequest
    selection : Selection
    token : Token
    slot : str
        Who asks: the bins of all events are kept under this name.
    """
    events, bands = selection.events, (request.band, *request.bands)
    gti = _good_times(events, request.range_s)
    grid = grid_of(gti, request.binsize_s, request.bins)
    cut, other = cuts_of(selection, request.region, request.area, "a light curve")
    seen = _Seen(request, events, grid, gti)
    channels = mission_of(events.pointing.telescope).channels
    curves: list[LightCurve] = []
    for number, band in enumerate(bands):
        token.check()
        binning = Binning(*channels(band), grid, request.range_s)
        name = f"{slot} {number}"
        counts = counts_in(cut, events, binning, name)
        background = counts_in(other, events, binning, name) if other else None
        ratio = cut.n_pixels / other.n_pixels if other else 0.0
        own = replace(request, band=band, bands=() if number else request.bands)
        curves.append(seen.curve(own, counts, background, ratio))
    forget_slots(events, slot, len(bands))
    return replace(curves[0], parts=tuple(curves[1:])) if curves[1:] else curves[0]


def cuts_of(
    selection: Selection, name: str, area: Region | None, what: str
) -> tuple[Cut, Cut | None]:
    """Give the events to count, and those of the background, which has none of its own.

    Parameters
    ----------
    selection : Selection
    name : str
        Source, background, or that of another region.
    area : Region or None
        The other region; None where there is none.
    what : str
        What is to be made, for messages.

    Raises
    ------
    InputError
        If there is no region of that name, or it covers no pixel.
    """
    if name == "source":
        return selection.source, selection.background
    if name == "background":
        if selection.background is not None:
            return selection.background, None
        raise InputError(
            f"Cannot make {what} of the background: there is no background region. Draw one, or"
            " choose the region 'source'."
        )
    if area is None:
        raise InputError(
            f"Cannot make {what} of the region {name!r}: there is none of that name. Choose"
            " 'source', 'background', or a region that is drawn."
        )
    cut = cut_region(selection.events, area)
    if not cut.n_pixels:
        raise InputError(
            f"Cannot make {what} of the region {name!r}: it covers no pixel of the image. Move it"
            " onto the image."
        )
    return cut, selection.background


def _good_times(events: Events, range_s: Gti | None) -> Gti:
    if range_s is None:
        return events.gti
    gti = events.gti.intersect(range_s)
    if not gti.intervals and events.gti.intervals:
        first, last = events.gti.intervals[0][0], events.gti.intervals[-1][1]
        raise InputError(
            f"Cannot make a light curve of {range_s.intervals!r} s: there is no good time in it."
            f" Good times are from {first:.1f} to {last:.1f} s; choose a range there, or None."
        )
    return gti


class _Seen:
    """How much of each bin was seen: what the light curves of all bands have in common."""

    def __init__(
        self, request: LightCurveRequest, events: Events, grid: TimeGrid, gti: Gti
    ) -> None:
        self.events, self.gti, self.grid = events, gti, grid
        good_s = grid.good_s(gti)
        self.fracexp = np.clip(good_s / grid.width_s, 0.0, 1.0)
        self.live = live_fraction(events, grid, gti, self.fracexp)
        self.seen_s = grid.width_s * self.fracexp
        if request.correct_livetime:
            self.seen_s = self.seen_s * self.live

    def curve(
        self, request: LightCurveRequest, counts: Floats, background: Floats | None, ratio: float
    ) -> LightCurve:
        """Give the light curve of a band."""
        subtract = request.subtract_background and background is not None
        rate, error = rates(counts, background if subtract else None, ratio, self.seen_s)
        return LightCurve(
            time_s=self.grid.start_s,
            binsize_s=request.binsize_s,
            rate_per_s=rate,
            error_per_s=error,
            fracexp=self.fracexp,
            counts=counts,
            background_counts=np.zeros_like(counts) if background is None else background,
            live_fraction=self.live,
            gti=self.gti,
            pointing=self.events.pointing,
            background_subtracted=subtract,
            livetime_corrected=request.correct_livetime,
            request=request,
            provenance=Provenance(warnings=_warnings(request, counts, subtract=subtract)),
            width_s=self.grid.width_s,
        )


def _warnings(request: LightCurveRequest, counts: Floats, *, subtract: bool) -> tuple[str, ...]:
    """Say what a user should know before trusting the curve."""
    said = []
    if not counts.any():
        said.append(f"The {request.region} region has no counts between {request.band}.")
    if request.subtract_background and not subtract and request.region != "background":
        said.append("No background was taken away: there is no background region.")
    return tuple(said)
