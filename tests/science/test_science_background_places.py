"""Places of plain background: circles in masks, bright patches, the end of wings, inset outlines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.science import psf
from nuwidgets.science.background_places import (
    Field,
    bright_patches,
    coarse_field,
    discs_around,
    inset,
    room_for_discs,
    wings_end_arcsec,
)

N = 90


def field(counts, *, source=0.0, avoided=None):
    detector = np.full((N, N), -1, np.int8)
    detector[5:42, 5:42], detector[5:42, 47:84], detector[47:84, 5:84] = 0, 1, 2
    y, x = np.mgrid[:N, :N]
    radius = np.hypot(x - 20, y - 20) * 4.9
    own = source * psf.brightness(radius) * 4.9**2
    return Field(
        np.asarray(counts, float), detector, own, radius,
        np.zeros((N, N), bool) if avoided is None else avoided, (100, 200),
    )  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), margin=st.floats(0, 4))
def test_circles_lie_in_the_mask_and_apart(seed, margin):
    rng = np.random.default_rng(seed)
    allowed = np.zeros((40, 50), bool)
    for _ in range(3):
        y, x = rng.integers(0, 30, 2)
        allowed[y : y + 14, x : x + 18] = True
    discs = room_for_discs(allowed, (10, 20), margin, 3)
    assert discs
    fine = np.kron(allowed, np.ones((2, 2), bool))
    y, x = np.mgrid[20 : 20 + fine.shape[0], 10 : 10 + fine.shape[1]]
    for n, disc in enumerate(discs):
        inside = np.hypot(x - disc.x, y - disc.y) <= disc.radius
        assert inside.any()
        assert fine[inside].all()
        assert all(disc.radius <= other.radius + 1e-9 for other in discs[:n])
        for other in discs[:n]:
            away = np.hypot(disc.x - other.x, disc.y - other.y)
            assert away > disc.radius + other.radius - 2.0
    assert room_for_discs(np.zeros((5, 5), bool), (0, 0), 0.0, 3) == []


def test_the_largest_circle_of_a_square_is_in_its_middle():
    allowed = np.zeros((60, 60), bool)
    allowed[10:51, 10:51] = True
    (disc,) = room_for_discs(allowed, (0, 0), 3.0, 1)
    assert (disc.x, disc.y) == pytest.approx((60.5, 60.5))
    assert disc.radius == pytest.approx(41 - 3, abs=1.1)


def test_plain_background_has_no_bright_patch():
    found = 0
    for seed in range(20):
        flat = np.random.default_rng(seed).poisson(0.5, (N, N))
        found += sum(np.count_nonzero(bright_patches(field(flat), n, 60.0)) for n in range(3))
    assert found < 0.002 * 20 * N * N


def test_stray_light_is_found_on_its_own_detector_alone():
    y, x = np.mgrid[:N, :N]
    light = np.hypot(x - 68, y - 20) < 10
    counts = np.random.default_rng(1).poisson(0.5 + 0.7 * light)
    patches = [bright_patches(field(counts), n, 60.0) for n in range(3)]
    assert np.count_nonzero(patches[1] & light) > 0.9 * np.count_nonzero(light)
    assert np.count_nonzero(patches[1] & (np.hypot(x - 68, y - 20) > 18)) == 0
    assert not patches[0].any()
    assert not patches[2].any()
    (disc,) = discs_around(patches[1], (100, 200), 1)
    assert (disc.x, disc.y) == pytest.approx((100 + 2 * 68.25, 200 + 2 * 20.25), abs=5)
    assert disc.radius > 20


def test_the_wings_of_the_source_are_no_stray_light():
    image = field(np.zeros((N, N)), source=30000.0)
    counts = np.random.default_rng(2).poisson(0.5 + image.source)
    seen = field(counts, source=30000.0)
    blind = field(counts)
    assert np.count_nonzero(bright_patches(seen, 0, 60.0)) == 0
    assert np.count_nonzero(bright_patches(blind, 0, 60.0)) > 0


def test_what_is_avoided_or_near_the_source_is_not_looked_at():
    y, x = np.mgrid[:N, :N]
    counts = np.where(np.hypot(x - 68, y - 20) < 8, 9.0, 0.5)
    assert bright_patches(field(counts), 1, 60.0).any()
    assert not bright_patches(field(counts, avoided=np.hypot(x - 68, y - 20) < 12), 1, 60.0).any()
    assert not bright_patches(field(counts), 1, 4000.0).any()


def test_a_coarse_pixel_is_on_one_detector_or_none():
    detector = np.full((30, 30), -1, np.int8)
    detector[4:13, 5:15], detector[13:25, 5:15] = 0, 1
    counts, avoided = np.arange(900).reshape(30, 30), np.zeros((30, 30), bool)
    avoided[6, 9] = True
    found = coarse_field(counts, detector, avoided, (9.0, 9.0), (100.0, psf.brightness, 2.0))
    assert found.first == (5, 4)
    assert found.detector.shape == (10, 5)
    assert found.detector[:, 0].tolist() == [0, 0, 0, 0, -1, 1, 1, 1, 1, 1]
    assert found.counts[1, 2] == counts[6:8, 9:11].sum()
    assert np.argwhere(found.avoided).tolist() == [[1, 2]]
    assert found.radius_arcsec[0, 0] == pytest.approx(2 * np.hypot(3.5, 4.5))
    empty = np.full((30, 30), -1, np.int8)
    assert coarse_field(counts, empty, avoided, (9.0, 9.0), (1.0, psf.brightness, 2.0)) is None


def test_the_wings_end_where_they_are_as_faint_as_asked():
    end = wings_end_arcsec(25000.0, psf.brightness, 0.001)
    assert 25000 * float(psf.brightness(end)) <= 0.001 < 25000 * float(psf.brightness(end - 2))
    assert wings_end_arcsec(0.0, psf.brightness, 0.001) == 0.0
    assert wings_end_arcsec(1e4, psf.brightness, 0.0) == np.inf


@pytest.mark.parametrize("turned", [1, -1])
def test_an_outline_is_drawn_in_on_all_sides(turned):
    square = np.array([[0.0, 0], [10, 0], [10, 20], [0, 20]])[::turned]
    drawn = inset(square, 2.0)
    assert sorted(map(tuple, drawn.tolist())) == [(2, 2), (2, 18), (8, 2), (8, 18)]
    assert len(inset(square, 5.0)) == 0
