"""Detectors on the sky: outlines, map, and the mean of what moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.domain.detector_events import Track
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.pixel_shapes import PixelPolygon
from nuwidgets.science.mounting import mounting_of_roll
from nuwidgets.science.nustar_detector import REFERENCE, usual_layout
from nuwidgets.science.sky_geometry import detector_map, mean_place, outlines, sway, to_sky

LAYOUT = usual_layout()


@settings(deadline=None, max_examples=25)
@given(st.floats(0, 360), st.booleans(), st.floats(100, 900), st.floats(100, 900))
def test_the_map_is_what_the_outlines_hold(roll, mirrored, x, y):
    matrix = mounting_of_roll(roll).matrix @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    found = detector_map(LAYOUT, matrix, (x, y), (1000, 1000))
    rows, columns = (a.ravel() for a in np.mgrid[0:1000:7, 0:1000:7])
    expected = np.full(len(rows), -1)
    for number, corners in enumerate(outlines(LAYOUT, matrix, (x, y))):
        shape = PixelPolygon(tuple(corners[:, 0]), tuple(corners[:, 1]))
        inside = shape.contains(columns.astype(float), rows.astype(float))
        expected[inside & (expected < 0)] = number
    assert np.mean(found[rows, columns] != expected) < 2e-4  # corners on an edge


def test_detectors_lie_in_quarters():
    found = detector_map(LAYOUT, np.eye(2), (REFERENCE, REFERENCE), (360, 360))
    quarters = found[270, 270], found[270, 90], found[90, 90], found[90, 270]
    assert quarters == (0, 1, 2, 3)
    assert (found[5, 5], found[355, 180]) == (-1, -1)
    assert np.count_nonzero(found >= 0) == pytest.approx(107_000, rel=0.02)


def test_a_map_off_the_sky_image_is_empty():
    found = detector_map(LAYOUT, np.eye(2), (-2000.0, 5000.0), (50, 60))
    assert found.shape == (50, 60)
    assert (found == -1).all()


def test_the_reference_point_lies_at_its_place():
    one = np.array([REFERENCE])
    matrix = mounting_of_roll(77.0).matrix
    np.testing.assert_allclose(to_sky(one, one, matrix, (12.0, 34.0)), [[12.0, 34.0]])


def test_the_mean_counts_good_time_only():
    track = Track(np.array([0.0, 10.0, 20.0]), np.array([1.0, 2.0, 9.0]), np.array([5.0, 5.0, 8.0]))
    gti = Gti(((0.0, 5.0), (5.0, 15.0)))  # 5 s nearest to the first row, 10 s to the second
    assert mean_place(track, gti) == pytest.approx(((5 + 20) / 15, 5.0))
    assert sway(track, gti) == pytest.approx(np.sqrt((1 / 3) * (2 / 3)))


def test_without_good_time_all_rows_count():
    track = Track(np.array([0.0, 10.0]), np.array([1.0, 3.0]), np.array([0.0, 0.0]))
    assert mean_place(track, Gti()) == (2.0, 0.0)
    assert sway(track, Gti()) == 1.0
    assert sway(Track(np.zeros(1), np.ones(1), np.ones(1)), Gti(((0.0, 9.0),))) == 0.0
