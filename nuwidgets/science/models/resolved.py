"""The values of parameters with all their links followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.science.models.links import parse_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.model import Parameter
    from nuwidgets.science.models.links import Link

Parameters = tuple["Parameter", ...]


def values(parameters: Parameters) -> tuple[float, ...]:
    """Give the value of each parameter with all links followed, in order.

    Raises
    ------
    InputError
        A link to a number that does not exist, or links that go in a circle.
    """
    if not any(p.link for p in parameters):
        return tuple(p.value for p in parameters)
    return tuple(Resolved(parameters).full([p.value for p in parameters]))


class Resolved:
    """The links of parameters, resolved once for many sets of values.

    Parameters
    ----------
    parameters : tuple of Parameter
        Numbered from 1.

    Raises
    ------
    InputError
        A link to a number that does not exist, or links that go in a circle.
    """

    def __init__(self, parameters: Parameters) -> None:
        links = {p.number: parse_link(p.link) for p in parameters if p.link}
        self._order = _ordered(parameters, links)
        tied = {number: one.tied_to for number, one in links.items()}
        self.formulas = tuple((n, links[n]) for n in self._order if tied[n] is None)
        """Those that are formulas, each after what it needs."""
        root = {p.number: p.number for p in parameters}
        for number in self._order:
            target = tied[number]
            root[number] = number if target is None else root[target]
        self.root = tuple(root[p.number] for p in parameters)
        """For each parameter the number of the one whose value it takes as it is."""

    def full(self, own: Sequence[float]) -> list[float]:
        """Give the value of each parameter, from their own values, in order."""
        values = list(own)
        for number, formula in self.formulas:
            known = {n: values[self.root[n - 1] - 1] for n in formula.numbers}
            values[number - 1] = formula.value(known)
        return [values[number - 1] for number in self.root]

    def moved_by(self, number: int) -> frozenset[int]:
        """Give the numbers of all parameters that move with one, itself among them."""
        moving = {number}
        for one, formula in self.formulas:
            if any(self.root[n - 1] in moving for n in formula.numbers):
                moving.add(one)
        return frozenset(n for n, root in enumerate(self.root, start=1) if root in moving)


def _ordered(parameters: Parameters, links: dict[int, Link]) -> tuple[int, ...]:
    """Give the numbers of the linked parameters, each after what it is linked to."""
    known = {p.number for p in parameters}
    done: dict[int, None] = {}

    def visit(number: int, open_: tuple[int, ...]) -> None:
        if number in open_:
            first = parameters[number - 1]
            raise InputError(
                f"Cannot link parameter {number} ({first.label}): the links lead back to it."
                " Untie one of them."
            )
        for target in links[number].numbers:
            if target not in known:
                raise InputError(
                    f"Parameter {number} is linked to number {target}, which does not exist: "
                    f"they run from 1 to {len(parameters)}."
                )
            if target in links and target not in done:
                visit(target, (*open_, number))
        done[number] = None

    for number in links:
        if number not in done:
            visit(number, ())
    return tuple(done)
