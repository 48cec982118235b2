"""The light-curve panel: rates against time, gaps shaded, a brush that chooses times."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.colors import colors
from nuwidgets.panels.export import export_row
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView

if TYPE_CHECKING:
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
        super().__init__(session, "Light curve")
        found = [d for d in session.datasets.values() if isinstance(d, EventDataset)]
        self._datasets = {d.name: d for d in found}
        self._drawn: tuple[Any, ...] = ()
        panels = [PanelSpec("counts s⁻¹", height_px=190)]
        self.plot = CurveView("Time since start [ks]", panels, width_px=width_px)
        self.plot.brush_enabled = True
        behind(self.door, self.plot)
        self.plot.add_spans("gaps")
        for name, color in colors(self._datasets).items():
            self.plot.add_points(name, color=color, label=name)
        if not found:
            self.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
            return
        self.summary = w.HTML().add_class("nuw-note")
        self.fill(self._settings(), self.plot, self._times(), self.summary)
        self.follow(*(d.lightcurve for d in found))
        for dataset in found:
            self.watch(dataset.lightcurve, ["product", "min_fracexp"], self._draw)
        self.door.do(self.guard, self._draw)

    def _settings(self) -> w.Widget:
        steps = [d.lightcurve for d in self._datasets.values()]
        narrow = w.Layout(width="150px")
        size = w.FloatText(description="bin [s]", step=16.0, layout=narrow)
        size.tooltip = 's.datasets["…"].lightcurve.binsize_s = 256'
        lo = w.FloatText(description="Energy [keV]", layout=w.Layout(width="160px"))
        hi = w.FloatText(description="to", layout=w.Layout(width="100px"))
        lo.style.description_width, hi.style.description_width = "86px", "20px"
        least = w.BoundedFloatText(description="FRACEXP >", min=0, max=1, step=0.05, layout=narrow)
        least.tooltip = "Bins with less good time are not shown (min_fracexp)"
        net = w.Checkbox(description="background subtracted", indent=False)
        net.layout.width = "auto"
        for step in steps:
            self.tie(size, step, "binsize_s")
            self.tie(lo, step, "band", field="lo_kev")
            self.tie(hi, step, "band", field="hi_kev")
            self.tie(least, step, "min_fracexp")
            self.tie(net, step, "subtract_background")
        return w.HBox([size, lo, hi, least, net]).add_class("nuw-row")

    def _times(self) -> w.Widget:
        buttons = (
            ("Keep brushed times", "screen.user_gti = [(start, stop)]", self._keep),
            ("Leave out brushed times", "screen.user_gti = gti.without(...)", self._leave_out),
            ("All times", "screen.user_gti = None", self._all_times),
        )
        save = export_row(self, "lightcurve.pdf", self._figure)
        row = w.HBox([*(self.button(*button) for button in buttons), save]).add_class("nuw-row")
        if self.plot.brush_unavailable:
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
        self._drawn, start, words = now, self._start_s(), []
        for name, curve in curves.items():
            good = curve.good(self._datasets[name].lightcurve.min_fracexp)
            lo = (curve.time_s[good] - start) / KILO
            hi = lo + curve.binsize_s / KILO
            rate, error = curve.rate_per_s[good], curve.error_per_s[good]
            self.plot.set_points(name, lo, hi, (lo + hi) / 2, rate, rate - error, rate + error)
            mean = float(np.mean(rate)) if good.any() else float("nan")
            words.append(f"{name}: {mean:.4g} counts/s in {int(good.sum())} bins")
        self.plot.set_spans("gaps", self._gaps(curves, start))
        if self.calm(*(d.lightcurve for d in self._datasets.values())):
            self.plot.alt = "Light curve. " + "; ".join(words)
            self.summary.value = " · ".join(words)

    def _gaps(self, curves: dict[str, LightCurve], start: float) -> list[tuple[float, float]]:
        good = Gti()
        for curve in curves.values():
            good = good.union(curve.gti)
        pairs = good.intervals
        return [((a[1] - start) / KILO, (b[0] - start) / KILO) for a, b in pairwise(pairs)]

    def _figure(self) -> Any:
        from nuwidgets.figures import figure_lightcurve

        curves = list(self._curves().values())
        if not curves:
            raise InputError("There is no light curve to draw yet.")
        return figure_lightcurve(curves)

    def _brushed(self) -> Gti:
        if self.plot.brush is None:
            raise InputError("No times are brushed: drag across the light curve first.")
        lo, hi = (self._start_s() + KILO * x for x in self.plot.brush)
        return Gti(((lo, hi),))

    def _set_times(self, gti: Gti | None) -> None:
        for dataset in self._datasets.values():
            dataset.screen.user_gti = gti
        self.plot.clear_brush()
        self.say("")

    def _keep(self) -> None:
        self._set_times(self._brushed())

    def _leave_out(self) -> None:
        events = [d.events.product for d in self._datasets.values()]
        ends = [t for e in events for pair in e.gti.intervals for t in pair]
        chosen = [d.screen.user_gti for d in self._datasets.values()]
        old = chosen[0] or Gti(((min(ends), max(ends)),))
        self._set_times(old.without(self._brushed()))

    def _all_times(self) -> None:
        self._set_times(None)
