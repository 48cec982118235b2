"""The limits of a stack of panels: a shared x axis, and a y axis each that follows its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.widgets.curve_breaks import Breaks
from nuwidgets.widgets.curve_frame import Frame, PanelSpec, make_scale, update
from nuwidgets.widgets.curve_maths import (
    Bars,
    crosses,
    dots,
    framed,
    magnified,
    settled,
    steps,
    thinned,
)
from nuwidgets.widgets.curve_reach import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

DRAW = {"points": crosses, "dots": dots, "steps": steps}


@dataclass(eq=False)
class Series:
    """What is drawn under one name."""

    kind: str
    """points, dots, steps, spans or rule."""
    panel: int
    """The panel whose limits it takes part in."""
    color: str
    """As CSS."""
    label: str
    """In the legend; empty is not there."""
    marks: list[Any]
    """Of bqplot; spans have one in each panel."""
    bars: Bars | None = None
    """All numbers, drawn or not."""
    hollow: bool = False
    """Only the outline of a dot."""
    size: float = 0.0
    """Diameter of a dot, CSS pixels."""
    drawn: int = 0
    """Number of points that are drawn."""
    dashed: bool = False
    """A line of dashes."""
    ends: NDArray[np.float64] | None = None
    """Of spans: lower and upper ends, shape (n, 2)."""

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return bool(self.marks[0].visible)


class Axes:
    """Frames in a stack with their limits.

    Parameters
    ----------
    panels : sequence of PanelSpec
        From top to bottom.
    x_label : str
        Below the lowest panel.
    log_x : bool
        Logarithmic x axis.
    series : dict
        Name -> series; shared with, and filled by, the view.
    """

    def __init__(
        self,
        panels: Sequence[PanelSpec],
        x_label: str,
        *,
        log_x: bool,
        series: dict[str, Series],
    ) -> None:
        self.log_x, self.series = log_x, series
        self.dates = False
        self.breaks = Breaks()
        self.told: list[Callable[[], object]] = []
        """Called when the limits of y have changed."""
        self.by_hand = False
        """Whether the range that is told of was brushed in the browser."""
        self._extent: tuple[float, float] | None = None
        self._cuts: tuple[tuple[float, float], ...] = ()
        self.x_range = self.home = (1.0, 10.0) if log_x else (0.0, 1.0)
        self._framed: tuple[float, float] | None = None  # by data
        self._zoom: tuple[float, float] | None = None
        self.y_limits: dict[int, tuple[float, float]] = {}
        self.x_scale = make_scale(*self.x_range, log=log_x)
        labels = [""] * (len(panels) - 1) + [x_label]
        self.frames = [Frame(s, self.x_scale, n) for s, n in zip(panels, labels, strict=True)]
        self.show_x(*self.home)

    def frame(self, panel: int) -> Frame:
        """Give the frame of a panel, or say which there are."""
        if panel not in range(len(self.frames)):
            raise InputError(
                f"There is no panel {panel!r}: this plot has {len(self.frames)}, counted from 0."
            )
        return self.frames[panel]

    def draw(self, series: Series) -> None:
        """Draw the numbers of a series, on the scales of now."""
        if series.ends is not None:
            x = self.breaks.bend(np.column_stack([series.ends, series.ends[:, 1]]).ravel())
            y = np.tile([1.0, 1.0, np.nan], len(series.ends))
            for mark in series.marks:
                update(mark, x, y)
        if series.bars is None:
            return
        shown = series.bars.take(thinned(series.bars.y))
        series.drawn = len(shown.y)
        logs = {"log_x": self.log_x, "log_y": self.frames[series.panel].spec.log_y}
        x, y = DRAW[series.kind](shown, **logs)
        update(series.marks[0], self.breaks.bend(x), y)

    def extend(self, extent: tuple[float, float] | None) -> None:
        """Show at least this range of x, whether or not there are data; None is those of data."""
        if extent != self._extent:
            self._extent = extent
            self.fit_x()

    def forget(self) -> None:
        """Find all limits anew: from now on x is something else."""
        self._framed = self._extent = None
        self.y_limits.clear()
        for series in self.series.values():
            series.bars = None

    def squeeze(self, cuts: Sequence[tuple[float, float]]) -> None:
        """Break the x axis: squeeze these stretches; a linear axis only."""
        self._cuts = () if self.log_x else tuple(cuts)
        self._break()

    def _break(self) -> None:
        new = Breaks.of(self._cuts, self.home)
        if new == self.breaks:
            return
        self.breaks = new
        for frame in self.frames:
            frame.show_breaks([float(np.mean(new.bend(cut))) for cut in new.cuts])
        for series in self.series.values():
            self.draw(series)
        self.show_x(*self.x_range)

    def name_y(self, panel: int, label: str) -> None:
        """Say what y of a panel is; for something else its limits are found anew."""
        axis = self.frame(panel).y_axes[0]
        if axis.label != label:
            axis.label = label
            self.y_limits.pop(panel, None)

    def set_log_y(self, panel: int, *, log: bool) -> None:
        """Make the y axis of a panel logarithmic, or linear."""
        if self.frame(panel).spec.log_y == log:
            return
        self.y_limits.pop(panel, None)
        self.frames[panel].set_log_y(log=log)
        for series in self.series.values():
            if series.panel == panel:
                self.draw(series)
        self.fit_y(panel)

    def set_log_x(self, *, log: bool) -> None:
        """Make the shared x axis logarithmic, or linear; all of it is shown."""
        self._framed = self._zoom = None
        if self.log_x == log:
            return
        self.log_x = log
        self.x_range = self.home = (1.0, 10.0) if log else (0.0, 1.0)
        old, self.x_scale = self.x_scale, make_scale(*self.x_range, log=log)
        for frame in self.frames:
            frame.set_x_scale(self.x_scale)
        old.close()
        for series in self.series.values():
            self.draw(series)
        self.fit_x()
        self.show_x(*self.home)

    def magnified(self, factor: float, at: float) -> tuple[float, float] | None:
        """Give a wider or narrower range of x, never beyond the home range; None is all of it."""
        now, home = (self.breaks.bend(ends).tolist() for ends in (self.x_range, self.home))
        new = magnified((now[0], now[1]), factor, at, (home[0], home[1]), log=self.log_x)
        lo, hi = self.breaks.unbend(new).tolist()
        return None if new == (home[0], home[1]) else (lo, hi)

    def look(self, zoom: tuple[float, float] | None) -> None:
        """Show this range of x from now on, as far as there are data; None is all of it."""
        self._zoom = zoom
        self._show_zoom()

    def _show_zoom(self) -> None:
        lo, hi = self._zoom or self.home
        lo, hi = max(lo, self.home[0]), min(hi, self.home[1])
        self.show_x(*((lo, hi) if lo < hi else self.home))

    def name_x(self, label: str, *, dates: bool) -> None:
        """Say what x is, below the lowest panel; dates are MJD shown as such."""
        self.frames[-1].x_axes[0].label, self.dates = label, dates
        self.show_x(*self.x_range)

    def fit(self, panel: int) -> None:
        """Follow the data of a panel."""
        self.fit_x()
        self.fit_y(panel)

    def fit_x(self) -> None:
        """Show the range of x of all data."""
        shown = [s.bars for s in self.series.values() if s.bars is not None and s.visible]
        x = np.concatenate([*(b.x_lo for b in shown), *(b.x_hi for b in shown), []])
        x = np.append(x, self._extent or ())
        x = x[np.isfinite(x) & ((x > 0) | (not self.log_x))]
        if not x.size or x.min() >= x.max():
            return
        home = framed(self._framed, float(x.min()), float(x.max()), log=self.log_x)
        if home != self._framed:
            self._framed = self.home = home
            self._break()
            self._show_zoom()

    def fit_y(self, panel: int) -> None:
        """Find the limits of y from the data in view."""
        log = self.frames[panel].spec.log_y
        shown = [s.bars for s in self.series.values() if s.panel == panel and s.visible]
        bars = [b for b in shown if b is not None]
        found = [r for b in bars if (r := reach(b, self.x_range, log=log)) is not None]
        if not found:
            return
        lo, hi = min(r[0] for r in found), max(r[1] for r in found)
        limits = settled(self.y_limits.get(panel), lo, hi, log=log)
        if limits != self.y_limits.get(panel):
            self._show_y(panel, limits)

    def show_x(self, lo: float, hi: float) -> None:
        """Set the limits of x, its ticks, and what follows in y."""
        self.x_range = lo, hi
        with self.x_scale.hold_sync():
            self.x_scale.min, self.x_scale.max = self.breaks.bend([lo, hi]).tolist()
        dates = self.dates and self._framed is not None  # no dates of no data
        broken = self.breaks.ticks(lo, hi, dates=dates) if self.breaks.cuts else None
        for panel, frame in enumerate(self.frames):
            frame.set_x_ticks(lo, hi, log=self.log_x, dates=dates, broken=broken)
            self.fit_y(panel)

    def _show_y(self, panel: int, limits: tuple[float, float]) -> None:
        self.y_limits[panel] = limits
        self.frames[panel].set_y(*limits)
        for tell in self.told:
            tell()
