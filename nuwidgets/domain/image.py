"""A counts image of the sky in an energy band."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import ScreenRequest
    from nuwidgets.domain.sky import TangentPlane


@dataclass(frozen=True)
class ImageRequest:
    """Ask for a counts image."""

    screen: ScreenRequest
    """The events to bin."""
    band: Band
    """Energies to count."""
    binning: int = 1
    """Sky pixels per image pixel, along each axis."""
    engine: str = ""
    """Who makes it: ``"heasoft"``, or empty for the embedded engine."""


@dataclass(frozen=True, eq=False)
class Image:
    """A counts image of the sky."""

    counts: NDArray[Any]
    """Counts, shape (n_y, n_x), y up."""
    plane: TangentPlane | None
    """Sky coordinates of the image's own pixels."""
    request: ImageRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def binning(self) -> int:
        """Sky pixels per image pixel, along each axis."""
        return self.request.binning if self.request else 1

    @property
    def total(self) -> int:
        """Sum of all counts."""
        return int(np.sum(self.counts))

    def __repr__(self) -> str:
        n_y, n_x = self.counts.shape
        return f"<Image: {n_x} x {n_y} pixels, {self.total:,} counts>"
