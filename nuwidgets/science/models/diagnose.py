"""What is wrong with a model that is being typed, and where; what its words are.

Nothing here changes the model; everything is a function of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.science.models.components import COMPONENTS, find_component
from nuwidgets.science.models.composite import Composite

Sort: TypeAlias = Literal["add", "mul", "con", "source", "unknown"]
TABLE_KINDS: dict[str, Sort] = {"atable": "add", "mtable": "mul", "etable": "mul"}
HEAD = re.compile(r"\s*(\d+)\s*:\s*([A-Za-z]\w*)?(?=[\s(]|$)")
"""What stands before the model of a source: its number, and a name."""
_UNNAMED = re.compile(r"\s*\d+\s*:?\s*\w?\s*")
"""The head of a model whose name is not yet typed."""
_LAST = re.compile(r"\w*$")
_WORD = re.compile(r"[ame]table\{[^{}]*\}?|[A-Za-z]\w*")
_SEPARATOR = re.compile(r"\{[^{}]*\}|(?<=[*+(])[ \t]*\n|\n(?=\s*[*+)])|([;\n])")
"""What ends a model, as group 1: a line that is joined to its neighbour does not."""


@dataclass(frozen=True)
class Problem:
    """Why a text cannot be read."""

    message: str
    """What is wrong and what would be right."""
    start: int
    """Where, from 0."""
    end: int
    """Where the wrong word ends; at least one character further."""
    unfinished: bool = False
    """Whether it would be right if one went on typing."""


@dataclass(frozen=True)
class Mark:
    """A word of the text and what it is."""

    start: int
    """Where it begins, from 0."""
    end: int
    """Where it ends."""
    kind: Sort
    """Kind of the component, ``source`` for the head of a model, ``unknown`` for a stranger."""


def problem(text: str) -> Problem | None:
    """Say what is wrong with a model; None when it can be read. An empty one is no model yet.

    Examples
    --------
    >>> found = problem("tbabs*(powr)")
    >>> found.start, found.end, found.message
    (7, 11, "No component is called 'powr'. Did you mean 'powerlaw'?")
    >>> problem("tbabs*powerlaw") is None
    True
    """
    if not text.strip():
        return None
    try:
        Composite.parse(text)
    except InputError as error:
        start = min(int(getattr(error, "position", 0)), max(len(text) - 1, 0))
        word = _WORD.match(text, start)
        end = word.end() if word else start + 1
        return Problem(_reason(str(error), text), start, end, _goes_on(text))
    return None


def _goes_on(text: str) -> bool:
    """Whether a text that cannot be read needs but a component or brackets at its end."""
    last = text[segments(text)[-1][0] :]
    begun = _LAST.search(last)
    word = begun[0] if begun else ""
    if _UNNAMED.fullmatch(last) or (word and _kind(word) == "unknown" and _begins_one(word)):
        return True
    before = text[: len(text) - len(last)]
    close = ")" * max(last.count("(") - last.count(")"), 0)
    for more in ("", "powerlaw", "*powerlaw"):
        try:
            Composite.parse(f"{before}{last}{more}{close}")
        except NuwidgetsError:
            continue
        return True
    return False


def _begins_one(word: str) -> bool:
    """Whether the name of a component begins so."""
    return any(name.lower().startswith(word.lower()) for name in COMPONENTS)


def _reason(said: str, text: str) -> str:
    """Give the sentence alone: the place is shown in the text itself."""
    sentence = said.partition("\nat character")[0].partition(" Known: ")[0]
    sentence = sentence.removeprefix(f"Cannot read the model {text!r}: ")
    return sentence[:1].upper() + sentence[1:]


def marks(text: str) -> tuple[Mark, ...]:
    """Give the words of a text with what they are, in order.

    Examples
    --------
    >>> [(m.start, m.end, m.kind) for m in marks("cflux*tb(po + x1)")]
    [(0, 5, 'con'), (6, 8, 'mul'), (9, 11, 'add'), (14, 16, 'unknown')]
    """
    found: list[Mark] = []
    for start, end in segments(text):
        head = HEAD.match(text, start, end)
        if head:
            lead = len(head[0]) - len(head[0].lstrip())
            found.append(Mark(start + lead, head.end(), "source"))
        found += [
            Mark(word.start(), word.end(), _kind(word[0]))
            for word in _WORD.finditer(text, head.end() if head else start, end)
        ]
    return tuple(found)


def _kind(word: str) -> Sort:
    table = TABLE_KINDS.get(word.partition("{")[0])
    if table and "{" in word:
        return table
    try:
        return find_component(word).kind
    except NuwidgetsError:
        return "unknown"


def segments(text: str) -> list[tuple[int, int]]:
    """Give where each model of a text begins and ends; a separator belongs to none."""
    ends = [*(match.start() for match in _SEPARATOR.finditer(text) if match[1]), len(text)]
    return list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))
