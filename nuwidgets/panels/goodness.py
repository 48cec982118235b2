"""The goodness panel: a histogram of what chance does to data of the best fit, and the data."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.job import State
from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.domain.fit import TEST_STATISTICS
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, through_door, unready
from nuwidgets.panels.export import table_row
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.goodness import Goodness
    from nuwidgets.session import Session

SIMULATED, OBSERVED = "simulated", "observed"
ROOM = 1.05
"""How far the line of the data goes beyond the highest bar."""
FEWEST, MOST = 5, 40
"""Bars of the histogram."""


class GoodnessPanel(Panel):
    """How often data simulated from the best fit are described better than the real ones.

    Parameters
    ----------
    session : Session
        Its fit is judged.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Goodness by simulation", width_px=width_px)

    def build(self) -> None:
        """Make controls and plot."""
        self._step, self._fit = self.session.goodness, self.session.fit
        self._drawn: Any = None
        panels = [PanelSpec("data sets", height_px=170)]
        self.plot = CurveView("test statistic", panels, width_px=self.options["width_px"])
        through_door(self.door, self.plot)
        self.plot.add_steps(SIMULATED, color=FIRST, label=SIMULATED)
        self.plot.add_points(OBSERVED, color=SECOND, label=OBSERVED)
        self.summary = w.HTML().add_class("nuw-note")
        self.fill(self._settings(), self.plot, self.summary)
        self.follow(self._step)
        self.head.serve(self._step, also=("fit.test_statistic",))
        self.watch(self._step, ["product", "progress", "state"], self._draw)
        self.watch(self._fit, ["model"], self._enable)
        self._enable()
        self._draw()

    def _settings(self) -> w.Widget:
        n = w.BoundedIntText(min=1, max=100_000, description="data sets")
        seed = w.BoundedIntText(min=0, max=2**31 - 1, description="seed")
        refit = w.Checkbox(description="fit each", indent=False)
        draw = w.Checkbox(description="draw parameters", indent=False)
        options = [(words, name) for name, words in TEST_STATISTICS.items()]
        test = w.Dropdown(options=options, description="statistic")
        widths = ((n, "150px", "64px"), (seed, "112px", "34px"), (test, "270px", "60px"))
        for control, width, label in widths:
            control.layout.width, control.style.description_width = width, label
        for control, setting, value in (
            (n, "n", 100), (seed, "seed", 1), (refit, "refit", False), (draw, "draw", True),
        ):  # fmt: skip
            control.tooltip = f"s.goodness.{setting} = {value!r}"
            self.tie(control, self._step, setting)
        refit.layout.width = draw.layout.width = "auto"
        test.tooltip = 's.fit.test_statistic = "ad"'
        self.tie(test, self._fit, "test_statistic")
        self.run = self.button("Run", "s.goodness.run()", self._step.submit, style="primary")
        save = table_row(self, "goodness.csv", self._table)
        self.save = save.children[1]
        first = w.HBox([test, n, seed, refit, draw]).add_class("nuw-row")
        return w.VBox([first, w.HBox([self.run, save]).add_class("nuw-row")])

    def _enable(self) -> None:
        allow(self.run, "s.goodness.run()", unready(self.session))

    def _shown(self) -> Goodness | None:
        """Give what there is: of trials under way those that are made."""
        progress = self._step.progress
        if self._step.state is State.RUNNING and progress is not None and progress.partial:
            made: Goodness = progress.partial
            return made
        product: Goodness | None = self._step.product
        return product

    def _draw(self) -> None:
        found = self._shown()
        allow(self.save, "product.table", "" if found else "Nothing to save yet: run it first.")
        if found is None or found is self._drawn:
            return
        self._drawn = found
        if found.n_done:
            edges, bars = histogram(found.values, found.observed)
            self.plot.set_x_label(found.test_name or "test statistic")
            self.plot.set_steps(SIMULATED, edges, bars)
            at, top = [found.observed], [ROOM * float(bars.max())]
            self.plot.set_points(OBSERVED, at, at, at, top, [0.0], top)
        words = described(found)
        self.plot.alt = f"Histogram of simulated test statistics. {words}"
        self.summary.value = html.escape(words)

    def _table(self) -> Callable[[], Any]:
        found = self._shown()
        if found is None:
            raise InputError("There is no simulated data set yet: run the goodness first.")

        def make() -> Any:
            from astropy.table import Table

            return Table({"test_statistic": found.values, "fit_statistic": found.fit_values})

        return make


def described(found: Goodness) -> str:
    """Say how the data compare with what chance does."""
    if not found.n_done:
        return "No data set was simulated yet."
    words = (
        f"{100 * found.fraction:.1f} % of {found.n_done} simulated data sets have a smaller test"
        f" statistic than the data ({found.observed:.4g})."
    )
    if found.n_done < len(found.values):
        return f"{words} {len(found.values) - found.n_done} are to come."
    return f"{words} {100 * found.fit_fraction:.1f} % have a smaller fit statistic."


def histogram(values: Floats, observed: float) -> tuple[Floats, Floats]:
    """Give edges and heights of bars that show the observed value too, empty ones at both ends."""
    known = values[np.isfinite(values)]
    ends = np.array([known.min(), known.max(), *([observed] if np.isfinite(observed) else [])])
    lo, hi = float(ends.min()), float(ends.max())
    if not hi > lo:
        lo, hi = lo - 0.5, hi + 0.5
    n_bars = int(np.clip(np.sqrt(known.size) * 1.5, FEWEST, MOST))
    width = (hi - lo) / n_bars
    edges = np.linspace(lo - width, hi + width, n_bars + 3)
    return edges, np.histogram(known, edges)[0].astype(float)
