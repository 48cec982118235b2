"""Made-up events in two orbits, with regions, for light curves and good times."""

from __future__ import annotations

import numpy as np

from nuwidgets.domain.events import Events, EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine

SCREEN = ScreenRequest(EventsRequest("made.evt"))
SOURCE = Region((PixelCircle(500, 500, 30),))
RING = Region((PixelAnnulus(500, 500, 50, 90),))
KNOT = Region((PixelCircle(505, 498, 10),))
SELECT = SelectionRequest(SCREEN, SOURCE, RING)
GTI = Gti(((100.0, 700.5), (760.25, 1500.0), (6000.0, 7100.0)))
NUSTAR = Pointing("NuSTAR", "FPMA", "99901110002", mjdref_days=55197.00076601852)


class Token:
    def check(self):
        pass

    def report(self, fraction=None, stage="", line=""):
        pass


def solve(request, *above):
    return EmbeddedEngine().solve(request, above, Token())


def make_events(n=20_000, seed=3, **changes):
    rng = np.random.default_rng(seed)
    time = rng.uniform(100, 7100, 8 * n)
    time = np.sort(time[GTI.contains(time)][:n])
    n = len(time)
    x, y = np.clip(rng.normal(500, 40, (2, n)), 0, 999).astype(np.int16)
    fields = {
        "time_s": time,
        "x": x,
        "y": y,
        "pi": np.minimum(rng.exponential(300, n), 4095).astype(np.int32),
        "grade": np.zeros(n, np.uint8),
        "gti": GTI,
        "pointing": NUSTAR,
        "deadc": 0.9,
    }
    return Events(**(fields | changes))
