"""Power spectra and searches for periods, as for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.colors import colors
from nuwidgets.domain.period import METHODS
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure, style_axes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.period import Period
    from nuwidgets.domain.power import Power

LABELS = {
    "leahy": "Leahy power",
    "frac": "Power [(rms/mean)² Hz$^{-1}$]",
    "abs": "Power [counts² s$^{-2}$ Hz$^{-1}$]",
}


def figure_power(powers: Mapping[str, Power], *, look: str = "screen") -> Any:
    """Give a figure of power spectra with errors and noise levels.

    Parameters
    ----------
    powers : mapping of str to Power
        By the name of the dataset.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is none, or no such look.
    """
    style = look_of(look)
    if not powers:
        raise InputError("Cannot draw a power spectrum: there is none. Run it first.")
    figure = new_figure(style.width_inch, 0.7 * style.width_inch)
    axes = figure.subplots()
    style_axes(axes, style)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for name, color in colors(powers).items():
        one = powers[name]
        error = np.minimum(one.error, 0.999 * one.power)
        drawn = axes.errorbar(
            one.frequency_hz, one.power, [error, one.error], fmt=".", ms=3, lw=0.8, color=color
        )
        drawn.set_label(name)
        axes.axhline(one.noise, color=color, lw=0.8, ls="--")
    axes.set_xlabel("Frequency [Hz]", fontsize=style.label_pt)
    axes.set_ylabel(LABELS[next(iter(powers.values())).norm], fontsize=style.label_pt)
    as_written(*axes.legend(fontsize=style.tick_pt, frameon=False).get_texts())
    return figure


def figure_period(periods: Mapping[str, Period], *, look: str = "screen") -> Any:
    """Give a figure of a search: the statistic along frequency, the profile, the phaseogram.

    Parameters
    ----------
    periods : mapping of str to Period
        By the name of the dataset; the phaseogram is that of the first.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is none, or no such look.
    """
    style = look_of(look)
    if not periods:
        raise InputError("Cannot draw a period: there is none. Search first.")
    figure = new_figure(style.width_inch, 1.3 * style.width_inch)
    search, profile, map_ = figure.subplots(3, 1, height_ratios=(1, 1, 1.2))
    for axes in (search, profile, map_):
        style_axes(axes, style)
    first = next(iter(periods.values()))
    for name, color in colors(periods).items():
        one = periods[name]
        search.plot(one.frequency_hz, one.statistic, lw=0.7, color=color, label=name)
        search.axhline(one.threshold, color=color, lw=0.8, ls="--")
        n = len(one.profile)
        phase = (np.arange(2 * n) + 0.5) / n
        rate, error = np.tile(one.profile, 2), np.tile(one.profile_error, 2)
        profile.errorbar(phase, rate, error, drawstyle="steps-mid", lw=0.9, color=color)
    since_ks = (first.phaseogram_s - first.phaseogram_s[0]) / 1000.0
    twice = np.tile(first.phaseogram, 2)
    map_.imshow(twice, origin="lower", aspect="auto", extent=(0, 2, since_ks[0], since_ks[-1]))
    search.set_xlabel("Frequency [Hz]", fontsize=style.label_pt)
    search.set_ylabel(_words(first), fontsize=style.label_pt)
    profile.set_ylabel("counts s$^{-1}$", fontsize=style.label_pt)
    map_.set_xlabel(f"Phase, period {first.period_s:.8g} s", fontsize=style.label_pt)
    map_.set_ylabel("Time [ks]", fontsize=style.label_pt)
    as_written(*search.legend(fontsize=style.tick_pt, frameon=False).get_texts())
    return figure


def _words(one: Period) -> str:
    return METHODS[one.request.method] if one.request else "statistic"
