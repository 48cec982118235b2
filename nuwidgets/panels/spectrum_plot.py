"""The plot of the spectrum panel: a choice of what is plotted, drawn and drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.colors import OTHERS, colors
from nuwidgets.science.plot_bins import HC_KEV_ANGSTROM
from nuwidgets.science.plotting import plotted, without_depths
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.curve import Curve
    from nuwidgets.domain.plot import PlotChoice
    from nuwidgets.science.plot_bins import Line, Points
    from nuwidgets.science.plotting import Plotted

    Range = tuple[float, float]

LEVELS = {"ratio": 1.0, "residuals": 0.0, "delchi": 0.0, "chisq": 0.0}
"""Where the lower pane has its line."""


class SpectrumPlot:
    """A CurveView that follows what is to be plotted.

    Parameters
    ----------
    names : sequence of str
        The datasets, in the order of the curve's spectra.
    choice : PlotChoice
        What is plotted at first; it says whether there is a lower pane.
    width_px : int
        Width where there is room.
    """

    def __init__(self, names: Sequence[str], choice: PlotChoice, width_px: int) -> None:
        self.names, self.choice = tuple(names), choice
        self.two = bool(choice.lower)
        panels = [PanelSpec(choice.y_label(), log_y=choice.y_log, height_px=260)]
        panels += [PanelSpec(choice.lower_label(), height_px=110)] if self.two else []
        self.view = CurveView(choice.x_label, panels, log_x=choice.x_log, width_px=width_px)
        self._curve: Curve | None = None
        self._others: set[str] = set()
        self._labelled: dict[str, str] = {}
        self._shown: dict[str, bool] = {}
        for level in (0.0, 1.0) if self.two else ():
            self.view.add_rule(level, 1)
        for name, color in colors(self.names).items():
            self.view.add_points(f"{name} data", color=color, label=name)
            self.view.add_steps(f"{name} background", color=color, width=0.8)
            self.view.add_steps(f"{name} model", color=INK)
            if self.two:
                self.view.add_points(f"{name} lower", 1, color=color)
        self._name_axes()

    def choose(self, choice: PlotChoice) -> None:
        """Draw something else."""
        before, self.choice = self.choice, choice
        if before.x != choice.x:
            self.view.clear_brush()
        if (before.x, before.x_log) != (choice.x, choice.x_log):
            self.view.set_trait("zoom", None)
            self.view.set_log_x(log=choice.x_log)
        self._name_axes()
        if self._curve is not None:
            self.draw(self._curve)

    def _name_axes(self) -> None:
        choice, curve = self.choice, self._curve
        spectra = curve.spectra if curve else ()
        normalized = any(s.areascal is not None and np.any(s.areascal != 1) for s in spectra)
        self.view.set_x_label(choice.x_label)
        self.view.set_y(0, label=choice.y_label(normalized=normalized), log=choice.y_log)
        if self.two:
            statistic = spectra[0].statistic if spectra else "chi"
            self.view.set_y(1, label=choice.lower_label(statistic), log=False)
            for level in (0.0, 1.0):
                name = f"rule {level:g} in panel 1"
                self.view.set_visible(name, visible=LEVELS.get(choice.lower) == level)

    def draw(self, curve: Curve) -> None:
        """Draw a curve."""
        first, self._curve = self._curve is None, curve
        if first:
            self._name_axes()
        drawn: set[str] = set()
        for name, folded in zip(self.names, curve.spectra, strict=True):
            one = without_depths(plotted(folded, self.choice), log_y=self.choice.y_log)
            drawn |= self._draw_one(name, one)
        for name in self._others - drawn:
            self.view.remove(name)
        self._others &= drawn

    def _draw_one(self, name: str, one: Plotted) -> set[str]:
        self._points(f"{name} data", one.points)
        if self.two:
            self._points(f"{name} lower", one.lower)
        drawn = set()
        for line in one.lines:
            own = line.role in ("background", "model") and not line.label
            series = f"{name} {line.role}" if own else f"{name} {line.role} {line.label}"
            if not own and series not in self._others:
                self._declare(series, line)
            self.view.set_steps(series, *joined(*_rising(line.x_lo, line.x_hi, line.y)))
            drawn.add(series)
        for role in ("background", "model"):
            self._show(f"{name} {role}", visible=f"{name} {role}" in drawn)
        return drawn & self._others

    def _declare(self, series: str, line: Line) -> None:
        """Add a line for a component, or for the model of a further source."""
        self._others.add(series)
        if line.role != "part":
            self.view.add_steps(series, color=INK, label=line.label, width=1.0)
            return
        label = line.label
        color = self._labelled.get(label) or OTHERS[len(self._labelled) % len(OTHERS)]
        known = any(other.endswith(f" part {label}") for other in self._others - {series})
        self._labelled[label] = color
        look: dict[str, Any] = {"color": color, "width": 1.2, "dashed": True}
        self.view.add_steps(series, label="" if known else label, **look)

    def _show(self, series: str, *, visible: bool) -> None:
        if self._shown.get(series, True) != visible:
            self._shown[series] = visible
            self.view.set_visible(series, visible=visible)

    def _points(self, series: str, points: Points | None) -> None:
        shown = points is not None and bool(np.isfinite(points.y).any())
        self._show(series, visible=shown)
        if points is not None and shown:
            lo, hi, x, y, error = _rising(
                points.x_lo, points.x_hi, points.x, points.y, points.error
            )
            self.view.set_points(series, lo, hi, x, y, y - error, y + error)

    def energies(self, brushed: Range) -> Range:
        """Give a range of x as energies, keV."""
        return self._sorted([self._kev(x) for x in brushed])

    def place(self, lo_kev: float, hi_kev: float) -> Range | None:
        """Give a range of energies as one of x; None where it cannot be placed."""
        if self.choice.x == "keV":
            return lo_kev, hi_kev
        if self.choice.x == "angstrom":
            return HC_KEV_ANGSTROM / hi_kev, HC_KEV_ANGSTROM / max(lo_kev, 1e-6)
        edges = self._edges()
        if edges is None:
            return None
        return self._sorted(np.interp([lo_kev, hi_kev], edges[1], edges[0]).tolist())

    def _kev(self, x: float) -> float:
        if self.choice.x == "angstrom":
            return HC_KEV_ANGSTROM / max(x, 1e-6)
        edges = self._edges() if self.choice.x == "channel" else None
        return x if edges is None else float(np.interp(x, *edges))

    def _edges(self) -> tuple[Floats, Floats] | None:
        """Give places on an axis of bins and their energies, of the first spectrum."""
        spectra = self._curve.spectra if self._curve else ()
        one = next((s for s in spectra if len(s.rate) and s.bin_number is not None), None)
        if one is None or one.bin_number is None:
            return None
        places = np.append(one.bin_number - 0.5, one.bin_number[-1] + 0.5)
        return places, np.append(one.e_lo_kev, one.e_hi_kev[-1])

    @staticmethod
    def _sorted(ends: list[float]) -> Range:
        return min(ends), max(ends)


def _rising(lo: Floats, hi: Floats, *others: Floats) -> tuple[Floats, ...]:
    """Give bins from left to right, with what belongs to them."""
    if len(lo) and lo[0] > hi[0]:
        lo, hi = hi, lo
        return tuple(one[::-1] for one in (lo, hi, *others))
    return lo, hi, *others


def joined(lo: Floats, hi: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Give edges and values of steps; a gap between bins becomes a bin without value."""
    if len(lo) == 0:
        return np.zeros(0), np.zeros(0)
    gap = np.flatnonzero(lo[1:] > hi[:-1] * (1 + 1e-9)) + 1
    edges = np.insert(np.append(lo, hi[-1]), gap, hi[gap - 1])
    return edges, np.insert(np.asarray(y, float), gap, np.nan)
