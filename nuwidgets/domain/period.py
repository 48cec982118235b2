"""A search for a period: the statistic at each trial frequency, the best one, and its profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest

METHODS = {"z2": "Z²", "folding": "epoch folding χ²"}
"""How profiles are judged, in words."""
SECONDS_PER_DAY = 86400.0


@dataclass(frozen=True)
class PeriodRequest:
    """Ask for a period in the arrival times of a selection."""

    selection: SelectionRequest
    """The events."""
    band: Band
    """Energies to count."""
    range_hz: tuple[float, float] = (0.01, 1.0)
    """Lowest and highest trial frequency, Hz; two equal ones fold without a search."""
    method: str = "z2"
    """One of `METHODS`."""
    n_harmonics: int = 2
    """Harmonics of Z squared."""
    n_bins: int = 32
    """Bins of phase, of the profile and of epoch folding."""
    oversampling: float = 4.0
    """Trial frequencies in the width of a peak, one over the time spanned."""
    fdot_hz_per_s: float = 0.0
    """Change of the frequency, Hz/s."""
    level: float = 0.01
    """Probability that noise alone passes the threshold anywhere in the range."""
    region: str = "source"
    """Whose events: ``"source"``, ``"background"``, or the name of another region."""
    area: Region | None = None
    """That other region; None for source and background."""


@dataclass(frozen=True, eq=False)
class Period:
    """What a search found, and the profile at the best frequency."""

    frequency_hz: Floats
    """Trial frequencies, Hz, shape (n,)."""
    statistic: Floats
    """Z squared or chi squared of each, shape (n,)."""
    threshold: float
    """What noise alone passes anywhere with the probability that was asked for."""
    best_hz: float
    """The best frequency at phase zero, Hz."""
    best_error_hz: float
    """One-sigma error of that, Hz, from the curvature of the likelihood at the peak."""
    best_statistic: float
    """The statistic there."""
    probability: float
    """Probability that noise alone gives as much anywhere in the range."""
    profile: Floats
    """Rate in each bin of phase, counts/s, shape (n_bins,)."""
    profile_error: Floats
    """One-sigma error of that, counts/s, shape (n_bins,)."""
    exposure: Floats
    """Share of the good time in each bin of phase, shape (n_bins,)."""
    pulsed_fraction: float
    """Rms amplitude of the pulsation over the mean rate."""
    pulsed_fraction_error: float
    """One-sigma error of that."""
    phaseogram: Floats
    """Counts in bins of time and phase, shape (n_times, n_bins)."""
    phaseogram_s: Floats
    """Edges of the bins of time, s since the reference time, shape (n_times + 1,)."""
    epoch_s: float
    """Phase zero, s since the reference time."""
    n_events: int = 0
    """Number of events."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    request: PeriodRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def period_s(self) -> float:
        """The best period at phase zero, s."""
        return 1.0 / self.best_hz

    @property
    def period_error_s(self) -> float:
        """One-sigma error of that, s."""
        return self.best_error_hz / self.best_hz**2

    @property
    def epoch_mjd(self) -> float:
        """Phase zero, MJD in the time system of the file."""
        return self.pointing.mjdref_days + self.epoch_s / SECONDS_PER_DAY

    @property
    def detected(self) -> bool:
        """Whether the best statistic passes the threshold."""
        return self.best_statistic > self.threshold

    def __repr__(self) -> str:
        word = "detected" if self.detected else "not detected"
        return (
            f"<Period: {self.period_s:.8g} s {word}, statistic {self.best_statistic:.4g}, threshold"
            f" {self.threshold:.4g}>"
        )
