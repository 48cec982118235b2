"""Which events lie in the source and in the background region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.events import Events, ScreenRequest


@dataclass(frozen=True)
class SelectionRequest:
    """Ask which screened events lie in two regions."""

    screen: ScreenRequest
    """The events to choose from."""
    source: Region = field(default_factory=Region)
    """The source region."""
    background: Region = field(default_factory=Region)
    """The background region; empty for none."""


@dataclass(frozen=True, eq=False)
class Cut:
    """The events of one region, and the region's size."""

    region: Region
    """The region, in pixels."""
    time_s: NDArray[Any]
    """Arrival times, s, shape (n,)."""
    pi: NDArray[Any]
    """Channels, shape (n,)."""
    x: NDArray[Any]
    """Sky pixel from 0, shape (n,)."""
    y: NDArray[Any]
    """Sky pixel from 0, shape (n,)."""
    n_pixels: int
    """Number of sky pixels whose centre lies inside: the BACKSCAL numerator (ogip, WMAP rule)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Selection:
    """The events of the source and of the background region."""

    source: Cut
    """The source."""
    background: Cut | None
    """The background, or None."""
    events: Events
    """The screened events they were chosen from."""
    request: SelectionRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        background = self.background.n_pixels if self.background else 0
        counts = len(self.background.pi) if self.background else 0
        return (
            f"<Selection: source {len(self.source.pi):,} counts in {self.source.n_pixels} pixels,"
            f" background {counts:,} counts in {background} pixels>"
        )
