"""Spectra for small plots: few enough bins to be told apart, joined for the picture alone.

Bins are joined as by XSPEC's ``setplot rebin`` (XSPEC manual) and never over energies that are
ignored between them; the fit knows nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.plot import PlotChoice, Rebin
from nuwidgets.science.plot_bins import PlotBins, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.curve import FoldedSpectrum

MOST_BINS = 60
"""More bins than this are not told apart in a small plot."""
MIN_SIGMA = 3.0
"""Faint bins are joined until their net counts are so many times their error ..."""
LARGEST_SIGMA = 30.0
"""So far that is raised where there still are too many."""
FEWEST = 12
"""... but never to fewer than about so many in all."""

FARTHEST = {True: 30.0, False: 1.5}
"""A model so many times above the data is still in sight, by whether the axis is logarithmic."""


@dataclass(frozen=True, eq=False)
class SmallSpectrum:
    """One spectrum beside its model in few bins."""

    lo_kev: Floats
    """Lower edges, keV, shape (n,)."""
    hi_kev: Floats
    """Upper edges, keV, shape (n,)."""
    rate: Floats
    """Net rate, counts/s/keV, shape (n,)."""
    error: Floats
    """One-sigma error of the net rate, counts/s/keV, shape (n,)."""
    model: Floats
    """Folded model, counts/s/keV, shape (n,); NaN where there is none."""
    n_bins: int = 0
    """Bins before they were joined."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def rows(self) -> Floats:
        """Lower and upper edges, rate, error and model, shape (5, n)."""
        return np.array([self.lo_kev, self.hi_kev, self.rate, self.error, self.model])


def small_spectrum(folded: FoldedSpectrum, *, with_model: bool = True) -> SmallSpectrum:
    """Give a spectrum in few bins.

    Parameters
    ----------
    folded : FoldedSpectrum
        Data, and their model.
    with_model : bool
        Whether there is a model; without, it is NaN.
    """
    n = len(folded.rate)
    most = max(1, -(-n // FEWEST))
    starts, sigma = _starts(folded, MIN_SIGMA, most), MIN_SIGMA
    while len(starts) > MOST_BINS and sigma < LARGEST_SIGMA:  # spectra alike in counts look alike
        sigma *= 1.2
        starts = _starts(folded, sigma, most)
    bins = PlotBins(folded, _thinned(folded, starts), "keV", "quad", per_area=False)
    width = np.where(bins.width_kev > 0, bins.width_kev, np.nan)
    model = bins.sum(folded.model_rate) / width if with_model else np.full(bins.n, np.nan)
    rate, error = bins.sum(folded.rate) / width, bins.error() / width
    return SmallSpectrum(bins.lo_kev, bins.hi_kev, rate, error, model, n)


def _starts(folded: FoldedSpectrum, sigma: float, most: int) -> Integers:
    """Give where bins begin that are joined as by ``setplot rebin``."""
    rebin = Rebin(sigma, most) if len(folded.rate) else Rebin()
    return join(folded, PlotChoice(lower="", rebin=rebin)).starts


def _thinned(folded: FoldedSpectrum, starts: Integers) -> Integers:
    """Join bins to at most so many; a gap begins a new one."""
    step = max(1, -(-len(starts) // MOST_BINS))
    gaps = 1 + np.flatnonzero(folded.e_lo_kev[1:] > folded.e_hi_kev[:-1] * (1 + 1e-6))
    joined: Integers = np.union1d(starts[::step], gaps if len(starts) else starts).astype(np.int64)
    return joined


def limits_of(
    spectra: Iterable[SmallSpectrum], *, log_y: bool = True
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give limits of energy, keV, and rate, counts/s/keV, that hold all spectra.

    On a logarithmic axis the bins above their error are held. Limits of rates are round, so that
    they stay while a model moves; a model far above the data goes out of sight.
    """
    found = [one for one in spectra if len(one.rate)]
    if not found:
        return (0.3, 10.0), (1e-3, 1.0)
    lo = max(min(float(one.lo_kev.min()) for one in found), 1e-3)
    x = lo, max(float(one.hi_kev.max()) for one in found)
    data = [one.rate[one.rate > one.error] if log_y else one.rate + one.error for one in found]
    seen, models = (_positive(values) for values in (data, [one.model for one in found]))
    if not len(seen):
        seen = models
    if not len(seen):
        return x, ((1e-3, 1.0) if log_y else (0.0, 1.0))
    top = float(seen.max())
    top = max(top, min(float(models.max(initial=0.0)), top * FARTHEST[log_y]))
    if not log_y:
        return x, (0.0, _round_up(1.05 * top))
    bottom = min(float(seen.min()), max(float(models.min(initial=np.inf)), seen.min() / 30))
    return x, (1 / _round_up(1.2 / max(bottom, top / 1e6)), _round_up(1.2 * top))


def _positive(arrays: list[Floats]) -> Floats:
    values = np.concatenate(arrays)
    return values[np.isfinite(values) & (values > 0)]


def _round_up(value: float) -> float:
    """Give the next of 1, 2, 5, 10, 20 ..."""
    ten = 10.0 ** np.floor(np.log10(value))
    return float(next(step * ten for step in (1, 2, 5, 10) if step * ten >= value * (1 - 1e-9)))
