"""Region files for nuproducts and xrtproducts: the dialect, the way back, and what is warned of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.region import (
    Annulus,
    Box,
    Circle,
    Ellipse,
    EllipseAnnulus,
    Panda,
    Point,
    Polygon,
    Region,
    to_sky,
)
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.regions import parse_regions, read_regions
from nuwidgets.files.task_regions import (
    TASKS,
    region_warnings,
    task_region_text,
    write_task_region,
)

PLANE = TangentPlane(321.9, 56.9, 499.5, 499.5, -0.0006828076, 0.0006828076)
CIRCLE = Circle(321.9358, 56.9439, 150)
HOLE = Circle(321.95, 56.95, 20, exclude=True)
RING = Annulus(321.9358, 56.9439, 180, 300)
BOX = Box(321.9, 56.9, 60, 30, 20)
ELLIPSE = Ellipse(321.9, 56.9, 60, 30, 20)
POLYGON = Polygon((321.8, 321.9, 321.9), (56.9, 56.9, 57.0))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "region",
    [Region((CIRCLE, HOLE)), Region((RING,)), Region((BOX, ELLIPSE, POLYGON)),
     Region((HOLE, CIRCLE, Box(321.9, 56.9, 9, 9, exclude=True)))],
)  # fmt: skip
def test_what_is_written_is_read_back(tmp_path, region, task):
    path = tmp_path / "a.reg"
    write_task_region(path, region, PLANE, task)
    assert read_regions(path) == region
    write_task_region(path, CIRCLE, None, task)
    assert read_regions(path) == Region((CIRCLE,))


def test_the_text_is_on_the_sky_and_leaves_out_with_a_minus():
    lines = task_region_text(Region((CIRCLE, HOLE)), PLANE, "nuproducts").splitlines()
    assert lines[-3:] == [
        "fk5", 'circle(321.9358,56.9439,150.0")', '-circle(321.95,56.95,20.0")',
    ]  # fmt: skip


def test_shapes_in_pixels_go_to_the_sky_where_it_is_known():
    region = Region((PixelCircle(400, 500, 20.3), PixelBox(410, 500, 4.1, 6.1, 31, exclude=True)))
    back = parse_regions(task_region_text(region, PLANE, "nuproducts"))
    assert back.frame == "fk5"
    assert [shape.exclude for shape in back.region.shapes] == [False, True]
    x, y = np.meshgrid(np.arange(370, 430), np.arange(470, 530))
    assert np.array_equal(back.region.contains(x, y, PLANE), region.contains(x, y))


def test_without_a_plane_each_shape_keeps_its_frame():
    region = Region((PixelCircle(400, 500, 20), CIRCLE, PixelCircle(1, 2, 3, exclude=True)))
    assert parse_regions(task_region_text(region, None, "xrtproducts")).region == region


@given(st.lists(st.tuples(st.floats(0.1, 359.9), st.floats(-80, 80), st.floats(0.5, 900),
                          st.booleans()), min_size=1, max_size=6))  # fmt: skip
def test_every_number_comes_back(rows):
    shapes = tuple(Circle(ra, dec, size, exclude=out) for ra, dec, size, out in rows)
    region = Region((CIRCLE, *shapes))
    assert parse_regions(task_region_text(region, PLANE, "nuproducts")).region == region


@pytest.mark.parametrize("place", [(400.0, 500.0), (400.4, 499.6), (400.5, 500.0)])
def test_a_point_is_written_as_the_box_of_its_pixel(place):
    point = PixelPoint(*place)
    x, y = np.meshgrid(np.arange(390, 410), np.arange(490, 510))
    for plane, region in ((PLANE, point), (None, point), (PLANE, to_sky(point, PLANE))):
        text = task_region_text(region, plane, "nuproducts")
        (box,) = parse_regions(text, plane).region.shapes
        assert type(box).__name__.endswith("Box")
        inside = Region((box,)).contains(x, y, plane)
        assert np.array_equal(inside, point.contains(x, y))
        assert inside.sum() == 1
    assert "point(" in task_region_text(Point(1, 2), None, "nuproducts")


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(InputError, match="it has no shape"):
        task_region_text(Region(), PLANE, "nuproducts")
    with pytest.raises(InputError, match="only shapes that are left out"):
        task_region_text(HOLE, PLANE, "nuproducts")
    with pytest.raises(InputError, match=r"named 'nuproduct'\. Did you mean 'nuproducts'"):
        task_region_text(CIRCLE, PLANE, "nuproduct")
    with pytest.raises(FileError, match="Cannot write"):
        write_task_region(tmp_path / "no" / "a.reg", CIRCLE, PLANE, "nuproducts")


@pytest.mark.parametrize(
    ("shape", "nustar", "swift"),
    [
        (CIRCLE, True, True),
        (RING, True, True),
        (ELLIPSE, True, False),
        (BOX, False, True),
        (POLYGON, False, False),
        (PixelCircle(1, 2, 3), True, True),
        (PixelAnnulus(1, 2, 3, 4), True, True),
        (PixelEllipse(1, 2, 3, 4), True, False),
        (PixelBox(1, 2, 3, 4), False, True),
        (PixelPolygon((0, 1, 1), (0, 0, 1)), False, False),
        (Panda(1, 2, 0, 90, 3, 4), False, False),
        (PixelEllipseAnnulus(1, 2, 3, 4, 5, 6), False, False),
        (Point(1, 2), False, False),
    ],
)
def test_which_shapes_can_be_corrected_for(shape, nustar, swift):
    for task, fine in (("nuproducts", nustar), ("xrtproducts", swift)):
        said = region_warnings(shape, "source", task)
        assert len(said) == (0 if fine else 1)
        assert fine or said[0].startswith(f"{task} cannot correct")


def test_a_warning_names_the_shape_and_what_is_not_corrected():
    (said,) = region_warnings(BOX, "source", "nuproducts")
    assert "the effective area and the light curve" in said
    assert "begins with a box, and only a circle, an annulus or an ellipse" in said
    (said,) = region_warnings(PixelPolygon((0, 1, 1), (0, 0, 1)), "background", "nuproducts")
    assert "effective area" not in said
    assert "the background region begins with a polygon" in said
    (said,) = region_warnings(EllipseAnnulus(1, 2, 3, 4, 5, 6), "source", "nuproducts")
    assert "begins with an elliptical annulus, and only" in said
    (said,) = region_warnings(Panda(1, 2, 0, 90, 3, 4), "background", "nuproducts")
    assert "begins with a sector of an annulus" in said
    (said,) = region_warnings(POLYGON, "source", "xrtproducts")
    assert "effective area" not in said


def test_only_the_first_shape_is_corrected_for():
    (said,) = region_warnings(Region((CIRCLE, HOLE, RING)), "source", "nuproducts")
    assert "for the first shape of the source region alone" in said
    assert "counted in all 3 shapes" in said
    assert len(region_warnings(Region((BOX, HOLE)), "source", "nuproducts")) == 2
    (first, _) = region_warnings(Region((HOLE, CIRCLE)), "source", "nuproducts")
    assert "begins with a shape that is left out" in first


def test_swift_knows_a_circle_without_a_circle_and_a_box_without_a_box():
    inner = Box(321.9, 56.9, 6, 3, 20, exclude=True)
    assert region_warnings(Region((CIRCLE, HOLE)), "source", "xrtproducts") == ()
    assert region_warnings(Region((BOX, inner)), "source", "xrtproducts") == ()
    assert len(region_warnings(Region((CIRCLE, inner)), "source", "xrtproducts")) == 1
    assert len(region_warnings(Region((CIRCLE, CIRCLE)), "source", "xrtproducts")) == 1
    assert len(region_warnings(Region((CIRCLE, HOLE, HOLE)), "source", "xrtproducts")) == 1


def test_no_region_no_warning_and_words_that_are_refused():
    assert region_warnings(Region(), "background", "nuproducts") == ()
    with pytest.raises(InputError, match=r"no kind of region named 'sky'"):
        region_warnings(CIRCLE, "sky", "nuproducts")
    with pytest.raises(InputError, match=r"no task that takes regions named 'xselect'"):
        region_warnings(CIRCLE, "source", "xselect")


def test_real_region_files_pass_through(shared_data):
    for name in ("bg_30001002001A.reg", "srcA01.reg"):
        region = read_regions(shared_data / "regions_images" / name)
        assert parse_regions(task_region_text(region, None, "nuproducts")).region == region
