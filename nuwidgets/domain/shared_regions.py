"""One source and one background region for many observations."""

from __future__ import annotations

from dataclasses import dataclass, field

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region


@dataclass(frozen=True)
class SharedRegionsRequest:
    """Ask for the regions that observations share."""

    source: Region = field(default_factory=Region)
    """The source region, on the sky; empty for none: each observation has its own."""
    background: Region = field(default_factory=Region)
    """The background region, on the sky; empty for none."""
    apart: tuple[str, ...] = ()
    """Names of the observations that have their own."""


@dataclass(frozen=True, eq=False)
class SharedRegions:
    """The regions that observations share."""

    source: Region
    """The source region, on the sky."""
    background: Region
    """The background region, on the sky."""
    apart: tuple[str, ...] = ()
    """Names of the observations that have their own."""
    request: SharedRegionsRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        own = f", not in {', '.join(self.apart)}" if self.apart else ""
        return (
            f"<SharedRegions: source {len(self.source.shapes)}, background"
            f" {len(self.background.shapes)} shapes{own}>"
        )
