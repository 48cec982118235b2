"""Controls that several panels have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.core.door import Door
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session
    from nuwidgets.widgets.curve_view import CurveView


def band_boxes(
    panel: Panel, steps: Sequence[Any], description: str, tooltip: str
) -> tuple[w.Widget, w.Widget]:
    """Give two boxes for the setting `band` of these steps, lower and upper energy, keV."""
    lo = w.FloatText(description=description, tooltip=tooltip, layout=w.Layout(width="160px"))
    hi = w.FloatText(description="to", tooltip=tooltip, layout=w.Layout(width="100px"))
    lo.style.description_width, hi.style.description_width = "86px", "20px"
    panel.tie(lo, steps, "band", field="lo_kev")
    panel.tie(hi, steps, "band", field="hi_kev")
    return lo, hi


def together(*boxes: w.Widget) -> w.Widget:
    """Keep boxes, as the two ends of a range, on one line where a row is wrapped."""
    return w.HBox(boxes).add_class("nuw-together")


def allow(button: w.Button, how: str, why_not: str = "") -> None:
    """Let a button work, or say on it why it cannot.

    Parameters
    ----------
    button : Button
        What is pressed.
    how : str
        The Python that does the same, its tooltip while it works.
    why_not : str
        What is missing; empty for nothing.
    """
    button.disabled, button.tooltip = bool(why_not), why_not or how


def unready(session: Session) -> str:
    """Say what a fit of this session still needs; empty for nothing."""
    fit = session.fit
    if not fit.above:
        return "Needs a spectrum."
    return "" if fit.model else "Needs a model: e.g. tbabs*powerlaw."


def through_door(door: Door, plot: CurveView) -> None:
    """Let what the browser says to a plot (brush, wheel, double click) come in by the door."""
    plot.hear = door.hear
    for control in plot.controls:
        behind(door, control)
