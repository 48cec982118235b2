"""What went wrong with a run, and what to do about it, in one or two sentences."""

from __future__ import annotations

import re
import shutil
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.domain.task import DONE, FAILED
from nuwidgets.engines.heasoft.log import cut, tail_of, unended
from nuwidgets.missions.task_book import breaks_on_blanks, error_line, needs_caldb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nuwidgets.domain.task import Plain
    from nuwidgets.engines.heasoft.installation import Installation
    from nuwidgets.engines.heasoft.record import RunFolder, RunRecord

N_TAIL = 20
LATE = "was not done within"
"""In the sentence about a run whose time was over."""
_N_SEARCHED = 4000
_LITTLE_BYTES = 100_000  # so little room is none
_LONGEST_PATH = 200
_MOST_SAID = 300  # letters of a line of the log in a sentence
SHELL = 128  # a shell adds this to the number of the signal that ended its child
FULL = "The disk is full. Make room where the workspace is, then run it again."
_CAUSES = {
    re.compile(r"(?i)no space left on device|disk (?:is )?full|quota exceeded"): FULL,
    re.compile(
        r"(?i)caldb.*(?:unable|cannot|could not|not found|not set)"
        r"|(?:unable|cannot|could not|not found).*caldb"
    ): (
        "The calibration it needs was not found in CALDB. Install or update the calibration of this"
        " mission, check CALDB and CALDBCONFIG, then run it again."
    ),
    re.compile(r"(?i)permission denied|read-only file system"): (
        "It may not write where it was told to. Choose a workspace that may be written to, then run"
        " it again."
    ),
}
_QUESTION = re.compile(r"(?:[:?>]|\[[^\]]*\]\s*[:>]?)\s*$")


def refusal(
    task: str, parameters: Mapping[str, Plain], folder: Path, installed: Installation
) -> str:
    """Say why a run cannot begin; empty if it can."""
    if not installed.has(task):
        place = installed.headas / "bin" / task
        return (
            f"Cannot run {task}: there is no executable {str(place)!r}. Check that HEASoft was"
            " installed with this mission's tasks."
        )
    if needs_caldb(task) and not installed.caldb:
        return (
            f"Cannot run {task}: it needs the calibration database, and CALDB is not set. Set CALDB"
            " and CALDBCONFIG (caldbinit does) before Jupyter is started, then restart the kernel."
        )
    if re.search("[:;]", str(folder)):
        return (
            f"Cannot run {task}: {str(folder)!r} has a colon or semicolon in it, which in HEASoft"
            " parts one folder from the next. Use a folder without."
        )
    if breaks_on_blanks(task):
        return _awkward(task, [str(folder), *(v for v in parameters.values() if _is_path(v))])
    return ""


def _is_path(value: Plain) -> bool:
    return isinstance(value, str) and value.lstrip("@").startswith(("/", "./", "../", "~"))


def _awkward(task: str, paths: list[Plain]) -> str:
    for path in map(str, paths):
        if re.search(r"\s", path):
            return (
                f"Cannot run {task}: the path {path!r} has a blank in it, and {task} breaks on"
                " that. Use a folder without blanks."
            )
        if len(path) > _LONGEST_PATH:
            return (
                f"Cannot run {task}: the path {path!r} has {len(path)} characters, and {task}"
                f" breaks on more than {_LONGEST_PATH}. Use a folder with a shorter path."
            )
    return ""


def judged(
    record: RunRecord, folder: RunFolder, *, late: bool = False, said: str = ""
) -> RunRecord:
    """Give the record with its final state, and with what went wrong.

    Parameters
    ----------
    record : RunRecord
        With the exit status, or None where the task was never begun or nobody knows.
    folder : RunFolder
        Its folder, with the log.
    late : bool
        Whether it was ended because its time was over.
    said : str
        What went wrong outside the task, in a sentence; empty if nothing did.
    """
    lines = tail_of(folder.log, _N_SEARCHED)
    tail = tuple(lines[-N_TAIL:])
    if record.exit_code == 0 and not said and not late:
        return replace(record, state=DONE, tail=tail, problem="", error_line="")
    line = error_line(lines)
    asked = unended(folder.log)
    asked = asked if _QUESTION.search(asked) and not line else ""
    last = lines[-1] if lines else ""
    problem = said or _why(record, line, (last, asked), late=late)
    if not said and is_full(folder.path):
        problem = f"{record.task} failed: {FULL}"
    return replace(record, state=FAILED, tail=tail, problem=problem, error_line=line)


def _why(record: RunRecord, line: str, ends: tuple[str, str], *, late: bool) -> str:
    task, code, (last, question) = record.task, record.exit_code, ends
    if late:
        asked = (
            f" It waited for an answer to {question!r}: give that parameter." if question else ""
        )
        return (
            f"{task} {LATE} {record.timeout_s:g} s and was ended."
            f"{asked or ' Allow it more time, or see its log.'}"
        )
    for pattern, cause in _CAUSES.items():
        if pattern.search(line) or (not line and pattern.search(last)):
            return f"{task} failed with {how(code)}. {cause}"
    if _signal(code):
        memory = ", often because there is no memory left" if "KILL" in how(code) else ""
        return (
            f"{task} was ended by {how(code)}{memory}. Run it again; if that does not help, see its"
            " log."
        )
    if question:
        return (
            f"{task} failed with {how(code)}: it asked {question!r} and nobody could"
            " answer. Give that parameter."
        )
    line, last = cut(line, _MOST_SAID), cut(last, _MOST_SAID)
    what = (
        f": {line}" if line else f"; its last words are {last!r}" if last else ", and said nothing"
    )
    return f"{task} failed with {how(code)}{what.rstrip('.')}. See its log."


def how(exit_code: int | None) -> str:
    """Say how a process ended.

    Examples
    --------
    >>> how(-11), how(1), how(139)
    ('signal SIGSEGV', 'exit status 1', 'exit status 139 (signal SIGSEGV)')
    """
    if exit_code is None:
        return "an unknown exit status"
    name = _signal(exit_code)
    if exit_code < 0:
        return f"signal {name}"
    return f"exit status {exit_code}" + (f" (signal {name})" if name else "")


def _signal(exit_code: int | None) -> str:
    if exit_code is None:
        return ""
    number = -exit_code if exit_code < 0 else exit_code - SHELL
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"{number}" if exit_code < 0 else ""


def is_full(path: Path) -> bool:
    """Whether a disk has no room left."""
    try:
        return shutil.disk_usage(path).free < _LITTLE_BYTES
    except OSError:
        return False
