"""Spectra of many observations with their models on a page, on the same axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.spectrum_axes import raised
from nuwidgets.figures.style import as_written, new_figure, plain_log_ticks
from nuwidgets.science.small_spectra import limits_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nuwidgets.figures.looks import Look
    from nuwidgets.science.small_spectra import SmallSpectrum

CELL_INCH = 2.2, 1.75
RATIO_INCH = 0.55
MOST_ACROSS = 4
DATA, MODEL = "#0072B2", "#D55E00"
GREY_DATA = "#6B6B6B"
RATIO_RANGE = 0.0, 2.0


def figure_spectrum_grid(
    spectra: Mapping[str, SmallSpectrum],
    tiles: Sequence[dict[str, Any]] = (),
    *,
    ratio: bool = False,
    log_x: bool = True,
    log_y: bool = True,
    own_rates: bool = False,
    look: str = "screen",
) -> Any:
    """Give a figure of small spectra, row by row.

    Parameters
    ----------
    spectra : dict of SmallSpectrum
        By name.
    tiles : sequence of dict
        ``id``, ``title`` and ``note`` of each, in the order in which they are drawn; all, under
        their names, unless given.
    ratio : bool
        Whether data over model are drawn below each.
    log_x, log_y : bool
        Which axes are logarithmic.
    own_rates : bool
        Whether each has limits of its own along y.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is no spectrum, or no such look.
    """
    style = look_of(look)
    shown = tiles or [{"id": name, "title": name, "note": ""} for name in spectra]
    shown = [one for one in shown if one["id"] in spectra]
    if not shown:
        raise InputError("Cannot draw the spectra: there is none. Tick some, and wait for them.")
    x, y = limits_of(spectra.values(), log_y=log_y)
    across = min(MOST_ACROSS, len(shown))
    down = -(-len(shown) // across)
    high = CELL_INCH[1] + (RATIO_INCH if ratio else 0.0)
    figure = new_figure(CELL_INCH[0] * across + 0.4, high * down + 0.4)
    rows = figure.subfigures(down, across, squeeze=False)
    for n, tile in enumerate(shown):
        one = spectra[tile["id"]]
        limits = limits_of([one], log_y=log_y)[1] if own_rates else y
        part = rows[n // across][n % across]
        axes = part.subplots(2, 1, sharex=True, height_ratios=(3, 1)) if ratio else part.subplots()
        main = axes[0] if ratio else axes
        _draw(main, one, style)
        main.set_yscale("log" if log_y else "linear", **({"nonpositive": "clip"} if log_y else {}))
        main.set_ylim(*limits)
        _name(main, tile, style)
        if ratio:
            _ratio(axes[1], one, style)
        for pane in axes if ratio else (axes,):
            _finish(pane, x, style, log_x=log_x)
    figure.get_layout_engine().set(h_pad=0.02, w_pad=0.02, hspace=0.0)
    figure.supxlabel("Energy [keV]", fontsize=style.label_pt - 2)
    figure.supylabel(raised("counts s⁻¹ keV⁻¹"), fontsize=style.label_pt - 2)
    return figure


def _draw(axes: Any, one: SmallSpectrum, look: Look) -> None:
    """Draw crosses and the stepped model."""
    middle, half = (one.lo_kev + one.hi_kev) / 2, (one.hi_kev - one.lo_kev) / 2
    hue = GREY_DATA if look.greys else DATA
    axes.errorbar(
        middle, one.rate, xerr=half, yerr=one.error, fmt="none", ecolor=hue, elinewidth=0.8
    )
    if np.isfinite(one.model).any():
        x, model = _steps(one)
        axes.plot(x, model, color="#000000" if look.greys else MODEL, lw=1.1, zorder=3)


def _steps(one: SmallSpectrum) -> tuple[Any, Any]:
    """Give the model as a stepped line, interrupted where bins are ignored."""
    apart = np.append(one.lo_kev[1:] > one.hi_kev[:-1] * (1 + 1e-6), True)
    x = np.column_stack([one.lo_kev, one.hi_kev, np.where(apart, np.nan, one.hi_kev)]).ravel()
    return x, np.repeat(one.model, 3)


def _ratio(axes: Any, one: SmallSpectrum, look: Look) -> None:
    model = np.where(one.model > 0, one.model, np.nan)
    middle, half = (one.lo_kev + one.hi_kev) / 2, (one.hi_kev - one.lo_kev) / 2
    hue = GREY_DATA if look.greys else DATA
    how = {"fmt": "none", "ecolor": hue, "elinewidth": 0.7}
    axes.errorbar(middle, one.rate / model, xerr=half, yerr=one.error / model, **how)
    axes.axhline(1.0, color="black", lw=0.6, ls="--", zorder=0)
    axes.set_ylim(*RATIO_RANGE)
    axes.set_yticks([0, 1])


def _finish(axes: Any, x: tuple[float, float], look: Look, *, log_x: bool) -> None:
    axes.set_xscale("log" if log_x else "linear")
    axes.set_xlim(*x)
    if log_x:
        plain_log_ticks(axes.xaxis)
    size = min(look.tick_pt, 8.0) - 1
    axes.tick_params(which="both", direction="in", top=True, right=True, labelsize=size)


def _name(axes: Any, tile: dict[str, Any], look: Look) -> None:
    size = min(look.tick_pt, 8.0)
    axes.set_title(tile["title"], fontsize=size, loc="left", pad=3)
    note = axes.set_title(tile["note"], fontsize=size - 1, loc="right", pad=3)
    as_written(axes.title, note)
