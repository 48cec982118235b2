"""The comparison panel: what the embedded engine and HEASoft make of the same events, and ratios.

Crosses and lines are the embedded engine's, rings HEASoft's, in the colour of their dataset. Ratios
have no error bars: both count the same photons, so these say nothing of how far the two may differ.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.colors import colors
from nuwidgets.panels.base import Panel, close_all
from nuwidgets.panels.boxes import through_door
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import QUIET

if TYPE_CHECKING:
    from nuwidgets.domain.comparison import Comparison, SideBySide
    from nuwidgets.session import Session
    from nuwidgets.steps.compare import CompareStep

SPECTRUM, CURVE, AREA = "spectrum", "light curve", "area"
VIEW = "compare"
KILO = 1000.0
_RINGS = 60
"""At most so many rings along a curve without errors: more would hide it."""
_ONE = "where both are equal"
_LABELS = {
    SPECTRUM: ("Energy [keV]", "counts keV⁻¹"),
    CURVE: ("Time since start [ks]", "counts s⁻¹"),
    AREA: ("Energy [keV]", "area [cm²]"),
}


class ComparePanel(Panel):
    """The embedded engine and HEASoft side by side: a check of both.

    Parameters
    ----------
    session : Session
        Its event datasets are compared.
    *names : str
        Names of the datasets to compare; all event datasets when left out.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *names: str, width_px: int = 760) -> None:
        super().__init__(
            session, "HEASoft and embedded, side by side", names=names, width_px=width_px
        )

    def build(self) -> None:
        """Make switch, button and plot for the event datasets of now."""
        self._steps_of = self._found()
        self._drawn: tuple[Any, ...] = ()
        if not self._steps_of:
            self.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
            return
        shows = self.session.views.get(VIEW, {}).get("shows", SPECTRUM)
        self.switch = w.ToggleButtons(
            options=tuple(_LABELS),
            value=shows if shows in _LABELS else SPECTRUM,
            style={"button_width": "auto"},
            tooltips=["source counts in energy", "rates in time", "effective area of the ARF"],
        )
        behind(self.door, self.switch)
        self.switch.observe(self._switched, "value")
        self.compare = self.button(
            "Compare", 's.datasets["…"].compare.run()', self._compare, style="primary"
        )
        self.why = w.HTML().add_class("nuw-note")
        self.frame, self.summary = w.VBox(), w.HTML().add_class("nuw-sentence")
        row = w.HBox([self.switch, self.compare, self.why]).add_class("nuw-row")
        self._make_plot()
        self.fill(row, self.frame, self.summary)
        steps = tuple(self._steps_of.values())
        self.follow(*steps)
        self.head.serve(*steps)
        for step in steps:
            self.watch(step, ["product"], self._draw)
            self.watch(step, ["product", "state"], self._describe)
        self._draw()
        self._describe()

    def _found(self) -> dict[str, CompareStep]:
        """Give the steps that compare, by dataset."""
        wanted = self.options["names"] or tuple(self.session.datasets)
        datasets = {n: d for n, d in self.session.datasets.items() if n in wanted}
        events = {n: d for n, d in datasets.items() if isinstance(d, EventDataset)}
        return {name: dataset.compare for name, dataset in events.items()}

    def _make_plot(self) -> None:
        """Put a plot of what is chosen into the frame; the one before goes."""
        x_label, y_label = _LABELS[self.switch.value]
        log = self.switch.value != CURVE
        panels = [
            PanelSpec(y_label, log_y=log, height_px=230),
            PanelSpec("HEASoft / embedded", height_px=120),
        ]
        old = self.frame.children
        self.plot = CurveView(x_label, panels, log_x=log, width_px=self.options["width_px"])
        through_door(self.door, self.plot)
        self.plot.add_steps(_ONE, 1, color=QUIET, width=1.2)
        for name, color in colors(self._steps_of).items():
            self._declare(name, color)
        self.frame.children = (self.plot,)
        close_all(old)
        self._drawn = ()

    def _declare(self, name: str, color: str) -> None:
        """Declare what is drawn of a dataset: areas are lines, what has errors are crosses."""
        label = f"{name} embedded"
        if self.switch.value == AREA:
            self.plot.add_steps(f"{name} embedded", color=color, label=label)
            self.plot.add_steps(f"{name} ratio", 1, color=color)
        else:
            self.plot.add_points(f"{name} embedded", color=color, label=label)
            self.plot.add_points(f"{name} ratio", 1, color=color)
        self.plot.add_dots(
            f"{name} HEASoft", color=color, label=f"{name} HEASoft", size_px=8.0, hollow=True
        )

    def _switched(self, _change: object) -> None:
        self.door.do(self.guard, self.door.speak, self._switch)

    def _switch(self) -> None:
        self.session.view(VIEW, shows=self.switch.value)
        self._make_plot()
        self._draw()
        self._describe()

    def _compare(self) -> None:
        for step in self._steps_of.values():
            if not step.fresh:
                step.submit()

    def _products(self) -> dict[str, Comparison]:
        products = {name: step.product for name, step in self._steps_of.items()}
        return {name: product for name, product in products.items() if product is not None}

    def _draw(self) -> None:
        products = self._products()
        now = (self.switch.value, *products.values())
        if not products or now == self._drawn:
            return
        self._drawn = now
        start_s = min(c.lightcurves[0].pointing.tstart_s for c in products.values())
        ends: list[float] = []
        for name, compared in products.items():
            if self.switch.value == AREA:
                both = compared.area
                lo, hi = both.lo, both.hi
                self._draw_area(name, both)
            elif self.switch.value == SPECTRUM:
                both = compared.counts
                lo, hi = both.lo, both.hi
                self._draw_bins(name, both, (lo, hi), hi - lo)
            else:
                both = compared.rates
                lo, hi = ((edge - start_s) / KILO for edge in (both.lo, both.hi))
                self._draw_bins(name, both, (lo, hi), np.ones(len(both)))
            ends += [*lo[:1], *hi[-1:]]
        if ends:  # drawn as data are, so that it is inside the limits
            self.plot.set_steps(_ONE, [min(ends), max(ends)], [1.0])

    def _draw_bins(self, name: str, both: SideBySide, edges: tuple[Any, Any], per: Any) -> None:
        """Draw what has errors; values are divided by `per`."""
        lo, hi = edges
        middle = (lo + hi) / 2
        y, error = both.embedded / per, both.embedded_error / per
        self.plot.set_points(f"{name} embedded", lo, hi, middle, y, y - error, y + error)
        self.plot.set_dots(f"{name} HEASoft", middle, both.heasoft / per)
        ratio = both.ratio
        self.plot.set_points(f"{name} ratio", lo, hi, middle, ratio, ratio, ratio)

    def _draw_area(self, name: str, both: SideBySide) -> None:
        """Draw areas as lines, with rings on HEASoft's, evenly along a logarithmic axis."""
        edges = np.append(both.lo, both.hi[-1:])
        self.plot.set_steps(f"{name} embedded", edges, both.embedded)
        self.plot.set_steps(f"{name} ratio", edges, both.ratio)
        at = np.zeros(0, int)
        if len(both):
            first, last = (float(kev) for kev in both.middle[[0, -1]])
            at = np.unique(np.searchsorted(both.middle, np.geomspace(first, last, _RINGS)))
            at = at[at < len(both)]
        self.plot.set_dots(f"{name} HEASoft", both.middle[at], both.heasoft[at])

    def _describe(self) -> None:
        """Say how far the two agree, why they cannot be compared, and whether it can be asked."""
        here = self.session.processing.here()
        said = "" if here else self._missing()
        if said != self.why.value:
            self.why.value = said
        busy = all(step.state is State.RUNNING or step.fresh for step in self._steps_of.values())
        self.compare.disabled = busy or not here
        lines = [self._lines(name, step) for name, step in self._steps_of.items()]
        if "".join(lines) != self.summary.value:
            self.summary.value = "".join(lines)
        words = [f"{name}: {' '.join(c.summary)}" for name, c in self._products().items()]
        self.plot.alt = f"Ratio of HEASoft's {self.switch.value} to the embedded engine's. " + (
            " ".join(words) or "Nothing is compared yet."
        )

    def _missing(self) -> str:
        from nuwidgets.engines.heasoft.installation import why_not

        return f"There is nothing to compare with. {html.escape(why_not())}"

    def _lines(self, name: str, step: CompareStep) -> str:
        compared = step.product
        said = compared.summary if compared else ("Nothing is compared yet.",)
        items = "".join(f"<div>{html.escape(text)}</div>" for text in said)
        return f'<div><span class="nuw-label">{html.escape(name)}</span>{items}</div>'
