"""What a step was asked and has answered: which product holds, and for what."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Generic

from nuwidgets.core.job import P, Plan, Q, State
from nuwidgets.core.links import failed_for, is_without
from nuwidgets.core.requests import difference, swap

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.step import Step


class Ledger(Generic[Q, P]):
    """The book of one step. Everything here is called behind the door."""

    def __init__(self, step: Step[Q, P]) -> None:
        self._step = step
        self._numbers, self._newest = itertools.count(1), 0
        self.answered: tuple[Q] | None = None
        """The request the product answers, in a tuple: a request may be None."""
        self.asked: tuple[Q] | None = None
        """The same, before absorb() moved settings."""
        self.kept = False
        """Whether `answered` was answered before this session was opened: no product yet."""
        self.load: Callable[[], P] | None = None
        """Reads the product that is kept, where it is on disk."""
        self.absorbed_in = 0
        """The visit of the door in which absorb() moved settings last."""
        self.failed: tuple[Q, Exception] | None = None
        """The request that failed last, and how."""
        self.lacks: tuple[Step[Any, Any], ...] = ()
        """The steps above that failed when the product was made, where it takes their errors."""
        self.absorbing = False
        """Whether the step takes values of its product into its settings just now."""

    def plan(self) -> Plan[Q]:
        """Freeze the settings of the step and of all above."""
        above = tuple(step.ledger.plan() for step in self._step.above)
        return Plan(next(self._numbers), self._step.request(), self._step.above, above)

    def recall(self, plan: Plan[Q]) -> tuple[P] | None:
        """Give the product, in a tuple, if it answers `plan`."""
        known = self.answered and (self._rebased(plan),) in (self.asked, self.answered)
        holds = known and not self.kept and self._step.holds(self._step.product)
        return (self._step.product,) if holds and not self.outdone else None

    @property
    def outdone(self) -> bool:
        """Whether a step above that failed then has a product now, of the same settings."""
        return any(step.fresh for step in self.lacks)

    @property
    def up_to_date(self) -> bool:
        """Whether the product answers the settings of now, whatever there is above."""
        now = self.answered == (self._step.request(),) and self._step.holds(self._step.product)
        return now and not self.outdone

    def kept_for(self, plan: Plan[Q]) -> Callable[[], P] | None:
        """Give what reads the product that answers `plan` from disk, if it is there."""
        return self.load if self.kept and (self._rebased(plan),) == self.answered else None

    def remember(
        self,
        answered: Q,
        asked: Q | None = None,
        product: P | None = None,
        load: Callable[[], P] | None = None,
    ) -> None:
        """Know an answer of an earlier session; without `product` it is kept, not in memory."""
        self.answered, self.asked = (answered,), (answered if asked is None else asked,)
        self.kept, self.load = product is None, load
        if product is not None:
            self._step.set_trait("product", product)
        self._step.judge()

    def verdict(self) -> tuple[State, Exception | None]:
        """Say where the step stands, and what went wrong with the settings of now."""
        if self._step.work.busy:
            return State.RUNNING, None
        if self.failed and self.failed[0] == self._step.request():
            return State.FAILED, self.failed[1]
        if self.answered is None:
            return State.EMPTY, None
        if self._step.fresh:
            return (State.KEPT if self.kept else State.FRESH), None
        return (State.EMPTY if self.kept else State.STALE), None

    def _rebased(self, plan: Plan[Q]) -> Q:
        """Give the request of `plan` as it reads after the steps above absorbed answers."""
        request = plan.request
        for step, above in zip(plan.steps, plan.above, strict=True):
            if above.request != (now := step.ledger.stands_for(above)):
                request = swap(request, above.request, now)
        return request

    def stands_for(self, plan: Plan[Q]) -> Q:
        """Give the request that `plan` turned into when its answer was absorbed."""
        request = self._rebased(plan)
        return self.answered[0] if self.answered and (request,) == self.asked else request

    def changes(self) -> tuple[str, ...]:
        """Name what differs from the answered request, else what is not up to date above."""
        if self.answered is None:
            return ()
        changed = difference(self.answered[0], self._step.request())
        late = (s for s in self._step.above if not (s.fresh or failed_for(s, self._step)))
        return changed or tuple(type(s).__name__ for s in late)

    def settle(
        self,
        plan: Plan[Q],
        *,
        product: P | None = None,
        error: Exception | None = None,
        anew: bool = False,
    ) -> Exception | None:
        """Take an answer in, unless a better one is here already; one made anew is better.

        Returns
        -------
        Exception or None
            What absorb() raised.
        """
        request = self._rebased(plan)
        now = request == self._step.request()
        failed = None
        if error is not None:
            self.failed = (request, error) if now else self.failed
        elif (
            now and not anew and self.answered == (request,) and self._step.fresh and not self.kept
        ):
            self.failed = None  # another thread was first: its equal product stays
        elif now and not anew and self.answered == (request,):
            self.failed, self.kept = None, False  # the answer was known, now it is here too
            self._put(plan, product)
        elif now or (plan.number > self._newest and not self._step.fresh):
            self._newest = max(self._newest, plan.number)
            self.answered, self.asked, self.failed = (request,), (request,), None
            self.kept = False
            self._put(plan, product)
            failed = self._take_over() if now else None
        self._step.judge()
        return failed

    def _put(self, plan: Plan[Q], product: P | None) -> None:
        """Give the step its product, and note what it was made without."""
        above = plan.steps if self._step.takes_errors else ()
        self.lacks = tuple(filter(is_without, above))
        self._step.set_trait("product", product)

    def adopt(self, product: P) -> None:
        """Take a product that another step has found; absorb() brings its settings."""
        self._newest, self.failed, self.kept = next(self._numbers), None, False
        self._step.set_trait("product", product)
        self._take_over()
        self.asked = self.answered
        self._step.judge()

    def _take_over(self) -> Exception | None:
        """Let absorb() move the settings; the answer then is one for these."""
        self.absorbing, self.absorbed_in = True, self._step.door.visits
        try:
            self._step.absorb(self._step.product)
            self.answered = (self._step.request(),)
        except Exception as error:  # noqa: BLE001  it reaches whoever waits
            self.failed = (self._step.request(), error)
            return error
        finally:
            self.absorbing = False
        return None
