"""The models of an XSPEC state file and their parameters, line by line."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError
from nuwidgets.files.xcm_state import DEFAULT, XcmModel, XcmParameter

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = ("value", "delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi")
"""Numbers of a parameter line in their order."""
SKIP, SKIP_ALL = "/", "/*"
"""What takes the usual values: of this parameter, of all that follow."""
MOST = 20_000
"""Parameters that a model may have."""
MOST_CHANGES = 200_000
"""Changes of parameters that a file may ask for, each parameter counted."""
_HEAD = re.compile(r"(\d{1,6})\s*:\s*(\w+)\s+(.*)")
_RANGE = re.compile(r"(?:(\w+):)?p?(\d{1,6})(?:-p?(\d{1,6}))?")
_NOT_HERE = ("none", "clear", "unnamed")
_SWITCHES = ("active", "inactive", "show", "delete", "?")


def parameter(line: str) -> XcmParameter:
    """Read one parameter line: ``value delta min bot top max`` or ``= link``.

    Raises
    ------
    InputError
        If it holds what is no number.
    """
    text = line.strip()
    if text.startswith("="):
        return XcmParameter(link=text[1:].strip())
    numbers = _numbers(text.split(SKIP, 1)[0], line)
    given: dict[str, Any] = {**numbers}
    if "value" in numbers:
        given["link"] = ""
    if "delta" in numbers:
        delta = numbers["delta"]
        given |= {"frozen": delta <= 0, "delta": abs(delta) or None}
    return replace(DEFAULT, **given)


def _numbers(text: str, line: str) -> dict[str, float]:
    """Give the numbers by name; an empty place between commas leaves one out."""
    places = [place.strip() for part in text.split(",") for place in (part.split() or [""])]
    if len(places) > len(FIELDS):
        raise InputError(f"Cannot use {line!r} as a parameter: it has more than six numbers.")
    try:
        found = {name: float(p) for name, p in zip(FIELDS, places, strict=False) if p}
    except ValueError as error:
        raise InputError(
            f"Cannot use {line!r} as a parameter: it is no list of numbers."
        ) from error
    if not all(math.isfinite(number) for number in found.values()):
        raise InputError(f"Cannot use {line!r} as a parameter: its numbers must be finite.")
    return found


class Models:
    """The models met so far, and what is said of their parameters."""

    def __init__(self) -> None:
        self._models: dict[int, XcmModel] = {}
        self._n_changes = 0
        self._filling = 0  # source of the model whose parameters come next; 0: none

    @property
    def all(self) -> tuple[XcmModel, ...]:
        """The models by source."""
        return tuple(self._models[source] for source in sorted(self._models))

    @property
    def asking(self) -> bool:
        """Whether the next line may be a parameter."""
        return self._filling > 0

    def begin(self, text: str, line: int) -> None:
        """Take a ``model`` command.

        Raises
        ------
        InputError
            If it defines no model.
        """
        parts = re.findall(r"((?:\{[^{}]*\}|[^&])*)(?:&|$)", text)[:-1] or [text]
        text, *lines = (part.strip() for part in parts)
        self._filling = 0
        head = _HEAD.fullmatch(text)
        source, name, expression = (int(head[1]), head[2], head[3]) if head else (1, "", text)
        if not expression or expression.split()[0].lower() in _SWITCHES:
            raise InputError("it defines no model")
        if expression.lower() in _NOT_HERE:
            self._models.pop(source, None)
            return
        self._models[source] = XcmModel(expression.strip(), source, name, (), line)
        self._filling = source
        for one in lines:
            self.answer(one)

    def answer(self, text: str) -> None:
        """Take a line as the answer for the next parameter; a fault leaves its usual value.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        source = self._filling
        if len(self._models[source].parameters) >= MOST:
            self._filling = 0
            raise InputError("there are more parameters than any model has")
        if text.strip().startswith(SKIP_ALL):
            self._filling = 0
            return
        try:
            one = parameter(text)
        except InputError:
            self._append(source, DEFAULT)
            raise
        self._append(source, one)

    def _append(self, source: int, one: XcmParameter) -> None:
        model = self._models[source]
        self._models[source] = replace(model, parameters=(*model.parameters, one))

    def end(self) -> None:
        """Take no more parameters; empty lines at the end answered nothing."""
        if self._filling:
            model = self._models[self._filling]
            kept = list(model.parameters)
            while kept and kept[-1] == DEFAULT:
                kept.pop()
            self._models[self._filling] = replace(model, parameters=tuple(kept))
        self._filling = 0

    def new_value(self, text: str) -> None:
        """Take a ``newpar`` command: a number of a parameter, and its line.

        Raises
        ------
        InputError
            If no parameter of a model is meant, or the line cannot be read.
        """
        head, _, rest = text.partition(" ")
        if "=" in head:
            head, rest = head.split("=", 1)[0], f"={text.split('=', 1)[1]}"
        given = parameter(rest)

        def changed(old: XcmParameter) -> XcmParameter:
            if given.link:
                return replace(old, link=given.link)
            said = {n: v for n, v in vars(given).items() if v is not None}
            return replace(old, **said)

        self._change(head, changed)

    def freeze(self, text: str) -> None:
        """Take a ``freeze`` command; raises as `new_value`."""
        self._each(text, lambda old: replace(old, frozen=True))

    def thaw(self, text: str) -> None:
        """Take a ``thaw`` command; raises as `new_value`."""
        self._each(text, lambda old: replace(old, frozen=False))

    def untie(self, text: str) -> None:
        """Take an ``untie`` command; raises as `new_value`."""
        self._each(text, lambda old: replace(old, link=""))

    def _each(self, text: str, change: Callable[[XcmParameter], XcmParameter]) -> None:
        for word in re.split(r"[\s,]+", text.strip()):
            self._change(word, change)

    def _change(self, word: str, change: Callable[[XcmParameter], XcmParameter]) -> None:
        match = _RANGE.fullmatch(word)
        if not match:
            raise InputError(f"{word!r} is no number of a parameter")
        first, last = int(match[2]), int(match[3] or match[2])
        name = match[1] or ""
        found = [source for source, one in self._models.items() if one.name == name]
        if not found or not 1 <= first <= last <= MOST:
            raise InputError(f"there is no parameter {word!r}")
        self._n_changes += last
        if self._n_changes > MOST_CHANGES:
            raise InputError("there are more changes than any fit needs")
        model = self._models[found[0]]
        kept = list(model.parameters) + [DEFAULT] * (last - len(model.parameters))
        kept[first - 1 : last] = map(change, kept[first - 1 : last])
        self._models[found[0]] = replace(model, parameters=tuple(kept))
