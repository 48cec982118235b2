"""Numbers of shapes in units of one's choice: written, typed, and moved by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.region import to_pixel, to_sky
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import InputError
from nuwidgets.panels.region_typing import corners_typed, length_typed, shifted, typed
from nuwidgets.panels.region_units import (
    LENGTHS,
    POSITIONS,
    Units,
    corners_text,
    names_of,
    short_text,
    texts_of,
    words_of,
)

PLANE = TangentPlane(280, 35, 499.5, 499.5, -0.0007, 0.0007)
SKY, PIXELS, NONE = Units(plane=PLANE), Units("pixels", "pixels", PLANE), Units()
ROUND = [
    PixelCircle(510, 480, 20),
    PixelAnnulus(510, 480, 20, 30),
    PixelEllipse(510, 480, 20, 10, 30),
    PixelEllipseAnnulus(510, 480, 10, 5, 20, 10, 30),
    PixelBox(510, 480, 20, 10, 30, exclude=True),
    PixelPanda(510, 480, 30, 120, 10, 20),
    PixelPoint(510, 480),
]
CORNERS = PixelPolygon((500.0, 510.0, 505.0), (400.0, 400.0, 410.0))


def close(one, other):
    """Whether two shapes are the same to the digits that are shown."""
    a, b = (to_pixel(shape, PLANE) for shape in (one, other))
    return type(one) is type(other) and all(
        getattr(a, name) == pytest.approx(getattr(b, name), abs=0.02) for name in vars(a)
    )


@pytest.mark.parametrize("shape", ROUND)
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_written_can_be_typed(shape, position, length):
    units = Units(position, length, PLANE)
    for one in (shape, to_sky(shape, PLANE)):
        texts = texts_of(one, units)
        assert list(texts) == list(names_of(one))
        for name, text in texts.items():
            assert close(typed(one, name, text, units), one)


@pytest.mark.parametrize("units", [SKY, Units("degrees", "arcmin", PLANE), PIXELS])
@pytest.mark.parametrize("shape", [CORNERS, to_sky(CORNERS, PLANE)])
def test_corners_are_lines(shape, units):
    text = corners_text(shape, units)
    assert len(text.splitlines()) == 3
    assert corners_typed(shape, text, units) == shape  # to the last digit
    first, *others = text.splitlines()
    moved = corners_typed(shape, "\n".join([first.replace("0 ", "1 ", 1), *others, first]), units)
    assert to_pixel(moved, PLANE).x[1:3] == pytest.approx(CORNERS.x[1:])
    assert to_pixel(moved, PLANE).x[3] == pytest.approx(CORNERS.x[0])
    assert corners_text(shape, units) == text
    other = corners_typed(shape, text.replace("+35", "+36").replace("400.00", "401.00"), units)
    assert type(other) is type(shape)


def test_words_have_units():
    assert words_of("x", SKY) == "RA"
    assert words_of("y", PIXELS) == "y [px]"
    assert words_of("outer_x", Units("degrees", "arcmin", PLANE)) == "outer a [′]"  # noqa: RUF001
    assert words_of("radius", NONE) == "radius [px]"


def test_known_places_and_sizes():
    cas = nw.Circle(350.86, 58.815, 90.0)
    assert texts_of(cas, SKY) == {"x": "23:23:26.40", "y": "+58:48:54.0", "radius": "90.00"}
    south = nw.Point(15.0, -0.5)
    assert texts_of(south, SKY) == {"x": "01:00:00.00", "y": "-00:30:00.0"}
    assert texts_of(south, Units("degrees", plane=PLANE))["y"] == "-0.500000"
    assert texts_of(cas, Units("degrees", "arcmin", PLANE))["radius"] == "1.5000"
    assert short_text(nw.Box(280, 35, 60, 30, 20), SKY) == (
        "18:40:00.00 +35:00:00.0  60 \N{MULTIPLICATION SIGN} 30″  20°"
    )
    assert short_text(CORNERS, SKY) == "3 corners"
    assert short_text(PixelCircle(1, 2, 3), NONE) == "1.00 2.00  3 px"


@pytest.mark.parametrize(
    ("text", "radius"), [("90", 90.0), ("1.5'", 90.0), ('45"', 45.0), ("10p", 25.2), ("0.01d", 36)]
)
def test_a_size_may_say_its_unit(text, radius):
    assert typed(nw.Circle(280, 35, 60), "radius", text, SKY).radius_arcsec == pytest.approx(radius)


def test_positions_are_typed_as_degrees_or_sexagesimal():
    circle = nw.Circle(280, 35, 60)
    assert typed(circle, "x", "18:40:01.2", SKY).ra_deg == pytest.approx(280.005)
    assert typed(circle, "x", "280.005", SKY).ra_deg == 280.005
    assert typed(circle, "y", "-35:30:00", SKY).dec_deg == -35.5
    moved = typed(circle, "x", "510", PIXELS)
    assert to_pixel(moved, PLANE).x == pytest.approx(510.0)
    assert to_pixel(moved, PLANE).y == pytest.approx(499.5)
    pixel = typed(PixelCircle(510, 480, 20), "x", "280", SKY)
    assert isinstance(pixel, PixelCircle)
    assert pixel.x == pytest.approx(499.5)


@pytest.mark.parametrize(
    ("shape", "name", "text", "units", "words"),
    [
        (nw.Circle(280, 35, 60), "radius", "big", SKY, "Cannot read 'big' as radius"),
        (nw.Circle(280, 35, 60), "radius", "12:00:00", SKY, "Cannot read '12:00:00' as radius"),
        (nw.Circle(280, 35, 60), "radius", "-3", SKY, "Cannot read '-3' as|must be above 0"),
        (nw.Circle(280, 35, 60), "y", "up", SKY, "Cannot read 'up' as an angle"),
        (nw.Circle(280, 35, 60), "x", "left", PIXELS, r"Cannot read 'left' as x \[px\]"),
        (nw.Annulus(280, 35, 60, 90), "inner", "100", SKY, "needs 0 <= inner_arcsec"),
        (PixelCircle(5, 5, 2), "radius", "3'", NONE, "no sky coordinates. Give pixels"),
    ],
)
def test_what_is_no_number_is_refused(shape, name, text, units, words):
    with pytest.raises(InputError, match=words):
        typed(shape, name, text, units)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2 3\n4 5\n6 7", "Cannot read '1 2 3' as a corner. Type two numbers a line"),
        ("1 2\n4 5", "three or more corners"),
        ("a 2\n4 5\n6 7", "Cannot read 'a' as a corner"),
    ],
)
def test_corners_that_are_none_are_refused(text, words):
    with pytest.raises(InputError, match=words):
        corners_typed(CORNERS, text, NONE)


def test_a_length_of_several_is_typed():
    assert length_typed("1'", "east", SKY) == 60.0
    with pytest.raises(InputError, match="Cannot read 'far' as east"):
        length_typed("far", "east", SKY)


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_east_is_where_right_ascension_grows(east, north):
    circle = nw.Circle(280.0, 35.0, 60.0)
    moved = shifted(circle, east, north, SKY)
    assert moved.dec_deg - 35.0 == pytest.approx(north / 3600.0, abs=2e-4)
    assert (moved.ra_deg - 280.0) * 0.81915 == pytest.approx(east / 3600.0, abs=2e-4)
    assert moved.radius_arcsec == 60.0


def test_without_a_sky_shapes_move_along_x_and_y():
    assert shifted(PixelCircle(5, 5, 2), 3, -1, NONE) == PixelCircle(8, 4, 2)
    moved = shifted(CORNERS, 3, 0, NONE)
    assert moved.x == (503.0, 513.0, 508.0)
