"""The row that opens and saves XSPEC's state files, and says what was left out."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.saving import apart, named, write_own
from nuwidgets.xcm_saving import ENDING, save_xcm
from nuwidgets.xcm_state import read_xcm

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.panels.base import Panel

SHOWN = 12
"""Sentences that are shown; a file may hold any number of lines that are left out."""


class XcmFiles:
    """Two names, two buttons, and lines that say what was read, left out or written.

    Parameters
    ----------
    panel : Panel
        Its session's fit is read and written; it says what went wrong.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._session = panel, panel.session
        self.file = self._box("fit.xcm", "XSPEC state file to open or save", "180px")
        self.file.placeholder = "state file"
        self.folder = self._box("", "Where its spectra are, if not beside it", "180px")
        self.folder.placeholder = "folder of its data"
        self.buttons = (
            panel.button("Open .xcm", 's.read_xcm("fit.xcm", "folder")', self.open),
            panel.button("Save .xcm", 's.save_xcm("fit.xcm")', self.save),
        )
        self.note = w.HTML().add_class("nuw-note")
        row = w.HBox([self.file, self.folder, *self.buttons]).add_class("nuw-row")
        self.widget = w.VBox([row, self.note])

    def _box(self, value: str, tooltip: str, width: str) -> w.Text:
        box = w.Text(value=value, tooltip=tooltip, layout=w.Layout(width=width))
        behind(self._panel.door, box)
        return box

    def open(self) -> None:
        """Read the file, apart from the door: it may open spectra."""
        self.note.value = ""
        path = named(self.file.value, "state")
        work = partial(read_xcm, self._session, path, self.folder.value.strip())
        apart(self._panel, work, partial(self._opened, path))

    def _opened(self, path: Path, said: list[str]) -> None:
        self._panel.say("")
        lines = [html.escape(f"Read from {path.name}.")]
        lines += [f'<div class="nuw-approximate">⚠ {html.escape(s)}</div>' for s in said[:SHOWN]]
        if len(said) > SHOWN:
            lines.append(f"<div>... and {len(said) - SHOWN} more.</div>")
        self.note.value = "".join(lines)

    def save(self) -> None:
        """Write the fit, apart from the door."""
        self.note.value = ""
        path = named(self.file.value, "state")
        path = path if path.suffix else path.with_suffix(ENDING)
        apart(self._panel, partial(write_own, self._panel, path, self._write), self._saved)

    def _write(self, path: Path) -> None:
        save_xcm(self._session, path, overwrite=path.exists())  # what exists is this panel's own

    def _saved(self, path: Path) -> None:
        self._panel.say("")
        self.note.value = html.escape(f"Written to {path.name}; XSPEC reads it with @{path.name}.")
