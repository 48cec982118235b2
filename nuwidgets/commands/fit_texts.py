"""Texts of options of ``nuwidgets fit`` as values: groups, responses, links, limits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.fit import SourceResponse

_RESPONSE = re.compile(r"(\d+):(\d+)\s+(\S+)(?:\s+(\S+))?")
_LIMITS = {2: ("hard_lo", "hard_hi"), 4: ("hard_lo", "soft_lo", "soft_hi", "hard_hi")}


def read_groups(text: str, n_spectra: int) -> tuple[int, ...]:
    """Read ``1,1,2``.

    Raises
    ------
    InputError
        If it is not one number for each spectrum.
    """
    try:
        groups = tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError:
        groups = ()
    if len(groups) != n_spectra:
        raise InputError(
            f"Cannot use --groups {text!r} for {n_spectra} spectra. Give one number for each, from"
            " 1 on, e.g. 1,1,2."
        )
    return groups


def read_response(text: str) -> SourceResponse:
    """Read ``2:1 bkg.rmf bkg.arf``: source 2 of spectrum 1, as XSPEC has it.

    Raises
    ------
    InputError
        If it is not so.
    """
    from nuwidgets.domain.fit import SourceResponse

    match = _RESPONSE.fullmatch(text.strip())
    if not match or int(match[1]) < 2 or int(match[2]) < 1:  # noqa: PLR2004  further sources
        raise InputError(
            f"Cannot use --response {text!r}. Give source (from 2) and spectrum (from 1), an RMF"
            " and, where there is one, an ARF: '2:1 bkg.rmf bkg.arf'."
        )
    given = [word for word in match.groups()[2:] if word]
    files = [word if word == "same" else str(Path(word).absolute()) for word in given]
    return SourceResponse(int(match[2]), int(match[1]), *files)


def read_link(text: str) -> tuple[str, str]:
    """Read ``2:norm = 1.1*p3``.

    Raises
    ------
    InputError
        If there is no sign of equality with something on either side.
    """
    name, _, formula = (part.strip() for part in text.partition("="))
    if not (name and formula):
        raise InputError(
            f"Cannot use --link {text!r}. Give a parameter, = and what it is tied to, e.g."
            " '2:norm = 1.1*p3'."
        )
    return name, formula


def read_limit(text: str) -> tuple[str, dict[str, float]]:
    """Read ``PhoIndex 1 3`` or ``PhoIndex 0 1 3 5``.

    Raises
    ------
    InputError
        If it is not a parameter with two or four numbers.
    """
    name, *words = text.split() or [""]
    try:
        numbers = [float(word) for word in words]
        return name, dict(zip(_LIMITS[len(numbers)], numbers, strict=True))
    except (ValueError, KeyError) as error:
        raise InputError(
            f"Cannot use --limit {text!r}. Give a parameter and its lowest and highest value, e.g."
            " 'PhoIndex 1 3', or all four limits as XSPEC has them, 'PhoIndex 0 1 3 5'."
        ) from error
