"""Places on the sphere, against astropy: over RA 0, at the poles, on the other side."""

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.simulation.server.sky import in_box, in_polygon, separation_deg

positions = st.tuples(st.floats(0, 360), st.floats(-90, 90))


def coordinate(position):
    return SkyCoord(*position, unit="deg")


@given(positions, positions)
def test_the_separation_is_that_of_astropy(one, other):
    expected = coordinate(one).separation(coordinate(other)).deg
    assert separation_deg(one, other) == pytest.approx(expected, abs=1e-6)


def test_a_small_separation_is_exact():
    assert separation_deg((10.0, 60.0), (10.0, 60.0 + 1e-7)) == pytest.approx(1e-7, rel=1e-6)


@given(positions, st.floats(0.001, 80), st.floats(0, 359))
def test_a_box_holds_what_is_in_it_at_its_own_axes(centre, size_deg, angle_deg):
    for part, is_inside in ((0.45, True), (0.55, False)):
        step = part * size_deg
        north = coordinate(centre).directional_offset_by(0 * u.deg, step * u.deg)
        assert in_box((north.ra.deg, north.dec.deg), centre, size_deg, size_deg) == is_inside


@pytest.mark.parametrize(
    ("position", "is_inside"),
    [((359.6, 0.0), True), ((0.4, 0.4), True), ((0.6, 0.0), False), ((180.0, 0.0), False)],
)
def test_a_box_goes_over_ra_0(position, is_inside):
    assert in_box(position, (0.0, 0.0), 1.0, 1.0) == is_inside


def test_a_wide_low_box_is_wide_and_low():
    assert in_box((1.9, 0.0), (0.0, 0.0), 4.0, 1.0)
    assert not in_box((0.0, 1.9), (0.0, 0.0), 4.0, 1.0)


@given(positions, st.floats(0.01, 60), st.integers(3, 8), st.floats(0, 359), st.booleans())
def test_a_polygon_holds_what_is_near_its_centre(centre, radius_deg, n, turn_deg, is_reversed):
    angles = np.linspace(0, 360, n, endpoint=False) * (-1 if is_reversed else 1) * u.deg
    corners = coordinate(centre).directional_offset_by(angles, radius_deg * u.deg)
    polygon = list(zip(corners.ra.deg, corners.dec.deg, strict=True))
    for part, is_inside in ((0.3, True), (1.1, False)):
        here = coordinate(centre).directional_offset_by(turn_deg * u.deg, part * radius_deg * u.deg)
        assert in_polygon((here.ra.deg, here.dec.deg), polygon) == is_inside


def test_what_is_on_the_other_side_of_the_sky_is_in_no_polygon():
    assert not in_polygon((180.0, 0.0), [(359.0, -1.0), (1.0, -1.0), (0.0, 1.0)])
