"""The rate or flux of a source over many observations, as for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.domain.flux_curve import CONVERTED, FluxCurve
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import new_figure, plain_log_ticks, style_axes
from nuwidgets.science.axis_scale import is_log

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.longterm import LongTerm
    from nuwidgets.figures.looks import Look

HEIGHT = 0.55
"""Of the figure, over its width."""
FLUX, RATE = "erg cm$^{-2}$ s$^{-1}$", "counts s$^{-1}$"


def figure_longterm(
    curve: LongTerm | FluxCurve,
    *,
    event_mjd: float | None = None,
    log: bool | None = None,
    look: str = "screen",
) -> Any:
    """Give a figure of rates or fluxes against time; upper limits are arrows.

    Parameters
    ----------
    curve : LongTerm or FluxCurve
        As of ``s.longterm.run()`` or `flux_curve`.
    event_mjd : float, optional
        Days are counted from it; MJD without it.
    log : bool or None
        Logarithmic y axis; None for where it goes over a factor of 30.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is nothing to draw, or no such look.
    """
    style = look_of(look)
    value, lo, hi, limit, found = _columns(curve)
    upper = ~found & np.isfinite(limit)
    if not (found | upper).any():
        raise InputError(
            f"Cannot draw {len(curve.names)} observations: none has a rate or a limit. Count or fit"
            " them first."
        )
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    axes = figure.subplots()
    style_axes(axes, style)
    x = curve.middle_mjd - (event_mjd or 0.0)
    half = (curve.stop_mjd - curve.start_mjd) / 2
    hollow = np.array([kind == CONVERTED for kind in getattr(curve, "kind", curve.names)])
    first, second = ("#000000", "#6B6B6B") if style.greys else (FIRST, SECOND)
    for mask, face in ((found & ~hollow, first), (found & hollow, "white")):
        ends = [value[mask] - lo[mask], hi[mask] - value[mask]]
        bars = np.nan_to_num(np.maximum(ends, 0.0))
        axes.errorbar(x[mask], value[mask], bars, half[mask], **_bars(style, first, face))
    _arrows(axes, (x, half, limit), upper, (style, second))
    if is_log(log, np.where(found, value, limit)):
        axes.set_yscale("log")
        plain_log_ticks(axes.yaxis)
    _make_room(axes, limit[upper])
    name_time(axes, event_mjd, style)
    axes.set_ylabel(f"{curve.band} [{_unit(curve)}]", fontsize=style.label_pt)
    return figure


def _unit(curve: LongTerm | FluxCurve) -> str:
    return FLUX if isinstance(curve, FluxCurve) else RATE


def _columns(curve: LongTerm | FluxCurve) -> tuple[Floats, Floats, Floats, Floats, Mask]:
    """Give value, both ends, limit, and whether there is a value, shape (n,) each."""
    if isinstance(curve, FluxCurve):
        value = curve.flux_erg_per_cm2_s
        ends = curve.lo_erg_per_cm2_s, curve.hi_erg_per_cm2_s
        return value, *ends, curve.limit_erg_per_cm2_s, np.isfinite(value)
    ends = curve.rate_lo_per_s, curve.rate_hi_per_s
    return curve.rate_per_s, *ends, curve.limit_per_s, curve.detected


def _bars(style: Look, color: str, face: str) -> dict[str, Any]:
    return {
        "fmt": "o",
        "ms": style.marker_pt + 1.5,
        "color": color,
        "mfc": face,
        "elinewidth": style.line_pt,
        "capsize": 0,
    }


def _arrows(
    axes: Any,
    numbers: tuple[Floats, Floats, Floats],
    upper: Mask,
    how: tuple[Look, str],
) -> None:
    """Draw upper limits: a bar as long as the observation, an arrow down."""
    (x, half, limit), (style, color) = numbers, how
    axes.errorbar(
        *(x[upper], limit[upper], None, half[upper]),
        fmt="none",
        ecolor=color,
        elinewidth=style.line_pt,
    )
    for at, y in zip(x[upper], limit[upper], strict=True):
        axes.annotate(
            "",
            (at, y),
            (0, -16),
            textcoords="offset points",
            arrowprops={
                "arrowstyle": "<-",
                "color": color,
                "lw": style.line_pt,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
    axes.plot(x[upper], limit[upper], "_", color=color, ms=style.marker_pt + 4)


def _make_room(axes: Any, limits: Floats) -> None:
    """Let the axis reach as far down as the arrows."""
    bottom, top = axes.get_ylim()
    if not len(limits):
        return
    low = float(limits.min())
    below = low / 1.8 if axes.get_yscale() == "log" else low - 0.1 * (top - bottom)
    axes.set_ylim(min(bottom, below), top)


def name_time(axes: Any, event_mjd: float | None, style: Look) -> None:
    """Say how the time axis counts."""
    words = "MJD" if event_mjd is None else f"Days since MJD {event_mjd:.10g}"
    axes.ticklabel_format(axis="x", useOffset=False)
    axes.set_xlabel(words, fontsize=style.label_pt)
