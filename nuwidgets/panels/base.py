"""The base of every panel: title with state, body, progress with Stop, one message line."""

from __future__ import annotations

import html
import logging
import time
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as w

from nuwidgets.core.bind import behind, bind
from nuwidgets.core.job import State
from nuwidgets.core.links import failed_of, stands, with_all
from nuwidgets.errors import NuwidgetsError
from nuwidgets.panels.head import PanelHead
from nuwidgets.panels.remaking import Remaking
from nuwidgets.panels.wording import STATES, changed_words, once, said_lines, short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nuwidgets.core.step import Step
    from nuwidgets.session import Session

    AnyStep = Step[Any, Any]

log = logging.getLogger(__name__)
_WORST_FIRST = (
    State.RUNNING, State.FAILED, State.STALE, State.EMPTY, State.KEPT, State.FRESH,
)  # fmt: skip
LASTING = ("state", "brush", "warnings")
"""Topics of messages that stay until what they are about has changed."""


class Panel(w.VBox):
    """A view of steps: it holds no science and no state that matters.

    A panel is made by its `build`, and made anew when the session's datasets change.

    Parameters
    ----------
    session : Session
        What it is a view of.
    title : str
        Shown above it.
    **options : object
        What `build` needs to know, kept as `options`.
    """

    brings_kept: ClassVar[bool] = True
    """Whether products that hold but are not in memory are brought back when it is shown."""

    def __init__(self, session: Session, title: str, **options: Any) -> None:
        super().__init__()
        self.session, self.door, self.options = session, session.door, options
        self.ends: list[Callable[[], object]] = []
        self._closed = self._restless = False
        self._said: dict[str, tuple[str, ...]] = {}
        self._steps: tuple[AnyStep, ...] = ()
        self._main: tuple[AnyStep, ...] = ()
        self.head, self.stage = PanelHead(self, title), w.HTML()
        self.status = self.head.status
        self.message = w.HTML().add_class("nuw-message")
        self.bar = w.FloatProgress(min=0.0, max=1.0, layout=w.Layout(width="200px"))
        self.stop = self.button("Stop", "step.cancel()", self._stop, style="danger")
        self.progress = w.HBox([self.bar, self.stage, self.stop])
        self.progress.layout.display = "none"
        self._body: tuple[w.Widget, ...] = ()
        self.add_class("nuw-panel")
        self.fill()
        self.remaking = Remaking(self)
        self.door.do(self.guard, self.build)
        self.remaking.made()

    def build(self) -> None:
        """Make the body and follow the steps; nothing unless overridden."""

    def rebuild(self) -> None:
        """Stop following and make the body anew; the old one goes when the new one is shown."""
        old = self._body
        self._let_go()
        self._said.clear()
        self.message.value = ""
        try:
            self.build()
        finally:
            close_all([one for one in old if one not in self._body], spare=(self.progress,))

    def fill(self, *body: w.Widget) -> None:
        """Put the body between the title and the message line; it may hold the progress itself."""
        self._body = body
        apart = () if _holds(body, self.progress) else (self.progress,)
        self.children = (self.head.box, *body, *apart, self.message)

    def follow(self, *steps: AnyStep, beside: Sequence[AnyStep] = ()) -> None:
        """Show the state, progress, warnings and errors of these steps; of those beside trouble."""
        self._steps, self._main = (*steps, *beside), steps
        for step in with_all(self._steps, lambda step: step.above):
            self.watch(step, ["state", "error"], self._state_moved)
        for step in self._steps:
            self.watch(step, ["progress"], self._show_progress)
            self.watch(step, ["product"], self._show_product)
        self._show_state()
        self._show_product()

    def watch(self, owner: Any, names: list[str], handler: Callable[..., object]) -> None:
        """Call `handler` on a change; what goes wrong is shown here and never reaches the setter.

        Writes to widgets inside it are made in the name of the browser's latest message.
        """

        def guarded(_change: object) -> None:
            self.guard(self.door.speak, handler)

        owner.observe(guarded, names)
        self.ends.append(partial(owner.unobserve, guarded, names))

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

    def tie(self, control: Any, step: AnyStep | Sequence[AnyStep], setting: str, **how: Any) -> Any:
        """Keep a control and a setting, of one step or several, equal; a refused value is said."""
        self.ends.append(bind(control, step, setting, say=partial(self.say_of, setting), **how))
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
        self._tell(topic, html.escape(text) + (more if detail else ""))

    def _tell(self, topic: str, *sentences: str) -> None:
        """Show sentences about one thing, a line each; they are HTML."""
        self._said[topic] = sentences
        warned = self._said.get("warnings", ())
        wrong = [said for of, part in self._said.items() if of != "warnings" for said in part]
        shown = said_lines(wrong) + said_lines(warned, "nuw-warned", spare=wrong)
        if shown != self.message.value:
            self.door.speak(setattr, self.message, "value", shown)

    def calm(self, *steps: AnyStep) -> bool:
        """Whether these steps stand still, so that words about them are worth sending.

        While a hand moves something only what is drawn follows; the last answer is always fresh.
        """
        return all(step.state is State.FRESH for step in steps)

    def _state_moved(self) -> None:
        """Show the state once for all that changes in one visit."""
        if not self._restless:
            self._restless = True
            self.door.promise(partial(self.guard, self.door.speak, self._show_state))

    def _show_state(self) -> None:
        self._restless = False
        for step in self._steps:
            if self.brings_kept and step.state is State.KEPT and not self.door.closed:
                step.submit()  # its product holds, but is not in memory: somebody looks at it now
        loud = (State.RUNNING, State.FAILED)
        steps = [s for s in self._steps if s in self._main or s.state in loud]
        steps = [s for s in steps if not self._follows(s)]
        if steps:
            worst = min(steps, key=lambda step: _WORST_FIRST.index(step.state))
            self._show_worst(worst)
        broken = [failed for s in self._steps if (failed := failed_of(s)) is not None]
        self.say_of("state", str(broken[0].error) if broken else "")
        self._show_warnings()
        running = any(s.state is State.RUNNING for s in self._steps)
        if running != (self.progress.layout.display is None):
            self.progress.layout.display = None if running else "none"

    def state_words(self, step: AnyStep) -> tuple[str, str]:
        """Give the kind of a step's state, as CSS knows it, and its words."""
        why = changed_words(step.stale_because()) if step.state is State.STALE else ""
        return step.state.value, STATES[step.state.value] + (f": {why}" if why else "")

    def _show_worst(self, worst: AnyStep) -> None:
        state, (kind, words) = worst.state, self.state_words(worst)
        text = f'<span class="nuw-state nuw-{kind}">{html.escape(words)}</span>'
        if text != self.status.value:
            self.status.value = text
            old = state in (State.STALE, State.FAILED)
            (self.add_class if old else self.remove_class)("nuw-old")

    def _follows(self, step: AnyStep) -> bool:
        """Whether a step will be brought up to date in a moment: no need to flicker."""
        waiting = step.state in (State.STALE, State.EMPTY, State.KEPT)
        return waiting and not self.session.live.paused and self._is_live(step)

    def _is_live(self, step: AnyStep) -> bool:
        """Whether the step and all that must be computed above it follow their settings."""
        if stands(step):
            return True
        followed = step in self.session.live and step.state is not State.FAILED
        return followed and all(self._is_live(up) for up in step.above)

    def _show_product(self) -> None:
        """Say the warnings of products; forget refusals: there is something new."""
        for topic in [t for t in self._said if t not in LASTING]:
            self.say_of(topic, "")
        self._show_warnings()

    def _show_warnings(self) -> None:
        """Say the warnings of what is up to date: those of an old product are about the past."""
        old = (State.STALE, State.FAILED)
        steps = [s for s in self._steps if s.state not in old or self._follows(s)]
        products = [s.product for s in steps if s.product is not None]
        self._tell("warnings", *map(html.escape, once(self.warnings_of(products))))

    def warnings_of(self, products: list[Any]) -> list[str]:
        """Give the warnings of products that are to be said."""
        return [text for product in products for text in product.provenance.warnings]

    def _show_progress(self) -> None:
        running = [s.progress for s in self._steps if s.progress is not None]
        if running:
            now = running[0]
            if now.fraction is not None:
                self.bar.value = now.fraction
            self.bar.layout.display = "none" if now.fraction is None else None
            passed = f"since {max(0.0, time.time() - now.started_s):.0f} s"
            said = (text for text in (now.stage, short(now.line), passed) if text)
            self.stage.value = html.escape(" · ".join(said))

    def _stop(self) -> None:
        for step in self._steps:
            if step.state is State.RUNNING:
                step.cancel()

    def _let_go(self) -> None:
        self.head.rest()
        for end in self.ends:
            end()
        self.ends.clear()

    def close(self) -> None:
        """Stop following; close every widget of the panel."""
        self.door.do(self._close)

    @property
    def closed(self) -> bool:
        """Whether it shows nothing any more."""
        return self._closed

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.remaking.close()
        self._let_go()
        close_all(self.children)
        self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self.session.datasets) or 'no datasets'}>"


def _holds(widgets: Sequence[w.Widget], one: w.Widget) -> bool:
    """Whether a widget is among others, or in them."""
    return any(each is one or _holds(getattr(each, "children", ()), one) for each in widgets)


def close_all(widgets: Sequence[w.Widget], spare: Sequence[w.Widget] = ()) -> None:
    """Close widgets with their children, layouts and styles; `spare` is to be shown elsewhere."""
    for widget in widgets:
        if widget in spare:
            continue
        close_all(getattr(widget, "children", ()), spare)
        for part in ("layout", "style"):
            if isinstance(getattr(widget, part, None), w.Widget):
                getattr(widget, part).close()
        widget.close()
