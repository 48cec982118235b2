"""The plot of light curves: one panel for each band, gaps shaded, or folded by a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.domain.colors import colors
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import LONG_GAP_S
from nuwidgets.panels.boxes import through_door
from nuwidgets.panels.lightcurve_axis import KILO
from nuwidgets.science.phase_average import folded
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import BRUSH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nuwidgets.domain.lightcurve import LightCurve
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.lightcurve_axis import CurveAxis

ONE_PX, SEVERAL_PX = 190, 120
"""Height of the panel of one band, and of each of several."""
LEFT_OUT = "#CC79A7"
"""Colour of good times that were left out by hand."""
Y_LABEL = "counts s⁻¹"


class CurvePlot:
    """A curve view with a panel for each band, made anew when their number changes.

    Parameters
    ----------
    panel : Panel
        Whose plot it is.
    names : tuple of str
        The datasets.
    made : callable
        Called with each new view.
    """

    def __init__(
        self, panel: Panel, names: tuple[str, ...], made: Callable[[CurveView], object]
    ) -> None:
        self._panel, self._names, self._made = panel, names, made
        self.box = w.VBox()
        self.view = self._new(1)
        self.axis: CurveAxis | None = None
        """How x is counted in what is drawn."""
        self._curves: dict[str, LightCurve] = {}

    def _new(self, n_bands: int) -> CurveView:
        height = ONE_PX if n_bands == 1 else SEVERAL_PX
        specs = [PanelSpec(Y_LABEL, height_px=height)] * n_bands
        width = self._panel.options["width_px"]
        view = CurveView("Time since start [ks]", specs, width_px=width, alt="Light curve")
        through_door(self._panel.door, view)
        view.brush_enabled = True
        view.add_spans("gaps")
        view.add_spans("left out", color=LEFT_OUT, label="left out")
        view.set_visible("left out", visible=False)
        view.add_spans("chosen", color=BRUSH)
        for name, color in colors(self._names).items():
            for band in range(n_bands):
                label = "" if band else name
                view.add_points(_series(name, band), band, color=color, label=label)
        self._bands, self.box.children = n_bands, (view,)
        self._made(view)
        return view

    def draw(
        self, curves: dict[str, LightCurve], cuts: Mapping[str, float], axis: CurveAxis
    ) -> None:
        """Draw the light curves, each with its least fraction of good time."""
        self._curves = curves
        n_bands = max(len(curve.curves) for curve in curves.values())
        if n_bands != self._bands:
            old = self.view
            self.view = self._new(n_bands)
            old.close()
            self.axis = None
        view = self.view
        if axis != self.axis:
            self.axis = axis
            view.axes.squeeze(())
            view.axes.forget()
            view.set_x_label(axis.label, dates=axis.dates)
        for name, curve in curves.items():
            for band in range(n_bands):
                part = curve.curves[band] if band < len(curve.curves) else None
                self._draw_one(_series(name, band), part, cuts[name])
        self._name_bands(n_bands)

    def _draw_one(self, series: str, curve: LightCurve | None, least: float) -> None:
        axis = self.axis
        if axis is None:
            return
        if curve is None:
            self.view.set_points(series, *[[]] * 6)
            return
        good = curve.good(least)
        time = curve.time_s[good] + axis.shift_s(curve.pointing)
        stop = time + curve.width_s[good]
        rate, error = curve.rate_per_s[good], curve.error_per_s[good]
        if axis.folded:
            middle = axis.x_of((time + stop) / 2)
            lo, hi, rate, error = folded(middle, curve.good_s[good], rate, error)
        else:
            lo, hi = axis.x_of(time), axis.x_of(stop)
        self.view.set_points(series, lo, hi, (lo + hi) / 2, rate, rate - error, rate + error)

    def _name_bands(self, n_bands: int) -> None:
        first = next(iter(self._curves.values()))
        for band in range(n_bands):
            asked = first.curves[band].request if band < len(first.curves) else None
            energies = f"{asked.band}" if asked else ""
            label = f"{energies} [s⁻¹]" if n_bands > 1 and energies else Y_LABEL
            self.view.axes.name_y(band, label)

    def shade(self, whole: Gti, chosen: Gti | None, *, collapse: bool) -> None:
        """Show all of the file's good times, what was left out of them, and the gaps.

        Parameters
        ----------
        whole : Gti
            All good times, in seconds of the reference.
        chosen : Gti or None
            Those that are used, None for all.
        collapse : bool
            Whether long gaps are squeezed.
        """
        axis = self.axis
        if axis is None:
            return
        if axis.folded or not whole.intervals:
            self.view.axes.extend((0.0, 2.0) if axis.folded else None)
            self.view.set_spans("gaps", [])
            self.view.set_visible("left out", visible=False)
            return
        ends = Gti(((whole.intervals[0][0], whole.intervals[-1][1]),))
        ((lo, hi),) = axis.pairs(ends)
        self.view.axes.extend((lo, hi))
        gaps = Gti(whole.gaps)
        self.view.set_spans("gaps", axis.pairs(gaps))
        out = Gti() if chosen is None else whole.without(chosen)
        self.view.set_spans("left out", axis.pairs(out))
        self.view.set_visible("left out", visible=bool(out.intervals))
        long = Gti(tuple((a, b) for a, b in gaps.intervals if b - a > LONG_GAP_S))
        self.view.axes.squeeze(axis.pairs(long) if collapse else ())


def _series(name: str, band: int) -> str:
    """Give the name of a series: of the first band that of the dataset."""
    return name if band == 0 else f"{name} {band}"


def span_words(gti: Gti) -> str:
    """Say how long times are together.

    Examples
    --------
    >>> span_words(Gti(((0.0, 1500.0),))), span_words(Gti(((0.0, 20.0),)))
    ('1.5 ks', '20 s')
    """
    total = gti.ontime_s
    return f"{total / KILO:.4g} ks" if total >= KILO else f"{total:.4g} s"


def union(many: list[Gti]) -> Gti:
    """Give the times that are good in any."""
    return Gti(tuple(pair for one in many for pair in one.intervals))
