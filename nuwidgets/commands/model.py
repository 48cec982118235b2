"""``nuwidgets model``: a spectral model on an energy grid, without data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.commands.output import Answer, table
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from nuwidgets.domain.arrays import Floats

HELP = "evaluate a model on an energy grid"
MOST_BINS = 10_000_000


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument("model", metavar="EXPR", help="model in XSPEC's syntax")
    parser.add_argument(
        "--grid",
        nargs=4,
        required=True,
        metavar=("LO", "HI", "N", "log|lin"),
        help="N bins from LO to HI keV, equal in logarithm or in energy",
    )
    add_model_options(parser)
    parser.epilog = 'nuwidgets model "tbabs*powerlaw" --grid 0.3 10 200 log --set PhoIndex=2'


def add_model_options(parser: ArgumentParser) -> None:
    """Tell the parser what every command with a model takes."""
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="value of a parameter, by XSPEC's number or by name: 2=1.8 or PhoIndex=1.8",
    )
    parser.add_argument("--abund", default="wilm", help="abundances (default: %(default)s)")
    parser.add_argument(
        "--xsect", default="vern", help="photo-electric cross sections (default: %(default)s)"
    )


def run(options: Namespace) -> Answer:
    """Evaluate the model."""
    from nuwidgets.science.models.expression import Expression
    from nuwidgets.science.models.parameters import set_values

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
