"""The period panel: the search along frequency, and the profile at the best one."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.domain.colors import colors
from nuwidgets.domain.period import METHODS
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, band_boxes, through_door, together
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.frequency_text import read_range, write_range
from nuwidgets.panels.lightcurve_controls import region_box
from nuwidgets.science.peaks import thinned
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.period import Period
    from nuwidgets.session import Session

MOST_DRAWN = 2000
"""Trials that are drawn; of more, the highest of neighbours."""
FOLD_FIRST = "Search first: there is no period to fold at."


class PeriodPanel(Panel):
    """Searches for periods in the session's event files.

    Parameters
    ----------
    session : Session
        Its event datasets are drawn in one plot.
    width_px : int
        Width of the plots where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Period", width_px=width_px)

    def build(self) -> None:
        """Make controls and plots for the event datasets of now."""
        self._datasets = event_datasets(self)
        self._drawn: tuple[Any, ...] = ()
        if not self._datasets:
            return
        self._steps_of = {name: d.period for name, d in self._datasets.items()}
        width = self.options["width_px"]
        self.search = CurveView("Frequency [Hz]", [PanelSpec("Z²", height_px=170)], width_px=width)
        specs = [PanelSpec("counts s⁻¹", height_px=150)]
        self.profile = CurveView("Phase (two cycles)", specs, width_px=width)
        for plot in (self.search, self.profile):
            through_door(self.door, plot)
        for name, color in colors(self._datasets).items():
            self.search.add_steps(name, color=color, label=name, width=1.2)
            self.profile.add_points(name, color=color, label=name)
        self.search.add_steps("threshold", color="#888888", label="threshold", width=1.0)
        self.summary = w.HTML().add_class("nuw-note")
        self.fill(self._settings(), self._go(), self.search, self.profile, self.summary)
        steps = tuple(self._steps_of.values())
        self.follow(*steps)
        self.head.serve(*steps)
        for step in steps:
            self.watch(step, ["product"], self._draw)
        self._draw()

    def _settings(self) -> w.Widget:
        steps, datasets = list(self._steps_of.values()), list(self._datasets.values())
        lo, hi = band_boxes(self, steps, "Energy [keV]", 's.datasets["…"].period.band = (3, 79)')
        region = region_box(self, steps, datasets, "period")
        search = w.Text(description="search", continuous_update=False)
        search.layout.width, search.style.description_width = "270px", "50px"
        search.placeholder = "0.01 to 1 Hz, or 4.9 to 5.1 s"
        search.tooltip = 's.datasets["…"].period.range_hz = (0.01, 1)'
        self.tie(search, steps, "range_hz", to_control=write_range, from_control=read_range)
        method = w.Dropdown(options=[(words, name) for name, words in METHODS.items()])
        method.description, method.layout.width = "by", "190px"
        method.style.description_width = "24px"
        method.tooltip = 's.datasets["…"].period.method = "folding"'
        self.tie(method, steps, "method")
        numbers = [
            self._number(w.BoundedIntText(min=1, max=20), "n_harmonics", 2, "harmonics", "158px"),
            self._number(w.BoundedIntText(min=4, max=1024), "n_bins", 32, "bins of phase", "180px"),
            self._number(
                w.BoundedFloatText(min=1, max=100), "oversampling", 4, "oversampling", "176px"
            ),
            self._number(w.FloatText(), "fdot_hz_per_s", 0.0, "ḟ [Hz s⁻¹]", "160px"),
        ]
        first = w.HBox([region, together(lo, hi), search, method]).add_class("nuw-row")
        return w.VBox([first, w.HBox(numbers).add_class("nuw-row")])

    def _number(self, box: Any, setting: str, example: float, words: str, width: str) -> Any:
        box.description, box.layout.width = words, width
        box.style.description_width = "initial"  # as wide as its words: no ragged left edge
        box.tooltip = f's.datasets["…"].period.{setting} = {example!r}'
        self.tie(box, list(self._steps_of.values()), setting)
        return box

    def _go(self) -> w.Widget:
        run = self.button("Search", 's.datasets["…"].period.run()', self._run, style="primary")
        self.fold = self.button("Fold the light curve", "", self._fold)
        figure = export_row(self, "period.pdf", self._figure)
        table = table_row(self, "profile.ecsv", self._table)
        return w.HBox([run, self.fold, figure, table]).add_class("nuw-row")

    def _run(self) -> None:
        for step in self._steps_of.values():
            step.submit()

    def _fold(self) -> None:
        """Let the light curve count in phase of the best period of all."""
        best = max(self._need().values(), key=lambda one: one.best_statistic)
        fdot = best.request.fdot_hz_per_s if best.request else 0.0
        self.session.view(
            "lightcurve",
            axis="phase",
            period_s=best.period_s,
            epoch_mjd=best.epoch_mjd,
            pdot=-fdot * best.period_s**2,
        )

    def _found(self) -> dict[str, Period]:
        products = {name: step.product for name, step in self._steps_of.items()}
        return {name: product for name, product in products.items() if product is not None}

    def _need(self) -> dict[str, Period]:
        found = self._found()
        if not found:
            raise InputError("There is no period yet: search first.")
        return found

    def _draw(self) -> None:
        found = self._found()
        how = 's.view("lightcurve", axis="phase", period_s=period.period_s, ...)'
        allow(self.fold, how, "" if found else FOLD_FIRST)
        now = tuple(found.values())
        if not found or now == self._drawn:
            return
        self._drawn = now
        method = now[0].request.method if now[0].request else "z2"
        self.search.set_y(label=METHODS[method], log=False)
        for name, one in found.items():
            edges, top = thinned(one.frequency_hz, one.statistic, MOST_DRAWN)
            self.search.set_steps(name, edges, top)
            self._draw_profile(name, one)
        ends = [f for one in now for f in (one.frequency_hz[0], one.frequency_hz[-1])]
        if max(ends) > min(ends):
            level = max(one.threshold for one in now)
            self.search.set_steps("threshold", [min(ends), max(ends)], [level])
        words = [f"{name}: {described(one)}" for name, one in found.items()]
        self.search.alt = "Search for a period. " + " ".join(words)
        self.profile.alt = "Folded profile, two cycles. " + " ".join(words)
        self.summary.value = "<br>".join(html.escape(one) for one in words)

    def _draw_profile(self, name: str, one: Period) -> None:
        n = len(one.profile)
        lo = np.arange(2 * n) / n
        rate, error = np.tile(one.profile, 2), np.tile(one.profile_error, 2)
        seen = np.isfinite(rate)
        lo, rate, error = lo[seen], rate[seen], error[seen]
        self.profile.set_points(
            name, lo, lo + 1 / n, lo + 0.5 / n, rate, rate - error, rate + error
        )

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures import figure_period

        return partial(figure_period, self._need())

    def _table(self) -> Callable[[], Any]:
        from nuwidgets.reports.timing_tables import profile_table

        return partial(profile_table, self._need())


def described(one: Period) -> str:
    """Say in one sentence what a search found."""
    statistic = METHODS[one.request.method] if one.request else "statistic"
    error = one.period_error_s
    digits = max(0, int(np.ceil(-np.log10(error))) + 1) if 0 < error < np.inf else 6
    period = f"{one.period_s:.{min(digits, 12)}f} ± {error:.2g} s ({one.best_hz:.8g} Hz)"
    chance = f"noise does that with probability {one.probability:.2g}"
    if not one.detected:
        return f"nothing above the threshold; the best is {period}: {chance}."
    pulsed = f"{100 * one.pulsed_fraction:.3g} ± {100 * one.pulsed_fraction_error:.2g} %"
    return (
        f"{period}, {statistic} = {one.best_statistic:.4g}, {chance}, rms pulsed fraction {pulsed}."
    )
