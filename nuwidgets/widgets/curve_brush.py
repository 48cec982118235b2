"""The brush of a curve view: bqplot's selector kept equal to the range of x that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.widgets.curve_frame import brush_hindrance, make_brush

if TYPE_CHECKING:
    from nuwidgets.widgets.curve_axes import Axes
    from nuwidgets.widgets.curve_view import CurveView


class Brush:
    """Ties a selector of bqplot to the traits `brush` and `brush_enabled` of a view.

    Parameters
    ----------
    view : CurveView
        Its brush is drawn, and follows the hand.
    axes : Axes
        One brushes in each of its frames, on its scale of x.
    """

    def __init__(self, view: CurveView, axes: Axes) -> None:
        self._view, self._axes = view, axes
        self.selector = make_brush(axes.x_scale)
        self.selector.observe(self._brushed, ["selected"])
        view.observe(self._switch, "brush_enabled")
        view.observe(self._draw, "brush")

    def rescale(self, scale: Any) -> None:
        """Brush on another scale: bqplot's selector keeps the one it was made with."""
        old, self.selector = self.selector, make_brush(scale)
        old.unobserve(self._brushed, ["selected"])
        self._view.set_trait("brush", None)
        self.selector.observe(self._brushed, ["selected"])
        for frame in self._axes.frames:
            if frame.figure.interaction is old:
                frame.figure.interaction = self.selector
        old.close()

    def _range(self) -> tuple[float, float] | None:
        ends = self.selector.selected
        if ends is None or len(ends) < 2:  # noqa: PLR2004 - two ends
            return None
        lo, hi = self._axes.breaks.unbend([min(ends), max(ends)]).tolist()
        return lo, hi

    def _brushed(self, _change: object) -> None:
        self._axes.by_hand = True
        try:
            self._view.set_trait("brush", self._range())
        finally:
            self._axes.by_hand = False

    def _draw(self, change: dict[str, Any]) -> None:
        """Draw a range that was chosen elsewhere."""
        new = change["new"]
        if self._range() != new:
            self.selector.selected = None if new is None else self._axes.breaks.bend(new)

    def _switch(self, change: dict[str, Any]) -> None:
        usable = change["new"] and not brush_hindrance()
        for frame in self._axes.frames:
            frame.figure.interaction = self.selector if usable else None
        if not usable:
            self.selector.selected = None
