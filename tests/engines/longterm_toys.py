"""Made-up observations of one place, with known counts, and what is found of them."""

from __future__ import annotations

import numpy as np
from timing_toys import NUSTAR, RING, SCREEN, SOURCE, solve

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Events
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.longterm import LongTermRequest
from nuwidgets.domain.selection import SelectionRequest

BAND = Band(3, 10)
DAY_S = 86400.0


def observation(day=0.0, counts=0, background=0, **changes):
    """Events of a source and of a ring, all at 5 keV, but one of 20 keV in the source."""
    n = counts + 1 + background
    start = 1e8 + day * DAY_S
    place = np.full(n, 500), np.repeat([500, 570], [counts + 1, background])
    fields = {
        "time_s": np.linspace(start, start + 900.0, n),
        "x": place[1].astype(np.int16),
        "y": place[0].astype(np.int16),
        "pi": np.where(np.arange(n) == counts, 460, 85).astype(np.int32),
        "grade": np.zeros(n, np.uint8),
        "gti": Gti(((start, start + 500.0), (start + 600.0, start + 1100.0))),
        "pointing": NUSTAR,
        "deadc": 0.9,
    }
    return Events(**(fields | changes))


def longterm(*many, source=SOURCE, ring=RING, band=BAND, **settings):
    """Count observations; an error stands for one that failed."""
    asked = SelectionRequest(SCREEN, source, ring)
    above = [one if isinstance(one, Exception) else solve(asked, one) for one in many]
    names = tuple("abcdef"[: len(many)])
    request = LongTermRequest((asked,) * len(many), names, band, **settings)
    return solve(request, *above)
