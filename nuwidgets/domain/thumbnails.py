"""Small images of one place in many observations, all of the same field and band."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import ScreenRequest
    from nuwidgets.domain.sky import TangentPlane

MOST_PIXELS = 128
"""Pixels along each side of a small image, at most; sky pixels are joined until it is enough."""


@dataclass(frozen=True)
class ThumbnailsRequest:
    """Ask for small images of the same field in many observations."""

    screens: tuple[ScreenRequest, ...]
    """Events of each observation."""
    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    band: Band
    """Energies that are counted."""
    field_arcmin: float = 10.0
    """Width and height of the field, arcmin."""
    center: tuple[float, float] | None = None
    """Right ascension and declination of its middle, deg; None: the target of the first one."""


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """One small image for each observation that could be read, in the order of the request."""

    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    counts: NDArray[np.uint16]
    """Events in each pixel, y up, shape (n, side, side); it holds the field and a little more."""
    planes: tuple[TangentPlane | None, ...]
    """Sky coordinates of each image's pixels; None where an event file has none."""
    pixel_arcsec: Floats
    """Size of each image's pixels, arcsec, shape (n,)."""
    exposure_s: Floats
    """Good time corrected for dead time, s, shape (n,)."""
    start_mjd: Floats
    """Start of the first good time, MJD (TT), shape (n,)."""
    field_arcmin: float
    """Width and height of the field, arcmin."""
    center: tuple[float, float] | None = None
    """Right ascension and declination of its middle, deg; None where nothing is on the sky."""
    request: ThumbnailsRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def side(self) -> int:
        """Number of pixels along each side."""
        return int(self.counts.shape[-1])

    def offset_arcsec(self, number: int) -> tuple[float, float]:
        """Give how far right and up the middle of an image lies from that of the field, arcsec."""
        plane = self.planes[number]
        if plane is None or self.center is None:
            return 0.0, 0.0
        x, y = plane.to_pixel(*self.center)
        middle, size = (self.side - 1) / 2, float(self.pixel_arcsec[number])
        return (middle - float(x)) * size, (middle - float(y)) * size

    def __repr__(self) -> str:
        return f"<Thumbnails: {len(self.names)} of {self.field_arcmin:g} arcmin>"
