"""How telescopes spread a point source."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError
from nuwidgets.science.pixel_index import Frame, region_mask
from nuwidgets.science.psf import enclosed_in_mask
from nuwidgets.science.psf_models import NUSTAR, SWIFT, spread_of


@pytest.mark.parametrize("spread", [NUSTAR, SWIFT])
@pytest.mark.parametrize("radius", [5.0, 30.0, 120.0])
def test_what_is_enclosed_is_the_integral_of_the_brightness(spread, radius):
    inside = quad(lambda r: 2 * np.pi * r * float(spread.brightness(r)), 0, radius)[0]
    assert float(spread.enclosed(radius)) == pytest.approx(inside, rel=1e-6)


@pytest.mark.parametrize(("spread", "room"), [(NUSTAR, 0.005), (SWIFT, 0.15)])
def test_half_of_the_photons_lie_within_the_half_power_diameter(spread, room):
    assert float(spread.enclosed(spread.half_power_arcsec / 2)) == pytest.approx(0.5, abs=room)


@pytest.mark.parametrize(
    ("telescope", "spread"), [("NuSTAR", NUSTAR), ("NUSTAR", NUSTAR), ("SWIFT", SWIFT)]
)
def test_telescopes_go_by_their_names(telescope, spread):
    assert spread_of(telescope) is spread


@pytest.mark.parametrize("telescope", ["Chandra", ""])
def test_others_are_refused(telescope):
    with pytest.raises(InputError, match="spreads a point source"):
        spread_of(telescope)


@pytest.mark.parametrize("radius_arcsec", [10, 47, 180])
def test_summed_pixels_give_the_enclosed_fraction(radius_arcsec):
    pixel_arcsec, x, y = 2.35731204, 480.3, 510.8
    region = Region((PixelCircle(x, y, radius_arcsec / pixel_arcsec),))
    mask = region_mask(region, Frame(0, 0, 1000, 1000))
    summed = enclosed_in_mask(mask, x, y, pixel_arcsec, SWIFT.brightness)
    assert summed == pytest.approx(float(SWIFT.enclosed(radius_arcsec)), rel=0.02)
