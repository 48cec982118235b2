"""Data with the folded model above, their ratio below, as the field draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.colors import colors
from nuwidgets.errors import InputError
from nuwidgets.figures.style import darker, new_figure, plain_log_ticks, style_axes

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import Curve, FoldedSpectrum


def figure_spectrum(curve: Curve, *, title: str = "", background: bool = True) -> Any:
    """Give a figure of the spectra with their model, and of the ratio of data to model.

    Parameters
    ----------
    curve : Curve
        Spectra beside their folded model.
    title : str
        Text above the plot; empty for none.
    background : bool
        Whether to draw the scaled background as a dotted line.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the curve has no bins, e.g. because everything is ignored.
    """
    if not any(len(spectrum.e_lo_kev) for spectrum in curve.spectra):
        raise InputError(
            f"Cannot draw the spectrum: {len(curve.spectra)} spectra have no bins left."
            " Notice some energies first."
        )
    figure = new_figure(7.2, 5.6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    figure.get_layout_engine().set(h_pad=0.03, hspace=0.0)
    colours = colors(spectrum.name for spectrum in curve.spectra)
    for spectrum in curve.spectra:
        colour = colours[spectrum.name]
        _draw_rates(upper, spectrum, colour, background=background)
        _draw_ratio(lower, spectrum, colour)
    _finish_rates(upper, curve, title)
    _finish_ratio(lower, curve)
    figure.align_ylabels()
    return figure


def _draw_rates(axes: Any, spectrum: FoldedSpectrum, colour: str, *, background: bool) -> None:
    """Draw one spectrum, its model and its background, per keV."""
    width = spectrum.e_hi_kev - spectrum.e_lo_kev
    bars = {"fmt": "none", "ecolor": colour, "elinewidth": 0.9}
    axes.errorbar(
        _middle(spectrum),
        spectrum.rate / width,
        xerr=width / 2,
        yerr=spectrum.error / width,
        label=spectrum.name,
        **bars,
    )
    model = {"color": darker(colour), "linewidth": 1.4, "zorder": 3}
    axes.plot(*_steps(spectrum, spectrum.model_rate / width), **model)
    if background and np.any(spectrum.background_rate > 0):
        style = {"color": colour, "linewidth": 0.8, "linestyle": ":", "alpha": 0.8}
        seen = np.where(spectrum.background_rate > 0, spectrum.background_rate, np.nan)
        axes.plot(*_steps(spectrum, seen / width), **style)


def _draw_ratio(axes: Any, spectrum: FoldedSpectrum, colour: str) -> None:
    """Draw data over model of one spectrum, where there is a model."""
    model = np.where(spectrum.model_rate > 0, spectrum.model_rate, np.nan)
    axes.errorbar(
        _middle(spectrum),
        spectrum.rate / model,
        xerr=(spectrum.e_hi_kev - spectrum.e_lo_kev) / 2,
        yerr=spectrum.error / model,
        fmt="none",
        ecolor=colour,
        elinewidth=0.9,
    )


def _finish_rates(axes: Any, curve: Curve, title: str) -> None:
    """Scale and label the upper plot."""
    style_axes(axes)
    axes.set_xscale("log")
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(*_rate_limits(curve))
    axes.set_ylabel(r"counts s$^{-1}$ keV$^{-1}$", fontsize=12)
    axes.tick_params(labelbottom=False)
    axes.legend(frameon=False, fontsize=10, loc="upper right")
    words = [curve.provenance.approximate.partition("(")[0].strip()]
    if curve.statistic_name:
        words.append(f"{curve.statistic_name} = {curve.statistic:.1f} for {curve.dof} dof")
    # above the frame: inside there is no place that no spectrum crosses
    axes.set_title("; ".join(word for word in words if word), loc="left", fontsize=9)
    if title:
        axes.set_title(f"{title}\n", fontsize=12)  # one line above those words


def _finish_ratio(axes: Any, curve: Curve) -> None:
    """Scale and label the lower plot."""
    style_axes(axes)
    axes.axhline(1.0, color="black", linewidth=0.8, linestyle="--", zorder=0)
    axes.set_ylim(*_ratio_limits(curve))
    lo = min(spectrum.e_lo_kev.min() for spectrum in curve.spectra if len(spectrum.e_lo_kev))
    hi = max(spectrum.e_hi_kev.max() for spectrum in curve.spectra if len(spectrum.e_hi_kev))
    axes.set_xlim(lo * 0.95, hi * 1.05)
    plain_log_ticks(axes.xaxis)
    axes.set_xlabel("Energy [keV]", fontsize=12)
    axes.set_ylabel("data / model", fontsize=12)


def _middle(spectrum: FoldedSpectrum) -> Floats:
    """Give the middles of the bins, keV."""
    return (spectrum.e_lo_kev + spectrum.e_hi_kev) / 2


def _steps(spectrum: FoldedSpectrum, height: Floats) -> tuple[Floats, Floats]:
    """Give a stepped line over the bins, interrupted (NaN) where bins do not touch."""
    lo, hi = spectrum.e_lo_kev, spectrum.e_hi_kev
    apart = np.append(~np.isclose(hi[:-1], lo[1:], rtol=1e-6), True)[: len(lo)]
    x = np.column_stack([lo, hi, np.where(apart, np.nan, hi)]).ravel()
    return x, np.repeat(height, 3)


def _rate_limits(curve: Curve) -> tuple[float, float]:
    """Give limits that show every model bin and every bin detected above its error."""
    seen: list[Floats] = []
    for spectrum in curve.spectra:
        width = spectrum.e_hi_kev - spectrum.e_lo_kev
        seen.append((spectrum.rate / width)[spectrum.rate > spectrum.error])
        seen.append((spectrum.model_rate / width)[spectrum.model_rate > 0])
    values = np.concatenate(seen)
    if not len(values):
        return 1e-5, 1.0
    return float(values.min()) / 2, float(values.max()) * 2


def _ratio_limits(curve: Curve) -> tuple[float, float]:
    """Give limits around 1 that hold the ratios of all but the noisiest bins."""
    ratios = [s.rate[s.model_rate > 0] / s.model_rate[s.model_rate > 0] for s in curve.spectra]
    far = np.abs(np.concatenate(ratios) - 1.0)
    reach = float(np.clip(1.6 * np.percentile(far, 97), 0.1, 3.0)) if len(far) else 1.0
    return max(1.0 - reach, 0.0), 1.0 + reach
