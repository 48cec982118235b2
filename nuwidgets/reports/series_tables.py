"""All observations of a session in one table: when, how much, and what was fitted to each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nuwidgets.domain.evolution import JOINT, Evolution
from nuwidgets.domain.evolution_rows import FLUX, Moment
from nuwidgets.domain.record import SessionRecord
from nuwidgets.reports import facts
from nuwidgets.reports.latex import escape, tabular
from nuwidgets.reports.numbers import in_interval, plain, with_errors
from nuwidgets.reports.series_words import told, told_problems
from nuwidgets.reports.table_texts import UNITS
from nuwidgets.reports.wording import one_line
from nuwidgets.scripts.matters import fresh

if TYPE_CHECKING:
    from astropy.table import Table

    from nuwidgets.domain.evolution_rows import EvolutionRow
    from nuwidgets.domain.record import DatasetRecord
    from nuwidgets.domain.series import Series

HEADS: dict[str, tuple[type, str, str, str]] = {
    "dataset": (str, "", "", "short name"),
    "obs_id": (str, "", "", "OBS_ID"),
    "day": (float, "d", ".2f", "days since the event, or since the first observation"),
    "mjd": (float, "d", ".4f", "middle of the good times, MJD (TT)"),
    "exposure": (float, "s", ".0f", "live time"),
    "counts": (int, "", "", "counts in the source region; -1 where they are not known"),
    "rate": (float, "1 / s", ".4g", "net rate"),
}
"""Columns before the parameters: kind, unit, how they are printed, and what they hold."""
LEFT_OUT = "It is not among the datasets that are fitted: tick it, or see s.use()."


class Recorded(Protocol):
    """What can be written down: a session."""

    def record(self) -> SessionRecord:
        """Write everything down."""


@dataclass(frozen=True)
class _Row:
    """One observation."""

    head: tuple[Any, ...]
    """Values of `HEADS`."""
    found: dict[str, EvolutionRow]
    """What was fitted, by label."""
    statistic: float
    dof: int
    why: str
    """Why there is no fit."""


@dataclass(frozen=True)
class _Whole:
    """All observations."""

    rows: tuple[_Row, ...]
    labels: tuple[str, ...]
    about: dict[str, Any]


def series_table(session: Recorded | SessionRecord, *, numbers: bool = False) -> Table:
    """Give all observations as an astropy table, one row each, in the order of time.

    Parameters are those of the fits one by one (``s.series``), or of the joint fit where these
    were not made. `write_table` and astropy write it as CSV or ECSV, `series_latex` as LaTeX.

    Parameters
    ----------
    session : Session or SessionRecord
        Products that it has are taken; nothing is computed.
    numbers : bool
        Values and ends of intervals as columns of numbers, in place of ``"2.05 (+0.03 -0.03)"``.

    Returns
    -------
    astropy.table.Table
        With model, confidence and what was counted in its ``meta``.
    """
    from astropy.table import Column, Table

    whole = _whole(session)
    columns = [
        Column(
            [row.head[i] for row in whole.rows],
            name,
            kind,
            description=words,
            unit=unit or None,
            format=how or None,
        )
        for i, (name, (kind, unit, how, words)) in enumerate(HEADS.items())
    ]
    for label in whole.labels:
        rows = [row.found.get(label) for row in whole.rows]
        columns += _numbers(label, rows) if numbers else _texts(label, rows)
    ends = {
        "statistic": ([row.statistic for row in whole.rows], float, "minimum of the statistic"),
        "dof": ([row.dof for row in whole.rows], int, "degrees of freedom; -1 without a fit"),
        "problems": ([_problems(row) for row in whole.rows], str, "XSPEC's problem letters"),
        "why": ([one_line(row.why) for row in whole.rows], str, "why there is no fit"),
    }
    columns += [Column(v, name, kind, description=w) for name, (v, kind, w) in ends.items()]
    columns[-4].format = ".2f"
    return Table(columns, meta=whole.about)


def series_latex(session: Recorded | SessionRecord) -> str:
    """Give all observations as a LaTeX tabular, as a paper has it."""
    whole = _whole(session)
    units = {
        label: next((one.unit for row in whole.rows if (one := row.found.get(label))), "")
        for label in whole.labels
    }
    heads = ["ObsID", "Day", "MJD", "Exposure [ks]", "Rate [s$^{-1}$]"]
    heads += [
        f"{escape(n)}{f' [{UNITS.get(u, escape(u))}]' if u else ''}" for n, u in units.items()
    ]
    rows = [_latex_row(row, whole.labels) for row in whole.rows]
    about = whole.about
    old = ["Out of date: settings were changed since these fits."] if about["out_of_date"] else []
    notes = [escape(f"{about['model']}; {about['fits']}; days since {about['day_zero']}.")]
    level = f"{about['confidence']} for one parameter" if about["confidence"] else "one sigma"
    notes.append(escape(f"Errors are {level}; f: frozen. Rates: {about['counted']}."))
    left = [row for row in whole.rows if row.why not in ("", LEFT_OUT)]
    notes += old + [escape(f"{row.head[0]}: {row.why}") for row in left]
    return tabular([*heads, "Statistic/dof"], rows, notes)


def _latex_row(row: _Row, labels: tuple[str, ...]) -> list[str]:
    name, obs_id, day, mjd, exposure_s, _, rate = row.head
    cells = [escape(obs_id or name), plain(day, 4), plain(mjd, 9), plain(exposure_s / 1000, 3)]
    cells.append(plain(rate, 3))
    cells += [_latex_value(row.found.get(label)) for label in labels]
    fit = f"{plain(row.statistic, 5)}/{row.dof}" if row.dof >= 0 else "--"
    return [*cells, fit]


def _latex_value(one: EvolutionRow | None) -> str:
    if one is None:
        return "--"
    if one.status == "frozen":
        return f"{plain(one.value)} (f)"
    if math.isfinite(one.lo) and math.isfinite(one.hi):
        return in_interval(one.value, one.lo, one.hi, one.flags or "F" * 9)
    return with_errors(one.value, one.sigma, one.sigma)


def _texts(label: str, rows: list[EvolutionRow | None]) -> list[Any]:
    from astropy.table import Column

    unit = next((one.unit for one in rows if one), "")
    said = f"value and errors{f' [{unit}]' if unit else ''}"
    return [Column([told(one) if one else "" for one in rows], label, str, description=said)]


def _numbers(label: str, rows: list[EvolutionRow | None]) -> list[Any]:
    from astropy.table import Column

    unit = next((one.unit for one in rows if one), "")
    said = f" [{unit}]" if unit else ""
    kinds = {
        "": ("value", "value"),
        "_sigma": ("sigma", "one-sigma error from the covariance"),
        "_lo": ("lo", "lower end of the interval"),
        "_hi": ("hi", "upper end of the interval"),
    }
    return [
        Column(
            [getattr(one, field) if one else math.nan for one in rows],
            label + tail,
            float,
            description=words + said,
        )
        for tail, (field, words) in kinds.items()
        if not (label == FLUX and field == "sigma")
    ]


def _problems(row: _Row) -> str:
    return told_problems(tuple(row.found.values()))


def _whole(session: Recorded | SessionRecord) -> _Whole:
    """Gather what the session has."""
    record = session if isinstance(session, SessionRecord) else session.record()
    series: Series | None = facts.product(record, "series")
    evolution, about = _fits(record, series)
    event = record.steps["find"].settings.get("event_mjd") if "find" in record.steps else None
    moments = [(one, _moment(record, one)) for one in facts.shown_datasets(record)]
    known = [m.middle_mjd for _, m in moments if math.isfinite(m.middle_mjd)]
    zero = float(event) if event is not None else min(known, default=math.nan)
    counted, words = _counts(record)
    rows = []
    for dataset, moment in sorted(moments, key=lambda pair: _late(pair[1])):
        counts, rate = counted.get(dataset.name, (-1, math.nan))
        day = moment.middle_mjd - zero
        head = dataset.name, dataset.pointing.obs_id, day, moment.middle_mjd
        found = {row.label: row for row in evolution.rows if row.name == dataset.name}
        fit = _minimum(record, series, dataset.name)
        why = dict(evolution.missing).get(dataset.name, "")
        if not (why or found) and evolution.rows and dataset.name not in record.used:
            why = LEFT_OUT
        rows.append(_Row((*head, moment.exposure_s, counts, rate), found, *fit, why))
    since = "the event" if event is not None else "the first observation"
    about |= {"counted": words, "day_zero": f"{since}, MJD {zero:.10g}"}
    return _Whole(tuple(rows), evolution.parameters, about)


def _late(moment: Moment) -> float:
    return moment.middle_mjd if math.isfinite(moment.middle_mjd) else math.inf


def _fits(record: SessionRecord, series: Series | None) -> tuple[Evolution, dict[str, Any]]:
    """Give the parameters: of the fits one by one, else of the joint fit."""
    fit, asked = facts.fit_of(record), facts.answered_fit(record)
    expression = record.steps["fit"].settings.get("model", "") if "fit" in record.steps else ""
    if series is not None:
        evolution = Evolution.of_series(series)
        expression = series.request.fit.expression if series.request else expression
    elif fit is not None and asked is not None:
        evolution = _joint(record, fit, asked)
        expression = asked.expression
    else:
        evolution = Evolution()
    kind = "one joint fit" if evolution.kind == JOINT else "fitted one by one"
    about: dict[str, Any] = {
        "model": one_line(expression),
        "fits": kind if evolution.rows else "no fit",
    }
    about["out_of_date"] = not fresh(record.steps.get("series" if series else "fit"))
    level = facts.confidence_words(evolution.delta) if math.isfinite(evolution.delta) else ""
    return evolution, about | {"confidence": level}


def _joint(record: SessionRecord, fit: Any, asked: Any) -> Evolution:
    names = facts.group_names(record, asked)
    spectra = {
        one.name: step.product for one in record.datasets if (step := one.steps.get("spectrum"))
    }
    if not all(spectra.get(name) is not None for name in names):
        return Evolution()  # they are on disk only: nothing says when
    errors, flux = facts.of_the_fit(record, "errors"), facts.flux_of(record)
    those = [spectra[name] for name in names]
    return Evolution.of_joint(fit, errors, spectra=those, names=names, flux=flux)


def _minimum(record: SessionRecord, series: Series | None, name: str) -> tuple[float, int]:
    """Give the statistic of an observation and its degrees of freedom; of a joint fit the first."""
    if series is not None:
        point = series.point(name)
        fit = point.fit if point else None
        return (fit.statistic, fit.dof) if fit else (math.nan, -1)
    fit, asked = facts.fit_of(record), facts.answered_fit(record)
    names = facts.group_names(record, asked) if asked else ()
    if fit is None or name not in names or len(fit.statistics) != len(names):
        return math.nan, -1
    return fit.statistics[names.index(name)], fit.dof


def _moment(record: SessionRecord, one: DatasetRecord) -> Moment:
    """Say when an observation was: by its spectrum, else its events."""
    series: Series | None = facts.product(record, "series")
    point = series.point(one.name) if series else None
    products = (one.steps[n].product for n in ("spectrum", "screen", "events") if n in one.steps)
    gti = next((p.gti for p in products if p is not None and p.gti is not None), None)
    if gti is None and point is not None:
        gti = point.gti
    exposure_s = facts.livetime_s(one)
    if not math.isfinite(exposure_s) and point is not None:
        exposure_s = point.exposure_s
    return Moment.of(one.name, one.pointing, gti, exposure_s)


def _counts(record: SessionRecord) -> tuple[dict[str, tuple[int, float]], str]:
    """Give counts and net rate by dataset, and what was counted."""
    longterm = facts.product(record, "longterm")
    if longterm is not None:
        pairs = zip(longterm.counts.tolist(), longterm.rate_per_s.tolist(), strict=True)
        return dict(zip(longterm.names, pairs, strict=True)), str(longterm.band)
    found = {}
    for one in record.datasets:
        spectrum = one.steps["spectrum"].product if "spectrum" in one.steps else None
        if spectrum is not None:
            background = spectrum.background
            other = background.counts if background is not None else 0.0
            net = float(np.sum(spectrum.counts - other * spectrum.background_ratio))
            rate = net / spectrum.exposure_s if spectrum.exposure_s > 0 else math.nan
            found[one.name] = round(spectrum.total), rate
    return found, "all channels"
