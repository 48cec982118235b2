"""Live steps follow their settings: newest first, one round in flight, never a mix.

A round freezes the settings of one instant, computes every live step that is due for it, and hands
all products over in one change: observers never see a new spectrum beside an old light curve. While
a round computes, further settings only mark that another is due, so a slow step is late, never
queued. A round shows what was true when it began, honestly STALE if settings have moved; an answer
older than the one shown is dropped.

Of many steps some can be put off: a hand that moves something sees what it looks at follow at once.
What was put off follows when the hand rests, in rounds so short that the hand never waits for them.
"""

from __future__ import annotations

import math
import threading
import time
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import Plan, State, Token
from nuwidgets.core.links import failed_for, failed_of, judged_once, stands, with_all
from nuwidgets.errors import BusyError, EngineTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step

    AnyStep = Step[Any, Any]

IDLE_S = 5.0
"""After so long without work the thread ends, and with it its hold on the session, s."""
QUIET_S = 0.2
"""So long nothing else may have been due before what was put off has its turn, s."""
SLICE_S = 0.05
"""A round of what was put off begins nothing more after this time, s."""
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
        self._put_off: frozenset[AnyStep] = frozenset()
        self._pause_s, self._last_s, self._end_s = IDLE_S, -math.inf, math.inf
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

    def put_off(self, steps: Iterable[AnyStep]) -> None:
        """Let these steps, and no others, follow when nothing else has been due for a while."""
        self._door.do(self._postpone, frozenset(steps))

    def _postpone(self, steps: frozenset[AnyStep]) -> None:
        self._put_off = steps
        self._wake()

    def __contains__(self, step: object) -> bool:
        """Whether a step is followed now."""
        return step in self._steps and not self._spares(step)

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        """The steps it follows, above first."""
        return self._door.do(self._ordered, self._steps)

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
            late += self._candidates(self._steps)
            way = self._wanted(self._low(self._steps), _ON_THEIR_WAY)
            late += [step for step in way if not self._spares(step)]
        return tuple(late or (self._steps if self._busy else ()))

    def _wake(self) -> None:
        if not self._moved.is_set():  # asked first, as it costs less: many steps wake at once
            self._moved.set()
        if self._closed.is_set() or self._paused or not self._steps:
            return
        if self._thread is None:  # behind the door, so only one is started
            self._thread = threading.Thread(target=self._follow, name="nuwidgets-live", daemon=True)
            self._thread.start()
        if not self._due.is_set():
            self._due.set()

    def _follow(self) -> None:
        while not self._closed.is_set():
            if not self._due.wait(self._pause_s) and self._door.do(self._rest):
                return
            self._due.clear()
            while not self._closed.is_set() and self._round():
                self._closed.wait(self._rest_s)  # let others through the door

    def _rest(self) -> bool:
        """Let the thread end, unless something has become due just now. Behind the door."""
        if self._due.is_set() or self._pause_s < IDLE_S:
            return False
        self._thread = None
        return True

    def _round(self) -> bool:
        """Answer the settings of one instant; False if nothing was due."""
        plans, products = self._door.do(self._freeze)
        outcomes: dict[AnyStep, dict[str, Any]] = {}
        for step, plan in plans.items():
            late = outcomes and time.monotonic() > self._end_s
            if not late and all(up in products or failed_for(up, step) for up in plan.steps):
                outcomes[step] = self._solve(step, plan, products)
        self._door.do(self._deliver, plans, outcomes)
        return bool(plans)

    def _ordered(self, steps: Iterable[AnyStep]) -> tuple[AnyStep, ...]:
        own = {step: None for step in steps if not self._spares(step)}
        above = {step: [up for up in step.above if up in own] for step in own}
        return tuple(TopologicalSorter(above).static_order())

    def _low(self, among: Iterable[AnyStep]) -> tuple[AnyStep, ...]:
        """Give the steps that lack an answer to their settings. Behind the door."""
        low = (step for step in among if step.state in (State.EMPTY, State.STALE))
        return tuple(step for step in low if not self._spares(step))

    def _candidates(self, among: Iterable[AnyStep]) -> list[AnyStep]:
        """Give the steps that are due, above first. Behind the door."""
        due: dict[AnyStep, None] = {}
        low = self._low(among)
        for step in self._ordered((*low, *(up for up in self._wanted(low) if up in self._steps))):
            if all(
                up in due or (stands(up) and not up.ledger.kept) or failed_for(up, step)
                for up in step.above
            ):
                due[step] = None
        return list(due)

    @staticmethod
    def _wanted(
        low: tuple[AnyStep, ...], states: tuple[State, ...] = (State.KEPT,)
    ) -> tuple[AnyStep, ...]:
        """Give the steps whose kept products something due rests on. Behind the door."""
        above = with_all(low, lambda step: step.above) if low else ()
        return tuple(step for step in above if step.state in states)

    def _turn(self) -> list[AnyStep]:
        """Give those whose turn it is: what is put off waits until all else is at rest."""
        self._pause_s, self._end_s = IDLE_S, math.inf
        now_s = time.monotonic()
        first = self._asked_for([step for step in self._steps if step not in self._put_off])
        if first or not self._put_off:
            self._last_s = now_s
            return first
        due, wait_s = self._asked_for(self._steps), self._last_s + QUIET_S - now_s
        if due and wait_s > 0:
            self._pause_s = wait_s
            return []
        self._end_s = now_s + SLICE_S
        return due

    def _asked_for(self, steps: Iterable[AnyStep]) -> list[AnyStep]:
        """Give those of some steps that are due, and ask for what others of them wait for."""
        for step in self._wanted(self._low(steps)):
            if step not in self:
                step.submit()  # not ours to compute, but what is due waits for it
        return self._candidates(steps)

    def _freeze(self) -> tuple[dict[AnyStep, Plan[Any]], dict[AnyStep, Any]]:
        """Give the plans that are due and the products they rest on."""
        if self._paused or self._door.closed:
            return {}, {}
        plans = {step: step.ledger.plan() for step in self._turn()}
        above = {up for plan in plans.values() for up in plan.steps}
        self._busy = bool(plans)
        return plans, {up: up.product for up in above if up.at_hand}

    def _solve(
        self, step: AnyStep, plan: Plan[Any], products: dict[AnyStep, Any]
    ) -> dict[str, Any]:
        above = tuple(
            products[up] if up in products else (failed_of(up) or up).error for up in plan.steps
        )
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
        with judged_once(outcomes):
            for step, outcome in outcomes.items():
                step.ledger.settle(plans[step], **outcome)
