"""The luminosity of a model in a band of the source's own energies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.fit import FitRequest


@dataclass(frozen=True)
class LuminosityRequest:
    """Ask for the luminosity of a model, as XSPEC's ``lumin`` gives it."""

    fit: FitRequest
    """The model and its parameters."""
    band: Band
    """Energies in the frame of the source; observed they are lower by 1 + z."""
    redshift: float = 0.0
    """Redshift z of the source, above 0."""
    distance_mpc: float = 0.0
    """Luminosity distance, Mpc, where it is known; 0: that of the redshift."""
    h0_km_s_mpc: float = 70.0
    """Hubble's constant, km/s/Mpc."""
    q0: float = 0.0
    """Deceleration parameter; it counts where there is no cosmological constant."""
    lambda0: float = 0.73
    """Cosmological constant; above 0 the universe is flat."""
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
class Luminosity:
    """The luminosity in a band, for each spectrum's data group."""

    erg_per_s: tuple[float, ...]
    """Luminosity, erg/s (XSPEC prints it in units of 1e44 erg/s)."""
    erg_intervals: tuple[tuple[float, float], ...] = ()
    """Lower and upper end of each; empty without draws."""
    distance_mpc: float = 0.0
    """Luminosity distance, Mpc."""
    absorbers: tuple[str, ...] = ()
    """What was taken away from the model to make it unabsorbed."""
    request: LuminosityRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        values = ", ".join(f"{value:.4g}" for value in self.erg_per_s)
        band = f" in {self.request.band}" if self.request else ""
        return f"<Luminosity: {values} erg/s{band} at {self.distance_mpc:.4g} Mpc>"
