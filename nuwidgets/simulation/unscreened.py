"""What the screening takes out: events behind the Earth, of hot pixels, of bad grades."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.simulation import detector
from nuwidgets.simulation.photons import Photons, draw_internal

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.simulation.photons import Scene

HOT = 32
"""Status bit of a hot pixel."""
MARGIN_S = 60.0
"""Time between a good interval and the Earth before the source, s."""
_HOT_PER_S, _HOT_CHANNELS = 0.05, 60
_BAD_PER_S, _BAD_GRADES = 0.08, (27, 32)


def behind_earth(scene: Scene, rng: np.random.Generator) -> tuple[Scene, Photons]:
    """Give what a module sees between the good times, when the Earth hides the sky (mode 02)."""
    gaps = [(a + MARGIN_S, b - MARGIN_S) for a, b in scene.gti.gaps if b - a > 2 * MARGIN_S]
    dark = during(scene, Gti(tuple(gaps)), "OCCULTATION")
    return dark, draw_internal(dark, rng)


def during(scene: Scene, gti: Gti, mode: str) -> Scene:
    """Give the same look at other times; the dead time of each second stays."""
    clock = scene.clock
    good_s = gti.overlap_s(np.append(clock.time_s, clock.time_s[-1] + 1.0))
    return replace(scene, gti=gti, clock=replace(clock, good_s=good_s), mode=mode)


def unscreened(
    scene: Scene, cleaned: tuple[Photons, ...], rng: np.random.Generator
) -> tuple[Scene, Photons]:
    """Give cleaned events with such as the screening rejects, from start to end."""
    start, stop = scene.gti.intervals[0][0], scene.gti.intervals[-1][1]
    whole = during(scene, Gti(((start, stop),)), "SCIENCE")
    return whole, merged((*cleaned, _hot(whole, rng), _bad(whole, rng)))


def merged(parts: tuple[Photons, ...]) -> Photons:
    """Put events together in order of time."""
    flagged = [
        part if part.status is not None else replace(part, status=np.zeros(len(part.pi), int))
        for part in parts
    ]
    names = [field.name for field in fields(Photons)]
    columns = [np.concatenate([getattr(part, name) for part in flagged]) for name in names]
    order = np.argsort(columns[names.index("time_s")], kind="stable")
    return Photons(*(column[order] for column in columns))


def _hot(scene: Scene, rng: np.random.Generator) -> Photons:
    """Draw the noise of a hot pixel on each detector."""
    n = rng.poisson(_HOT_PER_S * scene.clock.livetime_s)
    which = rng.integers(len(detector.CENTRES), size=n)
    middles = np.array(detector.CENTRES) + rng.uniform(-1, 1, (4, 2)) * (detector.HALF - 8)
    spread = rng.uniform(-1, 1, (n, 2))
    channels = rng.integers(_HOT_CHANNELS, size=n)
    return _placed(scene, middles[which] + spread, channels, np.full((2, n), [[0], [HOT]]), rng)


def _bad(scene: Scene, rng: np.random.Generator) -> Photons:
    """Draw events of particles, spread over pixels as no photon is."""
    n = rng.poisson(_BAD_PER_S * scene.clock.livetime_s)
    which = rng.integers(len(detector.CENTRES), size=n)
    spread = rng.uniform(-detector.HALF, detector.HALF, (n, 2))
    marks = np.array([rng.integers(*_BAD_GRADES, size=n), np.zeros(n, int)])
    places = np.array(detector.CENTRES)[which] + spread
    return _placed(scene, places, rng.integers(4096, size=n), marks, rng)


def _placed(
    scene: Scene, places: Floats, channels: Integers, marks: Integers, rng: np.random.Generator
) -> Photons:
    """Give events at DET1 `places`, shape (n, 2), with grade and status; times are drawn."""
    time = scene.clock.draw(len(channels), scene.gti, rng)
    det_x, det_y = places.T
    x, y = scene.mount.to_sky(det_x, det_y, time)
    return Photons(time, channels, det_x, det_y, x, y, *marks)
