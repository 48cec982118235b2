"""One model fitted to each of many observations by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.curve import FoldedSpectrum
    from nuwidgets.domain.fit import FitRequest, FitResult, Interval
    from nuwidgets.domain.gti import Gti


@dataclass(frozen=True)
class SeriesRequest:
    """Ask for fits of the same model to observations one by one."""

    fit: FitRequest
    """The fit of all of them: each observation is fitted with what is its own in it."""
    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    band: Band
    """Energies of the flux, keV."""
    unabsorbed: bool = False
    """Whether absorbers are taken away from the flux."""
    delta: float = 2.706
    """Rise of the statistic that the intervals stand for; 0 for none."""
    at_once: int = field(default=0, compare=False)
    """How many fits at the same time; 0: one for each core. It changes no answer."""


@dataclass(frozen=True)
class PointRequest:
    """Ask for one observation of a series: all that its answer depends on."""

    fit: FitRequest
    """The fit of its spectrum."""
    name: str
    """Short name of its dataset."""
    band: Band
    """Energies of the flux, keV."""
    unabsorbed: bool = False
    """Whether absorbers are taken away from the flux."""
    delta: float = 2.706
    """Rise of the statistic that the intervals stand for; 0 for none."""


@dataclass(frozen=True, eq=False)
class SeriesPoint:
    """One observation: its fit, or why there is none."""

    name: str
    """Short name of the dataset."""
    request: FitRequest
    """The fit that was asked for."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    gti: Gti | None = None
    """Good times of the spectrum, s since the reference time; None where a file has none."""
    exposure_s: float = float("nan")
    """Live time, s."""
    fit: FitResult | None = None
    """The best fit; None where there is none."""
    intervals: tuple[Interval, ...] = ()
    """Confidence intervals of the free parameters, with XSPEC's problem letters."""
    flux_erg_per_cm2_s: float = float("nan")
    """Flux in the band, erg/cm2/s."""
    flux_interval: tuple[float, float] = (float("nan"), float("nan"))
    """Lower and upper end of the flux, erg/cm2/s, for the same confidence as the intervals."""
    folded: FoldedSpectrum | None = None
    """Data and best model in the bins of the fit."""
    why: str = ""
    """Why there is no fit, or no intervals; empty when all went well."""


@dataclass(frozen=True, eq=False)
class Series:
    """The fits of all observations, in the order of the request."""

    points: tuple[SeriesPoint, ...]
    """One for each observation; while it is computed only those that are done."""
    request: SeriesRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    @property
    def failed(self) -> dict[str, str]:
        """Why observations could not be fitted, by name."""
        return {point.name: point.why for point in self.points if point.fit is None}

    def point(self, name: str) -> SeriesPoint | None:
        """Give the point of an observation, None where there is none."""
        return next((point for point in self.points if point.name == name), None)

    def __repr__(self) -> str:
        n, failed = len(self.points), len(self.failed)
        return f"<Series: {n - failed} of {n} observations fitted>"
