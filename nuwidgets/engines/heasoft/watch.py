"""One run that was asked for: begun or found, followed, stopped, and what came of it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from nuwidgets.domain.progress import Part
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.task import DONE, FAILED, RUNNING, STOPPED, WAITING, TaskRun
from nuwidgets.engines.heasoft.ending import in_words, settle
from nuwidgets.engines.heasoft.log import LogTail
from nuwidgets.engines.heasoft.processes import end_all
from nuwidgets.engines.heasoft.record import RunRecord, run_of
from nuwidgets.engines.heasoft.start import start
from nuwidgets.missions.stages import Meter
from nuwidgets.missions.task_book import task_of

if TYPE_CHECKING:
    from subprocess import Popen

    from nuwidgets.domain.task import TaskRequest
    from nuwidgets.engines.heasoft.installation import Installation
    from nuwidgets.engines.heasoft.order import Order
    from nuwidgets.engines.heasoft.record import RunFolder

ELSEWHERE = "Cannot stop {name}: none of its processes is on this machine. Stop it where it runs."


class Watch:
    """A run as one who asked for it sees it.

    Parameters
    ----------
    order : Order
        What was asked.
    folder : RunFolder
        Where it runs.
    installed : Installation
        Whose task it is.
    timeout_s : float, optional
        How long it may take, s.
    """

    def __init__(
        self,
        order: Order,
        folder: RunFolder,
        installed: Installation,
        timeout_s: float | None = None,
    ) -> None:
        self.order, self.folder = order, folder
        self.state, self.name = WAITING, order.name
        self.run: TaskRun | None = None
        """What came of it; None before its end."""
        self.line = ""
        """The last line of its log."""
        self._installed, self._timeout_s = installed, timeout_s
        self._child: Popen[bytes] | None = None
        self._after = 0  # beginnings up to this one are not meant
        self._began_s = 0.0
        self._is_known = False  # whether the record is that of the run that goes on
        self._fresh = False
        self._tail = LogTail(folder.log)
        given = order.request.given
        self.meter = Meter(task_of(order.request.task).stages(given))

    @property
    def roots(self) -> list[int]:
        """Numbers of processes that are known to belong to it."""
        return [self._child.pid] if self._child and self._child.returncode is None else []

    def look(self, *, anew: bool = False) -> None:
        """Take what is there: products that hold, or a run that goes on."""
        if self.folder.under_way():
            self._attach()
            return
        if not anew:
            self._take_done()

    def _take_done(self) -> bool:
        record = self.folder.read()
        if record and not record.final:  # it died, perhaps when all was made
            record = self.folder.left_whole(record.attempt)
        self._fresh = bool(record and record.state == DONE and self.folder.is_whole(record))
        if record and self._fresh:
            self._end(record)
        return self._fresh

    def _attach(self) -> None:
        """Follow a run that somebody else has begun, or is about to begin."""
        record = self.folder.read()
        self.state = RUNNING
        self._is_known = record is not None and not record.final
        attempt = record.attempt if record else 0
        self._after = attempt - 1 if self._is_known else attempt
        self._began_s = attempt / 1e9 if self._is_known else time.time()

    def begin(self, *, anew: bool = False) -> None:
        """Begin it, unless it is there or goes on; an OSError if the folder cannot be used."""
        self.folder.path.mkdir(parents=True, exist_ok=True)
        lock = self.folder.lock()
        if lock is None:
            self._attach()
            return
        try:
            if anew or not self._take_done():
                self._begin(lock)
        finally:
            os.close(lock)

    def _begin(self, lock: int) -> None:
        before = self.folder.read()
        if before and not before.final:
            end_all([str(self.folder.path)])  # what a run that died has left
        self.folder.make_room()
        installed, request = self._installed, self.order.request
        record = RunRecord(
            self.folder.path.name,
            request.task,
            request.subject,
            time.time_ns(),
            parameters=self.order.parameters,
            inputs=request.inputs,
            headas=str(installed.headas),
            caldb=installed.caldb,
            library=str(installed.library),
            versions=_versions(installed, request),
            timeout_s=self._timeout_s,
        )
        self.folder.write(record)
        self._child = start(self.folder, installed, lock)
        self.state, self._began_s = RUNNING, record.began_s
        self._is_known, self._after = True, record.attempt - 1
        self._tail = LogTail(self.folder.log)

    def poll(self) -> None:
        """Read what its log says, and notice its end."""
        for line in self._tail.read():
            self.meter.feed(line)
        self.line = self._tail.last[-1] if self._tail.last else ""
        if self._goes_on():
            return
        record = self.folder.read()
        if record and record.final and record.attempt > self._after:
            self._end(record)
        elif record and not record.final:
            self._settle()
        elif self._child is None:
            self.state = WAITING  # whoever had the lock began nothing
        else:
            self.fail(f"What is written down of {self.name} cannot be read. Run it again.")

    def _goes_on(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        if not self._is_known:
            after = self._after
            self._attach()
            self._after = min(after, self._after)
        return self.folder.under_way()

    def _settle(self) -> None:
        """Write down how a run ended that could not do so itself."""
        settled = settle(self.folder, self._child.returncode if self._child else None)
        if settled is not None:
            self._end(settled)

    def buried(self) -> None:
        """Take in that its processes were killed."""
        if self._child is not None:
            self._child.wait()
        record = self.folder.read()
        settled = record if record and record.final else settle(self.folder)
        if settled is not None:
            self._end(settled)
        elif self.folder.under_way():
            self.fail(ELSEWHERE.format(name=self.name))
        else:
            self.skip()

    def skip(self) -> None:
        """Take in that it was stopped before it began."""
        self._close(self._bare(STOPPED, "It was stopped before it began."))

    def fail(self, problem: str) -> None:
        """Take in that it cannot be run."""
        self._close(self._bare(FAILED, problem))

    def _bare(self, state: str, problem: str) -> TaskRun:
        request = self.order.request
        return TaskRun(
            request.task, request.subject, state, problem=problem, request=request,
            provenance=Provenance(engine="heasoft", request=request),
        )  # fmt: skip

    def _end(self, record: RunRecord) -> None:
        self._close(run_of(record, self.folder, self.order.request))

    def _close(self, run: TaskRun) -> None:
        self.run, self.state = run, run.state

    @property
    def fraction(self) -> float | None:
        """Part done, 0 to 1; None when nobody can say."""
        return 1.0 if self.state == DONE else self.meter.fraction

    @property
    def part(self) -> Part:
        """How far it is."""
        return Part(self.name, self.state, self.fraction, self._says())

    def _says(self) -> str:
        if self.run is not None:
            if self.run.problem:
                return self.run.problem
            return "was there" if self._fresh else f"took {in_words(self.run.seconds)}"
        if self.state == WAITING:
            return ""
        elapsed_s = max(0.0, time.time() - self._began_s)
        left_s = self.meter.left_s(elapsed_s)
        words = [self.meter.stage, in_words(elapsed_s)]
        words += [f"about {in_words(left_s)} left"] if left_s else []
        return " · ".join(filter(None, words))


def _versions(installed: Installation, request: TaskRequest) -> tuple[tuple[str, str], ...]:
    known = (
        ("HEASoft", installed.version),
        ("heasoftpy", installed.heasoftpy_version),
        ("CALDB", installed.caldb_version(request.task)),
    )
    return tuple((name, said) for name, said in known if said)
