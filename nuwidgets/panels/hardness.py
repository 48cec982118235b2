"""The hardness panel: how hard and how bright the source is along time, and in one diagram."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import together
from nuwidgets.panels.brushes import remember_zoom
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.hardness_plot import HardnessPlots
from nuwidgets.panels.lightcurve_brush import Stretches
from nuwidgets.panels.lightcurve_controls import (
    bins_box,
    fracexp_box,
    length_box,
    net_box,
    region_box,
)
from nuwidgets.panels.lightcurve_look import Look
from nuwidgets.panels.lightcurve_table import hardness_table
from nuwidgets.panels.lightcurve_times import TimesChoice, UsedLine
from nuwidgets.panels.onlooking import look_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.hardness import Hardness
    from nuwidgets.panels.lightcurve_axis import CurveAxis
    from nuwidgets.session import Session
    from nuwidgets.widgets.curve_view import CurveView

DEFINITIONS = (("(H − S) / (H + S)", "difference"), ("H / S", "ratio"))  # noqa: RUF001  a minus
_PATH = 's.datasets["…"].hardness.{}'


class HardnessPanel(Panel):
    """Hardness along time and against brightness; what is brushed in one is ringed in the other.

    Parameters
    ----------
    session : Session
        Its event datasets, of which one is drawn.
    width_px : int
        Width of the plot along time where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Hardness", width_px=width_px)

    def build(self) -> None:
        """Make plots and controls for the event datasets of now."""
        self._datasets = event_datasets(self)
        if not self._datasets:
            return
        each = tuple(self._datasets.values())
        steps = [d.hardness for d in each]
        look_at(self, *steps)
        self._make()
        self.follow(*steps)
        self.head.serve(*steps, *(d.screen for d in each))
        for one in each:
            self.watch(one.hardness, ["product", "min_fracexp"], self._draw)
            self.watch(one.hardness, ["product", "state", "min_fracexp"], self._describe)
        self._draw()
        self._describe()

    def _make(self) -> None:
        each = tuple(self._datasets.values())
        self.of = w.Dropdown(options=list(self._datasets), description="of")
        self.of.layout.width, self.of.style.description_width = "190px", "20px"
        self.of.tooltip = "Which dataset is drawn"
        behind(self.door, self.of)
        self.of.observe(lambda _change: self.door.do(self.guard, self._turn), "value")
        self.look = Look(self, self._draw, phases=False)
        self.plots = HardnessPlots(self)
        self.brush = Stretches(self, each, lambda: self.plots.axis)
        self.brush.attach(self.plots.time)
        self.brush.told.append(self._ring)
        self._pulling = False
        self.plots.diagram.observe(self._brushed, "brush")
        self.times = TimesChoice(self, each, self._chosen, self._clear)
        self.summary = w.HTML().add_class("nuw-note")
        rows = [w.HBox(row).add_class("nuw-row") for row in self._controls(each)]
        acts = w.HBox(list(self.times.buttons)).add_class("nuw-row")
        save = [
            export_row(self, "hardness.pdf", self._figure),
            table_row(self, "hardness.ecsv", self._table),
        ]
        self.fill(
            *rows, self.plots.box, self.summary, acts, UsedLine(self, each).line,
            w.HBox(save).add_class("nuw-row"),
        )  # fmt: skip
        remember_zoom(self, self.plot, "hardness")
        self.say_of("brush", self.plot.brush_unavailable)

    def _controls(self, each: tuple[EventDataset, ...]) -> tuple[list[w.Widget], ...]:
        steps, name = [d.hardness for d in each], "hardness"
        soft = self._band(steps, "soft", "S [keV]", "(3, 10)")
        hard = self._band(steps, "hard", "H [keV]", "(10, 79)")
        kind = w.Dropdown(options=DEFINITIONS, description="hardness", layout={"width": "210px"})
        kind.style.description_width, kind.tooltip = "62px", _PATH.format('definition = "ratio"')
        self.tie(kind, steps, "definition")
        least = w.BoundedIntText(
            min=1, max=10**6, description="counts ≥", layout={"width": "130px"}
        )
        least.style.description_width, least.tooltip = "62px", _PATH.format("min_counts = 5")
        self.tie(least, steps, "min_counts")
        length, bins = length_box(self, steps, each, name), bins_box(self, steps, name)
        region, net = region_box(self, steps, each, name), net_box(self, steps, name)
        cut = fracexp_box(self, steps, name)
        self.of.layout.display = None if len(each) > 1 else "none"
        return (
            [soft, hard, kind],
            [length, bins, region, least],
            [net, cut, self.of, self.look.kind, self.look.collapse],
        )

    def _band(self, steps: list[Any], setting: str, words: str, example: str) -> w.Widget:
        tip = _PATH.format(f"{setting} = {example}")
        lo = w.FloatText(description=words, tooltip=tip, layout=w.Layout(width="118px"))
        hi = w.FloatText(description="to", tooltip=tip, layout=w.Layout(width="86px"))
        lo.style.description_width, hi.style.description_width = "50px", "18px"
        self.tie(lo, steps, setting, field="lo_kev")
        self.tie(hi, steps, setting, field="hi_kev")
        return together(lo, hi)

    @property
    def plot(self) -> CurveView:
        """The plot along time."""
        return self.plots.time

    def _shown(self) -> EventDataset:
        return self._datasets[self.of.value]

    def _products(self) -> dict[str, Hardness]:
        found = {name: d.hardness.product for name, d in self._datasets.items()}
        return {name: product for name, product in found.items() if product is not None}

    def _cuts(self) -> dict[str, float]:
        return {name: d.hardness.min_fracexp for name, d in self._datasets.items()}

    def _turn(self) -> None:
        self._draw()
        self._describe()
        self._show_warnings()

    def warnings_of(self, products: list[Any]) -> list[str]:
        """Give the warnings of the dataset that is drawn: the others' are not about this plot."""
        shown = self._products().get(self.of.value)
        return super().warnings_of([one for one in products if one is shown])

    def _draw(self) -> None:
        found, shown = self._products(), self._shown()
        if shown.name not in found:
            return
        axis = self.look.axis(one.pointing for one in found.values()).straight()
        anew = axis != self.plots.axis
        least, collapse = shown.hardness.min_fracexp, self.look.collapsed
        self.plots.draw(found[shown.name], least, axis, collapse=collapse)
        self.brush.show(anew=anew)
        self._ring()

    def _describe(self) -> None:
        shown = self._shown()
        found = self._products().get(shown.name)
        if found is None or not self.calm(shown.hardness):
            return
        good = found.good(shown.hardness.min_fracexp)
        n = int(good.sum())
        middle = float(np.median(found.hardness[good])) if n else float("nan")
        ends = (found.hardness[good].min(), found.hardness[good].max()) if n else (middle, middle)
        mean = float(np.mean(found.intensity[good])) if n else float("nan")
        words = (
            f"{shown.name}: hardness {middle:.3g} in the middle, from {ends[0]:.3g} to"
            f" {ends[1]:.3g}, at {mean:.4g} counts/s, in {n} bins"
        )
        self.summary.value = html.escape(f"{words}. Colours run with time, alike in both plots.")
        self.plot.alt = f"Brightness and hardness along time. {words}"
        self.plots.diagram.alt = f"Brightness against hardness. {words}"

    def _chosen(self, dataset: EventDataset) -> Gti | None:
        """Give what is brushed of a dataset; of one that has nothing of its own, what is shown."""
        own: Gti | None = dataset.lightcurve.selected_s
        axis, value = self._axis(), self.brush.value
        if own is not None or axis is None or value is None:
            return own
        return axis.of_dataset(value, dataset.pointing)

    def _axis(self) -> CurveAxis | None:
        return self.plots.axis

    def _ring(self) -> None:
        chosen = self._chosen(self._shown())
        self.plots.ring(chosen)
        if chosen is None and self.plots.diagram.brush is not None:
            self._pulling = True
            try:
                self.plots.diagram.clear_brush()
            finally:
                self._pulling = False

    def _brushed(self, _change: object) -> None:
        if not self._pulling:
            self.door.do(self.guard, self._push)

    def _push(self) -> None:
        """Brush the times of the bins that are brushed in the diagram."""
        axis = self._axis()
        shown: tuple[float, float] | None = self.plots.diagram.brush
        if axis is None or shown is None or shown[0] >= shown[1]:
            return
        times = self.plots.bins_in(*shown)
        self.brush.choose(axis.of_reference(times, self._shown().pointing))

    def _clear(self) -> None:
        self.brush.clear()
        self._ring()

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.hardness import figure_hardness

        return partial(figure_hardness, list(self._ready().values()), min(self._cuts().values()))

    def _table(self) -> Callable[[], Any]:
        return partial(hardness_table, self._ready(), self._cuts())

    def _ready(self) -> dict[str, Hardness]:
        found = self._products()
        if not found:
            raise InputError("There is no hardness to write yet.")
        return found
