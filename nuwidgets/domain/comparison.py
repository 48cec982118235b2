"""What two engines make of the same events, side by side: a check, nothing to fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
    from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum


@dataclass(frozen=True)
class CompareRequest:
    """Ask for a spectrum and a light curve by the embedded engine and by HEASoft."""

    spectrum: ExtractedSpectrumRequest
    """The spectrum, its field ``engine`` empty."""
    lightcurve: LightCurveRequest
    """The light curve, its field ``engine`` empty."""


@dataclass(frozen=True, eq=False)
class SideBySide:
    """One quantity by both engines in common bins, and HEASoft's over the embedded engine's."""

    lo: Floats
    """Lower edges of the bins in `unit`, shape (n,)."""
    hi: Floats
    """Upper edges of the bins in `unit`, shape (n,)."""
    embedded: Floats
    """The embedded engine's values, shape (n,)."""
    heasoft: Floats
    """HEASoft's values, shape (n,)."""
    embedded_error: Floats
    """One-sigma errors of the embedded engine's, shape (n,); zeros for what has none."""
    heasoft_error: Floats
    """One-sigma errors of HEASoft's, shape (n,); zeros for what has none."""
    unit: str = "keV"
    """What the bins are in, ``"keV"`` or ``"s"``."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __len__(self) -> int:
        """Give the number of bins."""
        return len(self.lo)

    @property
    def middle(self) -> Floats:
        """Middles of the bins in `unit`, shape (n,)."""
        return (self.lo + self.hi) / 2

    @property
    def ratio(self) -> Floats:
        """HEASoft's over the embedded engine's, shape (n,); NaN where the latter is not above 0."""
        seen = np.where(self.embedded > 0, self.embedded, np.nan)
        return self.heasoft / seen

    @property
    def ratio_error(self) -> Floats:
        """One-sigma error of the ratio, shape (n,); NaN where there is no ratio.

        Both errors are taken as independent. The two engines count the same photons, so what they
        scatter is less: an upper limit.
        """
        seen = np.where(self.embedded > 0, self.embedded, np.nan)
        return np.hypot(self.heasoft_error, self.ratio * self.embedded_error) / seen

    def __repr__(self) -> str:
        return f"<SideBySide: {len(self)} bins in {self.unit}>"


@dataclass(frozen=True, eq=False)
class Comparison:
    """A spectrum and a light curve by the embedded engine and by HEASoft."""

    spectra: tuple[Spectrum, Spectrum]
    """The embedded engine's spectrum and HEASoft's."""
    lightcurves: tuple[LightCurve, LightCurve]
    """The embedded engine's light curve and HEASoft's."""
    counts: SideBySide
    """Source counts in bins of energy that hold enough of them."""
    area: SideBySide
    """Effective areas, cm2, energy by energy; empty where one of the two has no response."""
    rates: SideBySide
    """Rates, counts/s, in the bins that both light curves have; s since the reference time."""
    summary: tuple[str, ...] = ()
    """How far they agree, a sentence each."""
    request: CompareRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __repr__(self) -> str:
        return (
            f"<Comparison: {len(self.counts)} bins of counts, {len(self.area)} of area,"
            f" {len(self.rates)} of rate>"
        )
