"""The parameters of a task as a form: those that one sets most on top, the others under "More".

A form is made from the task's own par file. A hundred controls are made when they are first seen.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.panels.task_field import Looks, TaskField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.core.step import Step
    from nuwidgets.domain.task import Plain
    from nuwidgets.files.par_file import ParFile, ParParameter
    from nuwidgets.missions.tasks import Task
    from nuwidgets.panels.base import Panel

ASKED = ("a", "q")
"""Letters in the mode of a parameter that a task asks for."""


class TaskForm:
    """Rows of controls, each tied to one parameter.

    Parameters
    ----------
    panel : Panel
        Where it is.
    step : Step
        Its setting `parameters` is set: only what differs from what is usual.
    call : str
        How a user names the step, e.g. ``"s.pipeline"``.
    place : str
        Under which name the session remembers whether "More" is opened.
    """

    def __init__(self, panel: Panel, step: Step[Any, Any], call: str, place: str) -> None:
        self._panel, self._call, self._place = panel, call, place
        self._step: Any = step  # one with parameters
        self._par: ParFile | None = None
        self._task: Task | None = None
        self._rest: tuple[ParParameter, ...] = ()
        self.fields: dict[str, TaskField] = {}
        self._hidden: tuple[str, ...] = ()
        self._looks: Looks | None = None
        self.top, self.more = w.VBox(), w.VBox()
        self.switch = panel.button("", f"{call}.parameters = {{…}}", self._toggle)
        self.filter = w.Text(placeholder="filter by name or words", tooltip="Words to look for")
        self.filter.layout.width = "230px"
        behind(panel.door, self.filter)
        self.filter.observe(self._filtered, "value")
        self.trouble = w.HTML().add_class("nuw-refused")
        bar = w.HBox([self.switch, self.filter, self.trouble]).add_class("nuw-row")
        self.rows: tuple[w.Widget, ...] = (
            self.top.add_class("nuw-fields"), bar.add_class("nuw-acts"),
            self.more.add_class("nuw-fields").add_class("nuw-more-fields"),
        )  # fmt: skip
        self._bar = bar
        panel.watch(step, ["parameters"], self._follow)

    @property
    def opened(self) -> bool:
        """Whether all parameters are in sight."""
        return bool(self._panel.session.views.get(self._place, {}).get("more", False))

    def show(self, par: ParFile | None, task: Task, hidden: Iterable[str] = ()) -> None:
        """Show the parameters of a task; none where its par file is not known.

        Parameters
        ----------
        par : ParFile
            What it takes.
        task : Task
            What is usual, and what is shown on top.
        hidden : iterable of str
            Parameters that are set otherwise.
        """
        now = par, task, tuple(hidden)
        if now == (self._par, self._task, self._hidden):
            return
        self.clear()
        self._par, self._task, self._hidden = now
        if par is not None:
            seen = [one for one in par.parameters if one.name not in self._hidden]
            first = top_of(seen, task)
            self._rest = tuple(one for one in seen if one not in first)
            self.top.children = [self._field(one).row for one in first]
        self._show_more()
        self._follow()

    def _field(self, parameter: ParParameter) -> TaskField:
        self._looks = self._looks or Looks()
        known: dict[str, Plain] = dict(self._task.usual) if self._task else {}
        usual = known.get(parameter.name, parameter.default)
        field = TaskField(
            self._panel, self._step, self._call,
            parameter=parameter, usual=usual, looks=self._looks,
        )  # fmt: skip
        self.fields[parameter.name] = field
        return field

    def _show_more(self) -> None:
        opened, count = self.opened, len(self._rest)
        self._bar.layout.display = None if self._par is not None else "none"
        self.switch.layout.display = None if count else "none"
        self.switch.description = f"More ({count}) " + ("▴" if opened else "▾")
        self.filter.layout.display = None if opened and count else "none"
        self.more.layout.display = None if opened and count else "none"
        if not opened:
            return
        words = self.filter.value.lower().split()
        wanted = [one for one in self._rest if _has(one, words)]
        fields = [self.fields.get(one.name) or self._field(one) for one in wanted]
        self.more.children = [field.row for field in fields]

    def _follow(self) -> None:
        """Bring all fields to the parameters of now, and say what is no parameter at all."""
        for field in self.fields.values():
            field.show()
        words = ""
        if self._par is not None:
            known = {one.name for one in self._par.parameters}
            try:
                strangers = {n: v for n, v in self._step.parameters if n not in known}
                self._par.check(strangers)
            except InputError as error:
                words = str(error)
        under = [one.name for one in self._rest if one.name in dict(self._step.parameters)]
        quiet = "" if self.opened or not under else f"changed: {', '.join(under)}"
        said = html.escape(words) or f'<span class="nuw-note">{html.escape(quiet)}</span>'
        if self.trouble.value != said:
            self.trouble.value = said

    def _toggle(self) -> None:
        self._panel.session.view(self._place, more=not self.opened)
        self._panel.door.speak(self._show_more)
        self._panel.door.speak(self._follow)

    def _filtered(self, _change: object) -> None:
        door = self._panel.door
        door.do(self._panel.guard, door.speak, self._show_more)

    def clear(self) -> None:
        """Untie and close every field."""
        self.top.children = self.more.children = ()
        for field in self.fields.values():
            field.close()
        if self._looks is not None:
            self._looks.close()
        self.fields, self._looks, self._rest = {}, None, ()


def top_of(parameters: list[ParParameter], task: Task) -> list[ParParameter]:
    """Give the parameters that stand on top: those set most, or those that the task asks for."""
    by_name = {one.name: one for one in parameters}
    shown = [by_name[name] for name in task.shown if name in by_name]
    asked = [one for one in parameters if set(one.mode) & set(ASKED) and one.default in ("", None)]
    return [*(one for one in asked if one not in shown), *shown] if shown or asked else parameters


def _has(parameter: ParParameter, words: list[str]) -> bool:
    text = f"{parameter.name} {parameter.prompt}".lower()
    return all(word in text for word in words)
