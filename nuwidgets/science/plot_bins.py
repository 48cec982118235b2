"""The bins of a plot: those of a spectrum, joined for the plot alone, in the unit of its x axis.

Bins are joined as by XSPEC's ``setplot rebin``: from the first one on until the net counts reach
so many times their error, or enough bins are joined. The error of joined bins adds in quadrature,
or is found from their counts (XSPEC manual, command ``setplot``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.plot import INCIDENT, UNFOLDED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.curve import FoldedSpectrum
    from nuwidgets.domain.plot import PlotChoice, Rebin

HC_KEV_ANGSTROM = 12.398419843320026
"""Planck's constant times the speed of light, keV Angstrom (CODATA 2018)."""


def is_poisson(spectrum: FoldedSpectrum) -> bool:
    """Whether the fit compares counts of Poisson, so that residuals are measured by these."""
    return spectrum.statistic != "chi"


def span(lo_kev: Floats, hi_kev: Floats, axis: str) -> tuple[Floats, Floats]:
    """Give both ends of energy bins as energies or wavelengths, the lower energy first."""
    if axis != "angstrom":
        return lo_kev, hi_kev
    return HC_KEV_ANGSTROM / np.maximum(lo_kev, 1e-6), HC_KEV_ANGSTROM / hi_kev


def _gehrels(counts: Floats) -> Floats:
    return 1.0 + np.sqrt(counts + 0.75)


def _lower(counts: Floats) -> Floats:
    return np.sqrt(np.maximum(counts - 0.25, 0.0))


COUNTED: dict[str, Callable[[Floats], Floats]] = {
    "sqrt": lambda counts: np.sqrt(np.maximum(counts, 0.0)),
    "poiss-1": _gehrels,
    "poiss-2": _lower,
    "poiss-3": lambda counts: (_gehrels(counts) + _lower(counts)) / 2,
}
"""Errors of counts, by XSPEC's names."""


@dataclass(frozen=True, eq=False)
class Points:
    """Data with their errors; x in the unit of the x axis."""

    x_lo: Floats
    """Left ends of the bins, shape (n,)."""
    x_hi: Floats
    """Right ends."""
    x: Floats
    """Middles: where XSPEC has its points."""
    y: Floats
    """Values; NaN where there is none."""
    error: Floats
    """One-sigma errors."""


@dataclass(frozen=True, eq=False)
class Line:
    """A stepped line."""

    role: str
    """``"model"``, ``"part"`` or ``"background"``."""
    label: str
    """Name of a part, or of the model it is of; may be empty."""
    x_lo: Floats
    """Left ends of the bins, shape (n,)."""
    x_hi: Floats
    """Right ends."""
    y: Floats
    """Values."""


@dataclass(frozen=True, eq=False)
class PlotBins:
    """Bins of one spectrum as they are plotted."""

    spectrum: FoldedSpectrum
    """Whose bins they are; in a plot per area without those that see nothing."""
    starts: Integers
    """Where each plotted bin begins among the spectrum's, shape (n,)."""
    axis: str
    """keV, channel or angstrom."""
    error_kind: str
    """One of ``ERRORS``."""
    per_area: bool
    """Whether rates are divided by the effective area."""

    @property
    def n(self) -> int:
        """Number of plotted bins."""
        return len(self.starts)

    @cached_property
    def ends(self) -> Integers:
        """Last of the spectrum's bins in each plotted bin, shape (n,)."""
        return np.append(self.starts[1:], len(self.spectrum.rate))[: self.n] - 1

    @cached_property
    def _area(self) -> Floats | None:
        return self.spectrum.area_cm2 if self.per_area else None

    @cached_property
    def _per_areascal(self) -> Floats | None:
        scale = self.spectrum.areascal
        return None if scale is None or np.all(scale == 1.0) else scale

    def sum(self, values: Floats) -> Floats:
        """Sum rates, per AREASCAL and per area where that is plotted, shape (n,)."""
        for divisor in (self._per_areascal, self._area):
            values = values if divisor is None else values / divisor
        return self.total(values)

    def total(self, values: Floats) -> Floats:
        """Sum values as they are, shape (n,)."""
        if self.n == len(values):
            return values
        return np.add.reduceat(values, self.starts)

    def mean(self, values: Floats) -> Floats:
        """Give the mean of values in each plotted bin, shape (n,)."""
        return self.total(values) / (self.ends - self.starts + 1)

    @cached_property
    def lo_kev(self) -> Floats:
        """Lower edges, keV."""
        return self.spectrum.e_lo_kev[self.starts]

    @cached_property
    def hi_kev(self) -> Floats:
        """Upper edges, keV."""
        return self.spectrum.e_hi_kev[self.ends]

    @cached_property
    def width_kev(self) -> Floats:
        """Widths without what is ignored in them, keV."""
        return (self.hi_kev - self.lo_kev) * self._share

    @cached_property
    def middle_kev(self) -> Floats:
        """Geometric middles, keV."""
        return np.sqrt(np.maximum(self.lo_kev, 0.0) * self.hi_kev)

    @cached_property
    def numbers(self) -> NDArray[Any]:
        """Number of each bin of the spectrum, from 1."""
        known = self.spectrum.bin_number
        return np.arange(1, len(self.spectrum.rate) + 1) if known is None else known

    @cached_property
    def _share(self) -> Floats:
        """Share of the bins within a plotted one that are not ignored."""
        within = self.numbers[self.ends] - self.numbers[self.starts] + 1
        return np.asarray((self.ends - self.starts + 1) / within)

    @cached_property
    def x(self) -> tuple[Floats, Floats]:
        """Both ends on the x axis, rising or, as wavelengths, falling with energy."""
        if self.axis == "channel":
            return self.numbers[self.starts] - 0.5, self.numbers[self.ends] + 0.5
        return span(self.lo_kev, self.hi_kev, self.axis)

    @cached_property
    def width(self) -> Floats:
        """Widths in the unit of x, without what is ignored in them."""
        return np.abs(self.x[1] - self.x[0]) * self._share

    @cached_property
    def time_s(self) -> Floats:
        """Live time times AREASCAL, s; 1 where it is not known."""
        known = self.spectrum.time_s
        return np.ones(self.n) if known is None else self.mean(known)

    @property
    def exposure_s(self) -> Floats:
        """What summed rates are counts by, s: not per area."""
        return self.time_s * (1.0 if self._area is None else self.mean(self._area))

    def error(self) -> Floats:
        """Give the error of the net rate, shape (n,)."""
        one = self.spectrum
        if self.error_kind == "quad" or one.time_s is None:
            scaled = [d for d in (self._per_areascal, self._area) if d is not None]
            each = one.error / np.prod(scaled, axis=0) if scaled else one.error
            return each if self.n == len(each) else np.sqrt(self.total(np.square(each)))
        of = COUNTED[self.error_kind]
        source = of(self.total(one.counts)) / self.exposure_s
        return np.hypot(source, self._background_part(of))

    def background_error(self) -> Floats:
        """Give the error of the background, scaled to the source, shape (n,)."""
        return self._background_part(COUNTED.get(self.error_kind, COUNTED["sqrt"]))

    def _background_part(self, of: Callable[[Floats], Floats]) -> Floats:
        one = self.spectrum
        if one.background_time_s is None or one.areascal is None:
            return np.zeros(self.n)
        counts = self.total(one.background_rate / one.areascal * one.background_time_s)
        time = self.mean(one.background_time_s)
        time = time if self._area is None else time * self.mean(self._area)
        return np.where(counts > 0, of(counts), 0.0) / time

    def points(self, y: Floats, error: Floats) -> Points:
        """Give these values as points."""
        lo, hi = self.x
        return Points(lo, hi, (lo + hi) / 2, y, error)

    def line(self, role: str, label: str, y: Floats) -> Line:
        """Give these values as a line."""
        return Line(role, label, *self.x, y)


def join(spectrum: FoldedSpectrum, choice: PlotChoice) -> PlotBins:
    """Give the bins of a spectrum as a choice plots them."""
    counted = choice.kind not in UNFOLDED and choice.kind not in INCIDENT
    per_area = choice.area and counted and spectrum.area_cm2 is not None
    if per_area:
        spectrum = _seeing(spectrum)
    alone = PlotBins(
        spectrum, np.arange(len(spectrum.rate)), choice.x, choice.rebin.error, per_area
    )
    if not choice.rebin.joins:
        return alone
    starts = _starts(alone.sum(spectrum.rate), alone.error(), choice.rebin)
    return PlotBins(spectrum, starts, choice.x, choice.rebin.error, per_area)


def _starts(rate: Floats, error: Floats, rebin: Rebin) -> Integers:
    """Find where plotted bins begin."""
    starts, net, variance, least = [0] if len(rate) else [], 0.0, 0.0, rebin.min_sigma**2
    last = len(rate) - 1
    for i, (value, spread) in enumerate(zip(rate.tolist(), np.square(error).tolist(), strict=True)):
        net, variance = net + value, variance + spread
        enough = net > 0 and net * net >= least * variance
        if i < last and (enough or i + 1 - starts[-1] >= rebin.max_bins):
            starts.append(i + 1)
            net = variance = 0.0
    return np.array(starts, int)


def _seeing(spectrum: FoldedSpectrum) -> FoldedSpectrum:
    """Give a spectrum without the bins that have no effective area."""
    area = spectrum.area_cm2
    if area is None or np.all(area > 0):
        return spectrum
    n, seen = len(area), area > 0
    cut: dict[str, Any] = {
        one.name: value[seen]
        for one in fields(spectrum)
        if isinstance(value := getattr(spectrum, one.name), np.ndarray) and len(value) == n
    }
    parts = tuple(
        replace(p, model_rate=p.model_rate[seen], unfolded=p.unfolded[seen]) for p in spectrum.parts
    )
    return replace(spectrum, **cut, parts=parts)
