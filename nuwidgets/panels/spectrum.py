"""The spectrum panel: data and model above, residuals below, a brush that ignores energies."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.campaign import seen
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.band import Band
from nuwidgets.domain.plot import KINDS, LOWER
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import through_door
from nuwidgets.panels.brushes import Brush, remember_zoom
from nuwidgets.panels.engine_row import EngineRow
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.spectrum_controls import axes_row, files_box, plot_row, rebin_row
from nuwidgets.panels.spectrum_plot import SpectrumPlot
from nuwidgets.panels.spectrum_ranges import RangesRow, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.curve import Curve
    from nuwidgets.session import Session

GROUPINGS = (
    "optsnmin 6", "optsnmin 3", "min 20", "min 30", "min 1", "snmin 5", "bmin 1", "opt",
    "optmin 20", "constant 4", "none", "file",
)  # fmt: skip
"""Ways of grouping that are offered; any other can be typed."""
CHOICE = (
    "plot", "lower", "x_axis", "rebin", "area", "background", "components", "log_x", "log_y",
)  # fmt: skip
"""Settings of the curve that say what is plotted."""


class SpectrumPanel(Panel):
    """Spectra of the datasets that are fitted, with the model at the parameters of now.

    Of many datasets those are drawn that are looked at (`Session.look_at`).

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
        """Make plot and controls for the fitted datasets that are looked at."""
        used = self.session.used
        self._names, self._drawn = seen(self.session, used), None
        self._places = [used.index(name) for name in self._names]
        curve = self.session.curve
        self.drawing = SpectrumPlot(self._names, curve.choice, self.options["width_px"])
        self.plot = self.drawing.view
        through_door(self.door, self.plot)
        self.plot.brush_enabled = True
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
        self._brush_energies()
        self._fill_in(EngineRow(self, extracted, "spectrum") if extracted else None)
        self.follow(curve, *steps)
        self.head.serve(*steps, curve, also=("fit.ignore",))
        self.watch(curve, list(CHOICE), self._choose)
        self.watch(curve, ["product"], self._draw)
        self.watch(curve, ["product", "state", *CHOICE], self._describe)
        self._draw()
        self._describe()

    def _fill_in(self, row: EngineRow | None) -> None:
        more = w.Accordion(
            children=[w.VBox([axes_row(self), rebin_row(self)]), files_box(self, self._names)],
            titles=("Axes and bins", "Files"),
            selected_index=None,
            layout=w.Layout(width="100%"),
        )
        plot = plot_row(self)
        self.kind, self.lower, self.components, self.background = plot.children
        body = (self._settings(), plot, self.plot, self._ranges())
        self.fill(*body, self._exports(), more, self.approximate, *((row.box,) if row else ()))

    def _brush_energies(self) -> None:
        self.brush = Brush(
            self,
            self.plot,
            [self.session.curve],
            "selected_kev",
            to_plot=lambda band: self.drawing.place(band.lo_kev, band.hi_kev),
            from_plot=lambda brushed: Band(*self.drawing.energies(brushed)),
        )

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
            layout=w.Layout(width="auto", flex="1 1 260px", max_width="520px"),
        )
        self.tie(ignore, self.session.fit, "ignore", to_control=one_line)
        return w.HBox([grouping, ignore]).add_class("nuw-row")

    def _ranges(self) -> w.Widget:
        places = {name: n + 1 for name, n in zip(self._names, self._places, strict=True)}
        self.ranges = RangesRow(self, places, self.brush.clear)
        self.say_of("brush", self.plot.brush_unavailable)
        return w.HBox(self.ranges.widgets).add_class("nuw-row")

    def _exports(self) -> w.Widget:
        figure = export_row(self, "spectrum.pdf", self._figure)
        table = table_row(self, "spectrum.ecsv", self._table)
        return w.HBox([figure, table]).add_class("nuw-row")

    def _choose(self) -> None:
        """Plot what was chosen."""
        choice = self.session.curve.choice
        if bool(choice.lower) != self.drawing.two:
            self.rebuild()
        elif choice != self.drawing.choice:
            self.drawing.choose(choice)
            through_door(self.door, self.plot)  # another scale of x has a brush of its own
            self.brush.show()

    @property
    def curve(self) -> Curve | None:
        """Data and model of the spectra that are looked at; None while there is none of them."""
        whole = self.session.curve.product
        if whole is None or len(whole.spectra) != len(self.session.used):
            return None
        return replace(whole, spectra=tuple(whole.spectra[place] for place in self._places))

    def _draw(self) -> None:
        curve, whole = self.curve, self.session.curve.product
        if curve is not None and whole is not self._drawn:
            self._drawn = whole
            self.drawing.draw(curve)

    def _describe(self) -> None:
        curve = self.curve if self.calm(self.session.curve) else None
        if curve is None:
            return
        choice = self.session.curve.choice
        words = [
            f"{n}: {len(f.rate)} bins" for n, f in zip(self._names, curve.spectra, strict=True)
        ]
        fitted = self.session.fit.model
        model = f" Model {fitted}, statistic {curve.statistic:.2f}." if fitted else ""
        kind = f" Above: {KINDS[choice.kind]}."
        below = f" Below: {LOWER[choice.lower]}." if choice.lower else ""
        self.plot.alt = f"Spectrum. {'; '.join(words)}.{model}{kind}{below}"
        self._show_approximate()

    def _show_approximate(self) -> None:
        products = [self.session.datasets[name].spectrum.product for name in self._names]
        responses = [p.response for p in products if p is not None and p.response is not None]
        words = {r.provenance.approximate for r in responses if r.provenance.approximate}
        said = html.escape(" ".join(sorted(words)))
        text = f'<span class="nuw-approximate">⚠ Response {said}</span>'
        text = text if words else ""
        if text != self.approximate.value:
            self.approximate.value = text

    def _table(self) -> Callable[[], Any]:
        from nuwidgets.reports.plot_table import plot_table

        if self.curve is None:
            raise InputError("There is no spectrum to write yet.")
        return partial(plot_table, self.curve, self.session.curve.choice)

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures import figure_spectrum

        if self.curve is None:
            raise InputError("There is no spectrum to draw yet.")
        return partial(figure_spectrum, self.curve, choice=self.session.curve.choice)
