"""The slider of one parameter: where it ends, whether it is logarithmic, and how it widens."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.science.models.parameters import find

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter
    from nuwidgets.session import Session

DECADES = 1.5
"""How far a logarithmic slider reaches to either side of the value it was made for."""
STEPS = 1000
"""Steps of a slider from end to end."""
SPAN = 1e3
"""A parameter above 0 whose soft limits are so many times apart gets a logarithmic slider."""
MOST_WIDER = 6
"""So often a slider can be made wider."""
MOST_TOLD = 60
"""So many values that a page may say back are remembered."""
VIEW = "sliders"
"""Name under which a session remembers how sliders look."""


def slider_range(
    parameter: Parameter, *, log: bool | None = None, wider: int = 0
) -> tuple[float, float, bool]:
    """Give a sensible slider for a parameter: lower end, upper end, whether it is logarithmic.

    A parameter that cannot be negative and may span decades gets a logarithmic slider around its
    value, others a linear one; both stay within the soft limits, unless the value does not.

    Parameters
    ----------
    parameter : Parameter
        What is moved.
    log : bool, optional
        What was chosen by hand; a parameter that may be 0 or below stays linear.
    wider : int
        How often the slider was made wider, each time to twice the reach.
    """
    value, lo, hi = parameter.value, parameter.soft_lo, parameter.soft_hi
    lo, hi = min(lo, value), max(hi, value)
    can = can_be_log(parameter)
    if can if log else can and log is None and lo >= 0 and hi / max(lo, 1e-30) > SPAN:
        reach = 10.0 ** (DECADES * 2**wider)
        return max(lo, value / reach, 1e-30), min(hi, value * reach), True
    half = max(2.0, abs(value) / 2) * 2**wider
    return max(lo, value - half), min(hi, value + half), False


def can_be_log(parameter: Parameter) -> bool:
    """Whether a slider can be logarithmic: the value is above 0, and something above it too."""
    return parameter.value > 0 and parameter.soft_hi > 0


def look_of(session: Session, parameter: Parameter) -> tuple[bool | None, int]:
    """Give what a hand chose for a slider: logarithmic or not, and how often wider."""
    log, wider = session.views.get(VIEW, {}).get(_place(parameter), (None, 0))
    return log, int(wider)


def remember(session: Session, parameter: Parameter, *, log: bool | None, wider: int) -> None:
    """Let a session remember what a hand chose for a slider."""
    session.view(VIEW, **{_place(parameter): [log, wider]})


def _place(parameter: Parameter) -> str:
    return f"{parameter.label} {parameter.component_number}"


class Slider:
    """A slider of a parameter; its control says values that are the fit's when they are an echo."""

    def __init__(self, session: Session, parameter: Parameter, tooltip: str) -> None:
        self._session, self._number = session, parameter.number
        log, wider = look_of(session, parameter)
        self.lo, self.hi, self.log = slider_range(parameter, log=log, wider=wider)
        low, high = self._scale(self.lo), self._scale(self.hi)
        self._step = max((high - low) / STEPS, 1e-12)
        self._told = [self._scale(min(max(parameter.value, self.lo), self.hi))]
        kind = w.FloatLogSlider if self.log else w.FloatSlider
        self.control = kind(
            value=parameter.value,
            readout=False,
            continuous_update=True,
            tooltip=tooltip,
            layout=w.Layout(width="112px"),
            min=low,
            max=high,
            step=self._step,
        )

    def holds(self, value: float) -> bool:
        """Whether a value is on the slider."""
        return self.lo <= value <= self.hi

    def told(self, value: float) -> float:
        """Remember what the page is told: it may say it back, later than something newer."""
        shown = min(max(value, self.lo), self.hi)
        if shown != self.control.value:
            self._told = [*self._told[-MOST_TOLD:], self._scale(shown)]
        return value

    def moved(self, value: float) -> float:
        """Give what a hand has moved it to; the value of now for what the page only says back.

        A page says back what it is told, a step rounded and in order, even when it was busy for
        long: so what is near a told value is that one, once.
        """
        old, place = find(self._session.fit.parameters, self._number).value, self._scale(value)
        near = self._step / 2 * (1 + 1e-6)
        if self.holds(old) and abs(place - self._scale(old)) <= near:
            self._told.clear()
            return old
        for n, told in enumerate(self._told):
            if abs(place - told) <= near:
                self._told = self._told[n + 1 :]
                return old
        self._told.clear()
        return value

    def _scale(self, value: float) -> float:
        return math.log10(value) if self.log else value
