"""A model expression: its components, its numbered parameters, its values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from nuwidgets.domain.model import Parameter
from nuwidgets.errors import InputError
from nuwidgets.science.models.parser import Node, Reader, write

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.science.models.component import Component, Kind
    from nuwidgets.science.models.grid import Array


@dataclass(frozen=True)
class Expression:
    """A model expression that has been read and checked; compares and hashes by its text."""

    text: str
    """Canonical form, as XSPEC prints it."""
    components: tuple[Component, ...] = field(compare=False, repr=False)
    """The components in order; XSPEC's component number is the index plus 1."""
    tree: Node = field(compare=False, repr=False)
    """How they are joined."""

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Read a model expression.

        Raises
        ------
        InputError
            Malformed text, unknown or ambiguous component, or kinds that do not go together.
            The message points at the character; `position` holds it, from 0.

        Examples
        --------
        >>> Expression.parse("tb(po+ga)").text
        'TBabs(powerlaw + gaussian)'
        """
        return _read(text) if "{" in text else _parse(text)  # the file of a table may change

    @property
    def kind(self) -> Kind:
        """``add`` when it gives photons/cm2/s, ``mul`` when it gives bare factors."""
        return self.tree.kind

    @property
    def n_parameters(self) -> int:
        """Number of parameters of one data group."""
        return sum(len(component.parameters) for component in self.components)

    def parameters(
        self, n_groups: int = 1, before: int = 0, model: str = ""
    ) -> tuple[Parameter, ...]:
        """Give all parameters at their defaults, numbered as XSPEC numbers them.

        With several data groups those of the later ones are linked to the first, except the
        factor of ``constant``: it is frozen at 1 in group 1 and free in the others, so that it
        calibrates the spectra against each other.

        Parameters
        ----------
        n_groups : int
            Number of data groups.
        before : int
            How many parameters of other models come before.
        model : str
            Name of the model; empty for the unnamed one.

        Raises
        ------
        InputError
            Fewer than one group.
        """
        if n_groups < 1:
            raise InputError(
                f"Cannot number parameters for {n_groups!r} data groups: at least 1 is needed."
            )
        first = tuple(self._first_group(before, model, calibrated=n_groups > 1))
        size = len(first)
        return first + tuple(
            replace(
                parameter,
                number=(group - 1) * size + parameter.number,
                group=group,
                frozen=False if parameter.component == "constant" else parameter.frozen,
                link="" if parameter.component == "constant" else f"p{parameter.number}",
            )
            for group in range(2, n_groups + 1)
            for parameter in first
        )

    def _first_group(self, before: int, model: str, *, calibrated: bool) -> list[Parameter]:
        pairs = [
            (number, component, definition)
            for number, component in enumerate(self.components, start=1)
            for definition in component.parameters
        ]
        return [
            Parameter(
                number=index,
                component=component.name,
                component_number=number,
                name=definition.name,
                unit=definition.unit,
                value=definition.default,
                frozen=definition.frozen or (calibrated and component.name == "constant"),
                hard_lo=definition.hard_lo,
                soft_lo=definition.soft_lo,
                soft_hi=definition.soft_hi,
                hard_hi=definition.hard_hi,
                delta=definition.delta,
                model=model,
            )
            for index, (number, component, definition) in enumerate(pairs, start=before + 1)
        ]

    def evaluate(
        self,
        edges_kev: npt.ArrayLike,
        values: npt.ArrayLike,
        abundance: str = "wilm",
        cross_section: str = "vern",
    ) -> Array:
        """Give the model in each energy bin; `Evaluator` does it faster again and again.

        Parameters
        ----------
        edges_kev : array_like, shape (n_bin + 1,), keV
            Edges of the energy bins.
        values : array_like, shape (n_parameters,)
            Values of the parameters of one data group.
        abundance, cross_section : str
            Tables for the absorption, by XSPEC's names.

        Returns
        -------
        ndarray, shape (n_bin,), photons/cm2/s, or factors when `kind` is ``mul``

        Raises
        ------
        InputError
            Edges, values or names of tables that cannot be used.
        """
        from nuwidgets.science.models.evaluate import Evaluator

        return Evaluator(self, edges_kev, abundance, cross_section)(values)


@lru_cache(maxsize=256)
def _parse(text: str) -> Expression:
    return _read(text)


def _read(text: str) -> Expression:
    reader = Reader(text)
    tree = reader.whole()
    components = tuple(reader.components)
    return Expression(write(tree, [one.name for one in components]), components, tree)
