"""What an editor needs to know of conditions on columns: what is wrong, what may stand where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.science.filter_expression import parse_filter
from nuwidgets.science.filter_tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Names = Callable[[], tuple[str, ...]]

_PLACE = re.compile(r"at letter (\d+)")
_AT = re.compile(r",? ?at letter \d+(?:: |,)")
_TAIL = " Write columns and comparisons"
_WORD = re.compile(r"[A-Za-z_][\w.]*")
MOST_OFFERED = 40


@dataclass(frozen=True)
class Trouble:
    """Why a condition cannot be used."""

    message: str
    """What is wrong."""
    start: int
    """Where, from 0."""
    end: int
    """Where it ends."""
    unfinished: bool
    """Whether one need only go on."""


@dataclass(frozen=True)
class Word:
    """A column in a text."""

    start: int
    """Where it begins, from 0."""
    end: int
    """Where it ends."""
    kind: str
    """``"source"`` for a column of the file, ``"unknown"`` for a stranger."""


@dataclass(frozen=True)
class Offer:
    """A column that may stand at the caret."""

    insert: str
    """What is put there."""
    name: str
    """Its name."""
    kind: str
    """``"column"``."""
    words: str
    """What it means, where that is known."""


@dataclass(frozen=True)
class Offers:
    """What may replace the word at the caret."""

    start: int
    """Where that word begins, from 0."""
    end: int
    """Where it ends."""
    choices: tuple[Offer, ...]
    """The nearest first."""


def trouble(text: str, names: tuple[str, ...]) -> Trouble | None:
    """Say what is wrong with a condition; None when it can be used, or is empty.

    Examples
    --------
    >>> trouble("ELV > 3 && SLW == 0", ("ELV", "SLEW")).start
    11
    >>> trouble("ELV > 3", ("ELV",)) is None
    True
    """
    if not text.strip():
        return None
    if not names:
        return Trouble("Choose the file that has the columns first.", 0, len(text), unfinished=True)
    try:
        read = parse_filter(text)
        read.check(names, "the file")
    except InputError as error:
        said = str(error)
        found = _PLACE.search(said)
        start = min(int(found[1]) - 1 if found else 0, max(len(text) - 1, 0))
        word = _WORD.match(text, start)
        goes_on = "the end" in said or text.rstrip()[-1] in "&|(<>=!+-*/,"
        reason = _reason(said, text)
        return Trouble(reason, start, word.end() if word else start + 1, goes_on)
    return None


def _reason(said: str, text: str) -> str:
    """Give what an error says beside the text, which is in sight, and the place, which is marked.

    Examples
    --------
    >>> _reason("Cannot read the expression 'a' at letter 1: it names no column.", "a")
    'it names no column.'
    """
    for doing in ("read", "use"):
        said = said.removeprefix(f"Cannot {doing} the expression {text!r}")
    return _AT.sub("", said.split(_TAIL)[0], count=1).removeprefix(": ").strip()


def marks(text: str, names: tuple[str, ...]) -> tuple[Word, ...]:
    """Give the columns of a text."""
    try:
        found = tokens_of(text)
    except InputError:
        return ()
    columns = [token for token in found if token.kind == "name"]
    return tuple(
        Word(
            token.place - 1,
            token.place - 1 + len(token.text),
            "source" if token.text in names else "unknown",
        )
        for token in columns
        if not text[token.place - 1 + len(token.text) :].lstrip().startswith("(")
    )


def offers(text: str, at: int, names: tuple[str, ...], meaning: Mapping[str, str]) -> Offers:
    """Give the columns that go on with the word at the caret; those that begin so come first."""
    before = re.search(r"[A-Za-z_][\w.]*$", text[:at])
    start = before.start() if before else at
    behind = re.match(r"[\w.]*", text[at:])
    end = at + (behind.end() if behind else 0)
    typed = text[start:at].upper()
    known = [name for name in names if typed in name]
    known.sort(key=lambda name: (not name.startswith(typed), name))
    chosen = known[:MOST_OFFERED]
    return Offers(start, end, tuple(Offer(n, n, "column", meaning.get(n, "")) for n in chosen))
