"""All observations brought up to date in order: spectra, long-term light curve, fits one by one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import State
from nuwidgets.panels.wording import step_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from nuwidgets.core.step import Step
    from nuwidgets.session import Session

    AnyStep = Step[Any, Any]


class Batch:
    """Runs the steps of many observations stage by stage; one that fails does not stop the others.

    Parameters
    ----------
    session : Session
        The spectra of its ticked datasets are made, then what rests on all of them.
    said : callable
        Told behind the door how far it is; "" at the end when all went well.
    """

    def __init__(self, session: Session, said: Callable[[str], object]) -> None:
        self._session, self._said = session, said
        self._stages: list[tuple[str, dict[AnyStep, str]]] = []
        self._failed: list[str] = []
        self._left: set[AnyStep] = set()
        self.running = False
        """Whether it is under way."""

    def start(self) -> None:
        """Begin, unless it is under way. Behind the door."""
        if self.running:
            return
        session = self._session
        spectra: dict[AnyStep, str] = {
            session.datasets[name].spectrum: step_words(f"{name}.spectrum") for name in session.used
        }
        self._stages = [("spectra", spectra)]
        self._stages.append(("rates", {session.longterm: step_words("longterm")}))
        if session.fit.model and session.used:
            self._stages.append(("fits", {session.series: step_words("series")}))
        self._failed, self.running = [], True
        self._next()

    def stop(self) -> None:
        """Stop what runs and begin nothing more. Behind the door."""
        left, self._left, self._stages = self._left, set(), []
        for step in left:
            step.cancel()
        self._end("Stopped.")

    def _next(self) -> None:
        """Begin the next stage: all of its steps at once."""
        while self._stages:
            name, steps = self._stages.pop(0)
            due = {step: words for step, words in steps.items() if not step.at_hand}
            if due:
                self._left = set(due)
                self._say(name, len(due))
                for step, words in due.items():
                    future = step.submit()
                    future.add_done_callback(partial(self._answered, name, step, words, len(due)))
                return
        self._end("")

    def _answered(
        self, stage: str, step: AnyStep, words: str, n_all: int, future: Future[Any]
    ) -> None:
        """Take note of one that has ended; in whichever thread ended it."""
        error = None if future.cancelled() else future.exception()
        self._session.door.do(self._count, stage, step, n_all, f"{words}: {error}" if error else "")

    def _count(self, stage: str, step: AnyStep, n_all: int, failed: str) -> None:
        if step not in self._left:
            return  # it was stopped
        self._left.discard(step)
        if failed:
            self._failed.append(failed)
        self._say(stage, n_all)
        if not self._left:
            self._next()

    def _say(self, stage: str, n_all: int) -> None:
        failed = f", {len(self._failed)} failed" if self._failed else ""
        count = f": {n_all - len(self._left)} of {n_all}" if n_all > 1 else ""
        self._said(f"{stage}{count}{failed}")

    def _end(self, words: str) -> None:
        self.running = False
        n = len(self._failed)
        self._said(words or (f"{n} could not be made: {'; '.join(self._failed)}" if n else ""))


def nothing_to_run(session: Session) -> str:
    """Say why there is nothing to run; empty where there is."""
    if not session.used:
        return "No observation is ticked"
    steps: list[AnyStep] = [session.datasets[name].spectrum for name in session.used]
    steps.append(session.longterm)
    if session.fit.model:
        steps.append(session.series)
    fresh = all(step.state is State.FRESH for step in steps)
    return "All ticked observations are up to date" if fresh else ""
