"""Spectra drawn anew from a folded model, ready to be compared with it as the real ones are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.engines.embedded import compare
from nuwidgets.science.simulate import simulate_counts, simulate_pair, simulate_rates
from nuwidgets.science.statistics import without_zeros

if TYPE_CHECKING:
    from numpy.random import Generator

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.engines.embedded.fitdata import FitData
    from nuwidgets.engines.embedded.problem import Problem


def put_data(problem: Problem, data: tuple[FitData, ...]) -> None:
    """Let a problem compare its model with other data of the same bins."""
    problem.data = data
    problem.kinds = tuple(compare.kind(problem.request, one) for one in data)


def redrawn(data: FitData, rate: Floats, rng: Generator) -> FitData:
    """Give a spectrum as it might have been counted, were the model true.

    Parameters
    ----------
    data : FitData
        The real one: its exposures, background and kind of errors are kept.
    rate : ndarray, shape (n,), counts/s
        Folded model.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    known = _background(data)
    if data.poisson:
        if known is None:
            return _counted(data, simulate_counts(rate, data.time_s, rng), None)
        times = data.time_s, known[0], data.background_time_s
        counts, background = simulate_pair(rate, *times, rng)
        return _counted(data, counts, (background, background))
    if data.poisson_source and known is not None:
        counts = simulate_counts(rate + data.background_rate, data.time_s, rng)
        return _counted(data, counts, (simulate_rates(*known, rng), known[1]))
    drawn = simulate_rates(rate, data.variance, rng)
    counts = np.maximum((drawn + data.background_rate) * data.time_s, 0.0)
    return replace(data, rate=drawn, counts=counts)


def _background(data: FitData) -> tuple[Floats, Floats] | None:
    """Give the background's counts and their variance; None without one."""
    if data.background is None:
        return None
    given = data.background_variance
    return data.background, data.background if given is None else given


def _counted(data: FitData, counts: Floats, background: tuple[Floats, Floats] | None) -> FitData:
    """Give a spectrum with other counts; those of the background come with their variance."""
    rate, variance = counts / data.time_s, counts / data.time_s**2
    changes: dict[str, Any] = {}
    others = None
    if background is not None:
        others, (drawn, spread) = data.background_time_s, background
        behind = drawn / others
        rate, variance = rate - behind, variance + spread / others**2
        changes = {
            "background": drawn,
            "background_rate": behind,
            "background_variance": spread,
            "all_background": _among(data.all_background, data.noticed, drawn),
        }
    return replace(
        data,
        counts=counts,
        rate=rate,
        variance=without_zeros(variance + _systematic(data, counts), data.time_s, others),
        all_counts=_among(data.all_counts, data.noticed, counts),
        **changes,
    )


def _systematic(data: FitData, counts: Floats) -> Floats:
    """Give the variance of a systematic error that is the same share of the counts as before."""
    variance, background = data.counts / data.time_s**2, _background(data)
    if background is not None:
        variance = variance + background[1] / data.background_time_s**2
    more = np.where(data.counts > 0, np.maximum(data.variance - variance, 0.0), 0.0)
    return np.asarray(more * np.square(counts / np.maximum(data.counts, 1.0)))


def _among(whole: Floats | None, noticed: Mask | None, drawn: Floats) -> Floats | None:
    """Give all bins with those that are noticed drawn anew."""
    if whole is None or noticed is None:
        return None
    changed = np.array(whole)
    changed[noticed] = drawn
    return changed
