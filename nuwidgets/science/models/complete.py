"""What may stand at a place of a model that is being typed.

Nothing here changes the model; everything is a function of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from nuwidgets.errors import NuwidgetsError
from nuwidgets.science.models.components import COMPONENTS, ORDER
from nuwidgets.science.models.diagnose import HEAD, Sort, segments
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.words import describe

if TYPE_CHECKING:
    from nuwidgets.science.models.component import Component

MOST = 80
"""So many choices are given at most."""
TABLES: dict[str, tuple[Sort, str]] = {
    "atable": ("add", "Additive table model: write the path of its file in the braces."),
    "mtable": ("mul", "Multiplicative table model: write the path of its file in the braces."),
    "etable": ("mul", "Exponential table model, exp(-table): write the path of its file."),
}
WORD = 3
"""From so many letters on descriptions are searched too."""
STRANGER = 9
"""Rank of a component that is not what one types."""
_HEADING = re.compile(r"\s*\d+\s*:?\s*\w*")
"""The head of a model, as far as it is typed."""
_TRIALS = {
    "add": ("powerlaw",),
    "mul": ("constant", "constant*powerlaw"),
    "con": ("zashift", "zashift*powerlaw"),
}
"""What is tried where a component of a kind is to stand, alone and with what it still needs."""


@dataclass(frozen=True)
class Choice:
    """One text that may stand where one types."""

    insert: str
    """What is put in the place of the word."""
    name: str
    """What it is called."""
    kind: Sort
    """``add``, ``mul``, ``con``, or ``source`` for the head of another model."""
    words: str
    """What it is, in one sentence."""


@dataclass(frozen=True)
class Completion:
    """What may stand at a position."""

    start: int
    """Where the word begins that a choice replaces, from 0."""
    end: int
    """Where it ends."""
    choices: tuple[Choice, ...]
    """The likeliest first; empty where nothing can be offered."""


def complete(text: str, position: int) -> Completion:
    """Say what may stand at a position: names that begin so, then others that hold it.

    Parameters
    ----------
    text : str
        The model as far as it is typed.
    position : int
        Where the caret is, from 0.

    Examples
    --------
    >>> found = complete("tbabs*(pow", 10)
    >>> found.start, found.choices[0].insert, found.choices[0].kind
    (7, 'powerlaw', 'add')
    >>> [choice.name for choice in complete("powerlaw*ga", 11).choices][:1]
    ['gabs']
    """
    position = min(max(position, 0), len(text))
    first, last = next(s for s in segments(text) if s[0] <= position <= s[1])
    start, end = _word_at(text, position)
    before, behind = text[first:start], text[end:last]
    head = HEAD.match(before)
    body = before[head.end() :] if head else before
    nothing = Completion(start, end, ())
    unnamed = _HEADING.fullmatch(text[first:position])
    if unnamed or before.count("{") > before.count("}") or _joined(body):
        return nothing
    begun = text[start:position]
    choices = _choices(begun, body, behind)
    if not head and not before.strip() and (first or not begun):
        choices += _source_choices(text, begun)
    return Completion(start, end, tuple(choices[:MOST]))


def _word_at(text: str, position: int) -> tuple[int, int]:
    """Give where the word begins and ends that the caret is in or behind."""
    start = end = position
    while start and re.match(r"\w", text[start - 1]):
        start -= 1
    while end < len(text) and re.match(r"\w", text[end]):
        end += 1
    if text[start:position][:1].isdigit():
        return position, position
    return start, end


def _joined(before: str) -> bool:
    """Whether something stands right before that has to be joined first."""
    last = before.rstrip()[-1:]
    return bool(last) and last not in "*+("


def _choices(begun: str, before: str, behind: str) -> list[Choice]:
    kinds = _kinds(before, behind)
    wanted = begun.lower()
    ranked = sorted(
        (_rank(one, wanted), ORDER.index(one.kind), one.name.lower(), one.name)
        for one in COMPONENTS.values()
        if one.kind in kinds
    )
    chosen = [COMPONENTS[name] for rank, *_, name in ranked if rank < STRANGER]
    found = [Choice(_inserted(c, behind), c.name, c.kind, describe(c).sentence) for c in chosen]
    found += [
        Choice(f"{name}{{", f"{name}{{…}}", kind, words)
        for name, (kind, words) in TABLES.items()
        if kind in kinds and name.startswith(wanted)
    ]
    return found


def _rank(component: Component, wanted: str) -> int:
    """Say how well a name fits what is typed, the best first; a `STRANGER` does not."""
    name = component.name.lower()
    if name.startswith(wanted):
        return 0
    if wanted in name:
        return 1
    told = len(wanted) >= WORD and wanted in describe(component).sentence.lower()
    return 2 if told else STRANGER


def _inserted(component: Component, behind: str) -> str:
    """Give what is typed for a component: what must go on is begun."""
    goes_on = behind.lstrip()[:1] in ("*", "(")
    return component.name + ("*" if component.kind == "con" and not goes_on else "")


def _source_choices(text: str, begun: str) -> list[Choice]:
    """Offer the head of a model that is seen through a response of its own."""
    taken = [int(m[1]) for start, end in segments(text) if (m := HEAD.match(text, start, end))]
    number = max([1, *taken]) + 1
    if begun:
        return []
    words = "Head of a model with a name, seen through a response of its own."
    return [Choice(f"{number}:bkg ", f"{number}:bkg", "source", words)]


@lru_cache(maxsize=256)
def _kinds(before: str, behind: str) -> tuple[str, ...]:
    """Give the kinds of component that may stand between two texts."""
    missing = before.count("(") - before.count(")") - behind.count(")") + behind.count("(")
    for rest in (
        behind + ")" * max(missing, 0),
        ")" * max(before.count("(") - before.count(")"), 0),
    ):
        found = tuple(kind for kind in ORDER if _reads(before, _TRIALS[kind], rest))
        if found:
            return found
    return ORDER


def _reads(before: str, trials: tuple[str, ...], rest: str) -> bool:
    for trial in trials:
        try:
            Expression.parse(f"{before}{trial}{rest}")
        except NuwidgetsError:
            continue
        return True
    return False
