"""One row per parameter: number, name, slider, box, freeze, link, error."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind, bind
from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.panels.base import close_all
from nuwidgets.science.models.parameters import find, freeze, set_value, thaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.fit import FitPanel

DECADES = 1.5
"""How far a logarithmic slider reaches to either side of the value it was made for."""
STEPS = 1000
"""Steps of a slider from end to end."""


def _same(value: Any) -> Any:
    return value


def _digits(value: float) -> str:
    return f"{value:.5g}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"Cannot use {text!r} as a value. Type a number, e.g. 1.8.") from error


def slider_range(parameter: Parameter) -> tuple[float, float, bool]:
    """Give a sensible slider for a parameter: lower end, upper end, whether it is logarithmic.

    A parameter that cannot be negative and may span decades gets a logarithmic slider around its
    value, others a linear one; both stay within the soft limits.
    """
    value, lo, hi = parameter.value, parameter.soft_lo, parameter.soft_hi
    if lo >= 0 and value > 0 and hi / max(lo, 1e-30) > 1e3:  # noqa: PLR2004
        reach = 10.0**DECADES
        return max(lo, value / reach, 1e-30), min(hi, value * reach), True
    half = max(2.0, abs(value) / 2)
    return max(lo, value - half), min(hi, value + half), False


class ParameterRows:
    """The rows of one fit; made anew when the model is another one."""

    def __init__(self, panel: FitPanel) -> None:
        self._panel, self._fit = panel, panel.session.fit
        self._errors = panel.session.errors
        self._shape: tuple[Any, ...] = ()
        self._ends: list[Callable[[], object]] = []
        self._notes: dict[int, w.HTML] = {}
        self._sliders: dict[int, tuple[w.Widget, float, float]] = {}
        self.box = w.VBox()

    def show(self) -> None:
        """Show the parameters of now."""
        shown = [p for p in self._fit.parameters if p.group == 1 or p.link is None]
        shape = tuple((p.number, p.component, p.name, p.group, p.link) for p in shown)
        if shape != self._shape or any(self._outgrown(p) for p in shown):
            self._shape = shape
            self._rebuild(shown)
        for parameter in shown:
            self._tell(parameter)

    def close(self) -> None:
        """Untie every control; the panel closes the widgets."""
        for end in self._ends:
            end()
        self._ends = []

    def _outgrown(self, parameter: Parameter) -> bool:
        """Whether a value has left its slider: the slider then widens."""
        if parameter.number not in self._sliders:
            return False
        _slider, lo, hi = self._sliders[parameter.number]
        return not lo <= parameter.value <= hi

    def _rebuild(self, shown: list[Parameter]) -> None:
        self.close()
        self._notes, self._sliders = {}, {}
        old = self.box.children
        self.box.children = tuple(self._row(p) for p in shown)
        close_all(old)

    def _row(self, parameter: Parameter) -> w.Widget:
        name = f"{parameter.component}.{parameter.name}"
        group = f" [{parameter.group}]" if parameter.group > 1 else ""
        unit = f" [{parameter.unit}]" if parameter.unit else ""
        label = w.HTML(
            f'<span class="nuw-num"><b>{parameter.number}</b> {html.escape(name + group)}'
            f"<small>{html.escape(unit)}</small></span>",
            layout=w.Layout(width="150px"),
        )
        how = f's.fit.set("{parameter.number}=…")'
        box = w.Text(tooltip=how, continuous_update=False, layout=w.Layout(width="86px"))
        freeze = w.Checkbox(description="freeze", indent=False, layout=w.Layout(width="64px"))
        freeze.tooltip = f's.fit.freeze("{parameter.number}")'
        note = w.HTML(layout=w.Layout(width="112px"))
        self._notes[parameter.number] = note
        slider = self._slider(parameter, how)
        self._tie(box, parameter.number, "value", to_control=_digits, from_control=_number)
        self._tie(freeze, parameter.number, "frozen")
        return w.HBox([label, slider, box, freeze, self._link(parameter), note]).add_class(
            "nuw-row"
        )

    def _slider(self, parameter: Parameter, how: str) -> w.Widget:
        lo, hi, log = slider_range(parameter)
        layout = w.Layout(width="132px")
        look = {"readout": False, "layout": layout, "tooltip": how, "continuous_update": True}
        fit, number, scale = self._fit, parameter.number, math.log10 if log else float
        low, high = scale(lo), scale(hi)
        step = (high - low) / STEPS
        kind = w.FloatLogSlider if log else w.FloatSlider
        slider = kind(value=parameter.value, min=low, max=high, step=step, **look)

        def moved(value: float) -> float:
            """Take no notice of the page, which says back what it was told, a step rounded."""
            old = find(fit.parameters, number).value
            echo = lo <= old <= hi and abs(scale(value) - scale(old)) <= step / 2
            return old if echo else value

        self._sliders[number] = (slider, lo, hi)
        self._tie(slider, number, "value", from_control=moved)
        return slider

    def _tie(
        self,
        control: w.Widget,
        number: int,
        field: str,
        to_control: Callable[[Any], Any] = _same,
        from_control: Callable[[Any], Any] = _same,
    ) -> None:
        fit = self._fit

        def pull(parameters: tuple[Parameter, ...]) -> Any:
            found = [getattr(p, field) for p in parameters if p.number == number]
            return to_control(found[0]) if found else control.value

        def push(shown: Any) -> tuple[Parameter, ...]:
            value, old = from_control(shown), find(fit.parameters, number).value
            if field == "value":
                return set_value(fit.parameters, number, value) if value != old else fit.parameters
            return freeze(fit.parameters, number) if value else thaw(fit.parameters, number)

        say = self._panel.say
        self._ends.append(
            bind(control, fit, "parameters", to_control=pull, from_control=push, say=say)
        )

    def _link(self, parameter: Parameter) -> w.Widget:
        box = w.Text(
            value=f"= {parameter.link}" if parameter.link else "",
            placeholder="link",
            continuous_update=False,
            tooltip=f's.fit.link("{parameter.number}", "…")',
            layout=w.Layout(width="50px"),
        )
        behind(self._panel.door, box)

        shown = box.value

        def typed(change: Any) -> None:
            self._panel.door.do(self._panel.guard, link, change["new"])

        def link(text: str) -> None:
            if text == shown:
                return
            target = text.replace("=", "").strip()
            try:
                self._fit.link(parameter.number, target or None)
            except InputError:
                self._panel.door.speak(setattr, box, "value", shown)
                raise

        box.observe(typed, "value")
        return box

    def _tell(self, parameter: Parameter) -> None:
        """Say the error of a parameter, while it belongs to what is shown."""
        text = ""
        result = self._fit.product
        if self._fit.state is State.FRESH and result is not None and parameter.free:
            index = [p.number for p in result.parameters].index(parameter.number)
            text = f"± {result.sigma[index]:.2g}"
        errors = self._errors.product
        if errors is not None and self._errors.state is State.FRESH:
            for interval in errors.intervals:
                if interval.number == parameter.number:
                    up, down = interval.hi - parameter.value, interval.lo - parameter.value
                    text = f"+{up:.2g} −{abs(down):.2g}"  # noqa: RUF001  a true minus
                    text += "" if set(interval.flags) == {"F"} else f" ({interval.flags})"
        note = self._notes[parameter.number]
        text = f'<span class="nuw-num">{text}</span>'
        if note.value != text:
            note.value = text
