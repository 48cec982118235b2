"""A row that writes a panel's figure to a file, as for a paper."""

from __future__ import annotations

import html
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.saving import apart, named, write_own

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nuwidgets.panels.base import Panel

ONE_FIGURE = Lock()
"""matplotlib's fonts and settings are not made for two threads at once."""


def export_row(panel: Panel, name: str, take: Callable[[], Callable[[], Any]]) -> w.Widget:
    """Give a box for a file name and a button that draws to it.

    Parameters
    ----------
    panel : Panel
        Says why nothing was written.
    name : str
        First file name; its ending, png, pdf or svg, says what is written.
    take : callable
        Takes the products that are shown now, and gives a function that draws them as a
        matplotlib Figure.
    """
    box = w.Text(value=name, tooltip="File to write", layout=w.Layout(width="128px"))
    behind(panel.door, box)
    note = w.HTML(layout=w.Layout(width="20px")).add_class("nuw-note")  # kept free: nothing jumps

    def save() -> None:
        note.value = ""
        path = named(box.value, "figure")
        apart(panel, partial(_write, panel, path, take()), written)

    def written(path: Path) -> None:
        panel.say("")
        title = html.escape(f"Figure written to {path.name}.")
        note.value = f'<span role="img" title="{title}" aria-label="{title}">✓</span>'

    button = panel.button("Save figure", "nuwidgets.figures: png, pdf or svg, by the ending", save)
    return w.HBox([box, button, note]).add_class("nuw-row")


def _write(panel: Panel, path: Path, draw: Callable[[], Any]) -> Path:
    from nuwidgets.figures.save import save_figure

    with ONE_FIGURE:
        return write_own(panel, path, lambda target: save_figure(draw(), target))
