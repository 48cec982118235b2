"""Rates against time, with the gaps between good times shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import LightCurve
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import GAP, as_written, new_figure, style_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.figures.looks import Look, Tint

S_PER_KS = 1000.0
HEIGHT = 0.5
"""Of the figure, over its width."""
ROOM = 0.12
"""Kept free for the legend, over the height of the data."""


def figure_lightcurve(
    lightcurves: LightCurve | Sequence[LightCurve],
    min_fracexp: float = 0.5,
    *,
    title: str = "",
    look: str = "screen",
) -> Any:
    """Give a figure of one or more light curves against ks since the start.

    Parameters
    ----------
    lightcurves : LightCurve or sequence of LightCurve
        The curves, in one mission's time.
    min_fracexp : float
        Bins with less good time than this fraction are left out.
    title : str
        Text above the plot; empty for the name of the object.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is no light curve, none of its bins has enough good time, or there is no such look.
    """
    style = look_of(look)
    curves = [lightcurves] if isinstance(lightcurves, LightCurve) else list(lightcurves)
    if not any(np.any(curve.good(min_fracexp)) for curve in curves):
        raise InputError(
            f"Cannot draw the light curve: no bin of {len(curves)} light curves has more good"
            f" time than min_fracexp={min_fracexp!r}. Lower it, or take longer bins."
        )
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    axes = figure.subplots()
    style_axes(axes, style)
    start_s = min(float(curve.time_s[0]) for curve in curves if len(curve.time_s))
    names = _names(curves)
    for curve, (name, tint) in zip(curves, style.tints(names).items(), strict=True):
        bars = _bars(style, tint)
        axes.errorbar(*_rates(curve, start_s, min_fracexp), label=name, **bars)
    _shade_gaps(axes, curves, start_s)
    axes.set_xlabel("Time since start [ks]", fontsize=style.label_pt)
    axes.set_ylabel(r"Rate [counts s$^{-1}$]", fontsize=style.label_pt)
    lo, hi = axes.get_ylim()
    axes.set_ylim(lo, hi + ROOM * (hi - lo))
    legend = axes.legend(
        fontsize=style.tick_pt,
        loc="upper right",
        ncols=len(curves),
        edgecolor="none",
        handletextpad=0.3,
        columnspacing=1.0,
    )
    as_written(*legend.get_texts(), axes.title)
    axes.set_title(title or _words(curves[0]), fontsize=style.title_pt - 1)
    return figure


def _rates(curve: LightCurve, start_s: float, min_fracexp: float) -> tuple[Floats, ...]:
    """Give the good bins: middles, ks, rates and their errors, counts/s, of one shape (n,)."""
    good = curve.good(min_fracexp)
    middle_s = curve.time_s[good] + curve.binsize_s / 2 - start_s
    return middle_s / S_PER_KS, curve.rate_per_s[good], curve.error_per_s[good]


def _bars(look: Look, tint: Tint) -> dict[str, Any]:
    """Give how points and error bars are drawn."""
    return {
        "fmt": tint.marker,
        "markersize": look.marker_pt,
        "markerfacecolor": tint.data if tint.filled else "white",
        "markeredgewidth": look.line_pt,
        "elinewidth": look.line_pt,
        "color": tint.data,
    }


def _shade_gaps(axes: Any, curves: list[LightCurve], start_s: float) -> None:
    """Shade the times that are good in none of the light curves."""
    stop_s = max(float(c.time_s[-1]) + c.binsize_s for c in curves if len(c.time_s))
    gaps = Gti(((start_s, stop_s),))
    for curve in curves:
        gaps = gaps.without(curve.gti)
    if any(curve.gti.intervals for curve in curves):
        edges: Floats = (np.array(gaps.intervals).reshape(-1, 2) - start_s) / S_PER_KS
        for lo, hi in edges:
            axes.axvspan(lo, hi, color=GAP, linewidth=0, zorder=0)
    axes.set_xlim(0.0, (stop_s - start_s) / S_PER_KS)


def _names(curves: list[LightCurve]) -> list[str]:
    """Name each light curve, all differently: by instrument, if need be by observation too."""
    at = [(c.pointing.instrument, c.pointing.obs_id) for c in curves]
    short = [instrument or f"curve {i}" for i, (instrument, _) in enumerate(at, 1)]
    long = [f"{obs_id} {name}".strip() for name, (_, obs_id) in zip(short, at, strict=True)]
    numbered = [f"{name} ({i})" for i, name in enumerate(long, 1)]
    return next((n for n in (short, long) if len(set(n)) == len(curves)), numbered)


def _words(curve: LightCurve) -> str:
    """Give what is drawn: object, band and length of a bin."""
    band = curve.request.band if curve.request else None
    parts = [curve.pointing.object_name, str(band or ""), f"{curve.binsize_s:g} s bins"]
    return ", ".join(part for part in parts if part)
