"""Where a module's detectors were on the sky: what events, det1 file and oa file tell together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.detector_events import Track
from nuwidgets.errors import InputError
from nuwidgets.files.aspect_files import AXIS, DET1, find_beside
from nuwidgets.files.detector_events import read_detector_events, read_track
from nuwidgets.missions.base import known_mission, missions
from nuwidgets.science.exposure_map import aspect_histogram
from nuwidgets.science.mounting import (
    Mounting,
    fitted_mounting,
    mounting_of_roll,
    track_of_events,
)
from nuwidgets.science.nustar_detector import Layout, fitted_layout

if TYPE_CHECKING:
    from nuwidgets.domain.detector_events import BadPixel, DetectorEvents
    from nuwidgets.domain.events import Events, EventsRequest
    from nuwidgets.domain.gti import Gti
    from nuwidgets.science.exposure_map import Aspect

LARGE_RMS_PIXELS = 3.0
ENOUGH = 1_000_000
"""So many events tell as much as all of them."""
_MOST = 8
_FOUND: dict[Any, Detectors] = {}
NO_AXIS_FILE = "The optical axis is taken to be where the pixels touch the sky."


@dataclass(frozen=True, eq=False)
class Detectors:
    """A module's detectors, and where they were when."""

    layout: Layout
    """Where the edges of their pixels are."""
    track: Track
    """Where their reference point was."""
    mounting: Mounting
    """How they are turned."""
    bad: tuple[BadPixel, ...]
    """Pixels that were bad."""
    axis: Track
    """Where the optical axis was; empty where nothing tells."""
    approximate: tuple[str, ...]
    """Why this is approximate, but for the axis."""
    axis_known: bool
    """Whether a file tells the axis."""

    def aspect(self, gti: Gti, pixbin: int) -> Aspect:
        """Join good times to cells of the sky; raises as `aspect_histogram`."""
        return aspect_histogram(gti, self.track, self.axis, self.bad, pixbin)

    def warnings(self, aspect: Aspect) -> tuple[str, ...]:
        """Say what a user should know before trusting an exposure map."""
        said = []
        if self.mounting.rms_pixels > LARGE_RMS_PIXELS:
            said.append(
                f"Events scatter by {self.mounting.rms_pixels:.1f} sky pixels about the place of"
                " the detectors: do det1 file and events belong together?"
            )
        if not self.bad:
            said.append("The event file names no bad pixels (BADPIX); none was taken out.")
        if aspect.unknown_s > 0:
            said.append(
                f"For {aspect.unknown_s:.0f} s of good time the place of the detectors is not"
                " known; the nearest known one was taken."
            )
        return tuple(said)


def check_nustar(events: Events, what: str, instead: str) -> None:
    """Refuse events of missions whose detectors are not known; NuSTAR's are.

    Raises
    ------
    InputError
        If they are of such a mission; `what` could not be done, `instead` is what to do.
    """
    telescope = events.pointing.telescope
    mission = known_mission(telescope)
    if mission is None or not mission.detectors:
        known = " and ".join(one.name for one in missions().values() if one.detectors)
        raise InputError(f"Cannot {what} events of {telescope!r}: it is for {known}. {instead}")


def find_detectors(
    events: Events, path: str, det1_path: str, axis_path: str, token: Any, most: int = 0
) -> Detectors:
    """Find out where the detectors were.

    Parameters
    ----------
    events : Events
        Opened; they tell where the pixels touch the sky.
    path : str
        Their file, which tells where each fell on the detectors.
    det1_path, axis_path : str
        det1 and oa file; empty without.
    token : Token
    most : int
        Read about so many events of the file; 0 for all.

    Raises
    ------
    FileError
        If a file cannot be read.
    InputError
        If the events tell too little.
    """
    places, bad, roll_deg = read_detector_events(path, most)
    token.check()
    layout = fitted_layout(places)
    token.check()
    track, mounting, said = _track(places, det1_path, roll_deg)
    axis = read_track(axis_path, "OA") if axis_path else _usual_axis(events)
    usual = [str(number) for number, fitted in enumerate(layout.fitted) if not fitted]
    edges = f", usual for detector {', '.join(usual)}" if usual else ""
    first = (
        "approximate: the detectors' pixels are rectangles fitted to the events"
        f"{edges}, not the calibration's; events scatter by {mounting.rms_pixels:.2f} sky pixels"
        f" (rms) about the roll of {mounting.roll_deg:.2f} deg that was found."
    )
    known = bool(axis_path)
    return Detectors(layout, track, mounting, bad, axis, (first, *said), axis_known=known)


def known_detectors(
    events: Events, request: EventsRequest, stamp: tuple[tuple[int, ...], ...], token: Any
) -> Detectors:
    """Give where the detectors were, with the files beside the events; kept for the next time.

    Parameters
    ----------
    events : Events
        Opened.
    request : EventsRequest
        How they were asked for.
    stamp : tuple
        Time and size of the files beside; what has no stamps is found out anew.
    token : Token
        Raises as `find_detectors`.
    """
    key = request, stamp
    found = _FOUND.get(key)
    if found is None:
        token.report(None, "place of the detectors")
        det1, oa = find_beside(request.path, DET1), find_beside(request.path, AXIS)
        found = find_detectors(events, request.path, det1, oa, token, ENOUGH)
        for oldest in list(_FOUND)[: 1 - _MOST]:
            _FOUND.pop(oldest, None)
        if request.stamp:
            _FOUND[key] = found
    return found


def _track(
    places: DetectorEvents, det1_path: str, roll_deg: float | None
) -> tuple[Track, Mounting, tuple[str, ...]]:
    """Give where the detectors' reference point was, how they are turned, and how good that is."""
    if not det1_path:
        said = "The motion of the detectors is read off the events themselves."
        return (*track_of_events(places), (said,))
    track = read_track(det1_path)
    mounting = fitted_mounting(places, track)
    if mounting is not None:
        return track, mounting, ()
    if roll_deg is None:
        raise InputError(
            f"Cannot find how the detectors are turned: {len(places)} events are too few and the"
            " header has no roll angle PA_PNT. Give an event file with at least 100 events."
        )
    said = "The roll is the header's PA_PNT, good to about one degree."
    return track, mounting_of_roll(roll_deg), (said,)


def _usual_axis(events: Events) -> Track:
    """Give where the pixels touch the sky, in place of the optical axis."""
    middle = (events.shape[1] - 1) / 2, (events.shape[0] - 1) / 2
    x, y = (events.plane.x_ref, events.plane.y_ref) if events.plane else middle
    return Track(np.zeros(1), np.full(1, x), np.full(1, y))
