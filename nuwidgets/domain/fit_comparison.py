"""One fit by two engines: where they end, and how far apart in units of the error."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from astropy.table import Table

    from nuwidgets.domain.fit import Errors, FitRequest, FitResult


@dataclass(frozen=True)
class FitComparisonRequest:
    """Ask the embedded engine and XSPEC for the same fit."""

    fit: FitRequest
    """The fit, its field ``engine`` empty."""
    errors: bool = False
    """Whether the confidence intervals are compared too."""
    delta: float = 2.706
    """Rise of the statistic that these stand for."""


@dataclass(frozen=True)
class Difference:
    """One free parameter by both engines."""

    number: int
    """The parameter's number."""
    label: str
    """Its full name."""
    unit: str
    """Its unit; empty when dimensionless."""
    embedded: float
    """The embedded engine's best value."""
    xspec: float
    """XSPEC's best value."""
    embedded_sigma: float
    """One-sigma error by the embedded engine; NaN where it has none."""
    xspec_sigma: float
    """One-sigma error by XSPEC; NaN where it has none."""
    embedded_interval: tuple[float, float] | None = None
    """The embedded engine's confidence interval, where it was asked for."""
    xspec_interval: tuple[float, float] | None = None
    """XSPEC's confidence interval, where it was asked for."""

    @property
    def in_sigma(self) -> float:
        """XSPEC's value minus the embedded engine's, in units of the error (XSPEC's, or ours)."""
        known = [s for s in (self.xspec_sigma, self.embedded_sigma) if math.isfinite(s) and s > 0]
        return (self.xspec - self.embedded) / known[0] if known else math.nan

    @property
    def width_ratio(self) -> float:
        """Width of XSPEC's interval over that of the embedded engine's; NaN without both."""
        if self.embedded_interval is None or self.xspec_interval is None:
            return math.nan
        ours = self.embedded_interval[1] - self.embedded_interval[0]
        theirs = self.xspec_interval[1] - self.xspec_interval[0]
        return theirs / ours if ours > 0 else math.nan


@dataclass(frozen=True, eq=False)
class FitComparison:
    """The same fit by the embedded engine and by XSPEC."""

    embedded: FitResult
    """The embedded engine's best fit."""
    xspec: FitResult
    """XSPEC's best fit."""
    differences: tuple[Difference, ...]
    """One for each free parameter."""
    errors: tuple[Errors, ...] = ()
    """Confidence intervals by both, the embedded engine's first; empty unless asked for."""
    summary: tuple[str, ...] = ()
    """How far they agree, a sentence each."""
    request: FitComparisonRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    @property
    def statistic_difference(self) -> float:
        """XSPEC's statistic minus the embedded engine's."""
        return self.xspec.statistic - self.embedded.statistic

    @property
    def worst(self) -> float:
        """Largest difference of a parameter in units of its error; NaN where there is none."""
        known = [abs(d.in_sigma) for d in self.differences if math.isfinite(d.in_sigma)]
        return max(known, default=math.nan)

    @property
    def table(self) -> Table:
        """One row for each free parameter, as an astropy table."""
        from astropy.table import Table

        rows = self.differences
        table = Table()
        table["number"] = [d.number for d in rows]
        table["parameter"] = [d.label for d in rows]
        for name in ("embedded", "xspec", "embedded_sigma", "xspec_sigma", "in_sigma"):
            table[name] = [float(getattr(d, name)) for d in rows]
        table.meta["statistic"] = (self.embedded.statistic, self.xspec.statistic)
        return table

    def __repr__(self) -> str:
        return (
            f"<FitComparison: statistic {self.embedded.statistic:.2f} embedded,"
            f" {self.xspec.statistic:.2f} XSPEC; parameters within {self.worst:.2g} sigma>"
        )
