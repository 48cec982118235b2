"""Links between parameters: ``p3``, or a formula such as ``2*p3 + 0.1``, as in XSPEC.

A formula is read into a tree of known operations and functions; nothing of it is ever executed as
code.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log10,
    "log10": math.log10,
    "ln": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "min": min,
    "max": max,
}
"""What a formula may call; ``log`` is to base 10, as in XSPEC."""
_OPERATIONS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_PARAMETER = re.compile(r"p(\d{1,6})")
LONGEST = 500
"""Letters that a formula may have."""


@dataclass(frozen=True)
class Link:
    """A formula of other parameters; compares and hashes by its text."""

    text: str
    """Canonical form: ``p3`` for a plain tie, else a formula of ``p`` and numbers."""
    tree: ast.expr = field(compare=False, repr=False)
    """Its checked tree."""
    numbers: tuple[int, ...] = field(compare=False)
    """Numbers of the parameters it names, each once, rising."""

    @property
    def tied_to(self) -> int | None:
        """Number of the parameter whose value is taken as it is; None for a formula."""
        return self.numbers[0] if isinstance(self.tree, ast.Name) else None

    def value(self, values: Mapping[int, float]) -> float:
        """Give the value for those of the parameters, by number; NaN where there is none."""
        try:
            return float(_value(self.tree, values))
        except (ArithmeticError, ValueError, TypeError):
            return math.nan

    def renumbered(self, numbers: Mapping[int, int]) -> Link:
        """Give the formula with other numbers; those that are not in `numbers` stay."""

        def other(match: re.Match[str]) -> str:
            number = int(match[1])
            return f"p{numbers.get(number, number)}"

        return parse_link(re.sub(r"\bp(\d+)\b", other, self.text))


def parse_link(text: str) -> Link:
    """Read a link: ``"p3"``, ``"3"``, ``"= 2*p3 + 0.1"``, ``"p1^2"``.

    Raises
    ------
    InputError
        If it is no formula of parameters (``p`` and a number), numbers and known functions.

    Examples
    --------
    >>> parse_link("= 2*p3+.1").text
    '2*p3 + 0.1'
    >>> parse_link("3").tied_to
    3
    """
    return _parsed(text.strip())


@lru_cache(maxsize=512)
def _parsed(given: str) -> Link:
    text = given.removeprefix("=").strip()
    text = f"p{text}" if re.fullmatch(r"\d{1,6}", text) else text
    if not text or len(text) > LONGEST:
        raise _refused(given, "it is empty" if not text else "it is too long")
    try:
        tree = ast.parse(text.replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _refused(given, "it is no formula") from error
    try:
        numbers = tuple(sorted(set(_numbers(tree, given))))
    except RecursionError as error:
        raise _refused(given, "it is nested too deeply") from error
    if not numbers:
        raise _refused(given, "it names no parameter")
    return Link(_written(tree), tree, numbers)


def _refused(text: str, why: str) -> InputError:
    return InputError(
        f"Cannot link a parameter to {text!r}: {why}. Write another one as p and its number,"
        " e.g. 'p3' or '2*p3 + 0.1'."
    )


def _numbers(node: ast.AST, text: str) -> Iterator[int]:
    """Give the numbers of the parameters in a tree, refusing what a formula may not hold."""
    if isinstance(node, ast.Name):
        match = _PARAMETER.fullmatch(node.id)
        if not match:
            raise _refused(text, f"{node.id!r} is no parameter")
        yield int(match[1])
    elif isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call):
        for part in _operands(node, text):
            yield from _numbers(part, text)
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        raise _refused(text, "it holds something else than parameters, numbers and functions")


def _operands(node: ast.BinOp | ast.UnaryOp | ast.Call, text: str) -> list[ast.expr]:
    """Give what an operation or a function works on."""
    if isinstance(node, ast.Call):
        _check_call(node, text)
        return node.args
    if type(node.op) not in _OPERATIONS:
        raise _refused(text, "it holds an operation other than + - * / ^")
    return [node.left, node.right] if isinstance(node, ast.BinOp) else [node.operand]


def _check_call(node: ast.Call, text: str) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        raise _refused(text, f"no function is called {name!r}. {nearest(name, FUNCTIONS)}")
    if node.keywords or not node.args or (len(node.args) > 1 and name not in ("min", "max")):
        raise _refused(text, f"{name} takes one value")


def _value(node: Any, values: Mapping[int, float]) -> float:
    if isinstance(node, ast.Name):
        return values[int(node.id[1:])]
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]  # checked when it was read
    if isinstance(node, ast.UnaryOp):
        return _OPERATIONS[type(node.op)](_value(node.operand, values))
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        return _OPERATIONS[type(node.op)](left, right)
    return FUNCTIONS[node.func.id](*(_value(part, values) for part in node.args))


def _written(tree: ast.expr) -> str:
    """Write a formula as XSPEC does: no blanks around products, ``^`` for powers."""
    text = ast.unparse(tree)
    return text.replace(" ** ", "^").replace(" * ", "*").replace(" / ", "/")
