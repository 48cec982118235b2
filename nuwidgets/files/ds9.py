"""The words of DS9's region language: statements, shapes, numbers with units.

Dialect: what DS9 4.1 files and CFITSIO's region filter share. Spaces, commas and parentheses are
interchangeable, case does not matter, ``-`` or ``!`` excludes, ``;`` ends a statement.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.files.ds9_marks import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = {
    "fk5": "fk5", "j2000": "fk5", "icrs": "icrs", "galactic": "galactic",
    "physical": "physical", "image": "physical",
}  # fmt: skip
OTHER_FRAMES = ("fk4", "b1950", "ecliptic", "linear", "detector", "amplifier", "tile")
SHAPES = (
    "circle", "annulus", "ellipse", "elliptannulus", "box", "rotbox", "rectangle", "polygon",
    "panda", "cpanda", "pie", "point",
)  # fmt: skip
OTHER_SHAPES = (
    "line", "vector", "text", "epanda", "bpanda", "sector", "boxannulus", "ruler", "compass",
    "projection", "segment", "composite", "template", "diamond", "rhombus", "rotrectangle", "field",
)  # fmt: skip
SIZE_UNITS = {'"': 1.0, "'": 60.0, "d": 3600.0, "r": 3600.0 * 180.0 / math.pi}
_STATEMENT = re.compile(r"\s*([-!+]?)\s*([a-z_][a-z_0-9]*)\s*", re.IGNORECASE)
_WORD = re.compile(r"[a-z_][a-z_0-9]*", re.IGNORECASE)
_KIND_OF_POINT = re.compile(
    r"([-!+]?)\s*(?:circle|box|diamond|cross|x|arrow|boxcircle)\s+(?=point\b)", re.IGNORECASE
)
_COUNT = re.compile(r"n\s*=\s*(\d{1,6})(?![\w.])", re.IGNORECASE)
_OTHER_FRAME = re.compile(r"wcs[a-z]?|tile\d*")
_NUMBER = re.compile(
    r"""(?P<sign>[-+]?)(?:
        (?P<a>\d+):(?P<b>\d+):(?P<c>\d+(?:\.\d*)?)
      | (?P<h>\d+)h(?P<m>\d+)m(?P<s>\d+(?:\.\d*)?)s
      | (?P<deg>\d+)d(?P<min>\d+)m(?P<sec>\d+(?:\.\d*)?)s
      | (?P<plain>(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?P<unit>["'drpi]?)
    )(?![\w.:"'])""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Number:
    """One number of a shape."""

    value: float
    """The value; of sexagesimal text, degrees or hours."""
    unit: str = ""
    """One of ``" ' d r p i``, ``":"`` for sexagesimal, ``"h"`` for hours, ``"n"`` for a number
    of rings, or nothing."""


@dataclass(frozen=True)
class Statement:
    """One shape as it was written."""

    where: str
    """File and line, for messages."""
    text: str
    """What was written."""
    frame: str
    """Coordinates in force, as DS9 says them; empty where nothing was said."""
    shape: str
    """Name of the shape, in small letters."""
    exclude: bool
    """Whether it takes away."""
    numbers: tuple[Number, ...]
    """Its numbers; empty for shapes that are not supported."""
    joined: bool = False
    """Whether ``||`` follows."""
    mark: str = ""
    """What its properties call it: ``"background"``, a name, or nothing."""


def _broken(where: str, text: str, at: int, why: str) -> InputError:
    char = repr(text[at]) if at < len(text) else "the end"
    return InputError(
        f"Cannot read the region in {where}: {why} at {char} (character {at + 1}) of {text!r}."
        ' Write e.g. circle(321.9358, 56.9439, 150").'
    )


def _number(match: re.Match[str]) -> Number:
    part = match.groupdict()
    sign = -1.0 if part["sign"] == "-" else 1.0
    for names, unit in (
        (("a", "b", "c"), ":"),
        (("h", "m", "s"), "h"),
        (("deg", "min", "sec"), "d"),
    ):
        if part[names[0]] is not None:
            whole, minutes, seconds = (float(part[n]) for n in names)
            return Number(sign * (whole + minutes / 60.0 + seconds / 3600.0), unit)
    return Number(sign * float(part["plain"]), part["unit"].lower())


def number_of(text: str) -> Number | None:
    """Give the one number a text is, or None."""
    match = _NUMBER.fullmatch(text.strip())
    return None if match is None else _number(match)


def _next_number(text: str, at: int, where: str) -> tuple[Number, int]:
    """Read one number of a shape, or how many rings there are; say where it ends."""
    count = _COUNT.match(text, at)
    if count is not None:
        return Number(float(count[1]), "n"), count.end()
    match = _NUMBER.match(text, at)
    if match is None:
        raise _broken(where, text, at, "a number is wrong")
    return _number(match), match.end()


def _numbers(text: str, at: int, where: str) -> tuple[tuple[Number, ...], bool]:
    """Read the numbers of a shape from a place on; say whether ``||`` follows."""
    numbers, opened = list[Number](), text[at : at + 1] == "("
    at += opened
    while at < len(text):
        if text[at] in " \t,":
            at += 1
        elif opened and text[at] == ")":
            rest = text[at + 1 :].strip()
            if rest not in ("", "||", "&"):
                raise _broken(where, text, text.index(rest, at + 1), "something follows the shape")
            return tuple(numbers), rest == "||"
        else:
            number, at = _next_number(text, at, where)
            numbers.append(number)
    if opened:
        raise _broken(where, text, len(text), "a parenthesis is not closed")
    return tuple(numbers), False


def _pieces(text: str) -> Iterator[tuple[int, str, str]]:
    """Give line, statement and mark; of comments only those that hold shapes."""
    usual = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().lstrip("\ufeff")
        if stripped.startswith("#"):
            inner = _STATEMENT.match(stripped[1:])
            if (
                inner
                and inner[2].lower() in OTHER_SHAPES
                and stripped[1 + inner.end() :][:1] == "("
            ):
                yield number, stripped[1:].strip(), ""
            continue
        said, _, properties = stripped.partition("#")
        mark = mark_of(properties) or usual
        for piece in map(str.strip, said.split(";")):
            if piece.lower().startswith("global"):
                usual = mark_of(piece)
            elif piece:
                yield number, piece, mark


def _frame_word(piece: str) -> str:
    """Give the word at the start of a statement if it names coordinates, in small letters."""
    word = _WORD.match(piece)
    name = word[0].lower() if word else ""
    known = name in FRAMES or name in OTHER_FRAMES or _OTHER_FRAME.fullmatch(name)
    return name if known else ""


def statements(text: str, where: str) -> Iterator[Statement]:
    """Give the shapes of a region text, in order.

    Raises
    ------
    InputError
        If a line is broken; it says the line and the character.
    """
    frame = ""
    for line, piece, mark in _pieces(text):
        named = _frame_word(piece)
        frame, rest = named or frame, piece[len(named) :].strip()
        if rest and not named.startswith("tile"):
            yield replace(_statement(rest, frame, f"{where}, line {line}"), mark=mark)


def _statement(piece: str, frame: str, where: str) -> Statement:
    """Read one shape."""
    piece = _KIND_OF_POINT.sub(r"\1", piece, count=1) if _KIND_OF_POINT.match(piece) else piece
    match = _STATEMENT.match(piece)
    if match is None:
        raise _broken(where, piece, 0, "a word is wrong")
    word, exclude = match[2].lower(), match[1] in ("-", "!")
    if word in SHAPES:
        numbers, joined = _numbers(piece, match.end(), where)
        return Statement(where, piece, frame, word, exclude, numbers, joined)
    if word in OTHER_SHAPES:
        return Statement(where, piece, frame, word, exclude, ())
    raise _broken(where, piece, match.start(2), f"{word!r} is no shape that is known")
