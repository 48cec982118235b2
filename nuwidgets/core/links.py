"""How steps hang together: above and beside, and back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import State
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nuwidgets.core.step import Step

    AnyStep = Step[Any, Any]


def with_all(
    steps: tuple[AnyStep, ...], onward: Callable[[AnyStep], Iterable[AnyStep]]
) -> tuple[AnyStep, ...]:
    """Give `steps` and all that `onward` leads to from them, each once."""
    found, ahead = dict.fromkeys(steps), list(steps)
    while ahead:
        for step in onward(ahead.pop(0)):
            if step not in found:
                found[step] = None
                ahead.append(step)
    return tuple(found)


def stands(step: AnyStep) -> bool:
    """Say what `step.fresh` does by the state it was judged to be in: cheap, and as true.

    Behind the door every change is judged at once, so an observer may trust the state; while a
    step runs the state says nothing of it.
    """
    judged = step.state in (State.FRESH, State.KEPT)
    return judged or (step.state is State.RUNNING and step.fresh)


def failed_of(step: AnyStep) -> AnyStep | None:
    """Give the step, here or above, whose failure keeps this from an answer. Behind the door."""
    if step.state is State.FAILED:
        return step
    above = (failed_of(up) for up in step.above) if not stands(step) else ()
    return next((up for up in above if up is not None), None)


@contextmanager
def judged_once(steps: Iterable[AnyStep]) -> Iterator[None]:
    """Judge steps and what hangs on them once, when all of them are changed. Behind the door.

    A step that rests on many would be judged for each of them otherwise.
    """
    touched = with_all(tuple(steps), lambda step: step.below)
    held = [step for step in touched if not step.ledger.absorbing]
    for step in held:
        step.ledger.absorbing = True
    try:
        yield
    finally:
        for step in held:
            step.ledger.absorbing = False
        for step in held:
            step._weigh()  # noqa: SLF001  what Step.judge does, for all of them


def hang_on(step: AnyStep) -> None:
    """Let the steps above and beside know of `step`."""
    for other in {*step.above, *step.beside}:
        other.below.append(step)


def let_go(step: AnyStep) -> None:
    """Let the steps above and beside forget `step`."""
    for other in {*step.above, *step.beside}:
        if step in other.below:
            other.below.remove(step)


def refuse_strangers(step: AnyStep, others: Iterable[AnyStep]) -> None:
    """Refuse steps of another session.

    Raises
    ------
    InputError
        If one has another door.
    """
    for other in others:
        if other.door is not step.door:
            raise InputError(
                f"{type(step).__name__} cannot build on {other!r}: it belongs to another"
                " session. Build on steps with the same door."
            )


def failed_for(step: AnyStep, below: AnyStep) -> bool:
    """Whether a step, or one above it, failed, and one that builds on it takes the error."""
    return below.takes_errors and failed_of(step) is not None


def is_without(step: AnyStep) -> bool:
    """Whether a step, or one above it, failed, and it has no product; before it is judged too."""
    if step.fresh:
        return False
    failed = step.ledger.failed
    return bool(failed and failed[0] == step.request()) or any(map(is_without, step.above))
