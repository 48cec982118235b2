"""A task called through heasoftpy, its output going straight into the log.

heasoftpy's own reading of a task's output either shows nothing before the end or breaks on what is
not UTF-8, so only its documented place for that, `exec_task`, is replaced.

Parameters that are not given stay out of the command line, and `mode` does always: with it there,
xrtpipeline and xrtproducts break, which is a known bug of theirs, and nobody can be asked anyway.
This is handled here and nowhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nuwidgets.domain.task import Plain

_OURS = {"noprompt": True, "verbose": 0}
"""What we tell heasoftpy; where a task has a parameter of that name, it is said as ``py_...``."""

_MODE = "mode"


@dataclass
class Outcome:
    """How a call went."""

    exit_code: int | None = None
    """Exit status of the task; None if it was not begun."""
    late: bool = False
    """Whether it was ended because its time was over."""
    said: str = ""
    """What went wrong outside the task; empty if nothing did."""
    command: list[str] = field(default_factory=list)
    """The command line."""


def call_task(
    task: str, given: Mapping[str, Plain], until_s: float | None, end: Callable[[], object]
) -> Outcome:
    """Run a task in this process' environment and working folder; blocking.

    Parameters
    ----------
    task : str
        Its name.
    given : mapping
        Its parameters; the others are as in its par file.
    until_s : float, optional
        When it is to be ended, on `time.monotonic`'s clock.
    end : callable
        Ends all that it has begun.
    """
    outcome = Outcome()
    hsp = _heasoftpy()

    def execute(self: Any) -> Any:
        outcome.command = _command(task, self.params)
        process = subprocess.Popen(  # noqa: S603  a list, no shell
            outcome.command, stdin=subprocess.DEVNULL, process_group=0
        )
        try:
            process.wait(None if until_s is None else max(0.0, until_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            outcome.late = True
        finally:
            end()
            outcome.exit_code = process.wait()
        if outcome.exit_code and not self._allow_failure:
            raise hsp.HSPTaskException(f"{task} ended with {outcome.exit_code}")
        return _result_class(hsp)(outcome.exit_code, "", None, dict(self.params))

    logged = type("LoggedTask", (hsp.HSPTask,), {"exec_task": execute})
    try:
        call = logged(task)
        kept = {name: value for name, value in given.items() if name != _MODE}
        call(kept, allow_failure=False, **_control(call.par_names))
    except hsp.HSPTaskException as error:
        if outcome.exit_code is None:
            outcome.said = f"heasoftpy could not run {task}: {error}".strip()
    return outcome


def _heasoftpy() -> Any:
    try:
        import heasoftpy
    except ImportError as error:
        if error.name != "heasoftpy.fcn":
            raise
        # Made when HEASoft is installed; its task objects work without.
        sys.modules["heasoftpy.fcn"] = ModuleType("heasoftpy.fcn")
        import heasoftpy
    return heasoftpy


def _result_class(hsp: Any) -> Any:
    from importlib import import_module

    return getattr(hsp, "HSPResult", None) or import_module("heasoftpy.core").HSPResult


def _control(names: list[str]) -> dict[str, object]:
    return {f"py_{name}" if name in names else name: value for name, value in _OURS.items()}


def _command(task: str, parameters: Mapping[str, Plain]) -> list[str]:
    """Give the command line, values written as heasoftpy writes them."""
    program = os.path.join(os.environ["HEADAS"], "bin", task)  # noqa: PTH118
    script = [shutil.which("python") or sys.executable, f"{program}.py"]
    start = [program] if os.path.exists(program) else script  # noqa: PTH110
    return [*start, *(f"{name}={_written(value)}" for name, value in parameters.items())]


def _written(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "NONE"
    return "$( )" if value == "" else str(value)  # an empty text, for HEASoft's readers
