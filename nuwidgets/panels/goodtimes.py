"""The good-times panel: times chosen by rates, flares and columns of housekeeping files."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.brushes import remember_zoom
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.goodtimes_controls import Conditions, Limits
from nuwidgets.panels.goodtimes_plot import GoodTimesPlot
from nuwidgets.panels.lightcurve_gti import GtiFiles
from nuwidgets.panels.lightcurve_look import Look
from nuwidgets.panels.lightcurve_plot import span_words
from nuwidgets.panels.lightcurve_times import UsedLine, alike, plain, used
from nuwidgets.panels.onlooking import look_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.goodtimes import GoodTimes
    from nuwidgets.domain.gti import Gti
    from nuwidgets.session import Session
    from nuwidgets.widgets.curve_view import CurveView


class GoodTimesPanel(Panel):
    """Which of the good times pass conditions on rates and on columns of files.

    Parameters
    ----------
    session : Session
        Its event datasets are judged, each by its own rates and files.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Good times", width_px=width_px)

    def build(self) -> None:
        """Make plot and controls for the event datasets of now."""
        self._datasets = event_datasets(self)
        if not self._datasets:
            return
        each = tuple(self._datasets.values())
        steps = [d.goodtimes for d in each]
        look_at(self, *steps)
        self._make()
        self.follow(*steps)
        self.head.serve(*steps, *(d.screen for d in each))
        for step in steps:
            self.watch(step, ["product"], self._draw)
            self.watch(step, ["min_rate", "max_rate"], self._draw_limits)
            self.watch(step, ["product", "state"], self._describe)
        self._draw()
        self._draw_limits()
        self._describe()

    def _make(self) -> None:
        each = tuple(self._datasets.values())
        self.limits, self.conditions = Limits(self, each), Conditions(self, each)
        self.look = Look(self, self._draw, phases=False)
        self.curve = GoodTimesPlot(self, tuple(self._datasets), self._move)
        self.would = w.HTML().add_class("nuw-sentence")
        self.used = UsedLine(self, each)
        self.files = GtiFiles(self, each)
        use = (
            ("Use these", "screen.user_gti = goodtimes.product.gti", self._use),
            ("Only within chosen", "user_gti = user_gti.intersect(product.gti)", self._within),
            ("Add to chosen", "user_gti = user_gti.union(product.gti)", self._add),
            ("All times", "screen.user_gti = None", self._all),
        )
        acts = w.HBox([self.button(*one) for one in use]).add_class("nuw-row")
        look = w.HBox([self.look.kind, self.look.collapse]).add_class("nuw-row")
        self.fill(
            *self.limits.rows, *self.conditions.rows, look, self.curve.box, self.would, acts,
            self.used.line, self.files.box,
        )  # fmt: skip
        remember_zoom(self, self.plot, "goodtimes")

    @property
    def plot(self) -> CurveView:
        """The plot of now."""
        return self.curve.view

    def _products(self) -> dict[str, GoodTimes]:
        found = {name: d.goodtimes.product for name, d in self._datasets.items()}
        return {name: product for name, product in found.items() if product is not None}

    def _draw(self) -> None:
        found = self._products()
        if not found:
            return
        axis = self.look.axis(one.pointing for one in found.values()).straight()
        before = self.plot
        self.curve.draw(found, axis, collapse=self.look.collapsed)
        if self.plot is not before:
            remember_zoom(self, self.plot, "goodtimes")
            self._draw_limits()

    def _draw_limits(self) -> None:
        first = next(iter(self._datasets.values())).goodtimes
        self.curve.limits(first.min_rate, first.max_rate)

    def _move(self, setting: str, rate: float | None) -> None:
        self.door.do(self.guard, partial(self.limits.put, setting, rate))

    def _describe(self) -> None:
        steps = {name: d.goodtimes for name, d in self._datasets.items()}
        if not self.calm(*steps.values()):
            return
        found = self._products()
        said = alike({name: _share(one) for name, one in found.items()})
        self.would.value = html.escape(f"Would be kept: {said}")
        self.plot.alt = self.curve.words(found)

    def _use(self) -> None:
        self._choose(lambda _dataset, found: found)

    def _within(self) -> None:
        self._choose(lambda dataset, found: used(dataset).intersect(found))

    def _add(self) -> None:
        self._choose(lambda dataset, found: used(dataset).union(found))

    def _all(self) -> None:
        for dataset in self._datasets.values():
            dataset.screen.user_gti = None

    def _choose(self, change: Callable[[EventDataset, Gti], Gti]) -> None:
        new = {}
        for name, dataset in self._datasets.items():
            product = dataset.goodtimes.product
            if product is None or not dataset.goodtimes.fresh:
                raise InputError(
                    f"Cannot use the good times of {name}: they are not up to date. Wait a moment,"
                    " or mend the condition that is refused."
                )
            new[name] = change(dataset, product.gti)
            if not new[name].intervals:
                raise InputError(
                    f"Cannot use these times: none of {name} would be left. Loosen a condition."
                )
        for name, dataset in self._datasets.items():
            dataset.screen.user_gti = plain(dataset, new[name])


def _share(found: GoodTimes) -> str:
    share = 100 * found.kept_s / found.ontime_s if found.ontime_s else 0.0
    return f"{span_words(found.gti)} of {span_words(found.whole)} ({share:.3g} %)"
