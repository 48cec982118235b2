"""Arrival times of a region's events in a band, for what asks for times alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.engines.embedded.lightcurve import cuts_of
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.selection import Selection

FEWEST = 10
"""With fewer events nothing can be said of how they vary."""


def arrivals(request: Any, selection: Selection, what: str) -> Floats:
    """Give the arrival times of the events that a request counts, rising, s, shape (n,).

    Raises
    ------
    InputError
        If there is no such region, or it has hardly any events.
    """
    band, region = request.band, request.region
    cut, _other = cuts_of(selection, region, request.area, what)
    first, past = mission_of(selection.events.pointing.telescope).channels(band)
    kept = (cut.pi >= first) & (cut.pi < past)
    times = np.sort(np.asarray(cut.time_s, float)[kept])
    times = times[selection.events.gti.contains(times)]
    if len(times) < FEWEST:
        raise InputError(
            f"Cannot make {what}: the region {region!r} has {len(times)} events between {band}."
            " Choose a wider band, a larger region or more time."
        )
    return times


def clock_doubts(pointing: Pointing) -> tuple[str, ...]:
    """Say what matters of the clock where periods are looked for."""
    if pointing.timeref.upper().startswith("SOLARSYSTEM"):
        return ()
    what = (
        "Times are not those at the barycentre of the solar system: the Earth's motion smears short"
        " periods and shifts all, by up to 1e-4. Run barycorr on the events for a precise period."
    )
    return (what,)
