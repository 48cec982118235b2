"""A curve: spectra beside their model at given parameters, with all that a plot of them needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest


@dataclass(frozen=True)
class CurveRequest:
    """Ask for the model at the parameters' values, folded and compared, without fitting."""

    fit: FitRequest
    """The model, its parameters, and what it is compared with."""
    components: bool = False
    """Whether the additive components are wanted one by one too."""


@dataclass(frozen=True, eq=False)
class ModelPart:
    """One additive component with all that multiplies it, on the energies of its model."""

    label: str
    """Its name, e.g. ``"powerlaw"`` or ``"gaussian_4"``."""
    photons: Floats
    """Photons/cm2/s in each energy bin, shape (n_energy,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class ModelSpectrum:
    """What one source of the model sends to one spectrum, before the response."""

    name: str
    """Name of the model; empty for the unnamed one."""
    edges_kev: Floats
    """Edges of the energy bins that the response sees, keV, shape (n_energy + 1,)."""
    photons: Floats
    """Photons/cm2/s in each energy bin, shape (n_energy,)."""
    parts: tuple[ModelPart, ...] = ()
    """The additive components, where they were asked for and are several."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class FoldedPart:
    """One additive component with all that multiplies it, in the bins of a spectrum."""

    label: str
    """Its name, e.g. ``"powerlaw"`` or ``"bkg:powerlaw"``."""
    model_rate: Floats
    """Folded through the response, counts/s, shape (n,)."""
    unfolded: Floats
    """Photons/cm2/s in each bin, shape (n,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


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
    statistic: str = "chi"
    """What the contributions are of, e.g. ``"chi"`` or ``"cstat"``."""
    bin_number: NDArray[Any] | None = None
    """Number of each bin, from 1, ignored ones counted, shape (n,)."""
    areascal: Floats | None = None
    """AREASCAL, that XSPEC divides plotted rates by, shape (n,)."""
    time_s: Floats | None = None
    """Live time times AREASCAL, s, shape (n,)."""
    background_time_s: Floats | None = None
    """That of the background scaled to the source region, s, shape (n,)."""
    area_cm2: Floats | None = None
    """Effective area of each bin for a flat spectrum of photons, cm2, shape (n,)."""
    unfolded: Floats | None = None
    """The model before the response, photons/cm2/s in each bin, shape (n,)."""
    models: tuple[ModelSpectrum, ...] = ()
    """The model before the response on its own energies, one for each source."""
    parts: tuple[FoldedPart, ...] = ()
    """The additive components, where they were asked for and are several."""

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
    test_statistic: float = float("nan")
    """The test statistic, summed over all spectra."""
    test_name: str = ""
    """What the test statistic is in words."""

    def __repr__(self) -> str:
        spectra = f"{len(self.spectra)} spectr{'um' if len(self.spectra) == 1 else 'a'}"
        if self.statistic != self.statistic:
            return f"<Curve: {spectra} in {self.n_bins} bins, {self.statistic_name}>"
        return (
            f"<Curve: {spectra}, {self.statistic_name} {self.statistic:.2f}"
            f" for {self.dof} degrees of freedom>"
        )
