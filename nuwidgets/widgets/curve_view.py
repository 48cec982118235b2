"""Curves in panels over a shared x axis: crosses, dots, steps, shaded spans, and a brush.

Series are declared once, by name, and then only updated. Limits are found from the data and stay
put while the data fit; logarithmic axes show what is positive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import traitlets

from nuwidgets.errors import InputError, nearest
from nuwidgets.widgets import curve_frame
from nuwidgets.widgets.curve_axes import Axes, Series
from nuwidgets.widgets.curve_brush import Brush
from nuwidgets.widgets.curve_frame import ORDER, PanelSpec
from nuwidgets.widgets.curve_head import Head
from nuwidgets.widgets.curve_maths import Bars, with_room
from nuwidgets.widgets.curve_rules import Rules
from nuwidgets.widgets.theme import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike


class CurveView(ipywidgets.VBox):
    """Panels of curves over one x axis.

    Parameters
    ----------
    x_label : str
        With its unit, as ``Energy [keV]``.
    panels : sequence of PanelSpec
        From top to bottom.
    log_x : bool
        Logarithmic x axis.
    width_px : int
        The width to take where there is room.
    alt : str
        The plot in one sentence with its numbers, for those who do not see it.

    Attributes
    ----------
    brush : (float, float) or None
        The range of x that is chosen, by hand or by Python.
    zoom : (float, float) or None
        The range of x that is shown, by the wheel or by Python; None is all.
    x_dates : bool
        Whether x is MJD and its ticks are shown as ISO dates.
    hear : callable
        Called as ``hear(action, content)`` with what the wheel, the double click and the lines ask
        for; does it at once unless replaced, e.g. by ``door.hear``.

    Raises
    ------
    InputError
        If there is no panel.

    Examples
    --------
    >>> plot = CurveView("Energy [keV]", [PanelSpec("counts", log_y=True)], log_x=True)
    >>> plot.add_steps("model", color="#D55E00", label="model")
    >>> plot.set_steps("model", [3, 10, 79], [5.0, 1.0])
    >>> plot
    CurveView('Energy [keV]', 1 panel: model)
    """

    brush = traitlets.Tuple(*[traitlets.Float()] * 2, default_value=None, allow_none=True)
    zoom = traitlets.Tuple(*[traitlets.Float()] * 2, default_value=None, allow_none=True)
    brush_enabled = traitlets.Bool(default_value=False)
    x_label = traitlets.Unicode()
    x_dates = traitlets.Bool(default_value=False)
    alt = traitlets.Unicode()
    note = traitlets.Unicode(read_only=True)

    def __init__(
        self,
        x_label: str,
        panels: Sequence[PanelSpec],
        *,
        log_x: bool = False,
        width_px: int = 760,
        alt: str = "plot",
    ) -> None:
        if not panels:
            raise InputError("Cannot make a plot of no panels: give at least one PanelSpec.")
        self._series: dict[str, Series] = {}
        self._axes = Axes(panels, x_label, log_x=log_x, series=self._series)
        self.hear: Callable[..., object] = lambda action, *content: action(*content)
        self._head = Head()
        super().__init__([self._head, *(frame.figure for frame in self._axes.frames)])
        self._brushing = Brush(self, self._axes)
        self.layout.width, self.layout.max_width = f"{width_px}px", "100%"
        self.add_class("nuw-curve")
        self._head.on_msg(lambda _head, content, _buffers: self.hear(self._move, content))
        self.rules = Rules(self, self._head, self._axes)
        traitlets.dlink((self, "alt"), (self._head, "alt"))
        self.observe(lambda change: self._axes.look(change["new"]), "zoom")
        self.alt, self.x_label = alt, x_label
        self.observe(self._name_x, ["x_label", "x_dates"])

    def add_points(self, name: str, panel: int = 0, *, color: str, label: str = "") -> None:
        """Declare crosses: points with a horizontal and a vertical bar."""
        self._add(name, "points", [panel], color, label=label, width=1.2)

    def add_steps(
        self,
        name: str,
        panel: int = 0,
        *,
        color: str,
        label: str = "",
        width: float = 1.5,
        dashed: bool = False,
    ) -> None:
        """Declare a histogram line."""
        self._add(name, "steps", [panel], color, label=label, width=width, dashed=dashed)

    def add_dots(
        self,
        name: str,
        panel: int = 0,
        *,
        color: str,
        label: str = "",
        size_px: float = 7.0,
        hollow: bool = False,
    ) -> None:
        """Declare single points as discs, or as rings."""
        self._add(name, "dots", [panel], color, label=label, width=size_px, hollow=hollow)

    def add_spans(self, name: str, *, color: str = QUIET, label: str = "") -> None:
        """Declare shaded intervals of x, in all panels."""
        self._add(name, "spans", range(len(self._axes.frames)), color, label=label, width=0)

    def add_rule(self, y: float, panel: int = 0, *, color: str = QUIET) -> None:
        """Draw a horizontal line across a panel, at once and for good."""
        name = f"rule {y:g} in panel {panel}"
        self._add(name, "rule", [panel], color, width=1.2)
        ends = np.array([0.0, 1.0])
        curve_frame.update(self._series[name].marks[0], ends, np.full(2, float(y)))

    def _add(self, name: str, kind: str, panels: Sequence[int], color: str, **look: Any) -> None:
        if name in self._series:
            raise InputError(f"Cannot declare the series {name!r} twice: choose another name.")
        width, label = look.pop("width"), look.pop("label", "")
        frames = [self._axes.frame(panel) for panel in panels]
        marks = [frame.mark(kind, color, width, **look) for frame in frames]
        self._series[name] = Series(kind, panels[0], color, label, marks, size=width, **look)
        below = sorted(self._series.values(), key=lambda s: ORDER.index(s.kind))
        for frame in frames:
            mine = {id(m) for m in (*frame.figure.marks, *marks) if frame.owns(m)}
            frame.figure.marks = [m for s in below for m in s.marks if id(m) in mine]
        self._tell()

    def set_points(
        self,
        name: str,
        x_lo: ArrayLike,
        x_hi: ArrayLike,
        x: ArrayLike,
        y: ArrayLike,
        y_lo: ArrayLike,
        y_hi: ArrayLike,
    ) -> None:
        """Give crosses their numbers, six arrays of one length."""
        self._set(name, "points", (x_lo, x_hi, x, y, y_lo, y_hi))

    def set_steps(self, name: str, edges: ArrayLike, values: ArrayLike) -> None:
        """Give a histogram its edges, shape (n + 1,), and values, shape (n,)."""
        edge = np.asarray(edges, dtype=float)
        self._set(name, "steps", (edge[:-1], edge[1:], edge[:-1], values, values, values))

    def set_dots(self, name: str, x: ArrayLike, y: ArrayLike) -> None:
        """Give dots their places, two arrays of one length; of any but finite numbers none."""
        place = np.asarray(x, dtype=float)
        ends = with_room(place, log=self._axes.log_x)
        self._set(name, "dots", (*ends, place, y, y, y))

    def set_spans(self, name: str, intervals: Sequence[tuple[float, float]]) -> None:
        """Shade these intervals of x, each (lower, upper)."""
        series = self._find(name, "spans")
        series.ends = np.array(intervals, dtype=float).reshape(-1, 2)
        self._axes.draw(series)

    def _set(self, name: str, kind: str, arrays: tuple[ArrayLike, ...]) -> None:
        series = self._find(name, kind)
        flat = [np.asarray(a, dtype=float) for a in arrays]
        if any(a.shape != (len(flat[0]),) for a in flat):
            raise InputError(
                f"Cannot draw {name!r}: its arrays have the shapes {[a.shape for a in flat]!r}. "
                "Give arrays of one dimension and one length (edges: one more)."
            )
        series.bars = Bars(*flat)
        self._axes.draw(series)
        self._axes.fit(series.panel)
        self._tell()

    def _find(self, name: str, kind: str = "") -> Series:
        if name not in self._series:
            raise InputError(f"There is no series {name!r}. {nearest(name, self._series)}")
        series = self._series[name]
        if kind and series.kind != kind:
            raise InputError(
                f"Cannot draw {name!r} as {kind}: it was declared as {series.kind}. "
                f"Use set_{series.kind}."
            )
        return series

    def set_visible(self, name: str, *, visible: bool) -> None:
        """Show or hide a series; a hidden one has no part in the limits and the legend."""
        series = self._find(name)
        for mark in series.marks:
            mark.visible = visible
        self._axes.fit(series.panel)
        self._tell()

    def remove(self, name: str) -> None:
        """Take a series away."""
        series = self._find(name)
        del self._series[name]
        for frame in self._axes.frames:
            frame.figure.marks = [m for m in frame.figure.marks if m not in series.marks]
        for mark in series.marks:
            mark.close()
        self._axes.fit(series.panel)
        self._tell()

    def _tell(self) -> None:
        self.set_trait("note", self._head.show(self._series))

    def set_x_label(self, label: str, *, dates: bool = False) -> None:
        """Say what x is from now on; `dates` for MJD shown as ISO dates. Then give the new x."""
        self.x_label, self.x_dates = label, dates

    def set_y(self, panel: int = 0, *, label: str, log: bool) -> None:
        """Say what y of a panel is from now on. Then give the new y."""
        self._axes.name_y(panel, label)
        self._axes.set_log_y(panel, log=log)

    def set_log_x(self, *, log: bool) -> None:
        """Make the shared x axis logarithmic, or linear; all of it is shown."""
        self._axes.set_log_x(log=log)
        self._brushing.rescale(self._axes.x_scale)
        self.set_trait("zoom", None)

    def _name_x(self, _change: object) -> None:
        self._axes.name_x(self.x_label, dates=self.x_dates)

    @property
    def axes(self) -> Axes:
        """What x is shown at least (`extend`), and where its axis is broken (`squeeze`)."""
        return self._axes

    @property
    def x_range(self) -> tuple[float, float]:
        """Limits of x that are shown now."""
        return self._axes.x_range

    @property
    def controls(self) -> tuple[ipywidgets.Widget, ...]:
        """The parts that a hand in the browser changes; the wheel is heard by `hear`."""
        return self._brushing.selector, self._head

    @property
    def brush_unavailable(self) -> str:
        """Why a range cannot be brushed in this environment; empty when it can."""
        return curve_frame.brush_hindrance()

    def clear_brush(self) -> None:
        """Take the brushed range away."""
        self._brushing.selector.selected = None

    def _move(self, content: dict[str, Any]) -> None:
        if content.get("kind") == "reset":
            self.set_trait("zoom", None)
        elif content.get("kind") == "zoom":
            self.set_trait("zoom", self._axes.magnified(content["factor"], content["at"]))

    def close(self) -> None:
        """Close the view with all its parts."""
        if hasattr(self, "_head"):  # ipywidgets closes even what was refused while being made
            parts = [w for frame in self._axes.frames for w in frame.widgets()]
            layouts = [w.layout for w in self.children]
            for widget in (*parts, *layouts, *self.controls, self._axes.x_scale):
                widget.close()
        super().close()

    def __repr__(self) -> str:
        """Label, panels and series, the same in every run."""
        count = len(self._axes.frames)
        names = [n for n, s in self._series.items() if s.kind != "rule"] or ["empty"]
        plural = "" if count == 1 else "s"
        return f"CurveView({self.x_label!r}, {count} panel{plural}: {', '.join(names)})"
