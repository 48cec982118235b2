"""The plot of good times: rates with limits, and the columns that are used, below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.domain.colors import colors
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import LONG_GAP_S
from nuwidgets.panels.boxes import through_door
from nuwidgets.panels.lightcurve_plot import LEFT_OUT, Y_LABEL, union
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_rules import Rule
from nuwidgets.widgets.curve_view import CurveView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.goodtimes import GoodTimes, HkColumn
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.lightcurve_axis import CurveAxis

RATE_PX, COLUMN_PX = 170, 84
LEAST, MOST = "#009E73", "#D55E00"
"""Colours of the lines of the least and the largest rate."""
HOLE = 10.0
"""A step between rows so many times the usual one is a hole in a column."""


class GoodTimesPlot:
    """A curve view with a panel of rates and one for each column, made anew when those change.

    Parameters
    ----------
    panel : Panel
        Whose plot it is.
    names : tuple of str
        The datasets.
    moved : callable
        Told ``(setting, rate)`` when a hand moves a limit.
    """

    def __init__(
        self,
        panel: Panel,
        names: tuple[str, ...],
        moved: Callable[[str, float | None], object],
    ) -> None:
        self._panel, self._names, self._moved = panel, names, moved
        self.box = w.VBox()
        self._columns: tuple[str, ...] = ()
        self.axis: CurveAxis | None = None
        self.view = self._new(())

    def _new(self, columns: tuple[str, ...]) -> CurveView:
        specs = [PanelSpec(Y_LABEL, height_px=RATE_PX)]
        specs += [PanelSpec(name, height_px=COLUMN_PX) for name in columns]
        width = self._panel.options["width_px"]
        view = CurveView("Time since start [ks]", specs, width_px=width, alt="Rates")
        through_door(self._panel.door, view)
        view.add_spans("gaps")
        for name, color in colors(self._names).items():
            view.add_spans(f"{name} left out", color=LEFT_OUT)
            view.add_points(name, color=color, label=name)
            view.add_steps(f"{name} flare", color=color, dashed=True, width=1.0)
            for panel, column in enumerate(columns, start=1):
                view.add_steps(f"{name} {column}", panel, color=color, width=1.2)
        for setting, color, label, parked in (
            ("min_rate", LEAST, "least rate", 0.0),
            ("max_rate", MOST, "largest rate", 1.0),
        ):
            view.rules.add(setting, Rule(0, color, label, parked, self._hears(setting)))
        self._columns, self.box.children = columns, (view,)
        return view

    def _hears(self, setting: str) -> Callable[[float | None], object]:
        return lambda rate: self._moved(setting, rate)

    def draw(self, found: dict[str, GoodTimes], axis: CurveAxis, *, collapse: bool) -> None:
        """Draw rates and columns, and what would be left out."""
        names = tuple(dict.fromkeys(c.name for one in found.values() for c in one.columns))
        if names != self._columns:
            old, self.view, self.axis = self.view, self._new(names), None
            old.close()
        view = self.view
        if axis != self.axis:
            self.axis = axis
            view.axes.squeeze(())
            view.axes.forget()
            view.set_x_label(axis.label, dates=axis.dates)
        whole = union([axis.of_reference(g.whole, g.pointing) for g in found.values()])
        self._frame(axis, whole, collapse=collapse)
        for name, one in found.items():
            self._draw_rate(name, one, axis)
            out = axis.of_reference(one.whole.without(one.gti), one.pointing)
            view.set_spans(f"{name} left out", axis.pairs(out))
            for column in one.columns:
                self._draw_column(f"{name} {column.name}", column, axis, one)

    def _frame(self, axis: CurveAxis, whole: Gti, *, collapse: bool) -> None:
        """Show all of the good times, and the gaps between them."""
        gaps = Gti(whole.gaps)
        if whole.intervals:
            ends = Gti(((whole.intervals[0][0], whole.intervals[-1][1]),))
            self.view.axes.extend(axis.pairs(ends)[0])
        long = Gti(tuple((a, b) for a, b in gaps.intervals if b - a > LONG_GAP_S))
        self.view.set_spans("gaps", axis.pairs(gaps))
        self.view.axes.squeeze(axis.pairs(long) if collapse else ())

    def _draw_rate(self, name: str, found: GoodTimes, axis: CurveAxis) -> None:
        curve = found.rate
        if curve is None:
            self.view.set_points(name, *[[]] * 6)
            return
        good = np.isfinite(curve.rate_per_s) & (curve.fracexp > 0)
        lo = axis.x_of(curve.time_s[good] + axis.shift_s(curve.pointing))
        hi = axis.x_of(curve.stop_s[good] + axis.shift_s(curve.pointing))
        rate, error = curve.rate_per_s[good], curve.error_per_s[good]
        self.view.set_points(name, lo, hi, (lo + hi) / 2, rate, rate - error, rate + error)
        flares = [] if found.flare_rate is None or not len(lo) else [found.flare_rate]
        self.view.set_steps(f"{name} flare", [lo[0], hi[-1]] if flares else [0.0], flares)

    def _draw_column(
        self, series: str, column: HkColumn, axis: CurveAxis, found: GoodTimes
    ) -> None:
        edges, value = held(column.time_s, column.value)
        x = axis.x_of(edges + axis.shift_s(found.pointing))
        panel = self._columns.index(column.name) + 1
        unit = f" [{column.unit}]" if column.unit else ""
        self.view.axes.name_y(panel, f"{column.name}{unit}")
        self.view.set_steps(series, x, value)

    def limits(self, least: float | None, most: float | None) -> None:
        """Show the limits of the rate; None where there is none."""
        self.view.rules.put("min_rate", least)
        self.view.rules.put("max_rate", most)

    def words(self, found: dict[str, Any]) -> str:
        """Say what is drawn, in one sentence with its numbers."""
        said = []
        for name, one in found.items():
            rate = one.rate
            mean = np.nanmean(rate.rate_per_s) if rate is not None and len(rate.time_s) else np.nan
            share = 100 * one.kept_s / one.ontime_s if one.ontime_s else 0.0
            said.append(f"{name}: mean {mean:.4g} counts/s, {share:.3g} % would be kept")
        columns = f" Columns below: {', '.join(self._columns)}." if self._columns else ""
        return f"Rates with limits. {'; '.join(said)}.{columns}"


def held(time_s: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Give the edges and values of rows that hold until the next one; nothing in holes.

    Returns
    -------
    edges : ndarray, shape (m + 1,), s
    value : ndarray, shape (m,)
        NaN in a hole.
    """
    if len(time_s) < 2:  # noqa: PLR2004 - a step needs two
        return np.zeros(1), np.zeros(0)
    step = np.diff(time_s)
    usual = float(np.median(step))
    holes = np.flatnonzero(step > HOLE * usual)
    edges = np.append(time_s, time_s[-1] + usual)
    ends = time_s[holes] + usual
    return np.insert(edges, holes + 1, ends), np.insert(value.astype(float), holes + 1, np.nan)
