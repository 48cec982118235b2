"""The history as a table, newest first, and the way back to the settings of one of its lines."""

from __future__ import annotations

import html
import time
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.later import Later
from nuwidgets.errors import InputError
from nuwidgets.panels.wording import step_words
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from nuwidgets.domain.record import Deed
    from nuwidgets.panels.base import Panel

COLUMNS = ["when", "step", "what", "engine", "s", "⚠"]
DAY_S = 86400.0


class SessionHistory:
    """A table and a button.

    Parameters
    ----------
    panel : Panel
        Its session's history is shown.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._history = panel, panel.session.history
        self._on = False
        self.table = RowTable(columns=COLUMNS, alt="History of the session, newest first")
        self.table.empty = "Nothing was computed yet."
        behind(panel.door, self.table)
        self.table.observe(self._chosen, "selected")
        self.back = panel.button("Restore these settings", "s.history.restore(-1)", self.restore)
        self.back.disabled = True
        self.detail = w.HTML().add_class("nuw-note")
        title = w.HTML('<span class="nuw-label">history</span>')
        self.rows: tuple[w.Widget, ...] = (
            title, self.table, w.HBox([self.back, self.detail]).add_class("nuw-row"),
        )  # fmt: skip
        self._show_chosen()
        self._later = Later(self._show_soon)  # lines may come as fast as a hand moves
        panel.watch(self._history, ["turn"], self._wake)

    def switch(self, *, on: bool) -> None:
        """Follow the history, or rest while nobody sees it."""
        self._on = on
        if on:
            self.show()

    def _wake(self) -> None:
        if self._on:
            self._later.wake()

    def _show_soon(self) -> bool:
        self._panel.door.do(self._panel.guard, self._panel.door.speak, self._show_if_open)
        return True

    def _show_if_open(self) -> None:
        if self._on:
            self.show()

    def show(self) -> None:
        """Bring the table to the history of now."""
        now_s = time.time()
        rows = [[key_of(deed), *texts(deed, now_s)] for deed in reversed(self._history.deeds)]
        if rows != self.table.rows:
            self.table.rows = rows

    def _deed(self) -> tuple[int, Deed] | None:
        """Give number and line of the chosen row, if it is still there."""
        lines = enumerate(self._history.deeds)
        return next(((n, d) for n, d in lines if key_of(d) == self.table.selected), None)

    def _chosen(self, _change: object) -> None:
        self._panel.door.do(self._panel.guard, self._show_chosen)

    def _show_chosen(self) -> None:
        found = self._deed()
        self.back.disabled = found is None
        self.back.tooltip = f"s.history.restore({found[0]})" if found else "Choose a row first"
        warnings = " ".join(found[1].warnings) if found else ""
        says = html.escape(found[1].says) if found else "Choose a row to go back to its settings."
        more = (
            f' <span class="nuw-approximate">⚠ {html.escape(warnings)}</span>' if warnings else ""
        )
        self.detail.value = says + more

    def restore(self) -> None:
        """Bring back the settings of the chosen row.

        Raises
        ------
        InputError
            If no row is chosen.
        """
        found = self._deed()
        if found is None:
            raise InputError("Cannot restore settings: no row is chosen. Choose one first.")
        self._history.restore(found[0])
        self._panel.say("")

    def close(self) -> None:
        """Follow no more."""
        self._on = False
        self._later.close(wait_s=0.0)


def key_of(deed: Deed) -> str:
    """Name a line, whatever comes before and after it."""
    return f"{deed.when_s!r} {deed.step}"


def texts(deed: Deed, now_s: float) -> list[str]:
    """Give a line as the table shows it."""
    same_day = abs(now_s - deed.when_s) < DAY_S / 2
    when = time.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M", time.localtime(deed.when_s))
    engine = f"{deed.engine} {deed.version}".strip()
    warned = "⚠" if deed.warnings else ""
    return [when, step_words(deed.step).removeprefix("the "), deed.says, engine,
            f"{deed.seconds:.2g}", warned]  # fmt: skip
