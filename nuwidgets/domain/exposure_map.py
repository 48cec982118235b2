"""An exposure map: how long each place of the sky was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import ScreenRequest
    from nuwidgets.domain.sky import TangentPlane


@dataclass(frozen=True)
class ExposureRequest:
    """Ask how long each sky pixel of an event file was looked at."""

    screen: ScreenRequest
    """The events, with the good times to count."""
    path: str = ""
    """An exposure map that is there already; empty: it is made."""
    vignetting_kev: float | None = None
    """Multiply by the loss off the optical axis (vignetting) at this energy, keV; None: do not."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of each file that is read beside the events."""


@dataclass(frozen=True, eq=False)
class ExposureMap:
    """Live time of each sky pixel."""

    exposure_s: Floats
    """Live time, s, shape (n_y, n_x), y up; with vignetting, times the area over that on axis."""
    plane: TangentPlane | None
    """Sky coordinates of the map's own pixels."""
    origin: tuple[int, int] = (0, 0)
    """Sky pixel (x, y), from 0, of the first pixel."""
    livetime_s: float = 0.0
    """EXPOSURE: live time of the observation, s."""
    ontime_s: float = 0.0
    """Sum of the good times, s."""
    vignetting_kev: float | None = None
    """Energy of the vignetting, keV; None where there is none in it."""
    pixbin: int = 0
    """Size of a cell of the aspect histogram, sky pixels; 0 if unknown."""
    percent: float = 0.0
    """Least covered part of a detector's sub-pixel that counts."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""
    request: ExposureRequest | None = field(default=None, repr=False)
    """What was asked."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __repr__(self) -> str:
        n_y, n_x = self.exposure_s.shape
        most = float(np.max(self.exposure_s, initial=0.0))
        with_it = f", vignetting at {self.vignetting_kev:g} keV" if self.vignetting_kev else ""
        return f"<ExposureMap: {n_x} x {n_y} pixels, up to {most:.0f} s{with_it}>"
