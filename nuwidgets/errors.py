"""The family of errors that users of nuwidgets can meet.

An error says what could not be done, what was given, what would be right and what to do now.

::

    NuwidgetsError
    ├── InputError (ValueError)      a value the user gave cannot be used
    ├── FileError                    a file is missing, broken, or not what it should be
    ├── EngineError                  a computation could not be made
    │   ├── EngineMissingError       the engine is not installed
    │   ├── EngineFailedError        the engine answered with an error
    │   ├── EngineCrashedError       the engine's process died
    │   └── EngineTimeoutError       the engine did not answer in time
    ├── ServiceError                 a server or the network did not answer
    ├── BusyError                    waiting here would block the session
    └── CancelledError               the computation was stopped on request
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class NuwidgetsError(Exception):
    """Any error that nuwidgets raises on purpose."""


class SessionWarning(UserWarning):
    """A session file was opened, but not as one would expect: read-only, or data are missing."""


class InputError(NuwidgetsError, ValueError):
    """A value the user gave cannot be used."""


class FileError(NuwidgetsError):
    """A file is missing, broken, or not what it should be."""


class EngineError(NuwidgetsError):
    """A computation could not be made."""


class EngineMissingError(EngineError):
    """The engine is not installed; the message carries the line that installs it."""


class EngineFailedError(EngineError):
    """The engine answered with an error.

    Parameters
    ----------
    message : str
        What could not be done and what to do now.
    exit_code : int, optional
        Exit status of the task, where it is a process.
    log_tail : tuple of str
        The last lines of the log, at most 20.
    log_path : str
        Where the whole log is; empty when there is none.
    """

    def __init__(
        self,
        message: str,
        *,
        exit_code: int | None = None,
        log_tail: tuple[str, ...] = (),
        log_path: str = "",
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.log_tail = log_tail[-20:]
        self.log_path = log_path


class EngineCrashedError(EngineError):
    """The engine's process died without answering; the message names the signal."""


class EngineTimeoutError(EngineError):
    """The engine did not answer in time and was stopped."""


class ServiceError(NuwidgetsError):
    """A server or the network did not answer as it should."""


class BusyError(NuwidgetsError):
    """Waiting here would block the session."""


class CancelledError(NuwidgetsError):
    """The computation was stopped on request; the settings are kept."""


MOST = 20
"""So many known names are listed in an error message."""


def nearest(name: str, known: Iterable[str]) -> str:
    """List the known names, nearest to `name` first and not too many, to end an error message.

    Examples
    --------
    >>> nearest("powerlaw2", ["gaussian", "powerlaw"])
    "Did you mean 'powerlaw'? Known: powerlaw, gaussian."
    >>> nearest("powr", ["zpowerlw", "powerlaw"])
    "Did you mean 'powerlaw'? Known: powerlaw, zpowerlw."
    >>> nearest("x7", [f"x{n}" for n in range(50)])[-26:]
    'x45, x44, x43 and 30 more.'
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, len(names) or 1, cutoff=0.0)
    near.sort(key=lambda one: not _shortens(name, one))
    if not near:
        return "Nothing is known by any name here."
    more = f" and {len(near) - MOST} more" if len(near) > MOST + 1 else ""
    listed = ", ".join(near[:MOST] if more else near)
    return f"Did you mean {near[0]!r}? Known: {listed}{more}."


def _shortens(short: str, whole: str) -> bool:
    """Whether a name is another one with letters left out after the first."""
    rest = iter(whole.lower())
    return short[:1].lower() == whole[:1].lower() and all(c in rest for c in short.lower())
