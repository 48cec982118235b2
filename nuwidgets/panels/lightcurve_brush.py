"""Brushed times: each brush adds a stretch to `selected_s`; all panels show the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nuwidgets.domain.gti import Gti

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.dataset import EventDataset
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.lightcurve_axis import CurveAxis
    from nuwidgets.widgets.curve_view import CurveView

    Pair = tuple[float, float]

ALIKE = 1e-6
"""Ends nearer than this, over the range that is shown, are the same end."""
SHOWN = "chosen"
"""Name of the series of spans that shows what is brushed."""


class Stretches:
    """Ties the brush of a plot to the light curves' `selected_s`.

    A brush that begins anew adds a stretch, one that is moved or has its ends pulled changes the
    stretch under it, a click puts it down. Only one stretch is under the brush, others are shaded.

    Parameters
    ----------
    panel : Panel
        Says what is refused.
    datasets : iterable of EventDataset
        All are set by a hand; the first that has a value is shown.
    axis : callable
        Gives how x counts time now; None while nothing is drawn.
    """

    def __init__(
        self,
        panel: Panel,
        datasets: Iterable[EventDataset],
        axis: Callable[[], CurveAxis | None],
    ) -> None:
        self._panel, self._datasets, self._axis = panel, tuple(datasets), axis
        self._plot: CurveView | None = None
        self._others, self._under = Gti(), None  # type: tuple[Gti, Pair | None]
        self._known: object = self  # the value that is drawn; nothing so far
        self._pulling = False
        self.told: list[Callable[[], object]] = []
        """Called when other times are brushed."""
        for dataset in self._datasets:
            panel.watch(dataset.lightcurve, ["selected_s"], self._changed)

    def attach(self, plot: CurveView) -> None:
        """Brush in this plot from now on."""
        self._plot = plot
        plot.observe(self._brushed, "brush")

    @property
    def value(self) -> Gti | None:
        """What is brushed, in seconds of the reference; None for nothing."""
        axis = self._axis()
        if axis is None:
            return None
        for dataset in self._datasets:
            chosen: Gti | None = dataset.lightcurve.selected_s
            if chosen is not None:
                return axis.of_reference(chosen, dataset.pointing)
        return None

    @property
    def whole(self) -> Gti:
        """All good times of all datasets, in seconds of the reference."""
        axis, found = self._axis(), Gti()
        for dataset in self._datasets:
            if axis is not None and dataset.events.product is not None:
                good = dataset.events.product.gti
                found = found.union(axis.of_reference(good, dataset.pointing))
        return found

    def choose(self, times: Gti | None) -> None:
        """Brush these times of all datasets; none is None."""
        axis = self._axis()
        wanted = times if times is not None and times.intervals else None
        for dataset in self._datasets:
            own = wanted and axis and axis.of_dataset(wanted, dataset.pointing)
            dataset.lightcurve.selected_s = own

    def clear(self) -> None:
        """Brush nothing."""
        self.choose(None)
        self._known = self
        self.show()
        if self._plot is not None:
            self._plot.clear_brush()

    def _changed(self) -> None:
        self.show()
        for tell in self.told:
            tell()

    def show(self, *, anew: bool = False) -> None:
        """Draw what is brushed; `anew` where x counts otherwise than before."""
        axis, plot, value = self._axis(), self._plot, self.value
        if axis is None or plot is None:
            return
        if anew or value != self._known:
            self._known = value
            pairs = axis.pairs(value) if value is not None else []
            self._under = pairs[0] if len(pairs) == 1 else None
            self._others = Gti() if self._under else value or Gti()
            self._draw_brush(plot)
        under = axis.times(self._under, self.whole) if self._under and not axis.folded else Gti()
        shaded = value or Gti()
        plot.set_spans(SHOWN, axis.pairs(shaded if _blind(plot) else shaded.without(under)))

    def _draw_brush(self, plot: CurveView) -> None:
        if _same(plot.brush, self._under):
            return
        self._pulling = True
        try:
            plot.set_trait("brush", self._under)
        finally:
            self._pulling = False

    def _brushed(self, change: dict[str, object]) -> None:
        if not self._pulling and change["owner"] is self._plot:
            self._panel.door.do(self._panel.guard, self._push)

    def _push(self) -> None:
        axis, plot = self._axis(), self._plot
        if axis is None or plot is None:
            return
        shown: Pair | None = plot.brush
        if shown is None or shown[0] >= shown[1]:
            self._others, self._under = self.value or Gti(), None
            self.show()
            return
        lo, hi = plot.x_range
        by_hand = plot.axes.by_hand
        if not _goes_on(self._under, shown, ALIKE * (hi - lo), by_hand=by_hand):
            self._others = self.value or Gti()
        if axis.folded:
            self._others = Gti()
        self._under = shown
        new = self._others.union(axis.times(shown, self.whole))
        self.choose(new)
        self._known = self.value
        self.show()


def _blind(plot: CurveView) -> bool:
    """Whether the brush cannot be seen."""
    return bool(plot.brush_unavailable)


def _goes_on(old: Pair | None, new: Pair, near: float, *, by_hand: bool) -> bool:
    """Whether a brush was moved or has had an end pulled, and is no other one.

    A hand's brush grows from nothing: one that is at once as wide as the last one is that one,
    moved. Python may well give two of one width.
    """
    if old is None:
        return False
    overlap = new[0] < old[1] and old[0] < new[1]
    moved = abs((new[1] - new[0]) - (old[1] - old[0])) <= near and (overlap or by_hand)
    return moved or any(abs(a - b) <= near for a in old for b in new)


def _same(one: Pair | None, other: Pair | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(one, other, strict=True))
