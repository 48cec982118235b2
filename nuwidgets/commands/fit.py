"""``nuwidgets fit``: the best fit of a model to one or more spectrum files."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.commands import fit_answers
from nuwidgets.commands.fit_answers import ask, describe
from nuwidgets.commands.fit_options import add_options
from nuwidgets.commands.fit_setup import choose, give_back_files, open_files, shape
from nuwidgets.commands.output import Answer, facts, guard, make_folder, table, warnings_of
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from argparse import Namespace

    from nuwidgets.domain.fit import Errors, FitResult, Flux
    from nuwidgets.domain.model import Parameter
    from nuwidgets.session import Session

HELP = "fit a model to spectra, together if there are several"
LATEX = ".tex"
TABLES = (".ecsv", ".csv", LATEX)
"""Endings of tables."""

__all__ = ["HELP", "add_options", "describe_fit", "draw_spectrum", "run", "solve"]


def run(options: Namespace) -> Answer:
    """Fit, find out what is asked for, and write what is wanted."""
    from nuwidgets.session import Session

    files = give_back_files(options)
    _guard(options)
    with Session(live=False) as session:
        choose(session, options)
        said = open_files(session, files, options)
        shape(session, options)
        result, errors = solve(session, options.errors)
        products, failed = ask(session, options)
        written = _write(session, options, result, errors)
        spectra = [session.datasets[name].spectrum.product for name in session.used]
    data = describe_fit(result, errors, products.get("flux"))
    data |= describe(products) | {"files": written}
    text = text_of(data, options)
    warnings = warnings_of(*spectra, result, errors, *products.values())
    return Answer(data, text, 1 if failed else 0, (*said, *warnings, *failed))


def _guard(options: Namespace) -> None:
    """Refuse what would replace a file, or has an ending that is not known."""
    if options.table and Path(options.table).suffix not in TABLES:
        raise InputError(
            f"Cannot write the table {options.table!r}. Give a name that ends with .ecsv, .csv or"
            " .tex."
        )
    paths = [options.plot, options.plot_table, options.table, options.save_xcm]
    guard([Path(path) for path in paths if path], overwrite=options.overwrite)


def _write(
    session: Session, options: Namespace, result: FitResult, errors: Errors | None
) -> list[str]:
    """Write what is wanted; give the paths."""
    from nuwidgets.reports.plot_table import plot_table
    from nuwidgets.reports.table_files import write_table
    from nuwidgets.xcm_saving import save_xcm

    again = options.overwrite
    written: list[Any] = []
    if options.plot:
        written.append(draw_spectrum(session, Path(options.plot)))
    if options.plot_table:
        curve, choice = session.curve.run(), session.curve.choice
        written.append(write_table(plot_table(curve, choice), options.plot_table, overwrite=again))
    if options.table:
        written.append(_write_table(result, errors, Path(options.table), overwrite=again))
    if options.save_xcm:
        written.append(save_xcm(session, options.save_xcm, overwrite=again))
    if options.fakeit is not None:
        written += session.fake.save(make_folder(Path(options.out)), overwrite=again)
    return [str(path) for path in written]


def _write_table(result: FitResult, errors: Errors | None, path: Path, *, overwrite: bool) -> Path:
    """Write the parameters with their errors."""
    from nuwidgets.files.atomic import save_text
    from nuwidgets.reports.fit_tables import fit_latex, fit_table
    from nuwidgets.reports.table_files import write_table

    if path.suffix != LATEX:
        return write_table(fit_table(result, errors), path, overwrite=overwrite)
    save_text(path, fit_latex(result, errors), overwrite=overwrite)
    return path


def solve(session: Session, delta: float | None) -> tuple[FitResult, Errors | None]:
    """Fit, and find errors where `delta` is given; a better fit met on the way becomes the fit."""
    result = session.fit.run()
    if delta is None:
        return result, None
    session.errors.delta = delta
    errors = session.errors.run()
    return session.fit.run(), errors


def draw_spectrum(session: Session, path: Path, title: str = "") -> Path:
    """Write a figure of the spectra with the model of now; give its path."""
    from nuwidgets.figures import figure_spectrum, save_figure

    choice = replace(session.curve.choice, background=True)
    return save_figure(figure_spectrum(session.curve.run(), title=title, choice=choice), path)


def describe_fit(result: FitResult, errors: Errors | None, flux: Flux | None) -> dict[str, Any]:
    """Give the JSON object of a fit; of groups after the first, what is not tied."""
    from nuwidgets.science.models.links import parse_link
    from nuwidgets.science.models.resolved import values as values_of

    intervals = {i.number: i for i in errors.intervals} if errors else {}
    values = dict(enumerate(values_of(result.parameters), start=1))
    pairs = zip(result.parameters, result.sigma, strict=True)
    rows = [
        _describe(p, sigma, values, intervals.get(p.number))
        for p, sigma in pairs
        if p.group == 1 or not p.link or parse_link(p.link).tied_to is None
    ]
    return {
        "statistic": result.statistic,
        "statistic_name": result.statistic_name,
        "dof": result.dof,
        "n_bins": result.n_bins,
        "null_probability": result.null_probability,
        "test_statistic": result.test_statistic,
        "test_name": result.test_name,
        "converged": result.converged,
        "statistics": result.statistics,
        "parameters": rows,
        "errors_delta": errors.delta if errors else None,
        "flux_erg_cm2_s": flux.erg_per_cm2_s[0] if flux else None,
        "flux_photons_cm2_s": flux.photons_per_cm2_s[0] if flux else None,
        "approximate": result.provenance.approximate,
    }


def _describe(
    parameter: Parameter, sigma: float, known: dict[int, float], interval: Any
) -> dict[str, Any]:
    return {
        "number": parameter.number,
        "group": parameter.group,
        "model": parameter.model,
        "component": parameter.component,
        "name": parameter.name,
        "unit": parameter.unit,
        "value": known[parameter.number],
        "sigma": sigma,
        "frozen": parameter.frozen,
        "link": parameter.link or None,
        "lo": interval.lo if interval else None,
        "hi": interval.hi if interval else None,
        "flags": interval.flags if interval else None,
    }


def text_of(data: dict[str, Any], options: Namespace) -> str:
    """Lay out a fit for people."""
    with_errors = data["errors_delta"] is not None
    headings = ["", "group", "component", "parameter", "unit", "value", "sigma"]
    headings += ["lo", "hi", "flags"] if with_errors else []
    rows = [
        [p["number"], p["group"], _component(p), p["name"], p["unit"], p["value"], _sigma(p)]
        + ([p["lo"], p["hi"], p["flags"] or ""] if with_errors else [])
        for p in data["parameters"]
    ]
    flux = data["flux_erg_cm2_s"]
    band = f"flux {options.flux[0]:g}-{options.flux[1]:g} keV" if options.flux else "flux"
    known = {
        data["statistic_name"] or "statistic": f"{data['statistic']:.4f}",
        "degrees of freedom": f"{data['dof']} ({data['n_bins']} bins)",
        data["test_name"] or "test statistic": data["test_statistic"],
        "null probability": data["null_probability"],
        band: f"{flux:.5g} erg/cm2/s" if flux is not None else None,
        "converged": data["converged"],
        "response": data["approximate"] or None,
    }
    shown = {k: v for k, v in known.items() if not (isinstance(v, float) and math.isnan(v))}
    more = fit_answers.text_of(data)
    more += [f"Written: {', '.join(data['files'])}."] if data.get("files") else []
    return "\n\n".join([table(headings, rows), facts(shown), *more])


def _component(row: dict[str, Any]) -> str:
    return f"{row['model']}:{row['component']}" if row["model"] else str(row["component"])


def _sigma(row: dict[str, Any]) -> Any:
    if row["link"] is not None:
        return f"= {row['link']}"
    return "frozen" if row["frozen"] else row["sigma"]
