"""What the settings of a fit take: ranges, parameters, data groups, responses."""

from __future__ import annotations

import os
import re
from typing import Any

from nuwidgets.domain.fit import SourceResponse
from nuwidgets.domain.model import Parameter
from nuwidgets.errors import InputError
from nuwidgets.files.model_files import use_files
from nuwidgets.science import ranges
from nuwidgets.science.models.moved_groups import LIKE_OTHERS
from nuwidgets.science.models.resolved import values
from nuwidgets.steps.traits import as_path

EMBEDDED, XSPEC = "embedded", "xspec"
SAME = "same"
"""Stands for a spectrum's own response."""
ENGINES = (EMBEDDED, XSPEC)
"""Who can fit."""


use_files()  # a model may name the file of a table, or need AtomDB's


def as_ranges(value: Any) -> tuple[str, ...]:
    """Take one text or several; refuse what XSPEC's syntax does not know."""
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, tuple | list) or not all(isinstance(text, str) for text in texts):
        raise InputError(f"Cannot ignore {value!r}. Give text such as '**-3. 79.-**', or several.")
    texts = tuple(text.strip() for text in texts if text.strip())
    for text in texts:
        ranges.parse(text)
    return texts


def as_parameters(value: Any) -> tuple[Parameter, ...]:
    """Take parameters numbered from 1 whose links lead to one of them."""
    known = isinstance(value, tuple | list) and all(isinstance(p, Parameter) for p in value)
    if not known or [p.number for p in value] != list(range(1, len(value) + 1)):
        raise InputError(
            f"Cannot use {value!r} as parameters. Set the model, then change them with set(),"
            " freeze(), thaw() and link()."
        )
    values(tuple(value))
    return tuple(value)


def as_fraction(value: Any) -> float:
    """Take a fraction, 0 or more and below 1."""
    number = float(value) if isinstance(value, int | float) else -1.0
    if not 0 <= number < 1:
        raise InputError(
            f"Cannot use {value!r} as the model's systematic error. Give a fraction, e.g. 0.03."
        )
    return number


def as_groups(value: Any) -> tuple[int, ...]:
    """Take the data group of each spectrum: every number from 1 to the last."""
    numbers = tuple(value) if isinstance(value, tuple | list) else (None,)
    if not all(type(n) is int for n in numbers) or set(numbers) != {
        *range(1, max(numbers, default=0) + 1)
    }:
        raise InputError(
            f"Cannot use {value!r} as data groups. Give one number for each spectrum, from 1 and"
            " without gaps, e.g. (1, 1, 2)."
        )
    return numbers


def check_groups(value: Any, n_spectra: int) -> tuple[int, ...]:
    """Take the data group of each of so many spectra; none for each its own.

    Raises
    ------
    InputError
        If there are more or fewer groups than spectra, or numbers are left out.
    """
    groups = as_groups(value)
    if len(groups) not in (0, n_spectra):
        raise InputError(
            f"Cannot use {value!r} as data groups of {n_spectra} spectra. Give one number for each"
            " spectrum, from 1 and without gaps, or () for a group of each its own."
        )
    return groups


def canonical(groups: tuple[int, ...]) -> tuple[int, ...]:
    """Give data groups as a request holds them: none where each spectrum has its own."""
    return () if groups == tuple(range(1, len(groups) + 1)) else groups


def origins(before: tuple[int, ...], now: tuple[int, ...]) -> tuple[int, ...]:
    """Say for each data group of now which one its first spectrum was in; 0 if that is taken.

    Examples
    --------
    >>> origins((1, 2, 3), (1, 1, 2)), origins((1, 1, 2), (1, 2, 3))
    ((1, 3), (1, 0, 2))
    """
    found: list[int] = []
    for group in range(1, max(now, default=0) + 1):
        was = before[now.index(group)]
        found.append(0 if was in found else was)
    return tuple(found)


def moved_groups(
    groups: tuple[int, ...], before: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the data groups of spectra that come and go, and which each of them was before.

    A new spectrum is a group of its own; where each is its own, it is as the others are. Where all
    are new, groups go by their place.

    Parameters
    ----------
    groups : tuple of int
        Those of now.
    before : tuple of int
        For each spectrum from now on which it was, from 1; 0 for a new one.

    Examples
    --------
    >>> moved_groups((1, 2, 2), (2, 3, 0))
    ((1, 1, 2), (2, 0))
    """
    if not groups:
        return (), tuple(place or LIKE_OTHERS for place in before) if any(before) else ()
    kept = sorted({groups[place - 1] for place in before if place})
    came_from, found = list(kept), []
    for place in before:
        if not place:
            came_from.append(0)
        found.append(kept.index(groups[place - 1]) + 1 if place else len(came_from))
    return canonical(tuple(found)), tuple(came_from)


def moved_ranges(
    ignore: tuple[str, ...], before: tuple[int, ...], n_before: int
) -> tuple[str, ...]:
    """Give ranges for spectra that come and go, each with its own; see `ranges.renumbered`."""
    moved = (ranges.renumbered(text, before, n_before) for text in ignore)
    return tuple(text for text in moved if text)


def as_responses(value: Any) -> tuple[SourceResponse, ...]:
    """Take responses of sources, one for each spectrum and source, in their order."""
    if not isinstance(value, tuple | list) or not all(isinstance(v, SourceResponse) for v in value):
        raise InputError(
            f"Cannot use {value!r} as responses. Call response(spectrum, source, rmf, arf)."
        )
    places = [(one.spectrum, one.source) for one in value]
    twice = [place for place in places if places.count(place) > 1]
    if twice:
        raise InputError(
            f"Cannot use two responses of spectrum {twice[0][0]} for source {twice[0][1]}. Give"
            " one for each spectrum and source."
        )
    return tuple(sorted(value, key=lambda one: (one.spectrum, one.source)))


def response_for(
    spectrum: int, source: int, rmf_path: Any, arf_path: Any, n_spectra: int
) -> SourceResponse | None:
    """Take the response of one spectrum for one source; None for none.

    Raises
    ------
    InputError
        If there is no such spectrum or source, or a path is none.
    """
    if type(spectrum) is not int or not 1 <= spectrum <= n_spectra:
        raise InputError(
            f"Cannot give spectrum {spectrum!r} a response: there are {n_spectra} spectra in the"
            " fit. Give the number of one, from 1."
        )
    if type(source) is not int or source < 1:
        raise InputError(
            f"Cannot give a response for source {source!r}. Give its number, from 1, as it stands"
            " before its model: '2:bkg powerlaw'."
        )
    if rmf_path is None:
        return None
    rmf = SAME if rmf_path == SAME else as_path(rmf_path)
    if not rmf:
        raise InputError(
            f"Cannot use {rmf_path!r} as response. Give an RMF or RSP file, 'same' for the"
            " spectrum's own, or None to take it away."
        )
    arf = as_path(arf_path)
    return SourceResponse(spectrum, source, rmf, "" if arf.lower() == "none" else arf)


def files_of(model: str, responses: tuple[SourceResponse, ...]) -> tuple[str, ...]:
    """Give the files that a model reads: table models and responses of further sources."""
    tables = re.findall(r"[ame]table\{([^{}]*)\}", model)
    own = (p for one in responses for p in (one.rmf_path, one.arf_path) if p and p != SAME)
    return (*(os.path.expanduser(path.strip()) for path in tables), *own)  # noqa: PTH111
