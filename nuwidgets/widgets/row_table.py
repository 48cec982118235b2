"""A table of short texts that scrolls inside; one row can be chosen, by hand or by Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nuwidgets.errors import InputError

STATIC = Path(__file__).with_name("static")


class RowTable(anywidget.AnyWidget):
    """Rows of texts under a head that stays in sight.

    Parameters
    ----------
    **traits
        Any trait below, by name.

    Raises
    ------
    InputError
        If a row has not as many texts as there are columns, and its key.

    Notes
    -----
    The first text of a row is its key, which is not shown; `selected` is the key of the chosen
    row, or empty. A row that goes while it is chosen leaves nothing chosen.

    Examples
    --------
    >>> table = RowTable(columns=["when", "what"], rows=[["a", "12:00", "<Image>"]])
    >>> table.selected = "a"
    >>> table
    RowTable(1 row of when, what)
    """

    _esm = (STATIC / "row_table.js").read_text(encoding="utf-8")
    _css = (STATIC / "row_table.css").read_text(encoding="utf-8")

    columns: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("table").tag(sync=True)
    empty = traitlets.Unicode("Nothing yet.").tag(sync=True)
    height = traitlets.Int(220, min=60, help="At most so high, CSS pixels.").tag(sync=True)

    @traitlets.validate("rows")
    def _check_rows(self, proposal: dict[str, Any]) -> list[list[str]]:
        rows = [list(map(str, row)) for row in proposal["value"]]
        bad = [row for row in rows if len(row) != len(self.columns) + 1]
        if bad:
            raise InputError(
                f"Cannot show the row {bad[0]!r}: it needs a key and {len(self.columns)} texts,"
                f" one for each of {', '.join(self.columns)}."
            )
        return rows

    @traitlets.observe("rows")
    def _check_selected(self, _change: object) -> None:
        if self.selected and self.selected not in {row[0] for row in self.rows}:
            self.selected = ""

    def __repr__(self) -> str:
        plural = "" if len(self.rows) == 1 else "s"
        return f"RowTable({len(self.rows)} row{plural} of {', '.join(self.columns)})"
