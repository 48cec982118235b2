"""The rows that give a session away: its file, script, notebook, report; and find its data."""

from __future__ import annotations

import html
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.export import ONE_FIGURE
from nuwidgets.panels.saving import apart, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel

DIALECTS = (
    ("nuwidgets", "nuwidgets"),
    ("HEASARC tutorial", "tutorial"),
    ("XSPEC .xcm (the fit)", "xcm"),
)


class SessionPapers:
    """Rows of boxes and buttons.

    Parameters
    ----------
    panel : Panel
        Its session is given away; it says what went wrong.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._session = panel, panel.session
        self.note = w.HTML().add_class("nuw-note")
        self.file = self._box("file", "session.nuw", 's.save("session.nuw")')
        self.dialect = w.Dropdown(
            options=DIALECTS,
            description="script",
            tooltip='s.script("nuwidgets")',
            layout=w.Layout(width="270px"),
        )
        self.dialect.style.description_width = "62px"
        behind(panel.door, self.dialect)
        self.dialect.observe(self._chosen, "value")
        self.dialect.value = panel.head.dialect
        self.notebook = self._box("notebook", "session.ipynb", 's.notebook("session.ipynb")')
        self.report = self._box("report", "report", 's.report("report/")')
        self.folder = self._box("look in", "", 's.find_files("folder")')
        self.folder.placeholder = "folder that holds them"
        self.missing = w.HTML().add_class("nuw-approximate")
        self.found = w.HBox([self.folder, self._button("Find", self.find)]).add_class("nuw-row")
        self.rows = self._rows()
        self.show_missing()

    def _box(self, words: str, value: str, tooltip: str) -> w.Text:
        box = w.Text(
            value=value, description=words, tooltip=tooltip, layout=w.Layout(width="270px")
        )
        box.style.description_width = "62px"
        behind(self._panel.door, box)
        return box

    def _button(self, words: str, action: Callable[[], object], tooltip: str = "") -> w.Button:
        return self._panel.button(words, tooltip or words, action)

    def _rows(self) -> tuple[w.Widget, ...]:
        save = self._button("Save", self.save, 's.save("session.nuw"): and every change after')
        show = self._button("Show script", self.show_script, "print(s.script())")
        rows = (
            (self.file, save, self.note),
            (self.dialect, show),
            (
                self.notebook, self._button("Write notebook", self.write_notebook),
                self.report, self._button("Write report", self.write_report),
            ),
        )  # fmt: skip
        return (
            *(w.HBox(row).add_class("nuw-row") for row in rows),
            self.missing,
            self.found,
        )

    def _chosen(self, change: Any) -> None:
        self._panel.head.dialect = change["new"]

    def _tell(self, words: str) -> None:
        self._panel.say("")
        self.note.value = html.escape(words)

    def show_place(self) -> None:
        """Show the name of the file of now."""
        keeper = self._session.keeper
        if keeper is not None:
            self.file.value = _short(keeper.path)

    def save(self) -> None:
        """Keep the session in the file that is named."""
        path = named(self.file.value, "session")
        self.note.value = ""
        apart(self._panel, partial(self._session.save, path), self._saved)

    def _saved(self, path: Path) -> None:
        self._tell(f"Kept in {path.name}: every change is saved from now on.")

    def show_script(self) -> None:
        """Show the script of the whole session."""
        self._panel.head.tools.copy()

    def write_notebook(self) -> None:
        """Write the script as a notebook."""
        path = named(self.notebook.value, "notebook")
        dialect = "nuwidgets" if self.dialect.value == "xcm" else self.dialect.value
        self._write(partial(self._session.notebook, path, dialect), f"Notebook in {path.name}.")

    def write_report(self) -> None:
        """Write tables, figures, methods and script into a folder."""
        folder = named(self.report.value, "report")

        def write() -> object:
            with ONE_FIGURE:
                return self._session.report(folder)

        self._write(write, f"Report in {folder.name}.")

    def _write(self, write: Callable[[], object], done: str) -> None:
        self.note.value = "writing …"
        apart(self._panel, write, lambda _given: self._tell(done), self._failed)

    def _failed(self) -> None:
        self.note.value = ""

    def find(self) -> None:
        """Look for the missing files below the folder that is named."""
        folder = named(self.folder.value, "folder")
        apart(self._panel, partial(self._session.find_files, folder), self._found)

    def _found(self, missing: tuple[str, ...]) -> None:
        self._panel.say("")
        self.show_missing()
        if missing:
            self._panel.say(f"{len(missing)} of them are not in that folder. Name another one.")

    def show_missing(self) -> None:
        """List the files that are not where they were."""
        missing = self._session.missing
        names = "<br>".join(html.escape(path) for path in missing)
        words = "⚠ Not where they were; what was computed from them is shown as it was:<br>"
        self.missing.value = words + names if missing else ""
        for row in (self.missing, self.found):
            row.layout.display = None if missing else "none"


def _short(path: Path) -> str:
    """Give a path from the present folder, where it lies in it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
