"""The base of every panel: title with state, body, progress with Stop, one message line."""

from __future__ import annotations

import html
import logging
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind, bind
from nuwidgets.core.job import State
from nuwidgets.errors import NuwidgetsError
from nuwidgets.panels.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nuwidgets.core.step import Step
    from nuwidgets.session import Session

    AnyStep = Step[Any, Any]

log = logging.getLogger(__name__)
_WORST_FIRST = (State.RUNNING, State.FAILED, State.STALE, State.EMPTY, State.FRESH)
LASTING = ("state", "brush", "curve", "warnings")
"""Topics of messages that stay until what they are about has changed."""
_WORDS = {
    State.EMPTY: "nothing yet",
    State.RUNNING: "running",
    State.FRESH: "up to date",
    State.STALE: "out of date",
    State.FAILED: "failed",
}


class Panel(w.VBox):
    """A view of steps: it holds no science and no state that matters.

    Parameters
    ----------
    session : Session
        What it is a view of.
    title : str
        Shown above it.
    """

    def __init__(self, session: Session, title: str) -> None:
        super().__init__()
        self.session, self.door = session, session.door
        self._title = title
        self._ends: list[Callable[[], object]] = []
        self._said: dict[str, str] = {}
        self._steps: tuple[AnyStep, ...] = ()
        self._main: tuple[AnyStep, ...] = ()
        self.heading = w.HTML(STYLE + f'<span class="nuw-title">{html.escape(title)}</span>')
        self.status = w.HTML()
        self.message = w.HTML().add_class("nuw-message")
        self.bar = w.FloatProgress(min=0.0, max=1.0, layout=w.Layout(width="200px"))
        self.stage = w.HTML()
        self.stop = self.button("Stop", "Stop what is running", self._stop, style="danger")
        self.progress = w.HBox([self.bar, self.stage, self.stop])
        self.progress.layout.display = "none"
        head = w.HBox([self.heading, self.status], layout=w.Layout(align_items="baseline"))
        self.children = (head.add_class("nuw-head"), self.progress, self.message)
        self.add_class("nuw-panel")

    def fill(self, *body: w.Widget) -> None:
        """Put the body between the title and the message line."""
        head, *_ = self.children
        self.children = (head, *body, self.progress, self.message)

    def follow(self, *steps: AnyStep, beside: Sequence[AnyStep] = ()) -> None:
        """Show the state, progress and errors of these steps; of those beside only trouble."""
        self._steps, self._main = (*steps, *beside), steps
        for step in self._steps:
            self.watch(step, ["state", "error"], self._show_state)
            self.watch(step, ["progress"], self._show_progress)
            self.watch(step, ["product"], self._forget_refusals)
        self.door.do(self._show_state)

    def watch(self, owner: Any, names: list[str], handler: Callable[..., object]) -> None:
        """Call `handler` on a change; what goes wrong is shown here and never reaches the setter.

        Writes to widgets inside it are made in the name of the browser's latest message.
        """

        def guarded(_change: object) -> None:
            self.guard(self.door.speak, handler)

        owner.observe(guarded, names)
        self._ends.append(partial(owner.unobserve, guarded, names))

    def guard(self, action: Callable[..., object], *args: object) -> None:
        """Do something; a failure becomes the panel's message."""
        try:
            action(*args)
        except NuwidgetsError as error:
            self.say(str(error))
        except Exception as error:
            log.exception("%s could not follow a change.", type(self).__name__)
            trace = "".join(traceback.format_exception(error, limit=-3))
            self.say(f"This panel could not be drawn: {error}", trace)

    def tie(self, control: Any, step: AnyStep, setting: str, **how: Any) -> Any:
        """Keep a control and a setting equal; a refused value is said and undone."""
        self._ends.append(bind(control, step, setting, say=partial(self.say_of, setting), **how))
        return control

    def button(
        self, text: str, tooltip: str, action: Callable[[], object], *, style: str = ""
    ) -> w.Button:
        """Give a button that does `action` when it is clicked."""
        button = w.Button(
            description=text, tooltip=tooltip, button_style=style, layout=w.Layout(width="auto")
        )
        behind(self.door, button)
        button.on_click(lambda _button: self.door.hear(self.guard, action))
        return button

    def say(self, text: str, detail: str = "") -> None:
        """Show one sentence under the panel; empty clears it."""
        self.say_of("panel", text, detail)

    def say_of(self, topic: str, text: str, detail: str = "") -> None:
        """Show one sentence about one thing; others stay."""
        more = f"<details><summary>details</summary><pre>{html.escape(detail)}</pre></details>"
        self._said[topic] = html.escape(text).replace("\n", "<br>") + (more if detail else "")
        lines = [f"<pre>{said}</pre>" if "^" in said else said for said in self._said.values()]
        text = "".join(f"<div>{line}</div>" for line in lines if line)
        if text != self.message.value:
            self.door.speak(setattr, self.message, "value", text)

    def calm(self, *steps: AnyStep) -> bool:
        """Whether these steps stand still, so that words about them are worth sending.

        While a hand moves something only what is drawn follows; the last answer is always fresh.
        """
        return all(step.state is State.FRESH for step in steps)

    def _show_state(self) -> None:
        loud = (State.RUNNING, State.FAILED)
        steps = [s for s in self._steps if s in self._main or s.state in loud]
        steps = [s for s in steps if not self._follows(s)]
        if not steps:
            return  # all will be up to date in a moment
        worst = min(steps, key=lambda step: _WORST_FIRST.index(step.state))
        state = worst.state
        why = " and ".join(worst.stale_because()) if state is State.STALE else ""
        words = _WORDS[state] + (f": {html.escape(why)} changed" if why else "")
        text = f'<span class="nuw-state nuw-{state.value}">● {words}</span>'
        if text != self.status.value:
            self.status.value = text
        failed = [s for s in self._steps if s.state is State.FAILED]
        self.say_of("state", str(failed[0].error) if failed else "")
        shown = "" if any(s.state is State.RUNNING for s in self._steps) else "none"
        if shown != (self.progress.layout.display or ""):
            self.progress.layout.display = shown or None

    def _follows(self, step: AnyStep) -> bool:
        """Whether a step will be brought up to date in a moment: no need to flicker."""
        live = self.session.live
        return step.state in (State.STALE, State.EMPTY) and not live.paused and step in live.steps

    def _forget_refusals(self) -> None:
        """Clear what was said of refused values: they were undone, and there is something new."""
        for topic in [t for t in self._said if t not in LASTING]:
            self.say_of(topic, "")

    def _show_progress(self) -> None:
        running = [s.progress for s in self._steps if s.progress is not None]
        if running:
            now = running[0]
            if now.fraction is not None:
                self.bar.value = now.fraction
            self.bar.layout.display = "none" if now.fraction is None else None
            self.stage.value = html.escape(" ".join(t for t in (now.stage, now.line) if t))

    def _stop(self) -> None:
        for step in self._steps:
            if step.state is State.RUNNING:
                step.cancel()

    def close(self) -> None:
        """Stop following; close every widget of the panel."""
        for end in self._ends:
            end()
        self._ends.clear()
        _close(self.children)
        super().close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self.session.datasets) or 'no datasets'}>"


def _close(widgets: Sequence[w.Widget]) -> None:
    for widget in widgets:
        _close(getattr(widget, "children", ()))
        widget.close()
