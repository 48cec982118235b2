"""One axis of the contours as controls: which parameter, from where to where, in how many steps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.contours import MOST_STEPS, StepAxis
from nuwidgets.errors import InputError
from nuwidgets.science.models.parameters import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.base import Panel

NONE = 0
"""Number of no parameter."""
WIDE = 0.5
"""Where no error is known: so much of the value to either side."""
Parameters = tuple["Parameter", ...]


class AxisRow:
    """Controls of one axis.

    Parameters
    ----------
    panel : Panel
        Where they are.
    name : str
        ``"x"`` or ``"y"``.
    chosen : callable
        Called with the number of the parameter that is chosen, 0 for none.
    moved : callable
        Called when another control is moved.
    """

    def __init__(
        self,
        panel: Panel,
        name: str,
        chosen: Callable[[int], object],
        moved: Callable[[], object],
    ) -> None:
        self._panel, self._chosen, self._moved_to = panel, chosen, moved
        self._pulling = False
        how = 's.contours.axes = ("PhoIndex 1.6 2.2 20", "norm 1e-4 3e-4 20")'
        self.parameter = w.Dropdown(options=[("none", NONE)], description=name)
        self.lo = w.FloatText(description="from", continuous_update=False)
        self.hi = w.FloatText(description="to", continuous_update=False)
        self.n = w.BoundedIntText(value=20, min=1, max=MOST_STEPS, description="steps")
        self.log = w.Checkbox(description="log", indent=False)
        controls = ((self.parameter, "176px", "14px"), (self.lo, "148px", "38px"),
                    (self.hi, "126px", "16px"), (self.n, "104px", "36px"))  # fmt: skip
        for control, width, label in controls:
            control.layout.width, control.style.description_width = width, label
        self.log.layout.width = "54px"
        for control in (self.parameter, self.lo, self.hi, self.n, self.log):
            control.tooltip = how
            behind(panel.door, control)
            control.observe(self._moved, "value")
        parts = [self.parameter, self.lo, self.hi, self.n, self.log]
        self.box = w.HBox(parts).add_class("nuw-row")

    def show(self, parameters: Parameters, axis: StepAxis | None) -> None:
        """Show the parameters there are, and an axis."""
        free = [(f"{p.number} {p.label}", p.number) for p in parameters if p.free]
        options = [("none", NONE), *free]
        number = _number(parameters, axis)
        if number not in {value for _, value in options}:
            number = NONE
        with self._pull():
            if list(self.parameter.options) != options:
                self.parameter.options = options
            self.parameter.value = number
            for control in (self.lo, self.hi, self.n, self.log):
                control.disabled = number == NONE
            if axis is not None and number:
                self.lo.value, self.hi.value = self._ends(parameters, axis)
                self.n.value, self.log.value = axis.n, axis.log

    @staticmethod
    def _ends(parameters: Parameters, axis: StepAxis) -> tuple[float, float]:
        """Give first and last value; what is relative is shown around the value of now."""
        centre = find(parameters, axis.parameter).value if axis.relative else 0.0
        return centre + axis.lo, centre + axis.hi

    @contextmanager
    def _pull(self) -> Iterator[None]:
        self._pulling = True
        try:
            yield
        finally:
            self._pulling = False

    def _moved(self, change: Any) -> None:
        self._panel.door.do(self._panel.guard, self._tell, change)

    def _tell(self, change: Any) -> None:
        if self._pulling or change["new"] != change["owner"].value:
            return  # our own echo, or overtaken
        if change["owner"] is self.parameter:
            self._chosen(self.parameter.value)
        else:
            self._moved_to()

    def axis(self, parameters: Parameters) -> StepAxis | None:
        """Give the axis that the controls say; None for no parameter."""
        number = self.parameter.value
        if number == NONE:
            return None
        name = short_name(parameters, number)
        return StepAxis(name, self.lo.value, self.hi.value, self.n.value, self.log.value)


def _number(parameters: Parameters, axis: StepAxis | None) -> int:
    """Give the number of the parameter of an axis, 0 for one that is not there."""
    if axis is None:
        return NONE
    try:
        return find(parameters, axis.parameter).number
    except InputError:
        return NONE


def short_name(parameters: Parameters, number: int) -> str:
    """Give what a user would call a parameter: its name where that means it alone."""
    parameter = find(parameters, number)
    for name in (parameter.name, parameter.label):
        try:
            if find(parameters, name).number == number:
                return name
        except InputError:
            continue
    return str(number)


def guessed(parameters: Parameters, number: int, n: int) -> StepAxis:
    """Give an axis around the value of now, where the fit has no error of the parameter."""
    parameter = find(parameters, number)
    reach = WIDE * abs(parameter.value) or 10 * parameter.delta
    lo = max(parameter.value - reach, parameter.hard_lo)
    hi = min(parameter.value + reach, parameter.hard_hi)
    return StepAxis(short_name(parameters, number), lo, hi, n)
