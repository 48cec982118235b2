"""``nuwidgets open``: what a file or folder is, and what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.commands.output import Answer, facts

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

HELP = "say what a file or an observation's folder is, and what is in it"


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument(
        "path",
        metavar="PATH",
        help="observation's folder, event file, spectrum, response, region file or light curve",
    )
    parser.epilog = "nuwidgets open nu60001110002A01_cl.evt --json"


def run(options: Namespace) -> Answer:
    """Describe what is at a path."""
    from nuwidgets.files.identify import describe

    data = describe(options.path)
    warnings = tuple(data.get("warnings", ()))
    return Answer(data, facts({k: v for k, v in data.items() if k != "warnings"}), 0, warnings)
