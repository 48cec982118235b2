"""One door per session: every change enters here, one thread at a time.

The door is a re-entrant lock with a letter box. A change and all its consequences are made first;
then the observers are told, in order, still behind the door, by the thread that made the change.
Whoever is behind the door never computes and never waits: that is why it cannot deadlock.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
A = ParamSpec("A")
log = logging.getLogger(__name__)


class Stoppable(Protocol):
    """What the door stops before it closes."""

    def cancel(self) -> bool:
        """Stop what runs; False if nothing did."""


class Door:
    """The lock, the letter box and the threads of one session.

    Parameters
    ----------
    workers : int
        How many computations may run at once.
    limit : int
        How many letters may be written *while letters are delivered* in one visit; more means
        that observers undo each other, which is logged instead of going on forever.
    """

    def __init__(self, workers: int = 8, limit: int = 1000) -> None:
        self._lock = threading.RLock()
        self._letters: deque[Callable[[], object]] = deque()
        self._promises: deque[Callable[[], object]] = deque()
        self._inside: int | None = None  # the thread that is behind the door
        self._voice: contextvars.Context | None = None
        self._workers, self._limit = workers, limit
        self._guests: WeakSet[Stoppable] = WeakSet()
        self._closed = self._told = False
        self.visits = 0
        """Outermost visits so far: what is told in one belongs together."""
        self.after: list[Callable[[], object]] = []
        """Called at the end of each visit in which observers were told; must be quick."""

    def do(self, action: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
        """Call `action` behind the door; the outermost call tells the observers."""
        with self._lock:  # taken in C: Ctrl-C cannot fall between taking and holding
            if self.mine:
                return action(*args, **kwargs)
            try:
                self._inside = threading.get_ident()
                self.visits += 1
                try:
                    return action(*args, **kwargs)
                finally:
                    self._deliver()
            finally:
                self._inside = None

    @property
    def mine(self) -> bool:
        """Whether the calling thread is behind the door now."""
        return self._inside == threading.get_ident()

    @property
    def closed(self) -> bool:
        """Whether nothing may be computed here any more."""
        return self._closed

    def hear(self, action: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
        """Do what a message of the browser asks for; remember whose thread it is."""
        self._voice = contextvars.copy_context()
        return self.do(action, *args, **kwargs)

    def speak(self, action: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
        """Write to widgets in the name of the browser's latest message.

        ipykernel 7.4 handles a widget's next message in the shell that wrote to the widget last:
        written from a blocking cell or a plain thread, that is the main shell, and the control
        is dead until the cell ends.
        """
        run = self._voice.copy().run if self._voice else None
        return run(action, *args, **kwargs) if run else action(*args, **kwargs)

    def tell(self, letter: Callable[[], object]) -> None:
        """Call `letter` when the change under way is complete."""
        self._letters.append(letter)

    def promise(self, letter: Callable[[], object]) -> None:
        """Call `letter` after all observers were told, whatever they did; it may come twice."""
        self._promises.append(letter)

    def _deliver(self) -> None:
        try:
            self._tell_observers()
            while self._told:
                self._told = False
                for hook in tuple(self.after):
                    self._guarded(hook)
                self._tell_observers()
        finally:
            while self._promises:  # dropped only when kept: Ctrl-C must not lose one
                self._guarded(self._promises[0])
                self._promises.popleft()
                self._tell_observers()

    def _tell_observers(self) -> None:
        left = len(self._letters) + self._limit
        self._told = self._told or bool(self._letters)
        while self._letters:
            self._guarded(self._letters.popleft())
            left -= 1
            if left < 0:
                dropped = len(self._letters)
                self._letters.clear()
                log.error(
                    "Observers kept answering each other for %d letters: two of them undo each"
                    " other's changes. The last %d letters were dropped.",
                    self._limit,
                    dropped,
                )

    @staticmethod
    def _guarded(letter: Callable[[], object]) -> None:
        try:
            letter()
        except Exception:  # a broken observer must not break whoever set a value
            log.exception("An observer failed; the change it was told of stands.")

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """The threads that compute; started by the first computation."""
        return ThreadPoolExecutor(self._workers, thread_name_prefix="nuwidgets")

    @cached_property
    def errands(self) -> ThreadPoolExecutor:
        """The threads that read and write files for panels; they may wait for those of `pool`."""
        return ThreadPoolExecutor(2, thread_name_prefix="nuwidgets-files")

    def welcome(self, guest: Stoppable) -> None:
        """Remember, weakly, what must be stopped before the door closes."""
        self._guests.add(guest)

    def close(self) -> None:
        """Stop all that runs, refuse what comes, then let the threads go. Twice is fine."""

        def shut() -> list[Stoppable]:
            self._closed = True
            return list(self._guests)

        for guest in self.do(shut):
            guest.cancel()
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.errands.shutdown(wait=False)
