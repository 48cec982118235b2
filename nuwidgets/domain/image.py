"""An image in energy bands: counts, live time, or one over the other."""

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
    from nuwidgets.domain.exposure_map import ExposureRequest
    from nuwidgets.domain.sky import TangentPlane

UNITS = {"counts": "counts", "exposure": "s", "corrected": "counts s⁻¹ px⁻¹"}
"""What an image may show, and the unit of its values."""
FRAMES = ("sky", "det1")
"""The pixels of an image: those of the sky, or of NuSTAR's detectors (DET1)."""


@dataclass(frozen=True)
class ImageRequest:
    """Ask for an image."""

    screen: ScreenRequest
    """The events to bin."""
    band: Band
    """Energies to count."""
    binning: int = 1
    """Pixels of the frame per image pixel, along each axis."""
    engine: str = ""
    """Who makes it: ``"heasoft"``, or empty for the embedded engine."""
    bands: tuple[Band, ...] = ()
    """Further bands, a tile each."""
    smooth_px: float = 0.0
    """Sigma of the Gaussian it is smoothed with, image pixels; 0 for none."""
    quantity: str = "counts"
    """What is shown: ``"counts"``, ``"exposure"`` or ``"corrected"`` (counts over exposure)."""
    frame: str = "sky"
    """Its pixels: ``"sky"`` or ``"det1"``."""
    exposure: ExposureRequest | None = None
    """The exposure map it needs; None where it needs none."""


@dataclass(frozen=True, eq=False)
class Image:
    """An image of the sky, or of the detectors."""

    counts: NDArray[Any]
    """Values in the first band, shape (n_y, n_x), y up; whole numbers where they are counts."""
    plane: TangentPlane | None
    """Sky coordinates of the image's own pixels."""
    request: ImageRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""
    tiles: tuple[NDArray[Any], ...] = field(default=(), repr=False)
    """The same in each further band."""
    unit: str = "counts"
    """Unit of the values; of those over exposure NaN is where nothing was seen."""
    frame: str = "sky"
    """What its pixels are: ``"sky"`` or ``"det1"``."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)
        for tile in self.tiles:
            tile.flags.writeable = False

    @property
    def binning(self) -> int:
        """Pixels of the frame per image pixel, along each axis."""
        return self.request.binning if self.request else 1

    @property
    def total(self) -> int:
        """Sum of all values, whole: of a counts image the number of events."""
        if self.counts.dtype.kind in "iu":
            return int(np.sum(self.counts))
        return round(float(np.nansum(self.counts, dtype=float)))

    def __repr__(self) -> str:
        n_y, n_x = self.counts.shape
        what = f"{self.total:,} counts" if self.unit == "counts" else self.unit
        frame = "" if self.frame == "sky" else f" of {self.frame.upper()}"
        more = f", {len(self.tiles)} more bands" if self.tiles else ""
        return f"<Image: {n_x} x {n_y} pixels{frame}, {what}{more}>"
