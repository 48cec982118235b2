"""HEASoft as an engine: tasks by name, and the products that are made with them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.task import FAILED, TaskRequest
from nuwidgets.engines.base import TableEngine
from nuwidgets.engines.heasoft.diagnosis import LATE
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.engines.heasoft.runs import Runs
from nuwidgets.errors import (
    CancelledError,
    EngineCrashedError,
    EngineError,
    EngineFailedError,
    EngineTimeoutError,
)

if TYPE_CHECKING:
    from nuwidgets.domain.task import TaskRun
    from nuwidgets.engines.base import Solve
    from nuwidgets.engines.heasoft.installation import Installation

HOME = "data"
"""Folder of the workspace, below the current one, unless the session says another."""
_PRODUCTS = "nuwidgets.engines.heasoft.products"


class HeasoftEngine(TableEngine):
    """Runs HEASoft's tasks through heasoftpy, each in processes of its own.

    Raises
    ------
    EngineMissingError
        HEASoft is not there; the message says which part is missing.
    """

    def __init__(self, installation: Installation | None = None) -> None:
        self._given = installation
        found = installation or find_installation()
        version = found.version or f"with heasoftpy {found.heasoftpy_version or 'of no version'}"
        self.timeout_s: float | None = None
        """How long a task may take, s; without limit when None."""
        self._home = Path.cwd() / HOME
        self._places: dict[Path, Runs] = {}
        table: dict[type, Solve] = {TaskRequest: self._solve_task}
        for request, function in import_module(_PRODUCTS).TABLE.items():
            table[request] = self._on_first_use(function)
        super().__init__("heasoft", version, table)

    @property
    def home(self) -> Path:
        """The workspace's folder: runs are below it; "data" in the current one unless set."""
        return self._home

    @home.setter
    def home(self, folder: str | Path) -> None:
        self._home = Path(folder).expanduser().resolve()

    @property
    def runs(self) -> Runs:
        """The runs of the workspace."""
        return self._places.setdefault(self._home, Runs(self._home, self._given))

    def run(self, request: TaskRequest, token: Any = None) -> TaskRun:
        """Run a task and give how it went, if it went well.

        Raises
        ------
        EngineFailedError, EngineCrashedError, EngineTimeoutError
            It failed; the message says how, and where its log is.
        CancelledError
            It was stopped.
        """
        anew = bool(getattr(token, "anew", False))
        run = self.runs.run(request, token, timeout_s=self.timeout_s, anew=anew)
        if not run.ok:
            raise error_of(run)
        return run

    def _solve_task(self, request: TaskRequest, _above: tuple[Any, ...], token: Any) -> TaskRun:
        return self.run(request, token)

    def _on_first_use(self, function: str) -> Solve:
        def solve(request: Any, above: tuple[Any, ...], token: Any) -> Any:
            return getattr(import_module(_PRODUCTS), function)(request, above, token, self)

        return solve

    def _stamp(self, product: Any, request: Any, seconds: float) -> Any:
        """Sign a product; a task's own time stays, whenever that was."""
        return super()._stamp(product, request, getattr(product, "seconds", 0.0) or seconds)

    def stop(self) -> None:
        """Wait for no run any more; they go on, and a new session finds them.

        Stop on a panel, the token's, is what kills them.
        """
        for runs in list(self._places.values()):
            runs.leave()


def error_of(run: TaskRun) -> EngineError | CancelledError:
    """Give the error that stands for a run that did not go well."""
    problem = run.problem or f"{run.name} is {run.state}."
    where = f" ({run.log_path})" if run.log_path else ""
    if run.state != FAILED:
        return CancelledError(f"{run.name}: {problem}")
    if LATE in run.problem:
        return EngineTimeoutError(problem + where)
    if run.exit_code is not None and run.exit_code < 0:
        return EngineCrashedError(problem + where)
    return EngineFailedError(
        problem + where, exit_code=run.exit_code, log_tail=run.log_tail, log_path=run.log_path
    )
