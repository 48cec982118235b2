"""Tasks that were run by name, as code, in the order in which they were run."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.task import TaskRequest
from nuwidgets.scripts.fits import own_lines, why
from nuwidgets.scripts.makers import AUTO, asked_with, choice_of
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.values import assign, call, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.record import SessionRecord, StepRecord

TAKEN = ("self", "task")
"""Names of parameters that ``s.task.call`` has itself."""


def task_requests(record: SessionRecord) -> tuple[TaskRequest, ...]:
    """Give the runs of tasks, each once, oldest first."""
    step = record.steps.get("task")
    if step is None:
        return ()
    earlier = (deed.request for deed in record.history if deed.step == "task")
    known = (one for one in (*earlier, step.answered) if isinstance(one, TaskRequest))
    return tuple(dict.fromkeys(known))


def task_section(record: SessionRecord, engine: str = AUTO) -> tuple[Section, ...]:
    """Give the calls of tasks; nothing where none was run.

    Parameters
    ----------
    record : SessionRecord
        The session.
    engine : str
        The engine with which the script's session begins.
    """
    requests = task_requests(record)
    if not requests:
        return ()
    step = record.steps["task"]
    state: dict[str, Any] = {"subject": "", "engine": engine}
    lines: list[str] = []
    for one in requests:
        lines += why(step.notes.get("", "")) if one is requests[-1] else ()
        lines += _set(state, {"subject": one.subject, "engine": asked_with(one, step)})
        lines += _call(one.task, dict(one.parameters))
    lines += _unused(step, requests[-1], state)
    words = "Tasks that were run by name; one that ended well before is not run again."
    return (Section("Run tasks", words, tuple(lines)),)


def task_part(record: SessionRecord) -> tuple[Section, ...]:
    """Give settings and call of the step for tasks, as it is now."""
    step = record.steps["task"]
    name, given = step.settings.get("name", ""), dict(step.settings.get("parameters", ()))
    lines = [*own_lines(record, "task", ("name", "parameters"))]
    for about in ("name", "parameters"):
        lines += why(step.notes.get(about, ""))
    lines += _call(name, given) if name else ()
    return (Section("", "", tuple(lines)),) if lines else ()


def is_keyword_argument(name: str) -> bool:
    """Say whether a parameter can be written as ``name=value``.

    Examples
    --------
    >>> [is_keyword_argument(name) for name in ("infile", "lambda", "1st")]
    [True, False, False]
    """
    return name.isidentifier() and not keyword.iskeyword(name)


def _set(state: dict[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    lines: list[str] = []
    for name, value in wanted.items():
        if value != state[name]:
            lines += assign(f"s.task.{name}", setting(value))
        state[name] = value
    return tuple(lines)


def _call(task: str, given: dict[str, Any]) -> tuple[str, ...]:
    if all(is_keyword_argument(name) and name not in TAKEN for name in given):
        return call("s.task.call", (task,), given)
    return (
        *assign("s.task.name", task),
        *assign("s.task.parameters", given),
        "s.task.run()",
    )


def _unused(step: StepRecord, last: TaskRequest, state: dict[str, Any]) -> tuple[str, ...]:
    """Write the settings of now that no task was run with."""
    told = {"name": last.task, "parameters": last.parameters, **state}
    now = {name: step.settings.get(name, value) for name, value in told.items()}
    now["engine"] = told["engine"] if choice_of(step) == AUTO else now["engine"]
    moved = {name: value for name, value in now.items() if value != told[name]}
    lines = [line for n, v in moved.items() for line in assign(f"s.task.{n}", setting(v, n))]
    return (*comment("Set, but not used when this was written:"), *lines) if lines else ()
