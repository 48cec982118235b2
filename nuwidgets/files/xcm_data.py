"""The spectra of an XSPEC state file: their files, data groups, responses and backgrounds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError
from nuwidgets.files.xcm_state import XcmSpectrum
from nuwidgets.files.xcm_words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

NONE = ("none", "/*")
"""What takes a file away."""
MOST = 10_000
"""Spectra that a file may name."""
MOST_NAMED = 10 * MOST
"""Rows that it may name, again and again."""
MOST_SOURCES = 1000
"""Sources of a spectrum."""
_ROWS = re.compile(r"(.*?)\{([^{}]*)\}(.*)")
_NUMBER = re.compile(r"(?:(\d{1,6}):)?(\d{1,6})(\{[\d,\s*-]+\})?")


class Data:
    """The spectra met so far, by number."""

    def __init__(self) -> None:
        self._spectra: dict[int, XcmSpectrum] = {}
        self._n_named = 0

    @property
    def all(self) -> tuple[XcmSpectrum, ...]:
        """The spectra in the order of their numbers."""
        return tuple(self._spectra[number] for number in sorted(self._spectra))

    def load(self, text: str) -> None:
        """Take a ``data`` command, e.g. ``1:1 a.pha 2:2 b.pha{3}``.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        group, number = 1, 0
        for place, file, rows in self._files(text):
            group, number = (place[0] or group, place[1]) if place else (group, number + 1)
            if file.lower() in NONE:
                for known in [n for n in self._spectra if n >= number]:
                    del self._spectra[known]
                continue
            for row in rows or (0,):
                if not 1 <= number <= MOST:
                    raise InputError(f"{number} is no number of a spectrum")
                self._spectra[number] = XcmSpectrum(file, group, row)
                number += 1
            number -= 1

    def response(self, text: str) -> None:
        """Take a ``response`` command, e.g. ``1 a.rmf`` or ``2:1 b.rmf`` (source 2 of spectrum 1).

        Raises
        ------
        InputError
            If it cannot be read, or names a spectrum that is not there.
        """
        self._responses(text, "rmf")

    def arf(self, text: str) -> None:
        """Take an ``arf`` command; raises as `response`."""
        self._responses(text, "arf")

    def _responses(self, text: str, what: str) -> None:
        for source, number, file, _ in self._each(text):
            old, named = self._spectra[number], _none_or(file)
            own = old.response(source)
            new = replace(own, rmf=named) if what == "rmf" else replace(own, arf=named)
            others = [one for one in old.responses if one.source != source]
            ordered = tuple(sorted((*others, new), key=lambda one: one.source))
            self._spectra[number] = replace(old, responses=ordered)

    def background(self, text: str) -> None:
        """Take a ``backgrnd`` command, e.g. ``1 bkg.pha{2}``; raises as `response`."""
        for _, number, file, rows in self._each(text):
            changed: dict[str, Any] = {"background": _none_or(file)}
            changed["background_row"] = rows[0] if rows else 0
            self._spectra[number] = replace(self._spectra[number], **changed)

    def _each(self, text: str) -> Iterator[tuple[int, int, str, tuple[int, ...]]]:
        source, number = 1, 0
        for place, file, rows in self._files(text):
            source, number = (place[0] or 1, place[1]) if place else (source, number + 1)
            if number not in self._spectra:
                raise InputError(f"there is no spectrum {number}")
            if source > MOST_SOURCES:
                raise InputError(f"{source} is no number of a source")
            yield source, number, file, rows

    def _files(self, text: str) -> Iterator[tuple[tuple[int, int] | None, str, tuple[int, ...]]]:
        """Give files as `_files` does, as long as there are not too many."""
        for place, file, rows in _files(text):
            self._n_named += max(len(rows), 1)
            if self._n_named > MOST_NAMED:
                raise InputError("there are more files than any fit needs")
            yield place, file, rows


def _none_or(file: str) -> str:
    return "none" if file.lower() in NONE else file


def _files(text: str) -> Iterator[tuple[tuple[int, int] | None, str, tuple[int, ...]]]:
    """Give each file with what stands before it: a number, or two with a colon; 0 for none."""
    place: tuple[int, int] | None = None
    before: tuple[int, ...] = ()
    for word in words(text):
        if match := _NUMBER.fullmatch(word):
            place = (int(match[1] or 0), int(match[2]))
            before = _rows(match[3].strip("{}")) if match[3] else ()
            continue
        rows = _ROWS.fullmatch(word)
        file, of_file = (rows[1] + rows[3], _rows(rows[2])) if rows else (word, ())
        yield place, file, of_file or before
        place, before = None, ()
    if place:
        raise InputError("a file is missing after the last number")


def _rows(text: str) -> tuple[int, ...]:
    """Give rows such as ``1,3-5``.

    Raises
    ------
    InputError
        If they are no numbers.
    """
    found: list[int] = []
    for part in re.split(r"[\s,]+", text.strip()):
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= MOST:
            raise InputError(f"rows {text!r} are no numbers such as 1,3-5")
        found += range(first, last + 1)
    return tuple(found)
