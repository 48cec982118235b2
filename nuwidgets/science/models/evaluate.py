"""Evaluate an expression again and again: only components whose parameters moved are redone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.science.models.absorption import check_tables
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.science.models.components import Prepared
    from nuwidgets.science.models.expression import Expression
    from nuwidgets.science.models.grid import Array
    from nuwidgets.science.models.parser import Node


class Evaluator:
    """Evaluates one expression on one set of energy bins, remembering each component.

    Changing one parameter recomputes one component (a norm: none). Not for two threads at once:
    give each its own.

    Parameters
    ----------
    expression : Expression
        The model.
    edges_kev : array_like, shape (n_bin + 1,), keV
        Edges of the energy bins; see `Grid` for edges at 0 and reversed ones.
    abundance, cross_section : str
        Tables for the absorption, by XSPEC's names.

    Raises
    ------
    InputError
        Edges or names of tables that cannot be used.
    """

    def __init__(
        self,
        expression: Expression,
        edges_kev: npt.ArrayLike,
        abundance: str = "wilm",
        cross_section: str = "vern",
    ) -> None:
        check_tables(abundance, cross_section)
        self.expression = expression
        self.grid = Grid(edges_kev)
        self._prepared: list[Prepared] = [
            component.prepare(self.grid, abundance, cross_section)
            for component in expression.components
        ]
        ends = np.cumsum([0] + [len(c.parameters) for c in expression.components]).tolist()
        self._spans = list(pairwise(ends))
        self._memory: list[tuple[tuple[float, ...], Array] | None] = [None] * len(self._spans)

    def __call__(self, values: npt.ArrayLike) -> Array:
        """Give the model in each bin for the parameter values of one data group.

        Parameters
        ----------
        values : array_like, shape (n_parameters,)
            Values in the order of `Expression.parameters`.

        Returns
        -------
        ndarray, shape (n_bin,), photons/cm2/s, or factors for a multiplicative expression

        Raises
        ------
        InputError
            Wrong number of values, or a value that is not a finite number.
        """
        return self._value(self.expression.tree, self._checked(values))

    def parts(self, values: npt.ArrayLike) -> tuple[Array, ...]:
        """Give each component on its own, in order, additive ones with their norm.

        Returns
        -------
        tuple of ndarray, shape (n_bin,)

        Raises
        ------
        InputError
            As when calling.
        """
        checked = self._checked(values)
        return tuple(self._component(index, checked) for index in range(len(self._spans)))

    def _checked(self, values: npt.ArrayLike) -> list[float]:
        numbers = np.asarray(values, dtype=np.float64)
        wanted = self.expression.n_parameters
        if numbers.shape != (wanted,):
            raise InputError(
                f"Cannot evaluate {self.expression.text!r} with values of shape "
                f"{numbers.shape}: it has {wanted} parameters in each data group."
            )
        if not np.isfinite(numbers).all():
            raise InputError(
                f"Cannot evaluate {self.expression.text!r} at {numbers.tolist()!r}: "
                "every value must be a finite number."
            )
        return [float(number) for number in numbers]

    def _component(self, index: int, values: list[float]) -> Array:
        component = self.expression.components[index]
        start, end = self._spans[index]
        shape = tuple(values[start : start + component.n_shape])
        memory = self._memory[index]
        if memory is None or memory[0] != shape:
            with np.errstate(over="ignore", under="ignore"):
                memory = (shape, component.compute(self._prepared[index], *shape))
            self._memory[index] = memory
        if component.kind == "add":
            return np.asarray(memory[1] * values[end - 1])
        return memory[1]

    def _value(self, node: Node, values: list[float]) -> Array:
        if not node.operation:
            return self._component(node.index, values).copy()
        result = self._value(node.children[0], values)
        for child in node.children[1:]:
            other = self._value(child, values)
            if node.operation == "*":
                result *= other
            else:
                result += other
        return result
