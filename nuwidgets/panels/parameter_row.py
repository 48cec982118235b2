"""One parameter: number, name, slider, value, freeze, link, its error, and its limits below."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind, bind
from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.panels.base import close_all
from nuwidgets.panels.parameter_limits import limits_box
from nuwidgets.panels.parameter_slider import (
    MOST_WIDER,
    Slider,
    can_be_log,
    look_of,
    remember,
)
from nuwidgets.science.models.parameters import find, freeze, set_value, thaw
from nuwidgets.science.models.resolved import values

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.base import Panel


def _same(value: Any) -> Any:
    return value


def digits(value: float) -> str:
    """Give a value as it stands in a box."""
    return f"{value:.5g}"


def number(text: str) -> float:
    """Give the number that was typed.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"Cannot use {text!r} as a value. Type a number, e.g. 1.8.") from error


def _other_scale(*, log: bool) -> str:
    return f"Make the slider {'linear' if log else 'logarithmic'}"


class ParameterRow:
    """The controls of one parameter; the fit's value always wins.

    Parameters
    ----------
    panel : Panel
        Says what was refused.
    parameter : Parameter
        What is shown.
    """

    def __init__(self, panel: Panel, parameter: Parameter) -> None:
        self._panel, self._fit = panel, panel.session.fit
        self._parameter = parameter
        self._ends: list[Callable[[], object]] = []
        self._drawn: list[Callable[[], object]] = []
        how = f's.fit.set("{parameter.number}=…")'
        self.slider, self._slid = self._make_slider(parameter)
        self.value = w.Text(tooltip=how, continuous_update=False, layout=w.Layout(width="100px"))
        self.freeze = w.Checkbox(
            description="freeze",
            indent=False,
            tooltip=f's.fit.freeze("{parameter.number}")',
            layout=w.Layout(width="64px"),
        )
        self.link = self._link_box()
        self.note = w.HTML(layout=w.Layout(width="120px")).add_class("nuw-error")
        self.refused = w.HTML(layout=w.Layout(display="none")).add_class("nuw-refused")
        self.drawer = w.VBox(layout=w.Layout(display="none"))
        front = (self._name(), self.slider.control, *self._looks(), self.value, self.freeze)
        line = w.HBox([*front, self.link, *self._buttons(), self.note, self.refused])
        self._line = line.add_class("nuw-row")
        self.box = w.VBox([self._line, self.drawer])
        tied = self._tie(self.value, "value", to_control=digits, from_control=number)
        self._ends += [tied, self._tie(self.freeze, "frozen")]
        self.value.disabled = bool(parameter.link)

    def close(self) -> None:
        """Untie every control; whoever shows the row closes the widgets."""
        for end in (*self._ends, *self._drawn, self._slid):
            end()
        self._ends, self._drawn = [], []

    def tell(self, words: str) -> None:
        """Show the error of the parameter, as HTML."""
        if self.note.value != words:
            self.note.value = words

    def _name(self) -> w.Widget:
        p = self._parameter
        group = f" [{p.group}]" if p.group > 1 else ""
        unit = f" [{p.unit}]" if p.unit else ""
        name = html.escape(f"{p.component}.{p.name}{group}")
        return w.HTML(
            f'<span class="nuw-num" title="{name}"><b>{p.number}</b> {name}'
            f"<small>{html.escape(unit)}</small></span>",
            layout=w.Layout(width="156px"),
        )

    def _looks(self) -> tuple[w.Widget, ...]:
        """Give the buttons that make the slider logarithmic or linear, and wider."""
        p, log = self._parameter, self.slider.log
        scale = self._panel.button("log" if log else "lin", _other_scale(log=log), self._scale)
        wider = self._panel.button("↔", "Make the slider reach twice as far", self._wider)
        scale.disabled = bool(p.link) or not (log or can_be_log(p))
        wider.disabled = bool(p.link) or look_of(self._panel.session, p)[1] >= MOST_WIDER
        self._scaler, self._wide = scale, wider
        for button in (scale, wider):
            button.layout.width = "30px"
            button.add_class("nuw-small")
        return scale, wider

    def _scale(self) -> None:
        _log, wider = look_of(self._panel.session, self._parameter)
        self._look(log=not self.slider.log, wider=wider)

    def _wider(self) -> None:
        log, wider = look_of(self._panel.session, self._parameter)
        self._look(log=log, wider=min(wider + 1, MOST_WIDER))
        self._wide.disabled = wider + 1 >= MOST_WIDER

    def _look(self, *, log: bool | None, wider: int) -> None:
        remember(self._panel.session, self._parameter, log=log, wider=wider)
        self._panel.door.speak(self.reach)

    def reach(self) -> None:
        """Take a slider that ends where it should for the value of now.

        The old one is not moved: its page would say back where its end was.
        """
        old, untie = self.slider, self._slid
        now = find(self._fit.parameters, self._parameter.number)
        self.slider, self._slid = self._make_slider(now)
        self._line.children = tuple(
            self.slider.control if one is old.control else one for one in self._line.children
        )
        self._scaler.description = "log" if self.slider.log else "lin"
        self._scaler.tooltip = _other_scale(log=self.slider.log)
        untie()
        close_all((old.control,))

    def _make_slider(self, parameter: Parameter) -> tuple[Slider, Callable[[], object]]:
        """Give a slider, and what unties it."""
        slider = Slider(self._panel.session, parameter, f's.fit.set("{parameter.number}=…")')
        slider.control.disabled = bool(parameter.link)
        how = {"to_control": slider.told, "from_control": slider.moved}
        return slider, self._tie(slider.control, "value", **how)

    def _buttons(self) -> tuple[w.Widget, ...]:
        p = self._parameter
        limits = self._panel.button("limits", f's.fit.limit("{p.number}", hard_lo=…)', self._fold)
        limits.add_class("nuw-small")
        if p.group == 1:
            return (limits,)
        how = f's.fit.tie("{p.number}")'
        tie = self._panel.button("tie", how, lambda: self._fit.tie(p.number))
        tie.disabled = bool(p.link)
        return limits, tie.add_class("nuw-small")

    def _fold(self) -> None:
        """Show the limits, or fold them away."""
        old = self.drawer.children
        for end in self._drawn:
            end()
        self._drawn = []
        box = limits_box(self._panel, self._parameter.number, self._drawn) if not old else None
        self.drawer.children = (box,) if box else ()
        self.drawer.layout.display = None if box else "none"
        close_all(old)

    def _tie(
        self,
        control: w.Widget,
        field: str,
        to_control: Callable[[Any], Any] = _same,
        from_control: Callable[[Any], Any] = _same,
    ) -> Callable[[], object]:
        fit, at = self._fit, self._parameter.number

        def pull(parameters: tuple[Parameter, ...]) -> Any:
            if at > len(parameters):
                return control.value
            now = parameters[at - 1]
            if field == "value" and now.link:
                return to_control(values(parameters)[at - 1])
            return to_control(getattr(now, field))

        def push(shown: Any) -> tuple[Parameter, ...]:
            value, old = from_control(shown), find(fit.parameters, at)
            if field == "value":
                moved = value != old.value and not old.link
                return set_value(fit.parameters, at, value) if moved else fit.parameters
            return freeze(fit.parameters, at) if value else thaw(fit.parameters, at)

        return bind(control, fit, "parameters", to_control=pull, from_control=push, say=self._say)

    def _say(self, text: str) -> None:
        """Say beside the row what was refused; the panel says it too."""
        shown = "none" if not text else None
        if self.refused.layout.display != shown:
            self.refused.value = html.escape(text)
            self.refused.layout.display = shown
        self._panel.say(text)

    def _link_box(self) -> w.Widget:
        p = self._parameter
        shown = f"= {p.link}" if p.link else ""
        box = w.Text(
            value=shown,
            placeholder="= link",
            continuous_update=False,
            tooltip=f's.fit.link("{p.number}", "…")',
            layout=w.Layout(width="80px"),
        )
        behind(self._panel.door, box)

        def link(text: str) -> None:
            if text == shown:
                return
            try:
                self._fit.link(p.number, text.strip().removeprefix("=").strip() or None)
            except NuwidgetsError as error:
                self._panel.door.speak(setattr, box, "value", shown)
                self._say(str(error))
            else:
                self._say("")

        def typed(change: Any) -> None:
            self._panel.door.do(self._panel.guard, link, change["new"])

        box.observe(typed, "value")
        return box
