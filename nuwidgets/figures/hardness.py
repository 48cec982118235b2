"""Hardness against time, below the intensity, and against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.hardness import Hardness
from nuwidgets.errors import InputError
from nuwidgets.figures.lightcurve import RATE, S_PER_KS, bars_of, names_of, shade_gaps
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure, style_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.figures.looks import Look, Tint

HEIGHT = 0.5
"""Of the figure, over its width."""
WIDTHS = (1.7, 1.0)
"""Of the plots against time and against intensity."""
NAMES = {"difference": "(H - S) / (H + S)", "ratio": "H / S"}


def figure_hardness(
    hardness: Hardness | Sequence[Hardness],
    min_fracexp: float = 0.5,
    *,
    title: str = "",
    look: str = "screen",
) -> Any:
    """Give a figure of hardness and intensity against time, and against each other.

    Parameters
    ----------
    hardness : Hardness or sequence of Hardness
        Of one or more instruments, in one mission's time and by one definition.
    min_fracexp : float
        Bins with less good time than this fraction are left out.
    title : str
        Text above the plots; empty for the object and the bands.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If no bin has a hardness and enough good time, or there is no such look.
    """
    style = look_of(look)
    every = [hardness] if isinstance(hardness, Hardness) else list(hardness)
    if not any(one.good(min_fracexp).any() for one in every):
        raise InputError(
            f"Cannot draw the hardness: no bin of {len(every)} has one, and more good time than"
            f" min_fracexp={min_fracexp!r}. Take longer bins or wider bands, or lower it."
        )
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    left, right = figure.add_gridspec(1, 2, width_ratios=WIDTHS)
    above, below = left.subgridspec(2, 1).subplots(sharex=True)
    plane = figure.add_subplot(right)
    start_s = min(float(one.time_s[0]) for one in every if len(one.time_s))
    for axes in (above, below, plane):
        style_axes(axes, style)
    for one, (name, tint) in zip(every, style.tints(names_of(every)).items(), strict=True):
        _draw((above, below, plane), one, (start_s, min_fracexp), (name, style, tint))
    for axes in (above, below):
        shade_gaps(axes, every, start_s)
    _name((above, below, plane), every[0], title, style)
    return figure


def _draw(
    axes: tuple[Any, Any, Any],
    one: Hardness,
    shown: tuple[float, float],
    how: tuple[str, Look, Tint],
) -> None:
    """Draw one instrument into all plots; `shown` is the start, s, and the least good time."""
    (above, below, plane), (start_s, min_fracexp), (name, style, tint) = axes, shown, how
    good, bars = one.good(min_fracexp), bars_of(style, tint)
    middle_ks = (one.time_s[good] + one.width_s[good] / 2 - start_s) / S_PER_KS
    intensity = one.intensity[good], one.intensity_error[good]
    hardness = one.hardness[good], one.hardness_error[good]
    above.errorbar(middle_ks, *intensity, label=name, **bars)
    below.errorbar(middle_ks, *hardness, **bars)
    plane.errorbar(intensity[0], hardness[0], hardness[1], intensity[1], **bars)


def _name(axes: tuple[Any, Any, Any], one: Hardness, title: str, style: Look) -> None:
    above, below, plane = axes
    definition = NAMES[one.request.definition if one.request else "difference"]
    size = style.label_pt - 1
    above.set_ylabel(RATE, fontsize=size)
    below.set_ylabel(definition, fontsize=size)
    below.set_xlabel("Time since start [ks]", fontsize=size)
    plane.set_xlabel(RATE, fontsize=size)
    plane.set_ylabel(definition, fontsize=size)
    legend = above.legend(fontsize=style.tick_pt, loc="best", edgecolor="none")
    bands = f"S {one.request.soft}, H {one.request.hard}" if one.request else ""
    said = title or ", ".join(filter(None, (one.pointing.object_name, bands)))
    as_written(*legend.get_texts(), above.title)
    above.set_title(said, fontsize=style.title_pt - 1)
