from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.domain.events import Events
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
)
from nuwidgets.domain.region import Region
from nuwidgets.science import pixel_index
from nuwidgets.science.pixel_index import Frame, PixelIndex, region_mask

SIDE = 60


def make_events(dtype=np.int16, n=4000, seed=1):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-4, SIDE + 5, (2, n)).astype(dtype)
    if np.dtype(dtype).kind == "f":
        x, y = (
            x + rng.uniform(-0.5, 0.5, n).astype(dtype),
            y + rng.uniform(-0.5, 0.5, n).astype(dtype),
        )
    pi, grade = rng.integers(0, 4096, n).astype(np.int32), np.zeros(n, np.uint8)
    return Events(
        np.sort(rng.uniform(0, 100, n)), x, y, pi, grade, Gti(((0, 100),)), shape=(SIDE, SIDE)
    )


EVENTS = make_events()
INDEX = PixelIndex.of(EVENTS)
FLOATS = make_events(np.float32)
FLOAT_INDEX = PixelIndex.of(FLOATS)

place = st.floats(-20, SIDE + 20)
size = st.floats(0.2, 40)
angle = st.floats(-360, 360)
flag = st.booleans()
shapes = st.one_of(
    st.builds(PixelCircle, place, place, size, flag),
    st.builds(
        lambda x, y, a, b, e: PixelAnnulus(x, y, a, a + b, e), place, place, size, size, flag
    ),
    st.builds(PixelEllipse, place, place, size, size, angle, flag),
    st.builds(PixelBox, place, place, size, size, angle, flag),
    st.lists(st.tuples(place, place), min_size=3, max_size=7).flatmap(
        lambda c: st.builds(
            PixelPolygon, st.just(tuple(p[0] for p in c)), st.just(tuple(p[1] for p in c)), flag
        )
    ),
)
regions = st.lists(shapes, min_size=1, max_size=4).map(lambda s: Region(tuple(s)))


def rows_of(time_s, pi, x, y):
    return sorted(zip(time_s.tolist(), pi.tolist(), x.tolist(), y.tolist(), strict=True))


def expected(events, region):
    inside = region.contains(events.x, events.y) & (events.x > -2) & (events.y > -2)
    return rows_of(events.time_s[inside], events.pi[inside], events.x[inside], events.y[inside])


@settings(max_examples=150, deadline=None)
@given(regions)
def test_the_very_events_of_a_plain_mask(region):
    for events, index in ((EVENTS, INDEX), (FLOATS, FLOAT_INDEX)):
        picked = index.pick(region, region_mask(region, index.sky))
        columns = index.columns
        found = (columns.time_s, columns.pi, columns.x, columns.y)
        assert rows_of(*map(picked.take, found)) == expected(events, region)
        assert len(picked) == len(picked.take(columns.pi))


@settings(max_examples=150, deadline=None)
@given(regions)
def test_pixels_are_counted_as_a_plain_mask_counts_them(region):
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    mask = region_mask(region, INDEX.sky)
    assert mask.n_pixels((SIDE, SIDE)) == np.count_nonzero(region.contains(x, y))


def test_a_circle_on_a_pixel_has_the_lattice_points_of_its_radius():
    # Gauss's circle problem, OEIS A000328: radius 0..5 hold 1, 5, 13, 29, 49, 81 points
    for radius, points in ((1, 5), (2, 13), (3, 29), (4, 49), (5, 81)):
        region = Region((PixelCircle(30, 30, radius),))
        assert region_mask(region, INDEX.sky).n_pixels((SIDE, SIDE)) == points


def test_a_side_that_is_all_but_level_is_no_trouble():
    region = Region((PixelPolygon((0.0, 0.0, 1.0), (0.0, 0.0, 2.225073858507203e-309)),))
    assert region_mask(region, INDEX.sky).n_pixels((SIDE, SIDE)) <= 2


def test_what_lies_beyond_the_image_has_no_pixels_there():
    region = Region((PixelCircle(-1.0, 30, 1.5),))
    assert region_mask(region, INDEX.sky).n_pixels((SIDE, SIDE)) == 3


def test_counts_of_pixels_are_those_of_a_histogram():
    frame = Frame(10, 20, 15, 9)
    there = (EVENTS.x >= 10) & (EVENTS.x < 25) & (EVENTS.y >= 20) & (EVENTS.y < 29)
    flat = (EVENTS.y[there].astype(int) - 20) * 15 + EVENTS.x[there] - 10
    assert np.array_equal(INDEX.counts(frame).ravel(), np.bincount(flat, minlength=135))


def test_counts_reach_beyond_the_events():
    counts = INDEX.counts(Frame(-10, -10, 200, 200))
    assert counts.sum() == len(INDEX.columns.x)
    assert counts[:8].sum() == 0


@pytest.mark.parametrize("block", [1, 100, 1 << 19])
@pytest.mark.parametrize("index", [INDEX, FLOAT_INDEX])
def test_events_are_counted_by_a_column_as_by_a_histogram(index, block, monkeypatch):
    monkeypatch.setattr(pixel_index, "_BLOCK", block)
    region = Region((PixelCircle(30, 30, 20), PixelBox(25, 31, 9, 4, 30, exclude=True)))
    picked = index.pick(region, region_mask(region, index.sky))
    pi = picked.take(index.columns.pi)
    assert np.array_equal(picked.count(index.columns.pi, 4096), np.bincount(pi, minlength=4096))
    shifted = index.columns.pi - 1000
    inside = pi[(pi >= 1000) & (pi < 1300)] - 1000
    assert np.array_equal(picked.count(shifted, 300), np.bincount(inside, minlength=300))


@pytest.mark.parametrize(("events", "whole"), [(EVENTS, INDEX), (FLOATS, FLOAT_INDEX)])
def test_sorting_in_small_blocks_loses_nothing(events, whole, monkeypatch):
    monkeypatch.setattr(pixel_index, "_BLOCK", 97)
    small = PixelIndex.of(events)
    placed = (events.x > -2) & (events.y > -2)
    columns = small.columns
    found = rows_of(columns.time_s, columns.pi, columns.x, columns.y)
    assert found == rows_of(*(c[placed] for c in (events.time_s, events.pi, events.x, events.y)))
    assert np.array_equal(small.first, whole.first)


def test_no_events_give_no_events():
    none = EVENTS.where(np.zeros(len(EVENTS), bool))
    index = PixelIndex.of(none)
    region = Region((PixelCircle(30, 30, 10),))
    picked = index.pick(region, region_mask(region, index.sky))
    assert len(picked) == len(picked.take(index.columns.x)) == 0
    assert index.sky == Frame(0, 0, SIDE, SIDE)


def test_absurd_positions_are_left_out():
    x = EVENTS.x.astype(np.int32)
    x[:10] = 1_000_000
    wild = Events(EVENTS.time_s, x, EVENTS.y, EVENTS.pi, EVENTS.grade, EVENTS.gti)
    assert PixelIndex.of(wild).frame.width < 100


def test_masks_are_read_only():
    mask = region_mask(Region((PixelCircle(30, 30, 5),)), INDEX.sky)
    with pytest.raises(ValueError, match="read-only"):
        mask.inside[0, 0] = True
