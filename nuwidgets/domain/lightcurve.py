"""A light curve: count rates in time bins, with the good fraction of each bin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.selection import SelectionRequest


@dataclass(frozen=True)
class LightCurveRequest:
    """Ask for a light curve of a selection."""

    selection: SelectionRequest
    """The events to count."""
    band: Band
    """Energies to count."""
    binsize_s: float
    """Length of a bin, s."""
    subtract_background: bool = True
    """Whether to take away the background, scaled by area."""
    correct_livetime: bool = True
    """Whether to divide by the live-time fraction of each bin (nulccorr's rule) or the mean one."""
    engine: str = ""
    """Who makes it: ``"heasoft"``, or empty for the embedded engine."""


@dataclass(frozen=True, eq=False)
class LightCurve:
    """Rates in equal bins from the first good time on; bins without good time are NaN."""

    time_s: Floats
    """Start of each bin, s since the reference time, shape (n,)."""
    binsize_s: float
    """Length of a bin, s."""
    rate_per_s: Floats
    """Rate, counts/s, corrected for good time, dead time and background as asked, shape (n,)."""
    error_per_s: Floats
    """One-sigma error of the rate, counts/s, shape (n,)."""
    fracexp: Floats
    """Fraction of each bin that is good time, 0 to 1, shape (n,)."""
    counts: Floats
    """Source-region counts, shape (n,)."""
    background_counts: Floats
    """Background-region counts, not scaled, shape (n,)."""
    live_fraction: Floats
    """Mean live-time fraction over the good part of each bin, shape (n,)."""
    gti: Gti = field(default_factory=Gti)
    """Good time intervals."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    background_subtracted: bool = False
    """Whether the scaled background was taken away."""
    livetime_corrected: bool = False
    """Whether rates are divided by the live-time fraction."""
    request: LightCurveRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def good(self, min_fracexp: float = 0.5) -> Mask:
        """Say which bins have a rate and more good time than `min_fracexp`, shape (n,)."""
        good: Mask = np.isfinite(self.rate_per_s) & (self.fracexp > min_fracexp)
        return good

    def __repr__(self) -> str:
        good = self.good()
        mean = float(np.mean(self.rate_per_s[good])) if good.any() else float("nan")
        return (
            f"<LightCurve: {int(good.sum())} bins of {self.binsize_s:g} s,"
            f" mean rate {mean:.4g} counts/s>"
        )
