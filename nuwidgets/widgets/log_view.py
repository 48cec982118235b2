"""The log of what runs: its last lines, sent a few times a second, and a search in all of it.

The widget holds the end of the log; all of it is a file, which whoever fills the widget reads.
Lines are text: nothing in them is ever markup. Python's traits are the truth.
"""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STATIC = Path(__file__).with_name("static")
MOST_LINES = 500
"""So many lines are held and drawn."""
MOST_CHARACTERS = 2000
"""Longer lines are cut where they are shown."""
MOST_MATCHES = 200
"""So many lines that were found are listed."""
REST_S = 0.2
"""New lines are sent at most once in this time, s."""
_CONTROLS = dict.fromkeys([*range(9), *range(10, 32), *range(127, 160)])


def shown(line: str) -> str:
    r"""Give a line as it is shown: one line, no control characters, not endless.

    Examples
    --------
    >>> shown("done\r\n"), shown("<b>" + "x" * 3000)[-3:]
    ('done', 'xx…')
    """
    text = line.translate(_CONTROLS)
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + "…"


class LogView(anywidget.AnyWidget):
    r"""The end of a log that grows, or a piece of it around a line that was found.

    Attributes
    ----------
    about : str
        Whose log it is.
    path : str
        The file with all of it; empty while there is none.
    text : str
        The lines that are shown, at most `MOST_LINES`.
    first : int
        Number of the first of them in the file, from 1.
    n_lines : int
        How many lines the log has.
    follow : bool
        Whether the end stays in sight when lines come; ends when one scrolls up.
    search : str
        Words that are looked for; whoever fills the widget looks, and calls `found`.
    matches : list
        ``[number, line]`` of lines with these words; `n_matches` is how many there are, and
        `at_least` says that there may be more.
    at : int
        Number of the line one is at: its surroundings are shown; 0 is the end of the log.
    height : int
        Of the lines, CSS pixels; it never changes by itself.

    Examples
    --------
    >>> log = LogView()
    >>> log.begin("60001110002 FPMA nupipeline", "/data/task.log")
    >>> log.add(["one", "two"])
    >>> log.text, log.n_lines
    ('one\ntwo', 2)
    >>> log
    LogView(60001110002 FPMA nupipeline, 2 lines)
    """

    _esm = (STATIC / "log_view.js").read_text(encoding="utf-8")
    _css = (STATIC / "log_view.css").read_text(encoding="utf-8")

    about = traitlets.Unicode().tag(sync=True)
    path = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    first = traitlets.Int(1, min=1).tag(sync=True)
    n_lines = traitlets.Int(0, min=0).tag(sync=True)
    follow = traitlets.Bool(default_value=True).tag(sync=True)
    search = traitlets.Unicode().tag(sync=True)
    matches: traitlets.List[list[object]] = traitlets.List().tag(sync=True)
    n_matches = traitlets.Int(0, min=0).tag(sync=True)
    at_least = traitlets.Bool(default_value=False).tag(sync=True)
    at = traitlets.Int(0, min=0).tag(sync=True)
    height = traitlets.Int(220, min=60).tag(sync=True)
    empty = traitlets.Unicode("Nothing was said yet.").tag(sync=True)

    def __init__(self, **traits: object) -> None:
        self._tail: deque[str] = deque(maxlen=MOST_LINES)
        self._n_lines, self._sent_s = 0, -REST_S
        super().__init__(**traits)

    def begin(self, about: str, path: str = "") -> None:
        """Show another log, empty at first; the words that are looked for stay."""
        self._tail.clear()
        self._n_lines = 0
        with self.hold_sync():
            self.about, self.path, self.at = about, path, 0
            self.found(())
            self.follow = True
            self.flush()
        self._sent_s = -REST_S  # its first lines are sent at once

    def add(self, lines: Iterable[str], n_skipped: int = 0) -> None:
        """Take new lines; they are sent now, or with later ones, or by `flush`.

        Parameters
        ----------
        lines : iterable of str
            The new lines; only the last `MOST_LINES` are kept.
        n_skipped : int
            How many others, which nobody will see, came before them.
        """
        new = list(lines)
        if n_skipped:
            self._tail.clear()
        self._n_lines += n_skipped + len(new)
        self._tail.extend(map(shown, new[-MOST_LINES:]))
        waiting = self._n_lines != self.n_lines
        if waiting and time.monotonic() - self._sent_s >= REST_S:
            self.flush()

    def flush(self) -> None:
        """Send what was held back."""
        self._sent_s = time.monotonic()
        with self.hold_sync():
            self.n_lines = self._n_lines
            if not self.at:
                self._show(self._n_lines - len(self._tail) + 1, self._tail)

    def around(self, first: int, lines: Sequence[str]) -> None:
        """Show a piece of the log, whose first line has this number, while one is `at` a line."""
        with self.hold_sync():
            self._show(first, [shown(line) for line in lines[:MOST_LINES]])

    def found(
        self,
        matches: Sequence[tuple[int, str]],
        n_matches: int | None = None,
        *,
        more: bool = False,
    ) -> None:
        """Say which lines have the words that are looked for, how many, and if there are more."""
        with self.hold_sync():
            self.matches = [[number, shown(line)] for number, line in matches[:MOST_MATCHES]]
            self.n_matches = len(matches) if n_matches is None else n_matches
            self.at_least = more

    def _show(self, first: int, lines: Iterable[str]) -> None:
        self.first, self.text = first, "\n".join(lines)

    @traitlets.observe("at")
    def _back_to_the_end(self, change: dict[str, int]) -> None:
        if not change["new"]:
            self.flush()

    def __repr__(self) -> str:
        lines = f"{self.n_lines} line" + ("" if self.n_lines == 1 else "s")
        return f"LogView({self.about + ', ' if self.about else ''}{lines})"
