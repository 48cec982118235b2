"""Parameters of many observations against time, one below the other, as for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.colors import FIRST
from nuwidgets.errors import InputError
from nuwidgets.figures.longterm import name_time
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure, plain_log_ticks, style_axes
from nuwidgets.science.axis_scale import is_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.evolution import Evolution, Track
    from nuwidgets.figures.looks import Look

ROOM, EACH = 0.12, 0.28
"""Height of the figure over its width, for the time axis and for each parameter."""


def figure_evolution(
    evolution: Evolution,
    labels: Sequence[str] = (),
    *,
    event_mjd: float | None = None,
    log: bool | None = None,
    look: str = "screen",
) -> Any:
    """Give a figure of parameters with errors against time; limits are arrows.

    What has XSPEC's letters is a diamond, what is frozen or tied is hollow.

    Parameters
    ----------
    evolution : Evolution
        As of ``Evolution.of_series(s.series.run())``.
    labels : sequence of str
        Parameters from top to bottom; those that the fits moved where left out.
    event_mjd : float, optional
        Days are counted from it; MJD without it.
    log : bool or None
        Logarithmic y axes; None for where they go over a factor of 30.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is no parameter to draw, none of this name, or no such look.
    """
    style = look_of(look)
    tracks = [evolution.of(label) for label in (labels or evolution.changing)]
    if not tracks:
        raise InputError(
            "Cannot draw parameters against time: no observation was fitted. Run s.series.run()."
        )
    height = (ROOM + EACH * len(tracks)) * style.width_inch
    figure = new_figure(style.width_inch, height)
    every = figure.subplots(len(tracks), 1, sharex=True, squeeze=False)[:, 0]
    for axes, track in zip(every, tracks, strict=True):
        style_axes(axes, style)
        _draw(axes, track, event_mjd or 0.0, style)
        if is_log(log, (track.value, track.hi)):
            axes.set_yscale("log")
            plain_log_ticks(axes.yaxis)
        unit = f" [{track.unit}]" if track.unit else ""
        axes.set_ylabel(track.label + unit, fontsize=style.label_pt - 1)
        as_written(axes.yaxis.label)
    figure.align_ylabels(every)
    name_time(every[-1], event_mjd, style)
    return figure


def _draw(axes: Any, track: Track, origin_mjd: float, style: Look) -> None:
    color = "#000000" if style.greys else FIRST
    x, half = track.middle_mjd - origin_mjd, track.half_mjd
    limit = track.upper | track.lower
    y = np.where(track.upper, track.hi, np.where(track.lower, track.lo, track.value))
    reach = 0.12 * float(np.ptp(y[np.isfinite(y)])) if np.isfinite(y).any() else 0.0
    ends = np.array([track.value - track.lo, track.hi - track.value])
    bars = np.where(limit, reach or 1.0, np.maximum(np.nan_to_num(ends), 0.0))
    held = ~track.moved
    flagged = np.array(["T" in row.flags for row in track.rows])
    for mask, face, shape in (
        (~held & ~flagged, color, "o"),
        (~held & flagged, color, "D"),
        (held, "white", "o"),
    ):
        axes.errorbar(
            x[mask],
            y[mask],
            bars[:, mask],
            half[mask],
            fmt="none",
            ecolor=color,
            elinewidth=style.line_pt,
            uplims=track.upper[mask],
            lolims=track.lower[mask],
        )
        seen = mask & ~limit
        axes.plot(x[seen], y[seen], shape, ms=style.marker_pt + 1, color=color, mfc=face)
