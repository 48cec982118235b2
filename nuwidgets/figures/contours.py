"""Contours of two parameters, or the profile of one, as for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.contours import CONFIDENCE, StepAxis
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure, style_axes

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.contours import Contours
    from nuwidgets.domain.model import Parameter
    from nuwidgets.figures.looks import Look

HEIGHT = 0.78
"""Of the figure, over its width."""
DASHES = ("-", "--", ":")
"""Lines of the levels, from the innermost on."""
ROOM = 1.35
"""How far the axis of a profile goes beyond the highest level."""
SHADES = 24
"""Steps of the shading."""


def figure_contours(contours: Contours, *, title: str = "", look: str = "screen") -> Any:
    """Give a figure of the rise of the statistic over one parameter or two.

    Parameters
    ----------
    contours : Contours
        What was stepped; it may be of a walk that is not at its end.
    title : str
        Text above the plot; empty for none.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If no point has a value, or there is no such look.
    """
    style = look_of(look)
    if not contours.n_done:
        raise InputError(
            "Cannot draw the contours: no point has a value. Run them, or step where the model has"
            " a value."
        )
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    axes = figure.subplots()
    style_axes(axes, style)
    for log, set_scale in zip(_logs(contours), (axes.set_xscale, axes.set_yscale), strict=False):
        if log:
            set_scale("log")
    (_draw_two if len(contours.parameters) > 1 else _draw_one)(axes, contours, style)
    axes.set_xlabel(label_of(contours.parameters[0]), fontsize=style.label_pt)
    as_written(axes.xaxis.label, axes.yaxis.label, axes.title)
    axes.set_title(title, fontsize=style.title_pt - 1)
    return figure


def label_of(parameter: Parameter) -> str:
    """Give a parameter's name with its unit, as an axis has it."""
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    return f"{parameter.label}{unit}"


def _logs(contours: Contours) -> list[bool]:
    """Say which axes are logarithmic."""
    asked = contours.request.axes if contours.request else ()
    return [StepAxis.parse(axis).log for axis in asked]


def _draw_one(axes: Any, contours: Contours, style: Look) -> None:
    """Draw the rise along one parameter, with the levels across."""
    known = np.isfinite(contours.rise)
    colour = style.greys[0] if style.greys else "#0072B2"
    axes.plot(
        contours.x[known], contours.rise[known], "o-",
        color=colour, markersize=style.marker_pt, linewidth=style.model_pt,
    )  # fmt: skip
    for level, name, dash in zip(contours.levels, CONFIDENCE, DASHES, strict=True):
        axes.axhline(level, color="black", linestyle=dash, linewidth=style.line_pt)
        where = (0.99, level)
        axes.annotate(
            name, where, xycoords=("axes fraction", "data"), xytext=(0, 2),
            textcoords="offset points", ha="right", fontsize=style.note_pt,
        )  # fmt: skip
    axes.set_xlim(contours.x[0], contours.x[-1])
    axes.set_ylim(0.0, ROOM * contours.levels[-1])
    axes.set_ylabel("Rise of the statistic", fontsize=style.label_pt)


def _draw_two(axes: Any, contours: Contours, style: Look) -> None:
    """Draw the map of two parameters, its contours and the best fit."""
    # the root of the rise is nearly a cone: straight between points, as contour lines are drawn
    root: Floats = np.sqrt(np.maximum(contours.rise, 0.0)).T
    most = 1.25 * float(np.sqrt(contours.levels[-1]))
    shades = "Greys_r" if style.greys else "Blues_r"
    axes.contourf(
        contours.x, contours.y, np.ma.masked_invalid(root), cmap=shades,
        levels=np.linspace(0.0, most, SHADES), vmin=-0.8 * most, vmax=most,  # the light half
    )  # fmt: skip
    drawn = axes.contour(
        contours.x, contours.y, np.ma.masked_invalid(root), levels=np.sqrt(contours.levels),
        colors="black", linestyles=DASHES, linewidths=style.model_pt,
    )  # fmt: skip
    axes.clabel(drawn, fmt=dict(zip(drawn.levels, CONFIDENCE, strict=True)), fontsize=style.note_pt)
    axes.plot(*contours.best, "+", color="#D55E00", markersize=9, markeredgewidth=1.6)
    axes.set_xlim(contours.x[0], contours.x[-1])
    axes.set_ylim(contours.y[0], contours.y[-1])
    axes.set_ylabel(label_of(contours.parameters[1]), fontsize=style.label_pt)
