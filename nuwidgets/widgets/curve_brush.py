"""The brush of a curve view: bqplot's selector kept equal to the range of x that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.widgets.curve_frame import brush_hindrance, make_brush

if TYPE_CHECKING:
    from nuwidgets.widgets.curve_view import CurveView


class Brush:
    """Ties a selector of bqplot to the traits `brush` and `brush_enabled` of a view.

    Parameters
    ----------
    view : CurveView
        Its brush is drawn, and follows the hand.
    figure : bqplot.Figure
        The panel in which one brushes.
    scale : bqplot.Scale
        Of x.
    """

    def __init__(self, view: CurveView, figure: Any, scale: Any) -> None:
        self._view, self._figure = view, figure
        self.selector = make_brush(scale)
        self.selector.observe(self._brushed, ["selected"])
        view.observe(self._switch, "brush_enabled")
        view.observe(self._draw, "brush")

    def rescale(self, scale: Any) -> None:
        """Brush on another scale: bqplot's selector keeps the one it was made with."""
        old, self.selector = self.selector, make_brush(scale)
        old.unobserve(self._brushed, ["selected"])
        self._view.set_trait("brush", None)
        self.selector.observe(self._brushed, ["selected"])
        if self._figure.interaction is old:
            self._figure.interaction = self.selector
        old.close()

    def _range(self) -> tuple[float, float] | None:
        ends = self.selector.selected
        gone = ends is None or len(ends) < 2  # noqa: PLR2004 - two ends
        return None if gone else (float(min(ends)), float(max(ends)))

    def _brushed(self, _change: object) -> None:
        self._view.set_trait("brush", self._range())

    def _draw(self, change: dict[str, Any]) -> None:
        """Draw a range that was chosen elsewhere."""
        new = change["new"]
        if self._range() != new:
            self.selector.selected = None if new is None else np.array(new)

    def _switch(self, change: dict[str, Any]) -> None:
        usable = change["new"] and not brush_hindrance()
        self._figure.interaction = self.selector if usable else None
        if not usable:
            self.selector.selected = None
