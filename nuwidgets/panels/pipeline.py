"""The pipeline panel: calibrate and screen observations, watch it, stop it, see how each fared."""

from __future__ import annotations

import html
import time
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.job import State
from nuwidgets.errors import NuwidgetsError
from nuwidgets.files.observation_folder import observation_of
from nuwidgets.missions.base import missions
from nuwidgets.missions.task_book import task_of
from nuwidgets.panels.base import Panel
from nuwidgets.panels.pipeline_choice import PipelineChoice
from nuwidgets.panels.pipeline_lines import duration
from nuwidgets.panels.pipeline_runs import PipelineRuns
from nuwidgets.panels.saving import apart
from nuwidgets.panels.task_form import TaskForm

if TYPE_CHECKING:
    from nuwidgets.files.par_file import ParFile
    from nuwidgets.session import Session

PLACE = "pipeline"
"""Under which name the session remembers how this panel looks."""
FIRST = "Download observations first, or name folders of observations."
CHOOSE = ["folders", "instrument", "parameters", "engine", "at_once", "state", "product"]
"""Of the pipeline: what the panel shows beside its progress."""


class PipelinePanel(Panel):
    """Run the mission's pipeline on observations, side by side, and see how each run goes.

    Runs that an earlier kernel began are taken up again when the panel is shown.

    Parameters
    ----------
    session : Session
        Its pipeline is shown and set.
    """

    brings_kept = False  # looking at a panel must not begin half an hour of computing

    def __init__(self, session: Session) -> None:
        self._mission = session.find.mission
        self._asked: tuple[str, ...] = ()
        self._pars: dict[str, ParFile | None] = {}
        super().__init__(session, "Pipeline")

    def build(self) -> None:
        """Make controls, form, button, lines, report and log."""
        step = self.session.pipeline
        self.stop.description, self.stop.tooltip = "Stop all", "s.pipeline.cancel()"
        self.stop.layout.width = "auto"
        self.choice = PipelineChoice(self)
        self.form = TaskForm(self, step, "s.pipeline", PLACE)
        self.go = self.button("Run", "s.pipeline.run()", step.submit, style="primary")
        self.go.layout.width, self.go.layout.min_width = "auto", "190px"
        self.note = w.HTML().add_class("nuw-note")
        self.progress.add_class("nuw-beside")
        acts = w.HBox([self.go, self.progress, self.note]).add_class("nuw-row")
        self.runs = PipelineRuns(self)
        self.fill(
            *self.choice.rows, self.choice.why, *self.form.rows, acts.add_class("nuw-acts"),
            *self.runs.rows,
        )  # fmt: skip
        self.ends += [self.form.clear, self.runs.close]
        self.follow(step)
        self.head.serve(step)
        self.watch(step, CHOOSE, self._show)
        self.watch(step, ["order"], self.runs.show)
        self.watch(step, ["progress"], self.runs.move)
        self.watch(self.session.download, ["state", "product"], self._show)
        self.watch(self.session.find, ["selected", "mission"], self._show)
        self._show()
        self._pick_up()

    def _pick_up(self) -> None:
        """Go on watching what an earlier session on this workspace began."""
        if self.session.processing.heasoft is not None:
            apart(self, self.session.processing.under_way, self._take_up)

    def _take_up(self, goes_on: object) -> None:
        if goes_on and not self._closed and self.session.pipeline.state is not State.RUNNING:
            self.session.pipeline.submit()

    # ---- what is shown -----------------------------------------------------------------------

    def _show(self) -> None:
        self._look_at_folders()
        mission = missions()[self._mission]
        self.choice.show(mission)
        task = task_of(mission.pipeline)
        heasoft = self.session.pipeline.by_heasoft
        self.form.show(self._par_of(task.name) if heasoft else None, task, task.hidden)
        self._show_button()
        self.runs.show()

    def _par_of(self, name: str) -> ParFile | None:
        """Give the par file of a task; None where it is not installed."""
        heasoft = self.session.processing.heasoft
        if name not in self._pars and heasoft is not None:
            try:
                self._pars[name] = heasoft.par_file(name)
            except NuwidgetsError:
                self._pars[name] = None  # a HEASoft without this mission: run() says so
        return self._pars.get(name)

    def _look_at_folders(self) -> None:
        """See, apart, whose observations they are: it says which task has the form."""
        folders, find = self.session.pipeline.folders, self.session.find
        asked = folders or ("", find.mission)
        if asked == self._asked:
            return
        self._asked = asked
        if folders:
            apart(self, lambda: _mission_in(folders[0]), self._is_of)
        else:
            self._mission = find.mission

    def _is_of(self, mission: str) -> None:
        if mission and mission != self._mission and not self._closed:
            self._mission = mission
            self._show()

    def _show_button(self) -> None:
        runs, step = self.runs.ended, self.session.pipeline
        bad = [run for run in runs if not run.ok]
        anew = f"Run again what failed ({len(bad)})" if bad else "Run"
        by_heasoft = step.by_heasoft
        self.go.description = anew if by_heasoft or bad else "Open the archive's events"
        why = self._hindrance()
        self.go.disabled, self.go.tooltip = bool(why), why or "s.pipeline.run()"
        running = step.state is State.RUNNING
        self.note.value = "" if running else html.escape(why or self.runs.words)

    def _hindrance(self) -> str:
        """Say why it cannot run now; empty when it can."""
        step, processing = self.session.pipeline, self.session.processing
        lacks = step.by_heasoft and processing.heasoft is None
        hindrances = (
            (step.state is State.RUNNING, "It is under way."),
            (lacks, processing.why(step.engine) if lacks else ""),
            (not self.choice.names, FIRST),
        )
        return next((why for true, why in hindrances if true), "")

    # ---- what is different from other panels -------------------------------------------------

    def rebuild(self) -> None:
        """Stay as it is: nothing here is about datasets, and the pipeline opens many."""

    def _show_progress(self) -> None:
        """Say how far all are; what each says is in its line and its log."""
        super()._show_progress()
        now = self.session.pipeline.progress
        if now is not None:
            passed = duration(max(0.0, time.time() - now.started_s))
            words = " · ".join(part for part in (now.stage, f"since {passed}") if part)
            self.stage.value = html.escape(words)

    def state_words(self, step: Any) -> tuple[str, str]:
        """Say it in the words of runs, where that says more."""
        runs = self.runs.ended
        bad = [run for run in runs if not run.ok]
        if step.state is State.STALE and bad:
            return "failed", f"● {len(bad)} of {len(runs)} did not end well"
        return super().state_words(step)


def _mission_in(folder: str) -> str:
    """Give the mission whose observation a folder holds; empty if it holds none."""
    try:
        mission, _obs_id = observation_of(folder)
    except NuwidgetsError:
        return ""  # run() says what is the matter
    return mission.name
