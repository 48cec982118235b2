"""How plots of a campaign count time, and what is looked at in them: one choice for all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.panels.time_axis import DATE, DAYS, KINDS, MJD, TimeAxis, moment
from nuwidgets.science.axis_scale import SCALES

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.panels.base import Panel
    from nuwidgets.widgets.point_view import PointView

PLACE = "longterm"
"""Where the session remembers how time is counted."""


class TimeChoice:
    """A field for the unit of time, remembered by the session and shared by its plots.

    Parameters
    ----------
    panel : Panel
        Whose plot it is.
    counted : callable
        Called when time is counted otherwise.
    """

    def __init__(self, panel: Panel, counted: Callable[[], object]) -> None:
        self._panel, self._counted = panel, counted
        known = panel.session.views.get(PLACE, {}).get("axis", DAYS)
        self.kind = w.Dropdown(
            options=[("days", DAYS), *(pair for pair in KINDS if pair[1] != DAYS)],
            value=known if known in (DATE, MJD, DAYS) else DAYS,
            description="time as",
            tooltip="Days are counted from s.find.event_mjd, or from the first observation",
            layout=w.Layout(width="150px"),
        )
        self.kind.style.description_width = "52px"
        behind(panel.door, self.kind)
        self.kind.observe(self._chosen, "value")
        panel.watch(panel.session.find, ["event_mjd"], counted)

    def _chosen(self, change: Any) -> None:
        self._panel.session.view(PLACE, axis=change["new"])
        self._panel.door.do(self._panel.guard, self._counted)

    def axis(self, mjd: Floats) -> TimeAxis:
        """Give the axis for observations at these times, MJD."""
        kind: str = self.kind.value
        event = self._panel.session.find.event_mjd
        if kind == DAYS and event is None:
            known = mjd[np.isfinite(mjd)]
            event = float(np.floor(known.min())) if known.size else None
        return TimeAxis(kind, event if kind == DAYS else None)


def scale_box(known: object) -> w.Dropdown:
    """Give a field for the scale of the y axes."""
    box = w.Dropdown(
        options=list(SCALES),
        value=known if known in SCALES else "auto",
        description="scale",
        tooltip="auto: logarithmic where all is above 0 and goes over a factor of 30",
        layout=w.Layout(width="134px"),
    )
    box.style.description_width = "36px"
    return box


def label_of(axis: TimeAxis) -> str:
    """Give what stands below an axis of observations.

    Examples
    --------
    >>> label_of(TimeAxis("days", 55665.0))
    'Time [days since MJD 55665 = 2011-04-14]'
    """
    return axis.label.replace("Start", "Time", 1)


def when(axis: TimeAxis, mjd: float) -> str:
    """Say a moment as the axis counts.

    Examples
    --------
    >>> when(TimeAxis("days", 55665.0), 55788.5), when(TimeAxis("MJD"), 55788.5)
    ('day 123.50', 'MJD 55788.500')
    """
    if not np.isfinite(mjd):
        return "time unknown"
    if axis.counted:
        return f"day {mjd - axis.origin_mjd:.2f}"
    return moment(mjd) if axis.dates else f"MJD {mjd:.3f}"


def link(panel: Panel, view: PointView) -> None:
    """Let a click on a point choose what is looked at, and ring what is; a second one lets go."""

    def picked(key: str) -> None:
        session = panel.session
        if key in session.datasets:
            session.look_at(*(() if session.focus == (key,) else (key,)))

    def ring() -> None:
        focus = list(panel.session.focus)
        if view.focus != focus:
            view.focus = focus

    view.hear = panel.door.hear
    view.picked = partial(panel.guard, picked)
    behind(panel.door, view)
    panel.watch(panel.session, ["focus"], ring)
    ring()
