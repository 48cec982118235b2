"""The examples in the docstrings say what really happens."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import nuwidgets

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(nuwidgets.__path__, "nuwidgets.")
    if not module.name.endswith(("__main__", ".worker"))
)


@pytest.mark.parametrize("name", ["nuwidgets", *MODULES])
def test_examples(name):
    module = importlib.import_module(name)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.testmod(module, optionflags=flags).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = [
        t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples
    ]
    assert len(tests) >= 5
