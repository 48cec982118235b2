"""``nuwidgets engines``: who can compute here."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from nuwidgets.commands.output import Answer, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

HELP = "list the engines that can compute, with versions and how to install what is missing"


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes: nothing."""
    parser.epilog = "nuwidgets engines --json"


def run(_options: Namespace) -> Answer:
    """Say of every known engine whether it loads, and which missions do not."""
    from nuwidgets.engines.registry import available
    from nuwidgets.missions.registry import known as missions_known

    known = available()
    rows = [
        (info.name, info.version or None, "ready" if info.ok else "missing", info.error or "")
        for info in known
    ]
    text = table(("engine", "version", "state", ""), rows)
    broken = missions_known().broken
    said = "".join(
        f"\nThe mission of {where} does not load: {why}." for where, why in broken.items()
    )
    facts = {"engines": [asdict(info) for info in known]}
    return Answer(facts | ({"broken_missions": broken} if broken else {}), text + said)
