"""Hardness: how the rates of two bands compare, bin by bin, beside how bright the source is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.lightcurve import enough
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest

DEFINITIONS = ("difference", "ratio")
"""``"difference"`` is (H - S) / (H + S), ``"ratio"`` H / S."""


@dataclass(frozen=True)
class HardnessRequest:
    """Ask for the hardness of a selection along time."""

    selection: SelectionRequest
    """The events to count."""
    soft: Band
    """The lower band, S."""
    hard: Band
    """The higher band, H."""
    binsize_s: float
    """Length of a bin, s."""
    bins: str = "equal"
    """How the bins lie, as for light curves."""
    definition: str = "difference"
    """One of `DEFINITIONS`."""
    region: str = "source"
    """Whose events: ``"source"``, ``"background"``, or the name of another region."""
    area: Region | None = None
    """That other region; None for source and background, and where there is none of that name."""
    subtract_background: bool = True
    """Whether to take away the background of each band, scaled by area."""
    correct_livetime: bool = True
    """Whether to divide by the live-time fraction of each bin."""
    min_counts: int = 5
    """Fewest counts of each band in a bin; with fewer there is no hardness."""


@dataclass(frozen=True, eq=False)
class Hardness:
    """Rates of two bands, their hardness and their sum; all arrays have shape (n,)."""

    time_s: Floats
    """Start of each bin, s since the reference time."""
    width_s: Floats
    """Length of each bin, s."""
    soft: Floats
    """Rate of the lower band, counts/s, NaN without good time."""
    soft_error: Floats
    """One-sigma error of that, counts/s."""
    hard: Floats
    """Rate of the higher band, counts/s, NaN without good time."""
    hard_error: Floats
    """One-sigma error of that, counts/s."""
    hardness: Floats
    """Hardness, a number; NaN where there are too few counts."""
    hardness_error: Floats
    """One-sigma error of that."""
    intensity: Floats
    """Sum of both rates, counts/s."""
    intensity_error: Floats
    """One-sigma error of that, counts/s."""
    fracexp: Floats
    """Fraction of each bin that is good time, 0 to 1."""
    binsize_s: float
    """Length of a bin, s, as it was asked for."""
    gti: Gti = field(default_factory=Gti)
    """Good time intervals."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    background_subtracted: bool = False
    """Whether the scaled background was taken away."""
    request: HardnessRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def good(self, min_fracexp: float = 0.5) -> Mask:
        """Say which bins have a hardness and more good time than `min_fracexp`, shape (n,)."""
        return enough(self, min_fracexp) & np.isfinite(self.hardness)

    def __repr__(self) -> str:
        good = self.good()
        middle = float(np.median(self.hardness[good])) if good.any() else float("nan")
        return f"<Hardness: {int(good.sum())} bins of {self.binsize_s:g} s, median {middle:.3g}>"
