"""How the process of XSPEC is started, watched while it works, and understood when it fails.

Its log is read while one waits for its answer: the last line is told, and a log that grows without
end (XSPEC asks for what nobody will answer) ends the process, not the disk.
"""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nuwidgets
from nuwidgets.engines.wire import Worker
from nuwidgets.errors import EngineCrashedError, EngineFailedError, EngineMissingError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from nuwidgets.engines.wire import Child
    from nuwidgets.engines.xspec.installation import Installation

    Link = Connection[Any, Any]
else:
    Link = Connection

PROGRAM = (
    "import sys; root = sys.argv[1]; sys.path[:1] = [];"
    " root in sys.path or sys.path.append(root);"
    " from nuwidgets.engines.xspec.worker import main; main(int(sys.argv[-1]))"
)
"""What the Python of HEASoft runs: nuwidgets is where ours is, and behind all that is its own."""
FLOOD_BYTES = 50_000_000
"""A request that prints more than this has gone astray."""
LOG_BYTES = 200_000_000
"""The log begins anew when it has grown beyond this."""
LOOK_S = 0.2
"""How often the log is read while one waits, s."""
TAIL_BYTES, TAIL_LINES = 16_000, 20
_REASON = re.compile(r"^\s*(?:\*+\s*)?(?:XSPEC )?Error\s*:?\s*(.+)$|^\*{3}\s*(.+)$", re.IGNORECASE)
_NAMED = re.compile(r"could not answer '\w+': (\w+): (.*)\.$", re.DOTALL)
_SLIDING = 0.05


class _Watched(Link):
    """Our end of the socket, that calls `look` while nothing has come."""

    look: Callable[[], object]

    def recv_bytes(self, maxlength: int | None = None) -> bytes:
        wait_s = _SLIDING
        while not self.poll(wait_s):
            self.look()
            wait_s = LOOK_S
        return super().recv_bytes(maxlength)


class Turn:
    """One request while it is answered; the worker gives each its turn.

    Parameters
    ----------
    worker : XspecWorker
        Who answers.
    token : Token or None
        Stops it, and hears how far it is.
    """

    def __init__(self, worker: XspecWorker, token: Any) -> None:
        self._worker, self._token = worker, token
        self.began = 0
        """Bytes of the log that were there before."""
        self.flooded = False
        """Whether it was ended because it printed too much."""

    def check(self) -> None:
        """Begin, as the only request under way, unless it was stopped before."""
        if self._token is not None:
            self._token.check()
        self.began = self._worker.begin(self)

    def report(self, *progress: Any, **more: Any) -> None:
        """Tell how far it is."""
        if self._token is not None:
            self._token.report(*progress, **more)

    def stopping(self, stop: Callable[[], object]) -> AbstractContextManager[None]:
        """Let the token stop it meanwhile."""
        return nullcontext() if self._token is None else self._token.stopping(stop)

    def said(self) -> tuple[str, ...]:
        """Give the last lines that were printed for it, without empty ones."""
        with self._worker.log_path.open("rb") as log:
            log.seek(max(self.began, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            text = log.read().decode(errors="replace")
        return tuple(line.rstrip() for line in text.splitlines() if line.strip())


class XspecWorker(Worker):
    """The process of XSPEC; its log is read while one waits.

    Parameters
    ----------
    installed : Installation
        What is started.
    """

    def __init__(self, installed: Installation) -> None:
        root = str(Path(nuwidgets.__file__).parents[1])
        command = [installed.python, "-c", PROGRAM, root]
        super().__init__("XSPEC", command, env=installed.surroundings())
        self._turn: Turn | None = None

    def begin(self, turn: Turn) -> int:
        """Take the next request; give how long the log is. The one before has ended."""
        self._turn = turn
        if self._size() > LOG_BYTES:
            os.truncate(self.log_path, 0)
        return self._size()

    def _size(self) -> int:
        return self.log_path.stat().st_size

    def _started(self) -> Child:
        child = super()._started()
        if not isinstance(child.link, _Watched):
            link = _Watched(os.dup(child.link.fileno()))
            child.link.close()
            child.link, link.look = link, self._look
        return child

    def _look(self) -> None:
        """Tell the last line of the log; end what floods it."""
        turn, size = self._turn, self._size()
        if turn is None or size <= turn.began:
            return
        if size - turn.began > FLOOD_BYTES:
            turn.flooded = True
            if child := self._child:
                child.kill()
        elif lines := turn.said():
            turn.report(line=lines[-1])

    def put(self, method: str, payload: object, token: Any = None) -> dict[str, Any]:
        """Ask, and give what XSPEC printed as the reason where it fails.

        Returns
        -------
        dict
            The answer, and the end of what was printed for it as ``log_tail``.

        Raises
        ------
        EngineMissingError
            It cannot be started, or its Python has no PyXspec.
        EngineFailedError
            XSPEC refused; the message has the reason it printed.
        EngineCrashedError
            Its process died.
        CancelledError
            It was stopped.
        InputError
            What was asked cannot be.
        """
        turn = Turn(self, token)
        try:
            answer: dict[str, Any] = self.ask(method, payload, turn)
        except EngineCrashedError as error:
            if turn.flooded:
                raise self._failed(
                    f"XSPEC printed more than {FLOOD_BYTES // 1_000_000} MB and was stopped: it"
                    " asks for something that nobody can answer. Check the files and the model;"
                    f" what it asked is in {self.log_path}.",
                    turn,
                ) from error
            raise
        except EngineFailedError as error:
            raise self._understood(error, turn) from error
        return {**answer, "log_tail": turn.said()[-TAIL_LINES:]}

    def _failed(self, words: str, turn: Turn) -> EngineFailedError:
        tail = turn.said()[-TAIL_LINES:]
        return EngineFailedError(words, log_tail=tail, log_path=str(self.log_path))

    def _understood(self, error: EngineFailedError, turn: Turn) -> Exception:
        """Give an error whose words are those of the process, with the reason that was printed."""
        found = _NAMED.search(str(error))
        kind, words = (found[1], found[2]) if found else ("", str(error))
        if kind in _SAME:
            return _SAME[kind](words)
        reasons = reasons_in(turn.said())
        why = f" It said: {' '.join(reasons)}" if reasons else ""
        if kind != "EngineFailedError":
            words = f"XSPEC could not do it: {words.rstrip('.')}."
        return self._failed(f"{words}{why} Its log is {self.log_path}.", turn)


_SAME: dict[str, type[Exception]] = {
    "EngineMissingError": EngineMissingError,
    "InputError": InputError,
}
"""Errors of the process that stay what they are."""


def reasons_in(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Give what XSPEC printed as errors, each once, the last three.

    Examples
    --------
    >>> reasons_in(("Fit", "***XSPEC Error: No variable parameters for fit"))
    ('No variable parameters for fit.',)
    """
    matches = (_REASON.match(line) for line in lines)
    texts = (match[1] or match[2] for match in matches if match)
    return tuple(dict.fromkeys(f"{text.strip().rstrip('.')}." for text in texts))[-3:]
