"""grppha's commands: ``bad 0-34 & bad 1910-4095 & group min 30``.

What they do to GROUPING, QUALITY and SYS_ERR is that of grppha 3.0.1 (HEASoft), verified on its own
output. Channels are those of the file's CHANNEL column. Unlike other ways of grouping, ``group A B
STEP`` joins bad channels too, and QUALITY of an earlier grouping stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.grouping import group_min

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Integers

BAD = 5
"""QUALITY of channels that the user calls bad."""
MOST_SETS = 6
"""Ranges that one ``group`` may hold."""
_WORDS = ("group", "bad", "good", "systematics", "reset")
_SILENT = ("exit", "write", "quit", "show")
_RESETS = ("grouping", "quality", "systematics", "all")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


class GroupedColumns(NamedTuple):
    """The columns that grppha changes."""

    grouping: Integers
    """1 starts a bin, -1 continues it, shape (n_channel,)."""
    quality: Integers
    """0 good, 1 bad, 2 left over, 5 bad by choice, shape (n_channel,)."""
    sys_error: Floats | None
    """Fractional systematic error, shape (n_channel,); None for none."""


@dataclass(frozen=True)
class Step:
    """One command."""

    word: str
    """``min``, ``sets``, ``table``, ``bad``, ``good``, ``systematics`` or ``reset``."""
    ranges: tuple[tuple[int, int, float], ...] = ()
    """First and last channel, and the number that belongs to them."""
    text: str = ""
    """Which column is reset, or the file of ranges."""


def parse(commands: str) -> tuple[Step, ...]:
    """Read grppha's commands, joined by ``&``.

    Raises
    ------
    InputError
        A command that is none, or has not what it needs.

    Examples
    --------
    >>> [step.word for step in parse("bad 0-34 & group min 30")]
    ['bad', 'min']
    """
    steps = [_step(part.split(), part.strip()) for part in commands.split("&") if part.strip()]
    found = tuple(step for step in steps if step is not None)
    if not found:
        raise InputError(
            f"Cannot group by grppha with {commands!r}: there is no command. Write for example"
            " 'grppha bad 0-34 & group min 30'."
        )
    return found


def paths(commands: str) -> tuple[str, ...]:
    """Give the files of ranges that commands name (``group file.dat``)."""
    return tuple(step.text for step in parse(commands) if step.word == "table")


def apply(
    steps: tuple[Step, ...],
    counts: Floats,
    columns: GroupedColumns,
    first_channel: int = 0,
    read: Callable[[str], tuple[tuple[int, int, float], ...]] | None = None,
) -> GroupedColumns:
    """Give the columns that grppha would write.

    Parameters
    ----------
    steps : tuple of Step
        What `parse` gave.
    counts : ndarray, shape (n_channel,)
        Source counts.
    columns : GroupedColumns
        Those of the file.
    first_channel : int
        Number of the first channel.
    read : callable, optional
        Gives the ranges of a file by its path.

    Raises
    ------
    InputError
        Channels that are not there, or a file of ranges and nobody who reads it.
    """
    for step in steps:
        ranges = step.ranges
        if step.word == "table":
            if read is None:
                raise InputError(f"Cannot group by the file {step.text!r}: it cannot be read here.")
            ranges = read(step.text)
        columns = _done(step, _indices(step, ranges, first_channel, counts.size), counts, columns)
    return columns


def _step(words: list[str], text: str) -> Step | None:
    word = next((w for w in (*_WORDS, *_SILENT) if w.startswith(words[0].lower())), "")
    if not word:
        raise InputError(f"grppha has no command {words[0]!r} here. {nearest(words[0], _WORDS)}")
    if word in _SILENT:
        return None
    rest = words[1:]
    if word == "reset" and len(rest) == 1:
        what = next((name for name in _RESETS if name.startswith(rest[0].lower())), "")
        if what:
            return Step("reset", text=what)
    if word == "group":
        return _group(rest, text)
    if word in ("bad", "good", "systematics"):
        return _marks(word, rest, text)
    raise _refused(text, "reset takes grouping, quality, systematics or all")


def _group(rest: list[str], text: str) -> Step:
    if len(rest) == 2 and rest[0].lower() == "min" and _positive(rest[1]):  # noqa: PLR2004
        return Step("min", ((0, -1, float(rest[1])),))
    numbers = [int(word) for word in rest if word.isdigit()]
    if numbers and len(numbers) == len(rest) and len(rest) % 3 == 0:
        sets = tuple(
            (lo, hi, float(step))
            for lo, hi, step in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        )
        if len(sets) <= MOST_SETS and all(lo <= hi and step >= 1 for lo, hi, step in sets):
            return Step("sets", sets)
    if len(rest) == 1 and not rest[0].isdigit():
        return Step("table", text=rest[0])
    raise _refused(text, "group takes 'min 20', 'FIRST LAST STEP' up to six times, or a file")


def _marks(word: str, rest: list[str], text: str) -> Step:
    """Read ranges of channels, with an error for systematics."""
    value = 0.0
    if word == "systematics":
        if len(rest) < 2 or not _positive(rest[-1]):  # noqa: PLR2004
            raise _refused(text, "systematics takes channels and a fraction, e.g. '0-99 0.02'")
        rest, value = rest[:-1], float(rest[-1])
    matches = [_RANGE.fullmatch(one) for one in rest]
    ranges = tuple((int(m[1]), int(m[2] or m[1]), value) for m in matches if m)
    all_read = len(ranges) == len(rest) and all(lo <= hi for lo, hi, _ in ranges)
    if not all_read or (word == "bad" and not ranges):
        raise _refused(text, f"{word} takes channels, e.g. '{word} 0-34'")
    return Step(word, ranges)


def _positive(word: str) -> bool:
    try:
        return 0 < float(word) < float("inf")
    except ValueError:
        return False


def _refused(text: str, why: str) -> InputError:
    return InputError(f"Cannot group by grppha with {text!r}: {why}.")


def _indices(
    step: Step, ranges: tuple[tuple[int, int, float], ...], first: int, n: int
) -> tuple[tuple[int, int, float], ...]:
    """Give ranges as indices [first, past the last)."""
    if step.word == "min":
        return ranges
    if not ranges and step.word == "good":
        return ((0, n, 0.0),)
    for lo, hi, _ in ranges:
        if not first <= lo <= hi < first + n:
            raise InputError(
                f"Cannot group channels {lo} to {hi} by grppha: the spectrum has channels {first}"
                f" to {first + n - 1}."
            )
    return tuple((lo - first, hi - first + 1, number) for lo, hi, number in ranges)


def _done(
    step: Step,
    ranges: tuple[tuple[int, int, float], ...],
    counts: Floats,
    columns: GroupedColumns,
) -> GroupedColumns:
    grouping, quality = columns.grouping.copy(), columns.quality.copy()
    error = columns.sys_error
    if step.word == "min":
        made = group_min(counts, ranges[0][2], quality)
        return GroupedColumns(made.grouping, made.quality, error)
    if step.word == "reset":
        return _reset(step.text, columns)
    for lo, past, number in ranges:
        if step.word in ("sets", "table"):
            _join(grouping, lo, past, int(number))
        elif step.word == "systematics":
            error = np.zeros(counts.size) if error is None else error.copy()
            error[lo:past] = number
        else:
            quality[lo:past] = BAD if step.word == "bad" else 0
    return GroupedColumns(grouping, quality, error)


def _join(grouping: Integers, lo: int, past: int, step: int) -> None:
    """Join every `step` channels; those that are left over stay alone."""
    whole = (past - lo) // step * step
    grouping[lo:past] = 1
    if step > 1:
        grouping[lo : lo + whole] = -1
        grouping[lo : lo + whole : step] = 1


def _reset(what: str, columns: GroupedColumns) -> GroupedColumns:
    grouping, quality, error = columns
    return GroupedColumns(
        np.ones_like(grouping) if what in ("grouping", "all") else grouping,
        np.zeros_like(quality) if what in ("quality", "all") else quality,
        None if what in ("systematics", "all") else error,
    )
