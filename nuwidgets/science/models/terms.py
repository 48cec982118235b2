"""An expression taken apart: each additive component with all that multiplies or changes it.

The parts add up to the whole (XSPEC's ``setplot add``). A convolution acts on each part alone,
but those that only set a flux share theirs out, as each part alone would get all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.science.models.evaluate import Evaluator
    from nuwidgets.science.models.expression import Expression
    from nuwidgets.science.models.grid import Array
    from nuwidgets.science.models.parser import Node

SHARED = ("cflux", "cpflux", "clumin", "cglumin", "partcov")
"""Convolutions that change the whole by a factor or a constant: they are shared out."""
Terms = dict[int, "Array"]


def labels(expression: Expression) -> dict[int, str]:
    """Give each additive component its name by its index; with its number where two share it.

    Examples
    --------
    >>> from nuwidgets.science.models.expression import Expression
    >>> labels(Expression.parse("tbabs*(powerlaw + gaussian + gaussian)"))
    {1: 'powerlaw', 2: 'gaussian', 3: 'gaussian_4'}
    """
    given: dict[int, str] = {}
    for index in _additive(expression.tree):
        name = expression.components[index].name
        given[index] = f"{name}_{index + 1}" if name in given.values() else name
    return given


def _additive(node: Node) -> Iterator[int]:
    """Give the indices of the additive components of a part."""
    if not node.operation and node.kind == "add":
        yield node.index
    for child in node.children:
        yield from _additive(child)


def terms(evaluator: Evaluator, values: Array) -> Terms:
    """Give what each additive component adds to an additive expression, by its index.

    Parameters
    ----------
    evaluator : Evaluator
        Of the expression, on the energies that are meant.
    values : ndarray, shape (n_parameters,)
        Values of the parameters of one data group.

    Returns
    -------
    dict of ndarray, shape (n_bin,), photons/cm2/s
    """
    return _Apart(evaluator, values).of(evaluator.expression.tree)


class _Apart:
    """Walks a tree at given values."""

    def __init__(self, evaluator: Evaluator, values: Array) -> None:
        self._evaluator, self._values = evaluator, values
        self._alone = evaluator.parts(values)
        ends = np.cumsum([len(one.parameters) for one in evaluator.expression.components])
        self._norms = ends - 1

    def of(self, node: Node) -> Terms:
        if not node.operation:
            return {node.index: self._alone[node.index]}
        if node.operation == "@":
            return self._convolved(node)
        if node.operation == "+":
            return {k: term for child in node.children for k, term in self.of(child).items()}
        found = next(self.of(child) for child in node.children if child.kind == "add")
        factor = np.prod([self._factor(c) for c in node.children if c.kind == "mul"], axis=0)
        return {k: term * factor for k, term in found.items()}

    def _factor(self, node: Node) -> Array:
        if node.operation in ("", "@"):
            return self._alone[node.index]
        combine = np.prod if node.operation == "*" else np.sum
        return np.asarray(combine([self._factor(child) for child in node.children], axis=0))

    def _convolved(self, node: Node) -> Terms:
        inside = self.of(node.children[0])
        whole = self._alone[node.index]
        if len(inside) == 1:
            return dict.fromkeys(inside, whole)
        if self._evaluator.expression.components[node.index].name in SHARED:
            total = np.sum(list(inside.values()), axis=0)
            share = np.divide(whole, total, out=np.zeros_like(whole), where=total != 0)
            return {k: term * share for k, term in inside.items()}
        return {k: self._with_alone(k, inside)[node.index] for k in inside}

    def _with_alone(self, index: int, inside: Terms) -> tuple[Array, ...]:
        """Give all components with the norms of the others inside at 0."""
        values = np.array(self._values, float)
        values[[self._norms[other] for other in inside if other != index]] = 0.0
        return self._evaluator.parts(values)
