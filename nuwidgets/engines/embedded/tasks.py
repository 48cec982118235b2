"""Tasks by name, with HEASoft's names and parameters, for where there is no HEASoft."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from nuwidgets.engines.embedded import task_ftgrouppha, task_nuexpomap, task_nuproducts
from nuwidgets.engines.embedded.task_run import Run
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from nuwidgets.domain.task import TaskRequest, TaskRun
    from nuwidgets.files.par_file import ParFile

_MODULES = {module.NAME: module for module in (task_nuproducts, task_nuexpomap, task_ftgrouppha)}
TASKS: dict[str, ParFile] = {name: module.WORDS for name, module in _MODULES.items()}
"""The parameters of each task."""


def solve_task(request: TaskRequest, above: tuple[Any, ...], token: Any) -> TaskRun:  # noqa: ARG001
    """Run a task; its products appear when all of them are whole.

    Raises
    ------
    InputError
        If the task or a parameter is not known, or cannot be done here.
    FileError
        If a file cannot be read or written.
    CancelledError
        After `token.cancel()`; nothing was written then.
    """
    if request.task not in _MODULES:
        if get_close_matches(request.task, TASKS):
            raise InputError(
                f"The embedded engine has no task {request.task!r}. {nearest(request.task, TASKS)}"
                " Install HEASoft for all others."
            )
        raise InputError(
            f"Cannot run {request.task!r} without HEASoft: the embedded engine has"
            f" {', '.join(TASKS)} alone. Install HEASoft for all others, or use one of these."
        )
    module = _MODULES[request.task]
    run = Run(request, module.values(request), token)
    module.run(run)
    token.report(1.0, "done")
    return run.finish()
