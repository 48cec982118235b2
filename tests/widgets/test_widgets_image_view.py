"""ImageView without a browser: bytes, limits, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.image_view import ImageView

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
        ({"role": "backgrnd"}, "Did you mean 'background'"),
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
