"""The computations of one step: who asks for the same answer shares one job.

A thread waits only for a job that another live thread has begun, and a job waits only for steps
above its own: so the threads of the pool cannot wait in a circle.
"""

from __future__ import annotations

import contextvars
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Generic

from nuwidgets.core.job import Job, P, Phase, Plan, Progress, Q, Token
from nuwidgets.errors import BusyError, CancelledError, FileError, NuwidgetsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step

log = logging.getLogger(__name__)


class Work(Generic[Q, P]):
    """The jobs of one step."""

    def __init__(
        self,
        step: Step[Q, P],
        door: Door,
        solve: Callable[[Q, tuple[Any, ...], Token], P],
    ) -> None:
        self._step, self._door, self.solve = step, door, solve
        self._jobs: dict[Q, Job[Q, P]] = {}
        self._leaving: set[Job[Q, P]] = set()  # told to stop, still computing: not to be joined

    @property
    def busy(self) -> bool:
        """Whether a job is under way or promised."""
        return bool(self._jobs or self._leaving)

    def submit(self, *, anew: bool = False) -> Job[Q, P]:
        """Give the job that answers the settings of now, in a thread of the pool.

        Parameters
        ----------
        anew : bool
            Compute even where the answer is known.

        Raises
        ------
        BusyError
            When the session is closed.
        """
        job = self._door.do(lambda: self._join(self._step.ledger.plan(), anew=anew))
        if job.phase is Phase.QUEUED:
            context = contextvars.copy_context()
            try:
                self._door.pool.submit(context.run, self._work, job)
            except RuntimeError as error:  # closed since
                self._door.do(self._end, job, error=CancelledError("The session was closed."))
                raise self._refusal() from error
        return job

    def cancel(self) -> bool:
        """Stop all jobs; False if there were none."""
        tokens = self._door.do(lambda: [t for job in self._under_way() for t in self.give_up(job)])
        for token in tokens:  # outside the door: an engine may take its time to die
            token.cancel()
        return bool(tokens)

    def _under_way(self) -> list[Job[Q, P]]:
        return [*self._jobs.values(), *self._leaving]

    def _join(self, plan: Plan[Q], *, anew: bool = False) -> Job[Q, P]:
        """Find the job that answers `plan`, or promise one. Behind the door."""
        if known := self._jobs.get(plan.request):
            return known
        token = Token()
        job: Job[Q, P] = Job(plan, token, anew=anew)
        if not anew and self._step.fresh and (product := self._step.ledger.recall(plan)):
            job.phase = Phase.ENDED
            job.future.set_result(product[0])
        elif self._door.closed:
            raise self._refusal()
        else:
            job.token = Token(lambda progress: self._door.do(self._show, job, progress))
            job.token.anew = anew
            self._jobs[plan.request] = job
            self._step.judge()
        return job

    def _refusal(self) -> BusyError:
        name = type(self._step).__name__
        return BusyError(f"Cannot run {name}: its session is closed. Open a new session.")

    def _show(self, job: Job[Q, P], progress: Progress) -> None:
        if job.phase is Phase.SOLVING:
            self._step.set_trait("progress", progress)

    def _work(self, job: Job[Q, P]) -> None:
        """Compute `job` in this thread, unless another thread has begun it."""
        if not self._door.do(job.enter, Phase.QUEUED, Phase.WAITING):
            return
        try:
            product = self._outcome(job)
        except BaseException as error:  # noqa: BLE001  it reaches whoever waits
            self._door.do(self._end, job, error=error)
        else:
            if product:
                self._door.do(self._end, job, product=product[0])

    def _outcome(self, job: Job[Q, P]) -> tuple[P] | None:
        """Give the product, in a tuple; None when the job was given up meanwhile."""
        plan, products = job.plan, ()
        kept = None if job.anew else self.fetch(plan)
        if kept is None:
            pairs = zip(plan.steps, plan.above, strict=True)
            products = tuple(self._obtained(step, above, job) for step, above in pairs)
        if not self._door.do(job.enter, Phase.WAITING, Phase.SOLVING):
            return None
        known = kept or (None if job.anew else self._door.do(self._step.ledger.recall, plan))
        return known or (self._solve(job, products),)

    def _obtained(self, step: Step[Any, Any], above: Plan[Any], job: Job[Q, P]) -> Any:
        """Give the product of a step above, or its error where that is to be handed on."""
        try:
            return step.work.obtain(above, job)
        except (CancelledError, BusyError):
            raise
        except NuwidgetsError as error:
            if not self._step.takes_errors:
                raise
            return error

    def fetch(self, plan: Plan[Q]) -> tuple[P] | None:
        """Read the product, in a tuple, if an earlier session left it on disk."""
        load = self._door.do(self._step.ledger.kept_for, plan)
        try:
            return (load(),) if load else None
        except FileError as error:
            log.warning("A kept product is computed anew. %s", error)
            return None

    def _solve(self, job: Job[Q, P], products: tuple[Any, ...]) -> P:
        job.token.report()  # it has begun
        product = self.solve(job.plan.request, products, job.token)
        job.token.check()
        return product

    def obtain(self, plan: Plan[Q], asker: Job[Any, Any]) -> P:
        """Wait for the product of `plan`, computing it here if nobody has begun."""
        asker.token.check()
        job = self._door.do(self._join, plan)
        if job.phase is Phase.QUEUED:
            self._door.do(asker.began.append, (self, job))
            self._work(job)
        return job.future.result()

    def give_up(self, job: Job[Q, P]) -> list[Token]:
        """End what only waits; return the tokens of what computes. Behind the door."""
        if job.phase is Phase.SOLVING:
            if self._jobs.get(job.plan.request) is job:
                del self._jobs[job.plan.request]
            self._leaving.add(job)
            return [job.token]
        tokens = [token for work, up in job.began for token in work.give_up(up)]
        self._end(job, error=CancelledError("Stopped on request before it began."))
        return [*tokens, job.token]

    def _end(
        self, job: Job[Q, P], product: P | None = None, error: BaseException | None = None
    ) -> None:
        """Settle the step and, after all letters, the future. Behind the door."""
        if job.phase is Phase.ENDED:
            return
        job.phase = Phase.ENDED
        self._leaving.discard(job)
        if self._jobs.get(job.plan.request) is job:
            del self._jobs[job.plan.request]
        if error is None:
            error = self._step.ledger.settle(job.plan, product=product, anew=job.anew)
        elif isinstance(error, Exception) and not isinstance(error, CancelledError):
            self._step.ledger.settle(job.plan, error=error)
        else:
            self._step.judge()
        shown = self._step.ledger.recall(job.plan) or (product,)
        self._door.promise(partial(_resolve, job.future, shown[0], error))


def _resolve(future: Any, product: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(product)
    else:
        future.set_exception(error)
