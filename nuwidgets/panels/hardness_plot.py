"""The plots of hardness: brightness and hardness along time, and one against the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import LONG_GAP_S
from nuwidgets.panels.boxes import through_door
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import BRUSH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Mask
    from nuwidgets.domain.hardness import Hardness
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.lightcurve_axis import CurveAxis

TINTS = (
    "#3B4CC0", "#5B68CC", "#7D5FC2", "#9D4FAE", "#B9498D", "#CD4A63", "#D5563A", "#C9741A",
)  # fmt: skip
"""Colours of times, first to last; each at least 3:1 against a white page."""
LABELS = {"difference": "(H − S) / (H + S)", "ratio": "H / S"}  # noqa: RUF001  a minus sign
INTENSITY = "H + S [counts s⁻¹]"
ROW_PX, DIAGRAM_PX = 120, 230
RING = "brushed"


class HardnessPlots:
    """Two curve views of one hardness: along time, and the diagram; colours run with time.

    Parameters
    ----------
    panel : Panel
        Whose plots they are.
    """

    def __init__(self, panel: Panel) -> None:
        width = panel.options["width_px"]
        rows = [PanelSpec(INTENSITY, height_px=ROW_PX), PanelSpec("hardness", height_px=ROW_PX)]
        self.time = CurveView("Time since start [ks]", rows, width_px=width, alt="Hardness")
        diagram = [PanelSpec(INTENSITY, height_px=DIAGRAM_PX)]
        self.diagram = CurveView("hardness", diagram, width_px=min(width, 520), alt="Diagram")
        self.time.add_spans("gaps")
        self.time.add_spans("chosen", color=BRUSH)
        for number, tint in enumerate(TINTS):
            self.time.add_points(f"{number}", color=tint)
            self.time.add_points(f"{number} hardness", 1, color=tint)
            self.diagram.add_points(f"{number}", color=tint)
            self.diagram.add_dots(f"{number} middle", color=tint, size_px=5)
        for view, panels in ((self.time, (0, 1)), (self.diagram, (0,))):
            through_door(panel.door, view)
            view.brush_enabled = True
            for row in panels:
                name = RING if row == 0 else f"{RING} hardness"
                view.add_dots(name, row, color=BRUSH, size_px=9, hollow=True)
        self.box = w.VBox([self.time, self.diagram])
        self.axis: CurveAxis | None = None
        self._drawn: tuple[Hardness, Mask] | None = None

    def draw(self, found: Hardness, least: float, axis: CurveAxis, *, collapse: bool) -> None:
        """Draw a hardness, the bins with more good time than `least`."""
        if axis != self.axis:
            self.axis = axis
            self.time.axes.squeeze(())
            self.time.axes.forget()
            self.time.set_x_label(axis.label, dates=axis.dates)
        good = found.good(least)
        self._drawn = found, good
        definition = found.request.definition if found.request else "difference"
        self.time.set_y(1, label=LABELS[definition], log=False)
        self.diagram.set_x_label(LABELS[definition])
        self._frame(found, axis, collapse=collapse)
        which = _turns(int(good.sum()))
        for number in range(len(TINTS)):
            self._draw_tint(number, found, np.flatnonzero(good)[which == number], axis)

    def _frame(self, found: Hardness, axis: CurveAxis, *, collapse: bool) -> None:
        whole = axis.of_reference(found.gti, found.pointing)
        gaps = Gti(whole.gaps)
        long = Gti(tuple((a, b) for a, b in gaps.intervals if b - a > LONG_GAP_S))
        if whole.intervals:
            ends = Gti(((whole.intervals[0][0], whole.intervals[-1][1]),))
            self.time.axes.extend(axis.pairs(ends)[0])
        self.time.set_spans("gaps", axis.pairs(gaps))
        self.time.axes.squeeze(axis.pairs(long) if collapse else ())

    def _draw_tint(
        self, number: int, found: Hardness, bins: NDArray[np.intp], axis: CurveAxis
    ) -> None:
        shift = axis.shift_s(found.pointing)
        lo = axis.x_of(found.time_s[bins] + shift)
        hi = axis.x_of(found.time_s[bins] + found.width_s[bins] + shift)
        middle = (lo + hi) / 2
        y, dy = found.intensity[bins], found.intensity_error[bins]
        h, dh = found.hardness[bins], found.hardness_error[bins]
        self.time.set_points(f"{number}", lo, hi, middle, y, y - dy, y + dy)
        self.time.set_points(f"{number} hardness", lo, hi, middle, h, h - dh, h + dh)
        self.diagram.set_dots(f"{number} middle", h, y)
        self.diagram.set_points(f"{number}", h - dh, h + dh, h, y, y - dy, y + dy)

    def bins_in(self, lo: float, hi: float) -> Gti:
        """Give the times of the drawn bins whose hardness lies in a range, in their seconds."""
        if self._drawn is None:
            return Gti()
        found, good = self._drawn
        inside = good & (found.hardness >= lo) & (found.hardness <= hi)
        return Gti.of(found.time_s[inside], found.time_s[inside] + found.width_s[inside])

    def ring(self, chosen: Gti | None) -> None:
        """Ring the bins whose middle is in these times, in their seconds, in both plots."""
        if self._drawn is None or self.axis is None:
            return
        found, good = self._drawn
        middle = found.time_s + found.width_s / 2
        inside = good & (chosen.contains(middle) if chosen is not None else False)
        x = self.axis.x_of(middle[inside] + self.axis.shift_s(found.pointing))
        self.time.set_dots(RING, x, found.intensity[inside])
        self.time.set_dots(f"{RING} hardness", x, found.hardness[inside])
        self.diagram.set_dots(RING, found.hardness[inside], found.intensity[inside])


def _turns(n: int) -> NDArray[np.intp]:
    """Give which colour each of so many bins has, in turn from the first to the last."""
    return np.arange(n) * len(TINTS) // max(n, 1)
