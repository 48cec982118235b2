"""A plan is what to compute, a token says stop and how far, a job is one computation."""

from __future__ import annotations

import enum
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nuwidgets.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nuwidgets.domain.progress import Part

Q = TypeVar("Q")  # request: frozen plain values, compared with ==, hashable
P = TypeVar("P")  # product: frozen

REST_S = 0.1
"""At most one report in this time, unless a stage begins or the end is reached."""


class State(enum.Enum):
    """Where a step stands; a stale step keeps its last product.

    A kept product is known to hold but not in memory: it was made before this session was opened.
    """

    EMPTY = "empty"
    RUNNING = "running"
    FRESH = "fresh"
    KEPT = "kept"
    STALE = "stale"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """How far a computation has come."""

    fraction: float | None = None
    """Part done, 0 to 1; None when nobody can say."""
    stage: str = ""
    """Name of the stage under way."""
    line: str = ""
    """Last line of the log."""
    started_s: float = 0.0
    """When it began to compute, seconds since 1970 (UTC)."""
    parts: tuple[Part, ...] = ()
    """What is done side by side, where that is worth telling."""
    partial: Any = None
    """What there is of the product so far, where that is worth drawing."""


class Token:
    """Asks one computation to stop, and lets it say how far it is; silent unless heard.

    Parameters
    ----------
    hear : callable, optional
        Called with a `Progress`, at most ten times a second.

    Attributes
    ----------
    cancelled : bool
        Whether someone asked to stop.
    anew : bool
        Whether the computation is to be made even where an answer is known somewhere.
    """

    def __init__(self, hear: Callable[[Progress], object] | None = None) -> None:
        self.cancelled = self.anew = False
        self._lock = threading.Lock()
        self._stop: Callable[[], object] | None = None
        self._hear, self._heard_s = hear, -REST_S
        self._progress: Progress | None = None

    def check(self) -> None:
        """Raise CancelledError if someone asked to stop.

        Raises
        ------
        CancelledError
            After `cancel()`.
        """
        if self.cancelled:
            raise CancelledError("Stopped on request; the settings are kept.")

    def report(
        self,
        fraction: float | None = None,
        stage: str = "",
        line: str = "",
        parts: tuple[Part, ...] | None = None,
        partial: Any = None,
    ) -> None:
        """Say how far the computation is; what is left out stays as it was.

        A new stage starts without a fraction. Reports are throttled, but a new stage and the
        fraction 1 always pass.
        """
        if self._hear is None:
            return
        old = self._progress or Progress(started_s=time.time())
        begins = bool(stage) and stage != old.stage
        kept = None if begins else old.fraction
        new = Progress(
            kept if fraction is None else min(max(float(fraction), 0.0), 1.0),
            stage or old.stage,
            line or old.line,
            old.started_s,
            old.parts if parts is None else parts,
            old.partial if partial is None else partial,
        )
        ends = new.fraction == 1.0 and kept != 1.0
        first, self._progress = self._progress is None, new
        now_s = time.monotonic()
        if first or begins or ends or now_s - self._heard_s >= REST_S:
            self._heard_s = now_s
            self._hear(new)

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """While inside, cancel() calls `stop` (kill the process), and never after."""
        with self._lock:
            self.check()
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

    def cancel(self) -> None:
        """Ask to stop."""
        with self._lock:
            self.cancelled = True
            if self._stop:
                self._stop()


@dataclass(frozen=True, eq=False)
class Plan(Generic[Q]):
    """A step's request and those of the steps above it, all of one instant."""

    number: int
    """Rises with every plan of a step: an old answer never replaces a newer one."""
    request: Q
    """What to compute."""
    steps: tuple[Any, ...] = ()
    """The steps above, as they were: a step may be set on others while a job waits."""
    above: tuple[Plan[Any], ...] = ()
    """Their plans, in the same order."""


class Phase(enum.Enum):
    """How far a job has come."""

    QUEUED = enum.auto()
    WAITING = enum.auto()  # for the steps above
    SOLVING = enum.auto()
    ENDED = enum.auto()


@dataclass(eq=False)
class Job(Generic[Q, P]):
    """One computation; all who want the same answer join it. Used behind the door."""

    plan: Plan[Q]
    """What it computes."""
    token: Token
    """Stops it."""
    future: Future[P] = field(default_factory=Future)
    """What its waiters hold."""
    phase: Phase = Phase.QUEUED
    """How far it is."""
    anew: bool = False
    """Whether it is computed even where the answer is known: what it depends on lies outside."""
    began: list[Any] = field(default_factory=list)
    """(work, job) of the steps above that this job set going: cancelled with it."""

    def __post_init__(self) -> None:
        """Keep the cancel() of one waiter's future from cancelling it for all."""
        self.future.set_running_or_notify_cancel()

    def enter(self, old: Phase, new: Phase) -> bool:
        """Go from phase `old` to `new`; False when someone else was first."""
        if self.phase is not old:
            return False
        self.phase = new
        return True
