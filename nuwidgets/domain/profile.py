"""How counts fall off around a source: a radial profile, its fit, and the best radius to cut at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.exposure_map import ExposureRequest
    from nuwidgets.domain.selection import SelectionRequest

SIGNIFICANT = 3.0
"""A source is seen when its counts are so many errors above zero."""


@dataclass(frozen=True)
class ProfileRequest:
    """Ask how counts fall off around the source."""

    selection: SelectionRequest
    """The events, and the source region in whose middle the profile begins."""
    band: Band
    """Energies to count."""
    binsize_arcsec: float = 4.0
    """Width of a ring, arcsec."""
    max_arcsec: float = 300.0
    """Outermost radius, of the rings and of the fit, arcsec."""
    center: tuple[float, float] | None = None
    """Middle, RA and Dec, deg (pixels where the file has no sky); None is the source region's."""
    centroid: bool = False
    """Whether the middle is moved to the centroid of the counts near it."""
    mask: tuple[str, ...] = ()
    """Names of regions to leave out."""
    mask_excluded: bool = True
    """Whether to leave out what source and background region exclude, but for the middle."""
    exposure: bool = False
    """Whether areas are weighed by the exposure map: chip gaps, edges, bad pixels."""
    masked: NamedRegions = field(default_factory=NamedRegions)
    """The regions of these names, those that there are."""
    exposure_map: ExposureRequest | None = None
    """The exposure map; None where it is not wanted."""


@dataclass(frozen=True)
class ProfileFit:
    """A point source on a background that changes with radius: a * PSF + b + c * r.

    The form is that of `optimize_radius_snr` in nustar-gen-utils; here by Poisson likelihood.
    """

    source_counts: float
    """a: counts of the whole source, also of what lies farther out than the rings."""
    source_error: float
    """Its error, one sigma."""
    level: float
    """b: background at radius 0, counts per square arcsec."""
    level_error: float
    """Its error, one sigma."""
    slope: float
    """c: how the background changes, counts per square arcsec and arcsec."""
    slope_error: float
    """Its error, one sigma."""
    chi2: float = 0.0
    """Pearson's chi squared of the rings."""
    dof: int = 0
    """Rings less the three numbers."""

    @property
    def seen(self) -> bool:
        """Whether there is a source."""
        return self.source_counts > SIGNIFICANT * self.source_error

    def background(self, radius_arcsec: Floats | float) -> Floats:
        """Give the background, counts per square arcsec, never below 0; shape as given."""
        level: Floats = np.maximum(self.level + self.slope * np.asarray(radius_arcsec, float), 0.0)
        return level


@dataclass(frozen=True, eq=False)
class Profile:
    """Counts in rings around a source, the fit of a point source, and the S/N of circles."""

    edges_arcsec: Floats
    """Edges of the rings, arcsec, shape (n + 1,)."""
    counts: Floats
    """Counts of each ring, shape (n,)."""
    area_arcsec2: Floats
    """Its area without what is masked, square arcsec, shape (n,); 0 where nothing is left.

    Where it is weighed: times the exposure over the largest one.
    """
    psf_per_arcsec2: Floats
    """Mean fraction of a point source's photons per square arcsec of each ring, shape (n,)."""
    mean_arcsec: Floats
    """Mean radius of its pixels, arcsec, shape (n,)."""
    fit: ProfileFit
    """The point source and the background."""
    radius_arcsec: Floats
    """Radii of the circles, one pixel apart, arcsec, shape (m,)."""
    signal: Floats
    """The source's counts in each circle, by the fit, shape (m,)."""
    noise2: Floats
    """All counts in each circle, by the fit, shape (m,)."""
    enclosed: Floats
    """Fraction of a point source's photons in each circle, nothing masked, shape (m,)."""
    center: tuple[float, float] = (0.0, 0.0)
    """Sky pixel, from 0, of the middle."""
    center_deg: tuple[float, float] | None = None
    """RA and Dec of the middle, deg; None where the file has no sky coordinates."""
    pixel_arcsec: float = 1.0
    """Size of a sky pixel, arcsec."""
    psf: str = ""
    """Whose spread of a point source was taken."""
    n_masked: int = 0
    """Number of pixels within the largest radius that were left out."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    request: ProfileRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def per_arcsec2(self) -> Floats:
        """Counts per square arcsec of each ring, shape (n,); NaN where nothing is left."""
        return self._per_area(self.counts)

    @property
    def error_per_arcsec2(self) -> Floats:
        """One-sigma error, the square root of the counts, per square arcsec, shape (n,)."""
        return self._per_area(np.sqrt(self.counts))

    @property
    def source_per_arcsec2(self) -> Floats:
        """The fitted source, counts per square arcsec, shape (n,)."""
        return self.fit.source_counts * self.psf_per_arcsec2

    @property
    def background_per_arcsec2(self) -> Floats:
        """The fitted background, counts per square arcsec, shape (n,)."""
        return self.fit.background(self.mean_arcsec)

    @property
    def snr(self) -> Floats:
        """S / sqrt(S + B) of each circle, by the fit, shape (m,); 0 where there are no counts."""
        return _snr(self.signal, self.noise2)

    @property
    def best(self) -> int | None:
        """Number of the circle with the largest S/N; None where no source is seen."""
        return int(np.argmax(self.snr)) if self.fit.seen and len(self.snr) else None

    @property
    def best_arcsec(self) -> float | None:
        """Radius with the largest S/N, arcsec; None where no source is seen."""
        return None if self.best is None else float(self.radius_arcsec[self.best])

    def enclosed_at(self, radius_arcsec: float) -> float:
        """Give the fraction of a point source's photons within a radius, arcsec."""
        radii, inside = np.append(0.0, self.radius_arcsec), np.append(0.0, self.enclosed)
        return float(np.interp(radius_arcsec, radii, inside))

    @property
    def table(self) -> Table:
        """The rings as an astropy table, a row each; what the fit found is in ``meta``."""
        from astropy.table import Table

        edges, unit = self.edges_arcsec, "arcsec-2"
        columns = {
            "inner_arcsec": edges[:-1],
            "outer_arcsec": edges[1:],
            "counts": self.counts,
            "area_arcsec2": self.area_arcsec2,
            "counts_per_arcsec2": self.per_arcsec2,
            "error_per_arcsec2": self.error_per_arcsec2,
            "source_per_arcsec2": self.source_per_arcsec2,
            "background_per_arcsec2": self.background_per_arcsec2,
        }
        table = Table(columns)
        for name in ("inner_arcsec", "outer_arcsec"):
            table[name].unit = "arcsec"
        for name in list(columns)[4:]:
            table[name].unit = unit
        table.meta.update(instrument=self.pointing.instrument, obs_id=self.pointing.obs_id)
        table.meta.update({n: float(v) for n, v in vars(self.fit).items()})
        table.meta["best_arcsec"] = self.best_arcsec
        return table

    def _per_area(self, values: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.area_arcsec2 > 0, values / self.area_arcsec2, np.nan)

    def __repr__(self) -> str:
        best = "none" if self.best_arcsec is None else f"{self.best_arcsec:.0f} arcsec"
        return (
            f"<Profile: {len(self.counts)} rings, {self.fit.source_counts:,.0f} source counts,"
            f" best radius {best}>"
        )


def _snr(signal: Floats, noise2: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio: Floats = np.where(noise2 > 0, signal / np.sqrt(noise2), 0.0)
    return ratio


def best_of(profiles: Sequence[Profile]) -> float | None:
    """Give the one radius, arcsec, at which the S/N of all profiles together is largest.

    Profiles in which no source is seen are left out; None if none is left.

    Raises
    ------
    InputError
        If there is no profile.
    """
    if not profiles:
        raise InputError("Cannot find a best radius: there is no profile. Run profile first.")
    seen = [one for one in profiles if one.best is not None]
    if not seen:
        return None
    last = min(float(one.radius_arcsec[-1]) for one in seen)
    radii = seen[0].radius_arcsec[seen[0].radius_arcsec <= last]
    parts = [[np.interp(radii, p.radius_arcsec, v) for v in (p.signal, p.noise2)] for p in seen]
    signal, noise2 = np.sum(parts, axis=0)
    return float(radii[int(np.argmax(_snr(signal, noise2)))])
