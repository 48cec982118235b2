"""``nuwidgets script``: a session file as code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.commands.output import Answer, guard

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

HELP = "write a session file as a script, or as a notebook"
NOTEBOOK = ".ipynb"


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument("session", metavar="NUW", help="session file")
    parser.add_argument(
        "--dialect",
        default="nuwidgets",
        metavar="NAME",
        help='"nuwidgets" (default), "tutorial" (heasoftpy, PyXspec), or "xcm" (XSPEC)',
    )
    parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="STEP",
        help='their part alone, e.g. "fit"',
    )
    parser.add_argument("--out", metavar="FILE", help="write there; .ipynb gives a notebook")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that exists")
    parser.epilog = "nuwidgets script j2127.nuw --dialect tutorial --out j2127.py"


def run(options: Namespace) -> Answer:
    """Write the script of a session file."""
    from nuwidgets.files.atomic import save_text
    from nuwidgets.files.session_file import read_session
    from nuwidgets.scripts import sections
    from nuwidgets.scripts.notebook import notebook_text
    from nuwidgets.scripts.sections import as_script

    if options.out:
        guard([Path(options.out)], overwrite=options.overwrite)
    opened = read_session(options.session)
    parts = sections(opened.record, options.dialect, options.only)
    text = as_script(parts)
    if options.out and options.out.endswith(NOTEBOOK):
        text = notebook_text(parts, options.dialect)
    if options.out:
        save_text(options.out, text, overwrite=options.overwrite)
    lost = tuple(f"{path!r} is not where it was." for path in opened.missing)
    data = {"session": options.session, "dialect": options.dialect}
    data |= {"file": options.out} if options.out else {"script": text}
    shown = f"Written to {options.out}." if options.out else text.rstrip("\n")
    return Answer(data, shown, 0, (*opened.warnings, *lost))
