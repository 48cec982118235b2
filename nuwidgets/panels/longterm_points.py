"""What the plot of rates or fluxes of a campaign shows: points, limits, and words on each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.domain.flux_curve import CONVERTED, FITTED, LIMIT
from nuwidgets.panels.longterm_time import when
from nuwidgets.panels.value_words import with_ends
from nuwidgets.widgets.point_items import UPPER, VALUE, Kind, Point
from nuwidgets.widgets.theme import QUIET

if TYPE_CHECKING:
    from collections.abc import Collection

    from nuwidgets.domain.flux_curve import FluxCurve
    from nuwidgets.domain.longterm import LongTerm
    from nuwidgets.panels.time_axis import TimeAxis

KINDS = {
    "detected": Kind("detected", FIRST),
    CONVERTED: Kind("converted from the rate", FIRST, "ring"),
    LIMIT: Kind("upper limit", SECOND),
    "left out": Kind("not ticked", QUIET, "ring"),
}
NAN = math.nan
RATE, FLUX = "counts s⁻¹", "erg cm⁻² s⁻¹"


@dataclass(frozen=True)
class _Shown:
    """One observation as it is drawn: a value with its interval, or a limit."""

    name: str
    span_mjd: tuple[float, float]
    value: float
    ends: tuple[float, float]
    kind: str
    more: str


def rate_points(rates: LongTerm, axis: TimeAxis, ticked: Collection[str]) -> tuple[Point, ...]:
    """Give the net rates of detections, and upper limits of the others."""
    every = range(len(rates.names))
    return tuple(_point(_rate(rates, i), axis, ticked, RATE) for i in every if not rates.why[i])


def _rate(rates: LongTerm, i: int) -> _Shown:
    found = bool(rates.detected[i])
    more = f"{rates.counts[i]} counts, {rates.background_counts[i]} in the background"
    return _Shown(
        rates.names[i],
        (float(rates.start_mjd[i]), float(rates.stop_mjd[i])),
        float((rates.rate_per_s if found else rates.limit_per_s)[i]),
        (float(rates.rate_lo_per_s[i]), float(rates.rate_hi_per_s[i])),
        "detected" if found else LIMIT,
        f"{more}, {rates.exposure_s[i] / 1000:.3g} ks",
    )


def flux_points(fluxes: FluxCurve, axis: TimeAxis, ticked: Collection[str]) -> tuple[Point, ...]:
    """Give fluxes, and upper limits; of an observation without either, nothing."""
    rows = [_flux(fluxes, i) for i in range(len(fluxes.names)) if fluxes.kind[i]]
    return tuple(_point(row, axis, ticked, FLUX) for row in rows)


def _flux(fluxes: FluxCurve, i: int) -> _Shown:
    kind = fluxes.kind[i]
    column = fluxes.limit_erg_per_cm2_s if kind == LIMIT else fluxes.flux_erg_per_cm2_s
    return _Shown(
        fluxes.names[i],
        (float(fluxes.start_mjd[i]), float(fluxes.stop_mjd[i])),
        float(column[i]),
        (float(fluxes.lo_erg_per_cm2_s[i]), float(fluxes.hi_erg_per_cm2_s[i])),
        "detected" if kind == FITTED else kind,
        "fitted" if kind == FITTED else f"by the flux per rate of {fluxes.by[i]}",
    )


def _point(row: _Shown, axis: TimeAxis, ticked: Collection[str], unit: str) -> Point:
    upper = row.kind == LIMIT
    ends = (NAN, NAN) if upper else row.ends
    known = ends if all(map(math.isfinite, ends)) else None
    words = f"{'below ' if upper else ''}{with_ends(row.value, known, unit)}"
    middle = sum(row.span_mjd) / 2
    x, x_lo, x_hi = (at - axis.origin_mjd for at in (middle, *row.span_mjd))
    return Point(
        row.name,
        x=x,
        x_lo=x_lo,
        x_hi=x_hi,
        y=row.value,
        lo=ends[0],
        hi=ends[1],
        mark=UPPER if upper else VALUE,
        kind=row.kind if row.name in ticked else "left out",
        said=f"{row.name} · {when(axis, middle)} · {words} · {row.more}",
    )


def described(points: tuple[Point, ...], unit: str) -> str:
    """Say in a sentence how many there are, and from where to where they go."""
    seen = [point.y for point in points if point.mark != UPPER and math.isfinite(point.y)]
    n = len(points) - len(seen)
    limits = f"{n} upper limit{'' if n == 1 else 's'}" if n else ""
    found = f"{len(seen)} detected" if seen else ""
    if len(seen) > 1:
        lo, hi = (with_ends(end) for end in (min(seen), max(seen)))
        found += f", {lo} to {hi} {unit}"
    return "; ".join(filter(None, (found, limits))) or "nothing to draw"
