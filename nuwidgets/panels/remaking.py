"""When a panel is made anew: at once, together with others when many files come, or when seen."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from nuwidgets.campaign import FEW
from nuwidgets.core.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session

TOLD = ["names", "used", "focus"]
"""What of the session a panel may be made for."""
LONGEST_S = 2.0
"""So long at most panels wait because making them takes long, s."""
_SOON: WeakKeyDictionary[Session, Soon] = WeakKeyDictionary()


class Remaking:
    """Makes a panel anew when what it was made for is another.

    Parameters
    ----------
    panel : Panel
        Its `rebuild` is called, behind the door.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._session = panel, panel.session
        self.looks_at: Callable[[], object] | None = None
        """Gives what the panel is made for; None for all datasets, those used and looked at."""
        self._made_for: object = None
        self._names: Any = ()
        self._asleep = False
        panel.session.observe(self.look, TOLD)

    def _now(self) -> object:
        session = self._session
        return self.looks_at() if self.looks_at else (session.names, session.used, session.focus)

    def made(self) -> None:
        """Note that the panel has been made for what is there now."""
        self._made_for, self._names = self._now(), self._session.names

    def sleep(self) -> None:
        """Let the panel be as it is: nobody sees it."""
        self._asleep = True

    def wake(self) -> None:
        """Bring the panel to what is there now."""
        self._asleep = False
        self._panel.door.do(self.look)

    def look(self, _change: object = None) -> None:
        """Make the panel anew if it has to be: with others, where a file is one of many."""
        if self._asleep:
            return
        if self._now() == self._made_for:  # told of several in one change
            self._names = self._session.names
            return
        if self._session.names != self._names and len(self._session.names) > FEW:
            soon(self._session).wait(self.make)
        else:
            self.make()

    def make(self) -> None:
        """Make the panel anew now. Behind the door."""
        if self._panel.closed or self._now() == self._made_for:
            return
        self.made()
        door = self._panel.door
        self._panel.guard(door.speak, self._panel.rebuild)

    def close(self) -> None:
        """Watch no more."""
        self._session.unobserve(self.look, TOLD)


class Soon:
    """Does things for panels a few times a second, while changes come one after the other.

    Parameters
    ----------
    session : Session
        What they are panels of.
    """

    def __init__(self, session: Session) -> None:
        self._door = session.door
        self._waiting: dict[Callable[[], object], None] = {}
        self._later = Later(self._make)
        self._next_s = -math.inf

    def wait(self, action: Callable[[], object]) -> None:
        """Do something soon, once, behind the door."""
        self._door.do(self._waiting.setdefault, action, None)
        self._later.wake()

    def _make(self) -> bool:
        """Do one after the other, each in a visit of its own: others come between.

        What takes long is done less often: half of the time is left to what changes.
        """
        time.sleep(max(0.0, self._next_s - time.monotonic()))
        start_s = time.monotonic()
        while action := self._door.do(self._next):
            self._door.do(action)
        end_s = time.monotonic()
        self._next_s = end_s + min(LONGEST_S, end_s - start_s)
        return True

    def _next(self) -> Callable[[], object] | None:
        action = next(iter(self._waiting), None)
        if action is not None:
            del self._waiting[action]
        return action


def soon(session: Session) -> Soon:
    """Give who does things soon for the panels of a session."""
    if session not in _SOON:
        _SOON[session] = Soon(session)
    return _SOON[session]
