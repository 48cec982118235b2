"""Ranges that are left out of a fit, as calls of PyXspec's ignore and notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORDS = {"notice": "notice", "no": "notice", "ignore": "ignore", "ig": "ignore"}


def ignore_lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Write ranges in XSPEC's syntax, in their order.

    Examples
    --------
    >>> for line in ignore_lines(["bad **-3. 79.-** notice 2:1.5-2."]):
    ...     print(line)
    xspec.AllData.ignore("bad")
    xspec.AllData.ignore("**-3. 79.-**")
    xspec.AllData.notice("2:1.5-2.")
    """
    return tuple(line for one in texts for line in _calls(one))


def _calls(given: str) -> Iterator[str]:
    word, spectra, ranges = "ignore", "", list[str]()
    for piece in re.findall(r"[^\s,]+", given):
        selector, colon, rest = piece.rpartition(":")
        spectra = f"{selector}:" if colon else spectra
        if piece.lower() in WORDS or rest.lower() == "bad":
            yield from _call(word, ranges)
            ranges = []
        if rest.lower() == "bad":
            yield from _bad(word, spectra)
        elif piece.lower() in WORDS:
            word = WORDS[piece.lower()]
        elif rest:
            ranges.append(_pointed(rest) if ranges and not colon else spectra + _pointed(rest))
    yield from _call(word, ranges)


def _call(word: str, ranges: list[str]) -> Iterator[str]:
    if ranges:
        yield f"xspec.AllData.{word}({text(' '.join(ranges))})"


def _bad(word: str, spectra: str) -> Iterator[str]:
    """Write what XSPEC knows for all spectra and for leaving out alone."""
    if word == "notice":
        yield from comment("The session takes bad bins back in here; XSPEC cannot.")
        return
    if spectra:
        yield from comment(f"The session leaves out bad bins of {spectra[:-1]}; XSPEC, of all.")
    yield 'xspec.AllData.ignore("bad")'


def _pointed(piece: str) -> str:
    """Give a range without exponents: XSPEC tells energies from bins by their decimal point."""
    ends = re.split(r"(?<![eE])-", piece)
    return "-".join(repr(float(end)) if "e" in end.lower() else end for end in ends)
