"""Points with errors and limits in panels over one x axis; a click on one says which it is.

Every point has a key, the same in all panels, so that what is looked at is ringed in all of them.
Python's traits are the truth and work without a browser.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.errors import InputError, nearest
from nuwidgets.widgets.curve_dates import date_ticks
from nuwidgets.widgets.curve_maths import magnified, ticks
from nuwidgets.widgets.point_items import Kind, PointPanel, check, home_of, pairs, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

STATIC = Path(__file__).with_name("static")
MOST_X = 7
"""Ticks with a number along x."""


class PointView(anywidget.AnyWidget):
    """Points in panels over a shared x axis.

    Attributes
    ----------
    panels : list of dict
        What `show` made of its panels.
    kinds : dict
        Name -> label, colour and shape of a kind of points.
    focus : list of str
        Keys that are ringed.
    zoom : list of float
        The range of x that is shown; empty is all. By wheel and double click, or by Python.
    x_label : str
        Below the lowest panel.
    alt : str
        The plot in one sentence with its numbers, for those who do not see it.
    empty : str
        What is said where there is no point.
    hear : callable
        Called as ``hear(action, content)`` with what a hand asks for; does it at once unless
        replaced, e.g. by ``door.hear``.
    picked : callable
        Called with the key of a point that was clicked.

    Examples
    --------
    >>> from nuwidgets.widgets.point_items import Point
    >>> view = PointView()
    >>> a = Point("a", 1.0, 0.9, 1.1, 5.0, 4.0, 6.0, kind="seen")
    >>> view.show([PointPanel("rate", (a,))], {"seen": Kind("detected", "#0072B2")}, "day")
    >>> view
    PointView(1 panel: rate)
    """

    _esm = (STATIC / "point_view.js").read_text(encoding="utf-8")
    _css = (STATIC / "point_view.css").read_text(encoding="utf-8")

    panels: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    kinds: traitlets.Dict[str, dict[str, str]] = traitlets.Dict().tag(sync=True)
    focus: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    zoom: traitlets.List[float] = traitlets.List(traitlets.Float(), maxlen=2)
    x_label = traitlets.Unicode().tag(sync=True)
    x_range: traitlets.List[float] = traitlets.List([0.0, 1.0]).tag(sync=True)
    x_ticks: traitlets.List[list[object]] = traitlets.List().tag(sync=True)
    alt = traitlets.Unicode("plot").tag(sync=True)
    empty = traitlets.Unicode("Nothing yet.").tag(sync=True)
    width = traitlets.Int(760, min=300).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._shown: tuple[PointPanel, ...] = ()
        self._home, self._dates = (0.0, 1.0), False
        self.hear: Callable[..., object] = lambda action, *content: action(*content)
        self.picked: Callable[[str], object] = lambda _key: None
        super().__init__(**traits)
        self.on_msg(lambda _view, content, _buffers: self.hear(self._heard, content))
        self.observe(lambda _change: self._frame(), "zoom")

    def show(
        self,
        panels: Sequence[PointPanel],
        kinds: Mapping[str, Kind],
        x_label: str,
        *,
        dates: bool = False,
    ) -> None:
        """Show other points, in one message to the browser.

        Parameters
        ----------
        panels : sequence of PointPanel
            From top to bottom.
        kinds : mapping of str to Kind
            Those of the points, and others that are in the legend.
        x_label : str
            Below the lowest panel.
        dates : bool
            Whether x is MJD and its ticks are shown as dates.

        Raises
        ------
        InputError
            If a point or kind is none that is known.
        """
        check(panels, kinds)
        home = home_of(panels)
        moved = (x_label, dates) != (self.x_label, self._dates)
        self._shown, self._dates, self._home = tuple(panels), dates, home
        with self.hold_sync():
            self.x_label = x_label
            self.kinds = {name: vars(kind).copy() for name, kind in kinds.items()}
            if moved:
                self.zoom = []
            self._frame()

    def pick(self, key: str) -> None:
        """Do what a click on a point does.

        Raises
        ------
        InputError
            If there is no such point.
        """
        known = dict.fromkeys(p.key for panel in self._shown for p in panel.points)
        if key not in known:
            raise InputError(f"No point {key!r} here. {nearest(key, known)}")
        self.picked(key)

    def _heard(self, content: dict[str, Any]) -> None:
        kind = content.get("kind")
        if kind == "pick":
            self.pick(str(content.get("key")))
        elif kind == "reset":
            self.zoom = []
        elif kind == "zoom":
            new = magnified(
                _pair(self.x_range), content["factor"], content["at"], self._home, log=False
            )
            self.zoom = [] if new == self._home else list(new)

    def _frame(self) -> None:
        """Bring limits and ticks to what is shown."""
        lo, hi = self.zoom or self._home
        lo, hi = max(lo, self._home[0]), min(hi, self._home[1])
        x_range = (lo, hi) if lo < hi else self._home
        with self.hold_sync():
            self.x_range = list(x_range)
            some = any(panel.points for panel in self._shown)
            dated = date_ticks(*x_range) if self._dates else ticks(*x_range, log=False, most=MOST_X)
            self.x_ticks = pairs(*dated) if some else []
            self.panels = [plain(panel, x_range) for panel in self._shown]

    def __repr__(self) -> str:
        """Say what is shown, the same in every run."""
        plural = "" if len(self._shown) == 1 else "s"
        labels = ", ".join(panel.label for panel in self._shown)
        return f"PointView({len(self._shown)} panel{plural}: {labels or 'empty'})"


def _pair(values: Sequence[float]) -> tuple[float, float]:
    return values[0], values[1]
