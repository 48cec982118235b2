"""Sources of a list, marked on the images: the file, and the button that takes them away."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.boxes import allow
from nuwidgets.panels.saving import apart, named

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.marker import Marker
    from nuwidgets.panels.image import ImagePanel

HOW = (
    "image.markers = nuwidgets.files.source_list.read_source_list(path):"
    " CSV, ECSV, FITS, VOTable or DS9 regions"
)


class MarkerRow:
    """A box for the file of a source list, and what is done with it.

    Parameters
    ----------
    panel : ImagePanel
        The sources are marked in the images of all its datasets.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        self._steps = [d.image for d in panel.datasets.values()]
        self.file = w.Text(
            description="sources",
            placeholder="list of sources",
            tooltip=HOW,
            layout=w.Layout(width="262px"),
        )
        self.file.style.description_width = "54px"
        behind(panel.door, self.file)
        self.clear = panel.button("Clear", "image.markers = ()", self._clear)
        self.note = w.HTML().add_class("nuw-note")
        mark = panel.button("Mark", HOW, self.load)
        self.row = w.HBox([self.file, mark, self.clear, self.note]).add_class("nuw-row")
        panel.watch(self._steps[0], ["markers"], self.show)
        self.show()

    def load(self) -> None:
        """Read the list, and mark its sources."""
        path = named(self.file.value, "source list")
        apart(self._panel, partial(_read, path), self._mark)

    def _mark(self, markers: tuple[Marker, ...]) -> None:
        self._panel.say("")
        for step in self._steps:
            step.markers = markers

    def _clear(self) -> None:
        self._mark(())

    def show(self) -> None:
        """Say how many sources are marked, and draw them."""
        n = len(self._steps[0].markers)
        words = f"{n:,} source{'' if n == 1 else 's'} marked" if n else ""
        self.note.value = html.escape(words)
        allow(self.clear, "image.markers = ()", "" if n else "No source is marked.")


def _read(path: Path) -> tuple[Marker, ...]:
    from nuwidgets.files.source_list import read_source_list

    return read_source_list(path)
