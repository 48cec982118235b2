"""Where to take the background: proposals, and how much of each region lies on each detector."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.geometry import GeometryRequest
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest


@dataclass(frozen=True)
class BackgroundsRequest:
    """Ask where the background of a source may be taken."""

    selection: SelectionRequest
    """The events, and the regions of now."""
    band: Band
    """Energies to count."""
    geometry: GeometryRequest | None = None
    """How the detectors lie on the sky; None where there are none to tell apart."""
    wings_percent: float = 5.0
    """The source is left behind where it is less than this part of the background, percent."""
    avoid: tuple[str, ...] = ()
    """Names of regions to keep out of: other sources, stray light."""
    avoided: NamedRegions = field(default_factory=NamedRegions)
    """The regions of these names, those that there are."""


@dataclass(frozen=True)
class BackgroundPlace:
    """A region, and what an analysis would have of it."""

    name: str
    """What it is, in a word or two."""
    region: Region
    """On the sky, or in pixels where the file has no sky coordinates."""
    area_arcsec2: float = 0.0
    """Its area inside the image, square arcsec."""
    counts: int = 0
    """Counts in the band."""
    shares: tuple[float, ...] = ()
    """Part of its area on each detector, DET_ID 0 first; empty where there are none."""
    source_share: float = 0.0
    """Part of its counts that is expected to be the source's own."""
    reason: str = ""
    """Why there, in a sentence."""
    poor: tuple[str, ...] = ()
    """What speaks against it."""

    @property
    def beside(self) -> float:
        """Part of its area in gaps or outside the detectors; 0 where there are none to tell."""
        return max(0.0, 1.0 - sum(self.shares)) if self.shares else 0.0

    @property
    def per_arcsec2(self) -> float:
        """Counts per square arcsec."""
        return self.counts / self.area_arcsec2 if self.area_arcsec2 else 0.0


@dataclass(frozen=True, eq=False)
class Backgrounds:
    """Proposals for the background region, the best first, and the regions of now."""

    proposals: tuple[BackgroundPlace, ...]
    """The proposals."""
    source: BackgroundPlace
    """The source region as it is."""
    background: BackgroundPlace | None = None
    """The background region as it is; None without one."""
    detector: int | None = None
    """DET_ID of the detector that has most of the source; None where there are none."""
    clear_arcsec: float = 0.0
    """Places nearer to the source than this are not proposed, arcsec."""
    level_per_arcsec2: float = 0.0
    """Background around the source by the fit of its profile, counts per square arcsec."""
    bright: tuple[float, ...] = ()
    """Part of each detector that is too bright to be plain background: stray light, sources."""
    request: BackgroundsRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __getitem__(self, name: str) -> BackgroundPlace:
        """Give a proposal by its name.

        Raises
        ------
        InputError
            If there is none.
        """
        known = {one.name: one for one in self.proposals}
        if name not in known:
            raise InputError(f"There is no proposal {name!r}. {nearest(name, list(known))}")
        return known[name]

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.proposals) or "none"
        where = "" if self.detector is None else f" for a source on DET{self.detector}"
        return f"<Backgrounds{where}: {names}>"
