"""Conditions of a query, as functions of a row: places on the sky, comparisons, and, or.

As in the archive's own database a text is compared only with a text: ``obsid = 60001110002``
without quotes is refused. A cell that is null fulfils no condition but ``IS NULL``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError
from nuwidgets.simulation.server.sky import Position, in_box, in_polygon, separation_deg
from nuwidgets.simulation.server.tables import Cell

if TYPE_CHECKING:
    from nuwidgets.simulation.server.tables import ArchiveColumn
    from nuwidgets.simulation.server.words import Words

Row = Mapping[str, Cell]
Condition = Callable[[Row], bool]
Point = Callable[[Row], Position | None]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_CASES = {"UPPER": str.upper, "LOWER": str.lower}
_MIN_CORNERS = 3


def read_condition(words: Words) -> Condition:
    """Read all that follows WHERE.

    Raises
    ------
    InputError
        If it cannot be read, or compares what cannot be compared.
    """
    parts = [_read_both(words)]
    while words.took("OR"):
        parts.append(_read_both(words))
    return lambda row: any(part(row) for part in parts)


def read_point(words: Words) -> Point:
    """Read POINT('ICRS', ra, dec), of columns or of numbers, deg."""
    words.expect("POINT", "(")
    words.text()
    words.expect(",")
    ra = _read_coordinate(words)
    words.expect(",")
    dec = _read_coordinate(words)
    words.expect(")")

    def give(row: Row) -> Position | None:
        ra_deg, dec_deg = ra(row), dec(row)
        return None if ra_deg is None or dec_deg is None else (float(ra_deg), float(dec_deg))

    return give


def _read_coordinate(words: Words) -> Callable[[Row], Cell]:
    if words.kind == "number":
        number = words.number()
        return lambda _row: number
    return operator.itemgetter(words.column().name)


def _read_both(words: Words) -> Condition:
    parts = [_read_one(words)]
    while words.took("AND"):
        parts.append(_read_one(words))
    return lambda row: all(part(row) for part in parts)


def _read_one(words: Words) -> Condition:
    if words.took("("):
        inner = read_condition(words)
        words.expect(")")
        return inner
    if words.took("CONTAINS", "("):
        return _read_place(words)
    return _read_comparison(words)


def _read_place(words: Words) -> Condition:
    """Read the rest of CONTAINS(point, shape) = 1."""
    point = read_point(words)
    words.expect(",")
    shape = words.name()
    words.expect("(")
    words.text()
    numbers = []
    while words.took(","):
        numbers.append(words.number())
    words.expect(")", ")", "=", "1")
    inside = _inside(shape, numbers)
    return lambda row: (here := point(row)) is not None and inside(here)


def _inside(shape: str, numbers: list[float]) -> Callable[[Position], bool]:
    """Give the function that says whether a position is in a shape of these numbers, deg."""
    centre = tuple(numbers[:2])
    if shape == "circle" and len(numbers) == len(("ra", "dec", "radius")):
        return lambda here: separation_deg(here, centre) <= numbers[2]  # type: ignore[arg-type]
    if shape == "box" and len(numbers) == len(("ra", "dec", "width", "height")):
        return lambda here: in_box(here, centre, *numbers[2:])  # type: ignore[arg-type]
    if shape == "polygon" and len(numbers) >= 2 * _MIN_CORNERS and len(numbers) % 2 == 0:
        corners = list(zip(numbers[::2], numbers[1::2], strict=True))
        return lambda here: in_polygon(here, corners)
    raise InputError(
        f"There is no shape {shape!r} of {len(numbers)} numbers. Give CIRCLE of 3, BOX of 4 or"
        " POLYGON of 6, 8, ... numbers."
    )


def _read_comparison(words: Words) -> Condition:
    """Read a column and what it is compared with."""
    case = next((change for name, change in _CASES.items() if words.took(name, "(")), None)
    column = words.column()
    if case is not None:
        words.expect(")")
    if words.took("IS"):
        is_negated = words.took("NOT")
        words.expect("NULL")
        return lambda row: (row[column.name] is None) != is_negated
    return _of_value(column, case, _read_test(words, column))


def _of_value(
    column: ArchiveColumn, case: Callable[[str], str] | None, test: Callable[[Any], bool]
) -> Condition:
    """Test a column's cells that are not null, in capitals or not."""

    def holds(row: Row) -> bool:
        value = row[column.name]
        if value is None:
            return False
        return test(value if case is None else case(str(value)))

    return holds


def _read_test(words: Words, column: ArchiveColumn) -> Callable[[Any], bool]:
    """Read what a value that is not null is tested for."""
    sign = next((sign for sign in _SIGNS if words.took(sign)), None)
    if sign is not None:
        compare, value = _SIGNS[sign], _read_value(words, column)
        return lambda cell: compare(cell, value)
    is_negated = words.took("NOT")
    if words.took("BETWEEN"):
        lo = _read_value(words, column)
        words.expect("AND")
        hi = _read_value(words, column)
        return lambda cell: (lo <= cell <= hi) != is_negated
    if words.took("LIKE"):
        pattern = _like(words.text())
        return lambda cell: bool(pattern.fullmatch(str(cell))) != is_negated
    words.expect("IN", "(")
    values = [_read_value(words, column)]
    while words.took(","):
        values.append(_read_value(words, column))
    words.expect(")")
    return lambda cell: (cell in values) != is_negated


def _read_value(words: Words, column: ArchiveColumn) -> Any:
    """Read a value that a column's cells can be compared with."""
    if column.datatype == "char":
        if words.kind != "text":
            raise InputError(
                f"Cannot compare {column.name}, which is a text, with a number. Write the value in"
                " quotes: '...'."
            )
        return words.text()
    if words.kind == "number":
        return words.number()
    text = words.text()
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            f"Cannot compare {column.name}, which is a number, with {text!r}. Give a number."
        ) from error


def _like(text: str) -> re.Pattern[str]:
    """Give the pattern of LIKE: % is any characters, _ is one."""
    marks = {"%": ".*", "_": "."}
    return re.compile("".join(marks.get(c, re.escape(c)) for c in text), re.DOTALL)
