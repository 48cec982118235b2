"""The equivalent width of a component: how wide a piece of the continuum has as many photons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest


@dataclass(frozen=True)
class EqWidthRequest:
    """Ask for the equivalent width of an additive component, as XSPEC's ``eqwidth`` gives it."""

    fit: FitRequest
    """The model and its parameters."""
    component: str = ""
    """The component by number or name, e.g. ``"gaussian"``; empty: the only line of the model."""
    fraction: float = 0.05
    """The continuum is averaged from E (1 - fraction) to E (1 + fraction) around the peak E."""
    draws: int = 0
    """Parameters drawn from the covariance to find errors; 0 for none."""
    level: float = 90.0
    """Per cent of the draws that lie within the errors."""
    seed: int = 1
    """Where the draws begin."""


@dataclass(frozen=True, eq=False)
class EqWidth:
    """The equivalent width of a component, for each spectrum's data group."""

    width_kev: tuple[float, ...]
    """Photons of the component over those of the continuum per keV, keV; below 0 in absorption."""
    intervals_kev: tuple[tuple[float, float], ...] = ()
    """Lower and upper end of each, keV; empty without draws."""
    energy_kev: tuple[float, ...] = ()
    """Where the component peaks, keV."""
    photons_per_cm2_s: tuple[float, ...] = ()
    """Photons of the component, photons/cm2/s."""
    continuum_per_kev: tuple[float, ...] = ()
    """Photons of all other components there, photons/cm2/s/keV."""
    component: str = ""
    """Which component it is, e.g. ``gaussian_3``."""
    request: EqWidthRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        values = ", ".join(f"{value:.4g}" for value in self.width_kev)
        return f"<EqWidth of {self.component}: {values} keV>"
