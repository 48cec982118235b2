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
    from nuwidgets.domain.hardness import Hardness
    from nuwidgets.figures.looks import Look, Tint

S_PER_KS = 1000.0
RATE = r"Rate [counts s$^{-1}$]"
BINS_SAID = {"orbit": "a bin for each orbit", "gti": "{:g} s bins, begun anew in each interval"}
HEIGHT = 0.5
"""Of the figure, over its width."""
ROW = 0.6
"""Of another row of axes, over that of the first."""
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

    Further bands have axes of their own, below each other.

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
    rows = [[c.curves[n] for c in curves if n < len(c.curves)] for n in range(_n_bands(curves))]
    height = HEIGHT * style.width_inch * (1 + (len(rows) - 1) * ROW)
    figure = new_figure(style.width_inch, height)
    every = figure.subplots(len(rows), sharex=True, squeeze=False)[:, 0]
    for axes, row in zip(every, rows, strict=True):
        _draw(axes, row, min_fracexp, style)
        if axes is every[0]:
            _legend(axes, len(row), style)
        if rows[1:]:
            axes.set_ylabel(f"{_band(row[0])}\n{RATE}", fontsize=style.label_pt - 1)
    every[-1].set_xlabel("Time since start [ks]", fontsize=style.label_pt)
    as_written(every[0].title)
    every[0].set_title(title or _words(curves[0]), fontsize=style.title_pt - 1)
    return figure


def _n_bands(curves: list[LightCurve]) -> int:
    return max(len(curve.curves) for curve in curves)


def _draw(axes: Any, curves: list[LightCurve], min_fracexp: float, style: Look) -> None:
    """Draw the light curves of one band."""
    style_axes(axes, style)
    start_s = min(float(curve.time_s[0]) for curve in curves if len(curve.time_s))
    names = names_of(curves)
    for curve, (name, tint) in zip(curves, style.tints(names).items(), strict=True):
        bars = bars_of(style, tint)
        axes.errorbar(*_rates(curve, start_s, min_fracexp), label=name, **bars)
    shade_gaps(axes, curves, start_s)
    axes.set_ylabel(RATE, fontsize=style.label_pt)


def _legend(axes: Any, n_curves: int, style: Look) -> None:
    """Say which is which, in some room above the data."""
    lo, hi = axes.get_ylim()
    axes.set_ylim(lo, hi + ROOM * (hi - lo))
    legend = axes.legend(
        fontsize=style.tick_pt,
        loc="upper right",
        ncols=n_curves,
        edgecolor="none",
        handletextpad=0.3,
        columnspacing=1.0,
    )
    as_written(*legend.get_texts())


def _rates(curve: LightCurve, start_s: float, min_fracexp: float) -> tuple[Floats | None, ...]:
    """Give the good bins, of one shape (n,): middles, ks, rates and their errors, counts/s.

    Last come half the lengths, ks, where these differ.
    """
    good = curve.good(min_fracexp)
    half_ks = curve.width_s[good] / 2 / S_PER_KS
    middle_ks = (curve.time_s[good] - start_s) / S_PER_KS + half_ks
    uneven = np.any(curve.width_s != curve.binsize_s)
    rates = curve.rate_per_s[good], curve.error_per_s[good]
    return middle_ks, *rates, half_ks if uneven else None


def bars_of(look: Look, tint: Tint) -> dict[str, Any]:
    """Give how points and error bars are drawn."""
    return {
        "fmt": tint.marker,
        "markersize": look.marker_pt,
        "markerfacecolor": tint.data if tint.filled else "white",
        "markeredgewidth": look.line_pt,
        "elinewidth": look.line_pt,
        "color": tint.data,
    }


def shade_gaps(axes: Any, curves: Sequence[LightCurve | Hardness], start_s: float) -> None:
    """Shade the times that are good in none of the light curves."""
    stop_s = max(float(c.time_s[-1] + c.width_s[-1]) for c in curves if len(c.time_s))
    gaps = Gti(((start_s, stop_s),))
    for curve in curves:
        gaps = gaps.without(curve.gti)
    if any(curve.gti.intervals for curve in curves):
        edges: Floats = (np.array(gaps.intervals).reshape(-1, 2) - start_s) / S_PER_KS
        for lo, hi in edges:
            axes.axvspan(lo, hi, color=GAP, linewidth=0, zorder=0)
    axes.set_xlim(0.0, (stop_s - start_s) / S_PER_KS)


def names_of(curves: Sequence[LightCurve | Hardness]) -> list[str]:
    """Name each light curve, all differently: by instrument, if need be by observation too."""
    at = [(c.pointing.instrument, c.pointing.obs_id) for c in curves]
    short = [instrument or f"curve {i}" for i, (instrument, _) in enumerate(at, 1)]
    long = [f"{obs_id} {name}".strip() for name, (_, obs_id) in zip(short, at, strict=True)]
    numbered = [f"{name} ({i})" for i, name in enumerate(long, 1)]
    return next((n for n in (short, long) if len(set(n)) == len(curves)), numbered)


def _band(curve: LightCurve) -> str:
    return str(curve.request.band) if curve.request else ""


def _words(curve: LightCurve) -> str:
    """Give what is drawn: object, band and length of a bin."""
    band = curve.request.band if curve.request else None
    how = BINS_SAID.get(curve.request.bins if curve.request else "equal", "{:g} s bins")
    bands = "" if curve.parts else str(band or "")
    parts = [curve.pointing.object_name, bands, how.format(curve.binsize_s)]
    return ", ".join(part for part in parts if part)
