"""Goodness of a fit by simulation: how often chance alone fits better than the data do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest, FitResult


@dataclass(frozen=True)
class GoodnessRequest:
    """Ask for spectra simulated from the best fit, and how well they are fitted."""

    fit: FitRequest
    """The fit that is judged."""
    n: int = 100
    """Number of simulated data sets."""
    refit: bool = True
    """Whether each is fitted; else it is compared with the model it was drawn from."""
    draw: bool = False
    """Whether parameters are drawn from the covariance for each; else they stay the best ones."""
    seed: int = 1
    """Where chance begins: the same seed gives the same data."""


@dataclass(frozen=True, eq=False)
class Goodness:
    """What the test statistic is for simulated data, beside what it is for the data."""

    values: Floats
    """Test statistic of each simulated data set, shape (n,); NaN where there is none (yet)."""
    observed: float
    """Test statistic of the data at the best fit."""
    fit_values: Floats
    """Fit statistic of each simulated data set, shape (n,)."""
    fit_observed: float
    """Fit statistic of the data at the best fit."""
    test_name: str = ""
    """What the test statistic is in words."""
    statistic_name: str = ""
    """What the fit statistic is in words."""
    better_fit: FitResult | None = None
    """The best fit, where the values that were given are not the best ones."""
    request: GoodnessRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def n_done(self) -> int:
        """Number of simulated data sets that have a value."""
        return int((~np.isnan(self.values)).sum())

    @property
    def fraction(self) -> float:
        """Share of simulated data sets with a smaller test statistic; NaN without any.

        About 0.5 is what a good model gives; near 1 it does not describe the data.
        """
        return _share(self.values, self.observed)

    @property
    def fit_fraction(self) -> float:
        """The same for the fit statistic."""
        return _share(self.fit_values, self.fit_observed)

    def __repr__(self) -> str:
        return (
            f"<Goodness: {100 * self.fraction:.1f} % of {self.n_done} simulated data sets have a"
            f" smaller test statistic than {self.observed:.4g}>"
        )


def _share(values: Floats, observed: float) -> float:
    """Give the share of known values below the observed one; NaN where either is unknown."""
    known = values[~np.isnan(values)]
    unknown = not known.size or np.isnan(observed)
    return float("nan") if unknown else float(np.mean(known < observed))
