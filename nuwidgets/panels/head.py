"""The head of a panel: title, state, and tools that undo, redo, note, and give the code."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.panels.saving import apart
from nuwidgets.panels.style import STYLE
from nuwidgets.panels.wording import step_words, undo_words
from nuwidgets.widgets.panel_tools import PanelTools

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.step import Step
    from nuwidgets.panels.base import Panel

    AnyStep = Step[Any, Any]


class PanelHead:
    """The first line of a panel.

    Parameters
    ----------
    panel : Panel
        Whose head it is.
    title : str
        Its title.
    """

    def __init__(self, panel: Panel, title: str) -> None:
        self._panel, self._session, self._title = panel, panel.session, title
        self._steps: dict[str, AnyStep] = {}
        self._edits: tuple[str, ...] | None = None  # () would be those of all steps
        self._main: AnyStep | None = None
        self.dialect = "nuwidgets"
        """Of the code."""
        self.status = w.HTML()
        self.tools = PanelTools()
        self.tools.act, self.tools.hear = self._act, panel.door.hear
        behind(panel.door, self.tools)
        self.tools.observe(self._noted, "note")
        heading = w.HTML(STYLE + f'<span class="nuw-title">{html.escape(title)}</span>')
        self.box = w.HBox([heading, self.status, self.tools]).add_class("nuw-head")

    def serve(self, *steps: AnyStep, also: tuple[str, ...] = ()) -> None:
        """Undo changes of these steps, give their code; the first one has the note.

        Parameters
        ----------
        *steps : Step
            The steps that the panel sets.
        also : tuple of str
            Settings of other steps that it changes, e.g. ``"fit.ignore"``.
        """
        known = {step: path for path, step in every_step(self._session).items()}
        self._main, self._steps = steps[0], {known[step]: step for step in steps}
        self._edits = (*self._steps, *also)
        about = step_words(known[steps[0]])
        self._panel.watch(steps[0], ["notes"], self._show_note)
        self._follow(f"{self._title}, as Python")
        self.tools.note_about = about
        self._show_note()

    def serve_all(self) -> None:
        """Undo every change, give the code of the whole session."""
        self._main, self._steps, self._edits = None, {}, ()
        self._follow("The whole session, as code")

    def _follow(self, code_about: str) -> None:
        self.tools.code_about = code_about
        self._panel.watch(self._session.edits, ["turn"], self._show_edits)
        self._show_edits()

    def rest(self) -> None:
        """Serve nothing until told otherwise."""
        self._edits, self._main = None, None
        with self.tools.hold_sync():
            for name in ("undo_says", "redo_says", "note", "note_about", "code_about"):
                setattr(self.tools, name, "")

    def _says(self, *, redo: bool) -> str:
        """Name what undo or redo would change; empty when there is nothing."""
        if self._edits is None:
            return ""
        return undo_words(self._session.edits.says(redo=redo, only=self._edits))

    def _show_edits(self) -> None:
        for name, redo in (("undo_says", False), ("redo_says", True)):
            says = self._says(redo=redo)
            if says != getattr(self.tools, name):
                setattr(self.tools, name, says)

    def _act(self, kind: str) -> None:
        self._panel.guard(getattr(self, f"_{kind}"))

    def _undo(self) -> None:
        self._shift(self._session.undo, "undo", redo=False)

    def _redo(self) -> None:
        self._shift(self._session.redo, "redo", redo=True)

    def _shift(self, shift: Callable[..., str], word: str, *, redo: bool) -> None:
        if not self._says(redo=redo):
            self.tools.say(f"nothing to {word}")
            return
        shift(*(self._edits or ()))
        self._panel.say("")

    def _code(self) -> None:
        steps = self._steps.items()  # what was never computed is no part of what was done
        only = tuple(p for p, s in steps if s is self._main or s.state is not State.EMPTY)
        write = partial(self._session.script, self.dialect, only)
        apart(self._panel, write, self.tools.show_code)

    def _show_note(self) -> None:
        if self._main is not None:
            self.tools.note = dict(self._main.notes).get("", "")

    def _noted(self, change: Any) -> None:
        if self._main is not None:
            self._panel.door.do(self._panel.guard, self._main.note, change["new"])


def every_step(session: Any) -> dict[str, AnyStep]:
    """Give all steps of a session by their paths."""
    found: dict[str, AnyStep] = dict(session.own_steps)
    for name, dataset in session.datasets.items():
        found.update({f"{name}.{part}": step for part, step in dataset.named_steps.items()})
    return found
