"""A fit as plain values for the process of XSPEC: files with whole paths, and every setting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError
from nuwidgets.science import ranges
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.resolved import values

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.fitdata import FitData
    from nuwidgets.engines.xspec.bench import Bench
    from nuwidgets.science.ranges import Range

COSMOLOGY = "70 0 0.73"
"""XSPEC's own: H0 in km/s/Mpc, q0, Lambda."""
SAME = "same"
"""Stands for a spectrum's own response."""
_TABLE = re.compile(r"([ame]table)\{\s*([^{}]*?)\s*\}")
_FORMULA = re.compile(r"[A-Za-z_]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def groups_of(request: FitRequest, n_spectra: int) -> tuple[int, ...]:
    """Give the data group of each spectrum, from 1."""
    return request.groups or tuple(range(1, n_spectra + 1))


def order_of(groups: tuple[int, ...]) -> tuple[int, ...]:
    """Give the indices of the spectra as XSPEC takes them: no group before the one below it."""
    return tuple(sorted(range(len(groups)), key=groups.__getitem__))


def payload_of(
    request: FitRequest,
    above: tuple[Spectrum, ...],
    data: tuple[FitData, ...],
    bench: Bench,
) -> dict[str, Any]:
    """Give a request as `state.State` takes it; spectra in the order of `order_of`.

    Parameters
    ----------
    request : FitRequest
        What is asked.
    above : tuple of Spectrum
        The spectra.
    data : tuple of FitData
        The same, ready for a fit: only to know how many bins must be left.
    bench : Bench
        Where files are written that are not there yet.

    Raises
    ------
    InputError
        The parameters are not those of the model.
    FileError
        A file cannot be written.
    """
    groups = groups_of(request, len(above))
    order = order_of(groups)
    composite = Composite.parse(request.expression)
    _check_model(request, composite, groups, len(above))
    spectra = []
    for index in order:
        files = bench.files_of(above[index], request.spectra[index])
        sources = _sources(request, index + 1, files, bench)
        numbers = {"group": groups[index], "n_bins": len(data[index].counts)}
        spectra.append({**files, **numbers, "name": data[index].name, "sources": sources})
    return {
        "spectra": spectra,
        "ranges": ranges_of(request.ignore, order),
        "models": [
            {"source": one.source, "name": one.name, "expression": _absolute(one.expression.text)}
            for one in composite.models
        ],
        "parameters": _rows(request.parameters),
        "statistic": request.statistic,
        "test_statistic": request.test_statistic,
        "weight": request.weight,
        "systematic": float(request.systematic),
        "abundance": request.abundance,
        "cross_section": request.cross_section,
        "cosmology": COSMOLOGY,
    }


def _check_model(
    request: FitRequest, composite: Composite, groups: tuple[int, ...], n_spectra: int
) -> None:
    n_groups = max(groups, default=0)
    wanted = composite.n_parameters * n_groups
    if len(groups) != n_spectra or len(request.parameters) != wanted:
        raise InputError(
            f"Cannot give {request.expression!r} to XSPEC for {n_spectra} spectra in {n_groups}"
            f" data groups with {len(request.parameters)} parameters: it has {wanted}. Set the"
            " model again, so that every group has its parameters."
        )
    factors = [one.text for one in composite.models if one.expression.kind != "add"]
    if factors:
        raise InputError(
            f"Cannot fit {factors[0]!r}: it only multiplies and gives no photons. Add a component"
            " such as powerlaw, e.g. 'tbabs*powerlaw'."
        )


def _absolute(expression: str) -> str:
    """Give an expression whose tables have whole paths: the process works in other folders."""

    def whole(match: re.Match[str]) -> str:
        return f"{match[1]}{{{Path(match[2]).expanduser().absolute()}}}"

    return _TABLE.sub(whole, expression)


def _sources(
    request: FitRequest, number: int, files: dict[str, Any], bench: Bench
) -> list[dict[str, Any]]:
    """Give the responses of further sources for one spectrum."""
    found = []
    for one in request.responses:
        if one.spectrum == number:
            own = one.rmf_path == SAME
            rmf = files["rmf"] if own else bench.plain(one.rmf_path)
            arf = files["arf"] if own else bench.plain(one.arf_path)
            found.append({"source": one.source, "rmf": rmf, "arf": arf})
    return found


def _rows(parameters: tuple[Parameter, ...]) -> list[dict[str, Any]]:
    """Give all parameters, links resolved: XSPEC's values are compared with these."""
    return [
        {
            "number": p.number,
            "model": p.model,
            "group": p.group,
            "name": p.name,
            "values": [value, abs(p.delta), p.hard_lo, p.soft_lo, p.soft_hi, p.hard_hi],
            "frozen": p.frozen,
            "link": spoken_formula(p.link),
        }
        for p, value in zip(parameters, values(parameters), strict=True)
    ]


def spoken_formula(link: str) -> str:
    """Give a link in which no number can be taken for a parameter, as XSPEC takes whole ones.

    Examples
    --------
    >>> spoken_formula("2*p3 + 1e5"), spoken_formula("log10(p1)^2")
    ('2.0*p3 + 100000.0', 'log10(p1)^2.0')
    """

    def written(match: re.Match[str]) -> str:
        return match[0] if match[0][0].isalpha() or match[0][0] == "_" else repr(float(match[0]))

    return _FORMULA.sub(written, link)


def ranges_of(ignore: tuple[str, ...], order: tuple[int, ...]) -> list[list[str]]:
    """Give what is ignored as pairs (word, text) of XSPEC, spectra by their numbers there.

    Examples
    --------
    >>> ranges_of(("**-3. 2:79.-**", "bad"), (0, 1))
    [['ignore', '1-2:**-3.0'], ['ignore', '2:79.0-**'], ['ignore', 'bad']]
    """
    found = []
    for text in ignore:
        for one in ranges.parse(text):
            word = "notice" if one.notice else "ignore"
            found += [[word, words] for words in _spoken(one, order)]
    return found


def _spoken(one: Range, order: tuple[int, ...]) -> list[str]:
    """Give one range for all the spectra that it is about."""
    meant = [
        number
        for number, index in enumerate(order, start=1)
        if one.first_spectrum <= index + 1 <= one.last_spectrum
    ]
    whole = len(meant) == len(order)
    if one.kind == "bad":
        return ["bad"] if whole else [f"{number}:bad" for number in meant]
    real = one.kind == "energy"
    bins = f"{_number(one.lo, real=real)}-{_number(one.hi, real=real)}"
    if whole:
        return [f"1-{len(order)}:{bins}" if len(order) > 1 else f"1:{bins}"]
    return [f"{number}:{bins}" for number in meant]


def _number(value: float, *, real: bool) -> str:
    """Give an end of a range; energies have a decimal point and no exponent."""
    if value in (float("inf"), float("-inf")):
        return "**"
    if not real:
        return str(int(value))
    text = f"{value:.12f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text
