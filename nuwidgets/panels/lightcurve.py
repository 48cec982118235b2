"""The light-curve panel: rates against time, gaps shaded, brushes that choose times."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.brushes import remember_zoom
from nuwidgets.panels.engine_row import EngineRow
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.lightcurve_brush import Stretches
from nuwidgets.panels.lightcurve_controls import curve_rows
from nuwidgets.panels.lightcurve_gti import GtiFiles
from nuwidgets.panels.lightcurve_lengths import write_length
from nuwidgets.panels.lightcurve_list import StretchList
from nuwidgets.panels.lightcurve_look import Look
from nuwidgets.panels.lightcurve_plot import CurvePlot
from nuwidgets.panels.lightcurve_table import curves_table
from nuwidgets.panels.lightcurve_times import TimesChoice, UsedLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.lightcurve import LightCurve
    from nuwidgets.panels.lightcurve_axis import CurveAxis
    from nuwidgets.session import Session
    from nuwidgets.steps.lightcurve import LightCurveStep
    from nuwidgets.widgets.curve_view import CurveView


class LightCurvePanel(Panel):
    """Light curves of the session's event files.

    Parameters
    ----------
    session : Session
        Its event datasets are drawn in one plot, a panel for each band.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Light curve", width_px=width_px)

    def build(self) -> None:
        """Make plot and controls for the event datasets of now."""
        self._datasets = event_datasets(self)
        self._drawn: tuple[Any, ...] = ()
        if not self._datasets:
            return
        self._make()
        each = tuple(self._datasets.values())
        steps = [d.lightcurve for d in each]
        self.follow(*steps)
        self.head.serve(*steps, *(d.screen for d in each))
        for one in each:
            self.watch(one.lightcurve, ["product", "min_fracexp"], self._draw)
            self.watch(one.lightcurve, ["product", "state", "min_fracexp"], self._describe)
            self.watch(one.screen, ["user_gti"], self._shade)
            self.watch(one.events, ["product"], self._shade)
        self._draw()
        self._describe()

    def _make(self) -> None:
        each = tuple(self._datasets.values())
        self.brush = Stretches(self, each, self._axis_now)
        self.look = Look(self, self._turn)
        self.curve = CurvePlot(self, tuple(self._datasets), self._take_view)
        self.list = StretchList(self, self.brush, self._axis_now)
        self.times = TimesChoice(self, each, self._brushed, self.brush.clear)
        period = w.HBox(list(self.look.boxes.values())).add_class("nuw-row")
        self.used = UsedLine(self, each)
        self.files = GtiFiles(self, each)
        self.summary = w.HTML().add_class("nuw-note")
        self.engine = EngineRow(self, each, "lightcurve")
        rows = curve_rows(self, each, (self.look.kind, self.look.collapse))
        only = self.button(
            "Bin only these", "lightcurve.range_s = lightcurve.selected_s", self._only
        )
        all_ = self.button("Bin all", "lightcurve.range_s = None", self._bin_all)
        acts = w.HBox([*self.times.buttons, only, all_]).add_class("nuw-row")
        save = w.HBox(
            [
                export_row(self, "lightcurve.pdf", self._figure),
                table_row(self, "lightcurve.ecsv", self._table),
            ]
        ).add_class("nuw-row")
        self.fill(
            *rows, period, self.curve.box, self.summary, self.used.line,
            self.list.table, self.list.line, acts, self.files.box, save, self.engine.box,
        )  # fmt: skip
        self.say_of("brush", self.plot.brush_unavailable)

    @property
    def plot(self) -> CurveView:
        """The plot of now."""
        return self.curve.view

    def _take_view(self, view: CurveView) -> None:
        remember_zoom(self, view, "lightcurve")
        self.brush.attach(view)

    def _curves(self) -> dict[str, LightCurve]:
        products = {n: d.lightcurve.product for n, d in self._datasets.items()}
        return {name: product for name, product in products.items() if product is not None}

    def _cuts(self) -> dict[str, float]:
        return {name: d.lightcurve.min_fracexp for name, d in self._datasets.items()}

    def _axis_now(self) -> CurveAxis | None:
        """How x counts time in what is drawn."""
        curve = getattr(self, "curve", None)
        return curve.axis if curve is not None else None

    def _turn(self) -> None:
        self._draw()
        self._describe()

    def _draw(self) -> None:
        curves = self._curves()
        if not curves:
            return
        axis = self.look.axis(curve.pointing for curve in curves.values())
        now = (axis, *curves.values(), *self._cuts().values(), self.look.collapsed)
        if now == self._drawn:
            return
        before, self._drawn = self.curve.axis, now
        self.curve.draw(curves, self._cuts(), axis)
        self._shade()
        if axis != before:
            self.plot.set_trait("zoom", _known_zoom(self.session))
            self.brush.show(anew=True)
            self.list.show()
        else:
            self.brush.show()

    def _shade(self) -> None:
        axis = self._axis_now()
        if axis is None:
            return
        whole, chosen = self.brush.whole, Gti()
        limited = [d for d in self._datasets.values() if d.screen.user_gti is not None]
        for one in self._datasets.values():
            product = one.events.product
            own = one.screen.user_gti or (product.gti if product is not None else Gti())
            chosen = chosen.union(axis.of_reference(own, one.pointing))
        self.curve.shade(whole, chosen if limited else None, collapse=self.look.collapsed)

    def _describe(self) -> None:
        steps = {name: d.lightcurve for name, d in self._datasets.items()}
        if not self.calm(*steps.values()):
            return
        words = [f"{name}: {_words(step)}" for name, step in steps.items()]
        axis = self._axis_now()
        against = f"Light curve against {axis.label}. " if axis is not None else "Light curve. "
        self.plot.alt = against + "; ".join(words)
        self.summary.value = html.escape(" · ".join(words))
        self.say_of("phase", _too_long(axis, next(iter(steps.values())).binsize_s))
        self.say_of("bins", _none_shown(*steps.values()))

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures import figure_lightcurve

        curves = list(self._curves().values())
        if not curves:
            raise InputError("There is no light curve to draw yet.")
        return partial(figure_lightcurve, curves, min(self._cuts().values()))

    def _table(self) -> Callable[[], Any]:
        curves = self._curves()
        if not curves:
            raise InputError("There is no light curve to write yet.")
        return partial(curves_table, curves, self._cuts())

    def _brushed(self, dataset: EventDataset) -> Gti | None:
        """Give what is brushed of a dataset; of one that has nothing of its own, what is shown."""
        own: Gti | None = dataset.lightcurve.selected_s
        axis, shown = self._axis_now(), self.brush.value
        if own is not None or axis is None or shown is None:
            return own
        return axis.of_dataset(shown, dataset.pointing)

    def _keep(self) -> None:
        self.times.keep()

    def _leave_out(self) -> None:
        self.times.leave_out()

    def _only(self) -> None:
        if self.brush.value is None:
            raise InputError("No times are brushed: drag across the light curve first.")
        for dataset in self._datasets.values():
            dataset.lightcurve.range_s = self._brushed(dataset)
        self.brush.clear()

    def _bin_all(self) -> None:
        for dataset in self._datasets.values():
            dataset.lightcurve.range_s = None


def _known_zoom(session: Session) -> tuple[float, float] | None:
    """Give the range of x that the session remembers."""
    known = session.views.get("lightcurve", {}).get("x")
    return tuple(known) if known else None


def _words(step: LightCurveStep) -> str:
    """Say the mean rate of each band, and in how many bins."""
    curves = [] if step.product is None else list(step.product.curves)
    said, n = [], 0
    for curve in curves:
        good = curve.good(step.min_fracexp)
        n = max(n, int(good.sum()))
        mean = float(np.mean(curve.rate_per_s[good])) if good.any() else float("nan")
        band = f" in {curve.request.band}" if len(curves) > 1 and curve.request else ""
        said.append(f"{mean:.4g} counts/s{band}")
    return f"{', '.join(said)}, {n} bins"


def _none_shown(*steps: LightCurveStep) -> str:
    """Say that no bin has enough good time to be shown; empty where one has."""
    there = [(step.product, step.min_fracexp) for step in steps]
    if any(curve is None or curve.good(least).any() for curve, least in there):
        return ""
    return (
        f"No bin is shown: none has more than {there[0][1]:g} of its length in good time. Take"
        " shorter bins, or a lower FRACEXP."
    )


def _too_long(axis: CurveAxis | None, binsize_s: float) -> str:
    """Say that bins are too long for the period; empty where they are not."""
    if axis is None or not axis.folded or axis.ephemeris is None:
        return ""
    period_s = axis.ephemeris.period_s
    if binsize_s <= period_s / 4:
        return ""
    return (
        f"Bins of {write_length(binsize_s)} smear phases of a period of {write_length(period_s)}:"
        " take shorter bins, at most a quarter of the period."
    )
