"""A window of time that selects the observations that begin in it: brushed, or typed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.panels.time_axis import TimeAxis
from nuwidgets.widgets.theme import BRUSH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.panels.base import Panel
    from nuwidgets.widgets.curve_view import CurveView

    Window = tuple[float, float]

SPAN = "window"


class SearchWindow:
    """The brush of a plot and a text, both the same window; gone when something else selects.

    Parameters
    ----------
    panel : Panel
        Its session's search selects.
    plot : CurveView
        Its x is time, as the axis counts it.
    """

    def __init__(self, panel: Panel, plot: CurveView) -> None:
        self._panel, self._find, self._plot = panel, panel.session.find, plot
        self._pulling = False
        self.axis = TimeAxis()
        """How times are counted."""
        self.mjd: Window | None = None
        """The window, while it is what has selected; MJD."""
        self.typed = w.Text(description="begins in", continuous_update=False)
        self.typed.layout.width, self.typed.style.description_width = "400px", "66px"
        plot.add_spans(SPAN, color=BRUSH)
        behind(panel.door, self.typed)
        plot.observe(self._brushed, "brush")
        self.typed.observe(self._ended, "value")
        panel.watch(self._find, ["product", "selected"], self.show)
        self.count_as(self.axis)

    def count_as(self, axis: TimeAxis) -> None:
        """Write and draw the window in the unit of an axis."""
        self.axis = axis
        call = "days=(123, 151), since=55665" if axis.counted else "time=(57905, 57935)"
        self.typed.placeholder, self.typed.tooltip = axis.example, f"s.find.select({call})"
        self.show()

    def show(self) -> None:
        """Draw the window, unless something else has selected since."""
        found = self._find.product
        if self.mjd and found is not None:
            chosen = set(found.within(*self.mjd))
            self.mjd = self.mjd if chosen == set(self._find.selected) else None
        origin = self.axis.origin_mjd
        drawn = (self.mjd[0] - origin, self.mjd[1] - origin) if self.mjd else None
        text = self.axis.write(*self.mjd) if self.mjd else ""
        with self._quiet():
            if text != self.typed.value:
                self.typed.value = text
            if self._plot.brush_unavailable:
                self._plot.set_spans(SPAN, [drawn] if drawn else [])
            elif drawn != self._plot.brush:
                self._plot.set_trait("brush", drawn)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Change text and brush without a hand having done it."""
        before, self._pulling = self._pulling, True
        try:
            yield
        finally:
            self._pulling = before

    def _brushed(self, change: Any) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._push, change["new"])

    def _push(self, brush: Window | None) -> None:
        """Select what begins in the brushed window; without one, what was selected stays."""
        shown: Window | None = self._plot.brush
        if brush != shown:
            return  # overtaken
        origin = self.axis.origin_mjd
        self._select((brush[0] + origin, brush[1] + origin) if brush else None)

    def _ended(self, change: Any) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._read, change["new"])

    def _read(self, text: str) -> None:
        """Select what begins in the typed window, or say why it is none."""
        if text != self.typed.value:
            return  # overtaken
        try:
            self._select(self.axis.read(text) if text.strip() else None)
        except InputError as error:
            self._panel.say_of("window", str(error))
            self.show()

    def _select(self, window: Window | None) -> None:
        if window and window[0] >= window[1]:
            return  # a brush that has just begun
        if window:
            self._find.select(time=window)
        self.mjd = window
        self._panel.say_of("window", "")
        self.show()
