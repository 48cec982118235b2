"""The limits of one parameter and its step, typed; what would cross is moved along."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import bind
from nuwidgets.errors import InputError
from nuwidgets.science.models.parameters import LIMITS, find, limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.base import Panel

WORDS = {
    "hard_lo": ("hard min", "No value below this is accepted"),
    "soft_lo": ("soft min", "The slider ends here at first"),
    "soft_hi": ("soft max", "The slider ends here at first"),
    "hard_hi": ("hard max", "No value above this is accepted"),
    "delta": ("step", "Step of derivatives"),
}
ENDS = LIMITS[:4]


def limits_box(panel: Panel, number: int, ends: list[Callable[[], object]]) -> w.Widget:
    """Give boxes for the limits of a parameter; what unties them is added to `ends`."""
    boxes = []
    for name, (words, tip) in WORDS.items():
        box = w.Text(
            description=words,
            tooltip=f's.fit.limit("{number}", {name}=…): {tip}',
            continuous_update=False,
            layout=w.Layout(width="142px"),
        )
        box.style.description_width = "66px"
        pull, push = partial(_pull, number, name), partial(_push, panel, number, name)
        tied = bind(
            box, panel.session.fit, "parameters", to_control=pull, from_control=push, say=panel.say
        )
        ends.append(tied)
        boxes.append(box)
    return w.HBox(boxes).add_class("nuw-row").add_class("nuw-drawer")


def _pull(number: int, name: str, parameters: tuple[Parameter, ...]) -> str:
    if number > len(parameters):
        return ""
    return f"{getattr(parameters[number - 1], name):.5g}"


def _push(panel: Panel, number: int, name: str, text: str) -> tuple[Parameter, ...]:
    """Give the parameters with one other limit; limits on its far side give way to it."""
    parameters = panel.session.fit.parameters
    now = find(parameters, number)
    if text == f"{getattr(now, name):.5g}":
        return parameters
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(
            f"Cannot use {text!r} as {WORDS[name][0]} of {now.label}. Type a number, e.g. 0.1."
        ) from error
    limits: dict[str, Any] = {name: value}
    if name in ENDS:
        at = ENDS.index(name)
        for i, other in enumerate(ENDS):
            old = getattr(now, other)
            limits[other] = min(old, value) if i < at else max(old, value) if i > at else value
    return limit(parameters, number, **limits)
