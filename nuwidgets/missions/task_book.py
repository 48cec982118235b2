"""What is known of tasks of any mission, and what their logs say when something went wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets.missions.base import missions
from nuwidgets.missions.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.missions.heasoft import Heasoft

_COMMON = {
    "barycorr": Task(
        "barycorr",
        shown=("infile", "outfile", "orbitfiles", "ra", "dec", "clockfile", "clobber"),
        says="Corrects times to those at the solar system's barycentre.",
    ),
}
_XSELECT = ("xselect", "extractor")

_CAUSES = (
    r"No space left on device|Disk quota exceeded|Read-only file system",
    r"Permission denied|Operation not permitted",
    r"Unable to \w+ .*CALDB|CALDB\S* (?:is )?not (?:set|defined|found)",
    r"CALDB environment variable|No (?:calibration )?file.* in (?:the )?CALDB",
    r"error while loading shared libraries|command not found|Can't locate \S+ in @INC",
    r"Segmentation fault|Bus error|Out of memory|Cannot allocate memory",
    r"failed to find or open the following file|could not open the named file",
    r"[Cc]ould(?:n't| not) (?:open|create|write)|error writing to FITS file",
    r"^[A-Za-z_.]+Error: \S",
)
_SAID = (
    r"\b(?:E(?:RROR|rror)|FATAL|Fatal)\b\s*:(?!\s*$)|\bPIL[_ ]ERR",
    # what Perl dies of; not the many lines in which it only wonders
    r"^(?!.*(?:uninitialized|numeric|redefined|deprecated|masks)).* at \S+ line \d+\.?$",
)
_LAUNCH = (r"\b(?:Error|ERROR)\s*:?\s*running\b",)
_GENERIC = (
    r"Pipeline exit with error|Exit with Error|terminating with status|^\W*\w+ +error\W*$",
    r"\bErrors? (?:parsing|checking|setting|while) (?:the )?(?:input|names|loading)",
)
_KINDS = tuple(
    (rank, re.compile("|".join(patterns)))
    for rank, patterns in ((3, _GENERIC), (2, _LAUNCH), (0, _CAUSES), (1, _SAID))
)
_WARNING = re.compile(r"\b(?:[Ww]arning|WARNING)\b")
_QUICK = re.compile(
    r"rror|RROR|FATAL|Fatal|PIL|terminating|No space|quota|Read-only|denied|permitted|CALDB|not f"
    r"|Can't loc|fault|memory|to find|ould|line \d"
)
_NO_RANK = len(_KINDS)


def task_of(name: str) -> Task:
    """Give what is known of a task; nothing but its name where that is all.

    Examples
    --------
    >>> task_of("nupipeline").usual
    (('clobber', True),)
    >>> task_of("ftlist")
    Task(name='ftlist', ...)
    """
    books = (*(one.tasks for one in _heasofts()), _COMMON)
    return next((book[name] for book in books if name in book), Task(name))


def _heasofts() -> Iterator[Heasoft]:
    return (one.heasoft for one in missions().values() if one.heasoft is not None)


def needs_caldb(task: str) -> bool:
    """Say whether a task looks calibration files up in the CALDB."""
    named = any(task in one.caldb_users for one in _heasofts())
    return named or task == "quzcif" or task_of(task).needs_caldb


def breaks_on_blanks(task: str) -> bool:
    """Say whether blanks in a path, or a long one, break a task.

    The pipelines hand paths on to shells and to xselect unquoted.
    """
    named = any(task in one.xselect_users for one in _heasofts())
    return named or task in _XSELECT or task_of(task).breaks_on_blanks


def caldb_of(task: str) -> str:
    """Give the folder of the calibration that a task reads, under ``data`` of the CALDB, or "".

    Examples
    --------
    >>> caldb_of("numkarf"), caldb_of("xrtproducts"), caldb_of("ftlist")
    ('nustar/fpm', 'swift/xrt', '')
    """
    every = tuple(_heasofts())
    known = [one for one in every if task in one.caldb_users or task in _own(one)]
    return next((one.caldb for one in known if task not in _COMMON), "")


def _own(heasoft: Heasoft) -> tuple[str, ...]:
    """Give the tasks of a mission that no other has."""
    others = {name for one in _heasofts() if one is not heasoft for name in one.tasks}
    return tuple(name for name in heasoft.tasks if name not in others)


def error_line(lines: Iterable[str]) -> str:
    """Give the line of a log that says what went wrong; empty if there is none.

    A cause, such as a full disk, comes before what a task says of it, that before the task that
    was running, and that before "exit with errors"; of alike ones the first counts.

    Examples
    --------
    >>> error_line(["Error: running 'nuscreen'", "a.gti: Permission denied", "Exit with Error."])
    'a.gti: Permission denied'
    """
    best, found = _NO_RANK, ""
    for line in lines:
        if _QUICK.search(line):
            rank = _rank(line.strip())
            if rank < best:
                best, found = rank, line.strip()
                if rank == 0:
                    break
    return found


def _rank(line: str) -> int:
    """Give how far a line is from the cause: 0 for the cause, `_NO_RANK` for no error at all."""
    rank = next((rank for rank, pattern in _KINDS if pattern.search(line)), _NO_RANK)
    if _WARNING.search(line):
        return 2 if rank == 0 else _NO_RANK
    return rank
