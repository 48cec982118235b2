"""Follow a source over many observations: counts in a band, net rates, upper limits."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.evolution_rows import span_mjd
from nuwidgets.domain.longterm import LongTerm, LongTermRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.approximate import placed
from nuwidgets.engines.embedded.selection import index_of
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.science.upper_limits import NetCounts

if TYPE_CHECKING:
    from nuwidgets.domain.selection import Cut, Selection

NAN = math.nan
KINDS: dict[str, Any] = {"counts": np.int64, "background_counts": np.int64, "detected": bool}
NO_BACKGROUND = (
    "{names}: no background region, so the rates are those of all counts, and every count is taken"
    " to be the source's. Set a background region."
)
LEAST_FRACTION = 0.02
"""A region that holds less of a point source says nothing of the whole."""
TOO_LITTLE = "it holds less than 2 % of a point source. Draw a region around the source."
UNCORRECTED = "{names}: the rate is that of the region, not corrected for what lies outside: {why}"


@dataclass(frozen=True)
class _Row:
    """One observation; what is not known is NaN."""

    start_mjd: float = NAN
    stop_mjd: float = NAN
    exposure_s: float = 0.0
    counts: int = 0
    background_counts: int = 0
    area_ratio: float = NAN
    rate_per_s: float = NAN
    rate_lo_per_s: float = NAN
    rate_hi_per_s: float = NAN
    limit_per_s: float = NAN
    chance: float = NAN
    detected: bool = False
    fraction: float = 1.0
    telescope: str = ""
    why: str = ""


def solve_longterm(request: LongTermRequest, above: tuple[Selection, ...], token: Any) -> LongTerm:
    """Give counts, net rate, interval, upper limit and chance of each observation.

    One whose events or regions failed is given by its error, and has a row without numbers.

    Rates are those of the region, without a correction for the point spread, vignetting or bad
    pixels, unless `request.corrected` asks for the first.
    """
    rows, said = list[_Row](), dict[str, list[str]]()
    for name, selection in zip(request.names, above, strict=True):
        token.check()
        if isinstance(selection, Exception):
            rows.append(_Row(why=str(selection)))
            continue
        row, doubts = _row(selection, request)
        rows.append(row)
        for doubt in doubts:
            said.setdefault(doubt, []).append(name)
    texts = [doubt.replace("{names}", ", ".join(names)) for doubt, names in said.items()]
    columns = {f.name: [getattr(row, f.name) for row in rows] for f in fields(_Row)}
    telescope, why = (tuple(columns.pop(name)) for name in ("telescope", "why"))
    named = zip(request.names, why, strict=True)
    texts += [f"{name} is not counted: {reason}" for name, reason in named if reason]
    return LongTerm(
        names=request.names,
        band=request.band,
        **{name: np.array(values, KINDS.get(name, float)) for name, values in columns.items()},
        telescope=telescope,
        why=why,
        request=request,
        provenance=Provenance(warnings=tuple(texts)),
    )


def _row(selection: Selection, request: LongTermRequest) -> tuple[_Row, list[str]]:
    """Give one observation's row, and what is to be said of it."""
    events, doubts = selection.events, list[str]()
    start, stop = span_mjd(events.pointing, events.gti)
    mission = mission_of(events.pointing.telescope)
    lo, hi = mission.channels(request.band)
    if lo >= hi:
        why = f"No channel of {mission.name} lies in {request.band}. Choose a band such as"
        return _Row(start, stop, events.livetime_s, why=f"{why} {mission.band}."), doubts
    counts, behind = (_counted(cut, lo, hi) for cut in (selection.source, selection.background))
    ratio = NAN
    if selection.background and selection.background.n_pixels:
        ratio = selection.source.n_pixels / selection.background.n_pixels
    else:
        doubts.append(NO_BACKGROUND)
    if not events.livetime_s > 0:
        doubts.append("{names}: no good time is left, so there is no rate.")
        short = _Row(start, stop, 0.0, counts, behind, ratio)
        return replace(short, telescope=events.pointing.telescope), doubts
    fraction = _fraction(selection, doubts) if request.corrected else 1.0
    found = NetCounts(counts, behind, 0.0 if math.isnan(ratio) else ratio)
    seen_s = events.livetime_s * fraction
    ends = found.interval(request.error_level)
    return _Row(
        *(start, stop, events.livetime_s, counts, behind, ratio),
        rate_per_s=found.net / seen_s,
        rate_lo_per_s=ends[0] / seen_s,
        rate_hi_per_s=ends[1] / seen_s,
        limit_per_s=found.upper_limit(request.level) / seen_s,
        chance=found.chance,
        detected=found.chance <= 1 - request.level / 100,
        fraction=fraction,
        telescope=events.pointing.telescope,
    ), doubts


def _counted(cut: Cut | None, lo: int, hi: int) -> int:
    """Give the events of a cut in channels from `lo` up to, not with, `hi`."""
    return 0 if cut is None else int(np.count_nonzero((cut.pi >= lo) & (cut.pi < hi)))


def _fraction(selection: Selection, doubts: list[str]) -> float:
    """Give the part of a point source's photons in its region; 1 where it is not known.

    It is that of the approximate responses: the mission's point spread around the middle of the
    first shape, without vignetting and bad pixels.
    """
    events = selection.events
    try:
        held, _ = placed(selection.source.region, index_of(events).sky, events)
    except InputError as error:
        doubts.append(UNCORRECTED.replace("{why}", str(error)))
        return 1.0
    if held < LEAST_FRACTION:
        doubts.append(UNCORRECTED.replace("{why}", TOO_LITTLE))
        return 1.0
    return held
