"""Reads XSPEC's model syntax into a checked tree, and writes the tree as XSPEC prints it.

Products bind before sums, a name before a bracket multiplies it, names may be abbreviated as
long as they stay unique and are written in any case. An additive component cannot multiply an
additive one, and the two kinds cannot be summed. A convolution acts on everything to its right
in its product; brackets around both end its reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn, cast

from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.science.models.components import Component, Kind, find_component
from nuwidgets.science.models.tables import table_component

if TYPE_CHECKING:
    from nuwidgets.science.models.tables import TableKind

_TOKEN = re.compile(r"\s*(?:([ame]table\{[^{}]*\}|[A-Za-z][A-Za-z0-9_]*)|([*+()])|(\S))")
DEEPEST = 50
"""Brackets and convolutions may be nested this deep."""
JOINLESS = "two components follow each other. Put * or + between them."
"""Said of two names with nothing between them."""


def _component(word: str) -> Component:
    """Give the component of a name, or of a table model as ``atable{path}``."""
    kind, brace, path = word.partition("{")
    if not brace:
        return find_component(word)
    return table_component(path[:-1].strip(), cast("TableKind", kind))


class ExpressionError(InputError):
    """A model expression that cannot be read; `position` counts characters from 0."""

    def __init__(self, message: str, text: str, position: int) -> None:
        super().__init__(
            f"Cannot read the model {text!r}: {message}\nat character {position + 1}:\n"
            f"  {_one_line(text)}\n  {' ' * position}^"
        )
        self.position = position


@dataclass(frozen=True)
class Node:
    """A part of an expression: one component, a product, a sum or a convolution."""

    operation: Literal["", "*", "+", "@"]
    """What joins the children; empty for a component, ``@`` for a convolution."""
    children: tuple[Node, ...] = ()
    """The parts; empty for a component; of a convolution what it acts on, alone."""
    index: int = -1
    """Index of the component or convolution, from 0; -1 for products and sums."""
    kind: Kind = "add"
    """``add`` when it gives photons, ``mul`` when it gives factors."""


class Reader:
    """Reads tokens from left to right, one function per rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.components: list[Component] = []
        """Those that were named, in order."""
        self.depth = 0
        self.tokens: list[tuple[str, int]] = []
        for match in _TOKEN.finditer(text):
            token, position = match[match.lastindex or 0], match.start(match.lastindex or 0)
            if match[3]:
                self.fail(f"{token!r} has no place in a model. Use names, *, + and ().", position)
            self.tokens.append((token, position))
        self.tokens.append(("", len(text)))
        self.at = 0

    @property
    def word(self) -> str:
        """The token to read next; empty at the end."""
        return self.tokens[self.at][0]

    @property
    def position(self) -> int:
        """Where that token begins, from 0."""
        return self.tokens[self.at][1]

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Raise an error that points at `position`, or at the token to read next."""
        raise ExpressionError(message, self.text, self.position if position is None else position)

    def whole(self) -> Node:
        """Read the whole text."""
        if not self.word:
            self.fail("it is empty. Write for example 'tbabs*powerlaw'.")
        tree = self.sum()
        if self.word == ")":
            self.fail("this bracket closes nothing.")
        if self.word:
            self.fail(JOINLESS)
        return tree

    def sum(self) -> Node:
        """Read products joined by +."""
        parts = [self.product()]
        while self.word == "+":
            position = self.position
            self.at += 1
            parts.append(self.product())
            if parts[-1].kind != parts[0].kind:
                self.fail(
                    "an additive and a multiplicative component cannot be summed. "
                    "Multiply them, or sum components of one kind.",
                    position,
                )
        return _join("+", parts)

    def product(self) -> Node:
        """Read factors joined by *, or by a bracket after a name."""
        starts = [self.position]
        parts = [self.factor()]
        while self.word in ("*", "("):
            self.at += self.word == "*"
            starts.append(self.position)
            parts.append(self.factor())
            if [part.kind for part in parts].count("add") > 1:
                self.fail("an additive component cannot multiply another one.", starts[-1])
        return _join("*", parts)

    def factor(self) -> Node:
        """Read a component, a convolution with the rest of its product, or a bracket."""
        if self.word == "(":
            return self.bracket()
        if not self.word:
            self.fail("a component is missing at the end.")
        if not self.word[0].isalpha():
            self.fail(f"a component is missing before {self.word!r}.")
        try:
            component = _component(self.word)
        except NuwidgetsError as error:
            self.fail(str(error))
        position, index = self.position, len(self.components)
        self.at += 1
        self.components.append(component)
        if component.kind == "con":
            return self.convolution(component, index, position)
        return Node("", (), index, component.kind)

    def convolution(self, component: Component, index: int, position: int) -> Node:
        """Read what a convolution acts on: the rest of its product."""
        name = component.name
        if self.word in ("", "+", ")"):
            self.fail(
                f"the convolution {name} has nothing to act on. Write after it what it changes: "
                f"'{name}*powerlaw'.",
                position,
            )
        if self.word not in ("*", "("):
            self.fail(JOINLESS)
        self.enter()
        self.at += self.word == "*"
        inside = self.product()
        self.depth -= 1
        if inside.kind == "mul" and not component.takes_factors:
            self.fail(
                f"the convolution {name} acts on photons, and what follows it is only "
                f"multiplicative. Put an additive component into its product: "
                f"'{name}*tbabs*powerlaw'.",
                position,
            )
        return Node("@", (inside,), index, inside.kind)

    def enter(self) -> None:
        """Go one level deeper, not endlessly."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"brackets are nested more than {DEEPEST} deep.")

    def bracket(self) -> Node:
        """Read what stands between brackets."""
        opened = self.position
        self.enter()
        self.at += 1
        inside = self.sum()
        if self.word != ")":
            message = "this bracket is not closed."
            self.fail(message, opened) if not self.word else self.fail(JOINLESS)
        self.at += 1
        self.depth -= 1
        return inside


def _join(operation: Literal["*", "+"], parts: list[Node]) -> Node:
    """Join parts into one node, flat where the operation is the same."""
    if len(parts) == 1:
        return parts[0]
    children: list[Node] = []
    for part in parts:
        children += part.children if part.operation == operation else (part,)
    kind: Kind = "add" if any(part.kind == "add" for part in parts) else "mul"
    return Node(operation, tuple(children), -1, kind)


def write(node: Node, names: list[str]) -> str:
    """Give the text XSPEC would print."""
    if not node.operation:
        return names[node.index]
    if node.operation == "+":
        return " + ".join(write(child, names) for child in node.children)
    pieces = list(node.children)
    text = names[node.index] if node.operation == "@" else ""
    for child in pieces:
        piece = write(child, names)
        bracket = child.operation == "+" or (child.operation == "@" and child is not pieces[-1])
        text += ("" if bracket or not text else "*") + (f"({piece})" if bracket else piece)
    return text


def _one_line(text: str) -> str:
    return re.sub(r"[^\S ]", " ", text)
