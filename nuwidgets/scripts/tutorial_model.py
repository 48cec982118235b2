"""A model's parameters as PyXspec sets them, from the defaults that XSPEC gives a new model."""

from __future__ import annotations

import keyword
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parameters import LIMITS
from nuwidgets.scripts.values import text

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter

Parameters = tuple["Parameter", ...]


def xspec_defaults(expression: Expression, n_groups: int) -> Parameters:
    """Give the parameters of a new model in XSPEC: later groups are tied to the first, all of them.

    Parameters
    ----------
    expression : Expression
    n_groups : int
        Number of data groups.
    """
    first = expression.parameters(1)
    return first + tuple(
        replace(p, number=p.number + (group - 1) * len(first), group=group, link=p.number)
        for group in range(2, n_groups + 1)
        for p in first
    )


def model_lines(model: str, parameters: Parameters) -> tuple[str, ...]:
    """Write a model, and what makes its parameters the given ones.

    Raises
    ------
    InputError
        If there are more or fewer parameters than the model has.
    """
    expression = Expression.parse(model)
    size = expression.n_parameters
    n_groups = max(1, len(parameters) // size)
    usual = xspec_defaults(expression, n_groups)
    if len(usual) != len(parameters):
        raise InputError(
            f"Cannot write the fit for PyXspec: {model!r} has {size} parameters for each spectrum,"
            f" the session {len(parameters)} in all. Set the model again."
        )
    lines = [f"model = xspec.Model({text(expression.text)})"]
    for group in range(1, n_groups + 1):
        pairs = [p for p in zip(parameters, usual, strict=True) if p[0].group == group]
        own = [*chain.from_iterable(_parameter(p, u, size, expression) for p, u in pairs)]
        if group > 1 and own:
            lines.append(f"{_variable(group)} = xspec.AllModels({group})")
        lines += own
    return tuple(lines)


def _variable(group: int) -> str:
    return "model" if group == 1 else f"model_{group}"


def _parameter(p: Parameter, usual: Parameter, size: int, expression: Expression) -> list[str]:
    """Write one parameter: where it is tied, or its value, limits, and whether it is frozen."""
    name = _name(p, size, expression)
    if p.link is not None:
        return [] if p.link == usual.link else [f'{name}.link = "p{p.link}"']
    value = repr(float(p.value))
    lines = []
    if all(getattr(p, n) == getattr(usual, n) for n in LIMITS):
        lines.append(f"{name} = {value}" if "(" not in name else f"{name}.values = {value}")
    else:
        lines += [f"{name}.untie()"] if usual.link is not None else []
        numbers = (p.value, p.delta, p.hard_lo, p.soft_lo, p.soft_hi, p.hard_hi)
        lines.append("# value, step, and limits: hard and soft below, soft and hard above")
        lines.append(f'{name}.values = "{",".join(repr(float(n)) for n in numbers)}"')
    if p.frozen or usual.frozen:
        lines.append(f"{name}.frozen = {p.frozen!r}")
    return lines


def _name(p: Parameter, size: int, expression: Expression) -> str:
    """Give how PyXspec calls a parameter; a component that comes again has its place added."""
    before = [one.name for one in expression.components[: p.component_number - 1]]
    component = f"{p.component}_{p.component_number}" if p.component in before else p.component
    if not p.name.isidentifier() or keyword.iskeyword(p.name):
        return f"{_variable(p.group)}({p.number - (p.group - 1) * size})"
    return f"{_variable(p.group)}.{component}.{p.name}"
