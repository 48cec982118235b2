"""All runs of a workspace: begun, found again, followed, stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.task import FAILED, STOPPED, TaskRun
from nuwidgets.engines.heasoft.diagnosis import refusal
from nuwidgets.engines.heasoft.ending import settle, stop_runs
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.engines.heasoft.order import Order, order_of
from nuwidgets.engines.heasoft.record import RunFolder
from nuwidgets.engines.heasoft.rounds import Round
from nuwidgets.engines.heasoft.watch import ELSEWHERE, Watch
from nuwidgets.errors import EngineFailedError, InputError, NuwidgetsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from nuwidgets.domain.task import TaskRequest
    from nuwidgets.engines.heasoft.installation import Installation
    from nuwidgets.engines.heasoft.record import RunRecord

FOLDER = "runs"
"""Name of the folder of all runs in a workspace."""


@dataclass(frozen=True)
class RunOnDisk:
    """A run that a workspace knows."""

    key: str
    """What it is known by: the name of its folder."""
    task: str
    """Its task."""
    subject: str
    """Whose run it is."""
    state: str
    """``"running"`` or how it ended."""
    folder: str
    """Its folder."""
    log_path: str
    """Its log."""
    began_s: float
    """When it began, seconds since 1970 (UTC)."""
    problem: str = ""
    """What went wrong; empty if nothing did."""

    @property
    def name(self) -> str:
        """Subject and task."""
        return f"{self.subject} {self.task}".strip()


def _lost(record: RunRecord, folder: RunFolder) -> RunRecord:
    """Give the record of a run that died before it could say so."""
    if folder.stop_mark.exists():
        return replace(record, state=STOPPED, problem="It was stopped on request.")
    return replace(record, state=FAILED, problem="It was ended from outside. Run it again.")


class Runs:
    """The runs of a workspace.

    Each run is a folder below ``<home>/runs``, named by what it was asked for: the same task with
    the same parameters, files and HEASoft is the same run. So what is done is given at once, and
    what goes on is found again, whoever began it.

    Parameters
    ----------
    home : path
        The workspace's folder; made by the first run.
    installation : Installation, optional
        Whose tasks are run; looked for when left out.
    """

    def __init__(self, home: str | Path, installation: Installation | None = None) -> None:
        self.home = Path(home).expanduser().resolve()
        self._installation = installation
        self._n_left = 0

    def __repr__(self) -> str:
        return f"<Runs in {str(self.home)!r}>"

    @property
    def folder(self) -> Path:
        """The folder of all runs."""
        return self.home / FOLDER

    @property
    def installation(self) -> Installation:
        """Whose tasks are run.

        Raises
        ------
        EngineMissingError
            If HEASoft is not there.
        """
        return self._installation or find_installation()

    def run(
        self,
        request: TaskRequest,
        token: Any = None,
        *,
        timeout_s: float | None = None,
        anew: bool = False,
    ) -> TaskRun:
        """Run one task; see `run_all`."""
        return self.run_all([request], token, timeout_s=timeout_s, anew=anew)[0]

    def run_all(
        self,
        requests: Iterable[TaskRequest],
        token: Any = None,
        *,
        at_once: int | None = None,
        order: Callable[[], Sequence[str]] | None = None,
        stops: Callable[[], Collection[str]] | None = None,
        timeout_s: float | None = None,
        anew: bool = False,
    ) -> tuple[TaskRun, ...]:
        """Run tasks side by side; blocking. One that fails neither stops nor hides the others.

        Parameters
        ----------
        requests : iterable of TaskRequest
            What to run.
        token : Token, optional
            Stops all, and hears how far each is.
        at_once : int, optional
            How many at a time; as many as there are processors when left out.
        order : callable, optional
            Gives names, "subject task", in the order in which those that wait shall begin; asked
            whenever a place gets free.
        stops : callable, optional
            Gives the names of those that are to be stopped alone; asked all the time.
        timeout_s : float, optional
            How long each may take, s.
        anew : bool
            Run also what is done.

        Returns
        -------
        tuple of TaskRun
            One for each request, in their order; their `state` says how they fared.

        Raises
        ------
        CancelledError
            The token stopped them, with all their processes; or leave() let them go on alone.
        EngineMissingError
            HEASoft is not there.
        """
        generation = self._n_left
        installed = self.installation
        watches = [self._watch(request, installed, timeout_s) for request in requests]
        one_round = Round(
            watches,
            token,
            at_once,
            order or (lambda: ()),
            stops or (lambda: ()),
            lambda: self._n_left != generation,
        )
        return one_round.go(anew=anew)

    def _watch(
        self, request: TaskRequest, installed: Installation, timeout_s: float | None
    ) -> Watch:
        try:
            order = order_of(request, installed, self.folder)
            problem = ""
        except NuwidgetsError as error:
            name = f"{request.subject} {request.task}".strip()
            order, problem = Order(request, request.parameters, "none", name), str(error)
        folder = RunFolder(self.folder / order.key)
        watch = Watch(order, folder, installed, timeout_s)
        given = dict(order.parameters)
        problem = problem or refusal(request.task, given, folder.products, installed)
        if problem:
            watch.fail(problem)
        return watch

    def known(self) -> tuple[RunOnDisk, ...]:
        """Give every run of the workspace, newest first, those under way too."""
        found = []
        for record_path in self.folder.glob("*/run.json"):
            folder = RunFolder(record_path.parent)
            record = folder.read()
            if record is None:
                continue
            dead = not record.final and not folder.under_way()
            record = (folder.read() if dead else record) or record  # it may just have ended
            if dead and not record.final:
                record = folder.left_whole(record.attempt) or _lost(record, folder)
            found.append(
                RunOnDisk(
                    folder.path.name,
                    record.task,
                    record.subject,
                    record.state,
                    str(folder.path),
                    str(folder.log),
                    record.began_s,
                    record.problem,
                )
            )
        return tuple(sorted(found, key=lambda run: run.began_s, reverse=True))

    def stop(self, key: str) -> None:
        """Stop a run, whoever began it, with all its processes.

        Raises
        ------
        InputError
            If there is no such run.
        EngineFailedError
            If it goes on all the same: it runs on another machine.
        """
        folder = RunFolder(self.folder / key)
        if not key or "/" in key or folder.read() is None:
            raise InputError(f"There is no run {key!r} in {str(self.folder)!r}. See known().")
        if not folder.under_way():
            settle(folder)
            return
        stop_runs([folder])
        if settle(folder) is None and folder.under_way():
            raise EngineFailedError(ELSEWHERE.format(name=repr(key)))

    def under_way(self, requests: Iterable[TaskRequest]) -> bool:
        """Whether one of these runs goes on right now, whoever began it."""
        installed = self.installation
        for request in requests:
            try:
                order = order_of(request, installed, self.folder)
            except NuwidgetsError:
                continue
            if RunFolder(self.folder / order.key).under_way():
                return True
        return False

    def leave(self) -> None:
        """Let what runs go on alone: whoever waits for it here gets a CancelledError."""
        self._n_left += 1
