"""A power spectrum: how strongly a rate varies at each frequency."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest

NORMS = {
    "leahy": "Leahy: noise has power 2",
    "frac": "(rms/mean)² per Hz",
    "abs": "counts² s⁻² per Hz",
}
"""How powers are normalised, by stingray's names, in words."""


@dataclass(frozen=True)
class PowerRequest:
    """Ask for a power spectrum of a selection, averaged over segments of good time."""

    selection: SelectionRequest
    """The events."""
    band: Band
    """Energies to count."""
    dt_s: float = 1.0 / 64.0
    """Length of a time bin, s; the highest frequency is half its inverse."""
    segment_s: float = 256.0
    """Length of a segment, s; the lowest frequency is its inverse."""
    norm: str = "frac"
    """One of `NORMS`."""
    log_step: float = 0.05
    """How much wider each frequency bin is than the one before, as a fraction; 0 joins none."""
    rms_range_hz: tuple[float, float] = (0.0, 0.0)
    """Frequencies over which the rms is taken, Hz; two equal ones take all."""
    region: str = "source"
    """Whose events: ``"source"``, ``"background"``, or the name of another region."""
    area: Region | None = None
    """That other region; None for source and background."""


@dataclass(frozen=True, eq=False)
class Power:
    """An averaged power spectrum; all arrays have shape (n,)."""

    frequency_hz: Floats
    """Middle of each frequency bin, Hz."""
    power: Floats
    """Power, in the unit of the norm; noise is in it."""
    error: Floats
    """One-sigma error of that: the power over the root of the number of powers averaged."""
    n_powers: Floats
    """Number of powers averaged in each bin, over segments and frequencies."""
    noise: float
    """Power of Poisson noise without dead time, in the same unit."""
    n_segments: int
    """Number of segments."""
    segment_s: float
    """Length of a segment, s, as used."""
    dt_s: float
    """Length of a time bin, s, as used."""
    mean_rate_per_s: float
    """Mean rate in the segments, counts/s."""
    used_s: float
    """Good time in the segments, s."""
    rms: float
    """Fractional rms over `rms_range_hz`, the noise taken away; NaN where noise is all."""
    rms_error: float
    """One-sigma error of that."""
    rms_range_hz: tuple[float, float]
    """Frequencies of the rms, Hz, as used."""
    norm: str = "frac"
    """One of `NORMS`."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    request: PowerRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __repr__(self) -> str:
        rms = f"{100 * self.rms:.3g} % rms" if np.isfinite(self.rms) else "no rms above the noise"
        return (
            f"<Power: {len(self.power)} frequencies, {self.n_segments} segments of"
            f" {self.segment_s:g} s, {rms}>"
        )
