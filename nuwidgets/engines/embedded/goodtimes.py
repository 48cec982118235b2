"""Find the good times that pass conditions on rates and on columns of housekeeping files."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.goodtimes import FIELD, GoodTimes, HkColumn
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import LightCurve
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.time_bins import Binning, grid_of, live_fraction
from nuwidgets.errors import InputError
from nuwidgets.files.hk_columns import HkFile, hk_files_of, read_hk
from nuwidgets.missions.base import mission_of
from nuwidgets.science.binned_rates import rates
from nuwidgets.science.filter_expression import FilterExpression, parse_filter
from nuwidgets.science.held import good_while, known_times, rows_at
from nuwidgets.science.inside import inside_of
from nuwidgets.science.quiet_rate import Quiet, without_flares

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.goodtimes import GoodTimesRequest

ALL_KNOWN = 0.999
"""A file that covers this part of the good times covers all of them."""
_RATES: weakref.WeakKeyDictionary[Events, tuple[Any, LightCurve]] = weakref.WeakKeyDictionary()


def solve_goodtimes(request: GoodTimesRequest, above: tuple[Events], token: Any) -> GoodTimes:
    """Give the good times of a file that pass all conditions.

    Raises
    ------
    InputError
        If there is no good time, no such region or column, or the expression cannot be read.
    FileError
        If the file with the columns cannot be used.
    """
    events = above[0]
    whole = events.gti
    rate = _rate(request, events)
    token.check()
    quiet = _quiet(request, rate)
    gti = whole.without(_bad_bins(request, rate, quiet))
    hk, said = HkFile((), ()), list[str]()
    if request.hk_path or request.expression.strip():
        expression = parse_filter(request.expression) if request.expression.strip() else None
        hk = _read(request, expression, events)
        said += hk.warnings
        if expression is not None:
            gti = gti.intersect(_passing(expression, hk.columns, request.edges))
            said += _uncovered(request, hk.columns, whole)
    if not gti.intervals:
        said.append("Nothing is left: no good time passes all conditions. Loosen one of them.")
    return GoodTimes(
        gti,
        whole.ontime_s,
        gti.ontime_s,
        rate,
        hk.columns,
        hk.names,
        whole,
        quiet.rate_per_s if quiet else None,
        quiet.limit_per_s if quiet else None,
        events.pointing,
        request,
        Provenance(warnings=tuple(said)),
    )


def _rate(request: GoodTimesRequest, events: Events) -> LightCurve:
    """Give the rates that are judged; kept while only the limits move."""
    key = request.band, request.rate_binsize_s, request.region, request.area
    kept = _RATES.get(events)
    if kept is None or kept[0] != key:
        kept = _RATES[events] = key, _measured(request, events)
    return kept[1]


def _measured(request: GoodTimesRequest, events: Events) -> LightCurve:
    grid = grid_of(events.gti, request.rate_binsize_s, "equal")
    time, pi = events.time_s, events.pi
    if request.region != FIELD:
        if request.area is None:
            raise InputError(
                f"Cannot judge rates in the region {request.region!r}: there is none of that name."
                " Choose 'field', for everywhere, or a region that is drawn."
            )
        inside = inside_of(request.area, events)
        time, pi = time[inside], pi[inside]
    channels = mission_of(events.pointing.telescope).channels(request.band)
    counts = Binning(*channels, grid, events.gti).counts(time, pi)
    fracexp = np.clip(grid.good_s(events.gti) / grid.width_s, 0.0, 1.0)
    live = live_fraction(events, grid, events.gti, fracexp)
    rate, error = rates(counts, None, 0.0, grid.width_s * fracexp * live)
    return LightCurve(
        time_s=grid.start_s,
        binsize_s=request.rate_binsize_s,
        rate_per_s=rate,
        error_per_s=error,
        fracexp=fracexp,
        counts=counts,
        background_counts=np.zeros_like(counts),
        live_fraction=live,
        gti=events.gti,
        pointing=events.pointing,
        livetime_corrected=True,
        width_s=grid.width_s,
    )


def _quiet(request: GoodTimesRequest, rate: LightCurve) -> Quiet | None:
    if request.flare_sigma is None:
        return None
    return without_flares(rate.rate_per_s, rate.good_s * rate.live_fraction, request.flare_sigma)


def _bad_bins(request: GoodTimesRequest, rate: LightCurve, quiet: Quiet | None) -> Gti:
    """Give the bins whose rates do not pass; bins without good time matter to nobody."""
    value = rate.rate_per_s
    bad = np.zeros(len(value), bool) if quiet is None else ~quiet.kept
    if request.min_rate is not None:
        bad |= value < request.min_rate
    if request.max_rate is not None:
        bad |= value > request.max_rate
    return Gti.of(rate.time_s[bad], rate.stop_s[bad])


def _read(request: GoodTimesRequest, expression: FilterExpression | None, events: Events) -> HkFile:
    """Read the columns that are needed."""
    if not request.hk_path:
        beside = hk_files_of(request.events.path)
        found = f" Beside the events lie {', '.join(map(repr, beside))}." if beside else ""
        raise InputError(
            f"Cannot judge {request.expression!r}: no file is named that has its columns. Set"
            f" hk_path to a housekeeping, filter (.mkf) or orbit file.{found}"
        )
    names = (*(expression.names if expression else ()), *request.show)
    hk = read_hk(request.hk_path, names, events.pointing)
    if expression is not None:
        expression.check(hk.names, repr(request.hk_path))
    return hk


def _passing(expression: FilterExpression, columns: tuple[HkColumn, ...], edges: str) -> Gti:
    """Give the times at which an expression over columns, each with its own rows, is true."""
    used = {one.name: one for one in columns if one.name in expression.names}
    time = np.unique(np.concatenate([one.time_s for one in used.values()]))
    values = {}
    for name, one in used.items():
        row = rows_at(one.time_s, time)
        values[name] = np.where(row >= 0, np.append(one.value, np.nan)[row], np.nan)
    return good_while(time, expression.holds(values), edges)


def _uncovered(
    request: GoodTimesRequest, columns: tuple[HkColumn, ...], whole: Gti
) -> tuple[str, ...]:
    """Warn where a file says nothing of good times; these are left out."""
    covered = whole
    for one in columns:
        covered = covered.intersect(known_times(one.time_s))
    share = covered.ontime_s / whole.ontime_s if whole.ontime_s else 1.0
    if share >= ALL_KNOWN:
        return ()
    said = f"{request.hk_path!r} covers only {100 * share:.1f} % of the good times"
    return (f"{said}; the rest is left out.",)
