"""The power-spectrum panel: how strongly the source varies at each frequency."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.domain.colors import colors
from nuwidgets.domain.power import NORMS
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import band_boxes, through_door, together
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.frequency_text import read_or_all, write_or_all
from nuwidgets.panels.lightcurve_controls import region_box
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.power import Power
    from nuwidgets.session import Session

LABELS = {"leahy": "Leahy power", "frac": "(rms/mean)² Hz⁻¹", "abs": "counts² s⁻² Hz⁻¹"}


class PowerPanel(Panel):
    """Averaged power spectra of the session's event files, by stingray.

    Parameters
    ----------
    session : Session
        Its event datasets are drawn in one plot.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Power spectrum", width_px=width_px)

    def build(self) -> None:
        """Make controls and plot for the event datasets of now."""
        self._datasets = event_datasets(self)
        self._drawn: tuple[Any, ...] = ()
        if not self._datasets:
            return
        self._steps_of = {name: d.power for name, d in self._datasets.items()}
        panels = [PanelSpec(LABELS["frac"], log_y=True, height_px=220)]
        self.plot = CurveView(
            "Frequency [Hz]", panels, log_x=True, width_px=self.options["width_px"]
        )
        through_door(self.door, self.plot)
        for name, color in colors(self._datasets).items():
            self.plot.add_points(name, color=color, label=name)
            self.plot.add_steps(f"noise of {name}", color=color, width=1.0)
        self.summary = w.HTML().add_class("nuw-note")
        self.fill(self._settings(), self._go(), self.plot, self.summary)
        steps = tuple(self._steps_of.values())
        self.follow(*steps)
        self.head.serve(*steps)
        for step in steps:
            self.watch(step, ["product"], self._draw)
        self._draw()

    def _settings(self) -> w.Widget:
        steps, datasets = list(self._steps_of.values()), list(self._datasets.values())
        lo, hi = band_boxes(self, steps, "Energy [keV]", 's.datasets["…"].power.band = (3, 79)')
        region = region_box(self, steps, datasets, "power")
        norm = w.Dropdown(options=[(words, name) for name, words in NORMS.items()])
        norm.description, norm.layout.width = "norm", "250px"
        norm.style.description_width = "36px"
        norm.tooltip = 's.datasets["…"].power.norm = "leahy"'
        self.tie(norm, steps, "norm")
        row = [
            self._number("bin [s]", "dt_s", 0.01, "156px"),
            self._number("segment [s]", "segment_s", 128, "166px"),
            self._number("log step", "log_step", 0.05, "144px"),
        ]
        first = w.HBox([region, together(lo, hi), norm]).add_class("nuw-row")
        self.rms = self._rms_box()
        return w.VBox([first, w.HBox([*row, self.rms]).add_class("nuw-row")])

    def _number(self, words: str, setting: str, example: float, width: str) -> w.Widget:
        box = w.FloatText(description=words, layout=w.Layout(width=width))
        box.style.description_width = "initial"  # as wide as its words: no ragged left edge
        box.tooltip = f's.datasets["…"].power.{setting} = {example!r}'
        self.tie(box, list(self._steps_of.values()), setting)
        return box

    def _rms_box(self) -> Any:
        """Give the box for the range of frequencies of the rms; empty for all."""
        box = w.Text(
            description="rms from",
            placeholder="all frequencies",
            tooltip='s.datasets["…"].power.rms_range_hz = (0.01, 1); (0, 0) for all',
            continuous_update=False,
            layout=w.Layout(width="234px"),
        )
        box.style.description_width = "initial"
        how = {"to_control": write_or_all, "from_control": read_or_all}
        return self.tie(box, list(self._steps_of.values()), "rms_range_hz", **how)

    def _go(self) -> w.Widget:
        run = self.button("Run", 's.datasets["…"].power.run()', self._run, style="primary")
        figure = export_row(self, "power.pdf", self._figure)
        table = table_row(self, "power.ecsv", self._table)
        return w.HBox([run, figure, table]).add_class("nuw-row")

    def _run(self) -> None:
        for step in self._steps_of.values():
            step.submit()

    def _found(self) -> dict[str, Power]:
        products = {name: step.product for name, step in self._steps_of.items()}
        return {name: product for name, product in products.items() if product is not None}

    def _draw(self) -> None:
        found = self._found()
        now = tuple(found.values())
        if not found or now == self._drawn:
            return
        self._drawn = now
        self.plot.set_y(label=LABELS[now[0].norm], log=True)
        for name, power in found.items():
            x, half = power.frequency_hz, np.gradient(power.frequency_hz) / 2
            lo, hi = np.maximum(x - half, 1e-12), x + half
            y, e = power.power, power.error
            self.plot.set_points(name, lo, hi, x, y, np.where(y > e, y - e, np.nan), y + e)
            self.plot.set_steps(f"noise of {name}", [lo[0], hi[-1]], [power.noise])
        words = [f"{name}: {described(power)}" for name, power in found.items()]
        self.plot.alt = "Power spectrum. " + " ".join(words)
        self.summary.value = "<br>".join(html.escape(one) for one in words)

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures import figure_power

        return partial(figure_power, self._need())

    def _need(self) -> dict[str, Power]:
        found = self._found()
        if not found:
            raise InputError("There is no power spectrum yet: run it first.")
        return found

    def _table(self) -> Callable[[], Any]:
        from nuwidgets.reports.timing_tables import power_table

        return partial(power_table, self._need())


def described(power: Power) -> str:
    """Say in one sentence what a power spectrum tells."""
    lo, hi = power.rms_range_hz
    rms = f"{100 * power.rms:.3g} ± {100 * power.rms_error:.2g} %"
    what = rms if np.isfinite(power.rms) else "none above the noise"
    return (
        f"{power.n_segments} segments of {power.segment_s:g} s, {power.mean_rate_per_s:.4g}"
        f" counts/s, noise {power.noise:.4g}, rms from {lo:.3g} to {hi:.3g} Hz: {what}."
    )
