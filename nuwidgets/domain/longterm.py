"""A source over many observations: rates, and upper limits where nothing is detected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats, Integers, Mask
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.selection import SelectionRequest

COLUMNS = {
    "names": ("name", "", "short name of the dataset"),
    "telescope": ("telescope", "", "as in TELESCOP; empty where it could not be counted"),
    "start_mjd": ("start_mjd", "d", "start of the first good time, MJD (TT)"),
    "stop_mjd": ("stop_mjd", "d", "end of the last good time, MJD (TT)"),
    "exposure_s": ("exposure_s", "s", "good time corrected for dead time"),
    "counts": ("counts", "ct", "events in the source region"),
    "background_counts": ("background_counts", "ct", "events in the background region"),
    "area_ratio": ("area_ratio", "", "area of the source region over that of the background"),
    "rate_per_s": ("rate_per_s", "ct / s", "net rate"),
    "rate_lo_per_s": ("rate_lo_per_s", "ct / s", "lower end of the interval at error_level"),
    "rate_hi_per_s": ("rate_hi_per_s", "ct / s", "upper end of the interval at error_level"),
    "limit_per_s": ("limit_per_s", "ct / s", "upper limit at level"),
    "chance": ("chance", "", "chance that the background alone gives as many counts"),
    "detected": ("detected", "", "whether the source is detected at level"),
    "fraction": ("fraction", "", "part of a point source's photons the rates were divided by"),
    "why": ("why", "", "why it could not be counted; empty where it was"),
}
"""Columns of `LongTerm.table`, by field: name, unit, and what they hold."""


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
    corrected: bool = False
    """Whether rates are divided by the part of a point source's photons that its region holds."""


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
    """Net rate, counts/s; below 0 where there is less than is expected of the background,
    shape (n,)."""
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
    fraction: Floats
    """Part of a point source's photons that the rates were divided by; 1 where they are those of
    the region, not corrected for what lies outside, shape (n,)."""
    telescope: tuple[str, ...]
    """Which telescope it was, as in TELESCOP; empty where it could not be counted."""
    why: tuple[str, ...]
    """Why an observation could not be counted; empty where it was. Its numbers are NaN, or 0."""
    request: LongTermRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def failed(self) -> dict[str, str]:
        """Why observations could not be counted, by name."""
        return {name: why for name, why in zip(self.names, self.why, strict=True) if why}

    @property
    def middle_mjd(self) -> Floats:
        """Middle of each observation, MJD (TT), shape (n,)."""
        middle: Floats = (self.start_mjd + self.stop_mjd) / 2
        return middle

    def table(self) -> Table:
        """Give a row for each observation as an astropy table, with units and words."""
        from nuwidgets.domain.table_columns import made_table

        about: dict[str, Any] = {"band": str(self.band)}
        if self.request:
            about |= {"level": self.request.level, "error_level": self.request.error_level}
        return made_table(self, COLUMNS, about)

    def __repr__(self) -> str:
        return f"<LongTerm: {len(self.names)} observations, {int(self.detected.sum())} detected>"
