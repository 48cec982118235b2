"""Live steps follow their settings: newest first, one round in flight, never a mix.

A round freezes the settings of one instant, computes every live step that is due for it, and hands
all products over in one change: observers never see a new spectrum beside an old light curve. While
a round computes, further settings only mark that another is due, so a slow step is late, never
queued. A round shows what was true when it began, honestly STALE if settings have moved; an answer
older than the one shown is dropped.
"""

from __future__ import annotations

import threading
import time
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import Plan, State, Token
from nuwidgets.core.links import stands, with_all
from nuwidgets.errors import BusyError, EngineTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step

    AnyStep = Step[Any, Any]

IDLE_S = 5.0
"""After so long without work the thread ends, and with it its hold on the session, s."""
_POLL_S = 0.02
"""How often settle() looks again when nobody tells it that something moved, s."""
_ON_THEIR_WAY = (State.KEPT, State.RUNNING)


class Live:
    """Keeps cheap steps of one session fresh.

    A step is due when it is EMPTY or STALE and all above it are fresh or due too: a failed request
    is not tried again, a step that runs is left alone, a step above that is not live is waited for.

    Parameters
    ----------
    door : Door
        The door of the session.
    *steps : Step
        The steps to follow, in any order.
    rest_s : float
        Pause between two rounds, in which others come through the door.
    spares : callable, optional
        Says of a step whether it is left alone for now, though it is followed. Behind the door.
    """

    def __init__(
        self,
        door: Door,
        *steps: AnyStep,
        rest_s: float = 0.005,
        spares: Callable[[AnyStep], bool] | None = None,
    ) -> None:
        self._door, self._rest_s = door, rest_s
        self._spares = spares or (lambda _step: False)
        self._steps: dict[AnyStep, None] = {}
        self._due, self._closed = threading.Event(), threading.Event()
        self._moved = threading.Event()
        self._token = Token()
        self._thread: threading.Thread | None = None
        self._paused = self._busy = False
        self.rounds = 0
        """Rounds done so far."""
        self.add(*steps)

    def add(self, *steps: AnyStep) -> None:
        """Follow these steps too."""
        self._door.do(self._add, steps)

    def _add(self, steps: tuple[AnyStep, ...]) -> None:
        for step in steps:
            if step not in self._steps:
                self._steps[step] = None
                step.wakes.append(self._wake)
        self._wake()

    def remove(self, *steps: AnyStep) -> None:
        """Follow these steps no more."""
        self._door.do(self._remove, steps)

    def _remove(self, steps: tuple[AnyStep, ...]) -> None:
        for step in steps:
            if step in self._steps:
                del self._steps[step]
                step.wakes.remove(self._wake)

    def __contains__(self, step: object) -> bool:
        """Whether a step is followed now."""
        return step in self._steps and not self._spares(step)

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        """The steps it follows, above first."""
        return self._door.do(self._ordered)

    @property
    def paused(self) -> bool:
        """Whether settings may move without anything being computed."""
        return self._paused

    @paused.setter
    def paused(self, value: bool) -> None:
        self._paused = bool(value)
        self._door.do(self._wake)
        self._door.do(self._door.tell, lambda: None)  # it is part of what is saved

    def close(self, wait_s: float = 2.0) -> None:
        """Stop following; wait a little for the round in flight unless behind the door."""
        self._door.do(lambda: self._remove(tuple(self._steps)))
        self._closed.set()
        self._token.cancel()
        self._due.set()
        thread = self._door.do(lambda: self._thread)  # one that is being started is started then
        if thread and not self._door.mine:
            thread.join(wait_s)  # a solve that never looks at its token ends alone

    def settle(self, timeout_s: float = 10.0) -> None:
        """Wait until no live step is due or running.

        Raises
        ------
        BusyError
            Inside an observer, where waiting would block the session.
        EngineTimeoutError
            When it takes longer than `timeout_s`.
        """
        if self._door.mine:
            raise BusyError("Cannot wait for live steps inside an observer; wait outside.")
        end_s = time.monotonic() + timeout_s
        while late := self._look():
            if time.monotonic() > end_s:
                names = ", ".join(type(step).__name__ for step in late)
                raise EngineTimeoutError(
                    f"Live steps did not settle within {timeout_s!r} s: {names}."
                    " Wait longer with settle(timeout_s=...), or look at their errors."
                )
            self._moved.wait(_POLL_S)

    def _look(self) -> tuple[AnyStep, ...]:
        self._moved.clear()
        return self._door.do(self._unsettled)

    def _unsettled(self) -> tuple[AnyStep, ...]:
        if self._closed.is_set() or self._door.closed:
            return ()
        late = [step for step in self._steps if step.state is State.RUNNING and step in self]
        if not self._paused:
            late += self._candidates()
            late += [step for step in self._wanted(_ON_THEIR_WAY) if not self._spares(step)]
        return tuple(late or (self._steps if self._busy else ()))

    def _wake(self) -> None:
        self._moved.set()
        if self._closed.is_set() or self._paused or not self._steps:
            return
        if self._thread is None:  # behind the door, so only one is started
            self._thread = threading.Thread(target=self._follow, name="nuwidgets-live", daemon=True)
            self._thread.start()
        self._due.set()

    def _follow(self) -> None:
        while not self._closed.is_set():
            if not self._due.wait(IDLE_S) and self._door.do(self._rest):
                return
            self._due.clear()
            while not self._closed.is_set() and self._round():
                self._closed.wait(self._rest_s)  # let others through the door

    def _rest(self) -> bool:
        """Let the thread end, unless something has become due just now. Behind the door."""
        if self._due.is_set():
            return False
        self._thread = None
        return True

    def _round(self) -> bool:
        """Answer the settings of one instant; False if nothing was due."""
        plans, products = self._door.do(self._freeze)
        outcomes: dict[AnyStep, dict[str, Any]] = {}
        for step, plan in plans.items():
            if all(up in products for up in plan.steps):
                outcomes[step] = self._solve(step, plan, products)
        self._door.do(self._deliver, plans, outcomes)
        return bool(plans)

    def _ordered(self) -> tuple[AnyStep, ...]:
        steps = [step for step in self._steps if not self._spares(step)]
        above = {step: [up for up in step.above if up in steps] for step in steps}
        return tuple(TopologicalSorter(above).static_order())

    def _candidates(self) -> list[AnyStep]:
        """Give the steps that are due, above first. Behind the door."""
        due: dict[AnyStep, None] = {}
        wanted = self._wanted()
        for step in self._ordered():
            ready = all(up in due or (stands(up) and not up.ledger.kept) for up in step.above)
            if ready and (step in wanted or step.state in (State.EMPTY, State.STALE)):
                due[step] = None
        return list(due)

    def _wanted(self, states: tuple[State, ...] = (State.KEPT,)) -> tuple[AnyStep, ...]:
        """Give the steps whose kept products something due rests on. Behind the door."""
        low = tuple(s for s in self._ordered() if s.state in (State.EMPTY, State.STALE))
        above = with_all(low, lambda step: step.above) if low else ()
        return tuple(step for step in above if step.state in states)

    def _freeze(self) -> tuple[dict[AnyStep, Plan[Any]], dict[AnyStep, Any]]:
        """Give the plans that are due and the products they rest on."""
        if self._paused or self._door.closed:
            return {}, {}
        for step in self._wanted():
            if step not in self:
                step.submit()  # not ours to compute, but what is due waits for it
        plans = {step: step.ledger.plan() for step in self._candidates()}
        above = {up for plan in plans.values() for up in plan.steps}
        self._busy = bool(plans)
        return plans, {up: up.product for up in above if up.at_hand}

    def _solve(
        self, step: AnyStep, plan: Plan[Any], products: dict[AnyStep, Any]
    ) -> dict[str, Any]:
        above = tuple(products[up] for up in plan.steps)
        try:
            known = self._door.do(step.ledger.recall, plan) or step.work.fetch(plan)
            product = known[0] if known else step.work.solve(plan.request, above, self._token)
        except Exception as error:  # noqa: BLE001  the step says what went wrong
            return {"error": error}
        products[step] = product
        return {"product": product}

    def _deliver(
        self, plans: dict[AnyStep, Plan[Any]], outcomes: dict[AnyStep, dict[str, Any]]
    ) -> None:
        self._busy = False
        self._moved.set()
        if self._closed.is_set() or not plans:
            return
        self.rounds += 1
        for step, outcome in outcomes.items():
            step.ledger.settle(plans[step], **outcome)
