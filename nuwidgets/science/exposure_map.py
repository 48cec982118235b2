"""How long each place of the sky was looked at: exposure from aspect and detector pixels.

The rule of nuexpomap (NuSTARDAS Software Guide, Perri et al.): places of the detectors on the sky
are joined to cells of an aspect histogram; the detectors' map of each cell, without the pixels
that were bad at its times, is turned and shifted to the sky; the sum, times the live fraction, is
the exposure. The detectors' map itself is approximate here, see `nustar_detector`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.errors import InputError
from nuwidgets.science import nustar_response
from nuwidgets.science.nustar_detector import (
    N_DETECTORS,
    N_RAW,
    SIDE,
    columns_and_rows,
    instrument_map,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.detector_events import BadPixel, Track
    from nuwidgets.domain.gti import Gti
    from nuwidgets.science.mounting import Mounting
    from nuwidgets.science.nustar_detector import Layout

NEAR_S = 60.0
"""So far from the next known place, in time, a place may be taken from it."""
_ARCMIN, _ANGLE_STEP_ARCMIN = 40.0, 0.05


@dataclass(frozen=True, eq=False)
class Aspect:
    """How long the reference point was where on the sky, and the pixels that were bad then."""

    duration_s: Floats
    """Good time of each cell, s, shape (n,)."""
    x: Floats
    """Mean sky pixel of the reference point, from 0, along x, shape (n,)."""
    y: Floats
    """The same along y, shape (n,)."""
    good_s: Floats
    """Good time of each pixel in each cell: cell, detector, row, column, s; (n, 4, 32, 32)."""
    axis_x: Floats
    """Mean sky pixel of the optical axis, from 0, along x, shape (n,)."""
    axis_y: Floats
    """The same along y, shape (n,)."""
    unknown_s: float = 0.0
    """Good time far from any known place, s."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __len__(self) -> int:
        return len(self.duration_s)


def aspect_histogram(
    gti: Gti, track: Track, axis: Track, bad: Iterable[BadPixel], pixbin: int
) -> Aspect:
    """Join good times to cells of the sky in which the reference point lay.

    Parameters
    ----------
    gti : Gti
        Good times.
    track : Track
        Where the reference point was.
    axis : Track
        Where the optical axis was; one row where it did not move.
    bad : iterable of BadPixel
        Pixels to take out.
    pixbin : int
        Size of a cell, sky pixels.

    Raises
    ------
    InputError
        If there is no good time, or the track has no time in common with it.
    """
    bad = tuple(bad)
    edges = _edges(gti, track, bad)
    middle = (edges[1:] + edges[:-1]) / 2
    spent = np.where(gti.contains(middle), np.diff(edges), 0.0)
    far = _distance(middle, track.time_s) > NEAR_S
    unknown_s = float(spent[far].sum())
    if not unknown_s < spent.sum():
        raise InputError(
            f"Cannot make an exposure map: of {spent.sum():.0f} s of good time none has a known"
            " place on the sky. Give the det1 file of this observation, and events with good times."
        )
    x, y, axis_x, axis_y = (
        np.interp(middle, of.time_s, values)
        for of, values in ((track, track.x), (track, track.y), (axis, axis.x), (axis, axis.y))
    )
    used = spent > 0
    number = np.zeros((2, len(middle)), int)
    for at, values in enumerate((x, y)):
        number[at, used] = (values[used] - values[used].min()) // pixbin
    which = np.zeros(len(middle), int)
    which[used] = np.unique(number[:, used], axis=1, return_inverse=True)[1].ravel()
    duration = np.bincount(which, weights=spent).astype(float)
    mean = [np.bincount(which, weights=spent * v) / duration for v in (x, y, axis_x, axis_y)]
    lost = _lost_s(bad, edges, spent, which)
    good = duration[:, None, None, None] - lost
    return Aspect(duration, mean[0], mean[1], good, mean[2], mean[3], unknown_s)


def _edges(gti: Gti, track: Track, bad: tuple[BadPixel, ...]) -> Floats:
    """Give the times between which nothing changes: good, the nearest place, the bad pixels."""
    known = track.time_s
    times = [gti.start_s, gti.stop_s, (known[1:] + known[:-1]) / 2]
    lonely = np.diff(known, prepend=-np.inf, append=np.inf) > 2 * NEAR_S
    times += [known[lonely[1:]] + NEAR_S, known[lonely[:-1]] - NEAR_S]
    times += [t for pixel in bad for t in (pixel.times.start_s, pixel.times.stop_s)]
    edges = np.unique(np.concatenate(times))
    if gti.intervals:
        edges = edges[(edges >= gti.start_s[0]) & (edges <= gti.stop_s[-1])]
    return edges


def _distance(time_s: Floats, known_s: Floats) -> Floats:
    """Give how far each time is from the nearest known one, s."""
    after = np.clip(np.searchsorted(known_s, time_s), 1, max(len(known_s) - 1, 1))
    near = [np.abs(time_s - known_s[np.minimum(after - i, len(known_s) - 1)]) for i in (0, 1)]
    return np.minimum(*near)


def _lost_s(bad: tuple[BadPixel, ...], edges: Floats, spent: Floats, which: Integers) -> Floats:
    """Give how long each pixel was bad in each cell, s, shape (n, 4, 32, 32)."""
    n = int(which.max(initial=0)) + 1
    lost = np.zeros((n, N_DETECTORS, N_RAW, N_RAW))
    for pixel in bad:
        ids = (np.array([v]) for v in (pixel.det_id, pixel.raw_x, pixel.raw_y))
        column, row = columns_and_rows(*ids)
        for start, stop in pixel.times.intervals:
            first, last = np.searchsorted(edges, [start, stop])
            if first < last:
                during = slice(int(first), int(last))
                held = np.bincount(which[during], weights=spent[during], minlength=n)
                lost[:, pixel.det_id, row[0], column[0]] += held
    return lost


@dataclass(frozen=True, eq=False)
class SkyExposure:
    """Good time of each place of the sky, without dead time."""

    aspect: Aspect
    """Where the detectors were how long."""
    layout: Layout
    """Where their pixels are."""
    mounting: Mounting
    """How they are turned."""
    percent: float = 0.02
    """Least covered part of a DET1 pixel that counts."""
    tell: Callable[[float], object] = float
    """Called before each cell with the part that is done, 0 to 1; may raise to stop."""

    def on(
        self, shape: tuple[int, int], origin: tuple[int, int], energy_kev: float | None = None
    ) -> Floats:
        """Give the good time of sky pixels, s.

        Parameters
        ----------
        shape : tuple of int
            Number of pixels along (y, x).
        origin : tuple of int
            Sky pixel (x, y), from 0, of the first one.
        energy_kev : float, optional
            Multiply by the loss off the optical axis (vignetting) at this energy, keV.

        Returns
        -------
        ndarray, shape `shape`, s
        """
        total = np.zeros(shape)
        loss = None if energy_kev is None else _loss(energy_kev)
        for number in range(len(self.aspect)):
            self.tell(number / len(self.aspect))
            window = self._window(number, shape, origin)
            if window is not None:
                total[window] += self._seen(number, window, origin, loss)
        return total

    def _window(
        self, number: int, shape: tuple[int, int], origin: tuple[int, int]
    ) -> tuple[slice, slice] | None:
        """Give the rows and columns that the detectors can reach in a cell."""
        at = float(self.aspect.x[number]), float(self.aspect.y[number])
        corners = np.array([[-1, SIDE, SIDE, -1], [-1, -1, SIDE, SIDE]], float)
        places = self.mounting.to_sky(corners[0], corners[1], at)
        spans = []
        for values, first, n in zip(places, origin, shape[::-1], strict=True):
            low = max(int(np.floor(values.min())) - first, 0)
            high = min(int(np.ceil(values.max())) + 1 - first, n)
            spans.append(slice(low, high))
        return (spans[1], spans[0]) if all(s.start < s.stop for s in spans) else None

    def _seen(
        self,
        number: int,
        window: tuple[slice, slice],
        origin: tuple[int, int],
        loss: tuple[Floats, Floats] | None,
    ) -> Floats:
        """Give the good time of the sky pixels in a window, s."""
        from scipy.ndimage import map_coordinates

        aspect = self.aspect
        of_detector = instrument_map(aspect.good_s[number], self.layout, self.percent)
        rows, columns = window
        y, x = np.mgrid[rows, columns].astype(float)
        x, y = x + origin[0], y + origin[1]
        at = float(aspect.x[number]), float(aspect.y[number])
        det_x, det_y = self.mounting.to_detector(x, y, at)
        seen: Floats = map_coordinates(of_detector, (det_y, det_x), order=1, cval=0.0)
        if loss is None:
            return seen
        angle = np.hypot(x - aspect.axis_x[number], y - aspect.axis_y[number])
        left: Floats = seen * np.interp(angle * nustar_response.PIXEL_ARCSEC / 60, *loss)
        return left


def _loss(energy_kev: float) -> tuple[Floats, Floats]:
    """Give off-axis angles, arcmin, and the area there over that on axis."""
    angles = np.arange(0.0, _ARCMIN, _ANGLE_STEP_ARCMIN)
    energy = np.array([energy_kev])
    fractions = [float(nustar_response.vignetting(float(a), energy)[0]) for a in angles]
    return angles, np.array(fractions)
