"""Run any task by its name, with the parameters of its par file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.task import TaskRequest, TaskRun
from nuwidgets.errors import InputError
from nuwidgets.files.par_file import file_of
from nuwidgets.steps.engine_choice import AUTO, ENGINES, Asking, nowhere
from nuwidgets.steps.parameters import as_parameters

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


def as_task(value: Any) -> str:
    """Take the name of a task, written with ``-`` or ``_``.

    Raises
    ------
    InputError
        If it cannot be one.
    """
    name = value.strip() if isinstance(value, str) else None
    if name is None or (name and not name.replace("-", "_").isidentifier()):
        raise InputError(f"Cannot run {value!r}. Give the name of a task, e.g. 'ftlist'.")
    return name


class TaskStep(Step[TaskRequest, TaskRun]):
    """Runs one task, of HEASoft or one that the embedded engine has under the same name.

    Parameters
    ----------
    here : callable
        Says whether HEASoft is installed.
    """

    examples: ClassVar = {
        "name": ("ftlist", "ftgrouppha"),
        "parameters": ((), {"infile": "a.pha", "clobber": True}),
        "subject": ("", "60001110002 FPMA"),
        "engine": ("embedded", "heasoft"),
    }

    name = Value(as_task, "", "the name of a task")
    parameters = Value(as_parameters, (), "its parameters by name; others are as in its par file")
    subject = t.Unicode("", help="Whose run it is, for reports; '' for none.")
    engine = t.Enum(ENGINES, AUTO, help="Who runs it; 'auto' is HEASoft where it is installed.")
    timeout_s = t.Float(0.0, min=0.0, help="It is stopped if it takes longer, s; 0: never.")

    _asking: Asking

    def __init__(self, *args: Any, here: Callable[[], bool] = nowhere, **settings: Any) -> None:
        vars(self)["_asking"] = Asking(here, always=True)
        super().__init__(*args, **settings)

    def request(self) -> TaskRequest:
        """Give what is to be run."""
        texts = [file_of(one) for _, one in self.parameters if isinstance(one, str) and one]
        paths = [one for one in texts if Path(one).is_absolute()]
        inside = (self.stamps.within(one) for one in (dict(self.parameters).get("indir"),) if one)
        stamp = (*self.stamps.of(*paths), *inside)
        plain = TaskRequest(self.name, self.parameters, self.subject, stamp=stamp)
        return self._asking.settle(self.engine, plain, self.ledger.answered)

    def recall(self, request: TaskRequest) -> None:
        """Set the settings that `request` was made from, and who answered it."""
        self.door.do(self._recall, request, self._asking.recall(self.engine, request))

    def _recall(self, request: TaskRequest, choice: str) -> None:
        self.engine, self.name = choice, request.task
        self.parameters, self.subject = request.parameters, request.subject

    def submit(self, *, anew: bool = False) -> Future[TaskRun]:
        """Begin, or join what is under way."""
        self.door.do(self._ask)
        return super().submit(anew=anew)

    def _ask(self) -> None:
        self._asking.ask(self.engine, self.request())
        self.judge()

    def call(self, task: str, **parameters: Any) -> TaskRun:
        """Run a task and give how it went, e.g. ``call("ftlist", infile="a.evt", option="T")``.

        Raises
        ------
        InputError
            If it has no such parameter, or a value is refused.
        EngineFailedError
            If it fails; the message has its exit status and the lines that say why.
        """
        self.door.do(self._set, task, parameters)
        return self.run()

    def _set(self, task: str, parameters: dict[str, Any]) -> None:
        self.name, self.parameters = task, parameters
