"""The radius of a circle at which a source stands out best: S / sqrt(S + B) at its largest.

The method of `optimize_radius_snr` in nustar-gen-utils: the fitted source and background are summed
outwards, pixel by pixel in radius.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.profile import ProfileFit
    from nuwidgets.science.radial_profile import Around


class Circles(NamedTuple):
    """What circles hold, by the fit."""

    radius_arcsec: Floats
    """Radii, a pixel apart, arcsec, shape (m,)."""
    signal: Floats
    """The source's counts, shape (m,)."""
    noise2: Floats
    """All counts, shape (m,)."""


def circles(
    near: Around, fit: ProfileFit, psf: Callable[[Floats], Floats], max_arcsec: float
) -> Circles:
    """Give what circles around the middle hold.

    Parameters
    ----------
    near : Around
        The pixels around it; those left out are in no circle.
    fit : ProfileFit
        Source and background.
    psf : callable
        Gives the fraction of a point source's photons per square arcsec at radii, arcsec.
    max_arcsec : float
        No circle is larger, arcsec.
    """
    step = near.pixel_arcsec
    n = max(int(np.floor(max_arcsec / step + 1e-9)), 1)
    ring = (near.radius_arcsec / step).astype(np.intp)
    inside = ring < n
    radius, ring, weight = near.radius_arcsec[inside], ring[inside], near.weight[inside]

    def summed(values: Floats) -> Floats:
        inside: Floats = np.cumsum(np.bincount(ring, weight * values, minlength=n), dtype=float)
        return inside * step**2

    signal = summed(fit.source_counts * psf(radius))
    background = summed(fit.background(radius))
    return Circles(step * np.arange(1.0, n + 1), signal, np.maximum(signal, 0.0) + background)
