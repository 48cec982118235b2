from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.science import psf
from nuwidgets.science.pixel_index import Frame, region_mask

FRAME = Frame(0, 0, 1000, 1000)
PIXEL_ARCSEC = 2.45810736


def test_half_power_diameter_and_width_of_harrison_2013():
    assert psf.enclosed(30.0) == pytest.approx(0.5, abs=0.001)
    assert psf.brightness(9.0) / psf.brightness(0.0) == pytest.approx(0.5, abs=0.001)


def test_enclosed_grows_from_nothing_to_all():
    radius = np.geomspace(0.1, 1e5, 200)
    assert np.all(np.diff(psf.enclosed(radius)) > 0)
    assert psf.enclosed(0.0) == 0
    assert psf.enclosed(1e7) == pytest.approx(1, abs=1e-5)


def test_enclosed_is_the_integral_of_brightness():
    radius = np.linspace(0, 150, 150_001)
    ring = psf.brightness(radius) * 2 * np.pi * radius
    from scipy.integrate import trapezoid

    assert trapezoid(ring, radius) == pytest.approx(float(psf.enclosed(150.0)), rel=1e-6)


@pytest.mark.parametrize("radius_arcsec", [10, 30, 60, 150, 300])
def test_summed_pixels_give_the_enclosed_fraction(radius_arcsec):
    x, y = 480.3, 510.8
    region = Region((PixelCircle(x, y, radius_arcsec / PIXEL_ARCSEC),))
    summed = psf.enclosed_in_mask(region_mask(region, FRAME), x, y, PIXEL_ARCSEC)
    assert summed == pytest.approx(float(psf.enclosed(radius_arcsec)), rel=0.02)


def test_a_region_elsewhere_catches_little():
    mask = region_mask(Region((PixelCircle(700, 700, 20),)), FRAME)
    assert psf.enclosed_in_mask(mask, 500, 500, PIXEL_ARCSEC) < 1e-3


def test_drawn_radii_follow_the_profile():
    uniform = np.linspace(0, 0.99, 500)
    assert psf.enclosed(psf.draw_radius_arcsec(uniform)) == pytest.approx(uniform, abs=1e-5)


def test_profile_of_vela_x1(shared_data):
    from astropy.io import fits

    path = shared_data / "nustar_spectra/vela_x1_90402339002_A/nu90402339002A01_sr.pha"
    wmap = fits.getdata(path, 0)
    y, x = np.indices(wmap.shape)
    radius = np.hypot(x - 32.88, y - 33.0) * PIXEL_ARCSEC
    rings = [(wmap >= 0) & (radius >= r) & (radius < r + 5) for r in range(0, 80, 5)]
    seen = np.array([wmap[ring].mean() for ring in rings])
    ours = np.array([psf.brightness(radius[ring]).mean() for ring in rings])
    ratio = seen / ours
    assert np.all(abs(ratio / np.exp(np.mean(np.log(ratio))) - 1) < 0.2)
