"""What XSPEC's plots show, as arrays: joined bins, rates and counts, unfolded spectra, residuals.

Definitions: XSPEC manual, commands ``plot`` and ``setplot``; verified on numbers of XSPEC 12.9.1.
Rates are per AREASCAL as there. What is unfolded depends on the model: data times the model
before the response over the folded model. E is the geometric middle of a bin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.plot import INCIDENT, UNFOLDED
from nuwidgets.science.plot_bins import Line, PlotBins, Points, is_poisson, join, span

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.curve import FoldedSpectrum
    from nuwidgets.domain.plot import PlotChoice


@dataclass(frozen=True, eq=False)
class Plotted:
    """One spectrum as it is plotted."""

    name: str
    """Short name of the spectrum."""
    points: Points | None
    """The data; None where only the model is shown."""
    lines: tuple[Line, ...]
    """The model, its parts, the background."""
    lower: Points | None
    """The lower pane; None without."""


def plotted(folded: FoldedSpectrum, choice: PlotChoice) -> Plotted:
    """Give one spectrum as it is plotted.

    Parameters
    ----------
    folded : FoldedSpectrum
        Data beside their model.
    choice : PlotChoice
        What is shown.

    Returns
    -------
    Plotted
    """
    bins = join(folded, choice)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = _lower_pane(bins, choice) if choice.lower else None
        if choice.kind in INCIDENT:
            return Plotted(folded.name, None, incident_lines(folded, choice), lower)
        draw = _unfolded if choice.kind in UNFOLDED else _COUNTED.get(choice.kind, _rates)
        points, lines = draw(bins, choice)
    return Plotted(folded.name, points, lines, lower)


def incident_lines(folded: FoldedSpectrum, choice: PlotChoice) -> tuple[Line, ...]:
    """Give the model before the response on its own energies, each source and each part a line."""
    power, lines = INCIDENT[choice.kind], []
    for model in folded.models:
        lo, hi = model.edges_kev[:-1], model.edges_kev[1:]
        x_lo, x_hi = span(lo, hi, choice.x)
        width = np.abs(x_hi - x_lo) if power == 0 else hi - lo
        factor = np.sqrt(lo * hi) ** power / width
        named = f"{model.name}:" if model.name else ""
        lines += [
            Line("part", named + part.label, x_lo, x_hi, part.photons * factor)
            for part in model.parts
            if choice.components
        ]
        lines.append(Line("model", model.name, x_lo, x_hi, model.photons * factor))
    return tuple(lines)


def _rates(bins: PlotBins, choice: PlotChoice) -> tuple[Points, tuple[Line, ...]]:
    """Give net rates per unit of x, or the background's."""
    one = bins.spectrum
    per = 1 / bins.width
    if choice.kind == "background":
        points = bins.points(bins.sum(one.background_rate) * per, bins.background_error() * per)
        return points, ()
    points = bins.points(bins.sum(one.rate) * per, bins.error() * per)
    return points, _counted_lines(bins, choice, per)


def _counts(bins: PlotBins, choice: PlotChoice) -> tuple[Points, tuple[Line, ...]]:
    """Give net counts per unit of x: rates times the live time."""
    per = bins.time_s / bins.width
    points = bins.points(bins.sum(bins.spectrum.rate) * per, bins.error() * per)
    return points, _counted_lines(bins, choice, per)


def _icounts(bins: PlotBins, choice: PlotChoice) -> tuple[Points, tuple[Line, ...]]:  # noqa: ARG001
    """Give the share of the net counts, and of the model's, up to the end of each bin."""
    counts = bins.sum(bins.spectrum.rate) * bins.time_s
    model = bins.sum(bins.spectrum.model_rate) * bins.time_s
    shares = [np.cumsum(one) / np.sum(one) for one in (counts, model)]
    return bins.points(shares[0], np.zeros(bins.n)), (bins.line("model", "", shares[1]),)


_COUNTED = {"counts": _counts, "lcounts": _counts, "icounts": _icounts}


def _counted_lines(bins: PlotBins, choice: PlotChoice, per: Floats) -> tuple[Line, ...]:
    """Give folded model, its parts and the background, each times `per`."""
    one = bins.spectrum
    lines = []
    if choice.background:
        lines.append(bins.line("background", "", bins.sum(one.background_rate) * per))
    if choice.components:
        lines += [bins.line("part", p.label, bins.sum(p.model_rate) * per) for p in one.parts]
    return (*lines, bins.line("model", "", bins.sum(one.model_rate) * per))


def _unfolded(bins: PlotBins, choice: PlotChoice) -> tuple[Points, tuple[Line, ...]]:
    """Give data times model over folded model, photons/cm2/s per unit of x, times a power of E."""
    one, power = bins.spectrum, UNFOLDED[choice.kind]
    width = bins.width if power == 0 else bins.width_kev
    per = bins.middle_kev**power / width
    before = np.full(len(one.rate), np.nan) if one.unfolded is None else one.unfolded
    model = bins.total(before) * per
    folded = bins.sum(one.model_rate)
    factor = np.where(folded > 0, model / np.where(folded > 0, folded, 1.0), np.nan)
    points = bins.points(bins.sum(one.rate) * factor, bins.error() * factor)
    lines = [
        bins.line("part", part.label, bins.total(part.unfolded) * per)
        for part in one.parts
        if choice.components
    ]
    return points, (*lines, bins.line("model", "", model))


def _lower_pane(bins: PlotBins, choice: PlotChoice) -> Points:
    """Give the lower pane."""
    one = bins.spectrum
    rate, model, error = bins.sum(one.rate), bins.sum(one.model_rate), bins.error()
    off, ones = rate - model, np.ones(bins.n)
    if choice.lower == "residuals":
        per = 1 / bins.width
        return bins.points(off * per, error * per)
    if choice.lower == "ratio":
        model = np.where(model > 0, model, np.nan)
        return bins.points(rate / model, error / model)
    if choice.lower == "delchi":
        return bins.points(off / _spread(bins, rate, model, error), ones)
    return bins.points(_signed(bins, off, error), 0 * ones)


def _spread(bins: PlotBins, rate: Floats, model: Floats, error: Floats) -> Floats:
    """Give what deviations are measured in: the errors, or Poisson's of the predicted counts."""
    if not is_poisson(bins.spectrum):
        return error
    per = bins.exposure_s
    counts, predicted = np.maximum(rate * per, 0), model * per
    none = np.where(counts > 0, np.sqrt(counts), 1 + np.sqrt(0.75))
    return np.asarray(np.where(predicted > 0, np.sqrt(np.abs(predicted)), none) / per)


def _signed(bins: PlotBins, off: Floats, error: Floats) -> Floats:
    """Give what each plotted bin adds to the statistic, with the sign of data minus model."""
    joined = bins.n < len(bins.spectrum.rate)
    if joined and not is_poisson(bins.spectrum):
        return np.sign(off) * np.square(off / error)
    return np.asarray(np.sign(off) * np.abs(bins.total(bins.spectrum.contribution)))


FAINT = 1e-5
"""Of the largest value: models below it are not drawn on a logarithmic axis."""


def without_depths(one: Plotted, *, log_y: bool) -> Plotted:
    """Give the same without what would stretch a logarithmic axis over endless decades.

    Models behind much absorption and wings of lines go down to 1e-300: what is below a tenth of
    the lowest datum or folded model, or far below the largest value of a model, becomes NaN.
    """
    if not log_y or not one.lines:
        return one
    whole = [line.y for line in one.lines if line.role == "model"]
    known = np.concatenate([line[np.isfinite(line) & (line > 0)] for line in whole])
    if not known.size:
        return one
    least = FAINT * float(known.max())
    if one.points is not None:
        seen = one.points.y[one.points.y > one.points.error]
        least = max(least / 100, 0.1 * min([float(known.min()), *seen.tolist()]))
    lines = (replace(x, y=np.where(x.y >= least, x.y, np.nan)) for x in one.lines)
    return replace(one, lines=tuple(lines))
