"""``nuwidgets fit``: the best fit of a model to one or more spectrum files."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.commands.model import add_model_options
from nuwidgets.commands.output import Answer, facts, guard, table, warnings_of
from nuwidgets.errors import FileError, InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from nuwidgets.domain.fit import Errors, FitResult, Flux
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.session import Session

HELP = "fit a model to spectra, together if there are several"
_ROW = re.compile(r"(.+)\{(\d+)\}")


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument(
        "pha", nargs="*", metavar="PHA", help="spectrum file; FILE{2} is row 2 of a type II file"
    )
    parser.add_argument("--model", required=True, metavar="EXPR", help="in XSPEC's syntax")
    parser.add_argument("--stat", choices=("chi", "cstat"), default="chi", help="statistic")
    _add_file_options(parser)
    for name, says in (("freeze", "keep as it is"), ("thaw", "let the fit move it")):
        parser.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME",
            help=f"{says}: a parameter, by XSPEC's number or by name",
        )
    add_model_options(parser)
    parser.add_argument(
        "--errors",
        type=float,
        metavar="DELTA",
        help="find confidence intervals; 2.706 is 90 %% for one parameter",
    )
    parser.add_argument(
        "--flux", nargs=2, type=float, metavar=("LO", "HI"), help="flux in a band, keV"
    )
    parser.add_argument("--plot", metavar="FILE", help="draw data, model and ratio (png, pdf, svg)")
    parser.add_argument("--overwrite", action="store_true", help="replace the plot if it exists")
    parser.epilog = (
        'nuwidgets fit src.pha --model "tbabs*powerlaw" --ignore bad'
        ' --ignore "**-3. 79.-**" --errors 2.706'
    )


def _add_file_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="RANGES",
        help='energies with a point, channels without, or "bad"; may be given several times',
    )
    parser.add_argument(
        "--notice",
        action="append",
        default=[],
        metavar="RANGES",
        help="take ranges back in that --ignore left out",
    )
    parser.add_argument(
        "--group",
        default="file",
        metavar="HOW",
        help='"min 20", "optsnmin 6", "constant 4", "none" (default: as the file says)',
    )
    for name, says in (
        ("rmf", "RMF or RSP file"),
        ("arf", 'ARF file, or "none"'),
        ("background", 'background spectrum, or "none"'),
    ):
        parser.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="FILE",
            help=f"{says}: once for all spectra, or once for each",
        )


def run(options: Namespace) -> Answer:
    """Fit, and find errors and flux if asked."""
    from nuwidgets.session import Session

    files = _give_back_files(options)
    if options.plot:
        guard([Path(options.plot)], overwrite=options.overwrite)
    with Session(live=False) as session:
        _choose(session, options)
        for settings in _spectra(files, options):
            _refuse_without_response(session.add_spectrum(**settings).spectrum.product)
        session.fit.set(*options.set)
        session.fit.freeze(*options.freeze)
        session.fit.thaw(*options.thaw)
        result, errors = solve(session, options.errors)
        flux = session.flux.run() if options.flux else None
        if options.plot:
            draw_spectrum(session, Path(options.plot))
        spectra = [dataset.spectrum.product for dataset in session.datasets.values()]
    data = describe_fit(result, errors, flux)
    text = text_of(data, options)
    return Answer(data, text, 0, warnings_of(*spectra, result, errors, flux))


def _give_back_files(options: Namespace) -> list[str]:
    """Give the spectra, also those that an option of several values has swallowed."""
    files = list(options.pha)
    for name in ("set", "freeze", "thaw"):
        words = getattr(options, name)
        found = [word for word in words if Path(word).is_file()]
        setattr(options, name, [word for word in words if word not in found])
        files += found
    if not files:
        raise InputError("There is nothing to fit. Give one or more spectrum (PHA) files first.")
    return files


def _choose(session: Session, options: Namespace) -> None:
    """Set what can be judged before a file is opened."""
    from nuwidgets.domain.grouping import Grouping

    Grouping.parse(options.group)
    session.fit.model = options.model
    session.fit.statistic = options.stat
    back = (f"notice {ranges}" for ranges in options.notice)
    session.fit.ignore = (*options.ignore, *back)
    session.fit.abundance, session.fit.cross_section = options.abund, options.xsect
    if options.flux:
        session.flux.band = tuple(options.flux)
    if options.errors is not None:
        if not 0 < options.errors < math.inf:
            raise InputError(
                f"Cannot find errors for a rise of the statistic by {options.errors!r}. Give a"
                " number above 0; 2.706 is 90 % for one parameter."
            )
        session.errors.delta = options.errors


def _spectra(files: Sequence[str], options: Namespace) -> list[dict[str, Any]]:
    """Give the settings of each spectrum."""
    each = {
        f"{name}_path": _one_each(name, getattr(options, name), len(files))
        for name in ("rmf", "arf", "background")
    }
    settings: list[dict[str, Any]] = []
    for index, file in enumerate(files):
        row = _ROW.fullmatch(file)
        settings.append(
            {
                "path": row[1] if row else file,
                "row": int(row[2]) if row else 0,
                "grouping": options.group,
                **{name: values[index] for name, values in each.items()},
            }
        )
    return settings


def _refuse_without_response(spectrum: Spectrum) -> None:
    if spectrum.response is None:
        raise FileError(
            f"Cannot fit {spectrum.path!r}: it has no response."
            f" {' '.join(spectrum.provenance.warnings)} Give an RMF or RSP file with --rmf and, for"
            " an RMF, an ARF with --arf."
        )


def _one_each(name: str, values: Sequence[str], n_files: int) -> list[str]:
    if len(values) > 1 and len(values) != n_files:
        raise InputError(
            f"Cannot share {len(values)} --{name} files among {n_files} spectra. Give one for all,"
            " or one for each in the order of the spectra."
        )
    return list(values) if len(values) > 1 else list(values or [""]) * n_files


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

    return save_figure(figure_spectrum(session.curve.run(), title=title), path)


def describe_fit(result: FitResult, errors: Errors | None, flux: Flux | None) -> dict[str, Any]:
    """Give the JSON object of a fit; of groups after the first, what is not linked."""
    intervals = {i.number: i for i in errors.intervals} if errors else {}
    values = {p.number: p for p in result.parameters}
    pairs = zip(result.parameters, result.sigma, strict=True)
    rows = [
        _describe(p, sigma, values, intervals.get(p.number))
        for p, sigma in pairs
        if p.group == 1 or p.link is None
    ]
    return {
        "statistic": result.statistic,
        "statistic_name": result.statistic_name,
        "dof": result.dof,
        "n_bins": result.n_bins,
        "null_probability": result.null_probability,
        "converged": result.converged,
        "statistics": result.statistics,
        "parameters": rows,
        "errors_delta": errors.delta if errors else None,
        "flux_erg_cm2_s": flux.erg_per_cm2_s[0] if flux else None,
        "flux_photons_cm2_s": flux.photons_per_cm2_s[0] if flux else None,
        "approximate": result.provenance.approximate,
    }


def _describe(
    parameter: Parameter, sigma: float, known: dict[int, Parameter], interval: Any
) -> dict[str, Any]:
    target = parameter
    while target.link is not None:
        target = known[target.link]
    return {
        "number": parameter.number,
        "group": parameter.group,
        "component": parameter.component,
        "name": parameter.name,
        "unit": parameter.unit,
        "value": target.value,
        "sigma": sigma,
        "frozen": parameter.frozen,
        "link": parameter.link,
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
        [p["number"], p["group"], p["component"], p["name"], p["unit"], p["value"], _sigma(p)]
        + ([p["lo"], p["hi"], p["flags"] or ""] if with_errors else [])
        for p in data["parameters"]
    ]
    flux = data["flux_erg_cm2_s"]
    band = f"flux {options.flux[0]:g}-{options.flux[1]:g} keV" if options.flux else "flux"
    known = {
        data["statistic_name"] or "statistic": f"{data['statistic']:.4f}",
        "degrees of freedom": f"{data['dof']} ({data['n_bins']} bins)",
        "null probability": data["null_probability"],
        band: f"{flux:.5g} erg/cm2/s" if flux is not None else None,
        "converged": data["converged"],
        "response": data["approximate"] or None,
    }
    shown = {k: v for k, v in known.items() if not (isinstance(v, float) and math.isnan(v))}
    return f"{table(headings, rows)}\n\n{facts(shown)}"


def _sigma(row: dict[str, Any]) -> Any:
    if row["link"] is not None:
        return f"= {row['link']}"
    return "frozen" if row["frozen"] else row["sigma"]
