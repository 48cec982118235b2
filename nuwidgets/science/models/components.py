"""The components an expression may name, with XSPEC's parameters, defaults and limits.

The numbers are those of XSPEC's ``model.dat`` (12.9.1); additive components get ``norm`` last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models.absorption import mean_sigma
from nuwidgets.science.models.lines import gaussian
from nuwidgets.science.models.powerlaws import cutoff_powerlaw, powerlaw
from nuwidgets.science.models.scale import constant
from nuwidgets.science.models.thermal import bbody, bremss

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.science.models.grid import Array, Grid

Kind: TypeAlias = Literal["add", "mul"]
Prepared: TypeAlias = Any
NORM = ParameterDefinition("norm", "", 1.0, 0.0, 0.0, 1e20, 1e24, 0.01)
"""Last parameter of every additive component."""


@dataclass(frozen=True)
class Component:
    """One spectral component: what it is called, what it asks for, what it gives."""

    name: str
    """Name as XSPEC writes it."""
    kind: Kind
    """``add`` gives photons/cm2/s per bin, ``mul`` factors per bin."""
    parameters: tuple[ParameterDefinition, ...]
    """Its parameters in XSPEC's order; ``norm`` last when additive."""
    prepare: Callable[[Grid, str, str], Prepared]
    """(grid, abundance, cross section) -> what does not depend on the parameters."""
    compute: Callable[..., Array]
    """(prepared, *shape parameters) -> values per bin, an additive one for norm 1."""

    @property
    def n_shape(self) -> int:
        """Number of parameters without the norm."""
        return len(self.parameters) - (self.kind == "add")


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


def _same(grid: Grid, _abundance: str, _cross_section: str) -> Grid:
    return grid


def _tbabs(grid: Grid, abundance: str, cross_section: str) -> Array:
    return mean_sigma(grid, "tbabs", abundance, cross_section)


def _phabs(grid: Grid, abundance: str, cross_section: str) -> Array:
    return mean_sigma(grid, "phabs", abundance, cross_section)


def _transmission(sigma: Array, nh: float) -> Array:
    """Give exp(-nH sigma), shape (n_bin,), with nH in 1e22 / cm2 and sigma in 1e-22 cm2."""
    return np.asarray(np.exp(-nh * sigma))


_P = ParameterDefinition
_INDEX = _P("PhoIndex", "", 1.0, -3.0, -2.0, 9.0, 10.0, 0.01)
_NH = _P("nH", "10^22", 1.0, 0.0, 0.0, 1e5, 1e6, 1e-3)
_CUTOFF = _P("HighECut", "keV", 15.0, 0.01, 1.0, 500.0, 500.0, 0.01)
_KT_BBODY = _P("kT", "keV", 3.0, 1e-4, 1e-2, 100.0, 200.0, 0.01)
_KT_BREMSS = _P("kT", "keV", 7.0, 1e-4, 1e-4, 100.0, 200.0, 0.05)
_LINE = _P("LineE", "keV", 6.5, 0.0, 0.0, 1e6, 1e6, 0.05)
_SIGMA = _P("Sigma", "keV", 0.1, 0.0, 0.0, 10.0, 20.0, 0.05)
_FACTOR = _P("factor", "", 1.0, 0.0, 0.0, 1e10, 1e10, 0.01)

COMPONENTS: dict[str, Component] = {
    component.name: component
    for component in (
        Component("powerlaw", "add", (_INDEX, NORM), _same, powerlaw),
        Component("cutoffpl", "add", (_INDEX, _CUTOFF, NORM), _same, cutoff_powerlaw),
        Component("bbody", "add", (_KT_BBODY, NORM), _same, bbody),
        Component("bremss", "add", (_KT_BREMSS, NORM), _same, bremss),
        Component("gaussian", "add", (_LINE, _SIGMA, NORM), _same, gaussian),
        Component("TBabs", "mul", (_NH,), _tbabs, _transmission),
        Component("phabs", "mul", (_NH,), _phabs, _transmission),
        Component("constant", "mul", (_FACTOR,), _same, constant),
    )
}
"""All components by XSPEC's name."""
