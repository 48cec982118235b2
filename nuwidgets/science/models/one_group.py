"""The parameters of each data group as those of a model for that group alone."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from nuwidgets.science.models.carry import regroup
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.resolved import Resolved

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter

    Parameters = tuple[Parameter, ...]


@lru_cache(maxsize=8)
def groups_apart(expression: str, parameters: Parameters) -> tuple[Parameters, ...]:
    """Give the parameters of each data group, numbered from 1.

    What was tied to another group has that one's value and freezing, and moves by itself.

    Parameters
    ----------
    expression : str
        The model.
    parameters : tuple of Parameter
        Those of all groups.

    Returns
    -------
    tuple of tuples of Parameter
        None where there is no model, or the parameters are not (yet) those of the model.

    Raises
    ------
    InputError
        If the expression cannot be read.
    """
    composite = Composite.parse(expression) if expression.strip() and parameters else None
    n_groups = max((p.group for p in parameters), default=0)
    usual = composite.parameters(n_groups) if composite else ()
    if composite is None or len(usual) != len(parameters):
        return ()
    fresh = composite.parameters(1)
    root = Resolved(parameters).root
    frozen = [parameters[number - 1].frozen for number in root]
    size = len(fresh)
    found = []
    for group in range(1, n_groups + 1):
        own = regroup(parameters, usual, fresh, (group,))
        numbers = [i for i, p in enumerate(parameters) if p.group == group]
        pairs = zip(own, numbers[:size], strict=True)
        found.append(tuple(replace(p, frozen=p.frozen or frozen[i]) for p, i in pairs))
    return tuple(found)
