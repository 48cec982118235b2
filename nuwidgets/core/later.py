"""Does something a little after each change, in a thread of its own: saving, drawing a table."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
DELAY_S = 0.3
"""Changes that come in this time are taken together, s."""
RETRY_S = 3.0
"""When it is tried again after a failure, s."""
IDLE_S = 5.0
"""After so long without a change the thread ends, and with it its hold on the session, s."""


class Later:
    """Calls `action` within a second of a change; the changing thread only wakes it.

    Parameters
    ----------
    action : callable
        What is to be done; gives False if that failed, and is tried again.
    """

    def __init__(self, action: Callable[[], bool]) -> None:
        self._action = action
        self._lock = threading.Lock()
        self._changed, self._closed = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Say that something changed; quick."""
        with self._lock:
            self._changed.set()
            if self._thread is None and not self._closed.is_set():
                thread = threading.Thread(target=self._run, name="nuwidgets-later", daemon=True)
                self._thread = thread
                thread.start()

    def close(self, wait_s: float = 5.0) -> None:
        """Stop, whatever is left to do; wait a little for what is under way."""
        self._closed.set()
        self._changed.set()
        with self._lock:  # one that is just being started cannot be joined yet
            thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(wait_s)

    def _run(self) -> None:
        done = True
        while not self._closed.is_set():
            changed = self._changed.wait(IDLE_S if done else RETRY_S)
            if not changed and done and self._rest():
                return
            self._closed.wait(DELAY_S if changed else 0.0)  # what comes now goes with it
            if self._closed.is_set():
                return
            self._changed.clear()
            try:
                done = self._action()
            except Exception:  # the thread must live: it is tried again
                log.exception("What was to be done later failed in a way that nobody foresaw.")
                done = False

    def _rest(self) -> bool:
        """Let the thread end, unless something has changed just now."""
        with self._lock:
            if self._changed.is_set():
                return False
            self._thread = None
            return True
