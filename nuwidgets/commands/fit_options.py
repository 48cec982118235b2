"""The options of ``nuwidgets fit``: what is fitted, how, and what is to be found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.commands.model import add_model_options

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import _ArgumentGroup as Group

# The names of domain/fit.py and domain/plot.py once more: --help loads no numpy; a test compares.
STATISTICS = ("chi", "cstat", "pgstat", "pstat", "lstat")
TEST_STATISTICS = ("chi", "pchi", "ks", "cvm", "ad", "runs")
WEIGHTS = ("standard", "gehrels", "churazov", "model")
KINDS = (
    *("ldata", "data", "lcounts", "counts", "icounts", "background"),
    *("ufspec", "eufspec", "eeufspec", "model", "emodel", "eemodel"),
)
LOWER = ("ratio", "residuals", "delchi", "chisq", "none")
ENGINES = ("embedded", "xspec")
SEVERAL = ("set", "freeze", "thaw", "untie", "contour")
"""Options of several values: a spectrum after them is a spectrum."""
EXAMPLES = """\
nuwidgets fit src.pha --model "tbabs*powerlaw" --ignore bad --ignore "**-3. 79.-**" --errors 2.706
  nuwidgets fit A.pha B.pha --model "constant*tbabs*powerlaw" --stat cstat --group "min 1" \\
      --untie PhoIndex --contour "PhoIndex delta 0.02 10" --save-xcm joint.xcm"""


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument(
        "pha", nargs="*", metavar="PHA", help="spectrum file; FILE{2} is row 2 of a type II file"
    )
    _data(parser.add_argument_group("what is fitted"))
    _model(parser.add_argument_group("the model"))
    _answers(parser.add_argument_group("what is to be found out"))
    _files(parser.add_argument_group("what is written"))
    parser.epilog = EXAMPLES


def _data(group: Group) -> None:
    for name, says in (
        ("ignore", 'leave out: energies with a point, channels without, or "bad"'),
        ("notice", "take ranges back in that --ignore left out"),
    ):
        _add_several(group, name, "RANGES", f"{says}; may be given several times")
    _add_several(
        group,
        "group",
        "HOW",
        'join channels: "min 20", "snmin 5", "bmin 5", "constant 4", "opt", "optmin 10", "optsnmin'
        ' 6", "none" (default: as the file says); once for all spectra, or once for each',
    )
    for name, says in (
        ("rmf", "RMF or RSP file"),
        ("arf", 'ARF file, or "none"'),
        ("background", 'background spectrum, or "none"'),
    ):
        _add_several(group, name, "FILE", f"{says}: once for all spectra, or once for each")
    group.add_argument(
        "--groups", metavar="N,N,...", help="data group of each spectrum, e.g. 1,1,2 (default: own)"
    )
    _add_several(
        group,
        "response",
        "TEXT",
        'response of a further source, "SOURCE:SPECTRUM RMF [ARF]", e.g. "2:1 bkg.rmf bkg.arf";'
        ' the RMF "same" is the spectrum\'s own',
    )
    group.add_argument("--xcm", metavar="FILE", help="begin with a state that XSPEC saved")
    group.add_argument("--xcm-folder", metavar="DIR", default="", help="where its files are")


def _model(group: Group) -> None:
    group.add_argument(
        "--model", metavar="EXPR", help='in XSPEC\'s syntax; sources as "tb*po; 2:bkg po"'
    )
    add_model_options(group, usual=False)
    for name, says in (
        ("freeze", "keep as it is"),
        ("thaw", "let the fit move it"),
        ("untie", "let it differ in the later data groups"),
    ):
        group.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME",
            help=f"{says}: a parameter, by XSPEC's number or by name",
        )
    _add_several(group, "link", "TEXT", 'tie a parameter, e.g. "2:norm = 1.1*p3"')
    _add_several(
        group,
        "limit",
        "TEXT",
        'limits of a parameter, "PhoIndex 1 3", or hard and soft ones, "PhoIndex 0 1 3 5"',
    )
    group.add_argument("--stat", choices=STATISTICS, help="statistic (default: chi)")
    group.add_argument("--test", choices=TEST_STATISTICS, help="test statistic")
    group.add_argument("--weight", choices=WEIGHTS, help="errors of chi")
    group.add_argument(
        "--systematic", type=float, metavar="X", help="error of the model, as a fraction"
    )
    group.add_argument("--engine", choices=ENGINES, help="who fits (default: embedded)")


def _answers(group: Group) -> None:
    group.add_argument(
        "--errors",
        type=float,
        metavar="DELTA",
        help="confidence intervals; 2.706 is 90 %% for one parameter",
    )
    group.add_argument(
        "--flux", nargs=2, type=float, metavar=("LO", "HI"), help="flux in a band, keV"
    )
    group.add_argument(
        "--luminosity",
        nargs=3,
        type=float,
        metavar=("LO", "HI", "Z"),
        help="luminosity in a band of the source's own energies, keV, at redshift Z",
    )
    group.add_argument("--eqwidth", metavar="COMP", help="equivalent width of a component")
    group.add_argument(
        "--contour",
        nargs="+",
        default=[],
        metavar="AXIS",
        help='step one parameter or two: "PhoIndex 1.5 2.5 20", "log norm 1e-4 1e-2 20"',
    )
    group.add_argument("--chain", type=int, metavar="N", help="steps of a Markov chain (emcee)")
    group.add_argument("--goodness", type=int, metavar="N", help="judge by N simulated data sets")
    group.add_argument(
        "--fakeit", type=float, metavar="SECONDS", help="simulate the spectra from the best fit"
    )


def _files(group: Group) -> None:
    group.add_argument("--out", metavar="DIR", help="folder for simulated spectra")
    group.add_argument("--table", metavar="FILE", help="parameters as .ecsv, .csv or .tex")
    group.add_argument("--save-xcm", metavar="FILE", help="the fit as a state for XSPEC")
    group.add_argument("--plot", metavar="FILE", help="draw data and model (png, pdf, svg)")
    group.add_argument("--plot-table", metavar="FILE", help="what is drawn as .ecsv or .csv")
    group.add_argument(
        "--plot-kind", choices=KINDS, default="ldata", help="what is drawn (default: ldata)"
    )
    group.add_argument(
        "--below",
        choices=LOWER,
        default="ratio",
        help="what is drawn below it (default: ratio)",
    )
    group.add_argument("--components", action="store_true", help="draw the components too")
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def _add_several(group: Group, name: str, metavar: str, says: str) -> None:
    group.add_argument(f"--{name}", action="append", default=[], metavar=metavar, help=says)
