"""Four detectors, turned on the sky and swaying with the mast: where an event lands.

Sizes are those of NuSTAR's DET1 frame: sub-pixels of 0.12096 mm, 2.4581 arcsec, counted from 1;
each detector has 32 x 32 pixels of 4.98 sub-pixels. DET_ID runs from 0, upper right, counter-
clockwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.simulation.truth import SIDE

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers, Mask

PIXEL = 4.98
N_RAW = 32
CENTRES = ((262.5, 262.5), (98.5, 262.5), (98.5, 98.5), (262.5, 98.5))
HALF = PIXEL * N_RAW / 2
LOW, HIGH = CENTRES[2][0] - HALF, CENTRES[0][0] + HALF
ORBIT_S = 5700.0
_AXIS = {"A": (230.0, 212.0), "B": (232.0, 208.0)}
_SWAY = 9.0, 6.0


@dataclass(frozen=True)
class Mount:
    """How the detectors of a module lie on the sky."""

    module: str
    """``"A"`` or ``"B"``."""
    roll_deg: float
    """Angle they are turned by, deg."""

    def to_detector(self, x: Floats, y: Floats, time_s: Floats) -> tuple[Floats, Floats]:
        """Give DET1 coordinates of sky pixels, from 0, at times; the mast sways once an orbit."""
        c, s = np.cos(np.radians(self.roll_deg)), np.sin(np.radians(self.roll_deg))
        dx, dy = x - (SIDE - 1) / 2, y - (SIDE - 1) / 2
        axis_x, axis_y = self._axis(time_s)
        return dx * c + dy * s + axis_x, dy * c - dx * s + axis_y

    def to_sky(self, det_x: Floats, det_y: Floats, time_s: Floats) -> tuple[Floats, Floats]:
        """Give the sky pixels, from 0, of DET1 coordinates at times."""
        c, s = np.cos(np.radians(self.roll_deg)), np.sin(np.radians(self.roll_deg))
        axis_x, axis_y = self._axis(time_s)
        dx, dy = det_x - axis_x, det_y - axis_y
        centre = (SIDE - 1) / 2
        return dx * c - dy * s + centre, dy * c + dx * s + centre

    def _axis(self, time_s: Floats) -> tuple[Floats, Floats]:
        """Give where the optical axis meets the detectors, DET1 coordinates."""
        phase = 2 * np.pi * time_s / ORBIT_S
        x, y = _AXIS[self.module]
        return x + _SWAY[0] * np.cos(phase), y + _SWAY[1] * np.sin(phase)


def detector_of(det_x: Floats, det_y: Floats) -> Integers:
    """Give the detector under DET1 coordinates, -1 in a gap or outside; shape as given."""
    which = np.full(np.shape(det_x), -1)
    for number, (x, y) in enumerate(CENTRES):
        which[(abs(det_x - x) < HALF) & (abs(det_y - y) < HALF)] = number
    return which


def in_frame(det_x: Floats, det_y: Floats) -> Mask:
    """Say which DET1 coordinates lie between the outer edges, gaps included; shape as given."""
    return (det_x > LOW) & (det_x < HIGH) & (det_y > LOW) & (det_y < HIGH)


def raw_pixels(det_x: Floats, det_y: Floats, which: Integers) -> tuple[Integers, Integers]:
    """Give RAWX and RAWY, 0 to 31, of events on detectors `which`; each detector is turned."""
    centres = np.array(CENTRES)[which]
    column = np.clip((det_x - centres[:, 0] + HALF) // PIXEL, 0, N_RAW - 1).astype(int)
    row = np.clip((det_y - centres[:, 1] + HALF) // PIXEL, 0, N_RAW - 1).astype(int)
    last = N_RAW - 1
    raw_x = np.choose(which, [row, last - column, last - row, column])
    raw_y = np.choose(which, [column, row, last - column, last - row])
    return raw_x, raw_y
