"""What the plot of parameters against time shows: points, limits, problems, and words on each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.panels.longterm_time import when
from nuwidgets.panels.value_words import with_ends
from nuwidgets.science.axis_scale import is_log
from nuwidgets.widgets.point_items import LOWER, UPPER, VALUE, Kind, Point, PointPanel
from nuwidgets.widgets.theme import QUIET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.evolution import Evolution, Track
    from nuwidgets.domain.evolution_rows import EvolutionRow
    from nuwidgets.panels.time_axis import TimeAxis

ALONE_PX, SEVERAL_PX = 200, 126
"""Height of the panel of one parameter, and of each of several."""
NAN = math.nan
UNITS = {"erg/cm2/s": "erg cm⁻² s⁻¹", "10^22": "10²² cm⁻²"}
"""Units as they stand beside an axis."""
KINDS = {
    "fitted": Kind("best fit", FIRST),
    "flagged": Kind("with XSPEC's letters", "#CC79A7", "diamond"),
    "limit": Kind("limit only", SECOND),
    "held": Kind("frozen or tied", QUIET, "ring"),
}


def panels_of(
    evolution: Evolution, labels: Iterable[str], axis: TimeAxis, *, log: bool | None
) -> list[PointPanel]:
    """Give a panel for each parameter, each on its own scale."""
    tracks = [evolution.of(label) for label in labels]
    height = ALONE_PX if len(tracks) == 1 else SEVERAL_PX
    return [_panel(track, axis, height, log=log) for track in tracks]


def _panel(track: Track, axis: TimeAxis, height: int, *, log: bool | None) -> PointPanel:
    unit = f" [{UNITS.get(track.unit, track.unit)}]" if track.unit else ""
    points = tuple(_point(track, i, axis) for i in range(len(track.names)))
    drawn = [end for point in points for end in (point.y, point.hi)]
    return PointPanel(track.label + unit, points, is_log(log, drawn), height)


def _point(track: Track, i: int, axis: TimeAxis) -> Point:
    row = track.rows[i]
    middle, half = float(track.middle_mjd[i]), float(track.half_mjd[i])
    value, lo, hi = (float(column[i]) for column in (track.value, track.lo, track.hi))
    mark = UPPER if track.upper[i] else LOWER if track.lower[i] else VALUE
    if mark != VALUE:
        value, lo, hi = (hi if mark == UPPER else lo), NAN, NAN
    at = middle - axis.origin_mjd
    words = f"{row.name} · {when(axis, middle)} · {row.label} {value_words(row, mark)}"
    letters = f" · {row.flags}: {row.problems}" if row.problems else ""
    return Point(
        *(row.name, at, at - half, at + half, value, lo, hi),
        mark=mark,
        kind=_kind(row, mark),
        said=words + letters,
    )


def _kind(row: EvolutionRow, mark: str) -> str:
    if row.status in ("frozen", "tied"):
        return "held"
    if mark != VALUE:
        return "limit"
    return "flagged" if "T" in row.flags or row.status == "at its limit" else "fitted"


def value_words(row: EvolutionRow, mark: str = "") -> str:
    """Give the value of a parameter with its errors, or its limit.

    Parameters
    ----------
    row : EvolutionRow
        The parameter of an observation.
    mark : str
        ``"upper"`` or ``"lower"`` for a limit; by default what the row says.
    """
    mark, unit = mark or row.bound, UNITS.get(row.unit, row.unit)
    if mark in (UPPER, LOWER):
        sign, end = ("<", row.end_hi) if mark == UPPER else (">", row.end_lo)
        return f"{sign} {with_ends(end, unit=unit)}"
    ends = (row.end_lo, row.end_hi)
    known = ends if all(map(math.isfinite, ends)) else None
    held = f" ({row.status})" if row.status != "free" else ""
    return with_ends(row.value, known, unit) + held


def described(evolution: Evolution, labels: Iterable[str]) -> str:
    """Say in a sentence from where to where each parameter goes."""
    said = []
    for label in labels:
        track = evolution.of(label)
        seen = [v for v in track.value if math.isfinite(v)]
        if seen:
            said.append(f"{label} {min(seen):.3g} to {max(seen):.3g} {track.unit}".strip())
    return "; ".join(said)
