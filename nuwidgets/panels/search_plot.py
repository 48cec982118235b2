"""Exposure against time: what can be downloaded, what is selected, and a brush that selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.panels.boxes import through_door
from nuwidgets.panels.search_columns import PLACE
from nuwidgets.panels.search_window import SearchWindow
from nuwidgets.panels.time_axis import DATE, DAYS, KINDS, TimeAxis, moment
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.observation import Observations
    from nuwidgets.panels.base import Panel

FREE, PICKED, REFUSED = "can be downloaded", "selected", "cannot be downloaded"
ROOM = "room"
"""Unseen dots of all observations: the frame stays, however they are shared out."""
KILO = 1000.0


class SearchPlot:
    """A plot, the unit of its time axis, and the window of time that selects.

    Parameters
    ----------
    panel : Panel
        Its session's search is drawn.
    counted : callable
        Called with the time axis when it counts otherwise.
    """

    def __init__(self, panel: Panel, counted: Callable[[TimeAxis], object]) -> None:
        self._panel, self._find, self._counted = panel, panel.session.find, counted
        self._drawn: tuple[Any, ...] = ()
        spec = PanelSpec("Exposure [ks]", log_y=True, height_px=140)
        self.plot = CurveView("Start", [spec], width_px=panel.options["width_px"])
        through_door(panel.door, self.plot)
        self.plot.add_dots(ROOM, color="transparent")
        self.plot.add_dots(FREE, color=FIRST, label=FREE, size_px=8, hollow=True)
        self.plot.add_dots(PICKED, color=SECOND, label=PICKED, size_px=9)
        self.plot.add_dots(REFUSED, color=QUIET, label=REFUSED, size_px=4)
        self.kind, self.event = self._kind(), self._event()
        self.window = SearchWindow(panel, self.plot)
        self.box = w.HBox([self.kind, self.event, self.window.typed]).add_class("nuw-row")
        panel.watch(self._find, ["event_mjd"], self.count)
        panel.watch(self._find, ["product", "selected"], self.show)
        self.count()

    def _kind(self) -> w.Dropdown:
        known = self._panel.session.views.get(PLACE, {}).get("axis", DATE)
        kind = w.Dropdown(
            options=KINDS,
            value=known if known in [value for _, value in KINDS] else DATE,
            description="time as",
            tooltip="What the time axis, the window and the table count in",
            layout=w.Layout(width="220px"),
        )
        kind.style.description_width = "56px"
        behind(self._panel.door, kind)
        kind.observe(self._chosen, "value")
        return kind

    def _event(self) -> w.Text:
        event = w.Text(
            description="event",
            placeholder="MJD or date",
            continuous_update=False,
            tooltip="s.find.event_mjd = 55665",
            layout=w.Layout(width="170px"),
        )
        event.style.description_width = "46px"
        self._panel.tie(
            event, self._find, "event_mjd", to_control=_as_text, from_control=_as_number
        )
        return event

    def _chosen(self, change: Any) -> None:
        self._panel.session.view(PLACE, axis=change["new"])
        self._panel.door.do(self._panel.guard, self.count)

    def count(self) -> None:
        """Count in the unit of time that is chosen, in days from the event of now."""
        kind, old = self.kind.value, self.window.axis
        axis = TimeAxis(kind, self._find.event_mjd if kind == DAYS else None)
        self.event.layout.display = None if kind == DAYS else "none"
        moved = old.origin_mjd - axis.origin_mjd
        zoom = self.plot.zoom and tuple(end + moved for end in self.plot.zoom)
        self.plot.set_x_label(axis.label, dates=axis.dates)
        self.plot.set_trait("zoom", zoom)
        self.window.count_as(axis)
        self._counted(axis)
        self.show()

    def show(self) -> None:
        """Draw what was found as it is selected."""
        found, selected, axis = self._find.product, self._find.selected, self.window.axis
        if found is None or (found, selected, axis) == self._drawn:
            return
        self._drawn = found, selected, axis
        x, y = found.start_mjd - axis.origin_mjd, found.exposure_s / KILO
        shares = _shares(found, set(selected))
        for name, share in shares.items():
            self.plot.set_dots(name, x[share], y[share])
        self.plot.brush_enabled = bool(shares[ROOM].any())
        self.plot.alt = _described(found, int(shares[ROOM].sum()), int(shares[PICKED].sum()))


def _shares(found: Observations, selected: set[str]) -> dict[str, Any]:
    """Say which observations each series has; those that no logarithmic axis shows are none's."""
    drawn = np.isfinite(found.start_mjd) & (found.exposure_s > 0)
    free = drawn & np.array([not why for why in found.hindrance], dtype=bool)
    picked = free & np.array([obs_id in selected for obs_id in found.obs_id], dtype=bool)
    return {ROOM: drawn, FREE: free & ~picked, PICKED: picked, REFUSED: drawn & ~free}


def _described(found: Observations, n_drawn: int, n_picked: int) -> str:
    """Say the plot in one sentence with its numbers."""
    known = found.start_mjd[np.isfinite(found.start_mjd)]
    when = f", {moment(known.min())} to {moment(known.max())}" if known.size else ""
    left = len(found) - n_drawn
    gone = f"; {left} without start or exposure not drawn" if left else ""
    return f"Exposure against start of {n_drawn} observations{when}; {n_picked} selected{gone}."


def _as_text(mjd: float | None) -> str:
    return "" if mjd is None else f"{mjd:.10g}"


def _as_number(text: str) -> float | str | None:
    """Give an MJD where the text is a number; a date stays a text, nothing is None."""
    try:
        return float(text)
    except ValueError:
        return text.strip() or None
