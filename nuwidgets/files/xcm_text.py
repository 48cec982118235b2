"""XSPEC's state files (``.xcm``) out: a state as commands that XSPEC reads back to the same state.

XSPEC reads the file as Tcl, so words that Tcl would take apart are refused.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.science import ranges
from nuwidgets.science.models import own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.files.xcm_state import XcmModel, XcmParameter, XcmSpectrum, XcmState

_SETTINGS = {
    "statistic": "statistic",
    "statistic test": "test_statistic",
    "weight": "weight",
    "abund": "abundance",
    "xsect": "cross_section",
}
_TABLE = re.compile(r"[ame]table\{([^{}]*)\}")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")


def xcm_text(state: XcmState) -> str:
    """Give a state as the text of a file.

    Raises
    ------
    InputError
        If a name cannot be told to XSPEC.
    """
    parts = (setting_lines, data_lines, range_lines, model_lines)
    lines = chain.from_iterable(part(state) for part in parts)
    return "".join(f"{line}\n" for line in lines)


def is_word(text: str) -> bool:
    """Say whether Tcl and XSPEC take a text as one word, as it is."""
    return re.fullmatch(r"[\w./+%@,:~=-]+", text, re.ASCII) is not None


def word(value: object) -> str:
    """Give a word that Tcl and XSPEC take as it is.

    Raises
    ------
    InputError
        If it holds anything else.
    """
    if isinstance(value, str) and is_word(value):
        return value
    raise InputError(
        f"Cannot write {value!r} for XSPEC: it takes letters, digits and . / + - _ % @ , : ~ ="
        " in names. Rename it, or move it to another folder."
    )


def setting_lines(state: XcmState) -> Iterator[str]:
    """Give what is set for all spectra."""
    yield "query yes"
    for command, name in _SETTINGS.items():
        if (value := getattr(state, name)) is not None:
            yield f"{command} {word(value)}"
    if state.cosmology is not None:
        yield f"cosmo {' '.join(map(number, state.cosmology))}"
    if state.systematic is not None:
        yield f"systematic {number(state.systematic)}"


def data_lines(state: XcmState) -> Iterator[str]:
    """Give the spectra with their data groups, and what is told beside them."""
    if not state.spectra:
        return
    files = (
        f"{one.group}:{n} {_file(one.path, one.row)}"
        for n, one in enumerate(state.spectra, start=1)
    )
    yield f"data {' '.join(files)}"
    for n, one in enumerate(state.spectra, start=1):
        yield from _beside(n, one)


def _file(path: str, row: int) -> str:
    return word(path) + (f"{{{row}}}" if row else "")


def _beside(n: int, one: XcmSpectrum) -> Iterator[str]:
    """Give responses and background of spectrum `n`; the ARF after its RMF, as XSPEC needs."""
    for response in one.responses:
        place = f"{response.source}:{n}" if response.source > 1 else f"{n}"
        if response.rmf is not None:
            yield f"response {place} {word(response.rmf)}"
        if response.arf is not None:
            yield f"arf {place} {word(response.arf)}"
    if one.background is not None:
        yield f"backgrnd {n} {_file(one.background, one.background_row)}"


def range_lines(state: XcmState) -> Iterator[str]:
    """Give the ranges, spectra named: XSPEC means the first alone unless it is told."""
    for text in state.ignore:
        for one in ranges.parse(text):
            first, last = (_end(v) for v in (one.first_spectrum, one.last_spectrum))
            spectra = first if first == last else f"{first}-{last}"
            spectra = "**" if spectra == "1-**" else spectra
            if one.kind == "bad":
                meant = "bad" if spectra == "**" else f"{spectra}:bad"
            else:
                real = one.kind == "energy"
                lo, hi = (_end(v, real=real) for v in (one.lo, one.hi))
                meant = f"{spectra}:{lo}-{hi}"
            yield f"{'notice' if one.notice else 'ignore'} {meant}"


def _end(value: float, *, real: bool = False) -> str:
    if value in (float("inf"), float("-inf")):
        return "**"
    return number(value) if real else str(int(value))


def number(value: float) -> str:
    """Give a number with all its digits."""
    return repr(float(value))


def model_lines(state: XcmState) -> Iterator[str]:
    """Give the models, each with a line for each parameter: XSPEC asks for them in this order.

    A link to a model that comes later in the file is made when that is there.
    """
    names = [one.name for one in state.models]
    for place, model in enumerate(state.models):
        head = f"{model.source}:{word(model.name)} " if model.name else ""
        if mine := own.names_in(model.expression):
            yield f"# XSPEC does not have {', '.join(mine)}: defined in Python, by nuwidgets.model"
        yield f"model {head}{expression(model)}"
        later = set(names[place + 1 :])
        yield from (f"    {parameter_line(p, later)}" for p in model.parameters)
    for place, model in enumerate(state.models):
        later = set(names[place + 1 :])
        for n, one in enumerate(model.parameters, start=1):
            if one.link and _leads(one.link) & later:
                prefix = f"{model.name}:" if model.name else ""
                yield f"newpar {prefix}{n} = {formula(one.link)}"


def expression(model: XcmModel) -> str:
    """Give a model's expression; names of tables are judged as words."""
    for path in _TABLE.findall(model.expression):
        word(path.strip())
    return model.expression


def parameter_line(one: XcmParameter, later: set[str] | None = None) -> str:
    """Give the line of one parameter; a link to models of `later` is not written yet."""
    if one.link and not (later and _leads(one.link) & later):
        return f"= {formula(one.link)}"
    delta = None if one.delta is None else (-one.delta if one.frozen else one.delta)
    if delta is None and one.frozen is not None:
        delta = -0.01 if one.frozen else 0.01
    values = (one.value, delta, one.hard_lo, one.soft_lo, one.soft_hi, one.hard_hi)
    if all(value is None for value in values):
        return "/"
    if None not in values:
        return " ".join(number(value) for value in values if value is not None)
    return ",".join("" if value is None else number(value) for value in values).rstrip(",")


def _leads(link: str) -> set[str]:
    """Give the names of the models that a link names."""
    return {match[1] or "" for match in re.finditer(r"(?:\b(\w+):)?\bp\d+\b", link)}


def formula(link: str) -> str:
    """Give a formula as XSPEC takes it.

    XSPEC 12.9 takes whole numbers in it for numbers of parameters, so they get a point; its
    ``log`` is to base 10.

    Examples
    --------
    >>> formula("2*p3 + log10(bkg:p1)^2")
    '2.0*p3 + log(bkg:p1)^2.0'
    """
    text = _NUMBER.sub(lambda one: f"{one[0]}.0" if one[0].isdigit() else one[0], link)
    return text.replace("log10(", "log(")
