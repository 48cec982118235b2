"""How ftgrouppha joins channels: each of its ways, between a first and a last channel.

Rules: the help page of ftgrouppha (HEASoft) and Kaastra & Bleeker (2016, A&A 587, A151). Unlike
grppha's ``group min``, channels left over at the end are joined to a last bin that falls short;
``optmin`` and ``optsnmin`` join that bin with the one before. QUALITY is left as it is: only
channels that it calls good, or dubious, are joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.grouping import DUBIOUS, Background, optimal_channels

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers

WAYS = {
    "constant": "every groupscale channels",
    "min": "at least groupscale counts",
    "snmin": "at least a signal-to-noise of groupscale",
    "bmin": "at least groupscale counts of background",
    "opt": "optimal bins",
    "optmin": "optimal bins, then at least groupscale counts",
    "optsnmin": "optimal bins, then at least a signal-to-noise of groupscale",
    "file": "the GROUPING of another file",
}
"""What each way of ftgrouppha promises of a bin."""
OURS = {"netmin": "at least so many counts above the background"}
"""Ways that ftgrouppha has not."""
OPTIMAL, WITH_BACKGROUND = ("opt", "optmin", "optsnmin"), ("bmin", "netmin")
_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Counted:
    """What a spectrum gives to its grouping."""

    counts: Floats
    """Source counts, shape (n_channel,)."""
    quality: Integers
    """QUALITY, shape (n_channel,)."""
    background: Background | None = None
    """Background counts, and what scales them to the source."""
    width_channels: Floats | None = None
    """FWHM of the response at each channel, in channels, shape (n_channel,)."""


def group_as(
    way: str, scale: float, counted: Counted, first: int = 0, last: int | None = None
) -> Integers:
    """Give a GROUPING column: 1 starts a bin, -1 continues it, shape (n_channel,).

    Parameters
    ----------
    way : str
        One of `WAYS` or `OURS`, but ``"file"``.
    scale : float
        Counts, signal-to-noise or channels, as the way says.
    counted : Counted
    first, last : int
        First and last index to join; others stay alone. The optimal widths know nothing of them.

    Raises
    ------
    InputError
        If there is no such way, or it needs a scale, a background or a response.
    """
    _check(way, scale, counted)
    n = len(counted.counts)
    grouping = np.ones(n, np.int64)
    edges_of = _ends(way, scale, counted)
    reached = _reached(way, scale, counted)
    past = n if last is None else min(last + 1, n)
    for start, stop in _runs(counted.quality, max(first, 0), past):
        edges = _walk(start, stop, edges_of, reached)
        if way.startswith("opt") and len(edges) > 2 and not reached(*edges[-2:]):  # noqa: PLR2004
            edges.pop(-2)
        grouping[start:stop] = -1
        grouping[edges[:-1]] = 1
    return grouping


def _check(way: str, scale: float, counted: Counted) -> None:
    known = {**WAYS, **OURS}
    if way not in known or way == "file":
        raise InputError(f"Cannot group by {way!r}. {nearest(way, WAYS)}")
    if way != "opt" and not (np.isfinite(scale) and scale > 0):
        raise InputError(
            f"Cannot group by {way!r} with groupscale={scale!r}: {known[way]}. Give a number above"
            " 0, e.g. groupscale=20."
        )
    if way in WITH_BACKGROUND and counted.background is None:
        raise InputError(f"Cannot group by {way!r} without a background. Give it (backfile).")
    if way in OPTIMAL and counted.width_channels is None:
        raise InputError(
            f"Cannot group by {way!r} without a response: its resolution is needed. Give the RMF"
            " (respfile), or group by 'min'."
        )


def _ends(way: str, scale: float, counted: Counted) -> list[int]:
    """Give one past the last channel of the least bin that begins at each channel."""
    n = len(counted.counts)
    begins = np.arange(n)
    if way in OPTIMAL and counted.width_channels is not None:
        ends = begins + optimal_channels(counted.counts, counted.width_channels)
        # a bin ends where the first of its channels wants an end: an end lies behind its channel
        return list(np.minimum.accumulate(ends[::-1])[::-1].tolist())
    step = max(round(scale), 1) if way == "constant" else 1
    return list((begins + step).tolist())


class _Sums:
    """Whether a bin, from its first channel to one past its last, holds enough."""

    def __init__(self, signal: Floats, variance: Floats | None, least: float) -> None:
        self.signal = np.concatenate([[0.0], np.cumsum(signal)]).tolist()
        self.variance = (
            None if variance is None else np.concatenate([[0.0], np.cumsum(variance)]).tolist()
        )
        self.least = least

    def __call__(self, start: int, end: int) -> bool:
        signal = self.signal[end] - self.signal[start]
        if self.variance is None:
            return bool(signal >= self.least * (1 - _SLACK))
        variance = self.variance[end] - self.variance[start]
        return bool(signal > 0 and signal**2 >= self.least**2 * variance * (1 - _SLACK))


def _reached(way: str, scale: float, counted: Counted) -> _Sums:
    counts, back = counted.counts, counted.background
    if way in ("constant", "opt"):
        return _Sums(np.zeros(len(counts)), None, 0.0)
    if way == "bmin" and back is not None:
        return _Sums(back.counts, None, scale)
    if way == "netmin" and back is not None:
        return _Sums(counts - back.ratio * back.counts, None, scale)
    if way.endswith("snmin"):
        net, variance = counts, counts
        if back is not None:
            net = counts - back.ratio * back.counts
            variance = counts + np.square(back.ratio) * back.counts
        return _Sums(net, variance, scale)
    return _Sums(counts, None, scale)


def _runs(quality: Integers, first: int, past: int) -> list[tuple[int, int]]:
    """Give the runs [start, stop) of good channels between two channels."""
    good = np.zeros(len(quality) + 2, bool)
    good[first + 1 : past + 1] = np.isin(quality[first:past], (0, DUBIOUS))
    turns = np.flatnonzero(good[1:] != good[:-1]).tolist()
    return list(zip(turns[::2], turns[1::2], strict=True))


def _walk(start: int, stop: int, ends: list[int], reached: _Sums) -> list[int]:
    """Give the edges of the bins from `start` to `stop`; the last may fall short."""
    edges = [start]
    while (begin := edges[-1]) < stop:
        end = min(ends[begin], stop)
        while end < stop and not reached(begin, end):
            end += 1
        edges.append(end)
    return edges
