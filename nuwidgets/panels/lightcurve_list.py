"""The list of brushed stretches: typed, looked at, and deleted one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.boxes import allow
from nuwidgets.panels.lightcurve_plot import span_words
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.lightcurve_axis import CurveAxis
    from nuwidgets.panels.lightcurve_brush import Stretches

COLUMNS = ("from", "to", "length", "good time")
MOST = 200
DELETE = "lightcurve.selected_s = selected.without(...)"


class StretchList:
    """A table of what is brushed, and a field for typing it.

    Parameters
    ----------
    panel : Panel
        Says what is refused.
    stretches : Stretches
        What is brushed.
    axis : callable
        Gives how time is counted; None while nothing is drawn.
    """

    def __init__(
        self, panel: Panel, stretches: Stretches, axis: Callable[[], CurveAxis | None]
    ) -> None:
        self._panel, self._stretches, self._axis = panel, stretches, axis
        self.table = RowTable(
            many=True,
            alt="Brushed times",
            empty="No times are brushed: drag across the plot, or type them.",
            height=96,
            most=MOST,
        )
        self.table.layout.width, self.table.layout.height = "auto", "112px"  # nothing jumps
        self.text = w.Text(
            description="times",
            continuous_update=False,
            tooltip='s.datasets["…"].lightcurve.selected_s = [(start_s, stop_s), …]',
            layout=w.Layout(flex="1 1 240px", width="auto"),
        )
        self.text.style.description_width = "40px"
        for control in (self.table, self.text):
            behind(panel.door, control)
        self.text.observe(self._typed, "value")
        self.table.observe(self._picked, "picked")
        self.delete = panel.button("Delete", DELETE, self.drop)
        self.line = w.HBox([self.text, self.delete])
        self._writing = False
        stretches.told.append(self.show)
        self.show()

    def show(self) -> None:
        """Show what is brushed, in the words of the axis."""
        axis, value = self._axis(), self._stretches.value
        self._show_rows(axis, value)
        self._writing = True
        try:
            self.text.value = "" if axis is None or value is None else axis.write(value)
            self.text.placeholder = f"e.g. {axis.example}" if axis is not None else ""
        finally:
            self._writing = False
        self._picked()

    def _show_rows(self, axis: CurveAxis | None, value: Gti | None) -> None:
        rows: list[list[str]] = []
        if axis is not None and value is not None:
            counted = axis.straight()
            good = self._stretches.whole
            for number, pair in enumerate(value.intervals[:MOST]):
                one = Gti((pair,))
                ((lo, hi),) = counted.pairs(one)
                long, there = span_words(one), span_words(one.intersect(good))
                rows.append([str(number), counted.word(lo), counted.word(hi), long, there])
        self.table.fill(COLUMNS, rows, align=COLUMNS)

    def _picked(self, _change: object = None) -> None:
        allow(self.delete, DELETE, "" if self.table.picked else "No stretch is ticked.")

    def drop(self) -> None:
        """Delete the stretches that are ticked."""
        value = self._stretches.value
        if value is None:
            return
        gone = {int(key) for key in self.table.picked}
        left = [pair for i, pair in enumerate(value.intervals) if i not in gone]
        self.table.picked = []
        self._stretches.choose(Gti(tuple(left)))

    def _typed(self, change: dict[str, str]) -> None:
        if not self._writing:
            self._panel.door.do(self._panel.guard, self._take, change["new"])

    def _take(self, text: str) -> None:
        axis = self._axis()
        if axis is None:
            return
        try:
            times = axis.read(text, self._stretches.whole)
        except InputError as error:
            self._panel.say_of("times", str(error))
            return
        self._panel.say_of("times", "")
        self._stretches.choose(times)
