"""Who looks at which step: some follow their settings only while somebody sees them.

These are the steps that say so, and those of observations that nobody looks at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step

    AnyStep = Step[Any, Any]


class Onlookers:
    """Counts who looks at the steps that follow their settings only while they are seen.

    Parameters
    ----------
    door : Door
        The door of the session.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._who: dict[AnyStep, list[object]] = {}
        self._asleep: list[object] = []
        self._apart: frozenset[AnyStep] = frozenset()

    def come(self, who: object, *steps: AnyStep) -> None:
        """Let somebody look at steps."""
        self._door.do(self._come, who, steps)

    def _come(self, who: object, steps: tuple[AnyStep, ...]) -> None:
        for step in steps:
            self._who.setdefault(step, []).append(who)
            for wake in step.wakes:
                wake()

    def go(self, who: object) -> None:
        """Let somebody look no more."""
        self._door.do(self._go, who)

    def _go(self, who: object) -> None:
        for step, all_ in list(self._who.items()):
            left = [one for one in all_ if one is not who]
            self._who[step] = left
            if not left:
                del self._who[step]

    def sleep(self, who: object) -> None:
        """Let somebody close their eyes: what only they look at waits."""
        self._door.do(self._asleep.append, who)

    def wake(self, who: object) -> None:
        """Let somebody open their eyes again."""
        self._door.do(self._wake, who)

    def _wake(self, who: object) -> None:
        self._asleep[:] = [one for one in self._asleep if one is not who]
        for step in [step for step, all_ in self._who.items() if any(one is who for one in all_)]:
            for wake in step.wakes:
                wake()

    def turn_from(self, steps: Iterable[AnyStep]) -> None:
        """Let these steps, and no others, wait for somebody as those do that say ``only_seen``."""
        self._door.do(self._turn_from, frozenset(steps))

    def _turn_from(self, steps: frozenset[AnyStep]) -> None:
        back, self._apart = self._apart - steps, steps
        for step in back:
            for wake in step.wakes:
                wake()

    def miss(self, step: AnyStep) -> bool:
        """Whether a step waits for somebody to look at it."""
        if not (getattr(step, "only_seen", False) or step in self._apart):
            return False
        shut = [id(who) for who in self._asleep]
        return all(id(who) in shut for who in self._who.get(step, ()))
