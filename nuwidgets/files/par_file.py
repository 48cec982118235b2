"""Parameter files of HEASoft: which parameters a task has, and what they may be."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError, InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from nuwidgets.domain.task import Parameters, Plain

YES, NO = ("yes", "y", "true", "t", "1"), ("no", "n", "false", "f", "0")
UNDEFINED = "INDEF"
"""A number that is not set."""
_LEAST_FIELDS, _FIELDS = 6, 7
_BEHIND = re.compile(r"(?:\[.*|\+\d+)$", re.DOTALL)  # CFITSIO's extensions and filters
_WORDS = {"b": "yes or no", "i": "a whole number", "r": "a number", "s": "a text", "f": "a file"}


@dataclass(frozen=True)
class ParParameter:
    """One parameter of a task."""

    name: str
    """Its name."""
    kind: str
    """``"b"`` yes or no, ``"i"`` whole number, ``"r"`` number, ``"s"`` text, ``"f"`` file."""
    mode: str
    """``"a"`` is asked for, ``"q"`` always, ``"h"`` never; with ``"l"`` the answer is learned."""
    default: Plain
    """Its default; None for a number without one."""
    lo: float | None
    """The least that it may be; None without a limit."""
    hi: float | None
    """The most that it may be; None without a limit."""
    choices: tuple[str, ...]
    """What it may be, where there is a list."""
    prompt: str
    """What it is, in words."""

    @property
    def right(self) -> str:
        """What would be right, in words, e.g. ``"a whole number from 1 to 3"``."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        words = _WORDS[self.kind]
        if self.lo is None and self.hi is None:
            return words
        if self.lo is not None and self.hi is not None:
            return f"{words} from {self.lo:g} to {self.hi:g}"
        return f"{words}, at least {self.lo:g}" if self.hi is None else f"{words} up to {self.hi:g}"

    def check(self, value: object) -> Plain:
        """Give a value as the parameter's type.

        Raises
        ------
        InputError
            If it may not be that; the message says what would be right.
        """
        try:
            typed = _typed(value, self.kind)
        except (ValueError, TypeError, OverflowError) as error:
            raise self._refusal(value) from error
        if typed == UNDEFINED:
            return typed
        if self.choices:
            return self._chosen(typed, value)
        number = typed if self.kind in "ir" and isinstance(typed, (int, float)) else None
        if number is not None and not self._within(number):
            raise self._refusal(value)
        return typed

    def _within(self, number: float) -> bool:
        low = self.lo is None or number >= self.lo
        return low and (self.hi is None or number <= self.hi)

    def _chosen(self, typed: Plain, value: object) -> Plain:
        for choice in self.choices:
            if _same(choice, typed, self.kind):
                return _typed(choice, self.kind)
        raise self._refusal(value)

    def _refusal(self, value: object) -> InputError:
        return InputError(
            f"Cannot set {self.name!r} to {value!r}: it takes {self.right}. Give such a value."
        )


@dataclass(frozen=True)
class ParFile:
    """All parameters of a task."""

    task: str
    """Its name."""
    parameters: tuple[ParParameter, ...]
    """Its parameters, in the order of the file."""

    @property
    def by_name(self) -> dict[str, ParParameter]:
        """The parameters by name."""
        return {parameter.name: parameter for parameter in self.parameters}

    def check(self, given: Mapping[str, object]) -> Parameters:
        """Give values with their types, in the order in which they are given.

        Raises
        ------
        InputError
            If the task has no such parameter, or it may not be that.
        """
        known = self.by_name
        for name in given:
            if name not in known:
                raise InputError(f"{self.task} has no parameter {name!r}. {nearest(name, known)}")
        return tuple((name, known[name].check(value)) for name, value in given.items())


def file_of(value: str) -> str:
    """Give the file that a value names: without the mark of a list, extensions and filters.

    Examples
    --------
    >>> file_of("@all.lis"), file_of("a.evt[EVENTS][PI > 35]"), file_of("a.evt+1")
    ('all.lis', 'a.evt', 'a.evt')
    """
    return _BEHIND.sub("", value.removeprefix("@"))


def whole_path(value: str) -> str:
    """Give a value with the file it names as a whole path, if it is there; tasks run elsewhere.

    The mark of a list, extensions and filters stay; links are not followed.
    """
    at, bare = ("@", value[1:]) if value.startswith("@") else ("", value)
    place = file_of(value)
    try:
        if not place or not Path(place).exists():
            return value
    except (OSError, ValueError):  # too long to be a file
        return value
    return at + os.path.abspath(place) + bare[len(place) :]  # noqa: PTH100  keeps links


def read_par_file(path: str | PathLike[str]) -> ParFile:
    """Read a parameter file.

    A line is ``name,type,mode,default,least,most,prompt``; texts may be quoted; where a list of
    choices is meant, it stands in place of the least, with ``|`` between. Lines that are none are
    passed over, as heasoftpy does.

    Raises
    ------
    FileError
        If it cannot be read, or says nothing.
    """
    place = Path(path)
    try:
        text = place.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise FileError(
            f"Cannot read the parameter file {str(place)!r}: {error}. Check the name of the task"
            " and HEADAS."
        ) from error
    found = tuple(filter(None, map(_parameter, text.splitlines())))
    if not found:
        raise FileError(
            f"{str(place)!r} is no parameter file: it has no line name,type,mode,default,... Check"
            " HEADAS."
        )
    return ParFile(place.stem, found)


def _parameter(line: str) -> ParParameter | None:
    if line.lstrip().startswith("#") or line.count(",") < _LEAST_FIELDS - 1:
        return None
    fields = _split(line)
    if len(fields) < _LEAST_FIELDS:
        return None
    name, kind, mode, default, least, most, prompt = [*fields, ""][:_FIELDS]
    kind = _kind_of(kind)
    choices = tuple(part.strip() for part in least.split("|")) if "|" in least else ()
    return ParParameter(
        name,
        kind,
        mode.lower(),
        _default(default, kind),
        None if choices else _limit(least, kind),
        None if choices else _limit(most, kind),
        choices,
        prompt,
    )


def _split(line: str) -> list[str]:
    """Give the fields of a line without their quotes; the last takes all that is left."""
    fields: list[str] = []
    rest = line.strip()
    while len(fields) < _FIELDS - 1:
        quote = rest[:1] if rest[:1] in ('"', "'") else ""
        end = rest.find(quote, 1) if quote else -1
        comma = rest.find(",", end + 1 if end > 0 else 0)
        if comma < 0:
            break
        fields.append(_bare(rest[:comma]))
        rest = rest[comma + 1 :].lstrip()
    return [*fields, _bare(rest)]


def _bare(field: str) -> str:
    field = field.strip()
    if field[:1] in ('"', "'"):
        quote = field[0]
        return field[1:-1] if field[1:].endswith(quote) else field[1:]
    return field


def _kind_of(word: str) -> str:
    first = word.strip().lower()[:1]
    return first if first and first in _WORDS else "s"


def _default(text: str, kind: str) -> Plain:
    if text == "" and kind in "bir":
        return None
    try:
        return _typed(text, kind)
    except ValueError:
        return text  # an expression, or another parameter's name: the task knows


def _limit(text: str, kind: str) -> float | None:
    if kind not in "ir" or not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _typed(value: object, kind: str) -> Plain:
    """Give a value as a type; an InputError, or Python's own, if it cannot be that."""
    if kind == "b":
        return _truth(value)
    if kind in "sf":
        return "NONE" if value is None else str(value)
    if isinstance(value, str) and value.strip().upper() == UNDEFINED:
        return UNDEFINED
    if isinstance(value, bool):
        raise InputError("a truth is no number")
    number = float(value)  # type: ignore[arg-type]  # what is none raises here
    if math.isnan(number) or (kind == "i" and not number.is_integer()):
        raise InputError("no such number")
    return int(number) if kind == "i" else number


def _truth(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in (*YES, *NO):
        raise InputError("neither yes nor no")
    return word in YES


def _same(choice: str, typed: Plain, kind: str) -> bool:
    if kind not in "ir":
        return choice.lower() == str(typed).lower()
    try:
        return float(choice) == float(str(typed))
    except ValueError:
        return False
