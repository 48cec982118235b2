"""What a spectral component is: its name, its parameters, and what gives its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nuwidgets.domain.model import ParameterDefinition

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.science.models.grid import Array, Grid

Kind: TypeAlias = Literal["add", "mul", "con"]
Prepared: TypeAlias = Any
NORM = ParameterDefinition("norm", "", 1.0, 0.0, 0.0, 1e20, 1e24, 0.01)
"""Last parameter of every additive component."""
REDSHIFT = ParameterDefinition("Redshift", "", 0.0, -0.999, -0.999, 10.0, 10.0, 0.01, frozen=True)
"""Of components whose energies are those of the source."""


@dataclass(frozen=True)
class Component:
    """One spectral component: what it is called, what it asks for, what it gives."""

    name: str
    """Name as XSPEC writes it."""
    kind: Kind
    """``add`` gives photons/cm2/s per bin, ``mul`` factors per bin, ``con`` changes photons."""
    parameters: tuple[ParameterDefinition, ...]
    """Its parameters in XSPEC's order; ``norm`` last when additive."""
    prepare: Callable[[Grid, str, str], Prepared]
    """(grid, abundance, cross section) -> what does not depend on the parameters."""
    compute: Callable[..., Array]
    """(prepared, *shape parameters) -> values per bin, an additive one for norm 1.

    One of kind ``con`` takes (prepared, photons per bin, *parameters) and gives photons per bin;
    it leaves the photons it is given as they are.
    """
    takes_factors: bool = False
    """Whether one of kind ``con`` may act on bare factors too (``partcov`` does)."""
    approximate: str = ""
    """How far it is from XSPEC's, in a sentence, where a fit would notice; empty where not."""

    @property
    def n_shape(self) -> int:
        """Number of parameters without the norm."""
        return len(self.parameters) - (self.kind == "add")


def same(grid: Grid, _abundance: str, _cross_section: str) -> Grid:
    """Prepare nothing: the grid is all that is needed."""
    return grid
