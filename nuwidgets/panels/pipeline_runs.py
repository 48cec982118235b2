"""The runs of the pipeline: a line for each, a queue one can reorder, the log of the chosen one."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.core.later import Later
from nuwidgets.domain.task import FAILED, RUNNING, SKIPPED, WAITING
from nuwidgets.panels import pipeline_lines as lines
from nuwidgets.panels.pipeline_report import report_html, sum_words
from nuwidgets.panels.saving import apart
from nuwidgets.panels.task_log import TaskLog
from nuwidgets.widgets.run_list import RunList

if TYPE_CHECKING:
    from nuwidgets.domain.progress import Part
    from nuwidgets.domain.task import TaskRun
    from nuwidgets.panels.base import Panel

OLD = "nuw-runs-old"
"""Class of a panel whose runs were made with other settings."""
REST_S = 0.2
"""Lines that move are drawn at most once in this time, s."""
HOW = {
    "stop": 's.pipeline.stop_one("…")', "up": "Begin it earlier: s.pipeline.order = (…)",
    "down": "Begin it later: s.pipeline.order = (…)",
}  # fmt: skip


class PipelineRuns:
    """Lines, the log of the chosen one, and a report.

    Parameters
    ----------
    panel : Panel
        Its session's pipeline is shown.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._step = panel, panel.session.pipeline
        self._processing = panel.session.processing
        self._elsewhere: lines.Lines = []
        self._places: dict[str, str] = {}
        self._drawn_s = 0.0
        self._asked: Any = None
        self._last: tuple[Any, Any, tuple[Part, ...]] = (None, None, ())
        self.list = RunList(alt="runs of the pipeline", how=HOW, empty="Nothing has run yet.")
        self._later = Later(self._poll)
        self.list.act, self.list.hear = self._act, panel.door.hear
        behind(panel.door, self.list)
        self.list.observe(self._chosen, "selected")
        self.log = TaskLog(panel, self._place_of)
        self.report = w.HTML().add_class("nuw-report-host")
        self.rows: tuple[w.Widget, ...] = (self.list, self.report, self.log.view)

    # ---- what is shown -----------------------------------------------------------------------

    @property
    def ended(self) -> tuple[TaskRun, ...]:
        """The runs that have ended, while nothing runs; those of other settings are none."""
        product, step = self._step.product, self._step
        answered = step.ledger.answered == (step.request(),)
        return product.runs if product is not None and answered else ()

    @property
    def shown(self) -> tuple[TaskRun, ...]:
        """The runs that have ended last, with the settings of now or with others."""
        product = self._step.product
        return product.runs if product is not None and not self.halted else ()

    @property
    def halted(self) -> tuple[Part, ...]:
        """How far all were when all were stopped; none for other settings, or once they ended."""
        request, product, parts = self._last
        step = self._step
        if not parts or step.state is State.RUNNING or step.product is not product:
            return ()
        return parts if step.error is None and step.request() == request else ()

    @property
    def words(self) -> str:
        """How it went, in one sentence."""
        if self.halted:
            return lines.halted_words(self.halted)
        return sum_words(self.ended) or ("These are of other settings." if self.shown else "")

    def show(self) -> None:
        """Bring lines and report to what is now."""
        moving = self._step.state is State.RUNNING
        if moving:
            self._drawn_s = 0.0
            self.log.moving = True
            self.move()
        else:
            self._asked = None
            self._draw(lines.halted(self.halted) or lines.ended(self.shown))
            self.log.end()
        self.report.value = "" if moving else report_html(self.shown)
        self.report.layout.display = None if self.report.value else "none"
        old = not moving and bool(self.shown) and not self.ended
        (self._panel.add_class if old else self._panel.remove_class)(OLD)
        self._look()

    def move(self) -> None:
        """Draw what moves, not more often than an eye can follow."""
        progress, now_s = self._step.progress, time.monotonic()
        if progress is not None:
            self._asked = self._asked or self._step.request()
            self._last = self._asked, self._step.product, progress.parts
        if progress is None or now_s - self._drawn_s < REST_S:
            return
        self._drawn_s = now_s
        self._draw(lines.moving(progress.parts, self._step.order))
        self.log.wake()

    def _draw(self, shown: lines.Lines) -> None:
        names = {one["key"] for one in shown}
        whole = [*shown, *(one for one in self._elsewhere if one["name"] not in names)]
        if whole != self.list.lines:
            self.list.lines = whole
        if not self.list.selected and whole:
            self.list.selected = _first(whole)

    def _look(self) -> None:
        """Look, apart, for runs in this workspace that others have begun."""
        if self._processing.heasoft is not None and not self._panel.door.closed:
            apart(self._panel, self._known, self._met)

    def _known(self) -> tuple[Any, ...]:
        return self._processing.runs.known()

    def _met(self, known: tuple[Any, ...]) -> None:
        self._places = {f"~{one.key}": str(one.log_path) for one in known}
        mine = [one["key"] for one in self.list.lines if not one["key"].startswith("~")]
        found = lines.elsewhere(known, mine)
        if found != self._elsewhere:
            self._elsewhere = found
            own = [one for one in self.list.lines if not one["key"].startswith("~")]
            self._draw(own)
        if found:
            self._later.wake()

    def _poll(self) -> bool:
        """Look again at what others run: they do not tell us; False to be called once more."""
        door = self._panel.door
        door.do(self._panel.guard, door.speak, self._look)
        door.do(self._panel.guard, door.speak, self.log.wake)
        return not self._elsewhere

    def close(self) -> None:
        """Look at nothing any more."""
        self._later.close(wait_s=0.0)

    # ---- what a hand does --------------------------------------------------------------------

    def _place_of(self, name: str) -> str:
        """Give the log of a line, by its key; in a thread, which may wait for the door."""
        known = self._panel.door.do(self._known_place, name)
        return str(self._processing.log_path(name)) if known is None else known

    def _known_place(self, name: str) -> str | None:
        """Give the log as far as it is known; None where it has to be looked for on the disk."""
        if name.startswith("~"):
            return self._places.get(name, "")
        progress = self._step.progress
        if self._step.state is State.RUNNING and progress is not None:
            state = next((part.state for part in progress.parts if part.name == name), WAITING)
            return "" if state == WAITING else None
        halted = next((part.state for part in self.halted if part.name == name), WAITING)
        if halted != WAITING:
            return None
        run = next((run for run in self.shown if run.name == name), None)
        return run.log_path if run is not None else ""

    def _chosen(self, _change: object) -> None:
        door = self._panel.door
        door.do(self._panel.guard, door.speak, self._show_chosen)

    def _show_chosen(self) -> None:
        name = self.list.selected
        skipped = any(run.name == name and run.state == SKIPPED for run in self.shown)
        self.log.show("" if skipped else name)  # what did not run said nothing

    def _act(self, action: str, key: str) -> None:
        self._panel.guard(self._do, action, key)

    def _do(self, action: str, key: str) -> None:
        if key.startswith("~"):
            stop = partial(self._processing.runs.stop, key[1:])
            apart(self._panel, stop, lambda _none: self._look())
        elif action == "stop":
            self._step.stop_one(key)
        elif self._step.progress is not None:
            queue = lines.queue_of(self._step.progress.parts, self._step.order)
            if key in queue:  # else it has begun meanwhile
                self._step.order = lines.moved(queue, key, -1 if action == "up" else 1)


def _first(shown: lines.Lines) -> str:
    """Give the line that is looked at first: what failed, what runs, or the first."""
    states = [one["state"] for one in shown]
    place = next((states.index(state) for state in (FAILED, RUNNING) if state in states), 0)
    return str(shown[place]["key"])
