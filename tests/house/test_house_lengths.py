"""Files and functions stay short, have a noun for a name, and dataclasses say what they hold."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "nuwidgets"
FILES = {str(path.relative_to(ROOT)): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
MAX_LINES, MAX_STATEMENTS = 300, 30
NOT_NOUNS = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}


def test_files_are_short():
    lines = {n: len(path.read_text(encoding="utf-8").splitlines()) for n, path in FILES.items()}
    assert len(lines) > 10
    assert {name: n for name, n in lines.items() if n > MAX_LINES} == {}


def test_functions_are_short():
    counts = {
        f"{name}:{node.lineno} {node.name}": count_statements(node)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(counts) > 100
    assert {name: n for name, n in counts.items() if n > MAX_STATEMENTS} == {}


def test_files_have_a_noun_for_a_name():
    assert {name for name, path in FILES.items() if path.stem in NOT_NOUNS} == set()


def test_dataclass_fields_have_a_docstring():
    assert [f"{name}: {field}" for name, tree in TREES.items() for field in bare_fields(tree)] == []


def test_the_rules_themselves_work():
    tree = ast.parse('def f():\n    "Doc."\n    if 1:\n        a = 1\n    return a\n')
    assert count_statements(tree.body[0]) == 3
    tree = ast.parse('@dataclass\nclass A:\n    a: int\n    "Said."\n    b: int\n    c: int = 1\n')
    assert bare_fields(tree) == ["A.b", "A.c"]


@pytest.mark.parametrize("name", sorted({n.split("/")[0] for n in FILES if "/" in n}))
def test_every_room_says_what_it_is_for(name):
    assert ast.get_docstring(TREES[f"{name}/__init__.py"])


def count_statements(function: ast.AST) -> int:
    """Count the statements inside a function; docstrings do not count."""
    return sum(isinstance(n, ast.stmt) and not _is_text(n) for n in ast.walk(function)) - 1


def bare_fields(tree: ast.Module) -> list[str]:
    """Name the public fields of public dataclasses that no docstring follows."""
    classes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    return [
        f"{node.name}.{field.target.id}"
        for node in classes
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
        for field, after in zip(node.body, [*node.body[1:], None], strict=True)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and not field.target.id.startswith("_")
        and not _is_text(after)
    ]


def _is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)
