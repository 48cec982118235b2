"""A chain: parameters as often as the data make them likely, by Markov chain Monte Carlo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.fit import Interval
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest


@dataclass(frozen=True)
class ChainRequest:
    """Ask for a chain around the parameters of a fit."""

    fit: FitRequest
    """The fit; its free parameters move, with equal likelihood within their hard limits."""
    n_walkers: int = 0
    """Walkers; 0 for four for each free parameter, at least 32."""
    n_burn: int = 200
    """Steps of each walker that are thrown away."""
    n_steps: int = 1500
    """Steps of each walker that are kept."""
    seed: int = 1
    """Where chance begins."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Samples of the free parameters."""

    numbers: tuple[int, ...]
    """Numbers of the parameters that moved."""
    labels: tuple[str, ...]
    """Their names, e.g. ``powerlaw.PhoIndex``."""
    units: tuple[str, ...]
    """Their units."""
    samples: Floats
    """Their values, step by step and in each all walkers, shape (n_steps * n_walkers, n_free)."""
    statistic: Floats
    """The statistic of each sample, shape (n_steps * n_walkers,)."""
    n_walkers: int
    """How many walkers there are."""
    acceptance: float
    """Part of the proposed steps that were taken; 0.2 to 0.5 is usual."""
    autocorrelation: Floats
    """Steps after which a walker has forgotten where it was, shape (n_free,); NaN if unknown."""
    done: float = 1.0
    """Part of the steps that are done."""
    request: ChainRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def n_steps(self) -> int:
        """Steps of each walker."""
        return len(self.samples) // self.n_walkers

    @property
    def walks(self) -> Floats:
        """The way of each walker, shape (n_steps, n_walkers, n_free)."""
        return self.samples.reshape(self.n_steps, self.n_walkers, len(self.numbers))

    @property
    def median(self) -> Floats:
        """Median of each parameter, shape (n_free,)."""
        return np.asarray(np.median(self.samples, axis=0))

    @property
    def best(self) -> Floats:
        """The sample with the smallest statistic, shape (n_free,)."""
        return np.asarray(self.samples[int(np.argmin(self.statistic))])

    @property
    def covariance(self) -> Floats:
        """Covariance of the samples, shape (n_free, n_free)."""
        n = len(self.numbers)
        return np.asarray(np.cov(self.samples, rowvar=False)).reshape(n, n)

    def intervals(self, level: float = 90.0) -> tuple[Interval, ...]:
        """Give the central interval of each parameter that holds `level` per cent of the samples.

        As XSPEC's ``error`` does when chains are loaded.
        """
        ends = np.percentile(self.samples, (50 - level / 2, 50 + level / 2), axis=0)
        return tuple(
            Interval(number, float(lo), float(hi))
            for number, (lo, hi) in zip(self.numbers, ends.T, strict=True)
        )

    def __repr__(self) -> str:
        n = len(self.numbers)
        return (
            f"<Chain: {self.n_steps} steps of {self.n_walkers} walkers over {n}"
            f" parameter{'' if n == 1 else 's'}, {100 * self.acceptance:.0f} % accepted>"
        )
