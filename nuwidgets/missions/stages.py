"""How far a task is, from the stages that its log announces.

The fraction is that of the stages that are over, by their weights: measured, never invented.
Weights are shares of the time and no promises.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from nuwidgets.missions.tasks import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_FRACTION = 0.1
LEAST_S = 5.0
"""Before so much is done, and so long has passed, there is nothing to estimate from."""


def launch(task: str, weight: float = 1.0, name: str = "") -> Stage:
    """Give the stage that begins where a pipeline says that it runs a task.

    The line is ``<prefix> Info: Running 'nuhotpix'``, quoted or not. What the task says of itself
    (``Running 'nuhotpix_1.0.2'``) is not meant, and neither is ``Error: running 'nuhotpix'``.
    """
    pattern = rf"\bRunning\s+['\"`]?\s*(?i:{re.escape(task)})(?!\w|\s+[Vv]er)"
    return Stage(name or task, pattern, weight, "Running")


def heading(name: str, pattern: str, word: str = "Stage") -> Stage:
    """Give a stage that takes no time: the title of those that follow, or the end."""
    return Stage(name, pattern, 0.0, word)


class Meter:
    """Reads a log line by line and says how far its task is.

    A line moves the meter to the next stage that it announces, never back: a stage that is planned
    twice (for module A, then B) is met twice. Once a heading was met, only the next one leads on to
    the stages below it: what is repeated more often than planned goes nowhere.

    Parameters
    ----------
    stages : sequence of Stage
        All stages in their order; the last should be the end, of weight 0.

    Examples
    --------
    >>> meter = Meter((launch("nufilter", 3), launch("nuscreen"), heading("end", "Exit", "Exit")))
    >>> meter.feed("nupipeline_0.4.9: Info: Running 'nuscreen'")
    >>> meter.stage, meter.fraction
    ('nuscreen', 0.75)
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)
        weights = [stage.weight for stage in self._stages]
        passed = list(itertools.accumulate(weights, initial=0.0))
        self._passed = [part / (passed[-1] or 1.0) for part in passed]
        self._headings = list(itertools.accumulate(weight == 0.0 for weight in weights))
        self._words = tuple({stage.word: None for stage in self._stages})
        places: dict[str, list[int]] = {}
        for index, stage in enumerate(self._stages):
            places.setdefault(stage.pattern, []).append(index)
        self._places = {f"p{n}": found for n, found in enumerate(places.values())}
        groups = (f"(?P<p{n}>{pattern})" for n, pattern in enumerate(places))
        self._lines = re.compile("|".join(groups) or r"(?!)")
        self._at = -1
        self._in_headings = False
        self._since_s: float | None = None

    @property
    def fraction(self) -> float | None:
        """Part that is over, 0 to 1; None before anything was announced, 1 only at the end."""
        return None if self._at < 0 else self._passed[self._at]

    @property
    def stage(self) -> str:
        """Name of the stage under way; empty before anything was announced."""
        return "" if self._at < 0 else self._stages[self._at].name

    def feed(self, line: str) -> None:
        """Read a line of the log; the many that announce nothing cost next to nothing."""
        for word in self._words:
            if word in line:
                break
        else:
            return
        found = self._lines.search(line)
        if found is not None and found.lastgroup is not None:
            self._go(self._places[found.lastgroup])

    def _go(self, places: list[int]) -> None:
        index = next((place for place in places if place > self._at), None)
        if index is None:
            return
        is_heading = self._stages[index].weight == 0.0
        now = self._headings[self._at] if self._at >= 0 else 0
        if self._in_headings and not is_heading and self._headings[index] != now:
            return
        self._in_headings |= is_heading
        self._at, self._since_s = index, None

    def left_s(self, elapsed_s: float) -> float | None:
        """Estimate how long it still takes, s; None as long as nobody can say.

        The pace is that of the stages that are over, as they had been when this was first asked in
        the stage under way; while a stage takes longer than its share, the later ones still count.

        Parameters
        ----------
        elapsed_s : float
            Time since the task began, s.
        """
        done = self.fraction
        if done == 1.0:
            return 0.0
        if self._since_s is None:
            self._since_s = elapsed_s
        if done is None or done < LEAST_FRACTION or elapsed_s <= LEAST_S:
            return None
        whole_s = self._since_s / done
        left_s = max(whole_s - elapsed_s, whole_s * (1.0 - self._passed[self._at + 1]))
        return left_s if left_s > 0.0 else None
