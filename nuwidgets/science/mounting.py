"""How a module's detectors lie on the sky: turned by the roll, carried about by mast and pointing.

A place on the sky is ``matrix @ (DET1 - reference) + track(time) + shift``. All three can be found
from events, which have both places: the turn from the differences to the mean of short times, in
which nothing moves far (Schoenemann 1966, Psychometrika 31, 1, the orthogonal Procrustes problem),
and then, where no det1 file tells it, the track too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.detector_events import Track
from nuwidgets.errors import InputError
from nuwidgets.science.nustar_detector import REFERENCE

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.detector_events import DetectorEvents

LONGEST_S, SHORTEST_S, WANTED = 60.0, 2.0, 50
"""Where events alone tell the track, nothing moves in the time of so many events, at most 60 s."""
MIN_EVENTS = 100
_MIN_IN_BIN = 5


@dataclass(frozen=True, eq=False)
class Mounting:
    """How DET1 is turned and shifted on the sky."""

    matrix: Floats
    """From DET1 to sky, a turn, shape (2, 2)."""
    shift: Floats
    """What is added to the track, sky pixels, shape (2,)."""
    rms_pixels: float = 0.0
    """Scatter of the events about this, sky pixels, both axes together; 0 if not fitted."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def roll_deg(self) -> float:
        """Angle from the sky's x axis to that of DET1, counter-clockwise, deg, 0 to 360."""
        return float(np.degrees(np.arctan2(self.matrix[1, 0], self.matrix[0, 0]))) % 360.0

    def to_detector(self, x: Floats, y: Floats, at: tuple[float, float]) -> tuple[Floats, Floats]:
        """Give DET1 pixels of sky pixels when the reference point is `at` a sky pixel."""
        dx, dy = x - at[0] - self.shift[0], y - at[1] - self.shift[1]
        turn = self.matrix.T
        across, up = turn[0, 0] * dx + turn[0, 1] * dy, turn[1, 0] * dx + turn[1, 1] * dy
        return across + REFERENCE, up + REFERENCE

    def to_sky(
        self,
        det_x: Floats | float,
        det_y: Floats | float,
        at: tuple[Floats, Floats] | tuple[float, float],
    ) -> tuple[Floats, Floats]:
        """Give sky pixels of DET1 pixels when the reference point is `at` a sky pixel."""
        x, y = self.matrix @ np.array([det_x - REFERENCE, det_y - REFERENCE])
        return x + at[0] + self.shift[0], y + at[1] + self.shift[1]


def mounting_of_roll(roll_deg: float) -> Mounting:
    """Give the mounting of a roll angle (PA_PNT), deg, counter-clockwise on the sky's pixels."""
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return Mounting(np.array([[c, -s], [s, c]]), np.zeros(2))


def fitted_mounting(events: DetectorEvents, track: Track) -> Mounting | None:
    """Give the mounting that the events show, with a known track; None for less than 100 events."""
    if len(events) < MIN_EVENTS:
        return None
    place = np.stack([events.x, events.y])
    place -= np.stack([np.interp(events.time_s, track.time_s, a) for a in (track.x, track.y)])
    detector = np.stack([events.det_x, events.det_y]) - REFERENCE
    one = np.zeros(len(events), int)
    matrix = _turn(_about_mean(detector, one), _about_mean(place, one))
    left = place - matrix @ detector
    shift = np.median(left, axis=1)
    return Mounting(matrix, shift, _rms(left - shift[:, None]))


def track_of_events(events: DetectorEvents) -> tuple[Track, Mounting]:
    """Give the track of the reference point and the mounting from events alone.

    Times are joined to bins of about 50 events, from 2 to 60 s; those of less than 5 events are
    left to their neighbours.

    Raises
    ------
    InputError
        If there are too few events.
    """
    since_s = events.time_s - np.min(events.time_s, initial=np.inf)
    n_long = len(np.unique(since_s // LONGEST_S))
    mean_s = LONGEST_S * n_long * WANTED / max(len(events), 1)
    number = since_s // float(np.clip(mean_s, SHORTEST_S, LONGEST_S))
    _, which, n = np.unique(number, return_inverse=True, return_counts=True)
    enough = n[which] >= _MIN_IN_BIN
    if np.count_nonzero(enough) < MIN_EVENTS:
        raise InputError(
            f"Cannot find from {len(events)} events how the detectors moved: at least {MIN_EVENTS}"
            f" are needed, {_MIN_IN_BIN} in a minute. Give the det1 file of the observation"
            " (det1reffile)."
        )
    _, which = np.unique(which[enough], return_inverse=True)
    place = np.stack([events.x, events.y])[:, enough]
    detector = np.stack([events.det_x, events.det_y])[:, enough] - REFERENCE
    matrix = _turn(_about_mean(detector, which), _about_mean(place, which))
    left = place - matrix @ detector
    x, y = (_means(row, which)[0] for row in left)
    time, _ = _means(events.time_s[enough], which)
    rms = _rms(_about_mean(left, which))
    return Track(time, x, y), Mounting(matrix, np.zeros(2), rms)


def _turn(before: Floats, after: Floats) -> Floats:
    """Give the turn, or turn and mirror, that takes places to places, shape (2, n), best."""
    u, _, v = np.linalg.svd(after @ before.T)
    turn: Floats = u @ v
    return turn


def _means(values: Floats, which: Integers) -> tuple[Floats, Integers]:
    n = np.bincount(which)
    return np.bincount(which, weights=values) / n, n


def _about_mean(places: Floats, which: Integers) -> Floats:
    """Give places, shape (2, n), relative to the mean of their bin."""
    return np.stack([row - _means(row, which)[0][which] for row in places])


def _rms(places: Floats) -> float:
    return float(np.sqrt(np.mean(np.sum(np.square(places), axis=0))))
