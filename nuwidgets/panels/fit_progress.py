"""How the statistic falls while a fit runs: a small line, and the numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.job import State

if TYPE_CHECKING:
    from nuwidgets.core.job import Progress
    from nuwidgets.session import Session

_LINE = re.compile(r"step (\d+): statistic ([-+.\deE]+)")
WIDTH, HEIGHT = 120, 22
MOST = 400
"""So many steps are drawn."""


class Falling:
    """The statistic of each step of the fit that runs, or ran last.

    Parameters
    ----------
    session : Session
        Whose fit it is.
    """

    def __init__(self, session: Session) -> None:
        self._fit = session.fit
        self._began_s = 0.0
        self.values: list[float] = []
        self.box = w.HTML(layout=w.Layout(min_height="26px"))

    def show(self) -> None:
        """Follow the fit."""
        state, progress = self._fit.state, self._fit.progress
        if state is State.RUNNING and progress is not None:
            self._take(progress)
        elif state is State.FRESH and self.values:
            self._end(self._fit.product.statistic)
        else:
            self.values = []
        text = self._drawn(words=state is State.RUNNING)
        if text != self.box.value:
            self.box.value = text

    def _take(self, progress: Progress) -> None:
        if progress.started_s != self._began_s:
            self._began_s, self.values = progress.started_s, []
        match = _LINE.match(progress.line)
        if match and (value := _number(match[2])) is not None:
            self.values = [*self.values[-MOST:], value]

    def _end(self, best: float) -> None:
        """Add what the fit ended with: not every step is told."""
        if self.values[-1] != best:
            self.values = [*self.values, best]

    def _drawn(self, *, words: bool) -> str:
        if not self.values:
            return ""
        first, last = self.values[0], self.values[-1]
        said = f"statistic {first:.6g} → {last:.6g}"
        shown = said if words else ""
        return f'<span class="nuw-falling" title="{said}">{_line(self.values, said)}{shown}</span>'


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _line(values: list[float], said: str) -> str:
    lo, hi = min(values), max(values)
    if hi <= lo:
        return ""
    steps = max(len(values) - 1, 1)
    points = " ".join(
        f"{2 + n * (WIDTH - 4) / steps:.1f},{HEIGHT - 3 - (v - lo) / (hi - lo) * (HEIGHT - 6):.1f}"
        for n, v in enumerate(values)
    )
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{said}">'
        f'<polyline points="{points}"/></svg>'
    )
