"""The table of observations: what is known of each, how far it is, which are ticked."""

from __future__ import annotations

import html
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.base import Panel
from nuwidgets.panels.observation_batch import Batch, nothing_to_run
from nuwidgets.panels.observation_controls import RegionButtons, TickButtons, settings_row
from nuwidgets.panels.observation_rows import ASIDE, COLUMNS, NUMBERS, Row, rows_of
from nuwidgets.panels.onlooking import look_at
from nuwidgets.panels.remaking import soon
from nuwidgets.panels.search_table import allow
from nuwidgets.panels.ticks import tick
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.session import Session

TALLEST_PX = 410
STYLE = """<style>
.nuw-observations>.nuw-table-host{width:auto;margin:2px}
.nuw-observations .nuw-about{align-items:flex-start}
.nuw-observations .nuw-detail{flex:1 1 320px;min-height:40px;margin:4px 2px 0}
.nuw-observations .nuw-detail>.widget-html-content{line-height:1.45}
</style>"""


class ObservationsPanel(Panel):
    """All observations of the session: a tick includes one, a click looks at it.

    Parameters
    ----------
    session : Session
        Its datasets are the rows, and what was downloaded but could not be used.
    height_px : int
        The table is at most so high and scrolls inside.
    """

    def __init__(self, session: Session, *, height_px: int = TALLEST_PX) -> None:
        self._rows: list[Row] = []
        self._shown: tuple[Any, ...] = ()
        self._pulling = False
        self.table = RowTable(many=True, looks=True, searchable=True, height=height_px)
        self.table.alt, self.table.empty = "Observations", "No observation is open yet."
        behind(session.door, self.table)
        self.table.observe(self._picked, "picked")
        self.table.observe(self._looked, "looked_at")
        self.batch = Batch(session, self._batched)
        super().__init__(session, "Observations")
        self.add_class("nuw-observations")

    def build(self) -> None:
        """Make the controls for the datasets of now; the table stays."""
        session = self.session
        self.remaking.looks_at = lambda: tuple(session.datasets.values())
        self.ticks, self.regions = TickButtons(self, lambda: self._rows), RegionButtons(self)
        self.detail = w.HTML().add_class("nuw-sentence").add_class("nuw-detail")
        self.run = self.button("Run all", "", self._run, style="primary")
        self.said = w.HTML().add_class("nuw-note")
        about = w.HBox([self.detail, *self.regions.buttons])
        about.add_class("nuw-row").add_class("nuw-about")
        acts = w.HBox([self.run, self.said]).add_class("nuw-row")
        style = w.HTML(STYLE, layout=w.Layout(display="none"))
        self.fill(style, self.ticks.box, self.table, about, *settings_row(self), acts)
        self.follow(session.longterm, beside=(session.series,))
        steps = (session.shared, session.longterm, session.series)
        self.head.serve(*steps, also=("session.used", "fit.ignore"))
        look_at(self, session.longterm)
        door = self.door
        door.after.append(self._touched)
        self.ends.append(lambda: door.after.remove(self._touched))
        self._show()

    def _touched(self) -> None:
        """Show what has changed, but not more than a few times a second."""
        if not self._pulling:
            soon(self.session).wait(self._show_soon)

    def _show_soon(self) -> None:
        if not self.closed:
            self.guard(self.door.speak, self._show)

    def _show(self) -> None:
        """Bring rows, ticks and what is looked at to what there is now."""
        self._rows = rows_of(self.session)
        now = tuple((*row.texts(), tuple(row.dots.items()), row.why) for row in self._rows)
        with self._quiet():
            if now != self._shown:
                self._shown = now
                self._fill()
            self._pull("picked", self.session.used)
            self._pull("looked_at", self.session.focus)
        self._describe()

    def _fill(self) -> None:
        dots: dict[str, dict[str, str]] = {}
        for row in self._rows:
            for column, state in row.dots.items():
                dots.setdefault(column, {})[row.key] = state
        self.table.fill(
            COLUMNS,
            [row.texts() for row in self._rows],
            align=NUMBERS,
            refused={row.key: row.why for row in self._rows if row.why},
            dots=dots,
        )

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Change the table without a hand having done it."""
        self._pulling = True
        try:
            yield
        finally:
            self._pulling = False

    def _pull(self, trait: str, names: tuple[str, ...]) -> None:
        keys = [row.key for row in self._rows if row.key in names]
        if keys != getattr(self.table, trait):
            setattr(self.table, trait, keys)

    def _picked(self, change: Any) -> None:
        if not self._pulling:
            self.door.do(self.guard, self._use, change["new"])

    def _use(self, keys: list[str]) -> None:
        """Tick what a hand ticked, unless that was overtaken."""
        if keys == self.table.picked:
            tick(self.session, keys)

    def _looked(self, change: Any) -> None:
        if not self._pulling:
            self.door.do(self.guard, self._look, change["new"])

    def _look(self, keys: list[str]) -> None:
        if keys == self.table.looked_at:
            self.session.look_at(*(key for key in keys if not key.startswith(ASIDE)))
            self._describe()

    def warnings_of(self, products: list[Any]) -> list[str]:
        """Leave out what a row says of its own observation."""
        own = tuple(row.key for row in self._rows)
        return [text for text in super().warnings_of(products) if not text.startswith(own)]

    # ---- the observation one is at ------------------------------------------------------------

    def _at(self) -> Row | None:
        """Give the row that is looked at, else the one that a click was on, else the first."""
        known = {row.key: row for row in self._rows}
        at = self.table.selected
        names = (at if at.startswith(ASIDE) else "", *self.session.focus, *known)
        return next((known[name] for name in names if name in known), None)

    def _describe(self) -> None:
        row = self._at()
        self.regions.show(row)
        text = "" if row is None else _words(row)
        if text != self.detail.value:
            self.detail.value = text
        running = self.batch.running
        self.run.description = "Stop" if running else "Run all"
        self.run.button_style = "danger" if running else "primary"
        self.stop.layout.display = "none" if running else None  # one Stop, for all of it
        tip = "for d in s.datasets.values(): d.spectrum.run(); s.longterm.run(); s.series.run()"
        allow(self.run, tip, "" if running else nothing_to_run(self.session))

    def _run(self) -> None:
        (self.batch.stop if self.batch.running else self.batch.start)()
        self._describe()

    def _batched(self, words: str) -> None:
        """Say how far all are."""
        if not self.closed:
            self.door.speak(setattr, self.said, "value", html.escape(words))
            self._touched()


def _words(row: Row) -> str:
    """Say what is known of an observation, as HTML."""
    cells = row.cells
    known = [f"day {cells['day']}" if cells.get("day") else "", cells.get("date", "")]
    known += [f"{cells['exposure [s]']} s" if cells.get("exposure [s]") else ""]
    known += [f"{cells['counts/s']} counts/s" if cells.get("counts/s") else ""]
    facts = " · ".join(html.escape(fact) for fact in known if fact)
    remarks = html.escape(row.said)
    care = f'<br><span class="nuw-approximate">⚠ {remarks}</span>' if remarks else ""
    return f"<b>{html.escape(cells['observation'])}</b> {facts}{care}"
