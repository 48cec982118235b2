"""A fit: a model, its parameters, what is compared and how, and what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.spectrum import SpectrumRequest

CHI, CSTAT = "chi", "cstat"


@dataclass(frozen=True)
class FitRequest:
    """Ask for the best fit of a model to spectra."""

    spectra: tuple[SpectrumRequest, ...]
    """The spectra, each a data group."""
    expression: str
    """The model in XSPEC's syntax."""
    parameters: tuple[Parameter, ...]
    """Start values, limits, what is frozen or linked."""
    statistic: str = CHI
    """``"chi"`` (background subtracted, standard weights) or ``"cstat"`` (W with a background)."""
    ignore: tuple[str, ...] = ()
    """Ranges left out, in XSPEC's syntax, e.g. ``"**-3. 79.-**"`` or ``"bad"``."""
    abundance: str = "wilm"
    """Abundance table."""
    cross_section: str = "vern"
    """Photo-electric cross sections."""


@dataclass(frozen=True, eq=False)
class FoldedSpectrum:
    """One spectrum, grouped and without what is ignored, beside its model."""

    name: str
    """Short name of the spectrum."""
    e_lo_kev: Floats
    """Lower edge of each bin, keV, shape (n,)."""
    e_hi_kev: Floats
    """Upper edge of each bin, keV, shape (n,)."""
    rate: Floats
    """Net rate, background subtracted, counts/s, shape (n,)."""
    error: Floats
    """One-sigma error of the net rate, counts/s, shape (n,)."""
    model_rate: Floats
    """Model folded through the response, counts/s, shape (n,)."""
    background_rate: Floats
    """Background scaled to the source, counts/s, shape (n,)."""
    contribution: Floats
    """Contribution of each bin to the statistic, shape (n,)."""
    counts: Floats
    """Source-region counts, shape (n,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def e_middle_kev(self) -> Floats:
        """Geometric middle of each bin, keV, shape (n,)."""
        return np.sqrt(np.maximum(self.e_lo_kev, 1e-6) * self.e_hi_kev)

    @property
    def per_kev(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Net rate, its error, model and background, counts/s/keV, each of shape (n,)."""
        width = self.e_hi_kev - self.e_lo_kev
        rates = (self.rate, self.error, self.model_rate, self.background_rate)
        return (rates[0] / width, rates[1] / width, rates[2] / width, rates[3] / width)

    @property
    def ratio(self) -> tuple[Floats, Floats]:
        """Net rate over model and its error, shape (n,) each; NaN where the model is 0."""
        model = np.where(self.model_rate > 0, self.model_rate, np.nan)
        return self.rate / model, self.error / model


@dataclass(frozen=True, eq=False)
class Curve:
    """The model at given parameters beside the data: no fitting."""

    spectra: tuple[FoldedSpectrum, ...]
    """One for each spectrum."""
    statistic: float
    """The statistic, summed over all spectra."""
    dof: int
    """Bins minus free parameters."""
    n_bins: int
    """Bins compared."""
    statistic_name: str = ""
    """What the statistic is in words, e.g. ``"W-statistic (cstat with a background)"``."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        spectra = f"{len(self.spectra)} spectr{'um' if len(self.spectra) == 1 else 'a'}"
        if self.statistic != self.statistic:
            return f"<Curve: {spectra} in {self.n_bins} bins, {self.statistic_name}>"
        return (
            f"<Curve: {spectra}, {self.statistic_name} {self.statistic:.2f}"
            f" for {self.dof} degrees of freedom>"
        )


@dataclass(frozen=True)
class CurveRequest:
    """Ask for the model at the parameters' values, folded and compared, without fitting."""

    fit: FitRequest
    """The model, its parameters, and what it is compared with."""


@dataclass(frozen=True, eq=False)
class FitResult:
    """The best fit."""

    parameters: tuple[Parameter, ...]
    """All parameters at their best values."""
    sigma: tuple[float, ...]
    """One-sigma errors from the covariance, for each of `parameters`; NaN where not free."""
    covariance: NDArray[Any]
    """Covariance of the free parameters, in their order, shape (n_free, n_free)."""
    statistic: float
    """The statistic at the best fit, summed over all spectra."""
    dof: int
    """Bins minus free parameters."""
    n_bins: int
    """Bins compared."""
    converged: bool
    """Whether the minimiser trusts its answer."""
    statistic_name: str = ""
    """What the statistic is in words."""
    null_probability: float = float("nan")
    """Chance of a larger chi-square if the model is right; NaN for cstat."""
    statistics: tuple[float, ...] = ()
    """The statistic of each spectrum."""
    n_evaluations: int = 0
    """How often the model was folded."""
    request: FitRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __repr__(self) -> str:
        rows = [
            f"  {p.number:3d} {p.component + '.' + p.name:24s} {p.value:<12.5g}"
            f" {'frozen' if p.frozen else f'+- {error:.2g}'} {p.unit}".rstrip()
            for p, error in zip(self.parameters, self.sigma, strict=True)
            if p.link is None
        ]
        head = f"{self.statistic_name}: {self.statistic:.2f} for {self.dof} degrees of freedom"
        return "\n".join([head, *rows])


@dataclass(frozen=True)
class ErrorsRequest:
    """Ask for confidence intervals by moving a parameter until the statistic rises by `delta`."""

    fit: FitRequest
    """The fit whose parameters are meant."""
    delta: float = 2.706
    """Rise of the statistic; 2.706 is 90 % for one parameter, 1.0 is 68.3 %."""
    numbers: tuple[int, ...] = ()
    """Parameter numbers; empty for all that are free."""


@dataclass(frozen=True)
class Interval:
    """The confidence interval of one parameter."""

    number: int
    """The parameter's number."""
    lo: float
    """Lower end."""
    hi: float
    """Upper end."""
    flags: str = "FFFFFFFFF"
    """XSPEC's nine problem letters; all F is fine."""


@dataclass(frozen=True, eq=False)
class Errors:
    """Confidence intervals."""

    intervals: tuple[Interval, ...]
    """One for each parameter asked for."""
    delta: float
    """Rise of the statistic they stand for."""
    better_fit: FitResult | None = None
    """A better fit that was met on the way, if any."""
    request: ErrorsRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        n = len(self.intervals)
        return f"<Errors: {n} interval{'' if n == 1 else 's'} for a rise of {self.delta:g}>"


@dataclass(frozen=True)
class FluxRequest:
    """Ask for the model's flux in a band, absorbed as the model stands."""

    fit: FitRequest
    """The model and its parameters."""
    band: Band
    """True energies to integrate over."""


@dataclass(frozen=True, eq=False)
class Flux:
    """The model's flux in a band, for each spectrum's data group."""

    photons_per_cm2_s: tuple[float, ...]
    """Photon flux, photons/cm2/s."""
    erg_per_cm2_s: tuple[float, ...]
    """Energy flux, erg/cm2/s."""
    request: FluxRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        values = ", ".join(f"{flux:.4g}" for flux in self.erg_per_cm2_s)
        band = f" in {self.request.band}" if self.request else ""
        return f"<Flux: {values} erg/cm2/s{band}>"
