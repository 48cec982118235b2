"""Models' parameters as PyXspec sets them, from the defaults that XSPEC gives a new model."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.files.xcm_parameters import Numbers, groups_of, models_of
from nuwidgets.files.xcm_text import formula
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.parameters import LIMITS
from nuwidgets.science.models.resolved import Resolved
from nuwidgets.scripts.values import call, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.fit import SourceResponse
    from nuwidgets.domain.model import Parameter
    from nuwidgets.files.xcm_state import XcmParameter
    from nuwidgets.science.models.composite import NamedModel

Parameters = tuple["Parameter", ...]
SAME = "same"
"""Stands for a spectrum's own response."""


@dataclass(frozen=True)
class _Place:
    """One parameter of a model in XSPEC, as a new model has it."""

    model: NamedModel
    """The model."""
    variable: str
    """The variable that holds the model of its data group."""
    usual: Parameter
    """Its defaults; the number is that within the data group."""
    tied: str
    """What it is linked to in a new model."""

    @property
    def code(self) -> str:
        """How PyXspec calls it; a component that comes again has its place added."""
        p = self.usual
        before = [one.name for one in self.model.expression.components[: p.component_number - 1]]
        component = f"{p.component}_{p.component_number}" if p.component in before else p.component
        if all(n.isidentifier() and not keyword.iskeyword(n) for n in (component, p.name)):
            return f"{self.variable}.{component}.{p.name}"
        return f"{self.variable}({p.number})"


@dataclass(frozen=True)
class Fitted:
    """What models are fitted to."""

    groups: tuple[int, ...]
    """Data group of each spectrum."""
    responses: tuple[SourceResponse, ...] = ()
    """Those of further sources: XSPEC has a source's parameters for groups that see it alone."""

    @property
    def n_groups(self) -> int:
        """Number of data groups."""
        return max(self.groups, default=1)

    def seen(self, composite: Composite) -> dict[int, set[int]]:
        """Give for each source the data groups that see it."""
        seen = [(one.spectrum, one.source) for one in self.responses]
        return {m.source: groups_of(m.source, self.groups, seen) for m in composite.models}


def model_lines(
    model: str, parameters: Parameters, fitted: Fitted | None = None
) -> tuple[str, ...]:
    """Write models, and what makes their parameters the given ones.

    Parameters
    ----------
    model : str
        The models of all sources.
    parameters : tuple of Parameter
        Of all models and data groups.
    fitted : Fitted, optional
        What they are fitted to; left out: spectra that are a data group each.

    Raises
    ------
    InputError
        If there are more or fewer parameters than the models have.
    """
    composite = Composite.parse(model)
    size = composite.n_parameters
    fitted = fitted or Fitted(tuple(range(1, max(1, len(parameters) // size) + 1)))
    if fitted.n_groups * size != len(parameters):
        raise InputError(
            f"Cannot write the fit for PyXspec: {model!r} has {size} parameters for each data"
            f" group, the session {len(parameters)} in all. Set the model again."
        )
    sees = fitted.seen(composite)
    given = models_of(model, parameters, fitted.n_groups, sees)
    made: list[str] = []
    told: list[str] = []
    for named, theirs in zip(composite.models, given, strict=True):
        order = sorted(sees[named.source])
        made += _new_model(named, order[0])
        places = _places(named, order)
        variable = _variable(named, order[0])
        for place, now in zip(places, theirs.parameters, strict=True):
            lines = _parameter(place, now)
            if lines and place.variable != variable:
                variable = place.variable
                group = order[places.index(place) // named.expression.n_parameters]
                told += call("xspec.AllModels", _group_words(named, group), target=variable)
            told += lines
    return (*made, *told)


def _new_model(named: NamedModel, group: int) -> tuple[str, ...]:
    words = (named.expression.text, *((named.name, named.source) if named.name else ()))
    if group == 1:
        return call("xspec.Model", words, target=_variable(named, 1))
    again = call("xspec.AllModels", _group_words(named, group), target=_variable(named, group))
    return (*call("xspec.Model", words), *again)


def _group_words(named: NamedModel, group: int) -> tuple[int | str, ...]:
    return (group, named.name) if named.name else (group,)


def _variable(named: NamedModel, group: int) -> str:
    return "_".join(("model", *filter(None, (named.name, str(group) if group > 1 else ""))))


def _places(named: NamedModel, groups: list[int]) -> list[_Place]:
    """Give the parameters of a new model in XSPEC: groups behind the first are tied to it."""
    first = named.expression.parameters(1)
    prefix = f"{named.name}:" if named.name else ""
    return [
        _Place(
            named,
            _variable(named, group),
            replace(p, group=group),
            f"{prefix}p{p.number}" if group != groups[0] else "",
        )
        for group in groups
        for p in first
    ]


def _parameter(place: _Place, now: XcmParameter) -> list[str]:
    """Write one parameter: where it is tied, or its value, limits, and whether it is frozen."""
    name, usual = place.code, place.usual
    if now.link:
        return [] if now.link == place.tied else [f"{name}.link = {text(formula(now.link))}"]
    value = repr(float(now.value or 0.0))
    lines = []
    if all(getattr(now, n) == getattr(usual, n) for n in LIMITS):
        lines.append(f"{name} = {value}" if "(" not in name else f"{name}.values = {value}")
    else:
        lines += [f"{name}.untie()"] if place.tied else []
        limits = (getattr(now, n) for n in ("delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi"))
        numbers = (value, *(repr(float(limit)) for limit in limits))
        lines.append("# value, step, and limits: hard and soft below, soft and hard above")
        lines.append(f'{name}.values = "{",".join(numbers)}"')
    if now.frozen or usual.frozen:
        lines.append(f"{name}.frozen = {bool(now.frozen)!r}")
    return lines


def source_lines(responses: tuple[SourceResponse, ...], folders: tuple[str, ...]) -> Iterator[str]:
    """Write through which responses the spectra see further sources; XSPEC counts them from 0.

    Parameters
    ----------
    responses : tuple of SourceResponse
    folders : tuple of str
        For each spectrum the folder of the files that it names.
    """
    for one in responses:
        spectrum = f"xspec.AllData({one.spectrum})"
        own = f"{spectrum}.response" if one.source == 1 else ""
        target = own or f"{spectrum}.multiresponse[{one.source - 1}]"
        if one.rmf_path != SAME:
            yield f"{target} = {text(one.rmf_path)}"
            if one.arf_path:
                yield f"{target}.arf = {text(one.arf_path)}"
        elif not own:
            yield f"with contextlib.chdir({text(folders[one.spectrum - 1])}):"
            yield f"    {target} = {spectrum}.response.rmf"
            yield "    with contextlib.suppress(Exception):  # a response may have no ARF"
            yield f"        {target}.arf = {spectrum}.response.arf"


def error_words(model: str, parameters: Parameters, numbers: Iterable[int], fitted: Fitted) -> str:
    """Give the parameters that are meant by our numbers as XSPEC's ``error`` takes them.

    Parameters
    ----------
    model : str
        The models of all sources.
    parameters : tuple of Parameter
        Of all models and data groups.
    numbers : iterable of int
        Ours, running through all models and data groups.
    fitted : Fitted
        What the models are fitted to.
    """
    composite = Composite.parse(model)
    theirs = Numbers(composite, fitted.n_groups, fitted.seen(composite)).theirs
    stands: dict[int, int] = {}  # where XSPEC has not ours, the first that is tied to it
    for number, root in enumerate(Resolved(parameters).root, start=1):
        if number in theirs:
            stands.setdefault(root, number)
    meant = (number if number in theirs else stands.get(number) for number in numbers)
    named = (theirs[number] for number in meant if number is not None)
    return " ".join(f"{name}:{local}" if name else str(local) for name, local in named)


def names_of(model: str) -> list[str]:
    """Give the names of the models of all sources."""
    return [one.name for one in Composite.parse(model).models]
