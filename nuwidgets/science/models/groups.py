"""Parameters of several data groups: tied to the first group, or each on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.science.models.parameters import find, link, untie

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter

Parameters = tuple["Parameter", ...]


def untie_groups(parameters: Parameters, *keys: str | int) -> Parameters:
    """Give the parameters with those named no longer linked in the later data groups.

    A name of group 1 means all groups behind it, one of a later group that group alone. Each keeps
    its last value.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter.
    """
    for key in keys:
        parameters = untie(parameters, *(p.number for p in _later(parameters, key) if p.link))
    return parameters


def tie_groups(parameters: Parameters, *keys: str | int) -> Parameters:
    """Give the parameters with those named tied to group 1 in the later data groups.

    A name of group 1 means all groups behind it, one of a later group that group alone.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter, or one of group 1 that is itself linked to a later group.
    """
    for key in keys:
        for later in _later(parameters, key):
            first = next(p for p in parameters if _place(p) == _place(later))
            parameters = link(parameters, later.number, first.number)
    return parameters


def _later(parameters: Parameters, key: str | int) -> list[Parameter]:
    """Give what a key means in the groups behind the first."""
    found = find(parameters, key)
    if found.group > 1:
        return [found]
    return [p for p in parameters if p.group > 1 and _place(p) == _place(found)]


def _place(parameter: Parameter) -> tuple[str, int, str]:
    """Say what a parameter is in whatever data group."""
    return parameter.model, parameter.component_number, parameter.name
