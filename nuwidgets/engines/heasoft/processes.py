"""The processes of runs: found by a mark in their environment, their session, and their parents."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import psutil

MARK = "NUWIDGETS_RUN"
"""Variable in the environment of all processes of a run: its folder."""
_REST_S, _PATIENCE_S = 0.01, 5.0


def processes_of(
    folders: Collection[str], roots: Collection[int] = (), spare: Collection[int] = ()
) -> list[psutil.Process]:
    """Give all that lives of some runs, the oldest first.

    Parameters
    ----------
    folders : collection of str
        Folders of the runs.
    roots : collection of int
        Numbers of processes that are known to belong to them: their children do too, and whatever
        is in a session that one of them leads.
    spare : collection of int
        Numbers of processes that are not meant.
    """
    import psutil

    spared = {*spare, os.getpid(), *_above()}
    mine, found = set(roots), []
    for process in sorted(psutil.process_iter(), key=lambda one: one.pid):
        if process.pid not in spared and _belongs(process, folders, mine):
            mine.add(process.pid)
            found.append(process)
    return found


def _above() -> list[int]:
    import psutil

    return [process.pid for process in psutil.Process().parents()]


def _belongs(process: psutil.Process, folders: Collection[str], mine: set[int]) -> bool:
    import psutil

    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        known = process.pid in mine or process.ppid() in mine or os.getsid(process.pid) in mine
        return known or process.environ().get(MARK) in folders
    except (psutil.Error, OSError):
        return False


def end_all(
    folders: Collection[str], roots: Collection[int] = (), spare: Collection[int] = ()
) -> bool:
    """Kill all processes of some runs, also those that made a session of their own.

    Returns
    -------
    bool
        Whether none is left.
    """
    known = set(roots)
    until_s = time.monotonic() + _PATIENCE_S
    while left := processes_of(folders, known, spare):
        known |= {process.pid for process in left}
        _kill(left)
        if time.monotonic() > until_s:
            return False
        time.sleep(_REST_S)
    return True


def _kill(processes: Iterable[psutil.Process]) -> None:
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.Error, OSError):
            process.send_signal(signal.SIGKILL)
