"""The components an expression may name, with XSPEC's parameters, defaults and limits.

Each family declares its own; the numbers are those of XSPEC's ``model.dat`` (12.9.1).
"""

from __future__ import annotations

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models import (
    absorption,
    broken,
    comptonised,
    convolutions,
    cutoffs,
    disks,
    edges,
    extinction,
    foreign,
    grainless,
    lines,
    parabola,
    partial,
    plasma,
    powerlaws,
    redshifted,
    reflected,
    scale,
    smoothing,
    thermal,
    titarchuk,
    varied,
    wabs,
)
from nuwidgets.science.models.component import Component, Kind, Prepared

__all__ = ["COMPONENTS", "Component", "Kind", "Prepared", "find_component"]

_FAMILIES = (
    powerlaws,
    parabola,
    broken,
    thermal,
    plasma,
    disks,
    comptonised,
    titarchuk,
    reflected,
    lines,
    absorption,
    redshifted,
    grainless,
    varied,
    partial,
    wabs,
    extinction,
    cutoffs,
    edges,
    scale,
    convolutions,
    smoothing,
)

COMPONENTS: dict[str, Component] = {
    component.name: component for family in _FAMILIES for component in family.COMPONENTS
}
"""All components by XSPEC's name."""


ORDER = ("add", "mul", "con")


def find_component(name: str) -> Component:
    """Give the component of a name or an abbreviation, in any case.

    Of several that begin so the first counts, in XSPEC's order: additive ones, factors,
    convolutions, by their names; a single letter is too short for that.

    Raises
    ------
    InputError
        Unknown name, or a letter that several begin with; the message lists the candidates.

    Examples
    --------
    >>> find_component("po").name, find_component("TB").name, find_component("ga").name
    ('powerlaw', 'TBabs', 'gaussian')
    """
    wanted = name.lower()
    matches = [c for c in COMPONENTS.values() if c.name.lower().startswith(wanted)]
    matches.sort(
        key=lambda one: (one.name.lower() != wanted, ORDER.index(one.kind), one.name.lower())
    )
    if len(matches) > 1 and len(wanted) == 1:
        names = " or ".join(one.name for one in matches)
        raise InputError(f"The name {name!r} could mean {names}: write more of it")
    if matches:
        return matches[0]
    if (other := foreign.find(name)) is not None:
        return other
    raise InputError(f"No component is called {name!r}. {nearest(name, COMPONENTS)}")
