"""A source over many observations: rates, and upper limits where nothing is detected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers, Mask
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.selection import SelectionRequest


@dataclass(frozen=True)
class LongTermRequest:
    """Ask for the rate of the source in each of many observations."""

    selections: tuple[SelectionRequest, ...]
    """Source and background of each observation."""
    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    band: Band
    """Energies that are counted."""
    level: float = 99.73
    """Per cent of confidence at which a source is detected, and of the upper limits."""
    error_level: float = 68.27
    """Per cent of confidence of the errors."""


@dataclass(frozen=True, eq=False)
class LongTerm:
    """One row for each observation, in the order of the request; n observations."""

    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    band: Band
    """Energies that were counted."""
    start_mjd: Floats
    """Start of the first good time, MJD (TT), shape (n,)."""
    stop_mjd: Floats
    """End of the last good time, MJD (TT), shape (n,)."""
    exposure_s: Floats
    """Good time corrected for dead time, s, shape (n,)."""
    counts: Integers
    """Events in the source region, shape (n,)."""
    background_counts: Integers
    """Events in the background region, shape (n,)."""
    area_ratio: Floats
    """Area of the source region over that of the background; NaN without one, shape (n,)."""
    rate_per_s: Floats
    """Net rate, counts/s, shape (n,)."""
    rate_lo_per_s: Floats
    """Lower end of the interval at `error_level`, counts/s, shape (n,)."""
    rate_hi_per_s: Floats
    """Upper end of the interval at `error_level`, counts/s, shape (n,)."""
    limit_per_s: Floats
    """Upper limit at `level`, counts/s, shape (n,)."""
    chance: Floats
    """Chance that the background alone gives as many counts, shape (n,)."""
    detected: Mask
    """Whether the source is detected at `level`, shape (n,)."""
    request: LongTermRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def middle_mjd(self) -> Floats:
        """Middle of each observation, MJD (TT), shape (n,)."""
        middle: Floats = (self.start_mjd + self.stop_mjd) / 2
        return middle

    def __repr__(self) -> str:
        return f"<LongTerm: {len(self.names)} observations, {int(self.detected.sum())} detected>"
