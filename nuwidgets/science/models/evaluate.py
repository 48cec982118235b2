"""Evaluate an expression again and again: only components whose parameters moved are redone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.science.models.absorption import check_tables
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from nuwidgets.science.models.components import Prepared
    from nuwidgets.science.models.expression import Expression
    from nuwidgets.science.models.grid import Array
    from nuwidgets.science.models.parser import Node


KEPT = 3
"""Values of a component that are remembered: a step aside and back costs one computation."""


class Evaluator:
    """Evaluates one expression on one set of energy bins, remembering each component.

    Changing one parameter recomputes one component (a norm: none) and the convolutions it stands
    behind; changing it back recomputes nothing. A convolution acts on these bins and no others, as
    in XSPEC: what lies outside of them is not there. Not for two threads at once: give each its
    own.

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
        self._memory: list[dict[tuple[float, ...], Array]] = [{} for _ in self._spans]
        self._convolutions = {node.index: node for node in _convolutions(expression.tree)}

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
        return self._own(self.expression.tree, self._checked(values))

    def parts(self, values: npt.ArrayLike) -> tuple[Array, ...]:
        """Give each component on its own, in order, additive ones with their norm.

        A convolution's part is what it makes of all it acts on.

        Returns
        -------
        tuple of ndarray, shape (n_bin,)

        Raises
        ------
        InputError
            As when calling.
        """
        checked = self._checked(values)
        return tuple(
            self._convolved(self._convolutions[index], checked)
            if index in self._convolutions
            else self._component(index, checked)
            for index in range(len(self._spans))
        )

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
        found = self._memory[index].get(shape)
        if found is None:
            with np.errstate(over="ignore", under="ignore"):
                found = component.compute(self._prepared[index], *shape)
            self._remember(index, shape, found)
        return np.asarray(found * values[end - 1]) if component.kind == "add" else found

    def _convolved(self, node: Node, values: list[float]) -> Array:
        """Give what a convolution makes of its product; not the caller's own."""
        index, inside = node.index, node.children[0]
        start, end = self._spans[index]
        # what it acts on is numbered right behind it, so these are all that matters
        key = tuple(values[start : self._spans[_last(inside)][1]])
        found = self._memory[index].get(key)
        if found is None:
            photons = self._look(inside, values)
            component = self.expression.components[index]
            with np.errstate(over="ignore", under="ignore"):
                found = component.compute(self._prepared[index], photons, *values[start:end])
            self._remember(index, key, found)
        return found

    def _remember(self, index: int, key: tuple[float, ...], value: Array) -> None:
        memory = self._memory[index]
        memory[key] = value
        if len(memory) > KEPT:
            del memory[next(iter(memory))]

    def _look(self, node: Node, values: list[float]) -> Array:
        """Give the value of a part, to be read only: it may be in memory."""
        if node.operation == "@":
            return self._convolved(node, values)
        return self._own(node, values) if node.operation else self._component(node.index, values)

    def _own(self, node: Node, values: list[float]) -> Array:
        """Give the value of a part as an array that is the caller's own."""
        if node.operation in ("", "@"):
            return self._look(node, values).copy()
        result = self._own(node.children[0], values)
        for child in node.children[1:]:
            other = self._look(child, values)
            if node.operation == "*":
                result *= other
            else:
                result += other
        return result


def _convolutions(node: Node) -> Iterator[Node]:
    """Give the convolutions of an expression."""
    if node.operation == "@":
        yield node
    for child in node.children:
        yield from _convolutions(child)


def _last(node: Node) -> int:
    """Give the index of the last component of a part."""
    return _last(node.children[-1]) if node.children else node.index
