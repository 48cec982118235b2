"""The components an expression may name, with XSPEC's parameters, defaults and limits.

Each family declares its own; the numbers are those of XSPEC's ``model.dat`` (12.9.1).
"""

from __future__ import annotations

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models import absorption, lines, powerlaws, scale, thermal
from nuwidgets.science.models.component import Component, Kind, Prepared

__all__ = ["COMPONENTS", "Component", "Kind", "Prepared", "find_component"]

_FAMILIES = (powerlaws, thermal, lines, absorption, scale)

COMPONENTS: dict[str, Component] = {
    component.name: component for family in _FAMILIES for component in family.COMPONENTS
}
"""All components by XSPEC's name."""


def find_component(name: str) -> Component:
    """Give the component of a name or unique abbreviation, in any case.

    Raises
    ------
    InputError
        Unknown or ambiguous name; the message lists the candidates.

    Examples
    --------
    >>> find_component("po").name, find_component("TB").name
    ('powerlaw', 'TBabs')
    """
    wanted = name.lower()
    matches = [c for c in COMPONENTS.values() if c.name.lower().startswith(wanted)]
    exact = [c for c in matches if c.name.lower() == wanted]
    if exact or len(matches) == 1:
        return (exact or matches)[0]
    if matches:
        raise InputError(
            f"The name {name!r} could mean {' or '.join(c.name for c in matches)}: write more of it"
        )
    raise InputError(f"No component is called {name!r}. {nearest(name, COMPONENTS)}")
