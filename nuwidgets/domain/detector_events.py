"""Where events fell on the detectors and on the sky, and which pixels were bad when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.gti import Gti  # noqa: TC001  a field type, resolved at run time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats


@dataclass(frozen=True, eq=False)
class DetectorEvents:
    """Events that have a place on the detectors and on the sky, shape (n,) each."""

    time_s: Floats
    """Arrival times, s since the reference time."""
    det_id: NDArray[Any]
    """Number of the detector."""
    raw_x: NDArray[Any]
    """Pixel of the detector, RAWX."""
    raw_y: NDArray[Any]
    """Pixel of the detector, RAWY."""
    det_x: Floats
    """DET1 pixel from 0, along x."""
    det_y: Floats
    """DET1 pixel from 0, along y."""
    x: Floats
    """Sky pixel from 0, along x."""
    y: Floats
    """Sky pixel from 0, along y."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True)
class BadPixel:
    """A pixel of a detector, and the times when it was bad."""

    det_id: int
    """Number of the detector."""
    raw_x: int
    """RAWX."""
    raw_y: int
    """RAWY."""
    times: Gti
    """When it was bad."""


@dataclass(frozen=True, eq=False)
class Track:
    """A point that moves over the sky, in sky pixels from 0, shape (n,) each."""

    time_s: Floats
    """Times, s since the reference time, rising."""
    x: Floats
    """Sky pixel along x."""
    y: Floats
    """Sky pixel along y."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)
