"""Which events lie in the source and in the background region."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """The events of one region, and the region's size; columns are copied when they are read."""

    region: Region
    """The region, in pixels."""
    n_pixels: int
    """Number of sky pixels whose centre lies inside: the BACKSCAL numerator (ogip, WMAP rule)."""
    n_events: int
    """Number of events."""
    column: Callable[[str], NDArray[Any]] = field(repr=False)
    """Gives a column by its name, shape (n,)."""

    @cached_property
    def time_s(self) -> NDArray[Any]:
        """Arrival times, s, shape (n,)."""
        return self._read_only("time_s")

    @cached_property
    def pi(self) -> NDArray[Any]:
        """Channels, shape (n,)."""
        return self._read_only("pi")

    @cached_property
    def x(self) -> NDArray[Any]:
        """Sky pixel from 0, shape (n,)."""
        return self._read_only("x")

    @cached_property
    def y(self) -> NDArray[Any]:
        """Sky pixel from 0, shape (n,)."""
        return self._read_only("y")

    def _read_only(self, name: str) -> NDArray[Any]:
        values = self.column(name)
        values.flags.writeable = False
        return values


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
        counts = self.background.n_events if self.background else 0
        return (
            f"<Selection: source {self.source.n_events:,} counts in {self.source.n_pixels} pixels,"
            f" background {counts:,} counts in {background} pixels>"
        )
