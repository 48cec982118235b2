"""Calls of heasoftpy: any task by its name, with its parameters and those of heasoftpy itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.task import OUT
from nuwidgets.missions.task_book import task_of
from nuwidgets.scripts.fits import why
from nuwidgets.scripts.sections import Section
from nuwidgets.scripts.tasks import is_keyword_argument, task_requests
from nuwidgets.scripts.tutorial_data import TASK
from nuwidgets.scripts.values import call, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.record import SessionRecord

PRODUCTS = "products"
"""Folder for what tasks make that say nothing of where."""
OWN = ("verbose", "logfile", "noprompt", "stderr", "allow_failure")
"""Arguments of heasoftpy itself; where a task has a parameter of that name, they begin with py_."""


def hsp_call(
    task: str, given: Mapping[str, object], own: Mapping[str, object], indent: str = ""
) -> tuple[str, ...]:
    """Write a call of a task.

    Parameters
    ----------
    task : str
        Its name; ``-`` is written ``_``.
    given : mapping
        Its parameters.
    own : mapping
        Arguments of heasoftpy, and parameters that hold unless `given` has them.
    indent : str
        What stands before each line.
    """
    named = {n: v for n, v in given.items() if is_keyword_argument(n)}
    rest = {n: v for n, v in given.items() if n not in named}
    for name, value in own.items():
        if name in OWN:
            named[f"py_{name}" if name in given else name] = value
        else:
            named.setdefault(name, value)
    name = task.replace("-", "_")
    function = f"hsp.{name}" if is_keyword_argument(name) else f"hsp.HSPTask({text(task)})"
    return call(function, (rest,) if rest else (), named, indent=indent)


def task_section(record: SessionRecord, only: tuple[str, ...]) -> tuple[Section, ...]:
    """Give the tasks that were run by name, in their order; nothing where none was.

    Parameters
    ----------
    record : SessionRecord
        The session.
    only : tuple of str
        Paths of steps; with them, the task that is set now, if it is asked for.
    """
    if only and "task" not in only:
        return ()
    step = record.steps.get("task")
    if only and step is not None:
        name = step.settings.get("name", "")
        runs = [(name, dict(step.settings.get("parameters", ())))] if name else []
    else:
        runs = [(one.task, one.given) for one in task_requests(record)]
    if step is None or not runs:
        return ()
    lines: list[str] = []
    if any(OUT in str(value) for _, given in runs for value in given.values()):
        lines.append(f"os.makedirs({text(PRODUCTS)}, exist_ok=True)")
    for about in ("", "name", "parameters"):
        lines += why(step.notes.get(about, ""))
    for name, given in runs:
        lines += hsp_call(name, _placed(given), _own(name, given))
    words = "Tasks that were run by name; what they say is printed."
    return (Section("Run tasks", words, tuple(lines)),)


def _placed(given: Mapping[str, object]) -> dict[str, object]:
    """Put the folder of the products where a parameter leaves it open."""
    return {n: v.replace(OUT, PRODUCTS) if isinstance(v, str) else v for n, v in given.items()}


def _own(task: str, given: Mapping[str, object]) -> dict[str, object]:
    """Give what every task is told beside its parameters; files are replaced where it can that."""
    known = dict(task_of(task).usual)
    clobber = {"clobber": True} if "clobber" in known and "clobber" not in given else {}
    return {"verbose": 1, **clobber, **{n: v for n, v in TASK.items() if n != "clobber"}}
