"""Expressions over columns that choose good times: read by a small grammar, never executed.

The grammar is the part of CFITSIO's row filters (its User's Guide, "Row Filtering
Specification") that maketime's expressions need: arithmetic, comparisons in C's and Fortran's
spelling, ``x = lo:hi`` for a range with both ends, and some functions. As there, names are the
same in capitals, ``!`` and the minus sign bind most closely, and where a value is missing,
nothing is true of it.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.filter_tokens import Token, refused, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nuwidgets.domain.arrays import Floats, Mask

    Columns = Mapping[str, Floats]

DEEPEST = 40
"""Brackets may be nested so deeply."""
MOST_SHOWN = 12
"""So many names of columns are given where one is unknown."""
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"), ("^",),
)  # fmt: skip
_COMPARING = (2, 3)
_CONSTANTS = {"T": 1.0, "TRUE": 1.0, "F": 0.0, "FALSE": 0.0}


def _both(a: Floats, b: Floats) -> Floats:
    return np.where((a == 0) | (b == 0), 0.0, _truth(a) * _truth(b))


def _either(a: Floats, b: Floats) -> Floats:
    return 1.0 - _both(1.0 - _truth(a), 1.0 - _truth(b))


def _truth(a: Floats) -> Floats:
    return np.where(np.isnan(a), np.nan, a != 0)


def _comparing(compare: Callable[[Floats, Floats], Mask]) -> Callable[[Floats, Floats], Floats]:
    def known(a: Floats, b: Floats) -> Floats:
        return np.where(np.isnan(a) | np.isnan(b), np.nan, compare(a, b))

    return known


_TWO: dict[str, Callable[..., Any]] = {
    "||": _either, "&&": _both, "^": np.power, "%": np.fmod,
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": np.divide,
    "==": _comparing(operator.eq), "!=": _comparing(operator.ne), "<": _comparing(operator.lt),
    "<=": _comparing(operator.le), ">": _comparing(operator.gt), ">=": _comparing(operator.ge),
}  # fmt: skip
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "ABS": (1, np.abs), "SQRT": (1, np.sqrt), "EXP": (1, np.exp), "LOG": (1, np.log),
    "LOG10": (1, np.log10), "SIN": (1, np.sin), "COS": (1, np.cos), "TAN": (1, np.tan),
    "FLOOR": (1, np.floor), "CEIL": (1, np.ceil), "ROUND": (1, np.rint),
    "MIN": (2, np.minimum), "MAX": (2, np.maximum),
    "NEAR": (3, lambda a, b, apart: _TWO["<="](np.abs(a - b), apart)),
    "ISNULL": (1, lambda a: np.isnan(a).astype(float)),
    "DEFNULL": (2, lambda a, b: np.where(np.isnan(a), b, a)),
}  # fmt: skip


@dataclass(frozen=True)
class _Node:
    """A part of an expression: a value, a column, or what is done with other parts."""

    text: str
    """The column's name, or the operation."""
    parts: tuple[_Node, ...] = ()
    place: int = 0
    value: float | None = None

    def names(self) -> Iterator[tuple[str, int]]:
        if self.value is None and not self.parts:
            yield self.text, self.place
        for part in self.parts:
            yield from part.names()

    def compute(self, columns: Columns) -> Any:
        if self.value is not None:
            return np.float64(self.value)
        if not self.parts:
            return np.asarray(columns[self.text], float)
        values = [part.compute(columns) for part in self.parts]
        if self.text == "!":
            return 1.0 - _truth(values[0])
        if self.text == "negative":
            return -values[0]
        known = _TWO.get(self.text) or _FUNCTIONS[self.text][1]
        return known(*values)

    @property
    def is_answer(self) -> bool:
        """Whether it says yes or no; of a column alone that is not known."""
        asks = ("!", "&&", "||", "NEAR", "ISNULL", *_LEVELS[2], *_LEVELS[3])
        return self.text in asks or not self.parts


@dataclass(frozen=True)
class FilterExpression:
    """An expression that was read."""

    text: str
    """As it was written."""
    tree: _Node
    """Its parts."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns it needs, in capitals, in their order, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.tree.names()))

    def check(self, known: tuple[str, ...], where: str) -> None:
        """Refuse columns that are not known.

        Raises
        ------
        InputError
            If there is one; the known names are listed, nearest first.
        """
        for name, place in self.tree.names():
            if name not in known:
                raise InputError(
                    f"Cannot use the expression {self.text!r}: {name!r}, at letter {place}, is no"
                    f" column of {where}. {nearest_few(name, known)}"
                )

    def holds(self, columns: Columns) -> Mask:
        """Say for each row whether the expression is true, shape (n,); not where it is unknown."""
        with np.errstate(all="ignore"):
            answer = self.tree.compute(columns)
        good: Mask = np.nan_to_num(_truth(np.asarray(answer))) == 1
        return good


def nearest_few(name: str, known: tuple[str, ...]) -> str:
    """List the names nearest to one, for the end of an error message."""
    said = nearest(name, known)
    names = said.split(", ")
    return said if len(names) <= MOST_SHOWN else f"{', '.join(names[:MOST_SHOWN])} ..."


def parse_filter(text: str) -> FilterExpression:
    """Read an expression over columns.

    Raises
    ------
    InputError
        If it cannot be read; the place is said.

    Examples
    --------
    >>> parse_filter("ELV.gt.3 && (slew == 0 || !OCCULTED)").names
    ('ELV', 'SLEW', 'OCCULTED')
    """
    reader = _Reader(text)
    tree = reader.level(0)
    if reader.now.kind != "end":
        raise reader.wrong("an operator such as && or <")
    if not tree.is_answer:
        raise refused(text, 1, "it gives a number, not yes or no")
    if not any(True for _ in tree.names()):
        raise refused(text, 1, "it names no column")
    return FilterExpression(text, tree)


class _Reader:
    """Goes through the words of an expression."""

    def __init__(self, text: str) -> None:
        self.text, self._tokens, self._at, self._depth = text, tokens_of(text), 0, 0

    @property
    def now(self) -> Token:
        return self._tokens[self._at]

    def wrong(self, wanted: str) -> InputError:
        said = self.now.text if self.now.kind == "end" else repr(self.now.text)
        return refused(self.text, self.now.place, f"{said} stands where {wanted} should")

    def take(self, *signs: str) -> str:
        """Give the sign of now if it is one of these, and go on; else nothing."""
        if self.now.kind == "sign" and self.now.text in signs:
            self._at += 1
            return self._tokens[self._at - 1].text
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise self.wrong(repr(sign))

    def level(self, number: int) -> _Node:
        """Read what binds at least as closely as a level of operators."""
        if number == len(_LEVELS):
            return self.single()
        left = self.level(number + 1)
        if number == _COMPARING[-1] and self.take("="):
            return self._range(left)
        seen = ""
        while sign := self.take(*_LEVELS[number]):
            if seen and number in _COMPARING:
                why = f"{seen!r} and {sign!r} compare three values; join two comparisons by &&"
                raise refused(self.text, self._tokens[self._at - 1].place, why)
            left, seen = _Node(sign, (left, self.level(number + 1))), sign
        return left

    def _range(self, value: _Node) -> _Node:
        lo = self.level(_COMPARING[-1] + 1)
        if not self.take(":"):
            raise self.wrong("':' of a range, as in x = 1:5 (equal is ==),")
        hi = self.level(_COMPARING[-1] + 1)
        return _Node("&&", (_Node(">=", (value, lo)), _Node("<=", (value, hi))))

    def single(self) -> _Node:
        """Read a value, a column, a function, or an expression in brackets."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise refused(self.text, self.now.place, "it is nested too deeply")
        node = self._single()
        self._depth -= 1
        return node

    def _single(self) -> _Node:
        if sign := self.take("!", "-", "+"):
            inner = self.single()
            return inner if sign == "+" else _Node("!" if sign == "!" else "negative", (inner,))
        if self.take("("):
            inner = self.level(0)
            self.need(")")
            return inner
        token = self.now
        if token.kind not in ("number", "name"):
            raise self.wrong("a column, a number or a bracket")
        self._at += 1
        if token.kind == "number":
            return _Node("", value=float(token.text.lower().replace("d", "e")), place=token.place)
        return self._function(token) if self.take("(") else self._column(token)

    def _column(self, token: Token) -> _Node:
        name = token.text
        if self.take("["):
            if not (self.now.kind == "number" and self.now.text.isdigit()):
                raise self.wrong("the number of an element, from 1,")
            name = f"{name}[{int(self.now.text)}]"
            self._at += 1
            self.need("]")
        if name in _CONSTANTS:
            return _Node("", value=_CONSTANTS[name], place=token.place)
        return _Node(name, place=token.place)

    def _function(self, token: Token) -> _Node:
        if token.text not in _FUNCTIONS:
            known = nearest(token.text, _FUNCTIONS).rstrip(".")
            raise refused(self.text, token.place, f"there is no function {token.text}. {known}")
        needed = _FUNCTIONS[token.text][0]
        parts = [self.level(0)]
        while self.take(","):
            parts.append(self.level(0))
        self.need(")")
        if len(parts) != needed:
            why = f"{token.text} takes {needed} values, not {len(parts)}"
            raise refused(self.text, token.place, why)
        return _Node(token.text, tuple(parts), token.place)
