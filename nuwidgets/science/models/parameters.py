"""Set, limit, freeze, thaw and link parameters by number or name.

A parameter is called by its number (``"2"``), its name (``"PhoIndex"``), by component and name
(``"powerlaw.PhoIndex"``; a second gaussian is ``gaussian_4`` as in XSPEC), in a later data group
with the group before it (``"2:factor"``), and with the name of its model (``"bkg:norm"``,
``"bkg:2:norm"``). Without a group the name means group 1, without a model the first one that has
it; ``"bkg:p2"`` is the second parameter of that model.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models.links import FUNCTIONS, parse_link
from nuwidgets.science.models.resolved import values

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter

Parameters = tuple["Parameter", ...]
_WORD = re.compile(r"(?<![\w.])(?:\w+:){0,2}[A-Za-z_]\w*(?:\.\w+)?")
"""A name in a formula: ``norm``, ``powerlaw.norm``, ``2:powerlaw.norm``, ``bkg:2:norm``."""
LIMITS = ("hard_lo", "soft_lo", "soft_hi", "hard_hi", "delta")


def find(parameters: Parameters, key: str | int) -> Parameter:
    """Give the parameter that a number or a name means.

    Raises
    ------
    InputError
        Unknown number or name (the nearest is offered), or a name that means several
        (they are listed with their numbers).
    """
    text = str(key).strip()
    if number := re.fullmatch(r"p?(\d{1,9})", text):
        found = [p for p in parameters if p.number == int(number[1])]
        if not found:
            raise InputError(
                f"There is no parameter number {number[1]}: they run from 1 to {len(parameters)}."
            )
        return found[0]
    model, group, name = _split(text)
    inside = [p for p in parameters if p.group == group and model in (None, p.model.lower())]
    matches = [p for p in inside if name.lower() in _names(p)] or _by_number(inside, name)
    if model is None and len(matches) > 1:
        first = [p for p in matches if p.model == parameters[0].model]
        matches = first or matches
    if len(matches) == 1:
        return matches[0]
    if matches:
        choices = ", ".join(
            f"{p.number} ({p.model and p.model + ':'}{p.component}_{p.component_number})"
            for p in matches
        )
        raise InputError(f"The name {text!r} means several parameters: {choices}. Give a number.")
    known = [p.label for p in inside or parameters] + [p.name for p in inside]
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
            f"Cannot set {found.label} to {value!r}: it must lie between {found.hard_lo:g} and "
            f"{found.hard_hi:g}{' ' + found.unit if found.unit else ''}."
        )
    return _replaced(parameters, replace(found, value=float(value), link=""))


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

    A value, or a soft limit that is not given, outside the hard limits becomes the nearer of them.

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
    if {"hard_lo", "hard_hi"} & set(given):  # soft limits that were not given follow
        inside = {
            name: min(max(getattr(new, name), new.hard_lo), new.hard_hi)
            for name in ("soft_lo", "soft_hi")
            if name not in given
        }
        new = replace(new, **inside)
    rises = new.hard_lo <= new.soft_lo <= new.soft_hi <= new.hard_hi and new.hard_lo < new.hard_hi
    if not (rises and 0 < new.delta < math.inf):
        asked = ", ".join(f"{name}={value!r}" for name, value in limits.items())
        now = ", ".join(f"{name}={getattr(found, name):g}" for name in LIMITS)
        raise InputError(
            f"Cannot limit {found.label} by {asked}: hard_lo <= soft_lo <= soft_hi <= hard_hi must"
            f" hold, and delta be above 0. They are {now}; give several at once if need be."
        )
    value = min(max(new.value, new.hard_lo), new.hard_hi)
    return _replaced(parameters, replace(new, value=value))


def link(parameters: Parameters, key: str | int, target: str | int) -> Parameters:
    """Give the parameters with one tied to another, or to a formula of others.

    Parameters
    ----------
    parameters : tuple of Parameter
        All of them.
    key : str or int
        The one that is tied.
    target : str or int
        A number, a name, or a formula of such: ``3``, ``"PhoIndex"``, ``"2*p3 + 0.1"``,
        ``"1.1*powerlaw.norm"``.

    Raises
    ------
    InputError
        Unknown or ambiguous parameter, a formula that cannot be read, or a link that would lead
        back to itself.
    """
    found = find(parameters, key)
    linked = _replaced(parameters, replace(found, link=_numbered(parameters, str(target))))
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
        parameters = _replaced(parameters, alone(found, value))
    return parameters


def alone(parameter: Parameter, value: float) -> Parameter:
    """Give a parameter without link at a value: the nearest one that its hard limits allow."""
    if not math.isfinite(value):
        value = parameter.value
    return replace(parameter, link="", value=min(max(value, parameter.hard_lo), parameter.hard_hi))


def _numbered(parameters: Parameters, text: str) -> str:
    """Give a link with names replaced by numbers, in its canonical form."""
    text = text.strip().removeprefix("=").strip()

    def number(match: re.Match[str]) -> str:
        word = match[0]
        return word if word in FUNCTIONS else f"p{find(parameters, word).number}"

    return parse_link(_WORD.sub(number, text)).text


def _split(text: str) -> tuple[str | None, int, str]:
    """Give the model (None where none is named), the data group and the name that a key holds."""
    *heads, name = (part.strip() for part in text.split(":"))
    groups = [head for head in heads if re.fullmatch(r"\d{1,9}", head)]
    models = [head.lower() for head in heads if head not in groups]
    if len(groups) > 1 or len(models) > 1:
        raise InputError(
            f"No parameter is called {text!r}. Write model, data group and name, each at most"
            " once: 'bkg:2:powerlaw.norm'."
        )
    return (models[0] if models else None), int(groups[0]) if groups else 1, name


def _by_number(inside: list[Parameter], name: str) -> list[Parameter]:
    """Give the parameter that ``p2`` means among those of one model and data group."""
    match = re.fullmatch(r"p(\d{1,9})", name)
    return inside[int(match[1]) - 1 : int(match[1])] if match and int(match[1]) else []


def _names(parameter: Parameter) -> set[str]:
    component, name = parameter.component.lower(), parameter.name.lower()
    return {name, f"{component}.{name}", f"{component}_{parameter.component_number}.{name}"}


def _replaced(parameters: Parameters, new: Parameter) -> Parameters:
    return tuple(new if p.number == new.number else p for p in parameters)
