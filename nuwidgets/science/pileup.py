"""From where on a bright source does not pile up, and its region without the middle.

In photon counting mode Swift-XRT piles up above some 0.6 counts/s, in windowed timing above some
100. At that rate even the centre of the profile is just good. A brighter source has that surface
brightness further out; within, photons are lost or taken for one of higher energy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelBox, PixelCircle, PixelEllipse
from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Region

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.region import Shape

FARTHEST_ARCSEC, _STEPS = 600.0, 60


def inner_radius_arcsec(
    rate_per_s: float, limit_per_s: float, brightness: Callable[[Floats | float], Floats]
) -> float:
    """Give the radius where a source is as bright as the centre of one at the limit.

    Parameters
    ----------
    rate_per_s, limit_per_s : float
        Rates of the whole source, and at which photons begin to pile up.
    brightness : callable
        Fraction of the photons per square arcsec at radii, arcsec; it falls outwards.

    Returns
    -------
    float
        arcsec; 0 below the limit. For a King profile (1 + (r/c)^2)^-b this is
        c ((rate/limit)^(1/b) - 1)^(1/2).

    Examples
    --------
    >>> from nuwidgets.science.psf_models import SWIFT
    >>> round(inner_radius_arcsec(3.0, 0.6, SWIFT.brightness), 2)
    7.83
    """
    if not rate_per_s > limit_per_s:
        return 0.0
    level = float(brightness(0.0)) * limit_per_s / rate_per_s
    lo, hi = 0.0, FARTHEST_ARCSEC
    for _ in range(_STEPS):
        middle = (lo + hi) / 2
        lo, hi = (middle, hi) if float(brightness(middle)) > level else (lo, middle)
    return (lo + hi) / 2


def annulus_for(region: Region, inner_arcsec: float, pixel_arcsec: float) -> Region:
    """Give a region without its middle: an annulus for a circle, with its outer radius.

    Other shapes lose a circle around their middle.

    Parameters
    ----------
    region : Region
        As the user drew it, on the sky or in pixels.
    inner_arcsec : float
        Radius of what is left out.
    pixel_arcsec : float
        Size of a pixel, for shapes in pixels.

    Returns
    -------
    Region
        Empty where nothing would be left, or the middle is not known.
    """
    if not region.shapes or region.shapes[0].exclude:
        return Region()
    first = _without_middle(region.shapes[0], inner_arcsec, pixel_arcsec)
    return Region((*first, *region.shapes[1:])) if first else Region()


def _without_middle(shape: Shape, inner_arcsec: float, pixel_arcsec: float) -> tuple[Shape, ...]:
    """Give what is left of a shape, a stack; empty for nothing."""
    if isinstance(shape, Circle | Annulus):
        outer = shape.radius_arcsec if isinstance(shape, Circle) else shape.outer_arcsec
        ring = (shape.ra_deg, shape.dec_deg, inner_arcsec, outer)
        return (Annulus(*ring),) if inner_arcsec < outer else ()
    inner = inner_arcsec / pixel_arcsec
    if isinstance(shape, PixelCircle | PixelAnnulus):
        outer = shape.radius if isinstance(shape, PixelCircle) else shape.outer
        return (PixelAnnulus(shape.x, shape.y, inner, outer),) if inner < outer else ()
    if isinstance(shape, Ellipse | Box):
        return shape, Circle(shape.ra_deg, shape.dec_deg, inner_arcsec, exclude=True)
    if isinstance(shape, PixelEllipse | PixelBox):
        return shape, PixelCircle(shape.x, shape.y, inner, exclude=True)
    return ()
