"""Filter events by the user's times and grades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.events import Events, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.steps.events import EventsStep


def as_times(value: Any) -> Gti | None:
    """Take a Gti, pairs of seconds, or None for all good times.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if value is None or isinstance(value, Gti):
        return value
    try:
        return Gti(tuple((float(a), float(b)) for a, b in value))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot use {value!r} as good times. Give a Gti, pairs (start, stop) in seconds"
            f" of mission time, or None for all. {error}"
        ) from error


class ScreenStep(Step[ScreenRequest, Events]):
    """Keeps the events of the chosen times and grades."""

    recorded: ClassVar = False
    examples: ClassVar = {"user_gti": (None, ((0.0, 10.0),)), "max_grade": (None, 0)}

    user_gti = Value(as_times, None, "a Gti, pairs of seconds, or None")
    max_grade = t.Int(None, allow_none=True, min=0, help="Largest grade to keep; None keeps all.")

    above: tuple[EventsStep]

    def request(self) -> ScreenRequest:
        """Give what the screened events depend on."""
        return ScreenRequest(self.above[0].request(), self.user_gti, self.max_grade)
