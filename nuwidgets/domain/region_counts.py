"""Counts of all regions of a dataset, in bands: what a table beside the image shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import ScreenRequest


@dataclass(frozen=True)
class RegionCountsRequest:
    """Ask for the counts of regions."""

    screen: ScreenRequest
    """The events to count."""
    source: Region = field(default_factory=Region)
    """The source region."""
    background: Region = field(default_factory=Region)
    """The background region; empty for none."""
    named: NamedRegions = field(default_factory=NamedRegions)
    """Further regions."""
    bands: tuple[Band, ...] = ()
    """Energies to count, each by itself; none for the mission's band alone."""

    @property
    def regions(self) -> dict[str, Region]:
        """All regions by name: source, background, and the others."""
        return {"source": self.source, "background": self.background, **self.named}


@dataclass(frozen=True, eq=False)
class RegionCounts:
    """Counts and sizes of regions; a region that covers nothing is a row of zeros."""

    names: tuple[str, ...]
    """Names of the regions: source, background, and the others."""
    bands: tuple[Band, ...]
    """The bands that were counted."""
    n_pixels: Integers
    """Sky pixels whose centre lies inside, shape (n_region,)."""
    area_arcsec2: Floats
    """Area of these, arcsec^2, shape (n_region,); NaN where the pixels have no sky coordinates."""
    counts: Integers
    """Events, shape (n_region, n_band)."""
    detectors: Floats
    """Part of a region's events, of any energy, that each detector saw, 0 to 1, shape
    (n_region, 4), DET_ID 0 to 3; NaN where the file has no DET_ID or the region no event."""
    livetime_s: float
    """Good time corrected for dead time, s."""
    request: RegionCountsRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __repr__(self) -> str:
        said = (f"{name} {int(c.sum())}" for name, c in zip(self.names, self.counts, strict=True))
        return f"<RegionCounts: {', '.join(said)}>"

    def index(self, name: str) -> int:
        """Give the row of a region.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        if name not in self.names:
            raise InputError(f"There is no region {name!r}. {nearest(name, list(self.names))}")
        return self.names.index(name)

    @property
    def rate_per_s(self) -> Floats:
        """Counts per live second, shape (n_region, n_band)."""
        return self._per_s(self.counts)

    @property
    def error_per_s(self) -> Floats:
        """One-sigma error of the rate, the root of the counts, shape (n_region, n_band)."""
        return self._per_s(np.sqrt(self.counts))

    @property
    def area_ratio(self) -> Floats:
        """Area of each region over that of the background, shape (n_region, 1).

        NaN for the background itself, and for all where there is none.
        """
        ratio = np.full((len(self.names), 1), np.nan)
        if "background" in self.names and self.n_pixels[row := self.index("background")]:
            ratio[:, 0] = self.n_pixels / self.n_pixels[row]
            ratio[row] = np.nan
        return ratio

    @property
    def net_counts(self) -> Floats:
        """Counts less those of the background, scaled by area, shape (n_region, n_band)."""
        return self.counts - self.area_ratio * self._background

    @property
    def net_error(self) -> Floats:
        """One-sigma error of the net counts, sqrt(N + ratio^2 B), shape (n_region, n_band)."""
        error: Floats = np.sqrt(self.counts + self.area_ratio**2 * self._background)
        return error

    @property
    def net_rate_per_s(self) -> Floats:
        """Net counts per live second, shape (n_region, n_band)."""
        return self._per_s(self.net_counts)

    @property
    def net_rate_error_per_s(self) -> Floats:
        """One-sigma error of the net rate, shape (n_region, n_band)."""
        return self._per_s(self.net_error)

    @property
    def _background(self) -> Floats:
        row = self.names.index("background") if "background" in self.names else None
        return np.full(self.counts.shape[1:], np.nan) if row is None else self.counts[row] * 1.0

    def _per_s(self, counts: Floats | Integers) -> Floats:
        """Divide by the live time; NaN without any."""
        return counts / (self.livetime_s if self.livetime_s > 0 else np.nan)
