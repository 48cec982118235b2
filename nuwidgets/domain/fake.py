"""Spectra as they would have been counted, had a model been the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum


@dataclass(frozen=True)
class FakeRequest:
    """Ask for simulated spectra, as XSPEC's ``fakeit`` makes them from what is loaded."""

    fit: FitRequest
    """The model and its parameters; what is ignored in the fit is simulated too."""
    exposure_s: float = 0.0
    """Exposure, s; 0 for that of each spectrum."""
    background: bool = True
    """Whether the background of each spectrum is added, and one is simulated beside it."""
    background_exposure_s: float = 0.0
    """Exposure of the backgrounds, s; 0 scales them as the spectra."""
    noise: bool = True
    """Whether counts fluctuate; without, they are the expected ones."""
    seed: int = 1
    """Where chance begins."""


@dataclass(frozen=True, eq=False)
class Fake:
    """Simulated spectra, one for each of the fit's."""

    spectra: tuple[Spectrum, ...]
    """The spectra with their backgrounds and responses."""
    source_per_s: tuple[float, ...]
    """Expected rate of the model in all channels, counts/s."""
    background_per_s: tuple[float, ...]
    """Expected rate of the background in the source region, all channels, counts/s."""
    request: FakeRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        counts = ", ".join(f"{one.total:.6g}" for one in self.spectra)
        return f"<Fake: {counts} counts>"
