"""A fit and its errors as tables: for astropy, for CSV and ECSV, and for a paper."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.fit import Errors
from nuwidgets.reports import facts
from nuwidgets.reports.latex import escape, tabular
from nuwidgets.reports.numbers import in_interval, plain, with_errors
from nuwidgets.reports.table_texts import UNITS
from nuwidgets.reports.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from astropy.table import Table

    from nuwidgets.domain.fit import FitResult, Interval
    from nuwidgets.domain.model import Parameter

COLUMNS: dict[str, tuple[type, str]] = {
    "number": (int, "XSPEC's number of the parameter"),
    "group": (int, "data group"),
    "model": (str, "name of the model; empty for the unnamed one"),
    "component": (str, "component of the model"),
    "component_number": (int, "number of the component in its model, from 1"),
    "parameter": (str, "name of the parameter"),
    "unit": (str, "unit of value, sigma, lo and hi"),
    "value": (float, "best fit, or what it was frozen at or linked to"),
    "sigma": (float, "one-sigma error from the covariance; NaN where not free"),
    "lo": (float, "lower end of the interval; NaN where there is none"),
    "hi": (float, "upper end of the interval; NaN where there is none"),
    "flags": (str, "XSPEC's nine problem letters of the interval; all F is fine"),
    "problems": (str, "the same in words"),
    "status": (str, "free, frozen, or what it is linked to"),
}
"""Columns of `fit_table`: what they hold."""


def fit_table(result: FitResult, errors: Errors | Iterable[Interval] | None = None) -> Table:
    """Give a fit as an astropy table, one row for each parameter.

    Parameters
    ----------
    result : FitResult
        The fit.
    errors : Errors or iterable of Interval, optional
        Confidence intervals, as of ``s.errors.run()`` or ``s.chain.run().intervals(90)``.

    Returns
    -------
    astropy.table.Table
        With statistic, model and confidence in its ``meta``.

    Examples
    --------
    >>> from nuwidgets.domain.fit import FitResult
    >>> import numpy as np
    >>> len(fit_table(FitResult((), (), np.zeros((0, 0)), 1.0, 1, 1, True)))
    0
    """
    found = {one.number: one for one in _intervals(errors)}
    rows = [
        parameter_row(parameter, sigma, found.get(parameter.number))
        for parameter, sigma in zip(result.parameters, result.sigma, strict=True)
    ]
    return _table(COLUMNS, rows, _about(result, errors))


def group_table(result: FitResult, errors: Errors | Iterable[Interval] | None = None) -> Table:
    """Give a joint fit as a wide astropy table, one row for each data group.

    There is a column for each parameter that is not the same in all groups, with its sigma beside
    it and, where intervals are given, their ends; those that are the same are in ``meta["tied"]``.

    Parameters
    ----------
    result : FitResult
        The fit.
    errors : Errors or iterable of Interval, optional
        Confidence intervals.
    """
    found = {one.number: one for one in _intervals(errors)}
    groups = sorted({p.group for p in result.parameters})
    columns: dict[str, tuple[type, str]] = {"group": (int, "data group")}
    cells: list[list[Any]] = [[group] for group in groups]
    tied: dict[str, float] = {}
    sigma = dict(zip((p.number for p in result.parameters), result.sigma, strict=True))
    for name, same in _by_name(result.parameters).items():
        if len(groups) > 1 and _is_tied(same):
            tied[name] = same[0].value
            continue
        columns |= _wide_columns(name, same[0].unit, with_ends=bool(found))
        for cell, p in zip(cells, same, strict=True):
            cell += [p.value, sigma[p.number] if p.free else math.nan]
            if found:
                one = found.get(p.number)
                cell += [one.lo if one else math.nan, one.hi if one else math.nan]
    rows = [tuple(cell) for cell in cells]
    return _table(columns, rows, {**_about(result, errors), "tied": tied})


def fit_latex(result: FitResult, errors: Errors | Iterable[Interval] | None = None) -> str:
    """Give a fit as a LaTeX tabular, as a paper has it; linked parameters are left out.

    Parameters
    ----------
    result : FitResult
        The fit.
    errors : Errors or iterable of Interval, optional
        Confidence intervals; without them errors are one sigma.
    """
    found = {one.number: one for one in _intervals(errors)}
    own = [(p, s) for p, s in zip(result.parameters, result.sigma, strict=True) if not p.link]
    several = len({p.group for p, _ in own}) > 1
    heads = [*(["Group"] if several else []), "Component", "Parameter", "Unit", "Value"]
    names = {(p.component, p.component_number, p.model) for p, _ in own}
    rows = [
        [
            *([str(p.group)] if several else []),
            _component(p, names),
            escape(p.name),
            UNITS.get(p.unit, escape(p.unit)),
            _value(p, sigma, found.get(p.number)),
        ]
        for p, sigma in own
    ]
    about = _about(result, errors)
    level = f"{about['confidence']} for one parameter" if about["confidence"] else "as given"
    notes = [
        escape(f"{about['model']}: {about['statistic_name']}")
        + f" {plain(result.statistic, 6)} for {result.dof} degrees of freedom.",
        escape(f"Errors are {level if found else 'one sigma'}; f: frozen."),
    ]
    troubles = [f"{p.label} {i.flags}" for p, _ in own if (i := found.get(p.number)) and _bad(i)]
    if troubles:
        notes.append(r"$^{*}$ XSPEC's problem letters: " + escape(", ".join(troubles)) + ".")
    if len(own) < len(result.parameters):
        notes.append("Parameters that are not listed are linked.")
    return tabular(heads, rows, notes)


def _intervals(errors: Errors | Iterable[Interval] | None) -> tuple[Interval, ...]:
    if errors is None:
        return ()
    return errors.intervals if isinstance(errors, Errors) else tuple(errors)


def _about(result: FitResult, errors: Any) -> dict[str, Any]:
    delta = errors.delta if isinstance(errors, Errors) else math.nan
    return {
        "model": one_line(result.request.expression) if result.request else "",
        "statistic_name": result.statistic_name,
        "statistic": result.statistic,
        "degrees_of_freedom": result.dof,
        "null_probability": result.null_probability,
        "converged": result.converged,
        "rise_of_the_statistic": delta,
        "confidence": facts.confidence_words(delta) if math.isfinite(delta) else "",
        "engine": result.provenance.engine,
        "engine_version": result.provenance.version,
        "approximate": result.provenance.approximate,
    }


def parameter_row(parameter: Parameter, sigma: float, interval: Interval | None) -> tuple[Any, ...]:
    """Give the row of a parameter, in the order of `COLUMNS`."""
    linked = f"linked to {parameter.link}" if parameter.link else ""
    return (
        parameter.number,
        parameter.group,
        parameter.model,
        parameter.component,
        parameter.component_number,
        parameter.name,
        parameter.unit,
        parameter.value,
        sigma if parameter.free else math.nan,
        interval.lo if interval else math.nan,
        interval.hi if interval else math.nan,
        interval.flags if interval else "",
        " ".join(interval.problems) if interval else "",
        linked or ("frozen" if parameter.frozen else "free"),
    )


def _by_name(parameters: tuple[Parameter, ...]) -> dict[str, list[Parameter]]:
    """Give what is the same parameter in all groups, by a name that is there once."""
    found: dict[tuple[str, int, str], list[Parameter]] = {}
    for p in sorted(parameters, key=lambda p: p.group):
        found.setdefault((p.model, p.component_number, p.name), []).append(p)
    firsts = [same[0] for same in found.values()]
    often = [(p.model, p.component, p.name) for p in firsts]
    names = [
        (f"{p.model}:" if p.model else "")
        + p.component
        + (f"_{p.component_number}" if often.count((p.model, p.component, p.name)) > 1 else "")
        + f".{p.name}"
        for p in firsts
    ]
    return dict(zip(names, found.values(), strict=True))


def _is_tied(same: list[Parameter]) -> bool:
    """Whether a parameter is the same in all groups because it is linked so."""
    first = f"p{same[0].number}"
    return all(p.link in (first, same[0].link or first) for p in same[1:])


def _wide_columns(name: str, unit: str, *, with_ends: bool) -> dict[str, tuple[type, str]]:
    said = f" [{unit}]" if unit else ""
    columns: dict[str, tuple[type, str]] = {
        name: (float, f"value{said}"),
        f"{name}_sigma": (float, f"one-sigma error from the covariance{said}"),
    }
    if with_ends:
        columns[f"{name}_lo"] = float, f"lower end of the interval{said}"
        columns[f"{name}_hi"] = float, f"upper end of the interval{said}"
    return columns


def _component(p: Parameter, names: set[tuple[str, int, str]]) -> str:
    often = sum(component == p.component and model == p.model for component, _, model in names)
    head = f"{p.model}: " if p.model else ""
    return escape(head + p.component + (f" ({p.component_number})" if often > 1 else ""))


def _value(p: Parameter, sigma: float, interval: Interval | None) -> str:
    if p.frozen:
        return f"{plain(p.value)} (f)"
    if interval is None:
        return with_errors(p.value, sigma, sigma)
    mark = r" $^{*}$" if _bad(interval) else ""
    return in_interval(p.value, interval.lo, interval.hi, interval.flags) + mark


def _bad(interval: Interval) -> bool:
    return "T" in interval.flags


def _table(
    columns: dict[str, tuple[type, str]], rows: list[tuple[Any, ...]], about: dict[str, Any]
) -> Table:
    from astropy.table import Column, Table

    made = []
    for i, (name, (kind, words)) in enumerate(columns.items()):
        values = [one_line(row[i]) if kind is str else row[i] for row in rows]
        made.append(Column(values, name=name, dtype=kind, description=words))
    return Table(made, meta=about)
