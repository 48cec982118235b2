"""XSPEC's ``ignore`` and ``notice`` syntax: which bins of which spectrum are left out of a fit.

Integers are bins of the grouped spectrum, counted from 1; numbers with a decimal point are keV;
``**`` leaves an end open; ``bad`` means bins whose QUALITY is not 0. ``1:``, ``1-2:`` or ``**:``
choose the spectra for all that follows. Ranges are left out, until the word ``notice`` (or ``no``)
takes those that follow it back in; ``ignore`` (``ig``) leaves out again.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NoReturn

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nuwidgets.domain.arrays import Floats, Integers, Mask

_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PIECE = re.compile(rf"(\*\*|{_NUMBER})(?:-(\*\*|{_NUMBER}))?")
_SPECTRA = re.compile(r"(\*\*|\d+)(?:-(\*\*|\d+))?")


_WORDS = {"notice": True, "no": True, "ignore": False, "ig": False}


@dataclass(frozen=True)
class Range:
    """Bins that are left out, or taken back in."""

    kind: Literal["bin", "energy", "bad"]
    """Bins counted from 1, keV, or bins of bad quality."""
    lo: float = -math.inf
    """First bin or lowest energy; -inf when open."""
    hi: float = math.inf
    """Last bin (included) or highest energy; inf when open."""
    first_spectrum: float = 1
    """First spectrum it is about, from 1."""
    last_spectrum: float = math.inf
    """Last spectrum it is about, included."""
    notice: bool = False
    """Whether it takes bins back in that a range before it left out."""


def parse(text: str) -> tuple[Range, ...]:
    """Read ranges such as ``"bad"``, ``"**-3. 79.-** notice 2.5-3."`` or ``"1-2:1-3,37-48"``.

    Raises
    ------
    InputError
        A piece that is not a range; the message points at it.

    Examples
    --------
    >>> parse("**-3.")
    (Range(kind='energy', lo=-inf, hi=3.0, first_spectrum=1.0, last_spectrum=inf, notice=False),)
    """
    found: list[Range] = []
    spectra, notice = (1.0, math.inf), False
    for match in re.finditer(r"[^\s,]+", text):
        piece, position = match[0], match.start()
        if piece.lower() in _WORDS:
            notice = _WORDS[piece.lower()]
            continue
        selector, colon, rest = piece.rpartition(":")
        if colon:
            spectra = _spectra(selector, text, position)
            position += len(selector) + 1
        if rest:
            found.append(replace(_range(rest, spectra, text, position), notice=notice))
    return tuple(found)


def renumbered(text: str, before: Sequence[int], n_before: int) -> str:
    """Give ranges that mean the same spectra after some came, went or changed places.

    Parameters
    ----------
    text : str
        Ranges, as `parse` reads them.
    before : sequence of int
        For each spectrum from now on which number it had, from 1; 0 for a new one.
    n_before : int
        How many spectra there were. Numbers beyond wait for spectra that are yet to come.

    Returns
    -------
    str
        Empty where nothing is left.

    Raises
    ------
    InputError
        As `parse`.

    Examples
    --------
    >>> renumbered("**-3. 2:79.-**", (2, 1), 2), renumbered("1:bad 2:5.-**", (2,), 2)
    ('**:**-3. 1:79.-**', '1:5.-**')
    """
    spectra, words, n_left = (1.0, math.inf), [], 0
    for match in re.finditer(r"[^\s,]+", text):
        if match[0].lower() in _WORDS:
            words.append(match[0])
            continue
        selector, colon, rest = match[0].rpartition(":")
        if colon:
            spectra = _spectra(selector, text, match.start())
        heads = _heads(spectra, before, n_before) if rest else []
        words += [f"{head}:{rest}" for head in heads]
        n_left += len(heads)
    changed = " ".join(words) if n_left else ""
    return text if parse(changed) == parse(text) else changed


def _heads(spectra: tuple[float, float], before: Sequence[int], n_before: int) -> list[str]:
    """Give which spectra of now are meant, as runs of numbers."""
    first, last = spectra

    def meant(number: int) -> bool:
        was = before[number - 1] if number <= len(before) else 0
        waits = number > n_before or last == math.inf
        return first <= (was or number) <= last and (bool(was) or waits)

    beyond = max(len(before), n_before) + 1
    runs: list[tuple[float, float]] = [(n, n) for n in range(1, beyond) if meant(n)]
    runs += [(max(first, beyond), last)] if last >= beyond else []
    joined: list[tuple[float, float]] = []
    for lo, hi in runs:
        if joined and joined[-1][1] == lo - 1:
            joined[-1] = joined[-1][0], hi
        else:
            joined.append((lo, hi))
    return [_head(lo, hi) for lo, hi in joined]


def _head(first: float, last: float) -> str:
    if (first, last) == (1, math.inf):
        return "**"
    end = "**" if last == math.inf else str(int(last))
    return end if first == last else f"{int(first)}-{end}"


def apply(
    ranges: Iterable[Range],
    spectrum_number: int,
    e_min_kev: Floats,
    e_max_kev: Floats,
    quality: Integers | None = None,
) -> Mask:
    """Give which bins remain noticed; a later range wins over an earlier one.

    An energy range takes every bin that overlaps it; a bin whose upper edge is just the range's
    lower end goes too, as in XSPEC.

    Parameters
    ----------
    ranges : iterable of Range
        What is ignored.
    spectrum_number : int
        Number of the spectrum, from 1.
    e_min_kev, e_max_kev : ndarray, shape (n_bin,), keV
        Edges of the bins.
    quality : ndarray, shape (n_bin,), optional
        QUALITY of the bins, for ``bad``.

    Returns
    -------
    ndarray of bool, shape (n_bin,)
    """
    noticed = np.ones(len(e_min_kev), dtype=np.bool_)
    number = np.arange(1, noticed.size + 1)
    for one in ranges:
        if not one.first_spectrum <= spectrum_number <= one.last_spectrum:
            continue
        if one.kind == "bad":
            meant = np.zeros(number.size, np.bool_) if quality is None else np.asarray(quality) != 0
        elif one.kind == "bin":
            meant = (number >= one.lo) & (number <= one.hi)
        else:
            meant = (e_max_kev >= one.lo) & (e_min_kev < one.hi)
        noticed[meant] = one.notice
    return noticed


def _range(piece: str, spectra: tuple[float, float], text: str, position: int) -> Range:
    if piece.lower() == "bad":
        return Range("bad", first_spectrum=spectra[0], last_spectrum=spectra[1])
    match = _PIECE.fullmatch(piece)
    if not match:
        _fail(piece, "write for example '**-3.', '10-20' or 'bad'", text, position)
    first, last = match[1], match[2] or match[1]
    energy = not all(re.fullmatch(r"\*\*|\d+", word) for word in (first, last))
    lo = -math.inf if first == "**" else float(first)
    hi = math.inf if last == "**" else float(last)
    if lo > hi:
        _fail(piece, "its lower end must come first", text, position)
    if not energy and lo < 1 and first != "**":
        _fail(piece, "bins are counted from 1 (energies need a decimal point)", text, position)
    return Range("energy" if energy else "bin", lo, hi, *spectra)


def _spectra(selector: str, text: str, position: int) -> tuple[float, float]:
    match = _SPECTRA.fullmatch(selector)
    if not match:
        _fail(selector + ":", "write the spectra as '1:', '1-2:' or '**:'", text, position)
    first, last = match[1], match[2] or match[1]
    lo = 1.0 if first == "**" else float(first)
    hi = math.inf if last == "**" else float(last)
    if not 1 <= lo <= hi:
        _fail(selector + ":", "spectra are counted from 1, the lower first", text, position)
    return lo, hi


def _fail(piece: str, advice: str, text: str, position: int) -> NoReturn:
    line = re.sub(r"[^\S ]", " ", text)
    raise InputError(
        f"Cannot ignore {piece!r}: {advice}.\nat character {position + 1}:\n"
        f"  {line}\n  {' ' * position}^"
    )
