"""Pile-up: several photons taken for one, and the region that leaves them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from nuwidgets.domain.region import Region


@dataclass(frozen=True)
class PileUp:
    """A source so bright that photons pile up in its middle."""

    rate_per_s: float
    """Net rate of the whole source, brought there from that of the region, counts/s."""
    limit_per_s: float
    """Rate above which photons pile up, counts/s."""
    inner_arcsec: float
    """Radius of the middle to be left out, arcsec."""
    mode: str = ""
    """Data mode in words, e.g. ``"photon counting"``."""
    region: Region = field(default_factory=Region)
    """The source region without the middle, to take instead; empty where nothing would be left."""

    def __str__(self) -> str:
        advice = (
            f"Take an annulus from {self.inner_arcsec:.0f} arcsec (pileup.region of the spectrum)."
            if self.region
            else f"Draw an annulus from {self.inner_arcsec:.0f} arcsec: the region ends within."
        )
        mode = f" in {self.mode} mode" if self.mode else ""
        return (
            f"Piled up: {self.rate_per_s:.3g} counts/s{mode}, above {self.limit_per_s:g}. {advice}"
        )
