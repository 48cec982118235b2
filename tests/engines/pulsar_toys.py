"""Events of a source that pulsates, in orbits with gaps, for tests of power spectra and periods."""

import numpy as np

from nuwidgets.domain.events import Events, EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import CancelledError

START = 250_000_000.0
ORBITS = Gti(tuple((START + 5800.0 * k, START + 5800.0 * k + 3100.0) for k in range(4)))
SOURCE = Region((PixelCircle(50, 50, 20),))
SELECT = SelectionRequest(ScreenRequest(EventsRequest("made.evt")), SOURCE)


class Token:
    """Notes what it is told; says stop after so many looks."""

    def __init__(self, looks=None):
        self.looks, self.told = looks, []

    def check(self):
        if self.looks is not None:
            self.looks -= 1
            if self.looks < 0:
                raise CancelledError("Stopped.")

    def report(self, fraction=None, stage="", line="", parts=None, partial=None):
        self.told.append((fraction, stage, line))


def pulsar(frequency=0.2, amplitude=0.6, n=40_000, seed=1, timeref="LOCAL", deadc=1.0):
    """Events of a sinusoidal pulsation within the orbits, phase zero at the first good time."""
    rng = np.random.default_rng(seed)
    time = np.sort(rng.uniform(START, ORBITS.intervals[-1][1], 4 * n))
    cycles = 2 * np.pi * frequency * (time - START)
    time = time[(2 * rng.random(4 * n) < 1 + amplitude * np.cos(cycles)) & ORBITS.contains(time)]
    time = time[np.sort(rng.permutation(len(time))[:n])]
    n = len(time)
    return Events(
        time_s=time,
        x=np.full(n, 50, np.int16),
        y=np.full(n, 50, np.int16),
        pi=rng.integers(40, 400, n).astype(np.int32),
        grade=np.zeros(n, np.uint8),
        gti=ORBITS,
        pointing=Pointing("NuSTAR", "FPMA", "1", timeref=timeref, mjdref_days=55197.0),
        shape=(100, 100),
        deadc=deadc,
    )


def solve(request, events, token=None):
    """Select and ask."""
    engine, token = EmbeddedEngine(), token or Token()
    selection = engine.solve(request.selection, (events,), token)
    return engine.solve(request, (selection,), token)
