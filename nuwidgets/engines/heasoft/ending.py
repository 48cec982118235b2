"""How a run ends that cannot say so itself: it was stopped, or died."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.domain.task import STOPPED
from nuwidgets.engines.heasoft.diagnosis import FULL, SHELL, how, is_full, judged
from nuwidgets.engines.heasoft.log import tail_of
from nuwidgets.engines.heasoft.processes import end_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.engines.heasoft.record import RunFolder, RunRecord

_REST_S, _PATIENCE_S = 0.02, 3.0
_MINUTE_S, _HOUR_S = 60, 3600


def stop_runs(folders: Sequence[RunFolder], roots: Sequence[int] = ()) -> None:
    """Kill all processes of some runs, whoever began them, and mark them as stopped.

    Parameters
    ----------
    folders : sequence of RunFolder
        Their folders.
    roots : sequence of int
        Numbers of processes that are known to belong to them.
    """
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.stop_mark.touch()
    until_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until_s:
        end_all([str(folder.path) for folder in folders], roots)
        if not any(folder.under_way() for folder in folders):
            break
        time.sleep(_REST_S)  # somebody is just about to begin it


def settle(folder: RunFolder, exit_code: int | None = None) -> RunRecord | None:
    """Write down how a run ended that could not do so itself; what is left of it goes.

    Returns
    -------
    RunRecord or None
        None while it goes on, or where nothing is known of it.
    """
    try:
        lock = folder.lock()
    except OSError:
        return None
    if lock is None:
        return None
    try:
        end_all([str(folder.path)])
        record = folder.read()
        if record is None or record.final:
            return record
        final = folder.left_whole(record.attempt) or _ended(record, folder, exit_code)
        folder.tidy()
        with contextlib.suppress(OSError):  # a full disk: the state is known here all the same
            folder.write(final)
            folder.stop_mark.unlink(missing_ok=True)
        return final
    finally:
        os.close(lock)


def _ended(record: RunRecord, folder: RunFolder, exit_code: int | None) -> RunRecord:
    seconds = max(0.0, time.time() - record.began_s)
    record = replace(record, seconds=seconds, exit_code=exit_code)
    if folder.stop_mark.exists():
        said = "It was stopped on request."
        return replace(judged(record, folder, said=said), state=STOPPED, error_line="")
    if is_full(folder.path):
        return judged(record, folder, said=f"{record.task} failed: {FULL}")
    if exit_code is not None and 0 < exit_code <= SHELL:
        last = "".join(tail_of(folder.log, 1))
        said = f"The process that runs {record.task} broke off: {last!r}. Please report this."
        return judged(record, folder, said=said)
    code = f" by {how(exit_code)}" if exit_code else ""
    said = (
        f"The process that ran {record.task} was ended{code} from outside: it was killed, or the"
        " machine was switched off or had no memory left. Run it again."
    )
    return judged(record, folder, said=said)


def in_words(seconds: float) -> str:
    """Say how long something takes.

    Examples
    --------
    >>> in_words(4.2), in_words(95), in_words(4000)
    ('4 s', '1 min 35 s', '1 h 06 min')
    """
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S:02d} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S:02d} min"
