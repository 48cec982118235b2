"""The contour panel: one parameter stepped or two, drawn while the others are refitted."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.domain.contours import CONFIDENCE, Contours, StepAxis
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, unready
from nuwidgets.panels.contours_axis import AxisRow, guessed, short_name
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.widgets.contour_view import ContourView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.model import Parameter
    from nuwidgets.session import Session

SIGMAS = 3.0
"""How far an axis reaches at first, in errors of the fit."""
USUAL_STEPS = 20
AROUND = 's.contours.around("PhoIndex", "norm", n=20, sigmas=3)'
RISE = "rise of the statistic"


class ContourPanel(Panel):
    """Profile of one parameter, or contours of two.

    Parameters
    ----------
    session : Session
        Its fit is stepped.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Contours", width_px=width_px)

    def build(self) -> None:
        """Make axes, buttons and plot."""
        self._step, self._fit = self.session.contours, self.session.fit
        self._drawn: Any = None
        self.axes = tuple(
            AxisRow(self, name, partial(self._choose, index), self._moved)
            for index, name in enumerate("xy")
        )
        self.plot = ContourView(width=self.options["width_px"])
        self.plot.empty = "Choose a parameter or two, then run."
        behind(self.door, self.plot)
        self.summary = w.HTML().add_class("nuw-note")
        rows = (row.box for row in self.axes)
        self.fill(*rows, self._buttons(), self.plot, self.summary)
        self.follow(self._step)
        self.head.serve(self._step)
        self.watch(self._step, ["axes"], self._show_axes)
        self.watch(self._fit, ["parameters", "model"], self._show_axes)
        self.watch(self._step, ["product", "progress", "state"], self._draw)
        self._show_axes()
        self._draw()

    def _buttons(self) -> w.Widget:
        self.run = self.button("Run", "s.contours.run()", self._step.submit, style="primary")
        self.around = self.button("Around the best fit", AROUND, self._around)
        save = export_row(self, "contours.pdf", self._figure)
        table = table_row(self, "contours.csv", self._table)
        self.saves = save.children[1], table.children[1]
        return w.HBox([self.run, self.around, save, table]).add_class("nuw-row")

    def _parsed(self) -> list[StepAxis | None]:
        axes = [StepAxis.parse(text) for text in self._step.axes]
        return [*axes, *[None] * (len(self.axes) - len(axes))]

    def _show_axes(self) -> None:
        for row, axis in zip(self.axes, self._parsed(), strict=True):
            row.show(self._fit.parameters, axis)
        missing = unready(self.session) or ("" if self._step.axes else "Choose a parameter first.")
        allow(self.run, "s.contours.run()", missing)
        allow(self.around, AROUND, missing)

    def _choose(self, index: int, number: int) -> None:
        """Step another parameter along an axis, around its value."""
        axes: list[StepAxis | None] = self._parsed()
        n = self.axes[index].n.value
        axes[index] = self._near(number, n) if number else None
        self._set(axes)

    def _near(self, number: int, n: int) -> StepAxis:
        try:
            return self._step.axis_around(short_name(self._fit.parameters, number), n, SIGMAS)
        except InputError:  # no error is known: what is near will do
            return guessed(self._fit.parameters, number, n)

    def _moved(self) -> None:
        self._set([row.axis(self._fit.parameters) for row in self.axes])

    def _set(self, axes: list[StepAxis | None]) -> None:
        """Set the axes; one that is refused is said and undone."""
        try:
            self._step.axes = tuple(axis for axis in axes if axis is not None)
        except InputError:
            self.door.speak(self._show_axes)
            raise
        self.say("")

    def _around(self) -> None:
        numbers = [row.parameter.value for row in self.axes]
        names = [short_name(self._fit.parameters, number) for number in numbers if number]
        self._step.around(*names, n=self.axes[0].n.value, sigmas=SIGMAS)

    def _shown(self) -> Contours | None:
        """Give what there is: of a walk under way what it has found so far."""
        progress = self._step.progress
        if self._step.state is State.RUNNING and progress is not None:
            partial_: Contours | None = progress.partial
            if partial_ is not None:
                return partial_
        product: Contours | None = self._step.product
        return product

    def _draw(self) -> None:
        contours = self._shown()
        missing = "" if self._step.product is not None else "Nothing to save yet: run it first."
        for button, how in zip(self.saves, ("s.contours.product", "product.table"), strict=True):
            allow(button, how, missing)
        if contours is None or contours is self._drawn:
            return
        self._drawn = contours
        first, *rest = contours.parameters
        self.plot.x_label = _label(first)
        self.plot.y_label = _label(rest[0]) if rest else RISE
        asked = contours.request.axes if contours.request else ()
        logs = [StepAxis.parse(axis).log for axis in asked]
        self.plot.show(
            contours.x,
            contours.y,
            contours.rise,
            levels=dict(zip(contours.levels, CONFIDENCE, strict=True)),
            best=contours.best,
            log=(any(logs[:1]), any(logs[1:])),
        )
        words = described(contours)
        self.plot.alt = f"{'Contours' if rest else 'Profile'}. {words}"
        self.summary.value = html.escape(words)

    def _known(self) -> Contours:
        product: Contours | None = self._step.product
        if product is None:
            raise InputError("There are no contours yet: run them first.")
        return product

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.contours import figure_contours

        return partial(figure_contours, self._known())

    def _table(self) -> Callable[[], Any]:
        known = self._known()
        return lambda: known.table


def _label(parameter: Parameter) -> str:
    """Give a parameter's name with its unit, as an axis has it."""
    return f"{parameter.label} [{parameter.unit}]" if parameter.unit else parameter.label


def described(contours: Contours) -> str:
    """Say where the best fit is and, of one parameter, where the levels are crossed."""
    best = ", ".join(f"{p.label} {p.value:.4g}" for p in contours.parameters)
    words = [f"best fit: {best}, statistic {contours.statistic:.2f}"]
    if contours.n_done < contours.rise.size:
        words.append(f"{contours.n_done} of {contours.rise.size} points")
    elif len(contours.parameters) == 1:
        for level, name in zip(contours.levels, CONFIDENCE, strict=True):
            ends = contours.crossings(level)
            if ends:
                words.append(f"{name}: {' and '.join(f'{end:.4g}' for end in ends)}")
    return " · ".join(words)
