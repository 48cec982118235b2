"""Data with the folded model above, their ratio below, as the field draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure, plain_log_ticks, style_axes

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import Curve, FoldedSpectrum
    from nuwidgets.figures.looks import Look, Tint

HEIGHT = 7 / 9
"""Of the figure, over its width."""
LETTERS = 108
"""So many letters of 1 point fit beside each other in an inch of a figure, with its margins."""


def figure_spectrum(
    curve: Curve, *, title: str = "", background: bool = True, look: str = "screen"
) -> Any:
    """Give a figure of the spectra with their model, and of the ratio of data to model.

    Parameters
    ----------
    curve : Curve
        Spectra beside their folded model.
    title : str
        Text above the plot; empty for none.
    background : bool
        Whether to draw the scaled background as a dotted line.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the curve has no bins, e.g. because everything is ignored, or there is no such look.
    """
    style = look_of(look)
    if not any(len(spectrum.e_lo_kev) for spectrum in curve.spectra):
        raise InputError(
            f"Cannot draw the spectrum: {len(curve.spectra)} spectra have no bins left."
            " Notice some energies first."
        )
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    figure.get_layout_engine().set(h_pad=0.03, hspace=0.0)
    tints = style.tints(spectrum.name for spectrum in curve.spectra)
    for spectrum in curve.spectra:
        tint = tints[spectrum.name]
        _draw_rates(upper, spectrum, style, tint)
        if background:
            _draw_background(upper, spectrum, tint)
        _draw_ratio(lower, spectrum, style, tint)
    _finish_rates(upper, curve, style, title)
    _finish_ratio(lower, curve, style)
    figure.align_ylabels()
    return figure


def _draw_rates(axes: Any, spectrum: FoldedSpectrum, look: Look, tint: Tint) -> None:
    """Draw one spectrum and its model, per keV."""
    width = spectrum.e_hi_kev - spectrum.e_lo_kev
    bars = {"fmt": "none", "ecolor": tint.data, "elinewidth": look.line_pt}
    axes.errorbar(
        _middle(spectrum),
        spectrum.rate / width,
        xerr=width / 2,
        yerr=spectrum.error / width,
        label=spectrum.name,
        **bars,
    )
    model = {"color": tint.model, "linestyle": tint.dash, "linewidth": look.model_pt, "zorder": 3}
    axes.plot(*_steps(spectrum, spectrum.model_rate / width), **model)


def _draw_background(axes: Any, spectrum: FoldedSpectrum, tint: Tint) -> None:
    """Draw the scaled background of one spectrum, per keV, where there is any."""
    width = spectrum.e_hi_kev - spectrum.e_lo_kev
    if np.any(spectrum.background_rate > 0):
        style = {"color": tint.data, "linewidth": 0.8, "linestyle": ":", "alpha": 0.8}
        seen = np.where(spectrum.background_rate > 0, spectrum.background_rate, np.nan)
        axes.plot(*_steps(spectrum, seen / width), **style)


def _draw_ratio(axes: Any, spectrum: FoldedSpectrum, look: Look, tint: Tint) -> None:
    """Draw data over model of one spectrum, where there is a model."""
    model = np.where(spectrum.model_rate > 0, spectrum.model_rate, np.nan)
    axes.errorbar(
        _middle(spectrum),
        spectrum.rate / model,
        xerr=(spectrum.e_hi_kev - spectrum.e_lo_kev) / 2,
        yerr=spectrum.error / model,
        fmt="none",
        ecolor=tint.data,
        elinewidth=look.line_pt,
    )


def _finish_rates(axes: Any, curve: Curve, look: Look, title: str) -> None:
    """Scale and label the upper plot."""
    style_axes(axes, look)
    axes.set_xscale("log")
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(*_rate_limits(curve))
    axes.set_ylabel(r"counts s$^{-1}$ keV$^{-1}$", fontsize=look.label_pt)
    axes.tick_params(labelbottom=False)
    legend = axes.legend(frameon=False, fontsize=look.tick_pt, loc="upper right")
    as_written(*legend.get_texts(), axes.title)
    # above the frame: inside there is no place that no spectrum crosses
    said = _words(curve, look)
    axes.set_title(said, loc="left", fontsize=look.note_pt)
    if title:  # above those words
        axes.set_title(title + "\n" * (said.count("\n") + 1), fontsize=look.title_pt)


def _finish_ratio(axes: Any, curve: Curve, look: Look) -> None:
    """Scale and label the lower plot."""
    style_axes(axes, look)
    axes.axhline(1.0, color="black", linewidth=0.8, linestyle="--", zorder=0)
    axes.set_ylim(*_ratio_limits(curve))
    lo = min(spectrum.e_lo_kev.min() for spectrum in curve.spectra if len(spectrum.e_lo_kev))
    hi = max(spectrum.e_hi_kev.max() for spectrum in curve.spectra if len(spectrum.e_hi_kev))
    axes.set_xlim(lo * 0.95, hi * 1.05)
    plain_log_ticks(axes.xaxis)
    axes.set_xlabel("Energy [keV]", fontsize=look.label_pt)
    axes.set_ylabel("data / model", fontsize=look.label_pt)


def _words(curve: Curve, look: Look) -> str:
    """Give what must be read beside the plot; in a narrow one in lines, without what is in ()."""
    words = [curve.provenance.approximate.partition("(")[0].strip()]
    if curve.statistic_name and np.isfinite(curve.statistic):
        name = (
            curve.statistic_name.partition("(")[0].strip() if look.greys else curve.statistic_name
        )
        words.append(f"{name} = {curve.statistic:.1f} for {curve.dof} dof")
    elif curve.statistic_name:
        words.append(curve.statistic_name)
    words = [word for word in words if word]
    fits = sum(map(len, words)) * look.note_pt < LETTERS * look.width_inch
    return ("; " if fits else "\n").join(words)


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
