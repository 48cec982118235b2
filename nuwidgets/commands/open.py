"""``nuwidgets open``: what a file or folder is, and what is in it."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

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
    return Answer(data, text_of(data), 0, tuple(data.get("warnings", ())))


def text_of(data: dict[str, Any]) -> str:
    """Lay out a description: names and values, then each of its parts under a heading."""
    plain = {name: value for name, value in data.items() if name != "warnings"}
    parts = [facts({name: value for name, value in plain.items() if not _parts(value)})]
    for name, value in plain.items():
        parts += [f"{name}:\n{indent(text_of(part), '  ')}" for part in _parts(value)]
    return "\n".join(part for part in parts if part)


def _parts(value: Any) -> list[dict[str, Any]]:
    """Give the descriptions inside a value: none in a plain one."""
    several = value if isinstance(value, list | tuple) else [value]
    return [one for one in several if isinstance(one, dict)]
