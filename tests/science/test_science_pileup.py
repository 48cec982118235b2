from __future__ import annotations

import math

import pytest

from nuwidgets.domain.pileup import PileUp
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
)
from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Polygon, Region
from nuwidgets.science.pileup import annulus_for, inner_radius_arcsec
from nuwidgets.science.psf_models import NUSTAR, SWIFT


@pytest.mark.parametrize(("rate", "limit"), [(0.7, 0.6), (3.0, 0.6), (60.0, 0.6), (300.0, 100.0)])
def test_inner_radius_is_that_of_the_king_profile(rate, limit):
    closed = 5.8 * math.sqrt((rate / limit) ** (1 / 1.55) - 1)
    assert inner_radius_arcsec(rate, limit, SWIFT.brightness) == pytest.approx(closed, rel=1e-6)


def test_inner_radius_of_any_profile():
    radius = inner_radius_arcsec(5.0, 1.0, NUSTAR.brightness)
    bright = float(NUSTAR.brightness(radius)) / float(NUSTAR.brightness(0.0))
    assert bright == pytest.approx(0.2, rel=1e-6)


@pytest.mark.parametrize("rate", [0.0, 0.6, math.nan])
def test_a_faint_source_keeps_its_middle(rate):
    assert inner_radius_arcsec(rate, 0.6, SWIFT.brightness) == 0


RING_SKY, RING_PIXEL = Annulus(10.0, 20.0, 12.0, 180.0), PixelAnnulus(500, 501, 5.0, 30.0)
POLYGON = Polygon((1.0, 2.0, 2.0), (0.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("shape", "left"),
    [
        (Circle(10.0, 20.0, 180.0), (RING_SKY,)),
        (Annulus(10.0, 20.0, 3.0, 180.0), (RING_SKY,)),
        (PixelCircle(500, 501, 30.0), (RING_PIXEL,)),
        (PixelAnnulus(500, 501, 1.0, 30.0), (RING_PIXEL,)),
        (Circle(10.0, 20.0, 12.0), ()),
        (PixelAnnulus(500, 501, 1.0, 5.0), ()),
        (Circle(10.0, 20.0, 50.0, exclude=True), ()),
        (POLYGON, ()),
        (PixelPolygon((1.0, 2.0, 2.0), (0.0, 0.0, 1.0)), ()),
    ],
)
def test_what_is_left_of_a_region(shape, left):
    assert annulus_for(Region((shape,)), 12.0, 2.4) == Region(left)


@pytest.mark.parametrize("shape", [Ellipse(10.0, 20.0, 60.0, 40.0), Box(10.0, 20.0, 60.0, 40.0)])
def test_other_shapes_on_the_sky_get_a_hole(shape):
    assert annulus_for(Region((shape,)), 12.0, 2.4).shapes == (
        shape,
        Circle(10.0, 20.0, 12.0, exclude=True),
    )


@pytest.mark.parametrize("shape", [PixelEllipse(500, 501, 30, 20), PixelBox(500, 501, 30, 20)])
def test_other_shapes_in_pixels_get_a_hole(shape):
    assert annulus_for(Region((shape,)), 12.0, 2.4).shapes == (
        shape,
        PixelCircle(500, 501, 5.0, exclude=True),
    )


def test_other_shapes_of_the_stack_stay():
    star = Circle(10.01, 20.0, 20.0, exclude=True)
    assert annulus_for(Region((Circle(10.0, 20.0, 180.0), star)), 12.0, 2.4).shapes == (
        RING_SKY,
        star,
    )
    assert annulus_for(Region(), 12.0, 2.4) == Region()


def test_it_says_what_to_do():
    said = str(PileUp(1.8, 0.6, 11.6, "photon counting", Region((RING_SKY,))))
    assert said == (
        "Piled up: 1.8 counts/s in photon counting mode, above 0.6. Take an annulus from 12 arcsec"
        " (pileup.region of the spectrum)."
    )
    assert "the region ends within" in str(PileUp(90.0, 0.6, 40.0))
