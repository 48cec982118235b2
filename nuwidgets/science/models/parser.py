"""Reads XSPEC's model syntax into a checked tree, and writes the tree as XSPEC prints it.

Products bind before sums, a name before a bracket multiplies it, names may be abbreviated as
long as they stay unique and are written in any case. An additive component cannot multiply an
additive one, and the two kinds cannot be summed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from nuwidgets.errors import InputError
from nuwidgets.science.models.components import Kind, find_component

_TOKEN = re.compile(r"\s*(?:([A-Za-z][A-Za-z0-9_]*)|([*+()])|(\S))")
DEEPEST = 50
"""Brackets may be nested this deep."""


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
    """A part of an expression: one component, a product or a sum."""

    operation: Literal["", "*", "+"]
    """What joins the children; empty for a component."""
    children: tuple[Node, ...] = ()
    """The parts; empty for a component."""
    index: int = -1
    """Index of the component, from 0; -1 for products and sums."""
    kind: Kind = "add"
    """``add`` when it gives photons, ``mul`` when it gives factors."""


class Reader:
    """Reads tokens from left to right, one function per rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: list[str] = []
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
            self.fail("two components follow each other. Put * or + between them.")
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
        start = self.position
        parts, starts = [self.factor()], [start]
        while self.word in ("*", "("):
            self.at += self.word == "*"
            starts.append(self.position)
            parts.append(self.factor())
            if [part.kind for part in parts].count("add") > 1:
                self.fail("an additive component cannot multiply another one.", starts[-1])
        return _join("*", parts)

    def factor(self) -> Node:
        """Read a component or a bracket."""
        if self.word == "(":
            return self.bracket()
        if not self.word:
            self.fail("a component is missing at the end.")
        if not self.word[0].isalpha():
            self.fail(f"a component is missing before {self.word!r}.")
        try:
            component = find_component(self.word)
        except InputError as error:
            self.fail(str(error))
        self.at += 1
        self.names.append(component.name)
        return Node("", (), len(self.names) - 1, component.kind)

    def bracket(self) -> Node:
        """Read what stands between brackets."""
        opened = self.position
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"brackets are nested more than {DEEPEST} deep.")
        self.at += 1
        inside = self.sum()
        if self.word != ")":
            message = "this bracket is not closed."
            self.fail(message, opened) if not self.word else self.fail(
                "two components follow each other. Put * or + between them."
            )
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
    text = ""
    for child in node.children:
        piece = write(child, names)
        bracket = child.operation == "+"
        text += ("" if bracket or not text else "*") + (f"({piece})" if bracket else piece)
    return text


def _one_line(text: str) -> str:
    return re.sub(r"[^\S ]", " ", text)
