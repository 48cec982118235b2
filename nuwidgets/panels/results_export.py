"""A row that writes the fit as a table: CSV, ECSV or LaTeX, by the ending of the file."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.panels.saving import apart, named, write_own

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nuwidgets.domain.fit import Errors, FitResult
    from nuwidgets.panels.base import Panel

ROWS, GROUPS = "parameters", "groups"
ENDINGS = (".csv", ".ecsv", ".tex")


class ResultsExport:
    """A file name, what is to be in it, and a button that writes it.

    Parameters
    ----------
    panel : Panel
        Says why nothing was written.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._session = panel, panel.session
        tip = "Ending .csv, .ecsv or .tex (LaTeX)"
        self.name = w.Text(value="fit.ecsv", tooltip=tip, layout=w.Layout(width="150px"))
        self.what = w.Dropdown(
            options=(("one row per parameter", ROWS), ("one row per data group", GROUPS)),
            tooltip="fit_table or group_table",
            layout=w.Layout(width="180px"),
        )
        for control in (self.name, self.what):
            behind(panel.door, control)
        how = "nuwidgets.fit_table(s.fit.product, s.errors.product)"
        self.button = panel.button("Save table", how, self.save)
        self.note = w.HTML().add_class("nuw-note")
        row = w.HBox([self.name, self.what, self.button, self.note])
        self.box = row.add_class("nuw-row")

    def show(self) -> None:
        """Let the button work where there is a fit."""
        fit = self._session.fit
        self.button.disabled = fit.product is None or fit.state is not State.FRESH
        several = any(p.group > 1 for p in fit.parameters)
        self.what.layout.display = None if several else "none"

    def save(self) -> None:
        """Write the file; the panel says what came of it."""
        self.note.value = ""
        path, fit, errors = named(self.name.value, "table"), self._session.fit, self._session.errors
        if path.suffix.lower() not in ENDINGS:
            raise InputError(
                f"Cannot write the table to {str(path)!r}: the ending says what it becomes. End"
                f" the name with one of {', '.join(ENDINGS)}."
            )
        if fit.product is None:
            raise InputError("Cannot write a table: nothing was fitted yet. Press Fit first.")
        answer = errors.product if errors.state is State.FRESH else None
        write = _writer(fit.product, answer, path, wide=self.what.value == GROUPS)
        apart(self._panel, lambda: write_own(self._panel, path, write), self._written)

    def _written(self, path: Path) -> None:
        self._panel.say("")
        self.note.value = f"✓ {html.escape(path.name)}"


def _writer(
    fit: FitResult, errors: Errors | None, path: Path, *, wide: bool
) -> Callable[[Path], Any]:
    """Give what writes a table to a path."""

    def write(target: Path) -> None:
        from nuwidgets.files.atomic import save_text
        from nuwidgets.reports import fit_tables
        from nuwidgets.reports.table_files import write_table

        if path.suffix.lower() == ".tex":
            save_text(target, fit_tables.fit_latex(fit, errors), overwrite=True)
            return
        table = (fit_tables.group_table if wide else fit_tables.fit_table)(fit, errors)
        write_table(table, target, overwrite=True)

    return write
