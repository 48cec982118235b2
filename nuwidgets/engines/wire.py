"""Talk to one worker process over a private socket; its stdout and stderr are only a log.

The worker has its own session, so that Ctrl-C does not reach it, and answers one request at a time.
Anything but a clean answer kills its whole process group: an old answer can never be read by the
next request, which starts a new worker.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import tempfile
import threading
import weakref
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.engines.codec import LONGEST, pack, unpack
from nuwidgets.errors import (
    CancelledError,
    EngineCrashedError,
    EngineFailedError,
    EngineMissingError,
    EngineTimeoutError,
    InputError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Child:
    """One process and our end of its socket; it dies only once and leaves no zombie."""

    def __init__(
        self, command: Sequence[str], log_path: Path, env: Mapping[str, str] | None
    ) -> None:
        self._lock = threading.Lock()
        self.reason = ""
        """Why we killed it: "cancelled", "late", or empty."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, log_path.open("ab") as log:
                self.process = subprocess.Popen(
                    [*command, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    env=None if env is None else dict(env),
                )
        except BaseException:
            ours.close()
            raise
        self.link = Connection(ours.detach())
        self._buried = False

    def kill(self, reason: str = "") -> None:
        """Kill the whole process group; whoever waits for it reads the end of the stream."""
        with self._lock:
            if not self._buried:
                self.reason = self.reason or reason
                self._kill_group()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def died(self, grace_s: float = 1.0) -> bool:
        """Whether it ends by itself, within `grace_s`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(grace_s)
        return self.process.returncode is not None

    def bury(self) -> int:
        """Kill what is left of it and of its children, and give the exit code."""
        with self._lock:
            if not self._buried:
                self._kill_group()
                self.process.wait()
                self._buried = True
        with contextlib.suppress(OSError):
            self.link.close()
        return int(self.process.returncode)


class Worker:
    """A child process that answers one request at a time; started by the first.

    Parameters
    ----------
    name : str
        What the user calls it.
    command : sequence of str
        Starts it; the number of its socket is appended. Its program calls `engines.serve.serve`.
    env : mapping of str to str, optional
        Its whole environment; ours when left out.
    log_path : path, optional
        Where what it prints goes; a new temporary file when left out.
    timeout_s : float, optional
        How long a request may take unless it says otherwise; without limit when left out.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        log_path: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        self.name, self._command, self._env = name, tuple(command), env
        self._log_path, self._timeout_s = log_path, timeout_s
        self._lock, self._naming = threading.Lock(), threading.Lock()
        self._child: Child | None = None
        self._numbers = itertools.count(1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def log_path(self) -> Path:
        """Where what it prints goes."""
        with self._naming:  # who asks and who looks at the log may come at once: one file for both
            if self._log_path is None:
                handle, name = tempfile.mkstemp(prefix=f"nuwidgets-{self.name}-", suffix=".log")
                os.close(handle)
                self._log_path = Path(name)
            return self._log_path

    def ask(
        self, method: str, payload: object, token: Any = None, timeout_s: float | None = None
    ) -> Any:
        """Send a request and wait for its answer; blocking, so call it from a thread.

        Parameters
        ----------
        method : str
            Name of a handler of the worker.
        payload : object
            What `codec.pack` takes.
        token : Token, optional
            Stops it, and hears its reports.
        timeout_s : float, optional
            How long it may take; that of the worker when left out.

        Raises
        ------
        InputError
            The payload cannot be sent.
        EngineMissingError
            The worker cannot be started.
        EngineFailedError
            It answered with an error.
        EngineCrashedError
            It died.
        EngineTimeoutError
            It took too long.
        CancelledError
            The token, or stop(), stopped it.
        """
        number = next(self._numbers)
        message = pack([number, method, payload])
        timeout_s = self._timeout_s if timeout_s is None else timeout_s
        with self._lock:
            if token is not None:
                token.check()
            child = self._started()
            try:
                with _watched(child, token, timeout_s):
                    verdict, answer = _talk(child.link, message, number, token)
            except (EOFError, OSError, InputError) as error:
                raise self._obituary(child, method, timeout_s) from error
            except BaseException:
                self._drop(child)
                raise
            if child.reason:  # killed just after it had answered
                self._drop(child)
        if verdict == "error":
            raise EngineFailedError(
                f"{self.name} could not answer {method!r}: {answer}.",
                log_tail=self.log_tail(),
                log_path=str(self.log_path),
            )
        return answer

    def log_tail(self, lines: int = 20) -> tuple[str, ...]:
        """Give the last lines the worker printed."""
        with self.log_path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 64_000))
            return tuple(log.read().decode(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Kill the worker; a request under way raises CancelledError, the next starts anew."""
        if child := self._child:
            child.kill("cancelled")
            if self._lock.acquire(blocking=False):  # else whoever asks buries it
                try:
                    if self._child is child:  # not one that was started since
                        self._drop(child)
                finally:
                    self._lock.release()

    def _started(self) -> Child:
        if self._child and (self._child.reason or self._child.process.poll() is not None):
            self._drop(self._child)
        if self._child is None:
            try:
                self._child = Child(self._command, self.log_path, self._env)
            except OSError as error:
                raise EngineMissingError(
                    f"Cannot start {self.name} with {' '.join(self._command)!r}: {error}."
                    " Check that it is installed."
                ) from error
            self._at_exit = weakref.finalize(self, Child.bury, self._child)
        return self._child

    def _drop(self, child: Child) -> int:
        self._child = None
        self._at_exit.detach()
        return child.bury()

    def _obituary(self, child: Child, method: str, timeout_s: float | None) -> Exception:
        died = not child.reason and child.died()
        code = self._drop(child)
        if child.reason == "cancelled":
            return CancelledError(f"Stopped {self.name} on request; the settings are kept.")
        if child.reason == "late":
            return EngineTimeoutError(
                f"{self.name} did not answer {method!r} within {timeout_s!r} s and was stopped."
                f" Allow more time, or see {self.log_path}."
            )
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        end = f"died ({how})" if died else "broke off its connection and was stopped"
        tail = "\n".join(self.log_tail(5))
        return EngineCrashedError(
            f"{self.name} {end} during {method!r}. It starts again with the next request."
            f" Its last lines, from {self.log_path}:\n{tail}"
        )


@contextlib.contextmanager
def _watched(child: Child, token: Any, timeout_s: float | None) -> Iterator[None]:
    """Kill the child when the time is over or the token says so, and never after."""
    with contextlib.ExitStack() as stack:
        if timeout_s is not None:
            timer = threading.Timer(timeout_s, child.kill, ["late"])
            timer.daemon = True
            timer.start()
            stack.callback(timer.join)
            stack.callback(timer.cancel)
        if token is not None:
            stack.enter_context(token.stopping(lambda: child.kill("cancelled")))
        yield


def _talk(link: Connection[Any, Any], message: bytes, number: int, token: Any) -> tuple[str, Any]:
    link.send_bytes(message)
    while True:
        echo, verdict, answer = unpack(link.recv_bytes(LONGEST))
        if echo != number or verdict not in ("report", "ok", "error"):
            raise InputError(f"the worker answered {echo!r} to request {number!r}")
        if verdict != "report":
            return verdict, answer
        if token is not None:
            token.report(*answer)
