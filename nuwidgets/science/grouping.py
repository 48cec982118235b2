"""GROUPING and QUALITY columns: which channels to join into bins before a fit.

OGIP: GROUPING 1 starts a bin, -1 continues it; QUALITY 0 is good, 2 dubious, others bad
(OGIP/92-007). Bad channels are never joined: they stay alone and a bin ends before them. Dubious
marks of an earlier grouping are forgotten.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.grouping import Grouping

DUBIOUS = 2
"""QUALITY of channels that were left over."""


class Columns(NamedTuple):
    """The two OGIP columns that say how channels are joined."""

    grouping: Integers
    """1 starts a bin, -1 continues it, shape (n_channel,)."""
    quality: Integers
    """0 good, 2 left over, as given where bad, shape (n_channel,)."""


class Background(NamedTuple):
    """Background counts and the factor that scales them to the source."""

    counts: Floats
    """Counts in the background file, shape (n_channel,)."""
    ratio: Floats
    """(EXPOSURE * AREASCAL * BACKSCAL) source / background, shape (n_channel,)."""


def group_channels(
    how: Grouping,
    counts: npt.ArrayLike,
    quality: npt.ArrayLike | None = None,
    *,
    file_grouping: npt.ArrayLike | None = None,
    width_channels: Floats | None = None,
    background: Background | None = None,
) -> Columns:
    """Give the columns for any `Grouping`.

    Parameters
    ----------
    how : Grouping
        The way of grouping.
    counts : array_like, shape (n_channel,)
        Source counts.
    quality : array_like, optional
        QUALITY of the file.
    file_grouping : array_like, optional
        GROUPING of the file, for the kind ``file``; without it each channel is a bin.
    width_channels : ndarray, optional
        FWHM of the response at each channel, from `resolution.fwhm_channels`, for ``optsnmin``.
    background : Background, optional
        For the signal-to-noise of ``optsnmin``.

    Returns
    -------
    Columns

    Raises
    ------
    InputError
        ``optsnmin`` without `width_channels`, or arrays of different lengths.
    """
    if how.kind == "min":
        return group_min(counts, how.scale, quality)
    if how.kind == "constant":
        return group_constant(len(np.asarray(counts)), int(max(how.scale, 1)), quality)
    if how.kind == "optsnmin":
        if width_channels is None:
            raise InputError(
                "Cannot group by 'optsnmin': the width of the response is needed and the spectrum "
                "has no response. Give one, or group by 'min 20'."
            )
        return group_optsnmin(counts, width_channels, how.scale, quality, background)
    n_channel = len(np.asarray(counts))
    marks = np.zeros(n_channel, np.int64) if quality is None else np.array(quality, np.int64)
    _same_length(n_channel, quality=marks)
    if how.kind == "file" and file_grouping is not None:
        kept = np.array(file_grouping, np.int64)
        _same_length(n_channel, grouping=kept)
        return Columns(kept, marks)
    return Columns(np.ones(n_channel, np.int64), marks)


def group_min(counts: npt.ArrayLike, n: float, quality: npt.ArrayLike | None = None) -> Columns:
    """Join channels until each bin holds at least `n` counts (grppha's ``group min``).

    Channels left over before a bad channel or the end stay alone and become dubious.

    Parameters
    ----------
    counts : array_like, shape (n_channel,)
        Source counts.
    n : float
        Counts wanted in each bin, above 0.
    quality : array_like, optional
        QUALITY of the file.

    Returns
    -------
    Columns

    Raises
    ------
    InputError
        Arrays of different lengths.
    """
    values = np.asarray(counts, dtype=np.float64)
    columns, runs = _start(values.size, quality)
    total = np.concatenate([[0.0], np.cumsum(values)]).tolist()
    slack = 1e-9 * n
    for first, last in runs:
        edges = [first]
        while edges[-1] < last:
            end = bisect_left(total, total[edges[-1]] + n - slack, edges[-1] + 1, last + 1)
            if end > last:
                break
            edges.append(end)
        _join(columns, edges)
        columns.quality[edges[-1] : last] = DUBIOUS
    return columns


def group_constant(n_channel: int, n: int, quality: npt.ArrayLike | None = None) -> Columns:
    """Join every `n` channels; the last bin before a bad channel or the end may be shorter.

    Raises
    ------
    InputError
        Arrays of different lengths.
    """
    columns, runs = _start(n_channel, quality)
    for first, last in runs:
        _join(columns, [*range(first, last, n), last])
    return columns


def group_optsnmin(
    counts: npt.ArrayLike,
    width_channels: Floats,
    signal_to_noise: float,
    quality: npt.ArrayLike | None = None,
    background: Background | None = None,
) -> Columns:
    """Join channels optimally, then until each bin reaches a signal-to-noise.

    First the optimal widths of Kaastra & Bleeker (2016, A&A 587, A151), which depend on the
    resolution and on the counts within it; then each bin is extended as far as needed. A last
    bin that does not reach the signal-to-noise is joined with the one before.

    Parameters
    ----------
    counts : array_like, shape (n_channel,)
        Source counts.
    width_channels : ndarray, shape (n_channel,)
        FWHM of the response at each channel, in channels (`resolution.fwhm_channels`).
    signal_to_noise : float
        Least (net counts) / error of a bin.
    quality : array_like, optional
        QUALITY of the file.
    background : Background, optional
        Without it the signal-to-noise is sqrt(counts).

    Returns
    -------
    Columns

    Raises
    ------
    InputError
        Arrays of different lengths.
    """
    values = np.asarray(counts, dtype=np.float64)
    columns, runs = _start(values.size, quality)
    widths = np.asarray(width_channels, dtype=np.float64)
    _same_length(values.size, width_channels=widths)
    ends = np.arange(values.size) + optimal_channels(values, widths)
    # a bin ends where the first of its channels wants an end: an end lies behind its channel
    ends = np.minimum.accumulate(ends[::-1])[::-1].tolist()
    net, variance = _net_and_variance(values, background)
    for first, last in runs:
        edges = _walk(first, last, ends, (net, variance, signal_to_noise**2))
        _join(columns, edges)
    return columns


def optimal_channels(counts: Floats, width_channels: Floats) -> Integers:
    """Give the optimal bin width at each channel, in channels, at least 1.

    Kaastra & Bleeker (2016), eqs. 36-37: with N counts inside one FWHM (times 1.314) and R
    resolution elements, x = ln(N (1 + 0.2 ln R)); the width is 1 FWHM up to x = 2.119, then
    (0.08 x + 7 + 1.8 / x) / (x + 5.9) FWHM.

    Returns
    -------
    ndarray of int, shape (n_channel,)
    """
    width = np.clip(width_channels, 1.0, counts.size)
    centre = np.arange(counts.size) + 0.5
    total = np.concatenate([[0.0], np.cumsum(counts)])
    at = np.arange(counts.size + 1)
    inside = np.interp(centre + width / 2, at, total) - np.interp(centre - width / 2, at, total)
    elements = 1.0 + np.sum(1.0 / width)
    x = np.log(np.maximum(1.314 * inside * (1.0 + 0.2 * np.log(elements)), 1.0))
    large = np.maximum(x, 2.119)
    fraction = (0.08 * large + 7.0 + 1.8 / large) / (large + 5.9)
    return np.maximum(np.floor(width * np.where(x > 2.119, fraction, 1.0)), 1).astype(np.int64)  # noqa: PLR2004


def _net_and_variance(counts: Floats, background: Background | None) -> tuple[list[float], ...]:
    """Give the running sums of net counts and of their variance, starting with 0."""
    net, variance = counts, counts
    if background is not None:
        net = counts - background.ratio * background.counts
        variance = counts + np.square(background.ratio) * background.counts
    return tuple(np.concatenate([[0.0], np.cumsum(array)]).tolist() for array in (net, variance))


def _walk(
    first: int, last: int, ends: list[int], wanted: tuple[list[float], list[float], float]
) -> list[int]:
    """Give the edges of the bins between two channels, optimal and then extended."""
    net, variance, squared = wanted
    least = squared * (1.0 - 1e-12)
    edges = [first]
    while (start := edges[-1]) < last:
        end, net_0, variance_0 = min(ends[start], last), net[start], variance[start]
        while True:
            signal = net[end] - net_0
            if signal > 0 and signal * signal >= least * (variance[end] - variance_0):
                break
            if end == last:
                if len(edges) > 1:
                    edges.pop()
                break
            end += 1
        edges.append(end)
    return edges


def _start(n_channel: int, quality: npt.ArrayLike | None) -> tuple[Columns, list[tuple[int, int]]]:
    """Give columns with every channel alone, and the runs [first, last) of good channels."""
    marks = np.zeros(n_channel, np.int64) if quality is None else np.array(quality, np.int64)
    _same_length(n_channel, quality=marks)
    marks[marks == DUBIOUS] = 0
    good = np.concatenate([[False], marks == 0, [False]])
    turns = np.flatnonzero(good[1:] != good[:-1]).tolist()
    return Columns(np.ones(n_channel, np.int64), marks), list(
        zip(turns[::2], turns[1::2], strict=True)
    )


def _join(columns: Columns, edges: list[int]) -> None:
    """Mark the channels between the first and last edge as bins that begin at the edges."""
    columns.grouping[edges[0] : edges[-1]] = -1
    columns.grouping[edges[:-1]] = 1


def _same_length(n_channel: int, **arrays: Integers | Floats) -> None:
    for name, array in arrays.items():
        if array.shape != (n_channel,):
            raise InputError(
                f"Cannot group {n_channel} channels: {name} has shape {array.shape}. "
                "Give one value for each channel."
            )
