"""Models of an XSPEC state file as models here: text, parameters numbered through, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.files.xcm_parameters import Numbers
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.links import parse_link
from nuwidgets.science.models.parameters import untie
from nuwidgets.science.models.resolved import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.model import Parameter
    from nuwidgets.files.xcm_state import XcmModel, XcmParameter

LIMITS = ("hard_lo", "soft_lo", "soft_hi", "hard_hi")
_NAMED = re.compile(r"(?<![\w.])([A-Za-z]\w*)\s*:\s*p?(?:ar)?(\d{1,6})(?![\w.])")
_PLAIN = re.compile(r"(?<![\w.:])p(?:ar)?(\d{1,6})(?![\w.])")
_WHOLE = re.compile(r"(?<![\w.:])(\d{1,6})(?![\w.])")
_POINT = re.compile(r"(?<![\w.])(\d+)\.0(?![\w.])")


@dataclass(frozen=True)
class Loaded:
    """Models of a state file with their parameters as they are numbered here."""

    text: str
    """The models as one text."""
    parameters: tuple[Parameter, ...]
    """Their parameters, numbered through."""
    said: tuple[str, ...] = ()
    """What could not be taken over."""


def load_models(
    models: tuple[XcmModel, ...], n_groups: int, groups: Mapping[int, set[int]]
) -> Loaded:
    """Give the models of a file, with their parameters for `n_groups` data groups.

    Parameters
    ----------
    models : tuple of XcmModel
        What the file says.
    n_groups : int
        Data groups, at least 1.
    groups : dict
        For each source the data groups that see it.

    Raises
    ------
    InputError
        If a model cannot be read; says in which line it stands.
    """
    if not models:
        return Loaded("", ())
    composite = _composite(models)
    loading = _Loading(composite, n_groups, _numbers(composite, models, n_groups, groups))
    for model in models:
        loading.take(model)
    return Loaded(composite.text, loading.finished(), tuple(loading.said))


def _composite(models: tuple[XcmModel, ...]) -> Composite:
    for one in models:
        try:
            Composite.parse(_text(one))
        except InputError as error:
            raise InputError(f"Cannot use the model in line {one.line}: {error}") from error
    return Composite.parse("; ".join(map(_text, models)))


def _text(model: XcmModel) -> str:
    return f"{model.source}:{model.name} {model.expression}" if model.name else model.expression


def _numbers(
    composite: Composite,
    models: tuple[XcmModel, ...],
    n_groups: int,
    groups: Mapping[int, set[int]],
) -> Numbers:
    """Give the numbers; a model with more parameters than XSPEC would have is seen by all."""
    n_told = {one.source: len(one.parameters) for one in models}
    seen = {}
    for one in composite.models:
        among = groups.get(one.source) or {1}
        too_many = n_told[one.source] > len(among) * one.expression.n_parameters
        seen[one.source] = set(range(1, n_groups + 1)) if too_many else among
    return Numbers(composite, n_groups, seen)


def _as_xspec(composite: Composite, n_groups: int, numbers: Numbers) -> list[Parameter]:
    """Give the defaults of XSPEC: groups tied to the first that sees the source, constants too."""
    alone = {(p.model, p.component_number, p.name): p for p in composite.parameters(1)}
    fresh = composite.parameters(n_groups)
    first: dict[tuple[str, int, str], int] = {}
    for number in sorted(numbers.theirs):
        one = fresh[number - 1]
        first.setdefault((one.model, one.component_number, one.name), number)
    found = []
    for one in fresh:
        place = one.model, one.component_number, one.name
        link = "" if one.number == first[place] else f"p{first[place]}"
        found.append(replace(one, frozen=alone[place].frozen, link=link))
    return found


class _Loading:
    """Parameters that become what a file says, one by one; links last."""

    def __init__(self, composite: Composite, n_groups: int, numbers: Numbers) -> None:
        self.said: list[str] = []
        self._numbers = numbers
        self._parameters = _as_xspec(composite, n_groups, numbers)
        self._links: dict[int, tuple[str, str]] = {}
        self._loose: list[int] = []

    def take(self, model: XcmModel) -> None:
        """Take the parameters of a model."""
        for local, one in enumerate(model.parameters, start=1):
            number = self._numbers.ours.get((model.name, local))
            if number is None:
                n = len(model.parameters) - local + 1
                self.said.append(
                    f"{n} more parameter{'s' * (n > 1)} of the model in line {model.line} than its"
                    f" {local - 1} {'were' if n > 1 else 'was'} left out."
                )
                return
            self._take(number, one)
            if one.link:
                self._links[number] = model.name, one.link

    def _take(self, number: int, told: XcmParameter) -> None:
        old = self._parameters[number - 1]
        new = self._limited(old, told)
        if told.frozen is not None:
            new = replace(new, frozen=told.frozen)
        if told.delta is not None:
            new = replace(new, delta=told.delta)
        if told.link == "" and told.value is None and old.link:
            self._loose.append(number)
        elif told.link == "":
            new = replace(new, link="")
        if told.value is not None:
            new = self._valued(new, told.value)
        self._parameters[number - 1] = new

    def _limited(self, old: Parameter, told: XcmParameter) -> Parameter:
        given = {n: v for n in LIMITS if (v := getattr(told, n)) is not None}
        new = replace(old, **given)
        rises = new.hard_lo <= new.soft_lo <= new.soft_hi <= new.hard_hi
        if given and not (rises and new.hard_lo < new.hard_hi):
            self.said.append(
                f"The limits of {old.label} were left out: {', '.join(map(str, given.values()))} do"
                " not rise."
            )
            return old
        return new

    def _valued(self, one: Parameter, value: float) -> Parameter:
        kept = min(max(value, one.hard_lo), one.hard_hi)
        if kept != value:
            self.said.append(
                f"{one.label} is {kept:g} instead of {value:g}: it must lie between"
                f" {one.hard_lo:g} and {one.hard_hi:g}."
            )
        return replace(one, value=kept)

    def finished(self) -> tuple[Parameter, ...]:
        """Give the parameters with their links."""
        for number, (name, text) in self._links.items():
            old = self._parameters[number - 1]
            try:
                link = self._our_link(text, name)
                self._parameters[number - 1] = replace(old, link=link)
                values(tuple(self._parameters))
            except InputError as error:
                self._parameters[number - 1] = replace(old, link="")
                why = str(error).split("\n", 1)[0]
                self.said.append(f"The link {text!r} of {old.label} was left out. {why}")
        return untie(tuple(self._parameters), *self._loose)

    def _our_link(self, text: str, name: str) -> str:
        """Give a link by our numbers.

        Raises
        ------
        InputError
            If it names what is not there, or is no formula.
        """
        has_unnamed = any(model == "" for model, _ in self._numbers.ours)
        usual = "" if has_unnamed else name

        def ours(model: str, local: str) -> str:
            number = self._numbers.ours.get((model, int(local)))
            if number is None:
                shown = f"{model}:p{local}" if model else f"p{local}"
                raise InputError(f"There is no parameter {shown} to link to.")
            return f"q{number}"  # not p: what is done is not done again

        done = _NAMED.sub(lambda one: ours(one[1], one[2]), text)
        done = _PLAIN.sub(lambda one: ours(usual, one[1]), done)
        if done == text:  # XSPEC before 12.10 took whole numbers for numbers of parameters
            done = _WHOLE.sub(lambda one: ours(usual, one[1]), done)
        done = re.sub(r"\bq(\d+)\b", r"p\1", done)
        done = _POINT.sub(r"\1", done)  # as it was before it was written for XSPEC
        functions = re.sub(r"\b[A-Za-z]\w*(?=\s*\()", lambda one: one[0].lower(), done)
        return parse_link(functions).text
