"""Steps written down, and brought back: settings, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.core.job import State
from nuwidgets.core.settings import names_of
from nuwidgets.domain.record import StepRecord
from nuwidgets.errors import NuwidgetsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.step import Step

    Load = Callable[[], Any]


def record_step(path: str, step: Step[Any, Any]) -> StepRecord:
    """Write down a step. Behind the door; it only collects references, so it is quick."""
    known = step.written
    if known is not None and known.path == path:
        return known
    ledger = step.ledger
    answered, asked = ledger.answered or (None,), ledger.asked or (None,)
    usual = dict(step.usual)
    written = StepRecord(
        path, step.settings(), usual, step.state.value, answered[0], asked[0], step.product
    )
    vars(step)["written"] = written
    return written


def restore_settings(step: Step[Any, Any], record: StepRecord) -> tuple[str, ...]:
    """Bring settings back. Behind the door.

    Returns
    -------
    tuple of str
        Why a setting could not be brought back, a sentence each.
    """
    known = names_of(type(step))
    problems = [
        f"{record.path} has no setting {name!r} in this version; it was left out."
        for name in record.settings
        if name not in known
    ]
    step.usual.update({n: v for n, v in record.usual.items() if n in step.usual})
    for name in known:
        if name not in record.settings:
            continue
        try:
            if getattr(step, name) != record.settings[name]:
                setattr(step, name, record.settings[name])
        except NuwidgetsError as error:
            problems.append(f"{record.path}.{name} was left as it is: {error}")
    return tuple(problems)


def restore_answer(step: Step[Any, Any], record: StepRecord, load: Load | None = None) -> None:
    """Let a step know what it answered, if the product still held. Behind the door.

    Parameters
    ----------
    step : Step
        Its settings are restored already, and those of the steps above.
    record : StepRecord
        What was written down.
    load : callable, optional
        Reads the product from disk, where it is kept there.
    """
    held = record.state in (State.FRESH.value, State.KEPT.value)
    shown = record.state == State.STALE.value and record.product is not None
    if record.answered is not None and (held or shown or load is not None):
        step.ledger.remember(record.answered, record.asked, record.product, load)
