"""``nuwidgets model``: a spectral model on an energy grid, without data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.commands import components
from nuwidgets.commands.components import KINDS
from nuwidgets.commands.output import Answer, table
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from nuwidgets.domain.arrays import Floats

HELP = "evaluate a model on an energy grid, or list what models are made of"
MOST_BINS = 10_000_000


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument("model", nargs="?", metavar="EXPR", help="model in XSPEC's syntax")
    parser.add_argument(
        "--grid",
        nargs=4,
        metavar=("LO", "HI", "N", "log|lin"),
        help="N bins from LO to HI keV, equal in logarithm or in energy",
    )
    parser.add_argument(
        "--parameters",
        action="store_true",
        help="list the parameters with their limits, and evaluate nothing",
    )
    parser.add_argument(
        "--list",
        nargs="?",
        const="all",
        choices=("all", *KINDS),
        help="list the components, all or of one kind",
    )
    add_model_options(parser)
    parser.epilog = """\
nuwidgets model "tbabs*powerlaw" --grid 0.3 10 200 log --set PhoIndex=2
  nuwidgets model "tbabs*(diskbb + powerlaw)" --parameters"""


def add_model_options(parser: Any, *, usual: bool = True) -> None:
    """Tell the parser what every command with a model takes.

    Parameters
    ----------
    parser : ArgumentParser, or a group of one
    usual : bool
        Whether tables that are not named are the usual ones; else they are None.
    """
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="value of a parameter, by XSPEC's number or by name: 2=1.8 or PhoIndex=1.8",
    )
    for name, default, says in (
        ("abund", "wilm", "abundances"),
        ("xsect", "vern", "photo-electric cross sections"),
    ):
        parser.add_argument(
            f"--{name}", default=default if usual else None, help=f"{says} (default: {default})"
        )


def run(options: Namespace) -> Answer:
    """Evaluate the model, or list its parameters or the components there are."""
    if options.list:
        return components.answer("" if options.list == "all" else options.list)
    if not options.model:
        raise InputError(
            "There is no model. Give an expression, e.g. 'tbabs*powerlaw', or see what there is"
            " with --list."
        )
    from nuwidgets.files.model_files import use_files

    use_files()
    return _parameters(options) if options.parameters else _evaluated(options)


def _parameters(options: Namespace) -> Answer:
    """List the parameters of a model of one source or several."""
    from nuwidgets.science.models.composite import Composite
    from nuwidgets.science.models.parameters import set_values

    composite = Composite.parse(options.model)
    parameters = set_values(composite.parameters(), *options.set)
    rows = [
        {
            "number": p.number,
            "model": p.model,
            "component": p.component,
            "name": p.name,
            "unit": p.unit,
            "value": p.value,
            "frozen": p.frozen,
            "hard_lo": p.hard_lo,
            "soft_lo": p.soft_lo,
            "soft_hi": p.soft_hi,
            "hard_hi": p.hard_hi,
        }
        for p in parameters
    ]
    headings = ["", *list(rows[0])[1:]] if rows else [""]
    data = {"expression": composite.text, "parameters": rows}
    return Answer(data, table(headings, [list(row.values()) for row in rows]))


def _evaluated(options: Namespace) -> Answer:
    from nuwidgets.science.models.expression import Expression
    from nuwidgets.science.models.parameters import set_values

    if not options.grid:
        raise InputError(
            "There are no energies to evaluate the model on. Give --grid, e.g. --grid 0.3 10 200"
            " log, or list its parameters with --parameters."
        )
    expression = Expression.parse(options.model)
    edges_kev = energy_grid(*options.grid)
    parameters = set_values(expression.parameters(), *options.set)
    values = [p.value for p in parameters]
    result = expression.evaluate(edges_kev, values, options.abund, options.xsect)
    additive = expression.kind == "add"
    unit = "photons/cm2/s" if additive else ""
    data: dict[str, Any] = {
        "expression": expression.text,
        "kind": "additive" if additive else "multiplicative",
        "unit": unit,
        "parameters": [
            {"number": p.number, "component": p.component, "name": p.name, "value": p.value}
            for p in parameters
        ],
        "edges_kev": edges_kev,
        "values": result,
    }
    rows = zip(edges_kev[:-1].tolist(), edges_kev[1:].tolist(), result.tolist(), strict=True)
    return Answer(data, table(("lo_kev", "hi_kev", unit or "factor"), rows))


def energy_grid(lo: str, hi: str, n: str, scale: str) -> Floats:
    """Give the edges of a grid, keV, shape (n + 1,), from the words of the command line.

    Raises
    ------
    InputError
        If they are not two rising energies, a number of bins and ``log`` or ``lin``.
    """
    import numpy as np

    try:
        lo_kev, hi_kev, n_bins = float(lo), float(hi), int(n)
    except ValueError as error:
        raise _bad_grid(lo, hi, n, scale) from error
    finite = 0 <= lo_kev < hi_kev < float("inf") and 1 <= n_bins <= MOST_BINS
    if not finite or scale not in ("log", "lin") or (scale == "log" and lo_kev == 0):
        raise _bad_grid(lo, hi, n, scale)
    if scale == "lin":
        return np.linspace(lo_kev, hi_kev, n_bins + 1)
    return np.geomspace(lo_kev, hi_kev, n_bins + 1)


def _bad_grid(*words: str) -> InputError:
    return InputError(
        f"Cannot use {' '.join(words)!r} as a grid. Give two energies in keV, the lower one first"
        " and above 0 for a log grid, a number of bins, and log or lin, e.g. 0.3 10 200 log."
    )
