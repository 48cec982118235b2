"""Parts of a model: one of its components with all that acts on it, or all but one; unabsorbed.

A component is called by its number (``3``), its name (``gaussian``), or both where there are
several of a name (``gaussian_4``), as XSPEC does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parser import Node, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.arrays import Floats

DEPTHS = ("nH", "MaxTau")
"""Names of parameters that say how deep an absorber or an edge is; at 0 it lets all through."""
NORMED = ("cflux", "cpflux", "clumin")
"""Convolutions that scale all they act on to one flux: parts of that have none of their own."""


@dataclass(frozen=True)
class Part:
    """A part of an expression, to be evaluated by itself."""

    expression: Expression
    """The part as an expression of its own."""
    index: tuple[int, ...]
    """Which parameters of the whole are those of the part, from 0."""
    depths: tuple[int, ...] = ()
    """Which parameters of the part are set to 0, from 0: what absorbs is taken away."""
    absorbers: tuple[str, ...] = ()
    """Names of the components that `depths` belong to."""

    def values(self, values: Floats) -> Floats:
        """Give the values of the part's parameters from those of the whole."""
        chosen = np.array(values, dtype=np.float64)[list(self.index)]
        chosen[list(self.depths)] = 0.0
        return chosen


def whole(expression: Expression) -> Part:
    """Give an expression as a part."""
    return Part(expression, tuple(range(expression.n_parameters)))


def unabsorbed(part: Part) -> Part:
    """Give a part without its photo-electric absorbers and edges; other factors stay."""
    found = [
        (at, component.name)
        for component, (start, _) in zip(
            part.expression.components, spans(part.expression), strict=True
        )
        if component.kind == "mul"
        for at, parameter in enumerate(component.parameters, start)
        if parameter.name in DEPTHS
    ]
    names = tuple(dict.fromkeys(name for _, name in found))
    return replace(part, depths=tuple(at for at, _ in found), absorbers=names)


def alone(expression: Expression, index: int) -> Part:
    """Give one additive component with all factors and convolutions that act on it.

    Parameters
    ----------
    expression : Expression
        The whole.
    index : int
        The component, from 0.

    Raises
    ------
    InputError
        It is not additive, or shares a convolution that scales to a flux with others.
    """
    _require_additive(expression, index)
    return _kept(expression, {index})


def without(expression: Expression, index: int) -> Part:
    """Give all but one additive component; raises as `alone`, and where nothing is left."""
    _require_additive(expression, index)
    others = set(_additive(expression)) - {index}
    if not others:
        raise InputError(
            f"Cannot take {expression.components[index].name} away: {expression.text!r} has no"
            " other additive component. Add a continuum to the model."
        )
    return _kept(expression, others)


def component_index(expression: Expression, name: str) -> int:
    """Give the index, from 0, of the component that a number or a name means.

    Raises
    ------
    InputError
        Unknown number or name, or a name of several components.

    Examples
    --------
    >>> component_index(Expression.parse("tbabs(powerlaw + gaussian)"), "gaussian")
    2
    """
    text = name.strip().lower()
    names = [component.name.lower() for component in expression.components]
    if text.isdecimal():
        if 1 <= int(text) <= len(names):
            return int(text) - 1
        raise InputError(
            f"There is no component number {text} in {expression.text!r}: they run from 1 to"
            f" {len(names)}."
        )
    found = [i for i, one in enumerate(names) if text in (one, f"{one}_{i + 1}")]
    if len(found) == 1:
        return found[0]
    if found:
        numbered = " or ".join(f"{expression.components[i].name}_{i + 1}" for i in found)
        raise InputError(f"The name {name!r} means several components: write {numbered}.")
    known = [component.name for component in expression.components]
    raise InputError(f"No component of {expression.text!r} is {name!r}. {nearest(name, known)}")


def spans(expression: Expression) -> list[tuple[int, int]]:
    """Give where the parameters of each component begin and end, from 0."""
    ends = np.cumsum([0, *(len(c.parameters) for c in expression.components)]).tolist()
    return list(pairwise(ends))


def _additive(expression: Expression) -> list[int]:
    return [i for i, one in enumerate(expression.components) if one.kind == "add"]


def _require_additive(expression: Expression, index: int) -> None:
    one = expression.components[index]
    if one.kind != "add":
        able = [f"{expression.components[i].name}_{i + 1}" for i in _additive(expression)]
        raise InputError(
            f"Cannot take {one.name} (component {index + 1}) by itself: it gives no photons of its"
            f" own. Choose {' or '.join(able)}."
        )


def _kept(expression: Expression, wanted: set[int]) -> Part:
    """Give the part that holds these additive components and no others."""
    _require_own_scale(expression, wanted)
    tree = _pruned(expression.tree, expression, wanted) or expression.tree
    left = sorted(_indices(tree))
    number = {old: new for new, old in enumerate(left)}
    components = tuple(expression.components[i] for i in left)
    renumbered = _renumbered(tree, number)
    text = write(renumbered, [one.name for one in components])
    where = spans(expression)
    index = tuple(at for i in left for at in range(*where[i]))
    return Part(Expression(text, components, renumbered), index)


def _require_own_scale(expression: Expression, wanted: set[int]) -> None:
    additive = set(_additive(expression))
    for node in _convolutions(expression.tree):
        name, inside = expression.components[node.index].name, set(_indices(node)) & additive
        if name in NORMED and inside & wanted and inside - wanted:
            raise InputError(
                f"Cannot take parts of what {name} acts on: it scales all of it to one flux. Put"
                f" {name} before one component, or take the whole model."
            )


def _pruned(node: Node, expression: Expression, wanted: set[int]) -> Node | None:
    """Give what is left of a part of the tree; None if that is nothing."""
    if node.kind == "mul":
        return node
    if not node.operation:
        return node if node.index in wanted else None
    left = [_pruned(child, expression, wanted) for child in node.children]
    if node.operation == "+":
        kept = tuple(child for child in left if child is not None)
    else:
        kept = tuple(child for child in left if child is not None and None not in left)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 and node.operation != "@" else replace(node, children=kept)


def _renumbered(node: Node, number: dict[int, int]) -> Node:
    children = tuple(_renumbered(child, number) for child in node.children)
    return replace(node, children=children, index=number.get(node.index, -1))


def _indices(node: Node) -> Iterator[int]:
    if node.index >= 0:
        yield node.index
    for child in node.children:
        yield from _indices(child)


def _convolutions(node: Node) -> Iterator[Node]:
    if node.operation == "@":
        yield node
    for child in node.children:
        yield from _convolutions(child)
