"""One bqplot figure as a framed panel: four axes, ticks inwards, limits set explicitly.

The only module that imports bqplot; what bqplot 0.13 does badly is decided here once.
"""

from __future__ import annotations

import importlib.util
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.widgets.curve_dates import date_ticks
from nuwidgets.widgets.curve_maths import ticks
from nuwidgets.widgets.theme import BRUSH, QUIET

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of bqscales, at its import
    import bqplot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEFT_PX, RIGHT_PX, BOTTOM_PX, GAP_PX = 74, 16, 44, 5
NOTHING = np.ones(2)
"""Both ends of a stroke of no length: bqplot complains of a line without any point."""
NONE = np.empty(0)
ORDER = ("spans", "rule", "points", "dots", "steps")
"""What is drawn below comes first."""


@dataclass(frozen=True)
class PanelSpec:
    """One of the panels that share the x axis."""

    y_label: str
    """With its unit, as ``counts s⁻¹ keV⁻¹``."""
    log_y: bool = False
    """Logarithmic; what is not positive is not drawn."""
    height_px: int = 260
    """Height of the frame, without labels."""


def brush_hindrance() -> str:
    """Why a range cannot be brushed here; empty when it can."""
    if importlib.util.find_spec("bqplot_gl") is None:
        return ""
    return (
        "Ranges cannot be brushed: bqplot-gl is installed and breaks the brushes of bqplot. "
        "Type the range, or uninstall bqplot-gl."
    )


def make_scale(lo: float, hi: float, *, log: bool) -> Any:
    """Give a scale that never finds its own limits (a zero would blank the plot: bqplot#1219).

    It fills the frame to its edges: bqplot would leave room for dots, in the panels that have
    some and not in the others, so that the same x lay at different places.
    """
    made: type[Any] = bqplot.LogScale if log else bqplot.LinearScale
    return made(min=float(lo), max=float(hi), allow_padding=False)


def make_brush(scale: Any) -> Any:
    """Give a selector of an interval of x."""
    return bqplot.interacts.BrushIntervalSelector(scale=scale, color=BRUSH)


class Frame:
    """A figure with its frame.

    Parameters
    ----------
    spec : PanelSpec
        Label, scale and height.
    x_scale : bqplot.Scale
        Shared by the panels.
    x_label : str
        Empty in all but the lowest panel, which has the numbers.
    """

    def __init__(self, spec: PanelSpec, x_scale: Any, x_label: str) -> None:
        self.spec = spec
        self.x_scale, self.y_scale = x_scale, make_scale(0.1, 1.0, log=spec.log_y)
        self.unit = make_scale(0.0, 1.0, log=False)
        self.x_axes = [self._axis(x_scale, "bottom", x_label), self._axis(x_scale, "top")]
        self.y_axes = [
            self._axis(self.y_scale, "left", spec.y_label),
            self._axis(self.y_scale, "right"),
        ]
        bottom = BOTTOM_PX if x_label else GAP_PX
        self.figure = bqplot.Figure(
            axes=[*self.x_axes, *self.y_axes],
            fig_margin={"top": GAP_PX, "bottom": bottom, "left": LEFT_PX, "right": RIGHT_PX},
            padding_x=0.0,
            padding_y=0.0,
            display_toolbar=False,
            min_aspect_ratio=0.01,
            max_aspect_ratio=100.0,
        )
        height = f"{spec.height_px + GAP_PX + bottom}px"
        self.figure.layout.width, self.figure.layout.height = "100%", height
        self.figure.layout.min_width, self.figure.layout.min_height = "300px", height
        self._breaks: list[Any] = []
        self.set_y(0.1, 1.0)

    @staticmethod
    def _axis(scale: Any, side: str, label: str = "") -> Any:
        numbers = {} if label else {"display": "none"}
        offset = "62px" if side == "left" else "32px"
        return bqplot.Axis(
            scale=scale,
            side=side,
            label=label,
            label_offset=offset,
            grid_lines="none",
            tick_style=numbers,
        )

    def mark(
        self, kind: str, color: str, width: float, *, hollow: bool = False, dashed: bool = False
    ) -> Any:
        """Give an empty mark; a span fills the height, a rule the width, dots are so wide."""
        scales = {"x": self.x_scale, "y": self.y_scale}
        more: dict[str, Any] = {}
        if kind == "spans":
            scales["y"] = self.unit
            more = {"fill": "bottom", "fill_colors": [color], "fill_opacities": [0.2]}
        if kind == "rule":
            scales["x"] = self.unit
        if kind == "dots":
            return _dots(scales, color, width, hollow=hollow)
        return bqplot.Lines(
            x=NOTHING,
            y=NOTHING.astype(np.float32),
            scales=scales,
            colors=[color],
            stroke_width=width,
            line_style="dashed" if dashed else "solid",
            **more,
        )

    def set_log_y(self, *, log: bool) -> None:
        """Take another scale of y; what was drawn is to be drawn again."""
        old, self.y_scale = self.y_scale, make_scale(0.1, 1.0, log=log)
        self.spec = replace(self.spec, log_y=log)
        self._exchange("y", old, self.y_scale, self.y_axes)
        old.close()

    def set_x_scale(self, scale: Any) -> None:
        """Take another scale of x, shared by all panels."""
        self._exchange("x", self.x_scale, scale, self.x_axes)
        self.x_scale = scale

    def _exchange(self, name: str, old: Any, new: Any, axes: list[Any]) -> None:
        for axis in axes:
            axis.scale = new
        for mark in self.figure.marks:
            if mark.scales[name] is old:
                mark.scales = {**mark.scales, name: new}

    def owns(self, mark: Any) -> bool:
        """Whether a mark was made here."""
        return mark.scales["y"] in (self.y_scale, self.unit)

    def set_x_ticks(
        self,
        lo: float,
        hi: float,
        *,
        log: bool,
        dates: bool = False,
        broken: tuple[list[float], dict[str, str]] | None = None,
    ) -> None:
        """Bring the ticks of the x axes to these limits, or to those of a broken axis."""
        whole = date_ticks(lo, hi) if dates else ticks(lo, hi, log=log, most=8)
        _set_ticks(self.x_axes, *(broken or whole))

    def show_breaks(self, places: Sequence[float]) -> None:
        """Mark where the x axis is broken, as drawn, by a dashed line each."""
        old, self._breaks = self._breaks, []
        if places:
            scales = {"x": self.x_scale, "y": self.unit}
            x = np.column_stack([places, places, places]).ravel()
            y = np.tile([0.0, 1.0, np.nan], len(places)).astype(np.float32)
            look = {"colors": [QUIET], "stroke_width": 1.0, "line_style": "dashed"}
            self._breaks = [bqplot.Lines(x=x, y=y, scales=scales, **look)]
        rest = [mark for mark in self.figure.marks if mark not in old]
        self.figure.marks = [*self._breaks, *rest]
        for mark in old:
            mark.close()

    def set_y(self, lo: float, hi: float) -> None:
        """Set the limits of y and the ticks that belong to them."""
        with self.y_scale.hold_sync():
            self.y_scale.min, self.y_scale.max = float(lo), float(hi)
        most = max(5, self.spec.height_px // 36)
        _set_ticks(self.y_axes, *ticks(lo, hi, log=self.spec.log_y, most=most))

    def widgets(self) -> list[Any]:
        """All that lives in the browser, for closing."""
        parts = [*self.x_axes, *self.y_axes, *self.figure.marks, self.y_scale, self.unit]
        return [self.figure, self.figure.scale_x, self.figure.scale_y, *parts]


def _dots(scales: dict[str, Any], color: str, width_px: float, *, hollow: bool) -> Any:
    return bqplot.Scatter(
        x=NONE,
        y=NONE,
        scales=scales,
        colors=[color],
        stroke=color if hollow else None,
        fill=not hollow,
        default_size=round(np.pi / 4 * width_px**2),  # bqplot counts the area
    )


def _set_ticks(axes: list[Any], values: list[float], labels: dict[str, str]) -> None:
    for axis in axes:
        # labels first, in a message of their own: bqplot writes new ticks a moment later, with
        # the labels it knew when it heard of the ticks
        if axis.tick_labels != labels:
            axis.tick_labels = labels
        if not np.array_equal(axis.tick_values, values):
            axis.tick_values = np.array(values)


def update(mark: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    """Send to a mark what has changed: x exact (times are large numbers), y as float32."""
    seen = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not seen.size:
        x = y = NONE if isinstance(mark, bqplot.Scatter) else NOTHING
    elif isinstance(mark, bqplot.Lines):  # bqplot puts a label at the last point, even of no name
        x, y = x[: seen[-1] + 1], y[: seen[-1] + 1]
    with mark.hold_sync():
        for name, new in (("x", x), ("y", y.astype(np.float32))):
            if not np.array_equal(getattr(mark, name), new, equal_nan=True):
                setattr(mark, name, new)
