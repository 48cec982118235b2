"""Data groups that come, go and change places: whom others are tied to, what a new one is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.science.models.links import parse_link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.model import Parameter

    Parameters = tuple[Parameter, ...]

LIKE_OTHERS = -1
"""Stands for a data group that was not there before, and is to be as the others are."""


def place(parameter: Parameter) -> tuple[str, int, str]:
    """Give what is the same for a parameter in all data groups."""
    return parameter.model, parameter.component_number, parameter.name


def with_new_group(old: Parameters, usual: Iterable[Parameter], first: int) -> Parameters:
    """Give parameters with one data group more, which is as the others are.

    A parameter that all but the first have untied is untied in the new one too, with the value of
    the last of them, and frozen if all of them are; others are tied to the first group.

    Parameters
    ----------
    old : tuple of Parameter
        Those of now, at least of one data group.
    usual : iterable of Parameter
        The model's defaults for a further data group.
    first : int
        The group that others are tied to.
    """
    group = max(p.group for p in old) + 1
    by_place: dict[tuple[str, int, str], dict[int, Parameter]] = {}
    for parameter in old:
        by_place.setdefault(place(parameter), {})[parameter.group] = parameter
    new = []
    for number, default in enumerate(usual, len(old) + 1):
        others = dict(by_place[place(default)])
        leader = others.pop(first)
        one = default
        if default.link and others and not any(p.link for p in others.values()):
            frozen = all(p.frozen for p in others.values())
            one = replace(others[max(others)], frozen=frozen)
        elif default.link:
            one = replace(leader, link=f"p{leader.number}")
        new.append(replace(one, number=number, group=group))
    return (*old, *new)


def led_by(old: Parameters, group: int, before: int = 1) -> Parameters:
    """Give parameters where those that are tied to one data group are tied to another one.

    Nothing changes for a fit; the group of `before` may then go, or come later.
    """
    first = {p.number: p for p in old if p.group == before != group}
    tied = {p: parse_link(p.link).tied_to or 0 for p in old if p.group == group and p.link}
    same = {p: root for p, root in tied.items() if root in first and place(p) == place(first[root])}
    heirs = {root: p.number for p, root in same.items()}
    lent = {number: root for root, number in heirs.items()}
    moved = []
    for parameter in old:
        number = parameter.number
        if number in heirs:
            moved.append(replace(parameter, link=f"p{heirs[number]}"))
            continue
        own = first[lent[number]] if number in lent else parameter
        link = parse_link(own.link).renumbered(heirs).text if own.link else ""
        moved.append(replace(own, number=number, group=parameter.group, link=link))
    return tuple(moved)
