"""What Swift's X-ray telescope sees of the simulated outburst: source and background, as events.

Left out: pile-up, bad columns, the halves of the calibration sources, variability within a look.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.psf_models import SWIFT
from nuwidgets.science.swift_response import CHANNEL_KEV, N_CHANNELS, PIXEL_ARCSEC, response
from nuwidgets.simulation.campaign import (
    ABUNDANCE,
    CROSS_SECTION,
    DEC_DEG,
    EXPRESSION,
    RA_DEG,
    WINDOWED,
)

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers, Mask
    from nuwidgets.simulation.campaign import Look

SIDE, CCD = 1000, 600
"""Sky pixels, and pixels of the detector, along each axis."""
FRAME_S, WINDOW_S = 2.507, 0.00177
"""Time of a frame in photon counting, of a row in windowed timing, s."""
WINDOW_COLUMNS = 200
SEED = 2019
"""Start of the random numbers: one of which no look is an outlier by chance."""
ORBIT_S, VISIBLE_S = 5_760.0, 1_150.0
MJD_2001, LEAPS_S = 51_910, 5.0
"""Day from which mission time counts; leap seconds since then, the last one at the end of 2016."""
BACKGROUND_PER_S_KEV, SKY_PER_S = 0.011, 0.16
"""Particles over the field, flat in energy, and diffuse sky between 0.3 and 10 keV, counts/s."""
_GRADES = np.arange(13)
_SHARES = np.array([72, 6, 4, 6, 4, 1, 1, 1, 1, 1, 1, 1, 1]) / 100
_WINDOWED_SHARES = np.array([80, 10, 10]) / 100
_FIRST_PI, _PAST_PI = 20, 1_000


@dataclass(frozen=True, eq=False)
class XrtPhotons:
    """Events of one look, in order of time; positions count from 1."""

    time_s: Floats
    """Middle of the frame, s of mission time, shape (n,)."""
    frame: Integers
    """Number of the frame, from 0, shape (n,)."""
    pi: Integers
    """Channels of 10 eV, shape (n,)."""
    x: Floats
    """Sky pixel, not rounded, shape (n,)."""
    y: Floats
    """Sky pixel, not rounded, shape (n,)."""
    det_x: Floats
    """Pixel of the detector, not rounded, shape (n,)."""
    det_y: Floats
    """Pixel of the detector, not rounded, shape (n,)."""
    grade: Integers
    """Grade, shape (n,)."""


@dataclass(frozen=True)
class XrtScene:
    """One look: where the telescope points, when it sees the source, and how bright that is."""

    look: Look
    """The row of the catalogue."""

    @property
    def windowed(self) -> bool:
        """Whether it looks in windowed timing, else in photon counting."""
        return self.look.kind == WINDOWED

    @property
    def frame_s(self) -> float:
        """Time of a frame, s."""
        return WINDOW_S if self.windowed else FRAME_S

    @property
    def start_s(self) -> float:
        """Mission time at which it starts, s."""
        return (self.look.start_mjd - MJD_2001) * 86_400 + LEAPS_S

    @cached_property
    def gti(self) -> Gti:
        """Good times: a part of each orbit, of whole frames."""
        most, orbit_s = int(VISIBLE_S / self.frame_s), int(ORBIT_S / self.frame_s) * self.frame_s
        left, orbit, intervals = int(self.look.exposure_s / self.frame_s), 0, []
        while left > 0:
            start, n = self.start_s + orbit * orbit_s, min(left, most)
            intervals.append((start, start + n * self.frame_s))
            left, orbit = left - n, orbit + 1
        return Gti(tuple(intervals))

    @cached_property
    def plane(self) -> TangentPlane:
        """Sky coordinates of the sky pixels; their middle is where the telescope points."""
        west, north = (offset / 60 for offset in self.look.offset_arcmin)
        ra = RA_DEG - west / np.cos(np.radians(DEC_DEG))
        centre, step = (SIDE - 1) / 2, PIXEL_ARCSEC / 3600
        return TangentPlane(float(ra), DEC_DEG + north, centre, centre, -step, step)

    @cached_property
    def source_pixel(self) -> tuple[float, float]:
        """The source's sky pixel, counted from 1."""
        x, y = self.plane.to_pixel(RA_DEG, DEC_DEG)
        return float(x) + 1, float(y) + 1

    @property
    def source_row(self) -> float:
        """The row of the detector on which the source lies, counted from 1."""
        return float(self.to_detector(*self.source_pixel)[1])

    @property
    def off_axis_arcmin(self) -> float:
        """Angle between the source and the optical axis, arcmin."""
        middle = (SIDE + 1) / 2
        x, y = self.source_pixel
        return float(np.hypot(x - middle, y - middle)) * PIXEL_ARCSEC / 60

    def counts_per_s(self) -> Floats:
        """Give the source's count rate in each channel, counts/s, shape (1024,)."""
        whole = response(1.0, self.off_axis_arcmin)
        photons = Expression.parse(EXPRESSION).evaluate(
            whole.energy_edges_kev, self.look.values, ABUNDANCE, CROSS_SECTION
        )
        rate: Floats = whole.matrix @ photons
        return rate

    def to_detector(self, x: Floats | float, y: Floats | float) -> tuple[Floats, Floats]:
        """Give the detector's pixels of sky pixels, both counted from 1."""
        return _turned(x - (SIDE + 1) / 2, y - (SIDE + 1) / 2, -self.look.roll_deg, (CCD + 1) / 2)

    def to_sky(self, det_x: Floats, det_y: Floats) -> tuple[Floats, Floats]:
        """Give the sky pixels of the detector's pixels, both counted from 1."""
        middle = (CCD + 1) / 2
        return _turned(det_x - middle, det_y - middle, self.look.roll_deg, (SIDE + 1) / 2)


def _turned(
    dx: Floats | float, dy: Floats | float, angle_deg: float, middle: float
) -> tuple[Floats, Floats]:
    """Turn offsets by an angle, and count them from a corner."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.asarray(dx * c - dy * s + middle), np.asarray(dx * s + dy * c + middle)


def draw(scene: XrtScene) -> XrtPhotons:
    """Draw the events of a look, the same whenever asked."""
    rng = np.random.default_rng([SEED, scene.look.segment])
    parts = [_source(scene, rng), _background(scene, rng)]
    pi, det_x, det_y = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    frame, time = _frames(scene, len(pi), rng)
    order = np.argsort(frame, kind="stable")
    x, y = scene.to_sky(det_x, det_y)
    shares = _WINDOWED_SHARES if scene.windowed else _SHARES
    grade = rng.choice(_GRADES[: len(shares)], len(pi), p=shares)
    columns: tuple[Any, ...] = (time, frame, pi, x, y, det_x, det_y, grade)
    return XrtPhotons(*(column[order] for column in columns))


def _frames(scene: XrtScene, n: int, rng: np.random.Generator) -> tuple[Integers, Floats]:
    """Draw frames of the good times: their numbers from the start, and their middles, s."""
    per = np.rint((scene.gti.stop_s - scene.gti.start_s) / scene.frame_s).astype(int)
    within = rng.integers(per.sum(), size=n)
    which = np.searchsorted(np.cumsum(per), within, side="right")
    own = within - (np.cumsum(per) - per)[which]
    time = scene.gti.start_s[which] + (own + 0.5) * scene.frame_s
    return np.floor((time - scene.start_s) / scene.frame_s).astype(int), time


def _source(scene: XrtScene, rng: np.random.Generator) -> tuple[Integers, Floats, Floats]:
    """Draw the source's events on the detector: channel and place."""
    rate = scene.counts_per_s()
    n = rng.poisson(rate.sum() * scene.gti.ontime_s)
    pi = np.searchsorted(np.cumsum(rate), rng.uniform(0, rate.sum(), n))
    chance, radius = _radii()
    r = np.interp(rng.uniform(0, 1, n), chance, radius) / PIXEL_ARCSEC
    angle = rng.uniform(0, 2 * np.pi, n)
    x, y = scene.source_pixel
    det_x, det_y = scene.to_detector(x + r * np.cos(angle), y + r * np.sin(angle))
    if scene.windowed:  # rows are added up: all lie on that of the source
        det_y = np.full(n, scene.source_row)
    seen = _on_chip(scene, det_x, det_y)
    return pi[seen], det_x[seen], det_y[seen]


@lru_cache(maxsize=1)
def _radii() -> tuple[Floats, Floats]:
    """Give the fraction within radii, and the radii, arcsec, shapes (400,)."""
    radius = np.geomspace(1e-2, 1e6, 400)
    return SWIFT.enclosed(radius), radius


def _background(scene: XrtScene, rng: np.random.Generator) -> tuple[Integers, Floats, Floats]:
    """Draw the background's events all over the detector: channel and place."""
    middle_kev = CHANNEL_KEV * (np.arange(N_CHANNELS) + 0.5)
    sky = middle_kev**-1.4 * np.exp(-((0.35 / middle_kev) ** 2))
    sky[: round(0.3 / CHANNEL_KEV)] *= 0.5
    rate = BACKGROUND_PER_S_KEV * CHANNEL_KEV + SKY_PER_S * sky / sky.sum()
    rate[:_FIRST_PI] = rate[_PAST_PI:] = 0.0
    part = WINDOW_COLUMNS / CCD if scene.windowed else 1.0
    n = rng.poisson(rate.sum() * scene.gti.ontime_s * part)
    pi = np.searchsorted(np.cumsum(rate), rng.uniform(0, rate.sum(), n))
    det_x, det_y = rng.uniform(0.5, CCD + 0.5, (2, n))
    if scene.windowed:
        middle, half = (CCD + 1) / 2, WINDOW_COLUMNS / 2
        det_x = rng.uniform(middle - half, middle + half, n)
        det_y = np.full(n, scene.source_row)
    return pi, det_x, det_y


def _on_chip(scene: XrtScene, det_x: Floats, det_y: Floats) -> Mask:
    """Say which places are read out."""
    middle = (CCD + 1) / 2
    half = WINDOW_COLUMNS / 2 if scene.windowed else CCD / 2
    seen: Mask = (abs(det_x - middle) < half) & (abs(det_y - middle) < CCD / 2)
    return seen
