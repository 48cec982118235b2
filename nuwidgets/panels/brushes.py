"""A brushed range and a setting kept equal; the range of x that is shown, remembered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nuwidgets.panels.base import Panel
    from nuwidgets.widgets.curve_view import CurveView

    Range = tuple[float, float]


class Brush:
    """Ties the brush of a plot to a setting of steps; the first that has a value is shown.

    Parameters
    ----------
    panel : Panel
        Says what is refused.
    plot : CurveView
        Its brush sets the steps, and is drawn when Python sets them.
    steps : sequence of Step
        All are set by a hand.
    setting : str
        Name of the setting; None is no brush.
    to_plot : callable
        Gives the range of x of a value; None where it cannot be drawn as one range.
    from_plot : callable
        Gives the value of a range of x; None where nothing can be chosen yet.
    """

    def __init__(
        self,
        panel: Panel,
        plot: CurveView,
        steps: Sequence[Any],
        setting: str,
        *,
        to_plot: Callable[[Any], Range | None],
        from_plot: Callable[[Range], Any],
    ) -> None:
        self._panel, self._plot = panel, plot
        self._steps, self._setting = tuple(steps), setting
        self._to_plot, self._from_plot = to_plot, from_plot
        self._pulling = False
        plot.observe(self._brushed, "brush")
        for step in self._steps:
            panel.watch(step, [setting], self.show)
        self.show()

    @property
    def value(self) -> Any:
        """What is chosen, or None."""
        values = (getattr(step, self._setting) for step in self._steps)
        return next((value for value in values if value is not None), None)

    def show(self) -> None:
        """Draw what the steps hold, unless that is what is drawn."""
        value = self.value
        wanted = None if value is None else self._to_plot(value)
        if _same(self._plot.brush, wanted):
            return
        self._pulling = True
        try:
            self._plot.set_trait("brush", wanted)
        finally:
            self._pulling = False

    def clear(self) -> None:
        """Choose nothing."""
        for step in self._steps:
            setattr(step, self._setting, None)
        self._plot.clear_brush()

    def _brushed(self, _change: object) -> None:
        if not self._pulling:
            self._panel.door.do(self._panel.guard, self._push)

    def _push(self) -> None:
        shown: Range | None = self._plot.brush
        value = None if shown is None or shown[0] >= shown[1] else self._from_plot(shown)
        for step in self._steps:
            setattr(step, self._setting, value)


def _same(one: Range | None, other: Range | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(one, other, strict=True))


def remember_zoom(panel: Panel, plot: CurveView, place: str) -> None:
    """Show the range of x that a hand chose last, and remember the next one.

    Parameters
    ----------
    panel : Panel
        Its session remembers.
    plot : CurveView
        Its zoom is remembered.
    place : str
        Name among the session's views.
    """
    session = panel.session
    known = session.views.get(place, {}).get("x")
    plot.set_trait("zoom", tuple(known) if known else None)

    def remember(change: Any) -> None:
        session.view(place, x=list(change["new"]) if change["new"] else None)

    plot.observe(remember, "zoom")
