"""Planes smoothed, joined and divided by exposure: what is conserved, and what stays even."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nuwidgets.science.image_planes import LEAST, corrected, joined, smoothed

planes = arrays(
    np.int32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 999)
)


@settings(deadline=None, max_examples=50)
@given(planes, st.floats(0.1, 8))
def test_smoothing_conserves_counts(counts, sigma):
    assert smoothed(counts, sigma).sum(dtype=float) == pytest.approx(
        counts.sum(), rel=1e-5, abs=1e-4
    )


def test_a_point_becomes_a_gaussian():
    counts = np.zeros((81, 81), np.int32)
    counts[40, 40] = 1000
    y, x = np.mgrid[-40:41, -40:41]
    expected = 1000 * np.exp(-(x**2 + y**2) / (2 * 3.0**2)) / (2 * np.pi * 3.0**2)
    np.testing.assert_allclose(smoothed(counts, 3.0), expected, atol=2e-3 * expected.max())


def test_no_smoothing_changes_nothing():
    counts = np.arange(12).reshape(3, 4)
    np.testing.assert_array_equal(smoothed(counts, 0.0), counts)


@given(
    arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.floats(0, 9)),
    st.integers(1, 5),
)
def test_joined_pixels_have_the_mean_of_theirs(exposure, binning):
    found = joined(exposure, binning)
    n_y, n_x = exposure.shape
    assert found.shape == (-(-n_y // binning), -(-n_x // binning))
    for y, x in np.ndindex(found.shape):
        own = exposure[y * binning : (y + 1) * binning, x * binning : (x + 1) * binning]
        assert found[y, x] == pytest.approx(own.mean())


@settings(deadline=None, max_examples=50)
@given(
    arrays(float, (30, 20), elements=st.floats(0, 1e5)).filter(lambda e: e.max() > 1),
    st.floats(0, 5),
    st.floats(1e-3, 1e3),
)
def test_an_even_sky_stays_even_whatever_the_exposure(exposure, sigma, rate):
    found = corrected(rate * exposure, exposure, sigma)
    seen = exposure > LEAST * exposure.max()
    np.testing.assert_array_equal(np.isfinite(found), seen)
    np.testing.assert_allclose(found[seen], rate, rtol=1e-5)


def test_without_exposure_there_is_no_rate():
    assert np.isnan(corrected(np.ones((3, 3)), np.zeros((3, 3)))).all()


def test_counts_without_exposure_do_not_leak_into_their_neighbours():
    exposure = np.full((21, 21), 100.0)
    exposure[:, :10] = 0.5
    counts = np.where(exposure > 1, 200, 10_000)
    found = corrected(counts, exposure, 2.0)
    assert np.isnan(found[:, :10]).all()
    np.testing.assert_allclose(found[:, 10:], 2.0, rtol=1e-6)
