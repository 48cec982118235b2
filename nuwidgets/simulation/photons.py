"""Draw the events of one module: source and background, through optics, gaps and dead time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.nustar_response import PIXEL_ARCSEC
from nuwidgets.science.psf import draw_radius_arcsec
from nuwidgets.simulation import background, detector

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.gti import Gti
    from nuwidgets.simulation.detector import Mount
    from nuwidgets.simulation.times import Clock
    from nuwidgets.simulation.truth import Truth

    _Part = tuple[Floats, Integers, Floats, Floats]  # time, channel, DET1 x and y

_TRIES = 8
_GRADES = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 21, 22, 23, 24])
_SHARES = np.array([70, 4, 4, 4, 4, 1.5, 1.5, 1.5, 1.5, 0.8, 0.8, 0.8, 0.8, 1, 1, 1, 1])


@dataclass(frozen=True, eq=False)
class Photons:
    """Events of one module, in order of time."""

    time_s: Floats
    """Arrival times, s, shape (n,)."""
    pi: Integers
    """Channels, shape (n,)."""
    det_x: Floats
    """DET1 coordinate along x, shape (n,)."""
    det_y: Floats
    """DET1 coordinate along y, shape (n,)."""
    x: Floats
    """Sky pixel from 0, not rounded, shape (n,)."""
    y: Floats
    """Sky pixel from 0, not rounded, shape (n,)."""
    grade: Integers
    """Grade, shape (n,)."""
    status: Integers | None = None
    """Status words of 16 bits, shape (n,); nothing is flagged unless given."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What a module looks at, how and when."""

    truth: Truth
    """The source."""
    mount: Mount
    """How the detectors lie on the sky."""
    gti: Gti
    """Good times."""
    clock: Clock
    """Dead time and brightness."""
    mode: str = "SCIENCE"
    """Observing mode, as the headers name it."""


def draw(scene: Scene, rng: np.random.Generator) -> Photons:
    """Draw all events of a module."""
    return _whole(scene, [_source(scene, rng), _aperture(scene, rng)], rng)


def draw_internal(scene: Scene, rng: np.random.Generator) -> Photons:
    """Draw the internal background alone: all that is left where the Earth hides the sky."""
    return _whole(scene, [], rng)


def _whole(scene: Scene, parts: list[_Part], rng: np.random.Generator) -> Photons:
    """Add the internal background, grades and places on the sky; put all in order of time."""
    parts += [_internal(scene, number, rng) for number in range(len(detector.CENTRES))]
    time, pi, det_x, det_y = (np.concatenate(c) for c in zip(*parts, strict=True))
    order = np.argsort(time, kind="stable")
    time, pi, det_x, det_y = time[order], pi[order], det_x[order], det_y[order]
    x, y = scene.mount.to_sky(det_x, det_y, time)
    grade = rng.choice(_GRADES, len(time), p=_SHARES / _SHARES.sum())
    return Photons(time, pi, det_x, det_y, x, y, grade)


def _channels(rate: Floats, n: int, rng: np.random.Generator) -> Integers:
    """Draw channels from a spectrum."""
    total = np.cumsum(rate)
    return np.searchsorted(total, rng.uniform(0, total[-1], n))


def _source(scene: Scene, rng: np.random.Generator) -> tuple[Floats, Integers, Floats, Floats]:
    """Draw the source's events: time, channel, DET1 x and y.

    A photon that would land in a gap is drawn again nearby, as if another one had taken its place:
    the approximate response knows no gaps, and should find the true normalisation.
    """
    rate = scene.truth.counts_per_s(scene.mount.module)
    n = rng.poisson(rate.sum() * scene.clock.livetime_s)
    time = scene.clock.draw(n, scene.gti, rng, variable=True)
    det_x, det_y = np.empty(n), np.empty(n)
    lost = np.ones(n, bool)
    for _ in range(_TRIES):
        det_x[lost], det_y[lost] = _spread(scene, time[lost], rng)
        lost = detector.in_frame(det_x, det_y) & (detector.detector_of(det_x, det_y) < 0)
    seen = detector.detector_of(det_x, det_y) >= 0
    return time[seen], _channels(rate, n, rng)[seen], det_x[seen], det_y[seen]


def _spread(scene: Scene, time_s: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw where photons of the source land, DET1 x and y."""
    radius = draw_radius_arcsec(rng.uniform(0, 1, len(time_s))) / PIXEL_ARCSEC
    angle = rng.uniform(0, 2 * np.pi, len(time_s))
    x, y = scene.truth.source_pixel(scene.mount.module)
    sky = x + radius * np.cos(angle), y + radius * np.sin(angle)
    return scene.mount.to_detector(*sky, time_s)


def _internal(
    scene: Scene, number: int, rng: np.random.Generator
) -> tuple[Floats, Integers, Floats, Floats]:
    """Draw the internal background of one detector: time, channel, DET1 x and y."""
    rate = background.internal_per_s() * background.DETECTOR_FACTORS[number]
    n = rng.poisson(rate.sum() * scene.clock.livetime_s)
    det_x, det_y = (
        c + rng.uniform(-detector.HALF, detector.HALF, n) for c in detector.CENTRES[number]
    )
    return scene.clock.draw(n, scene.gti, rng), _channels(rate, n, rng), det_x, det_y


def _aperture(scene: Scene, rng: np.random.Generator) -> tuple[Floats, Integers, Floats, Floats]:
    """Draw the aperture light, brighter to one side: time, channel, DET1 x and y."""
    rate = background.aperture_per_s()
    n = rng.poisson(rate.sum() * scene.clock.livetime_s)
    det_x, det_y = rng.uniform(detector.LOW, detector.HIGH, (2, n))
    middle = (detector.LOW + detector.HIGH) / 2
    slope = 1 + background.GRADIENT * (det_x - middle) / (detector.HIGH - middle)
    seen = rng.uniform(0, 1 + background.GRADIENT, n) < slope
    seen &= detector.detector_of(det_x, det_y) >= 0
    time, pi = scene.clock.draw(n, scene.gti, rng), _channels(rate, n, rng)
    return time[seen], pi[seen], det_x[seen], det_y[seen]
