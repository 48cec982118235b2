"""ImageView without a browser: bytes, limits, and what it refuses."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.image_view import COLORMAPS, SHAPES, STATIC, STRETCHES, ImageView

CIRCLE = {"id": "src", "shape": "circle", "x": 1, "y": 2.5, "r": 3}
WCS = {
    "ra_ref_deg": 10.0, "dec_ref_deg": -5.0, "x_ref": 1.0, "y_ref": 1.0,
    "x_step_deg": -1e-3, "y_step_deg": 1e-3,
}  # fmt: skip


@pytest.fixture
def view():
    made = ImageView()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([[0, 1, 255]], "uint8"),
        ([[0.0, 1.0, 256.0]], "uint16"),
        ([[0, 65536]], "float32"),
        ([[0.5, 1.0]], "float32"),
        ([[-1, 1]], "float32"),
        ([[np.nan, 1.0]], "float32"),
        ([[True, False]], "uint8"),
    ],
)
def test_pixels_travel_in_the_smallest_exact_type(view, values, dtype):
    view.set_image(values)
    back = np.frombuffer(view.image, dtype=f"<{np.dtype(dtype).str[1:]}").reshape(view.shape)
    assert view.dtype == dtype
    np.testing.assert_array_equal(back, np.asarray(values, dtype=float))


def test_row_zero_comes_first_and_shape_is_rows_by_columns(view):
    view.set_image(np.arange(6).reshape(2, 3))
    assert view.shape == [2, 3]
    assert list(view.image) == [0, 1, 2, 3, 4, 5]


def test_big_endian_and_strided_arrays_are_sent_little_endian(view):
    view.set_image(np.arange(8, dtype=">f8").reshape(2, 4)[:, ::2] + 0.5)
    np.testing.assert_array_equal(np.frombuffer(view.image, "<f4"), [0.5, 2.5, 4.5, 6.5])


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([[1, 5], [2, 3]], (1, 5)),
        ([[np.nan, 2.0], [np.inf, 4.5]], (2.0, 4.5)),
        ([[7, 7]], (7, 8)),
        ([[np.nan, np.nan]], (0, 1)),
    ],
)
def test_limits_are_those_of_the_finite_pixels(view, values, limits):
    view.set_image(values)
    assert (view.range_lo, view.range_hi) == limits


def test_limits_can_be_given(view):
    view.set_image([[0, 100]], value_range=(5, 20))
    assert (view.range_lo, view.range_hi) == (5, 20)


def test_a_view_given_before_the_image_stays_and_one_of_another_shape_goes(view):
    view.view = {"x": 3, "y": 4, "zoom": 2}
    view.set_image(np.zeros((10, 10)))
    view.set_image(np.ones((10, 10)))
    assert view.view == {"x": 3, "y": 4, "zoom": 2}
    view.set_image(np.ones((20, 10)))
    assert view.view == {}


def test_observers_see_shape_and_pixels_together(view):
    seen = []
    view.observe(lambda _: seen.append(len(view.image) == np.prod(view.shape)))
    view.set_image(np.zeros((3, 5)))
    assert seen
    assert all(seen)


def test_regions_get_their_defaults(view):
    view.regions = [CIRCLE]
    assert view.regions == [{**CIRCLE, "role": "source", "exclude": False, "label": ""}]


def test_repr_is_stable(view):
    assert repr(view) == "ImageView(0x0 pixels, 0 regions)"
    view.set_image(np.zeros((2, 3)))
    view.regions = [CIRCLE]
    assert repr(view) == "ImageView(3x2 pixels, 1 region)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"shape": "circel"}, "'circel' is not known. Did you mean 'circle'"),
        ({"role": ""}, "'' is no role"),
        ({"shape": "annulus"}, "it lacks r1, r2"),
        ({"shape": "polygon", "pts": [[0, 0], [1, 1]]}, "pts with three corners"),
        ({"x": float("nan")}, "nan is not a finite number"),
        ({"r": "3"}, "'3' is not a finite number"),
    ],
)
def test_a_broken_region_is_refused_and_the_old_ones_stay(view, change, words):
    view.regions = [CIRCLE]
    with pytest.raises(InputError, match=words):
        view.regions = [{**CIRCLE, **change}]
    assert len(view.regions) == 1
    assert view.regions[0]["shape"] == "circle"


def test_every_region_has_its_own_id(view):
    with pytest.raises(InputError, match="not all different"):
        view.regions = [CIRCLE, CIRCLE]
    with pytest.raises(InputError, match="it lacks id"):
        view.regions = [{"shape": "circle", "x": 0, "y": 0, "r": 1}]


def test_view_and_projection_are_whole_or_empty(view):
    with pytest.raises(InputError, match="must be empty or hold x, y, zoom"):
        view.view = {"zoom": 2}
    with pytest.raises(InputError, match="must be empty or hold ra_ref_deg"):
        view.wcs = {**WCS, "cd": 1}
    with pytest.raises(InputError, match="inf is not a finite number"):
        view.wcs = {**WCS, "x_ref": float("inf")}
    view.wcs = WCS
    assert view.wcs == WCS


@pytest.mark.parametrize("values", [[1, 2], [[]], [["a"]], [[1j]]])
def test_what_is_no_image_is_refused(view, values):
    with pytest.raises(InputError, match="must be two-dimensional, not empty, and of numbers"):
        view.set_image(values)


def test_limits_must_rise(view):
    with pytest.raises(InputError, match="lower limit must be below"):
        view.set_image([[1, 2]], value_range=(3, 3))


SHAPES_BY_NAME = [
    {"shape": "annulus", "x": 1, "y": 2, "r1": 3, "r2": 4},
    {"shape": "ellipse", "x": 1, "y": 2, "a": 3, "b": 4},
    {"shape": "ellannulus", "x": 1, "y": 2, "a1": 1, "b1": 2, "a2": 3, "b2": 4, "angle": 5},
    {"shape": "box", "x": 1, "y": 2, "w": 3, "h": 4, "angle": 5},
    {"shape": "polygon", "pts": [[0, 0], [1, 0], [0, 1]]},
    {"shape": "panda", "x": 1, "y": 2, "r1": 3, "r2": 4, "start": 5, "stop": 6},
    {"shape": "point", "x": 1, "y": 2},
]


@pytest.mark.parametrize("item", SHAPES_BY_NAME, ids=lambda item: item["shape"])
def test_each_shape_is_taken_whole_and_refused_without_a_number(view, item):
    view.regions = [{"id": "a", "role": "jet", "color": "#123456", **item}]
    assert view.regions[0]["role"] == "jet"
    view.tool = item["shape"]
    last = [key for key in item if key not in ("shape", "angle")][-1]
    with pytest.raises(InputError, match=last):
        view.regions = [{"id": "a", **{k: v for k, v in item.items() if k != last}}]


def test_selected_is_the_last_of_the_chosen_from_either_side(view):
    view.chosen = ["a", "b"]
    assert view.selected == "b"
    view.selected = "c"
    assert view.chosen == ["c"]
    view.selected = ""
    assert view.chosen == []
    view.set_state({"chosen": ["d", "e"], "selected": "e"})
    assert (view.chosen, view.selected) == (["d", "e"], "e")


def test_planes_share_one_type_and_keep_their_own_limits(view):
    view.set_frames([("soft", [[0, 1]], None), ("hard", [[3, 900]], (0, 4))])
    assert (view.shape, view.dtype) == ([1, 2], "uint16")
    np.testing.assert_array_equal(np.frombuffer(view.image, "<u2"), [0, 1, 3, 900])
    assert (view.range_lo, view.range_hi) == (0, 1)
    view.frame = 1
    assert (view.range_lo, view.range_hi) == (0, 4)
    view.range_hi = 7
    view.frame = 0
    assert (view.range_lo, view.range_hi) == (0, 1)
    assert [(f["label"], f["lo"], f["hi"]) for f in view.frames] == [("soft", 0, 1), ("hard", 0, 7)]
    view.frame = 99
    assert view.frame == 1
    view.set_image([[5, 6]])
    assert (view.frames, view.frame, view.range_hi) == ([], 0, 6)


def test_the_plane_that_is_shown_stays_when_new_ones_come(view):
    view.set_frames([("a", [[0, 1]], None), ("b", [[0, 2]], None)])
    view.frame = 1
    view.set_frames([("a", [[0, 5]], None), ("b", [[0, 6]], None)])
    assert (view.frame, view.range_hi) == (1, 6)
    view.set_frames([("a", [[0, 5]], None)])
    assert (view.frame, view.range_hi) == (0, 5)


def test_planes_are_some_and_of_one_shape(view):
    with pytest.raises(InputError, match="there are none"):
        view.set_frames([])
    with pytest.raises(InputError, match="they must be of one shape"):
        view.set_frames([("a", [[0, 1]], None), ("b", [[0], [1]], None)])


def test_a_hand_asks_for_what_only_python_can_do(view):
    wishes = []
    view.on_ask(wishes.append)
    view._handle_custom_msg({"ask": "order", "ids": ["a"], "by": -3}, [])
    view._handle_custom_msg({"ask": "undo"}, [])
    assert wishes == [
        {"ask": "order", "ids": ["a"], "by": -1},
        {"ask": "undo", "ids": [], "by": 1},
    ]
    with pytest.raises(InputError, match="cannot ask for 'everything'"):
        view._asked({"ask": "everything"})
    later = []
    view.hear = lambda _action, content: later.append(content)
    view._handle_custom_msg({"ask": "redo"}, [])
    assert (len(wishes), later) == (2, [{"ask": "redo"}])


def test_overlays_and_markers_have_their_marks_or_are_refused(view):
    view.overlays = [{"pts": [[0, 0], [1, 1]]}]
    assert view.overlays == [
        {"kind": "line", "label": "", "style": "contour", "pts": [[0, 0], [1, 1]]}
    ]
    view.markers = [{"x": 1, "y": 2}]
    assert view.markers == [{"label": "", "x": 1, "y": 2}]
    for change, words in (
        ({"kind": "lin"}, "'lin' is not a kind. Did you mean 'line'"),
        ({"style": "detectr"}, "'detectr' is not a style. Did you mean 'detector'"),
        ({"pts": [[0, 0, 0]]}, "is not a point"),
        ({"pts": [[0, float("nan")]]}, "nan is not a finite number"),
    ):
        with pytest.raises(InputError, match=words):
            view.overlays = [{"pts": [[0, 0]], **change}]
    with pytest.raises(InputError, match="None is not a finite number"):
        view.markers = [{"x": 1}]


def test_what_is_shown_is_known_by_name(view):
    view.show = {"grid": True}
    assert view.show == {
        "grid": True, "compass": True, "scale": True, "overlays": True, "markers": True,
    }  # fmt: skip
    with pytest.raises(InputError, match="Did you mean 'compass'"):
        view.show = {"compas": True}
    with pytest.raises(InputError, match="with True or False"):
        view.show = {"grid": 1}


def test_the_detectors_place_is_whole_or_empty(view):
    whole = {"matrix": [1, 0, 0, 1], "reference": [180, 180], "place": [500, 500]}
    view.detector = whole
    assert view.detector == {**whole, "axis": [], "arcsec": 0.0, "names": "DET1"}
    view.detector = {}
    for change, words in (
        ({"matrix": [1, 0]}, "the matrix with four numbers"),
        ({"angle": 3}, "must be empty or hold matrix"),
        ({"axis": [1]}, "is not a point"),
        ({"arcsec": float("inf")}, "inf is not a finite number"),
    ):
        with pytest.raises(InputError, match=words):
            view.detector = {**whole, **change}
    with pytest.raises(InputError, match="must be empty or hold matrix"):
        view.detector = {"axis": [0, 0]}


def test_the_script_is_joined_of_short_files_and_fetches_nothing():
    script = ImageView._esm if isinstance(ImageView._esm, str) else str(ImageView._esm)
    assert "export default" in script
    assert not any(word in script for word in ("innerHTML", "fetch(", "eval("))
    for part in STATIC.glob("image_*.js"):
        assert len(part.read_text().splitlines()) <= 300, part.name


def test_shapes_maps_and_stretches_are_those_of_the_script():
    texts = {part: (STATIC / f"image_{part}.js").read_text() for part in ("shapes", "colours")}
    for name in SHAPES:
        assert f"\n  {name}: [" in texts["shapes"]
    for name in (*COLORMAPS, *STRETCHES):
        assert re.search(rf"\n  (\"{name}\"|{name}): ", texts["colours"]), name
