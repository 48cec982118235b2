"""Parameters as XSPEC numbers them: each model by itself, through the data groups that see it.

Here the numbers run through all models and all groups. XSPEC has no parameters for a data group
without a response for the model's source.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.files.xcm_state import XcmModel, XcmParameter
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.links import parse_link
from nuwidgets.science.models.resolved import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nuwidgets.domain.model import Parameter


def groups_of(source: int, groups: tuple[int, ...], seen: Iterable[tuple[int, int]]) -> set[int]:
    """Give the data groups that see a source.

    Parameters
    ----------
    source : int
        Its number, from 1; all see the first.
    groups : tuple of int
        Data group of each spectrum.
    seen : iterable of (int, int)
        Spectrum and source, both from 1, of each response of a further source.
    """
    found = {groups[spectrum - 1] for spectrum, one in seen if one == source}
    return found if found and source > 1 else set(groups) or {1}


class Numbers:
    """Numbers of parameters: ours from 1 on, and XSPEC's as (name of the model, number).

    Parameters
    ----------
    composite : Composite
        The models.
    n_groups : int
        Data groups.
    groups : dict
        For each source the data groups that see it.
    """

    def __init__(self, composite: Composite, n_groups: int, groups: Mapping[int, set[int]]) -> None:
        self.theirs: dict[int, tuple[str, int]] = {}
        for index, model in enumerate(composite.models):
            seen = [g for g in range(1, n_groups + 1) if g in groups[model.source]]
            local = 0
            for group in seen:
                span = composite.group_span(index, group, n_groups)
                for place in range(span.start, span.stop):
                    local += 1
                    self.theirs[place + 1] = model.name, local
        self.ours = {theirs: ours for ours, theirs in self.theirs.items()}


def models_of(
    text: str, parameters: tuple[Parameter, ...], n_groups: int, groups: Mapping[int, set[int]]
) -> tuple[XcmModel, ...]:
    """Give models with their parameters as XSPEC has them; for the rest see `Numbers`."""
    composite = Composite.parse(text)
    numbers = Numbers(composite, n_groups, groups)
    told = _told(parameters, numbers)
    return tuple(
        XcmModel(
            one.expression.text,
            one.source,
            one.name,
            tuple(told[ours] for ours in told if numbers.theirs[ours][0] == one.name),
        )
        for one in composite.models
    )


def _told(parameters: tuple[Parameter, ...], numbers: Numbers) -> dict[int, XcmParameter]:
    """Give what is told of each parameter that XSPEC has, by our number.

    Where a link leads to a parameter that XSPEC does not have, the first that is tied to it stands
    for it; what a formula makes of it stays as a number.
    """
    full = values(parameters)
    heirs: dict[int, int] = {}
    told = {}
    for number in (n for n in numbers.theirs if n <= len(parameters)):
        one = _meant(parameters, number, numbers)
        link = parse_link(one.link) if one.link else None
        if link is None:
            first = heirs.setdefault(one.number, number)
            own = first == number
            told[number] = _alone(one) if own else XcmParameter(link=_name(first, numbers))
        elif numbers.theirs.keys() >= set(link.numbers):
            told[number] = XcmParameter(link=_their_link(link.text, numbers))
        else:
            told[number] = _alone(replace(one, value=full[number - 1], frozen=True))
    return told


def _meant(parameters: tuple[Parameter, ...], number: int, numbers: Numbers) -> Parameter:
    """Give the parameter itself, or what it is tied to as long as XSPEC does not have that."""
    one = parameters[number - 1]
    while one.link:
        target = parse_link(one.link).tied_to
        if target is None or target in numbers.theirs:
            break
        one = parameters[target - 1]
    return one


def _alone(p: Parameter) -> XcmParameter:
    limits = p.hard_lo, p.soft_lo, p.soft_hi, p.hard_hi
    return XcmParameter(p.value, p.delta, p.frozen, *limits, link="")


def _name(number: int, numbers: Numbers) -> str:
    name, local = numbers.theirs[number]
    return f"{name}:p{local}" if name else f"p{local}"


def _their_link(text: str, numbers: Numbers) -> str:
    return re.sub(r"\bp(\d+)\b", lambda one: _name(int(one[1]), numbers), text)
