"""From channels to bins: what GROUPING and QUALITY make of a spectrum, as XSPEC loads it.

Channels of QUALITY 1 are dropped completely; others keep their place and give the bin the worst
quality of its channels. Counts and variances add; the systematic error of a bin is the largest
of its channels; AREASCAL and BACKSCAL are count-weighted harmonic means. The background follows
the source's bins (XSPEC 12.9, verified on its numbers).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.science.statistics import without_zeros

if TYPE_CHECKING:
    import numpy.typing as npt

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.spectrum import Spectrum

DROPPED = 1
"""QUALITY of channels that are not part of any bin."""


@dataclass(frozen=True, eq=False)
class Bins:
    """Which channels make up which bin."""

    index: Integers
    """Bin of each channel, from 0; -1 for dropped channels, shape (n_channel,)."""
    n_bin: int
    """Number of bins."""

    @cached_property
    def kept(self) -> Integers:
        """Channels (from 0) that are in a bin, rising."""
        return np.flatnonzero(self.index >= 0)

    @cached_property
    def starts(self) -> Integers:
        """Where each bin begins within `kept`, shape (n_bin,)."""
        return np.flatnonzero(np.diff(self.index[self.kept], prepend=-1))

    @cached_property
    def first_channel(self) -> Integers:
        """First channel (from 0) of each bin, shape (n_bin,)."""
        return self.kept[self.starts]

    @cached_property
    def size(self) -> Integers:
        """Number of channels in each bin, shape (n_bin,)."""
        return np.diff(np.append(self.starts, self.kept.size))

    def matrix(self) -> Any:
        """Give the sparse matrix of 0 and 1 that sums channels, shape (n_bin, n_channel)."""
        from scipy import sparse

        rows = np.append(self.starts, self.kept.size)
        entries = (np.ones(self.kept.size), self.kept, rows)
        return sparse.csr_array(entries, shape=(self.n_bin, self.index.size))

    def sum(self, values: npt.ArrayLike) -> Floats:
        """Sum values over the channels of each bin, shape (n_bin,)."""
        chosen = np.asarray(values, dtype=np.float64)[self.kept]
        total = np.bincount(self.index[self.kept], chosen, minlength=self.n_bin)
        return total.astype(np.float64)

    def largest(self, values: npt.ArrayLike) -> npt.NDArray[Any]:
        """Give the largest value among the channels of each bin, shape (n_bin,)."""
        return self._reduce(np.maximum, values)

    def smallest(self, values: npt.ArrayLike) -> npt.NDArray[Any]:
        """Give the smallest value among the channels of each bin, shape (n_bin,)."""
        return self._reduce(np.minimum, values)

    def _reduce(self, how: np.ufunc, values: npt.ArrayLike) -> npt.NDArray[Any]:
        chosen = np.asarray(values)[self.kept]
        return np.asarray(how.reduceat(chosen, self.starts)) if self.n_bin else chosen

    def harmonic_mean(self, scale: npt.ArrayLike, counts: npt.ArrayLike) -> Floats:
        """Give the count-weighted harmonic mean N / sum(N_i / a_i) of a scale in each bin.

        Without counts n / sum(1 / a_i), shape (n_bin,). Channels whose scale is not positive
        are taken as they are: the mean is then 0.
        """
        scales = np.asarray(scale, dtype=np.float64)
        if scales.size and scales[0] > 0 and np.all(scales == scales[0]):
            return np.full(self.n_bin, scales[0])
        inverse = np.divide(1.0, scales, out=np.full_like(scales, np.inf), where=scales > 0)
        weights = np.maximum(np.asarray(counts, dtype=np.float64), 0.0)
        empty = self.sum(weights) <= 0
        weights = np.where(self._spread(empty), 1.0, weights)
        with np.errstate(invalid="ignore"):
            weighted = np.where(weights > 0, weights * inverse, 0.0)
        return np.asarray(self.sum(weights) / self.sum(weighted))

    def _spread(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Give each channel the flag of its bin; dropped channels False."""
        spread = np.zeros(self.index.size, dtype=np.bool_)
        spread[self.kept] = flags[self.index[self.kept]]
        return spread


def bins_of(grouping: npt.ArrayLike, quality: npt.ArrayLike) -> Bins:
    """Give the bins that GROUPING and QUALITY describe.

    A channel that continues a bin whose first channel is dropped starts it instead; so does the
    first channel of all. GROUPING 0 stands alone.

    Parameters
    ----------
    grouping : array_like, shape (n_channel,)
        OGIP GROUPING.
    quality : array_like, shape (n_channel,)
        OGIP QUALITY.

    Returns
    -------
    Bins

    Raises
    ------
    InputError
        Arrays of different lengths.
    """
    marks, flags = np.asarray(grouping), np.asarray(quality)
    if marks.shape != flags.shape or marks.ndim != 1:
        raise InputError(
            f"Cannot bin channels: GROUPING has shape {marks.shape} and QUALITY {flags.shape}. "
            "Give one of each for every channel."
        )
    number = np.cumsum(marks >= 0)
    kept = flags != DROPPED
    index = np.full(marks.size, -1, dtype=np.int64)
    known, index[kept] = np.unique(number[kept], return_inverse=True)
    return Bins(index, known.size)


@dataclass(frozen=True, eq=False)
class BinnedSpectrum:
    """A spectrum in bins, with the times of the statistics' notation."""

    bins: Bins
    """Which channels make up which bin."""
    quality: Integers
    """Worst QUALITY of each bin, shape (n_bin,)."""
    counts: Floats
    """Source counts S, shape (n_bin,)."""
    time_s: Floats
    """t_s = EXPOSURE * AREASCAL, s, shape (n_bin,)."""
    background: Floats | None
    """Background counts B, unscaled, shape (n_bin,); None without background."""
    background_time_s: Floats | None
    """t_b = EXPOSURE_b * AREASCAL_b * BACKSCAL_b / BACKSCAL_s, s, shape (n_bin,)."""
    rate: Floats
    """Net rate S / t_s - B / t_b, counts/s, shape (n_bin,)."""
    variance: Floats
    """Variance of the net rate, standard weights, above 0, (counts/s)^2, shape (n_bin,)."""
    poisson: bool
    """Whether source and background counts are Poisson's, so that cstat applies."""
    background_variance: Floats | None = None
    """Variance of `background`, counts^2, shape (n_bin,); None without background."""


def bin_spectrum(spectrum: Spectrum) -> BinnedSpectrum:
    """Give a spectrum in the bins of its GROUPING and QUALITY.

    The model to compare with is the response times the photons, without exposure and AREASCAL:
    they are inside `time_s`.

    Raises
    ------
    InputError
        Columns of different lengths.
    """
    bins = bins_of(spectrum.grouping, spectrum.quality)
    time = spectrum.exposure_s * bins.harmonic_mean(spectrum.areascal, spectrum.counts)
    counts = bins.sum(spectrum.counts)
    rate, variance = counts / time, _variance(bins, spectrum) / np.square(time)
    other, background, background_time, spread = spectrum.background, None, None, None
    if other is not None:
        background = bins.sum(other.counts)
        background_time = _background_time(bins, spectrum, other)
        rate = rate - background / background_time
        spread = _variance(bins, other)
        variance = variance + spread / np.square(background_time)
    return BinnedSpectrum(
        bins,
        bins.largest(spectrum.quality).astype(np.int64),
        counts,
        time,
        background,
        background_time,
        rate,
        without_zeros(variance, time, background_time),
        spectrum.poisson and (other is None or other.poisson),
        spread,
    )


def _background_time(bins: Bins, spectrum: Spectrum, other: Spectrum) -> Floats:
    """Give t_b; a source BACKSCAL that is not positive is taken from the background."""
    size = np.where(spectrum.backscal > 0, spectrum.backscal, other.backscal)
    own = bins.harmonic_mean(size, spectrum.counts)
    area = bins.harmonic_mean(other.areascal, other.counts)
    back = bins.harmonic_mean(other.backscal, other.counts)
    return np.asarray(other.exposure_s * area * back / own)


def _variance(bins: Bins, spectrum: Spectrum) -> Floats:
    """Give the variance of the counts in each bin, with the systematic error."""
    squares = spectrum.counts
    if not spectrum.poisson:
        given = spectrum.stat_error
        squares = np.zeros_like(squares) if given is None else np.square(given)
    variance = bins.sum(squares)
    if spectrum.sys_error is not None:
        systematic = bins.largest(spectrum.sys_error) * bins.sum(spectrum.counts)
        variance = variance + np.square(systematic)
    return variance
