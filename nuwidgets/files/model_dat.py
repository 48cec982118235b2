"""XSPEC's list of its models, ``model.dat``: names, kinds and parameters of all components.

A block for each model, blank lines between them: ``name n_parameters E_min E_max function kind
flags ...``, then a line for each parameter: ``name unit value hard_lo soft_lo soft_hi hard_hi
delta``. ``*`` before a name is a parameter that is only a scale, ``$`` one that is a switch: of
both there may be a value alone; a delta that is not above 0 means frozen, a ``P`` at the end
periodic (XSPEC manual, appendix C). ``norm`` of additive models is not listed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from os import PathLike

KINDS = ("add", "mul", "con", "acn", "mix", "amx")
"""Kinds of components; the last three act on counts or on several spectra at once."""
LARGEST_BYTES = 5_000_000
LEAST_HEAD = 6
N_LIMITS = 6
"""Numbers of a whole line: value, four limits, delta."""
UNLIMITED = 1e20
"""Limit of a parameter whose line says none."""
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_EXPONENT = re.compile(r"(?<=[\d.])[dD](?=[+-]?\d)")


@dataclass(frozen=True)
class ModelDefinition:
    """A component as the list has it."""

    name: str
    """XSPEC's name."""
    kind: str
    """One of ``KINDS``."""
    parameters: tuple[ParameterDefinition, ...]
    """Its parameters, without the norm."""


def read_model_dat(path: str | PathLike[str]) -> tuple[ModelDefinition, ...]:
    """Read XSPEC's list of models; blocks that cannot be understood are left out.

    Raises
    ------
    FileError
        If the file cannot be read, or has no model.
    """
    place = Path(path)
    try:
        raw = place.read_bytes()[:LARGEST_BYTES]
    except OSError as error:
        raise FileError(
            f"Cannot read XSPEC's list of models {str(place)!r}: {error.strerror or error}. Check"
            " that HEASoft is installed whole."
        ) from error
    found = tuple(parse_model_dat(raw.decode(errors="replace")))
    if not found:
        raise FileError(
            f"{str(place)!r} is no list of XSPEC's models: no block of it names a model and its"
            " parameters. Check that HEASoft is installed whole."
        )
    return found


def parse_model_dat(text: str) -> list[ModelDefinition]:
    r"""Give the models of a list.

    Examples
    --------
    >>> head = "powerlaw 1 0. 1.e20 C_powerLaw add 0"
    >>> one = parse_model_dat(head + '\nPhoIndex " " 1. -3. -2. 9. 10. 0.01')[0]
    >>> one.kind, one.parameters[0].name, one.parameters[0].soft_hi
    ('add', 'PhoIndex', 9.0)
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found, at = [], 0
    while at < len(lines):
        head = _words(lines[at])
        at += 1
        if len(head) < LEAST_HEAD or head[5].lower() not in KINDS or not head[1].isdigit():
            continue
        end = at + int(head[1])
        parameters = tuple(map(_parameter, lines[at:end]))
        known = tuple(one for one in parameters if one is not None)
        if len(known) == int(head[1]):
            found.append(ModelDefinition(head[0], head[5].lower(), known))
            at = end
    return found


def _words(line: str) -> list[str]:
    return [quoted.strip() or word for quoted, word in _WORD.findall(line)]


def _parameter(line: str) -> ParameterDefinition | None:
    """Give the definition of one parameter; None for a line that is none."""
    words = _words(line)
    if not words:
        return None
    mark, name = words[0][0], words[0].lstrip("*$")
    rest = words[1:]
    # a switch may come without a unit
    unit = (
        ""
        if mark == "$" and rest and _number(rest[0]) is not None
        else (rest.pop(0) if rest else "")
    )
    numbers = [value for value in map(_number, rest) if value is not None]
    if not name or not numbers:
        return None
    if len(numbers) < N_LIMITS:
        limits = (-UNLIMITED, -UNLIMITED, UNLIMITED, UNLIMITED)
        return ParameterDefinition(name, unit, numbers[0], *limits, 0.01, frozen=True)
    value, hard_lo, soft_lo, soft_hi, hard_hi, delta = numbers[:N_LIMITS]
    step = abs(delta) or 0.01 * (abs(value) or 1.0)
    frozen = mark in "*$" or delta <= 0
    limits = (hard_lo, soft_lo, soft_hi, hard_hi)
    return ParameterDefinition(name, unit, value, *limits, step, frozen=frozen)


def _number(word: str) -> float | None:
    try:
        return float(_EXPONENT.sub("e", word))
    except ValueError:
        return None
