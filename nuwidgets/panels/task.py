"""The task panel: any task by its name, its parameters as a form, its log, and what it made."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.errors import EngineError, EngineFailedError, InputError, NuwidgetsError, nearest
from nuwidgets.missions.task_book import task_of
from nuwidgets.panels.base import Panel
from nuwidgets.panels.pipeline_choice import ENGINES
from nuwidgets.panels.task_form import TaskForm
from nuwidgets.panels.task_log import TaskLog
from nuwidgets.panels.task_result import result_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.task import Parameters, Plain, TaskRun
    from nuwidgets.files.par_file import ParFile
    from nuwidgets.missions.tasks import Task
    from nuwidgets.session import Session

PLACE = "task"
"""Under which name the session remembers how this panel looks."""
HIDDEN = ("mode",)
"""Of every task: prompts are off in any case."""
TEXTS = ("s", "f")
"""Kinds of parameters that can be empty."""
OUT_SAYS = (
    "In a value <code>{out}</code> stands for the folder of this run's products, e.g."
    " <code>{out}/grouped.pha</code>; name input files by their whole paths."
)


class TaskPanel(Panel):
    """Run any task by its name.

    Parameters
    ----------
    session : Session
        Its task is shown and set.
    """

    brings_kept = False  # looking at a panel must not begin to compute

    def __init__(self, session: Session) -> None:
        self._pars: dict[tuple[str, bool], ParFile] = {}
        super().__init__(session, "Task")

    def build(self) -> None:
        """Make the name, the form, the button, the log and the result."""
        step = self.session.task
        self.stop.tooltip = "s.task.cancel()"
        self.says, self.why = w.HTML().add_class("nuw-sentence"), w.HTML().add_class("nuw-note")
        self.form = TaskForm(self, step, "s.task", PLACE)
        self.hint = w.HTML(OUT_SAYS).add_class("nuw-note")
        self.go = self.button("Run", "s.task.run()", step.submit, style="primary")
        self.go.layout.width = "110px"
        self.note = w.HTML().add_class("nuw-note")
        self.progress.add_class("nuw-beside")
        acts = w.HBox([self.go, self.progress, self.note]).add_class("nuw-row")
        self.result = w.HTML().add_class("nuw-report-host")
        self.task_log = TaskLog(self, self._place_of)
        self.fill(
            self._which(), self.why, self.says, *self.form.rows, self.hint,
            acts.add_class("nuw-acts"), self.result, self.task_log.view,
        )  # fmt: skip
        self.ends.append(self.form.clear)
        self.follow(step)
        self.head.serve(step)
        names = ["name", "parameters", "subject", "engine", "state", "product", "error"]
        self.watch(step, names, self._show)
        self.watch(step, ["progress"], self.task_log.wake)
        self._show()

    def _which(self) -> w.Widget:
        step = self.session.task
        self.name = w.Combobox(
            description="task", tooltip='s.task.name = "ftlist"', continuous_update=False,
            ensure_option=False, placeholder="its name, e.g. ftgrouppha",
            layout=w.Layout(width="280px"),
        )  # fmt: skip
        behind(self.door, self.name)
        self.name.observe(self._named, "value")
        self.engine = w.Dropdown(
            options=ENGINES, description="engine", tooltip='s.task.engine = "heasoft"',
            layout=w.Layout(width="235px"),
        )  # fmt: skip
        subject = w.Text(
            description="of", tooltip='s.task.subject = "60001110002 FPMA"',
            continuous_update=False, placeholder="whose run it is", layout=w.Layout(width="220px"),
        )  # fmt: skip
        for control, width in ((self.name, "40px"), (self.engine, "50px"), (subject, "20px")):
            control.style.description_width = width
        self.tie(self.engine, step, "engine")
        self.tie(subject, step, "subject")
        return w.HBox([self.name, self.engine, subject]).add_class("nuw-row")

    # ---- which task --------------------------------------------------------------------------

    @property
    def _by_heasoft(self) -> bool:
        return bool(self.session.task.request().engine)

    def known(self) -> tuple[str, ...]:
        """Give the names of the tasks that the engine of now has."""
        heasoft = self.session.processing.heasoft
        if self._by_heasoft:
            return heasoft.tasks() if heasoft is not None else ()
        return tuple(_embedded())

    def _par_of(self, name: str) -> ParFile:
        """Give what a task takes; raises InputError where there is no such task."""
        key = name, self._by_heasoft
        if key not in self._pars:
            heasoft = self.session.processing.heasoft
            if self._by_heasoft and heasoft is not None:
                self._pars[key] = heasoft.par_file(name)
            elif name in _embedded():
                self._pars[key] = _embedded()[name]
            else:
                raise InputError(f"There is no task {name!r} here. {nearest(name, _embedded())}")
        return self._pars[key]

    def _named(self, change: dict[str, Any]) -> None:
        self.door.do(self.guard, self._choose, change["new"])

    def _choose(self, name: str) -> None:
        """Take another task, with what the tutorials tell it."""
        step = self.session.task
        if name == step.name:
            return
        try:
            step.name = name
        except InputError:
            self.door.speak(setattr, self.name, "value", step.name)
            raise
        step.parameters = self._usual_of(step.name)
        self.say("")

    def _usual_of(self, name: str) -> Parameters:
        try:
            known = self._par_of(name).by_name if name else {}
        except NuwidgetsError:
            return ()  # it is said beside the button
        return tuple(pair for pair in task_of(name).usual if pair[0] in known)

    # ---- what is shown -----------------------------------------------------------------------

    def _show(self) -> None:
        step = self.session.task
        if self.name.value != step.name:
            self.name.value = step.name
        options = self.known()
        if options != tuple(self.name.options):
            self.name.options = options
        self.why.value = html.escape(self.session.processing.why(step.engine))
        self.says.value = html.escape(task_of(step.name).says if step.name else "")
        problem = self._show_form()
        self.hint.layout.display = "none" if problem else None
        self._show_button(problem)
        self._show_end()

    def _show_form(self) -> str:
        """Show the form of the task; say why there is none."""
        name = self.session.task.name
        try:
            if not name:
                raise InputError("Name a task first.")
            par = self._par_of(name)
        except NuwidgetsError as error:
            self.form.show(None, task_of(name))
            return str(error)
        self.form.show(par, _whole(task_of(name)), HIDDEN)
        return missing(par, dict(self.session.task.parameters))

    def _show_button(self, problem: str) -> None:
        running = self.session.task.state is State.RUNNING
        why = "It is under way." if running else problem
        self.go.disabled, self.go.tooltip = bool(why), why or "s.task.run()"
        self.note.value = "" if running else html.escape(why)

    def _show_end(self) -> None:
        step = self.session.task
        run = self._ended
        self.result.value = result_html(run) if run is not None else ""
        self.result.layout.display = None if self.result.value else "none"
        running = step.state is State.RUNNING
        name = f"{step.subject} {step.name}".strip()
        seen = running or run is not None or isinstance(step.error, EngineError)
        seen = seen or name == self.task_log.view.about  # stopped: what it said stays
        self.task_log.show(name if seen else "")
        if running:
            self.task_log.moving = True
        else:
            self.task_log.end()

    @property
    def _ended(self) -> TaskRun | None:
        """The run with the settings of now, if it has ended well."""
        step = self.session.task
        return step.product if step.fresh and step.state is not State.RUNNING else None

    def _place_of(self, name: str) -> str:
        """Give the log of the task; in a thread, which may wait for the door."""
        known = self.door.do(self._known_place)
        return str(self.session.processing.log_path(name)) if known is None else known

    def _known_place(self) -> str | None:
        """Give the log as far as it is known; None where it has to be looked for on the disk."""
        error, run = self.session.task.error, self._ended
        if run is not None:
            return run.log_path
        if isinstance(error, EngineFailedError) and error.log_path:
            return error.log_path  # of crashes and timeouts it is looked for
        return None if self._by_heasoft else ""

    def rebuild(self) -> None:
        """Stay as it is: nothing here is about datasets."""


def _whole(task: Task) -> Task:
    """Give a task with all that a pipeline fills in on top: here nobody else does."""
    return replace(task, usual=(), shown=tuple(dict.fromkeys((*task.hidden, *task.shown))))


def _embedded() -> dict[str, ParFile]:
    from nuwidgets.engines.embedded.tasks import TASKS

    return TASKS


def missing(par: ParFile, given: Mapping[str, Plain]) -> str:
    """Say which parameters a task would ask for; empty if it can be run."""
    asked = [
        one.name
        for one in par.parameters
        if one.mode[:1] in ("a", "q") and one.kind in TEXTS
        if not (one.default or given.get(one.name))
    ]
    return f"Give {', '.join(asked)} first." if asked else ""
