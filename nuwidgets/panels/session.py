"""The session panel: what is saved where, undo, the script, the history, missing files."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.panels.base import Panel, close_all
from nuwidgets.panels.session_history import SessionHistory
from nuwidgets.panels.session_papers import SessionPapers

if TYPE_CHECKING:
    from nuwidgets.core.keeper import Keeper
    from nuwidgets.session import Session

NOT_KEPT = "not kept in a file: open this bar, name one, press Save"


class SessionPanel(Panel):
    """What becomes of the session as a whole: its file, undo, script, history.

    Parameters
    ----------
    session : Session
        What is shown.
    opened : bool
        Show all of it, not only one line.
    """

    def __init__(self, session: Session, *, opened: bool = True) -> None:
        self._keeper: Keeper | None = None
        super().__init__(session, "Session", opened=opened)

    @property
    def place(self) -> str:
        """Under which name the session remembers how this panel looks."""
        return "session" if self.options["opened"] else "session bar"

    @property
    def opened(self) -> bool:
        """Whether more than one line is shown."""
        return bool(self.session.views.get(self.place, {}).get("opened", self.options["opened"]))

    @opened.setter
    def opened(self, value: bool) -> None:
        self.session.view(self.place, opened=bool(value))
        self.door.do(self.door.speak, self._show_opened)

    def build(self) -> None:
        """Make the line and what opens beneath it."""
        self.remaking.looks_at = lambda: None  # it is the same whatever datasets there are
        self.papers, self.lines = SessionPapers(self), SessionHistory(self)
        self.more = self.button("", "Show or hide file, script and history", self._toggle)
        self.more.add_class("nuw-more")
        self.body = w.VBox([*self.papers.rows, *self.lines.rows]).add_class("nuw-session")
        self.fill(self.body)
        first, old = self.head.box.children[:3], self.head.box.children[3:]
        self.head.box.children = (*first, self.more)
        close_all(old)
        self.head.serve_all()
        self.ends.append(self.lines.close)
        self.ends.append(self._leave_keeper)
        self.watch(self.session, ["keeper"], self._meet_keeper)
        self.watch(self.session, ["missing"], self.papers.show_missing)
        self._meet_keeper()
        self._show_opened()

    def _toggle(self) -> None:
        self.opened = not self.opened

    def _show_opened(self) -> None:
        opened = self.opened
        self.body.layout.display = None if opened else "none"
        self.more.description = "Less ▴" if opened else "More ▾"
        self.lines.switch(on=opened)

    def _meet_keeper(self) -> None:
        self._leave_keeper()
        self._keeper = self.session.keeper
        if self._keeper is not None:
            self._keeper.observe(self._kept, ["says", "problem", "read_only"])
        self._show_keeper()
        self.papers.show_place()

    def _leave_keeper(self) -> None:
        if self._keeper is not None:
            self._keeper.unobserve(self._kept, ["says", "problem", "read_only"])
            self._keeper = None

    def _kept(self, _change: object) -> None:
        self.guard(self.door.speak, self._show_keeper)

    def _show_keeper(self) -> None:
        kind, words, loud = keeper_words(self._keeper)
        text = f'<span class="nuw-state nuw-{kind}">{html.escape(words)}</span>'
        if text != self.status.value:
            self.status.value = text
        self.say_of("state", loud)


def keeper_words(keeper: Any) -> tuple[str, str, str]:
    """Say whether a session is saved: kind of state, a few words, and what must be read."""
    if keeper is None:
        return "empty", f"○ {NOT_KEPT}", ""
    name = keeper.path.name
    if keeper.problem:
        return "failed", f"● {name}: NOT SAVED", keeper.problem
    if keeper.read_only:
        return "stale", f"● {name}: read-only, changes are not saved", keeper.says
    said, _, more = keeper.says.partition(". ")
    words = said.strip(".")
    if words.startswith("Saved "):
        return "fresh", f"● {name}: s{words[1:]}", more
    return "fresh", f"● {name}: every change is saved", more
