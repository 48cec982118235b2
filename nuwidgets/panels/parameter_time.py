"""The panel of parameters against time: fits one by one, or data groups of a joint fit."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.domain.evolution import JOINT, SERIES, Evolution
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, unready
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.longterm_time import TimeChoice, label_of, link, scale_box
from nuwidgets.panels.parameter_time_points import KINDS, described, panels_of
from nuwidgets.panels.parameter_time_table import ParameterTable
from nuwidgets.panels.wording import once
from nuwidgets.science.axis_scale import SCALES
from nuwidgets.widgets.point_view import PointView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.series import Series
    from nuwidgets.session import Session

PLACE = "parameters against time"
FITS = (("one by one", SERIES), ("joint, data groups", JOINT))
MOST = 4
"""So many parameters are drawn when nobody chose."""
FEW_WARNINGS = 3
"""So many are said here."""
EMPTY = {
    SERIES: "Nothing is fitted yet: press Fit each, s.series.run().",
    JOINT: "Nothing is fitted yet: fit all together, s.fit.run().",
}


class ParameterTimePanel(Panel):
    """Parameters with errors against time, one below the other; a click looks at an observation.

    Parameters
    ----------
    session : Session
        Its fits are drawn.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Parameters against time", width_px=width_px)

    def build(self) -> None:
        """Make controls, plot and table."""
        session = self.session
        self.remaking.looks_at = lambda: (session.names, session.used)
        self._drawn: Any = None
        self._ticks: dict[str, w.Checkbox] = {}
        self.plot = PointView(width=self.options["width_px"], alt="Parameters against time")
        self.time = TimeChoice(self, self._draw_anew)
        self.table = ParameterTable(self)
        self.ticks = w.HBox().add_class("nuw-row").add_class("nuw-ticks")
        self.summary = w.HTML().add_class("nuw-note")
        self.fill(
            *self._settings(), self.ticks, self.plot, self.summary, self.table.rows,
            self.table.notes, self._saves(),
        )  # fmt: skip
        link(self, self.plot)
        steps = (session.series,) if self._one_by_one else (session.fit, session.errors)
        self.follow(steps[0], beside=(*steps[1:], *(() if self._one_by_one else (session.flux,))))
        self.head.serve(*steps)
        for step in steps:
            self.watch(step, ["product", "progress", "state"], self._draw)
        self.watch(session.flux, ["product"], self._draw)
        self.watch(session.fit, ["model"], self._enable)
        self._draw()

    @property
    def _one_by_one(self) -> bool:
        return bool(self.fits.value == SERIES)

    def _settings(self) -> tuple[w.Widget, ...]:
        known = self.session.views.get(PLACE, {})
        self.fits = w.Dropdown(
            options=FITS,
            value=JOINT if known.get("fits") == JOINT else SERIES,
            description="fits",
            tooltip="Of s.series, each observation alone; or of s.fit, all together",
            layout=w.Layout(width="180px"),
        )
        self.fits.style.description_width = "28px"
        self.scale = scale_box(known.get("scale"))
        for control, name, then in (
            (self.fits, "fits", self.rebuild),
            (self.scale, "scale", self._draw_anew),
        ):
            behind(self.door, control)
            control.observe(partial(self._turned, name, then), "value")
        return w.HBox([self.fits, self.time.kind, self.scale]).add_class("nuw-row"), self._acts()

    def _acts(self) -> w.Widget:
        """Give the buttons that fit, and the setting of the errors."""
        session = self.session
        one = self._one_by_one
        words, how = ("Fit each", "s.series.run()") if one else ("Fit all together", "s.fit.run()")
        step = session.series if one else session.fit
        self.run = self.button(words, how, step.submit, style="primary")
        self.errors = self.button("Errors", "s.errors.run()", session.errors.submit)
        self.errors.layout.display = "none" if one else None
        rise = w.FloatText(description="error Δ", layout=w.Layout(width="130px"))
        rise.style.description_width = "48px"
        name = "series" if one else "errors"
        rise.tooltip = f"s.{name}.delta = 2.706 is 90 % for one parameter"
        self.tie(rise, session.series if one else session.errors, "delta")
        return w.HBox([self.run, self.errors, rise]).add_class("nuw-row")

    def _saves(self) -> w.Widget:
        figure = export_row(self, "parameters.pdf", self._figure)
        table = table_row(self, "parameters.ecsv", self._table)
        return w.HBox([figure, table]).add_class("nuw-row")

    def _turned(self, name: str, then: Callable[[], object], change: Any) -> None:
        self.session.view(PLACE, **{name: change["new"]})
        self.door.do(self.guard, self.door.speak, then)

    def _enable(self) -> None:
        missing = unready(self.session)
        allow(self.run, "s.series.run()" if self._one_by_one else "s.fit.run()", missing)
        unfit = "" if self.session.fit.product is not None else "Needs a fit: fit all together."
        allow(self.errors, "s.errors.run()", missing or unfit)

    def _series(self) -> Series | None:
        """Give the fits that there are: of a run under way those that are done."""
        step = self.session.series
        partial_ = step.progress.partial if step.state is State.RUNNING and step.progress else None
        found: Series | None = step.product if partial_ is None else partial_
        return found

    def _evolution(self) -> Evolution | None:
        """Give parameters against time; None where nothing is fitted."""
        session = self.session
        if self._one_by_one:
            series = self._series()
            return None if series is None else Evolution.of_series(series)
        used = session.used
        spectra = [session.datasets[name].spectrum.product for name in used]
        if session.fit.product is None or any(one is None for one in spectra):
            return None
        errors = session.errors.product if session.errors.state is State.FRESH else None
        flux = session.flux.product if session.flux.state is State.FRESH else None
        fit = session.fit.product
        if fit.request is None or len(fit.request.spectra) != len(used):
            return None  # of other observations
        return Evolution.of_joint(fit, errors, spectra=spectra, names=used, flux=flux)

    def _draw_anew(self) -> None:
        self._drawn = None
        self._draw()

    def _draw(self) -> None:
        self._enable()
        session = self.session
        joint = session.fit.product, session.errors.product, session.flux.product
        now = self._series() if self._one_by_one else (*joint, session.errors.state)
        if self._drawn == (now,):
            return
        self._drawn = (now,)
        evolution = self._evolution()
        if evolution is None:
            self.plot.empty = EMPTY[self.fits.value]
            self.plot.show([], KINDS, "Time")
            self.summary.value = ""
            return
        self._offer(evolution)
        self._show(evolution)

    def _offer(self, evolution: Evolution) -> None:
        """Offer the parameters that there are; first those that were moved."""
        labels = evolution.parameters
        if tuple(self._ticks) == labels:
            return
        chosen = self.session.views.get(PLACE, {}).get("chosen") or evolution.changing[:MOST]
        old, self._ticks = tuple(self._ticks.values()), {}
        for label in labels:
            tick = w.Checkbox(value=label in chosen, description=label, indent=False)
            tick.layout.width = "auto"
            behind(self.door, tick)
            tick.observe(self._ticked, "value")
            self._ticks[label] = tick
        self.ticks.children = tuple(self._ticks.values())
        for tick in old:
            for part in (tick.layout, tick.style, tick):
                part.close()

    def _ticked(self, _change: Any) -> None:
        self.session.view(PLACE, chosen=list(self._chosen()))
        self.door.do(self.guard, self.door.speak, self._draw_anew)

    def _chosen(self) -> tuple[str, ...]:
        return tuple(label for label, tick in self._ticks.items() if tick.value)

    def _show(self, evolution: Evolution) -> None:
        labels = self._chosen()
        axis = self.time.axis(np.array([row.middle_mjd for row in evolution.rows]))
        self.plot.empty = "Tick a parameter." if self._ticks else "No observation was fitted."
        panels = panels_of(evolution, labels, axis, log=SCALES[self.scale.value])
        self.plot.show(panels, KINDS, label_of(axis), dates=axis.dates)
        self.table.show(evolution, labels, axis)
        n, bad = len(evolution.names), len(evolution.missing)
        words = f"{n} observation{'' if n == 1 else 's'} fitted"
        words += f", {bad} could not be" if bad else ""
        self.summary.value = html.escape(f"{words}. {self._error_words(evolution)}")
        self.plot.alt = f"Parameters against time: {described(evolution, labels)}. {words}."

    def _error_words(self, evolution: Evolution) -> str:
        if not np.isfinite(evolution.delta):
            return "Bars are one-sigma errors of the covariance."
        return f"Bars are intervals for a rise of the statistic by {evolution.delta:g}."

    def _missing(self) -> tuple[str, ...]:
        """Name what could not be fitted."""
        series = self._series() if self._one_by_one else None
        points = () if series is None else series.points
        return tuple(f"{point.name}: " for point in points if point.fit is None)

    def warnings_of(self, products: list[Any]) -> list[str]:
        """Give the first warnings, without what is said below the table."""
        missing = self._missing()
        said = once(
            [text for text in super().warnings_of(products) if not text.startswith(missing)]
        )
        rest = len(said) - FEW_WARNINGS
        if rest <= 1:
            return said
        return [*said[:FEW_WARNINGS], f"And {rest} more, as s.fit.product.provenance.warnings."]

    def _need(self) -> Evolution:
        evolution = self._evolution()
        if evolution is None or not evolution.rows:
            raise InputError(f"Nothing to save. {EMPTY[self.fits.value]}")
        return evolution

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.parameter_time import figure_evolution

        evolution = self._need()
        axis = self.time.axis(np.array([row.middle_mjd for row in evolution.rows]))
        event = axis.event_mjd if axis.counted else None
        log = SCALES[self.scale.value]
        return partial(figure_evolution, evolution, self._chosen(), event_mjd=event, log=log)

    def _table(self) -> Callable[[], Any]:
        return self._need().table
