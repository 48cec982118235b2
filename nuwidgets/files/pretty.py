"""JSON that a person can read: what fits into a line is in one."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH, ROW_WIDTH = 140, 280
"""Longest line, and longest line of an object that holds plain values alone: a row of a table."""
_encoded = json.JSONEncoder(allow_nan=False, ensure_ascii=False).encode


def pretty(value: Any, indent: int = 0) -> str:
    """Give JSON text; numbers exact, texts in Unicode.

    Raises
    ------
    FileError, ValueError, TypeError
        If the value is nothing that JSON can hold.

    Examples
    --------
    >>> print(pretty({"a": [1, 2], "b": {}}))
    {"a": [1, 2], "b": {}}
    """
    if not isinstance(value, dict | list) or not value:
        return _leaf(value)
    if isinstance(value, dict):
        parts = [f"{_name(name)}: {pretty(part, indent + 1)}" for name, part in value.items()]
        opens, closes = "{", "}"
    else:
        parts = [pretty(part, indent + 1) for part in value]
        opens, closes = "[", "]"
    length = sum(map(len, parts)) + 2 * len(parts) + indent
    parts_are_plain = not any(isinstance(part, dict | list) for part in _parts(value))
    if parts_are_plain and isinstance(value, list) and length > ROW_WIDTH:
        parts = list(_filled(parts, WIDTH - indent))
    elif length <= (ROW_WIDTH if parts_are_plain else WIDTH) and not any(
        "\n" in part for part in parts
    ):
        return f"{opens}{', '.join(parts)}{closes}"
    gap = "\n" + " " * (indent + 1)
    end = "\n" + " " * indent
    return f"{opens}{gap}{f',{gap}'.join(parts)}{end}{closes}"


def _filled(parts: list[str], width: int) -> Iterator[str]:
    """Give lines of as many values as they hold, so that a column of a table is a few of them."""
    line: list[str] = []
    length = 0
    for part in parts:
        if line and length + len(part) > width:
            yield ", ".join(line)
            line, length = [], 0
        line.append(part)
        length += len(part) + 2
    yield ", ".join(line)


def _parts(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise FileError(f"Cannot write {name!r} down as a name: it is no text.")
    return _leaf(name)


def _leaf(value: Any) -> str:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return repr(value)  # as JSON has it, and quicker
    text = _encoded(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # the name of a file may hold bytes that are no Unicode
        return json.dumps(value)
    return text
