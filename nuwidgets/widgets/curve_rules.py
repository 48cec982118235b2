"""Lines across a panel of a curve view that a hand moves up and down, by pointer or arrow keys."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.widgets.curve_axes import Axes
    from nuwidgets.widgets.curve_head import Head
    from nuwidgets.widgets.curve_view import CurveView

EDGE = 0.004
"""A line so near to its end of the panel, over the height, is taken away."""


@dataclass(eq=False)
class Rule:
    """A line and who hears of it."""

    panel: int
    """Its panel, from 0."""
    color: str
    """As CSS."""
    label: str
    """What it is, for those who do not see."""
    parked: float
    """Where it waits while it has no value: 0 below, 1 above."""
    moved: Callable[[float | None], object]
    """Told where a hand has put it; None where it was taken away."""
    y: float | None = None
    """Where it is."""


class Rules:
    """The lines of a curve view.

    Parameters
    ----------
    view : CurveView
        Its `hear` is told what a hand does.
    head : Head
        Draws them.
    axes : Axes
        Their panels.
    """

    def __init__(self, view: CurveView, head: Head, axes: Axes) -> None:
        self._head, self._axes = head, axes
        self._rules: dict[str, Rule] = {}
        head.on_msg(lambda _head, content, _buffers: view.hear(self._heard, content))
        axes.told.append(self._show)

    def add(self, name: str, rule: Rule) -> None:
        """Declare a line; it has no value yet."""
        self._axes.frame(rule.panel)
        self._rules[name] = rule
        self._show()

    def put(self, name: str, y: float | None) -> None:
        """Move a line to a value; None parks it at its end of the panel.

        Raises
        ------
        InputError
            If there is no such line.
        """
        if name not in self._rules:
            raise InputError(f"There is no line {name!r} here. {nearest(name, self._rules)}")
        self._rules[name].y = y
        self._show()

    def move(self, name: str, at: float) -> None:
        """Do what a hand does: put a line so high over the height of its panel."""
        rule = self._rules[name]
        away = abs(at - rule.parked) < EDGE
        rule.y = None if away else self._y(rule, min(max(at, 0.0), 1.0))
        self._show()
        rule.moved(rule.y)

    def _heard(self, content: dict[str, Any]) -> None:
        at, name = content.get("at"), content.get("name")
        if content.get("kind") == "rule" and name in self._rules and isinstance(at, int | float):
            self.move(str(name), float(at))

    def _ends(self, rule: Rule) -> tuple[float, float, bool]:
        """Lower and upper end of its panel, and whether these are logarithms."""
        frame = self._axes.frames[rule.panel]
        lo, hi = float(frame.y_scale.min), float(frame.y_scale.max)
        log = frame.spec.log_y
        return (math.log10(lo), math.log10(hi), True) if log else (lo, hi, False)

    def _y(self, rule: Rule, at: float) -> float:
        lo, hi, log = self._ends(rule)
        value = lo + at * (hi - lo)
        return float(f"{10**value if log else value:.4g}")

    def _at(self, rule: Rule) -> float:
        lo, hi, log = self._ends(rule)
        if rule.y is None or (log and rule.y <= 0):
            return rule.parked
        value = math.log10(rule.y) if log else rule.y
        return min(max((value - lo) / (hi - lo), 0.0), 1.0)

    def _show(self) -> None:
        shown = [
            {
                "name": name,
                "panel": rule.panel,
                "color": rule.color,
                "label": rule.label,
                "text": "none" if rule.y is None else f"{rule.y:.4g}",
                "at": self._at(rule),
                "tall": self._axes.frames[rule.panel].spec.height_px,
            }
            for name, rule in self._rules.items()
        ]
        if shown != self._head.rules:
            self._head.rules = shown
