"""Set, limit, freeze, thaw and link parameters by number or name, and follow their links.

A parameter is called by its number (``"2"``), its name (``"PhoIndex"``), by component and name
(``"powerlaw.PhoIndex"``; a second gaussian is ``gaussian_4`` as in XSPEC), and in a later data
group with the group before it (``"2:factor"``). Without a group the name means group 1.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter

Parameters = tuple["Parameter", ...]
LIMITS = ("hard_lo", "soft_lo", "soft_hi", "hard_hi", "delta")


def label(parameter: Parameter) -> str:
    """Give the full name of a parameter, e.g. ``powerlaw.PhoIndex`` or ``2:constant.factor``."""
    group = f"{parameter.group}:" if parameter.group > 1 else ""
    return f"{group}{parameter.component}.{parameter.name}"


def find(parameters: Parameters, key: str | int) -> Parameter:
    """Give the parameter that a number or a name means.

    Raises
    ------
    InputError
        Unknown number or name (the nearest is offered), or a name that means several
        (they are listed with their numbers).
    """
    text = str(key).strip()
    if re.fullmatch(r"\d+", text):
        found = [p for p in parameters if p.number == int(text)]
        if not found:
            raise InputError(
                f"There is no parameter number {text}: they run from 1 to {len(parameters)}."
            )
        return found[0]
    group, name = _split_group(text)
    inside = [p for p in parameters if p.group == group]
    matches = [p for p in inside if name.lower() in _names(p)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        choices = ", ".join(f"{p.number} ({p.component}_{p.component_number})" for p in matches)
        raise InputError(f"The name {text!r} means several parameters: {choices}. Give a number.")
    known = [label(p) for p in inside] + [p.name for p in inside]
    raise InputError(f"No parameter is called {text!r}. {nearest(name, dict.fromkeys(known))}")


def set_values(parameters: Parameters, *assignments: str) -> Parameters:
    """Give the parameters with new values, from texts like ``"PhoIndex=2"``.

    A linked parameter that is given a value is no longer linked, as in XSPEC.

    Raises
    ------
    InputError
        A text that is not ``name=number``, an unknown or ambiguous name, or a value outside the
        hard limits.
    """
    for assignment in assignments:
        key, equals, number = assignment.partition("=")
        try:
            value = float(number)
        except ValueError:
            equals = ""
            value = 0.0
        if not equals:
            raise InputError(
                f"Cannot set {assignment!r}: write a parameter and a number, as 'PhoIndex=2'."
            )
        parameters = set_value(parameters, key, value)
    return parameters


def set_value(parameters: Parameters, key: str | int, value: float) -> Parameters:
    """Give the parameters with one new value; a link of that parameter is taken away.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter, or a value outside the hard limits.
    """
    found = find(parameters, key)
    if not found.hard_lo <= value <= found.hard_hi:
        raise InputError(
            f"Cannot set {label(found)} to {value!r}: it must lie between {found.hard_lo:g} and "
            f"{found.hard_hi:g}{' ' + found.unit if found.unit else ''}."
        )
    return _replaced(parameters, replace(found, value=float(value), link=None))


def freeze(parameters: Parameters, *keys: str | int) -> Parameters:
    """Give the parameters with those named frozen.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter.
    """
    for key in keys:
        parameters = _replaced(parameters, replace(find(parameters, key), frozen=True))
    return parameters


def thaw(parameters: Parameters, *keys: str | int) -> Parameters:
    """Give the parameters with those named free to move in a fit.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter.
    """
    for key in keys:
        parameters = _replaced(parameters, replace(find(parameters, key), frozen=False))
    return parameters


def limit(parameters: Parameters, key: str | int, **limits: float) -> Parameters:
    """Give the parameters with other limits, or another step, of one.

    A value outside the hard limits becomes the nearer of them.

    Parameters
    ----------
    parameters : tuple of Parameter
        All of them.
    key : str or int
        The one that is meant.
    **limits : float
        ``hard_lo``, ``soft_lo``, ``soft_hi``, ``hard_hi``, ``delta``; others stay.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter, an unknown limit, or limits that do not rise.
    """
    found = find(parameters, key)
    for name in limits:
        if name not in LIMITS:
            raise InputError(f"A parameter has no limit {name!r}. {nearest(name, LIMITS)}")
    given: dict[str, Any]
    try:
        given = {name: float(value) for name, value in limits.items()}
    except (TypeError, ValueError):
        given = {"delta": math.nan}
    new = replace(found, **given)
    rises = new.hard_lo <= new.soft_lo <= new.soft_hi <= new.hard_hi and new.hard_lo < new.hard_hi
    if not (rises and 0 < new.delta < math.inf):
        asked = ", ".join(f"{name}={value!r}" for name, value in limits.items())
        now = ", ".join(f"{name}={getattr(found, name):g}" for name in LIMITS)
        raise InputError(
            f"Cannot limit {label(found)} by {asked}: hard_lo <= soft_lo <= soft_hi <= hard_hi must"
            f" hold, and delta be above 0. They are {now}; give several at once if need be."
        )
    value = min(max(new.value, new.hard_lo), new.hard_hi)
    return _replaced(parameters, replace(new, value=value))


def link(parameters: Parameters, key: str | int, target: str | int) -> Parameters:
    """Give the parameters with one tied to another, whose value it then takes.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter, or a link that would lead back to itself.
    """
    found, to = find(parameters, key), find(parameters, target)
    linked = _replaced(parameters, replace(found, link=to.number))
    values(linked)
    return linked


def untie(parameters: Parameters, *keys: str | int) -> Parameters:
    """Give the parameters with those named no longer linked; each keeps its last value.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter.
    """
    for key in keys:
        found = find(parameters, key)
        value = values(parameters)[parameters.index(found)]
        parameters = _replaced(parameters, replace(found, link=None, value=value))
    return parameters


def values(parameters: Parameters) -> tuple[float, ...]:
    """Give the value of each parameter with all links followed, in order.

    Raises
    ------
    InputError
        A link to a number that does not exist, or links that go in a circle.
    """
    by_number = {p.number: p for p in parameters}
    return tuple(by_number[root].value for root in roots(parameters))


def roots(parameters: Parameters) -> tuple[int, ...]:
    """Give for each parameter the number of the one whose value it takes, links followed.

    Raises
    ------
    InputError
        A link to a number that does not exist, or links that go in a circle.
    """
    links = {p.number: p.link for p in parameters}
    found = []
    for parameter in parameters:
        number, steps = parameter.number, 0
        while (target := links[number]) is not None:
            if target not in links:
                raise InputError(
                    f"Parameter {number} is linked to number {target}, which does not exist: "
                    f"they run from 1 to {len(parameters)}."
                )
            number, steps = target, steps + 1
            if steps > len(parameters):
                raise InputError(
                    f"Cannot link parameter {parameter.number} ({label(parameter)}): the links "
                    "lead back to it. Untie one of them."
                )
        found.append(number)
    return tuple(found)


def _split_group(text: str) -> tuple[int, str]:
    match = re.fullmatch(r"(\d+):\s*(.*)", text)
    return (int(match[1]), match[2].strip()) if match else (1, text)


def _names(parameter: Parameter) -> set[str]:
    component, name = parameter.component.lower(), parameter.name.lower()
    return {name, f"{component}.{name}", f"{component}_{parameter.component_number}.{name}"}


def _replaced(parameters: Parameters, new: Parameter) -> Parameters:
    return tuple(new if p.number == new.number else p for p in parameters)
