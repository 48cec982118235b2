"""``nuwidgets components``: what models are made of, with parameters and sources of formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.commands.output import Answer, facts, table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from nuwidgets.science.models.component import Component

HELP = "list the components of models, or say what one of them is"
KINDS = ("add", "mul", "con")


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="one component, e.g. powerlaw")
    parser.add_argument("--kind", choices=KINDS, default="", help="those of one kind")
    parser.epilog = """\
nuwidgets components --kind mul
  nuwidgets components nthcomp"""


def run(options: Namespace) -> Answer:
    """List the components, or say what one of them is."""
    return one_answer(options.name) if options.name else answer(options.kind)


def answer(kind: str = "") -> Answer:
    """List the components of a kind; of all kinds where it is empty."""
    from nuwidgets.science.models.components import COMPONENTS

    found = [c for c in COMPONENTS.values() if kind in ("", c.kind)]
    found.sort(key=lambda c: (KINDS.index(c.kind) if c.kind in KINDS else len(KINDS), c.name))
    rows = [_told(component) for component in found]
    names = ("name", "kind", "n_parameters", "says")
    text = table(("component", "kind", "parameters", ""), [[r[n] for n in names] for r in rows])
    return Answer({"components": rows}, text)


def one_answer(name: str) -> Answer:
    """Say what a component is.

    Raises
    ------
    InputError
        If there is none of this name; the nearest is offered.
    """
    from nuwidgets.science.models.components import find_component

    component = find_component(name)
    told = _told(component)
    rows = [
        {
            "number": number,
            "name": p.name,
            "unit": p.unit,
            "default": p.default,
            "frozen": p.frozen,
            "hard_lo": p.hard_lo,
            "soft_lo": p.soft_lo,
            "soft_hi": p.soft_hi,
            "hard_hi": p.hard_hi,
            "delta": p.delta,
        }
        for number, p in enumerate(component.parameters, start=1)
    ]
    headings = (
        "",
        "parameter",
        "unit",
        "default",
        "frozen",
        "min",
        "bottom",
        "top",
        "max",
        "delta",
    )
    head = facts({"component": told["name"], "kind": told["kind_name"], "source": told["source"]})
    parts = [head, told["says"], table(headings, [list(r.values()) for r in rows])]
    return Answer({**told, "parameters": rows}, "\n\n".join(filter(None, parts)))


def _told(component: Component) -> dict[str, Any]:
    from nuwidgets.science.models import words

    said = words.describe(component)
    return {
        "name": component.name,
        "kind": component.kind,
        "kind_name": words.KINDS.get(component.kind, component.kind),
        "n_parameters": len(component.parameters),
        "family": said.family,
        "says": said.sentence,
        "source": said.source,
    }
