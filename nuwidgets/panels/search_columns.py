"""Which columns of a catalogue are shown: ticked in a table of them, remembered by the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.core.bind import behind
from nuwidgets.panels.search_texts import choosable
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.observation import Column, Observations
    from nuwidgets.panels.base import Panel

PLACE = "search"
"""Under which name the session remembers how the panel looks."""
HEADS = ("column", "unit", "what it is")
MOST = 6
"""So many are shown of a catalogue that says nothing of its own."""


class SearchColumns:
    """A table of the columns that there are.

    Parameters
    ----------
    panel : Panel
        Its session remembers the choice, for each catalogue.
    changed : callable
        Called when a hand has chosen others.
    """

    def __init__(self, panel: Panel, changed: Callable[[], object]) -> None:
        self._panel, self._changed = panel, changed
        self._found: Observations | None = None
        self._pulling = False
        self.table = RowTable(many=True, height=150, alt="Columns of the table of observations")
        self.table.empty = "The columns are known after a search."
        behind(panel.door, self.table)
        self.table.observe(self._picked, "picked")

    def offer(self, found: Observations) -> None:
        """List all columns of a catalogue, ticked where they are shown."""
        self._found = found
        rows = [[c.name, c.name, c.unit, c.says] for c in choosable(found).values()]
        self._pulling = True
        try:
            self.table.fill(HEADS, rows)
            self.table.picked = list(self.shown(found))
        finally:
            self._pulling = False

    def shown(self, found: Observations) -> dict[str, Column]:
        """Give the columns that are shown: those that were chosen, else the usual ones."""
        known = choosable(found)
        wanted = self._remembered().get(found.catalog, ())
        chosen = {name: column for name, column in known.items() if name in wanted}
        usual = found.shown or tuple(known)[:MOST]
        return chosen or {name: known[name] for name in usual if name in known}

    def _remembered(self) -> dict[str, Any]:
        known = self._panel.session.views.get(PLACE, {}).get("columns", {})
        return dict(known) if isinstance(known, dict) else {}

    def _picked(self, change: Any) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._choose, change["new"])

    def _choose(self, names: list[str]) -> None:
        if self._found is None or names != self.table.picked:
            return  # overtaken
        columns = {**self._remembered(), self._found.catalog: list(names)}
        self._panel.session.view(PLACE, columns=columns)
        if not names:
            self.offer(self._found)  # a table without columns is none: the usual ones
        self._changed()
