"""The table below parameters against time, and what is to be said of single observations."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.longterm_time import when
from nuwidgets.panels.parameter_time_points import UNITS, value_words
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from nuwidgets.domain.evolution import Evolution
    from nuwidgets.domain.evolution_rows import EvolutionRow
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.time_axis import TimeAxis

HEIGHT = 170


class ParameterTable:
    """A row for each observation; the one that is looked at is chosen in it.

    Parameters
    ----------
    panel : Panel
        Its session is told what is chosen.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._pulling = panel, False
        self.rows = RowTable(alt="Parameters of each observation", height=HEIGHT)
        self.rows.empty = "Nothing is fitted yet."
        self.notes = w.HTML().add_class("nuw-report-host")
        behind(panel.door, self.rows)
        self.rows.observe(self._chosen, "selected")
        panel.watch(panel.session, ["focus"], self.point)

    def show(self, evolution: Evolution, labels: tuple[str, ...], axis: TimeAxis) -> None:
        """Write the rows, and below them why fits or errors are missing."""
        heads = {label: _head(evolution, label) for label in labels}
        known: dict[str, dict[str, EvolutionRow]] = {}
        for row in evolution.rows:
            known.setdefault(row.name, {})[row.label] = row
        rows = [_cells(name, known[name], labels, axis) for name in evolution.names]
        rows += [[name, "", name, *[""] * len(labels), "no fit"] for name, _ in evolution.missing]
        marks = dict.fromkeys(dict(evolution.missing), "failed")
        marks |= {name: "stale" for name in evolution.names if _problems(known[name], labels)}
        heading = ["when", "observation", *heads.values(), "XSPEC's letters"]
        self._pulling = True
        try:
            self.rows.fill(heading, rows, align=["when", *heads.values()], marks=marks)
        finally:
            self._pulling = False
        self.notes.value = _notes(evolution, known, labels)
        self.point()

    def point(self) -> None:
        """Choose the row of what is looked at."""
        focus = self._panel.session.focus
        key = focus[0] if len(focus) == 1 else ""
        if key in {row[0] for row in self.rows.rows} | {""} and key != self.rows.selected:
            self._pulling = True
            try:
                self.rows.selected = key
            finally:
                self._pulling = False

    def _chosen(self, change: Any) -> None:
        if not self._pulling and change["new"] in self._panel.session.datasets:
            self._panel.door.do(self._panel.guard, self._panel.session.look_at, change["new"])


def _head(evolution: Evolution, label: str) -> str:
    unit = evolution.of(label).unit
    return f"{label} [{UNITS.get(unit, unit)}]" if unit else label


def _cells(
    name: str, own: dict[str, EvolutionRow], labels: tuple[str, ...], axis: TimeAxis
) -> list[str]:
    first = next(iter(own.values()))
    values = [_without_unit(own[label]) if label in own else "" for label in labels]
    letters = ", ".join(f"{row.label} {row.flags}" for row in _problems(own, labels))
    return [name, when(axis, first.middle_mjd), name, *values, letters]


def _without_unit(row: EvolutionRow) -> str:
    return value_words(replace(row, unit=""))


def _problems(own: dict[str, EvolutionRow], labels: tuple[str, ...]) -> list[EvolutionRow]:
    """Give the rows that have letters to be read."""
    rows = [own[label] for label in labels if label in own]
    return [row for row in rows if row.status not in ("frozen", "tied") and "T" in row.flags]


def _notes(
    evolution: Evolution, known: dict[str, dict[str, EvolutionRow]], labels: tuple[str, ...]
) -> str:
    """Say in words why there is no fit, and what XSPEC's letters mean."""
    said = [f"<b>{html.escape(name)}</b>: {html.escape(why)}" for name, why in evolution.missing]
    for name in evolution.names:
        for row in _problems(known[name], labels):
            words = f"{row.label} <code>{html.escape(row.flags)}</code> {html.escape(row.problems)}"
            said.append(f"<b>{html.escape(name)}</b>: {words}")
    lines = "".join(f"<div>{line}</div>" for line in said)
    return f'<div class="nuw-report">{lines}</div>' if said else ""
