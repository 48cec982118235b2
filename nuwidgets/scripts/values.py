"""Values written as Python: what is read back is equal, and the lines are as ruff lays them out."""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, fields, is_dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, get_args

from nuwidgets.domain.band import Band
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.pixel_shapes import PixelShape
from nuwidgets.domain.plot import Rebin
from nuwidgets.domain.region import Region, SkyShape
from nuwidgets.errors import InputError
from nuwidgets.scripts.sections import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PUBLIC = (Band, Grouping, Gti, Region, SkyShape)
"""Types that are names of ``nuwidgets`` itself; others are imported from their module."""
_PIXELS = "nuwidgets.domain.pixel_shapes"
STEP = "    "


@dataclass(frozen=True)
class Raw:
    """Code that stands for itself, such as the name of a variable."""

    code: str
    """The code, one line."""


@dataclass(frozen=True)
class _Brackets:
    """Code with parts that may each have their own line."""

    head: str
    """What opens, e.g. ``"nw.Circle("``."""
    parts: tuple[tuple[str, str | _Brackets], ...]
    """What stands before a part, e.g. ``"ra_deg="``, and the part."""
    tail: str
    """What closes."""

    def __str__(self) -> str:
        inside = ", ".join(f"{name}{part}" for name, part in self.parts)
        lonely = "," if self.head == "(" and len(self.parts) == 1 else ""  # (1,) is a tuple
        return f"{self.head}{inside}{lonely}{self.tail}"


_Code = str | _Brackets


def text(value: str) -> str:
    """Write a text as a literal, with the quotes that need fewer escapes, double if it is equal.

    Examples
    --------
    >>> print(text("the 'Crab'"), text('a "b"'))
    "the 'Crab'" 'a "b"'
    """
    body = repr(str(value) + '"')[1:-2].replace("\\'", "'")  # a " at the end: repr takes '...'
    quote = '"' if value.count('"') <= value.count("'") else "'"
    return f"{quote}{body.replace(quote, chr(92) + quote)}{quote}"


def written(value: object) -> str:
    """Write a value in one line, so that what is read back is equal.

    Raises
    ------
    InputError
        If it is of a type that no setting has.

    Examples
    --------
    >>> written((Band(3, 79), None))
    '(nw.Band(lo_kev=3.0, hi_kev=79.0), None)'
    """
    return str(_code(value))


def setting(value: object, name: str = "") -> object:
    """Give what a user would write: words for a grouping, a pair for a band, a dict for names.

    Parameters
    ----------
    value : object
        What is set.
    name : str
        Name of the setting: ``"parameters"`` of a task are written as a dict.

    Examples
    --------
    >>> written(setting(Grouping("min", 20)))
    '"min 20"'
    >>> written(setting((("saacalc", 3),), "parameters"))
    '{"saacalc": 3}'
    """
    if name == "parameters" and isinstance(value, tuple):
        return dict(value)
    if isinstance(value, Band):
        return (value.lo_kev, value.hi_kev)
    if isinstance(value, Rebin | Grouping):
        return str(value) if type(value).parse(str(value)) == value else value
    if isinstance(value, Region | NamedRegions):
        return _shapes(value)
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    return value


def _shapes(value: Region | NamedRegions) -> object:
    """Give None, a shape or a list of them for a region, and a dict of these for named ones."""
    if isinstance(value, NamedRegions):
        return {name: _shapes(region) for name, region in value.items()}
    shapes = value.shapes
    return None if not shapes else shapes[0] if len(shapes) == 1 else list(shapes)


def assign(target: str, value: object, indent: str = "") -> tuple[str, ...]:
    """Write ``target = value`` in as many lines as it takes."""
    return _laid_out(f"{indent}{target} = ", _code(value), indent)


def call(
    function: str,
    args: Iterable[object] = (),
    named: Mapping[str, object] | None = None,
    *,
    target: str = "",
    indent: str = "",
) -> tuple[str, ...]:
    """Write ``target = function(args, name=value)`` in as many lines as it takes.

    Parameters
    ----------
    function : str
        What is called, e.g. ``"s.add_events"``.
    args, named : values
        What it is called with.
    target : str
        The variable that takes the answer; empty for none.
    indent : str
        What stands before each line.
    """
    start = f"{indent}{target} = " if target else indent
    return _laid_out(start, _call(function, args, named or {}), indent)


def imports(*values: object) -> tuple[str, ...]:
    """Give the lines that import what `written` names, besides ``import nuwidgets as nw``."""
    found: dict[str, set[str]] = {}
    for value in values:
        for kind in _kinds(value):
            found.setdefault(_home(kind), set()).add(kind.__name__)
    lines: list[str] = []
    for module, names in sorted(found.items()):
        inside = tuple(("", name) for name in sorted(names))
        one = f"from {module} import {', '.join(sorted(names))}"
        lines += (
            (one,)
            if len(one) <= WIDTH
            else _laid_out(f"from {module} import ", _Brackets("(", inside, ")"), "")
        )
    return tuple(lines)


def _home(kind: type) -> str:
    """Give the module that a type is taken from; shapes in pixels are in one for all."""
    return _PIXELS if kind in get_args(PixelShape) else kind.__module__


def _kinds(value: object) -> set[type]:
    if isinstance(value, tuple | list):
        return set().union(*map(_kinds, value))
    if not is_dataclass(value) or isinstance(value, type | Raw):
        return set()
    inside = _kinds([getattr(value, field.name) for field in fields(value)])
    return inside if isinstance(value, (*PUBLIC, NamedRegions)) else inside | {type(value)}


def _code(value: object) -> _Code:
    if isinstance(value, Raw):
        return value.code
    if isinstance(value, (*PUBLIC, PixelShape)):
        return _dataclass(value)
    value = setting(value) if isinstance(value, NamedRegions) else value
    if isinstance(value, tuple):
        return _Brackets("(", tuple(("", _code(part)) for part in value), ")")
    if isinstance(value, list):
        return _Brackets("[", tuple(("", _code(part)) for part in value), "]")
    if isinstance(value, dict):
        pairs = ((f"{_code(key)}: ", _code(part)) for key, part in value.items())
        return _Brackets("{", tuple(pairs), "}")
    return _plain(value)


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Integral):
        return repr(int(value))
    if isinstance(value, Real):
        number = float(value)
        return repr(number) if math.isfinite(number) else f'float("{number}")'
    raise InputError(
        f"Cannot write {value!r} as code: scripts carry numbers, texts, tuples, regions, bands,"
        " groupings and good times. Set one of these."
    )


def _dataclass(value: Any) -> _Brackets:
    named = {f.name: getattr(value, f.name) for f in fields(value)}
    told = {f.name: f.default for f in fields(value) if f.default is not MISSING}
    chosen = {n: v for n, v in named.items() if n not in told or told[n] != v}
    name = type(value).__name__
    if isinstance(value, Gti | Region):  # its one field needs no name
        return _call(f"nw.{name}", chosen.values(), {})
    return _call(f"nw.{name}" if isinstance(value, PUBLIC) else name, (), chosen)


def _call(function: str, args: Iterable[object], named: Mapping[str, object]) -> _Brackets:
    parts = [("", _code(value)) for value in args]
    parts += [(f"{name}=", _code(value)) for name, value in named.items()]
    return _Brackets(f"{function}(", tuple(parts), ")")


def _laid_out(start: str, code: _Code, indent: str, end: str = "") -> tuple[str, ...]:
    """Give one line if it fits, else one for each part: with a comma at the end they stay so."""
    line = f"{start}{code}{end}"
    if len(line) <= WIDTH:
        return (line,)
    if isinstance(code, str) or not code.parts:
        return _in_parentheses(start, line, code, indent, end)
    deeper = indent + STEP
    inside = (
        one for name, part in code.parts for one in _laid_out(deeper + name, part, deeper, ",")
    )
    return (f"{start}{code.head}", *inside, f"{indent}{code.tail}{end}")


def _in_parentheses(start: str, line: str, code: _Code, indent: str, end: str) -> tuple[str, ...]:
    """Give a long text of an assignment a line of its own, if that helps."""
    alone = f"{indent}{STEP}{code}"
    if start.endswith(" = ") and not end and len(alone) <= WIDTH:
        return (f"{start}(", alone, f"{indent})")
    return (line,)
