"""A fit: a model, its parameters, what is compared and how, and what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.curve import Curve as Curve  # noqa: PLC0414  found here by name
from nuwidgets.domain.curve import CurveRequest as CurveRequest  # noqa: PLC0414  found here by name
from nuwidgets.domain.curve import FoldedSpectrum as FoldedSpectrum  # noqa: PLC0414  found here by name
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.band import Band
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.spectrum import SpectrumRequest

CHI, CSTAT, PGSTAT, PSTAT, LSTAT = "chi", "cstat", "pgstat", "pstat", "lstat"
STATISTICS = {
    CHI: "chi-squared, background subtracted",
    CSTAT: "C-statistic of Poisson counts; W-statistic where there is a background",
    PGSTAT: "Poisson counts, background with Gaussian errors",
    PSTAT: "Poisson counts, background known exactly",
    LSTAT: "Poisson counts and background, Bayesian (Loredo)",
}
"""What a fit can make small, by XSPEC's names."""
WEIGHTS = {
    "standard": "the errors of the data",
    "gehrels": "1 + sqrt(N + 0.75) (Gehrels 1986)",
    "churazov": "the mean of neighbouring bins (Churazov et al. 1996)",
    "model": "the model's own counts",
}
"""Where the errors of chi-squared come from, by XSPEC's names."""
TEST_STATISTICS = {
    "chi": "chi-squared",
    "pchi": "Pearson's chi-squared",
    "ks": "log of Kolmogorov-Smirnov's",
    "cvm": "log of Cramer-von Mises'",
    "ad": "log of Anderson-Darling's",
    "runs": "number of runs",
}
"""What says how good a fit is, by XSPEC's names."""


@dataclass(frozen=True)
class SourceResponse:
    """The response of one spectrum for one source of several."""

    spectrum: int
    """Number of the spectrum, from 1."""
    source: int
    """Number of the source, from 1."""
    rmf_path: str
    """An RMF or RSP file; ``"same"`` for the spectrum's own response."""
    arf_path: str = ""
    """An ARF file; empty for none."""


@dataclass(frozen=True)
class FitRequest:
    """Ask for the best fit of a model to spectra."""

    spectra: tuple[SpectrumRequest, ...]
    """The spectra, each a data group."""
    expression: str
    """The model in XSPEC's syntax; further sources as ``"; 2:bkg powerlaw"``."""
    parameters: tuple[Parameter, ...]
    """Start values, limits, what is frozen or linked."""
    statistic: str = CHI
    """One of ``STATISTICS``."""
    ignore: tuple[str, ...] = ()
    """Ranges left out, in XSPEC's syntax, e.g. ``"**-3. 79.-**"`` or ``"bad"``."""
    abundance: str = "wilm"
    """Abundance table."""
    cross_section: str = "vern"
    """Photo-electric cross sections."""
    weight: str = "standard"
    """Errors of chi-squared; one of ``WEIGHTS``."""
    systematic: float = 0.0
    """Fractional error of the model, added in quadrature in chi-squared."""
    test_statistic: str = "chi"
    """What says how good the fit is; one of ``TEST_STATISTICS``."""
    groups: tuple[int, ...] = ()
    """Data group of each spectrum, from 1; empty: each is its own."""
    responses: tuple[SourceResponse, ...] = ()
    """Responses of further sources."""
    engine: str = ""
    """Who fits: empty for the embedded engine, or ``"xspec"``."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Times and sizes of the files that the model reads: responses, table models."""


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
    test_statistic: float = float("nan")
    """The test statistic at the best fit, summed over all spectra."""
    test_name: str = ""
    """What the test statistic is in words."""
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
            if not p.link
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


PROBLEMS = {
    "new_minimum": "A better fit was met on the way: the interval is around that one. Look at the"
    " fit again.",
    "non_monotonic": "The statistic does not rise steadily: there may be a second valley. Draw it"
    " with contours.",
    "minimization_problem": "A fit of the other parameters did not settle: freeze those that the"
    " data do not tell.",
    "hard_low": "The lower limit was met before the statistic rose enough: the interval ends"
    " there. Widen the limit if it has no meaning.",
    "hard_high": "The upper limit was met before the statistic rose enough: the interval ends"
    " there. Widen the limit if it has no meaning.",
    "frozen": "The parameter is frozen or linked: it has no interval. Thaw or untie it.",
    "low_failed": "No lower end was found: the data give an upper limit only.",
    "high_failed": "No upper end was found: the data give a lower limit only.",
    "too_bad": "Reduced chi-squared is above 2: the model does not describe the data, and the"
    " interval means little. Change the model.",
}
"""XSPEC's nine problem letters, in its order: what each says went wrong, and what to do."""


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

    @property
    def problems(self) -> tuple[str, ...]:
        """What the letters say went wrong and what to do, in sentences; empty when all is fine."""
        return tuple(self.named_problems.values())

    @property
    def named_problems(self) -> dict[str, str]:
        """The `PROBLEMS` whose letters are set, name -> sentence."""
        letters = zip(self.flags, PROBLEMS.items(), strict=True)
        return dict(problem for letter, problem in letters if letter == "T")


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
    """Ask for the model's flux in a band, absorbed as the model stands or not."""

    fit: FitRequest
    """The model and its parameters."""
    band: Band
    """True energies to integrate over."""
    draws: int = 0
    """Parameters drawn from the covariance to find errors; 0 for none."""
    level: float = 90.0
    """Per cent of the draws that lie within the errors."""
    component: str = ""
    """One additive component, e.g. ``"gaussian"`` or ``"bkg:powerlaw"``; empty: the first model."""
    unabsorbed: bool = False
    """Whether absorbers and edges are taken away."""
    seed: int = 1
    """Where the draws begin."""


@dataclass(frozen=True, eq=False)
class Flux:
    """The model's flux in a band, for each spectrum's data group."""

    photons_per_cm2_s: tuple[float, ...]
    """Photon flux, photons/cm2/s."""
    erg_per_cm2_s: tuple[float, ...]
    """Energy flux, erg/cm2/s."""
    photons_intervals: tuple[tuple[float, float], ...] = ()
    """Lower and upper end of each photon flux; empty without draws."""
    erg_intervals: tuple[tuple[float, float], ...] = ()
    """Lower and upper end of each energy flux; empty without draws."""
    absorbers: tuple[str, ...] = ()
    """What was taken away from the model to make it unabsorbed."""
    request: FluxRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        values = ", ".join(f"{flux:.4g}" for flux in self.erg_per_cm2_s)
        band = f" in {self.request.band}" if self.request else ""
        return f"<Flux: {values} erg/cm2/s{band}>"
