"""A row that writes a panel's figure to a file, as for a paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel


def export_row(panel: Panel, name: str, draw: Callable[[], Any]) -> w.Widget:
    """Give a box for a file name and a button that draws to it.

    Parameters
    ----------
    panel : Panel
        Says what was written, or why it was not.
    name : str
        First file name; its ending, png, pdf or svg, says what is written.
    draw : callable
        Gives a matplotlib Figure of what the panel shows.
    """
    box = w.Text(value=name, tooltip="File to write", layout=w.Layout(width="150px"))
    behind(panel.door, box)

    def save() -> None:
        from nuwidgets.figures.save import save_figure

        if not box.value.strip():
            raise InputError("Cannot save the figure: no file is named. Type a name, e.g. a.pdf.")
        path = Path(box.value.strip()).expanduser()
        save_figure(draw(), path)
        panel.say_of("saved", f"Figure written to {path.name}.")

    button = panel.button("Save figure", "nuwidgets.figures: png, pdf or svg, by the ending", save)
    return w.HBox([box, button]).add_class("nuw-row")
