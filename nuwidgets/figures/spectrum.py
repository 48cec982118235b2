"""Data with their model above, residuals below, as the field draws them: every kind of plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.colors import OTHERS
from nuwidgets.domain.plot import PlotChoice
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.spectrum_axes import finish_lower, finish_upper
from nuwidgets.figures.style import darker, new_figure
from nuwidgets.science.plotting import plotted, without_depths

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.curve import Curve
    from nuwidgets.figures.looks import Look, Tint
    from nuwidgets.science.plot_bins import Line, Points
    from nuwidgets.science.plotting import Plotted

HEIGHT = 7 / 9
"""Of the figure, over its width."""


def figure_spectrum(
    curve: Curve,
    *,
    title: str = "",
    background: bool = True,
    look: str = "screen",
    choice: PlotChoice | None = None,
) -> Any:
    """Give a figure of the spectra with their model, and of their residuals.

    Parameters
    ----------
    curve : Curve
        Spectra beside their folded model.
    title : str
        Text above the plot; empty for none.
    background : bool
        Whether to draw the scaled background as a dotted line, where there is no `choice`.
    look : str
        ``"screen"`` or ``"print"``.
    choice : PlotChoice, optional
        What is plotted, e.g. ``s.curve.choice``; net rates and ratio without.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the curve has no bins, e.g. because everything is ignored, or nothing of what is to be
        plotted, or there is no such look.
    """
    style, choice = look_of(look), choice or PlotChoice(background=background)
    if not any(len(spectrum.e_lo_kev) for spectrum in curve.spectra):
        raise InputError(
            f"Cannot draw the spectrum: {len(curve.spectra)} spectra have no bins left."
            " Notice some energies first."
        )
    shown = [without_depths(plotted(one, choice), log_y=choice.y_log) for one in curve.spectra]
    if not any(_has_something(one) for one in shown):
        raise InputError(
            f"Cannot draw {choice.kind!r} of the spectrum: it needs a model."
            ' Set one, e.g. s.fit.model = "tbabs*powerlaw", or draw "ldata".'
        )
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    upper, lower = _axes(figure, choice)
    tints = style.tints(spectrum.name for spectrum in curve.spectra)
    dashes: dict[str, int] = {}
    for one in shown:
        _draw_upper(upper, one, style, tints[one.name], dashes)
        if lower is not None and one.lower is not None:
            _draw_points(lower, one.lower, style, tints[one.name])
    finish_upper(upper, curve, shown, choice, (style, title, lower is None))
    if lower is not None:
        finish_lower(lower, curve, shown, choice, style)
    figure.align_ylabels()
    return figure


def _axes(figure: Any, choice: PlotChoice) -> tuple[Any, Any]:
    """Give the upper and the lower axes; the lower is None where it is not wanted."""
    if not choice.lower:
        return figure.subplots(1, 1), None
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    figure.get_layout_engine().set(h_pad=0.03, hspace=0.0)
    return upper, lower


def _has_something(one: Plotted) -> bool:
    """Whether there is anything to draw above."""
    values = [line.y for line in one.lines] + ([one.points.y] if one.points else [])
    return any(bool(np.isfinite(value).any()) for value in values)


def _draw_upper(axes: Any, one: Plotted, look: Look, tint: Tint, dashes: dict[str, int]) -> None:
    """Draw one spectrum, its model, its components and its background."""
    if one.points is not None:
        _draw_points(axes, one.points, look, tint, label=one.name)
    for line in one.lines:
        if line.role == "part":
            _draw_part(axes, line, look, dashes)
            continue
        seen = np.where(line.y > 0, line.y, np.nan) if line.role == "background" else line.y
        label = one.name if one.points is None and line.role == "model" else None
        if np.isfinite(seen).any():
            axes.plot(*_steps(line, seen), label=label, **_style(line, look, tint))


def _style(line: Line, look: Look, tint: Tint) -> dict[str, Any]:
    if line.role == "background":
        return {"color": tint.data, "linewidth": 0.8, "linestyle": ":", "alpha": 0.8}
    return {
        "color": tint.model,
        "linestyle": tint.dash,
        "linewidth": look.model_pt,
        "zorder": 3,
    }


PART_DASHES = ((0, (5, 2)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (8, 3)))
"""Lines of components, in turn."""


def _draw_part(axes: Any, line: Line, look: Look, dashes: dict[str, int]) -> None:
    """Draw a component; each has the same line in every spectrum, and one entry in the legend."""
    known = line.label in dashes
    turn = dashes.setdefault(line.label, len(dashes))
    hue = "#000000" if look.greys else darker(OTHERS[turn % len(OTHERS)], 0.8)
    axes.plot(
        *_steps(line, line.y),
        color=hue,
        linestyle=PART_DASHES[turn % len(PART_DASHES)],
        linewidth=0.8 * look.model_pt,
        label=None if known else line.label,
        zorder=2,
    )


def _draw_points(axes: Any, points: Points, look: Look, tint: Tint, label: str = "") -> None:
    """Draw crosses."""
    axes.errorbar(
        points.x,
        points.y,
        xerr=np.abs(points.x_hi - points.x_lo) / 2,
        yerr=points.error if np.any(points.error > 0) else None,
        label=label or None,
        fmt="none",
        ecolor=tint.data,
        elinewidth=look.line_pt,
    )


def _steps(line: Line, height: Floats) -> tuple[Floats, Floats]:
    """Give a stepped line over the bins, interrupted (NaN) where bins do not touch."""
    lo, hi = line.x_lo, line.x_hi
    apart = np.append(~np.isclose(hi[:-1], lo[1:], rtol=1e-6), True)[: len(lo)]
    x = np.column_stack([lo, hi, np.where(apart, np.nan, hi)]).ravel()
    return x, np.repeat(height, 3)
