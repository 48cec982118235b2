"""The spectrum panel: data and model above, their ratio below, a brush that ignores energies."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.band import Band
from nuwidgets.domain.colors import colors
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import through_door
from nuwidgets.panels.brushes import Brush, remember_zoom
from nuwidgets.panels.engine_row import EngineRow
from nuwidgets.panels.export import export_row
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import INK

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.fit import FoldedSpectrum
    from nuwidgets.session import Session

GROUPINGS = (
    "optsnmin 6", "optsnmin 3", "min 20", "min 30", "min 1", "snmin 5", "opt", "optmin 20",
    "constant 4", "none", "file",
)  # fmt: skip
"""Ways of grouping that are offered; any other can be typed."""


class SpectrumPanel(Panel):
    """Spectra of the datasets that are fitted, with the model at the parameters of now.

    Parameters
    ----------
    session : Session
        Its fitted datasets are drawn in one plot.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Spectrum", width_px=width_px)

    def build(self) -> None:
        """Make plot and controls for the fitted datasets of now."""
        self._names, self._drawn = self.session.used, None
        panels = [
            PanelSpec("counts s⁻¹ keV⁻¹", log_y=True, height_px=260),
            PanelSpec("data / model", height_px=110),
        ]
        self.plot = CurveView("Energy [keV]", panels, log_x=True, width_px=self.options["width_px"])
        through_door(self.door, self.plot)
        self.plot.brush_enabled = True
        self.plot.add_rule(1.0, 1)
        self._declare()
        self.approximate = w.HTML()
        if not self._names:
            self.fill(
                w.HTML('<span class="nuw-note">No spectra in this session.</span>'), self.plot
            )
            return
        remember_zoom(self, self.plot, "spectrum")
        steps = [self.session.datasets[name].spectrum for name in self._names]
        known = [self.session.datasets[name] for name in self._names]
        extracted = [one for one in known if isinstance(one, EventDataset)]
        body = (self._settings(), self.plot, self._ranges(), self.approximate)
        row = EngineRow(self, extracted, "spectrum") if extracted else None
        self.fill(*body, *((row.box,) if row else ()))
        self.follow(self.session.curve, *steps)
        self.head.serve(*steps, self.session.curve, also=("fit.ignore",))
        self.brush = Brush(
            self,
            self.plot,
            [self.session.curve],
            "selected_kev",
            to_plot=lambda band: (band.lo_kev, band.hi_kev),
            from_plot=lambda brushed: Band(*brushed),
        )
        self.watch(self.session.curve, ["product"], self._draw)
        self.watch(self.session.curve, ["product", "state"], self._describe)
        self._show_background()
        self._describe()

    def _declare(self) -> None:
        for name, color in colors(self._names).items():
            self.plot.add_points(f"{name} data", color=color, label=name)
            self.plot.add_steps(f"{name} background", color=color, width=0.8)
            self.plot.set_visible(f"{name} background", visible=False)
            self.plot.add_steps(f"{name} model", color=INK)
            self.plot.add_points(f"{name} ratio", 1, color=color)

    def _settings(self) -> w.Widget:
        grouping = w.Combobox(
            options=GROUPINGS,
            description="grouping",
            ensure_option=False,
            continuous_update=False,
            tooltip='s.datasets["…"].spectrum.grouping = "min 20"',
            layout=w.Layout(width="200px"),
        )
        steps = [self.session.datasets[name].spectrum for name in self._names]
        self.tie(grouping, steps, "grouping", to_control=str)
        ignore = w.Text(
            description="ignore",
            continuous_update=False,
            placeholder="**-3. 79.-**",
            tooltip='s.fit.ignore = "**-3. 79.-**"',
            layout=w.Layout(width="260px"),
        )
        self.tie(ignore, self.session.fit, "ignore", to_control=" ".join)
        self.background = w.Checkbox(
            value=self.session.views.get("spectrum", {}).get("background", False),
            description="background",
            indent=False,
            layout=w.Layout(width="auto"),
        )
        behind(self.door, self.background)
        self.background.observe(self._background_ticked, "value")
        return w.HBox([grouping, ignore, self.background]).add_class("nuw-row")

    def _ranges(self) -> w.Widget:
        buttons = (
            ("Ignore brushed", 's.fit.ignore = (*s.fit.ignore, "6.-7.")', self._ignore),
            ("Keep only brushed", 's.fit.ignore = "**-3. 79.-**"', self._keep),
            ("Notice all", "s.fit.ignore = ()", self._notice),
        )
        self.say_of("brush", self.plot.brush_unavailable)
        save = export_row(self, "spectrum.pdf", self._figure)
        return w.HBox([*(self.button(*b) for b in buttons), save]).add_class("nuw-row")

    def _draw(self) -> None:
        curve = self.session.curve.product
        if curve is None or curve is self._drawn or len(curve.spectra) != len(self._names):
            return
        self._drawn = curve
        for name, folded in zip(self._names, curve.spectra, strict=True):
            self._draw_one(name, folded)

    def _describe(self) -> None:
        curve = self.session.curve.product
        if not self.calm(self.session.curve) or len(curve.spectra) != len(self._names):
            return
        words = [
            f"{n}: {len(f.rate)} bins" for n, f in zip(self._names, curve.spectra, strict=True)
        ]
        fitted = self.session.fit.model
        model = f" Model {fitted}, statistic {curve.statistic:.2f}." if fitted else ""
        self.plot.alt = f"Spectrum. {'; '.join(words)}.{model}"
        self._show_approximate()

    def _draw_one(self, name: str, folded: FoldedSpectrum) -> None:
        lo, hi, middle = folded.e_lo_kev, folded.e_hi_kev, folded.e_middle_kev
        y, error, model, back = folded.per_kev
        ratio, ratio_error = folded.ratio
        self.plot.set_points(f"{name} data", lo, hi, middle, y, y - error, y + error)
        self.plot.set_steps(f"{name} model", *_joined(lo, hi, model))
        if self.background.value:
            self.plot.set_steps(f"{name} background", *_joined(lo, hi, back))
        ends = ratio - ratio_error, ratio + ratio_error
        self.plot.set_points(f"{name} ratio", lo, hi, middle, ratio, *ends)

    def _background_ticked(self, _change: object) -> None:
        self.door.do(self.guard, self._switch_background)

    def _switch_background(self) -> None:
        self.session.view("spectrum", background=self.background.value)
        self._show_background()

    def _show_background(self) -> None:
        for name in self._names:
            self.plot.set_visible(f"{name} background", visible=self.background.value)
        self._drawn = None
        self._draw()

    def _show_approximate(self) -> None:
        products = [self.session.datasets[name].spectrum.product for name in self._names]
        responses = [p.response for p in products if p is not None and p.response is not None]
        words = {r.provenance.approximate for r in responses if r.provenance.approximate}
        said = html.escape(" ".join(sorted(words)))
        text = f'<span class="nuw-approximate">⚠ Response {said}</span>'
        text = text if words else ""
        if text != self.approximate.value:
            self.approximate.value = text

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures import figure_spectrum

        if self.session.curve.product is None:
            raise InputError("There is no spectrum to draw yet.")
        curve, background = self.session.curve.product, self.background.value
        return partial(figure_spectrum, curve, background=background)

    def _brushed(self) -> Band:
        band: Band | None = self.session.curve.selected_kev
        if band is None:
            raise InputError("No energies are brushed: drag across the spectrum first.")
        return band

    def _set(self, *ranges: str) -> None:
        self.session.fit.ignore = ranges
        self.brush.clear()

    def _ignore(self) -> None:
        band = self._brushed()
        self._set(*self.session.fit.ignore, f"{band.lo_kev:.3f}-{band.hi_kev:.3f}")

    def _keep(self) -> None:
        band = self._brushed()
        self._set(f"**-{band.lo_kev:.3f} {band.hi_kev:.3f}-**")

    def _notice(self) -> None:
        self._set()


def _joined(lo: Any, hi: Any, y: Any) -> tuple[Any, Any]:
    """Give edges and values of steps; a gap between bins becomes a bin without value."""
    if len(lo) == 0:
        return np.zeros(0), np.zeros(0)
    gap = np.flatnonzero(lo[1:] > hi[:-1] * (1 + 1e-9)) + 1
    edges = np.insert(np.append(lo, hi[-1]), gap, hi[gap - 1])
    return edges, np.insert(np.asarray(y, float), gap, np.nan)
