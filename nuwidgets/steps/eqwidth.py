"""Compare a line with the continuum around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.eqwidth import EqWidth, EqWidthRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.draw_settings import as_draws, as_level, as_seed

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


def _fraction(value: Any) -> float:
    number = float(value) if isinstance(value, int | float) else -1.0
    if not 0 <= number < 1:
        raise InputError(
            f"Cannot use {value!r} as a part of the line's energy. Give 0 or more and less than 1,"
            " e.g. 0.05."
        )
    return number


class EqWidthStep(Step[EqWidthRequest, EqWidth]):
    """Gives the equivalent width of a component at the parameters of now."""

    examples: ClassVar = {
        "component": ("gaussian", "3"),
        "fraction": (0.05, 0.1),
        "draws": (0, 200),
        "level": (90.0, 68.3),
        "seed": (1, 2),
    }

    component = t.Unicode("", help="The component by number or name; empty for the only line.")
    fraction = Value(_fraction, 0.05, "a part of the line's energy, 0 or more, less than 1")
    draws = Value(as_draws, 0, "a number of draws for errors, e.g. 1000; 0 for none")
    level = Value(as_level, 90.0, "per cent of the draws within the errors, e.g. 90")
    seed = Value(as_seed, 1, "a whole number from 0")

    beside: tuple[FitStep]

    def request(self) -> EqWidthRequest:
        """Give what the equivalent width depends on."""
        own = {name: getattr(self, name) for name in self.examples}
        return EqWidthRequest(self.beside[0].request(), **own)
