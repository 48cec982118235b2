"""The sky and the pixel grid that events lie on: a tangent plane.

Pixel centres are integers from 0; FITS and DS9 count from 1 and are converted in ``files``.
Formulas: Calabretta & Greisen 2002, A&A 395, 1077 (2002A&A...395.1077C), the TAN projection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

ARCSEC_PER_DEG = 3600.0


@dataclass(frozen=True)
class TangentPlane:
    """A gnomonic projection with its axes along right ascension and declination (FK5, J2000)."""

    ra_ref_deg: float
    """Right ascension of the reference pixel, deg."""
    dec_ref_deg: float
    """Declination of the reference pixel, deg."""
    x_ref: float
    """Reference pixel, from 0, along x."""
    y_ref: float
    """Reference pixel, from 0, along y."""
    x_step_deg: float
    """Size of a pixel along x, deg; negative where right ascension grows to the left."""
    y_step_deg: float
    """Size of a pixel along y, deg."""

    @property
    def pixel_arcsec(self) -> float:
        """Size of a pixel, arcsec (the geometric mean of both axes)."""
        return ARCSEC_PER_DEG * float(np.sqrt(abs(self.x_step_deg * self.y_step_deg)))

    def to_sky(self, x: Floats | float, y: Floats | float) -> tuple[Floats, Floats]:
        """Give right ascension and declination, deg, of pixels.

        Parameters
        ----------
        x, y : float or ndarray
            Pixels, from 0.
        """
        xi = np.radians((np.asarray(x, float) - self.x_ref) * self.x_step_deg)
        eta = np.radians((np.asarray(y, float) - self.y_ref) * self.y_step_deg)
        dec0 = np.radians(self.dec_ref_deg)
        below = np.cos(dec0) - eta * np.sin(dec0)
        ra = self.ra_ref_deg + np.degrees(np.arctan2(xi, below))
        dec = np.degrees(np.arctan2(np.sin(dec0) + eta * np.cos(dec0), np.hypot(xi, below)))
        return ra % 360.0, dec

    def to_pixel(self, ra_deg: Floats | float, dec_deg: Floats | float) -> tuple[Floats, Floats]:
        """Give the pixels, from 0, of sky positions; NaN for the far side of the sky.

        Parameters
        ----------
        ra_deg, dec_deg : float or ndarray
            Right ascension and declination, deg.
        """
        dra = np.radians(np.asarray(ra_deg, float) - self.ra_ref_deg)
        dec, dec0 = np.radians(np.asarray(dec_deg, float)), np.radians(self.dec_ref_deg)
        depth = np.sin(dec0) * np.sin(dec) + np.cos(dec0) * np.cos(dec) * np.cos(dra)
        depth = np.where(depth > 0, depth, np.nan)
        xi = np.cos(dec) * np.sin(dra) / depth
        eta = (np.cos(dec0) * np.sin(dec) - np.sin(dec0) * np.cos(dec) * np.cos(dra)) / depth
        x = self.x_ref + np.degrees(xi) / self.x_step_deg
        y = self.y_ref + np.degrees(eta) / self.y_step_deg
        return x, y
