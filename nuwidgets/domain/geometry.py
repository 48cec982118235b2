"""How a telescope's detectors lie on the sky image: their outlines, the optical axis, who is where.

Places are means over the good times; the mast sways and the pointing drifts, by some pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import EventsRequest


@dataclass(frozen=True)
class GeometryRequest:
    """Ask how the detectors of an event file lie on the sky."""

    events: EventsRequest
    """The event file; files with the aspect are looked for beside it."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of each of these files."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Detectors on the sky image: ``sky = matrix @ (DET1 - reference) + place``."""

    matrix: Floats
    """From DET1 to sky pixels, shape (2, 2)."""
    reference: tuple[float, float]
    """A DET1 pixel, from 0 ..."""
    place: tuple[float, float]
    """... and the sky pixel, from 0, where it lies on the mean."""
    outlines: tuple[Floats, ...]
    """Corners of each detector on the sky, pixels from 0, shape (n, 2) each; DET_ID 0 first."""
    detector: NDArray[np.int8]
    """DET_ID of each sky pixel by these outlines, -1 in gaps and outside, shape (n_y, n_x)."""
    axis: tuple[float, float] | None = None
    """Mean sky pixel, from 0, of the optical axis; None where it is not known."""
    pixel_arcsec: float = 1.0
    """Size of a sky pixel, arcsec."""
    rms_pixels: float = 0.0
    """Scatter of the events about this, sky pixels, both axes together."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    request: GeometryRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)
        for outline in self.outlines:
            outline.flags.writeable = False

    def to_detector(self, x: Floats | float, y: Floats | float) -> tuple[Floats, Floats]:
        """Give DET1 pixels, from 0, of sky pixels; shapes as given."""
        dx, dy = np.asarray(x, float) - self.place[0], np.asarray(y, float) - self.place[1]
        back = np.linalg.inv(self.matrix)
        across, up = back[0, 0] * dx + back[0, 1] * dy, back[1, 0] * dx + back[1, 1] * dy
        return across + self.reference[0], up + self.reference[1]

    def to_sky(self, det_x: Floats | float, det_y: Floats | float) -> tuple[Floats, Floats]:
        """Give sky pixels, from 0, of DET1 pixels; shapes as given."""
        dx = np.asarray(det_x, float) - self.reference[0]
        dy = np.asarray(det_y, float) - self.reference[1]
        m = self.matrix
        return (
            m[0, 0] * dx + m[0, 1] * dy + self.place[0],
            m[1, 0] * dx + m[1, 1] * dy + self.place[1],
        )

    def off_axis_arcmin(self, x: Floats | float, y: Floats | float) -> Floats:
        """Give the angle from the optical axis, arcmin, NaN where that is not known."""
        at = self.axis or (np.nan, np.nan)
        pixels = np.hypot(np.asarray(x, float) - at[0], np.asarray(y, float) - at[1])
        angle: Floats = pixels * self.pixel_arcsec / 60.0
        return angle

    def __repr__(self) -> str:
        return f"<Geometry: {len(self.outlines)} detectors of {self.pointing.instrument}>"
