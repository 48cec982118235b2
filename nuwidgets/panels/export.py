"""Rows that write a panel's figure or numbers to a file, as for a paper."""

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

    Take = Callable[[], Callable[[], Any]]

ONE_FIGURE = Lock()
"""matplotlib's fonts and settings are not made for two threads at once."""


def export_row(panel: Panel, name: str, take: Take) -> w.Widget:
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
    tip = "nuwidgets.figures.save.save_figure(figure, path): png, pdf or svg, by the ending"
    return _row(panel, "figure", name, tip, partial(_with, take, _draw))


def table_row(panel: Panel, name: str, take: Take) -> w.Widget:
    """Give a box for a file name and a button that writes a table to it.

    Parameters
    ----------
    panel : Panel
        Says why nothing was written.
    name : str
        First file name; its ending, csv or ecsv, says what is written.
    take : callable
        Takes the products that are shown now, and gives a function that makes an astropy Table.
    """
    tip = "nuwidgets.reports.table_files.write_table(table, path): csv or ecsv, by the ending"
    return _row(panel, "table", name, tip, partial(_with, take, _write))


def _row(
    panel: Panel, what: str, name: str, tip: str, take: Callable[[], Callable[[Path], object]]
) -> w.Widget:
    """Give the box and the button; `take` gives what writes to a path."""
    width = max(128, 20 + 8 * len(name))
    box = w.Text(value=name, tooltip="File to write", layout=w.Layout(width=f"{width}px"))
    behind(panel.door, box)
    note = w.HTML(layout=w.Layout(width="20px")).add_class("nuw-note")  # kept free: nothing jumps

    def save() -> None:
        note.value = ""
        path = named(box.value, what)
        apart(panel, partial(write_own, panel, path, take()), written)

    def written(path: Path) -> None:
        panel.say("")
        title = html.escape(f"{what.capitalize()} written to {path.name}.")
        note.value = f'<span role="img" title="{title}" aria-label="{title}">✓</span>'

    return w.HBox([box, panel.button(f"Save {what}", tip, save), note]).add_class("nuw-row")


def _with(
    take: Take, write: Callable[[Callable[[], Any], Path], object]
) -> Callable[[Path], object]:
    return partial(write, take())


def _draw(draw: Callable[[], Any], path: Path) -> None:
    from nuwidgets.figures.save import save_figure

    with ONE_FIGURE:
        save_figure(draw(), path)


def _write(make: Callable[[], Any], path: Path) -> None:
    from nuwidgets.reports.table_files import write_table

    write_table(make(), path, overwrite=True)
