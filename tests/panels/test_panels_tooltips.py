"""What tooltips call: every step, setting, function and value that they name is there."""

from __future__ import annotations

import ast
import importlib
import re

import pytest

import nuwidgets as nw

SETTING = re.compile(r'\bs\.datasets\["[^"]*"\]\.(\w+)\.(\w+)(?: = (.+?)(?:[:;]|$))?')
OWN = re.compile(r"\bs\.([a-z]\w*)\.([a-z_]\w*)")
SHORT = re.compile(
    r"(?<![\w.])(screen|lightcurve|goodtimes|regions|image|counts|profile)\.([a-z_]\w*)"
)
FUNCTION = re.compile(r"\bnuwidgets\.([\w.]+)\.(\w+)")
PUBLIC = re.compile(r"\bnw\.(\w+)")
INSTALLED = ("engine",)
"""Settings whose values depend on what is installed."""


def tooltips(widget):
    tip = getattr(widget, "tooltip", None)
    found = {tip} if isinstance(tip, str) else set()
    return found.union(*map(tooltips, getattr(widget, "children", ())))


@pytest.fixture
def tips(session):
    bench = nw.Workbench(session)
    for fold in bench.folds:
        if not fold.opened:
            fold.switch()
    session.settle()
    panels = [*bench.panels, bench.bar, *(panel for fold in bench.folds for panel in fold.panels)]
    yield set().union(*map(tooltips, panels))
    bench.close()


def test_what_tooltips_name_is_there(session, tips):
    first = next(iter(session.datasets.values()))
    assert len(tips) > 150
    for tip in tips:
        for step, name, _ in SETTING.findall(tip):
            assert hasattr(getattr(first, step), name), tip
        for step, name in OWN.findall(tip):
            assert step == "datasets" or hasattr(getattr(session, step), name), tip
        for step, name in SHORT.findall(tip):
            assert hasattr(getattr(first, step), name), tip
        for module, name in FUNCTION.findall(tip):
            assert hasattr(importlib.import_module(f"nuwidgets.{module}"), name), tip
        for name in PUBLIC.findall(tip):
            assert hasattr(nw, name), tip


def test_values_that_tooltips_give_are_taken(session, tips):
    first, taken = next(iter(session.datasets.values())), 0
    for tip in tips:
        for step, name, value in SETTING.findall(tip):
            if value and "…" not in value and name not in INSTALLED:
                setattr(getattr(first, step), name, ast.literal_eval(value.strip()))
                taken += 1
    assert taken > 30
