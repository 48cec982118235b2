"""Several runs side by side: one loop that begins, follows and stops them. No threads."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.task import RUNNING, WAITING
from nuwidgets.engines.heasoft.ending import stop_runs
from nuwidgets.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from nuwidgets.domain.task import TaskRun
    from nuwidgets.engines.heasoft.watch import Watch

REST_S = 0.05
_REPORT_S = 0.2


class Round:
    """One call of `Runs.run_all`.

    Parameters
    ----------
    watches : list of Watch
        What was asked for; some may have ended before they began.
    token : Token or None
        Stops all, and hears how far each is.
    at_once : int, optional
        How many at a time; as many as there are processors when None.
    order, stops : callable
        Give the names in the order in which to begin, and of those to be stopped.
    left : callable
        Says whether we are to let them go on alone.
    """

    def __init__(
        self,
        watches: list[Watch],
        token: Any,
        at_once: int | None,
        order: Callable[[], Sequence[str]],
        stops: Callable[[], Collection[str]],
        left: Callable[[], bool],
    ) -> None:
        self._watches, self._token = watches, token
        self._at_once = max(1, at_once or os.cpu_count() or 1)
        self._order, self._stops, self._left = order, stops, left
        self._reported_s = 0.0
        self._states: list[str] = []

    def go(self, *, anew: bool) -> tuple[TaskRun, ...]:
        """Bring all to their end."""
        try:
            for watch in self._in(WAITING):
                self._check()
                _safely(watch, lambda one: one.look(anew=anew))
            while True:
                self._step(anew=anew)
                if not self._in(WAITING) + self._in(RUNNING):
                    break
                time.sleep(REST_S)
        except BaseException:
            if not self._left():
                self._end(self._in(RUNNING))
                self._report(at_once=True)
            raise
        return tuple(watch.run for watch in self._watches if watch.run is not None)

    def _in(self, state: str) -> list[Watch]:
        return [watch for watch in self._watches if watch.state == state]

    def _step(self, *, anew: bool) -> None:
        self._check()
        self._stop_some()
        self._begin_some(anew=anew)
        for watch in self._in(RUNNING):
            _safely(watch, lambda one: one.poll())
        self._report()

    def _check(self) -> None:
        if self._left():
            raise CancelledError(
                "Nobody waits for these runs here any more. They go on; ask for them again to see"
                " how far they are."
            )
        if self._token is not None:
            self._token.check()

    def _stop_some(self) -> None:
        names = set(self._stops())
        if not names:
            return
        for watch in self._in(WAITING):
            if watch.name in names:
                watch.skip()
        self._end([watch for watch in self._in(RUNNING) if watch.name in names])

    def _begin_some(self, *, anew: bool) -> None:
        while len(self._in(RUNNING)) < self._at_once and (waiting := self._in(WAITING)):
            self._check()
            places = {name: place for place, name in enumerate(self._order())}
            first = min(waiting, key=lambda watch: places.get(watch.name, len(places)))
            _safely(first, lambda one: one.begin(anew=anew))

    def _end(self, watches: list[Watch]) -> None:
        """Kill all processes of some runs."""
        if not watches:
            return
        roots = [root for watch in watches for root in watch.roots]
        stop_runs([watch.folder for watch in watches], roots)
        for watch in watches:
            _safely(watch, lambda one: one.buried())

    def _report(self, *, at_once: bool = False) -> None:
        states = [watch.state for watch in self._watches]
        now_s = time.monotonic()
        due = at_once or states != self._states or now_s - self._reported_s >= _REPORT_S
        if self._token is None or not due:
            return
        self._states, self._reported_s = states, now_s
        fractions = [1.0 if watch.run else watch.fraction for watch in self._watches]
        known = [fraction for fraction in fractions if fraction is not None]
        whole = sum(known) / len(fractions) if known else None
        running = self._in(RUNNING)
        one = running[0] if len(self._watches) == 1 and running else None
        over = sum(watch.run is not None for watch in self._watches)
        stage = one.meter.stage if one else f"{over} of {len(fractions)} done"
        line = running[0].line if running else ""
        parts = tuple(watch.part for watch in self._watches)
        self._token.report(whole, stage, line, parts=parts)


def _safely(watch: Watch, act: Callable[[Watch], object]) -> None:
    """Do something with one run; what goes wrong is its own and never another's."""
    try:
        act(watch)
    except OSError as error:
        watch.fail(
            f"Cannot run {watch.name} in {str(watch.folder.path)!r}: {error.strerror or error}."
            " Check that the workspace may be written to and has room."
        )
    except Exception as error:  # noqa: BLE001  of one run: the others go on
        watch.fail(f"Cannot run {watch.name}: {type(error).__name__}: {error}. Please report this.")
