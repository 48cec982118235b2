"""Models of several sources in one text: each with its name, numbered through.

One model stands on a line, or before a semicolon; ``2:bkg powerlaw`` is the model ``bkg`` of source
2. What has no such head is the unnamed model of source 1, as in XSPEC. A line that ends with, or
is followed by, ``*``, ``+`` or a bracket goes on in the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parser import ExpressionError, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.model import Parameter

_PART = re.compile(r"(?:\{[^{}]*\}|(?<=[*+(])\s*\n|\n(?=\s*[*+)])|[^;\n])+")
_HEAD = re.compile(r"\s*(\d{1,6})\s*:\s*(\w*)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]+")


@dataclass(frozen=True)
class NamedModel:
    """The model of one source."""

    source: int
    """XSPEC's source number, from 1."""
    name: str
    """Its name; empty for the unnamed model of source 1."""
    expression: Expression
    """What it is."""

    @property
    def text(self) -> str:
        """As it is written, e.g. ``2:bkg powerlaw``."""
        head = f"{self.source}:{self.name} " if self.name else ""
        return head + self.expression.text


@dataclass(frozen=True)
class Composite:
    """The models of all sources, by source number; compares and hashes by its text."""

    text: str
    """Canonical form, the models joined by ``; ``."""
    models: tuple[NamedModel, ...] = field(compare=False, repr=False)
    """One for each source that has a model."""

    @classmethod
    def parse(cls, text: str) -> Composite:
        """Read the models of one or several sources.

        Raises
        ------
        InputError
            As `Expression.parse`, a head that is not ``source:name``, a source or name that comes
            twice, or a model that gives no photons beside another one. `position` counts in the
            whole text.

        Examples
        --------
        >>> Composite.parse("tbabs*po; 2:bkg po").text
        'TBabs*powerlaw; 2:bkg powerlaw'
        """
        parts = [part for part in _PART.finditer(text) if part[0].strip()]
        if not parts:
            _Part("", text, len(text)).whole()  # says that it is empty
        found: list[NamedModel] = []
        for part in parts:
            found.append(_model(part[0], text, part.start(), found))
        if len(found) > 1 or found[0].name:
            for part, one in zip(parts, found, strict=True):
                _require_photons(part[0], text, part.start(), one)
        models = tuple(sorted(found, key=lambda one: one.source))
        return cls("; ".join(one.text for one in models), models)

    @property
    def n_parameters(self) -> int:
        """Number of parameters of one data group, all models together."""
        return sum(one.expression.n_parameters for one in self.models)

    def parameters(self, n_groups: int = 1) -> tuple[Parameter, ...]:
        """Give all parameters at their defaults, numbered through: model by model, all its groups.

        Raises
        ------
        InputError
            Fewer than one group.
        """
        return tuple(
            parameter
            for one, span in zip(self.models, self.spans(n_groups), strict=True)
            for parameter in one.expression.parameters(n_groups, span.start, one.name)
        )

    def spans(self, n_groups: int) -> tuple[slice, ...]:
        """Say where the parameters of each model stand among all of them."""
        return tuple(self._spans(n_groups))

    def _spans(self, n_groups: int) -> Iterator[slice]:
        start = 0
        for one in self.models:
            end = start + n_groups * one.expression.n_parameters
            yield slice(start, end)
            start = end

    def group_span(self, index: int, group: int, n_groups: int) -> slice:
        """Say where the parameters of one model for one data group stand.

        Parameters
        ----------
        index : int
            Index of the model, from 0.
        group, n_groups : int
            The data group, from 1, and how many there are.
        """
        size = self.models[index].expression.n_parameters
        start = self.spans(n_groups)[index].start + (group - 1) * size
        return slice(start, start + size)


class _Part(Reader):
    """Reads a part of a text; what it says points into the whole."""

    def __init__(self, part: str, whole: str, start: int) -> None:
        self._whole, self._start = whole, start
        super().__init__(part)

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        at = self.position if position is None else position
        self.text = self._whole
        super().fail(message, self._start + at)


def _refuse(message: str, whole: str, position: int) -> NoReturn:
    """Raise an error that points into the whole text."""
    _Part("", whole, position).fail(message)


def _model(part: str, whole: str, start: int, before: list[NamedModel]) -> NamedModel:
    """Read one model with its head; `start` is where it begins in the whole text."""
    head = _HEAD.match(part)
    source, name = (int(head[1]), head[2]) if head else (1, "")
    at = start + (head.start(1) if head else len(part) - len(part.lstrip()))
    if head:
        _check_head(head, part, whole, start)
    for one in before:
        if one.source == source:
            _refuse(
                f"source {source} has two models. Join them by +, or write the number of the"
                " source and a name before one: '2:bkg powerlaw'.",
                whole,
                at,
            )
        if one.name == name:
            _refuse(f"two models are called {name!r}. Give each a name of its own.", whole, at)
    rest = head.end() if head else 0
    try:
        expression = Expression.parse(part[rest:])
    except ExpressionError:
        _Part(part[rest:], whole, start + rest).whole()  # says the same of the whole text
        raise
    return NamedModel(source, name, expression)


def _check_head(head: re.Match[str], part: str, whole: str, start: int) -> None:
    """Refuse a head that is not ``source:name`` and a blank."""
    if int(head[1]) < 1:
        _refuse("sources are numbered from 1.", whole, start + head.start(1))
    if not _NAME.fullmatch(head[2]):
        _refuse(
            "a model's name is a letter, then at least one letter, digit or underscore. Write"
            f" for example '{head[1]}:bkg powerlaw'.",
            whole,
            start + head.start(2),
        )
    if not part[head.end() : head.end() + 1].isspace():
        _refuse(
            f"after the name {head[2]!r} come a blank and a model. Write for example"
            f" '{head[1]}:{head[2]} powerlaw'.",
            whole,
            start + head.end(),
        )


def _require_photons(part: str, whole: str, start: int, one: NamedModel) -> None:
    if one.expression.kind != "add":
        head = _HEAD.match(part)
        rest = head.end() if head else 0
        at = rest + len(part[rest:]) - len(part[rest:].lstrip())
        _refuse(
            "this model only multiplies and gives no photons. Add a component such as powerlaw.",
            whole,
            start + at,
        )
