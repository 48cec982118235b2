"""The contour view without a browser: what is sent, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.contour_view import ContourView

LEVELS = {2.3: "68.3 %", 4.61: "90 %"}


def test_a_grid_travels_as_bytes_the_first_axis_slowest():
    view = ContourView()
    values = np.array([[1.0, 2.0, np.nan], [4.0, 5.0, 6.0]])
    view.show([0, 1], [10, 20, 40], values, levels=LEVELS, best=[0.5, 15], log=(False, True))
    sent = np.frombuffer(view.values, "<f4")
    assert sent.size == 6
    assert sent[3] == 4
    assert np.isnan(sent[2])
    assert (view.x_range, view.y_range) == ([0, 1], [10, 40])
    assert (view.levels, view.level_names) == ([2.3, 4.61], ["68.3 %", "90 %"])
    assert [text for value, text in view.y_ticks if value in (10, 20)] == ["10", "20"]
    assert repr(view) == "ContourView(2 x 3 points)"
    view.close()


def test_a_curve_is_shown_up_to_a_little_above_its_levels():
    view = ContourView()
    view.show([1, 2, 3], [], [9, 0, 9], levels={1.0: "68.3 %", 6.635: "99 %"}, best=[2])
    assert view.y == []
    assert view.y_range == [0, pytest.approx(1.35 * 6.635)]
    assert repr(view) == "ContourView(3 points)"
    view.close()


def test_a_single_value_has_room_around_it():
    view = ContourView()
    view.show([2.0], [], [1.0], levels={1.0: "68.3 %"})
    assert view.x_range == [0, 4]
    view.show([2.0], [3.0], [[1.0]], levels={1.0: "68.3 %"}, log=(True, False))
    assert (view.x_range, view.y_range) == ([1, 4], [0, 6])
    assert repr(ContourView()) == "ContourView(no points)"


def test_shapes_that_do_not_go_together_are_refused():
    view = ContourView()
    with pytest.raises(InputError, match=r"the shape must be \(2, 3\)"):
        view.show([0, 1], [1, 2, 3], np.zeros((3, 2)), levels=LEVELS)
    assert view.values == b""


def test_the_point_that_is_looked_at_is_forgotten_when_it_is_gone():
    view = ContourView()
    view.show([0, 1], [1, 2, 3], np.zeros((2, 3)), levels=LEVELS)
    view.at = [1, 2]
    view.show([0, 1], [1, 2, 3], np.ones((2, 3)), levels=LEVELS)
    assert view.at == [1, 2]
    view.show([0, 1], [1, 2], np.ones((2, 2)), levels=LEVELS)
    assert view.at == []


def test_its_script_is_one_module():
    assert "export default" in ContourView._esm
    assert "import " not in ContourView._esm
