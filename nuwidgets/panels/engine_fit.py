"""Who fits: the embedded engine or XSPEC, both compared, and what XSPEC prints."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, unready
from nuwidgets.panels.task_log import TaskLog
from nuwidgets.panels.xcm_files import XcmFiles
from nuwidgets.steps.fit_settings import EMBEDDED, XSPEC
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from nuwidgets.domain.fit_comparison import Difference, FitComparison
    from nuwidgets.session import Session

CHOICES = (("embedded", EMBEDDED), ("XSPEC", XSPEC))
"""What the switch offers; the engine is never chosen by itself."""
COLUMNS = ("parameter", "difference / sigma", "embedded", "XSPEC")
ENDS = ("interval, embedded", "interval, XSPEC")
LOG = "XSPEC"
"""Name of the log."""
ASKED = ("fit", "errors", "contours", "flux", "curve", "compare_fit")
"""Steps of a session that XSPEC may answer."""
COMPARE = "s.compare_fit.run()"
NONE_YET = "Nothing is compared yet."


class FitEnginePanel(Panel):
    """A switch between the engines of the fit, both side by side, state files, XSPEC's log.

    Parameters
    ----------
    session : Session
        Its fit is meant.
    """

    files: XcmFiles | None = None
    """Names and words about state files; opening one makes the panel anew, they stay."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Engine of the fit")

    def build(self) -> None:
        """Make switch, button, table and log."""
        session, self._step = self.session, self.session.compare_fit
        self.choice = w.ToggleButtons(
            options=CHOICES,
            style={"button_width": "auto"},
            tooltips=["numpy and iminuit, always there", "PyXspec in a process of its own"],
        )
        self.choice.tooltip = 's.fit.engine = "xspec"'
        self.tie(self.choice, session.fit, "engine")
        self.compare = self.button("Compare both", COMPARE, self._compare)
        self.errors = w.Checkbox(description="with errors", indent=False)
        self.errors.layout.width = "auto"
        self.errors.tooltip = "s.compare_fit.errors = True"
        self.tie(self.errors, self._step, "errors")
        self.why = w.HTML().add_class("nuw-note")
        row = w.HBox([self.choice, self.compare, self.errors]).add_class("nuw-row")
        self.table = RowTable(columns=list(COLUMNS), alt="Best fits of both engines")
        self.table.empty = NONE_YET
        behind(self.door, self.table)
        self.summary = w.HTML().add_class("nuw-sentence")
        self.printed = TaskLog(self, self._place)
        self.files = self.files or XcmFiles(self)
        body = (row, self.why, self.table, self.summary, self.files.widget, self.printed.view)
        self.fill(*body)
        self.follow(self._step)
        self.head.serve(self._step, session.fit)
        self.watch(self._step, ["product"], self._draw)
        self.watch(session.fit, ["engine", "model"], self._describe)
        for name in ASKED:
            step = getattr(session, name, None)
            if step is not None:
                self.watch(step, ["state"], self._describe)
                self.watch(step, ["progress"], self._wake)
        self._draw()
        self._describe()

    def _compare(self) -> None:
        self._step.submit()

    # ---- what is said ------------------------------------------------------------------------

    def _describe(self) -> None:
        """Say who answers, and whether both can be compared."""
        fits, fit = self.session.processing.fits, self.session.fit
        missing = fits.why_not()
        if missing:
            chosen = " but is chosen" if fit.engine == XSPEC else ""
            said = f"XSPEC is not here{chosen}. {missing}"
        elif fit.engine == XSPEC:
            said = (
                "XSPEC fits, and finds errors and contours. The curve follows the hand with the"
                " embedded engine, where this can compute the model."
            )
        else:
            said = "The embedded engine fits. XSPEC is here and can be chosen."
        if html.escape(said) != self.why.value:
            self.why.value = html.escape(said)
        busy = self._step.state is State.RUNNING
        why_not = "XSPEC is not here." if missing else unready(self.session)
        allow(self.compare, COMPARE, "It is under way." if busy else why_not)
        self._show_log()

    def _place(self, _name: str = "") -> str:
        """Give where XSPEC's log is; empty while it was not asked."""
        return str(self.session.processing.fits.log_path)

    def _show_log(self) -> None:
        """Show the log once there is one; it moves while XSPEC works."""
        path = self._place()
        steps = [getattr(self.session, name, None) for name in ASKED]
        moving = any(step is not None and step.state is State.RUNNING for step in steps)
        ended = self.printed.moving and not moving
        self.printed.moving = moving
        self.printed.show(LOG if path else "")
        if path and ended:
            self.printed.end()

    def _wake(self) -> None:
        if self._place():
            self.printed.show(LOG)

    def _draw(self) -> None:
        """Fill the table with the last comparison."""
        found = self._step.product
        self.table.layout.display = None if found is not None else "none"
        if found is None:
            self.summary.value = f'<span class="nuw-note">{NONE_YET}</span>'
            return
        columns = (*COLUMNS, *(ENDS if found.errors else ()))
        rows = [(str(d.number), *_cells(d, ranges=bool(found.errors))) for d in found.differences]
        rows.append(("statistic", *_statistic(found, len(columns))))
        self.table.fill(columns, rows, align=columns[1:])
        said = "".join(f"<div>{html.escape(text)}</div>" for text in found.summary)
        self.summary.value = said


def _cells(row: Difference, *, ranges: bool) -> tuple[str, ...]:
    """Give one parameter as a row of texts."""
    unit = f" ({row.unit})" if row.unit else ""
    pair = (
        _with_error(row.embedded, row.embedded_sigma),
        _with_error(row.xspec, row.xspec_sigma),
    )
    off = "" if math.isnan(row.in_sigma) else f"{row.in_sigma:+.3f}"
    ends = (row.embedded_interval, row.xspec_interval) if ranges else ()
    return (f"{row.number} {row.label}{unit}", off, *pair, *(_range(one) for one in ends))


def _with_error(value: float, sigma: float) -> str:
    return f"{value:.6g}" + ("" if math.isnan(sigma) else f" ± {sigma:.2g}")


def _range(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{ends[0]:.5g} to {ends[1]:.5g}"


def _statistic(found: FitComparison, n_columns: int) -> tuple[str, ...]:
    """Give the row of the statistic, which has a difference and no error."""
    ours, theirs = (f"{one.statistic:.3f} / {one.dof}" for one in (found.embedded, found.xspec))
    off = f"{found.statistic_difference:+.3f}"
    return ("statistic / dof", f"Δ {off}", ours, theirs, *[""] * (n_columns - len(COLUMNS)))
