"""The log of one run in a panel: its end follows the run, a search reads all of it."""

from __future__ import annotations

import html
from collections import deque
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.core.bind import behind
from nuwidgets.engines.heasoft.log import LogTail, clean, search_log, text_of
from nuwidgets.panels.saving import apart
from nuwidgets.widgets.log_view import MOST_LINES, LogView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel

MOST_FOUND = 5000
"""A search ends after so many lines."""
BEFORE, PIECE = 200, 400
"""Of a line that was found, so many lines before it are shown, and so many in all."""
Found = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Bite:
    """What was read of a log."""

    name: str
    """Whose log was asked for."""
    path: str = ""
    """Its file; empty while there is none."""
    another: bool = False
    """Whether it is another file than before, or was begun anew."""
    lines: tuple[str, ...] = ()
    """The last of the lines that have come."""
    n_skipped: int = 0
    """How many came before these."""


class TaskLog:
    """A view that follows the log file of a run; all files are read apart from the door.

    Parameters
    ----------
    panel : Panel
        Where it is.
    place_of : callable
        Gives the path of the log of a run, by its name; "" while there is none.
    """

    def __init__(self, panel: Panel, place_of: Callable[[str], str]) -> None:
        self._panel, self._place_of = panel, place_of
        self._name, self._turn = "", 0
        self._tail: LogTail | None = None
        self._stamp = (0, 0)
        self._busy = self._again = False
        self.moving = False
        """Whether the run goes on, so that more will come."""
        self.view = LogView()
        behind(panel.door, self.view)
        self.view.observe(self._searched, "search")
        self.view.observe(self._went, "at")
        self.show("")

    def show(self, name: str) -> None:
        """Follow the log of another run, or go on with this one."""
        if name != self._name or not self._turn:
            self._begin(name)
        self.view.layout.display = None if name else "none"
        self.wake()

    def wake(self) -> None:
        """Read what has come; one reader at a time, and once more if it is woken meanwhile."""
        if not self._name or self._panel.door.closed:
            return
        self._again = self._busy
        if not self._busy:
            self._busy = True
            apart(self._panel, partial(self._read, self._name), self._came, self._rest)

    def _begin(self, name: str) -> None:
        self._turn += 1
        self._name, self._tail, self._stamp = name, None, (0, 0)
        self.view.begin(name)

    # ---- apart from the door -----------------------------------------------------------------

    def _read(self, name: str) -> Bite:
        path, tail, old = self._place_of(name), self._tail, self._stamp
        if not path or not Path(path).is_file():
            return Bite(name, path)
        told = Path(path).stat()
        now = told.st_ino, told.st_size
        another = tail is None or path != str(tail.path) or now[0] != old[0] or now[1] < old[1]
        if another or tail is None:
            tail = LogTail(path)
        if name == self._name:
            self._tail, self._stamp = tail, now
        n_before, lines = tail.n_lines, deque[str](maxlen=MOST_LINES)
        while new := tail.read():
            lines.extend(new)
        return Bite(name, path, another, tuple(lines), tail.n_lines - n_before - len(lines))

    # ---- behind it ---------------------------------------------------------------------------

    def _rest(self) -> None:
        self._busy = False

    def _came(self, bite: Bite) -> None:
        self._busy = False
        if bite.name == self._name:
            if bite.another:
                self.view.begin(bite.name, bite.path)
            self.view.add(bite.lines, bite.n_skipped)
            if not self.moving:
                self.view.flush()  # nothing more will come to push it
            if bite.another and self.view.search:
                self._search()
        if self._again or bite.name != self._name:
            self.wake()

    def end(self) -> None:
        """Read the last lines, and look again for what is searched: the run has ended."""
        self.moving = False
        self.wake()
        if self.view.search:
            self._search()

    def _searched(self, _change: object) -> None:
        door = self._panel.door
        door.do(self._panel.guard, door.speak, self._search)

    def _search(self) -> None:
        words, path = self.view.search.strip(), self.view.path
        if not words or not path:
            self.view.found(())
            return
        work = partial(search_log, path, words, MOST_FOUND)
        apart(self._panel, work, partial(self._found, (words, path)))

    def _found(self, asked: tuple[str, str], found: Found) -> None:
        if asked == (self.view.search.strip(), self.view.path):
            self.view.found(found, more=len(found) >= MOST_FOUND)

    def _went(self, change: dict[str, int]) -> None:
        door = self._panel.door
        door.do(self._panel.guard, door.speak, self._go, change["new"])

    def _go(self, number: int) -> None:
        if not number:
            return
        first, path = max(1, number - BEFORE), self.view.path
        apart(self._panel, partial(piece, path, first), partial(self._arrived, number, first))

    def _arrived(self, number: int, first: int, lines: list[str]) -> None:
        if self.view.at == number:
            self.view.around(first, lines)


def piece(path: str, first: int) -> list[str]:
    """Give some lines of a log, from this number on, cleaned."""
    with Path(path).open("rb") as file:
        raw = list(islice(file, first - 1, first - 1 + PIECE))
    return [clean(text_of(line.rstrip(b"\n"))) for line in raw]


def last_lines_html(lines: tuple[str, ...]) -> str:
    """Give the last lines of a log, folded away; lines are text, never markup."""
    if not lines:
        return ""
    text = html.escape("\n".join(lines))
    return f"<details><summary>last lines</summary><pre>{text}</pre></details>"
