"""The light-curve panel: rates against time, gaps shaded, a brush that chooses times."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.dataset import EventDataset
from nuwidgets.domain.colors import colors
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import band_boxes, through_door
from nuwidgets.panels.brushes import Brush, remember_zoom
from nuwidgets.panels.engine_row import EngineRow
from nuwidgets.panels.export import export_row
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import BRUSH

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.lightcurve import LightCurve
    from nuwidgets.session import Session

KILO = 1000.0


class LightCurvePanel(Panel):
    """Light curves of the session's event files.

    Parameters
    ----------
    session : Session
        Its event datasets are drawn in one plot.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Light curve", width_px=width_px)

    def build(self) -> None:
        """Make plot and controls for the event datasets of now."""
        datasets = self.session.datasets.values()
        self._datasets = {d.name: d for d in datasets if isinstance(d, EventDataset)}
        self._drawn: tuple[Any, ...] = ()
        if not self._datasets:
            self.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
            return
        panels = [PanelSpec("counts s⁻¹", height_px=190)]
        self.plot = CurveView("Time since start [ks]", panels, width_px=self.options["width_px"])
        through_door(self.door, self.plot)
        self.plot.brush_enabled = True
        self.plot.add_spans("gaps")
        self.plot.add_spans("chosen", color=BRUSH)
        remember_zoom(self, self.plot, "lightcurve")
        for name, color in colors(self._datasets).items():
            self.plot.add_points(name, color=color, label=name)
        self.summary = w.HTML().add_class("nuw-note")
        steps = [d.lightcurve for d in self._datasets.values()]
        self.engine = EngineRow(self, tuple(self._datasets.values()), "lightcurve")
        body = (self._settings(), self.plot, self._times(), self.summary, self.engine.box)
        self.fill(*body)
        self.follow(*steps)
        self.head.serve(*steps, *(d.screen for d in self._datasets.values()))
        self.brush = Brush(
            self, self.plot, steps, "selected_s", to_plot=self._drawn_as, from_plot=self._times_of
        )
        for step in steps:
            self.watch(step, ["selected_s"], self._draw_chosen)
            self.watch(step, ["product", "min_fracexp"], self._draw)
            self.watch(step, ["product", "state", "min_fracexp"], self._describe)
        self._draw()
        self._describe()

    def _settings(self) -> w.Widget:
        steps = [d.lightcurve for d in self._datasets.values()]
        narrow = w.Layout(width="150px")
        size = w.FloatText(description="bin [s]", step=16.0, layout=narrow)
        size.tooltip = 's.datasets["…"].lightcurve.binsize_s = 256'
        lo, hi = band_boxes(
            self, steps, "Energy [keV]", 's.datasets["…"].lightcurve.band = (3, 79)'
        )
        least = w.BoundedFloatText(description="FRACEXP >", min=0, max=1, step=0.05)
        least.layout.width = "150px"
        least.tooltip = 's.datasets["…"].lightcurve.min_fracexp = 0.5'
        net = w.Checkbox(description="background subtracted", indent=False)
        net.layout.width = "auto"
        self.tie(size, steps, "binsize_s")
        self.tie(least, steps, "min_fracexp")
        self.tie(net, steps, "subtract_background")
        return w.HBox([size, lo, hi, least, net]).add_class("nuw-row")

    def _times(self) -> w.Widget:
        buttons = (
            ("Keep brushed times", "screen.user_gti = lightcurve.selected_s", self._keep),
            ("Leave out brushed times", "screen.user_gti = gti.without(...)", self._leave_out),
            ("All times", "screen.user_gti = None", self._all_times),
        )
        save = export_row(self, "lightcurve.pdf", self._figure)
        row = w.HBox([*(self.button(*button) for button in buttons), save]).add_class("nuw-row")
        self.say_of("brush", self.plot.brush_unavailable)
        return row

    def _curves(self) -> dict[str, LightCurve]:
        products = {n: d.lightcurve.product for n, d in self._datasets.items()}
        return {name: product for name, product in products.items() if product is not None}

    def _start_s(self) -> float:
        return min(curve.pointing.tstart_s for curve in self._curves().values())

    def _draw(self) -> None:
        curves = self._curves()
        cuts = [d.lightcurve.min_fracexp for d in self._datasets.values()]
        now = (*curves.values(), *cuts)
        if not curves or now == self._drawn:
            return
        self._drawn, start = now, self._start_s()
        for name, curve in curves.items():
            good = curve.good(self._datasets[name].lightcurve.min_fracexp)
            lo = (curve.time_s[good] - start) / KILO
            hi = lo + curve.binsize_s / KILO
            rate, error = curve.rate_per_s[good], curve.error_per_s[good]
            self.plot.set_points(name, lo, hi, (lo + hi) / 2, rate, rate - error, rate + error)
        self.plot.set_spans("gaps", self._gaps(curves, start))
        self.brush.show()
        self._draw_chosen()

    def _describe(self) -> None:
        steps = {name: d.lightcurve for name, d in self._datasets.items()}
        if not self.calm(*steps.values()):
            return
        words = []
        for name, step in steps.items():
            good = step.product.good(step.min_fracexp)
            mean = float(np.mean(step.product.rate_per_s[good])) if good.any() else float("nan")
            words.append(f"{name}: {mean:.4g} counts/s in {int(good.sum())} bins")
        self.plot.alt = "Light curve. " + "; ".join(words)
        self.summary.value = html.escape(" · ".join(words))

    def _gaps(self, curves: dict[str, LightCurve], start: float) -> list[tuple[float, float]]:
        good = Gti()
        for curve in curves.values():
            good = good.union(curve.gti)
        return [((a - start) / KILO, (b - start) / KILO) for a, b in good.gaps]

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures import figure_lightcurve

        curves = list(self._curves().values())
        if not curves:
            raise InputError("There is no light curve to draw yet.")
        cut = min(d.lightcurve.min_fracexp for d in self._datasets.values())
        return partial(figure_lightcurve, curves, cut)

    def _in_ks(self, gti: Gti | None) -> list[tuple[float, float]]:
        """Give intervals as they lie in the plot; nothing while there is none."""
        if gti is None or not self._curves():
            return []
        start = self._start_s()
        return [((a - start) / KILO, (b - start) / KILO) for a, b in gti.intervals]

    def _drawn_as(self, gti: Gti) -> tuple[float, float] | None:
        """Give the range that the brush shows; several intervals are shaded instead."""
        intervals = self._in_ks(gti)
        return intervals[0] if len(intervals) == 1 else None

    def _times_of(self, brushed: tuple[float, float]) -> Gti | None:
        if not self._curves():
            return None
        lo, hi = (self._start_s() + KILO * x for x in brushed)
        return Gti(((lo, hi),))

    def _draw_chosen(self) -> None:
        intervals = self._in_ks(self.brush.value)
        drawn = len(intervals) > 1 or bool(self.plot.brush_unavailable)
        self.plot.set_spans("chosen", intervals if drawn else [])

    def _keep(self) -> None:
        self._choose(lambda _dataset, brushed: brushed)

    def _leave_out(self) -> None:
        self._choose(
            lambda d, brushed: (d.screen.user_gti or d.events.product.gti).without(brushed)
        )

    def _choose(self, times: Callable[[EventDataset, Gti], Gti]) -> None:
        chosen = self.brush.value
        if chosen is None:
            raise InputError("No times are brushed: drag across the light curve first.")
        for dataset in self._datasets.values():
            dataset.screen.user_gti = times(dataset, dataset.lightcurve.selected_s or chosen)
        self.brush.clear()

    def _all_times(self) -> None:
        for dataset in self._datasets.values():
            dataset.screen.user_gti = None
        self.brush.clear()
