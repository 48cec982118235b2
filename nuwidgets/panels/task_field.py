"""One parameter of a task: a control, the way back to what is usual, and what was refused."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind, bind
from nuwidgets.panels.base import close_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.step import Step
    from nuwidgets.domain.task import Parameters, Plain
    from nuwidgets.files.par_file import ParParameter
    from nuwidgets.panels.base import Panel


TEXTS = ("s", "f")
"""Kinds of parameters that are texts."""


class Looks:
    """Layouts and styles that all fields of a form have together: a hundred fields stay quick."""

    def __init__(self) -> None:
        self.row, self.control = w.Layout(width="auto"), w.Layout(width="auto", flex="1 1 180px")
        self.text = w.Text.style.klass(description_width="116px")
        self.tick = w.Checkbox.style.klass(description_width="116px")

    def close(self) -> None:
        """Close them all."""
        for part in vars(self).values():
            part.close()


class TaskField:
    """A control for one parameter.

    Parameters
    ----------
    panel : Panel
        Its door is used.
    step : Step
        Its setting `parameters`, pairs of those that differ from what is usual, is set.
    call : str
        How a user names the step, e.g. ``"s.pipeline"``.
    parameter : ParParameter
        Which one, from the task's par file.
    usual : Plain
        Its value when nobody chooses: the tutorial's, or that of the par file.
    looks : Looks
        Shared by the fields of a form.
    """

    def __init__(
        self,
        panel: Panel,
        step: Step[Any, Any],
        call: str,
        *,
        parameter: ParParameter,
        usual: Plain,
        looks: Looks,
    ) -> None:
        self._panel, self._looks = panel, looks
        self._step: Any = step  # one with parameters
        self.parameter, self.usual, self.name = parameter, usual, parameter.name
        self.control = self._make(tip(parameter, usual, call))
        self.note: w.HTML | None = None
        self.back: w.Button | None = None
        self._differs, self._words = False, ""
        self.row = w.HBox([self.control], layout=looks.row).add_class("nuw-field")
        if parameter.kind in TEXTS and usual in ("", None):
            self.row.add_class("nuw-wide")  # a path: it is typed, and long
        self._end: Callable[[], None] = bind(
            self.control, step, "parameters", say=self.say,
            to_control=self._shown, from_control=self._with,
        )  # fmt: skip
        self.show()

    # ---- the control -------------------------------------------------------------------------

    def _make(self, tooltip: str) -> Any:
        look: dict[str, Any] = {"description": self.name, "tooltip": tooltip}
        parameter, looks = self.parameter, self._looks
        look["layout"] = looks.control
        if parameter.kind == "b":
            return w.Checkbox(**look, style=looks.tick)
        if parameter.choices:
            options = [(one or "(none)", one) for one in self._choices()]
            return w.Dropdown(**look, options=options, style=looks.text)
        return w.Text(**look, continuous_update=False, style=looks.text)

    def _choices(self) -> list[str]:
        own = [text(self.usual)] if text(self.usual) not in self.parameter.choices else []
        return [*own, *self.parameter.choices]

    def _value(self, pairs: Parameters) -> Plain:
        return dict(pairs).get(self.name, self.usual)

    def _shown(self, pairs: Parameters) -> Any:
        value = self._value(pairs)
        return bool(value) if self.parameter.kind == "b" else text(value)

    def _with(self, shown: Any) -> dict[str, Plain]:
        """Give the parameters with this one, or without it where it is as usual."""
        given = dict(self._step.parameters)
        if shown == self._shown(()):
            given.pop(self.name, None)
            return given
        value = self.parameter.check(shown)
        if value == self.usual:
            given.pop(self.name, None)
            return given
        return {**given, self.name: value}

    # ---- what stands beside it ---------------------------------------------------------------

    def show(self) -> None:
        """Offer the way back where the value is not the usual one."""
        differs = self.name in dict(self._step.parameters)
        if differs == self._differs:
            return
        self._differs = differs
        if differs and self.back is None:
            self.back = self._make_back()
        (self.row.add_class if differs else self.row.remove_class)("nuw-chosen")
        self._arrange()

    def _make_back(self) -> w.Button:
        tooltip = f"Back to {text(self.usual) or 'nothing'}, as usual"
        back = w.Button(description="↺", tooltip=tooltip, layout=w.Layout(width="28px"))
        behind(self._panel.door, back)
        back.on_click(lambda _back: self._panel.door.hear(self._panel.guard, self.reset))
        return back.add_class("nuw-back")

    def reset(self) -> None:
        """Take the usual value again."""
        given = dict(self._step.parameters)
        given.pop(self.name, None)
        self._step.parameters = given
        self.say("")

    def say(self, words: str) -> None:
        """Say beside the control why a value was refused; empty clears it."""
        if words == self._words:
            return
        self._words = words
        if words and self.note is None:
            self.note = w.HTML().add_class("nuw-refused")
        self._panel.door.speak(self._say)

    def _say(self) -> None:
        if self.note is not None:
            self.note.value = html.escape(self._words)
        self._arrange()

    def _arrange(self) -> None:
        """Show what is of use now, and nothing else."""
        beside = (self.back if self._differs else None, self.note if self._words else None)
        self.row.children = (self.control, *(one for one in beside if one is not None))

    def close(self) -> None:
        """Untie the control; close all."""
        self._end()
        self.row.children = tuple(o for o in (self.control, self.back, self.note) if o is not None)
        close_all([self.row])


def text(value: Plain) -> str:
    """Give a value as one types it.

    Examples
    --------
    >>> text(0.5), text(True), text(None), text(1e-5), text("POINT")
    ('0.5', 'yes', 'NONE', '1e-05', 'POINT')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "NONE"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def tip(parameter: ParParameter, usual: Plain, call: str) -> str:
    """Say what a parameter is, what it may be, what is usual, and the call that sets it."""
    default = text(usual)
    parts = (
        parameter.prompt.strip().rstrip("."), parameter.right,
        f"usual: {default}" if default else "",
    )  # fmt: skip
    words = ". ".join(part for part in parts if part)
    return f"{words}.\n{call}.parameters = {{{parameter.name!r}: {usual!r}}}"
