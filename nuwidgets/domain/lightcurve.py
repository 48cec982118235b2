"""A light curve: count rates in time bins, with the good fraction of each bin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.selection import SelectionRequest

BINS = ("equal", "gti", "orbit")
"""How bins may lie: equal from the first good time on; begun anew in each good time interval, the
last one shorter; one for each stretch without a long gap, which is an orbit in low Earth orbit."""
LONG_GAP_S = 600.0
"""A gap between good times that parts two orbits, s; the Earth hides a source for much longer."""


@dataclass(frozen=True)
class LightCurveRequest:
    """Ask for a light curve of a selection."""

    selection: SelectionRequest
    """The events to count."""
    band: Band
    """Energies to count."""
    binsize_s: float
    """Length of a bin, s."""
    subtract_background: bool = True
    """Whether to take away the background, scaled by area."""
    correct_livetime: bool = True
    """Whether to divide by the live-time fraction of each bin (nulccorr's rule) or the mean one."""
    engine: str = ""
    """Who makes it: ``"heasoft"``, or empty for the embedded engine."""
    region: str = "source"
    """Whose events: ``"source"``, ``"background"``, or the name of another region."""
    area: Region | None = None
    """That other region; None for source and background, and where there is none of that name."""
    bins: str = "equal"
    """How the bins lie, one of `BINS`."""
    bands: tuple[Band, ...] = ()
    """Further bands, each a light curve of its own in the same bins."""
    range_s: Gti | None = None
    """The times that are binned; None for all."""

    @property
    def beyond_tasks(self) -> tuple[str, ...]:
        """What of it nuproducts and xrtproducts cannot do; empty where they can."""
        return beyond_tasks(self.region, self.bins, self.bands, self.range_s)


def beyond_tasks(
    region: str, bins: str, bands: tuple[Band, ...], range_s: Gti | None
) -> tuple[str, ...]:
    """Say what of these settings nuproducts and xrtproducts cannot do; empty where they can."""
    asks = {
        f"the region {region!r}": region != "source",
        f"bins {bins!r}": bins != "equal",
        "several bands": bool(bands),
        "a range of times": range_s is not None,
    }
    return tuple(what for what, asked in asks.items() if asked)


@dataclass(frozen=True, eq=False)
class LightCurve:
    """Rates in bins from the first good time on; bins without good time are NaN."""

    time_s: Floats
    """Start of each bin, s since the reference time, shape (n,)."""
    binsize_s: float
    """Length of a bin, s, as it was asked for."""
    rate_per_s: Floats
    """Rate, counts/s, corrected for good time, dead time and background as asked, shape (n,)."""
    error_per_s: Floats
    """One-sigma error of the rate, counts/s, shape (n,)."""
    fracexp: Floats
    """Fraction of each bin that is good time, 0 to 1, shape (n,)."""
    counts: Floats
    """Source-region counts, shape (n,)."""
    background_counts: Floats
    """Background-region counts, not scaled, shape (n,)."""
    live_fraction: Floats
    """Mean live-time fraction over the good part of each bin, shape (n,)."""
    gti: Gti = field(default_factory=Gti)
    """Good time intervals."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    background_subtracted: bool = False
    """Whether the scaled background was taken away."""
    livetime_corrected: bool = False
    """Whether rates are divided by the live-time fraction."""
    request: LightCurveRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""
    width_s: Floats = field(default_factory=lambda: np.zeros(0))
    """Length of each bin, s, shape (n,); `binsize_s` where nothing is given."""
    parts: tuple[LightCurve, ...] = ()
    """One light curve for each further band, in the same bins."""

    def __post_init__(self) -> None:
        """Make the arrays read-only; say how long each bin is."""
        if not len(self.width_s):
            width_s = np.broadcast_to(np.float64(self.binsize_s), self.time_s.shape)
            object.__setattr__(self, "width_s", width_s)
        lock_arrays(self)

    @property
    def stop_s(self) -> Floats:
        """End of each bin, s since the reference time, shape (n,)."""
        return self.time_s + self.width_s

    @property
    def good_s(self) -> Floats:
        """Good time of each bin, s, shape (n,)."""
        return self.width_s * self.fracexp

    @property
    def curves(self) -> tuple[LightCurve, ...]:
        """The curve itself and those of further bands."""
        return (self, *self.parts)

    def good(self, min_fracexp: float = 0.5) -> Mask:
        """Say which bins have a rate and more good time than `min_fracexp`, shape (n,).

        A bin that is shorter than asked, as the last one before a gap, counts as the part of a
        whole bin that it is.
        """
        return enough(self, min_fracexp) & np.isfinite(self.rate_per_s)

    def __repr__(self) -> str:
        good = self.good()
        mean = float(np.mean(self.rate_per_s[good])) if good.any() else float("nan")
        return (
            f"<LightCurve: {int(good.sum())} bins of {self._lengths} s,"
            f" mean rate {mean:.4g} counts/s>"
        )

    @property
    def _lengths(self) -> str:
        """Length of the bins for people; of the shortest and longest where none is as asked."""
        if not len(self.width_s) or np.any(self.width_s == self.binsize_s):
            return f"{self.binsize_s:g}"
        return f"{float(self.width_s.min()):.0f} to {float(self.width_s.max()):.0f}"


def enough(binned: Any, min_fracexp: float) -> Mask:
    """Say which bins have more good time than `min_fracexp` of a bin as asked, shape (n,).

    Parameters
    ----------
    binned : LightCurve or Hardness
        What has `width_s`, `binsize_s` and `fracexp`.
    min_fracexp : float
        Fraction, 0 to 1.
    """
    whole = np.minimum(binned.width_s / binned.binsize_s, 1.0)
    good: Mask = whole * binned.fracexp > min_fracexp
    return good
