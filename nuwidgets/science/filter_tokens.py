"""Words of an expression over columns, as HEASoft's maketime takes them."""

from __future__ import annotations

import re
from typing import NamedTuple

from nuwidgets.errors import InputError

LONGEST = 2000
"""An expression has at most so many letters."""
MOST_WORDS = 400
"""It has at most so many words: a thousand sums would nest too deeply."""
_DOTTED = {
    "and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=",
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
}  # fmt: skip
_SPELLINGS = {"**": "^", "=<": "<=", "=>": ">="}
_NO_DOT = rf"(?!(?:{'|'.join(_DOTTED)})\.)"
_TOKEN = re.compile(
    rf"""\s*(?:
    \.(?P<dotted>{"|".join(_DOTTED)})\.
    |(?P<number>(?:\d+(?:\.{_NO_DOT}\d*)?|\.\d+)(?:[ed][+-]?\d+)?)
    |(?P<name>[a-z_]\w*(?:\.{_NO_DOT}[a-z_]\w*)?|\$[^$]+\$)
    |(?P<sign>&&|\|\||==|!=|<=|>=|=<|=>|\*\*|[-+*/%^()<>!,=:\[\]])
    )""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


class Token(NamedTuple):
    """A word of an expression."""

    kind: str
    """``"number"``, ``"name"``, ``"sign"`` or ``"end"``."""
    text: str
    """What it says; names in capitals, operators as in C."""
    place: int
    """Where it begins in the expression, from 1."""


def refused(text: str, place: int, why: str) -> InputError:
    """Give the error about a place, from 1, of an expression."""
    return InputError(
        f"Cannot read the expression {text!r} at letter {place}: {why}. Write columns and"
        " comparisons, e.g. 'ELV > 3 && SLEW == 0'."
    )


def tokens_of(text: str) -> list[Token]:
    """Give the words of an expression, the last one of kind ``"end"``.

    Raises
    ------
    InputError
        If it is too long, or there is a letter that no word begins with.
    """
    if len(text) > LONGEST:
        raise refused(text[:40] + "...", LONGEST, f"it has more than {LONGEST} letters")
    found, at, end = list[Token](), 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise refused(text, at + 1, f"{text[at]!r} means nothing here")
        found.append(_token(match))
        at = match.end()
    if len(found) > MOST_WORDS:
        place = found[MOST_WORDS].place
        raise refused(text[:40] + "...", place, f"it has more than {MOST_WORDS} words")
    return [*found, Token("end", "the end", end + 1)]


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    said, place = match[kind], match.start(kind) + 1
    if kind == "dotted":
        return Token("sign", _DOTTED[said.lower()], place - 1)
    if kind == "name" and said.lower() in ("and", "or", "not"):
        return Token("sign", _DOTTED[said.lower()], place)
    if kind == "name":
        return Token(kind, said.strip("$").strip().upper(), place)
    return Token(kind, _SPELLINGS.get(said, said), place)
