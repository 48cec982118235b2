"""The table of observations: rows are ticked as `find.selected` says, and the other way round."""

from __future__ import annotations

import html
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.search_columns import SearchColumns
from nuwidgets.panels.search_texts import (
    REMARKS,
    cells_of,
    head_of,
    is_date,
    is_number,
    keys_of,
    remark,
)
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.observation import Column, Observations
    from nuwidgets.panels.base import Panel

MOST = 4
"""So many observations are named in a line."""


class SearchTable:
    """Rows of a catalogue, their columns to choose from, and words on what is picked.

    Parameters
    ----------
    panel : Panel
        Its session's search is shown.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._find = panel, panel.session.find
        self._found: Observations | None = None
        self._obs_id: dict[str, str] = {}  # by key of the row
        self._heads: dict[str, str] = {}  # what stands above -> name of the column
        self._pulling, self._mjd = False, False
        self.columns = SearchColumns(panel, self._fill)
        self.rows = RowTable(many=True, searchable=True, alt="Observations that were found")
        self.rows.empty = "Nothing was searched yet."
        self.words = w.HTML().add_class("nuw-note").add_class("nuw-care")
        self.all = panel.button("Select all", "", self._select_all)
        self.none = panel.button("Select none", "", self._select_none)
        behind(panel.door, self.rows)
        self.rows.observe(self._picked, "picked")
        self.rows.observe(self._pointed, "selected")
        panel.watch(self._find, ["product", "selected"], self.show)
        self.show()

    def show(self) -> None:
        """Bring the rows to what was found, the ticks to what is selected."""
        found = self._find.product
        if found is not self._found and found is not None:
            self._found = found
            self._obs_id = dict(zip(keys_of(found), found.obs_id, strict=True))
            self.rows.empty = "No observation was found."
            self.columns.offer(found)
            self._fill()
        self._pull()

    def count_in(self, *, mjd: bool) -> None:
        """Show moments as MJD, or as dates."""
        if mjd != self._mjd:
            self._mjd = mjd
            self._fill()

    def _fill(self) -> None:
        """Write the rows; what is sorted stays sorted."""
        found = self._found
        if found is None:
            return
        columns = {head_of(c, mjd=self._mjd): c for c in self.columns.shown(found).values()}
        texts = [cells_of(column, mjd=self._mjd) for column in columns.values()]
        remarks = [remark(found, n) for n in range(len(found))]
        heads = {head: column.name for head, column in columns.items()}
        if any(remarks):
            heads[REMARKS], texts = REMARKS, [*texts, remarks]
        sort = self._sorted_in(heads)
        with self._quiet():
            self.rows.fill(
                list(heads),
                zip(self._obs_id, *texts, strict=True),
                align=[head for head, c in columns.items() if is_number(c) and not self._dated(c)],
                refused=self._where(found.hindrance),
                marks=dict.fromkeys(self._where(found.caution), "stale"),
            )
            self.rows.sort = sort
        self._heads = heads

    def _dated(self, column: Column) -> bool:
        return is_date(column) and not self._mjd

    def _where(self, said: tuple[str, ...]) -> dict[str, str]:
        return {key: text for key, text in zip(self._obs_id, said, strict=True) if text}

    def _sorted_in(self, heads: dict[str, str]) -> list[str]:
        """Give the order of now in the words of other heads."""
        column, *way = self.rows.sort or ("",)
        name = self._heads.get(column, "")
        return next(([head, *way] for head, other in heads.items() if name == other), [])

    # ---- ticks -------------------------------------------------------------------------------

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Change the table without a hand having done it."""
        before, self._pulling = self._pulling, True
        try:
            yield
        finally:
            self._pulling = before

    def _pull(self) -> None:
        """Tick what is selected."""
        wanted, refused = set(self._find.selected), self.rows.refused
        keys = [k for k, obs_id in self._obs_id.items() if obs_id in wanted and k not in refused]
        if keys != self.rows.picked:
            with self._quiet():
                self.rows.picked = keys
        self._say()

    def _picked(self, change: Any) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._push, change["new"])

    def _push(self, keys: list[str]) -> None:
        """Select what a hand ticked, unless that was overtaken."""
        if keys == self.rows.picked:
            self._find.selected = tuple(self._obs_id[key] for key in keys)
            self._pull()  # an observation that is listed twice is ticked twice

    def _select_all(self) -> None:
        shown = set(self.rows.shown())
        self._find.select([key in shown for key in self._obs_id])

    def _select_none(self) -> None:
        self._find.selected = ()

    # ---- words -------------------------------------------------------------------------------

    def _pointed(self, _change: object) -> None:
        self._panel.door.do(self._panel.guard, self._say)

    def _say(self) -> None:
        """Say what to know of the row one is at, or else of those that are picked."""
        n = len(self._obs_id)
        free = n > len(self.rows.refused)
        every = f"s.find.select([True] * {n}): the rows that pass the filter"
        allow(self.all, every, "" if free else "There is nothing to select yet")
        allow(self.none, "s.find.selected = ()", "" if self._find.selected else "None is selected")
        care = html.escape(self._care())
        text = f'<span class="nuw-approximate">⚠ {care}</span>' if care else ""
        if text != self.words.value:
            self.words.value = text

    def _care(self) -> str:
        if self._found is None:
            return ""
        cautions = self._where(self._found.caution)
        at = self.rows.selected
        keys = [at] if at in cautions else [key for key in self.rows.picked if key in cautions]
        if len(keys) > 1:
            more = ", …" if len(keys) > MOST else ""
            return f"{len(keys)} selected ones have remarks: {', '.join(keys[:MOST])}{more}"
        return f"{keys[0]}: {cautions[keys[0]]}" if keys else ""


def allow(button: w.Button, tip: str, hindrance: str) -> None:
    """Let a button be pressed, or say in its tooltip why it cannot be."""
    tooltip, disabled = hindrance or tip, bool(hindrance)
    if (tooltip, disabled) != (button.tooltip, button.disabled):
        button.tooltip, button.disabled = tooltip, disabled
