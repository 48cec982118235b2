"""Lines across a panel: where a hand puts them, and what they say."""

from __future__ import annotations

import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.curve_rules import Rule
from nuwidgets.widgets.curve_view import CurveView, PanelSpec


@pytest.fixture
def heard():
    return []


@pytest.fixture
def plot(heard):
    view = CurveView("Time [ks]", [PanelSpec("rate"), PanelSpec("log", log_y=True)])
    view.add_points("A", color="#0072B2")
    view.set_points("A", [0.0], [1.0], [0.5], [2.0], [0.0], [4.0])
    view.rules.add("most", Rule(0, "red", "largest rate", 1.0, heard.append))
    view.rules.add("log", Rule(1, "red", "of the logarithm", 0.0, heard.append))
    yield view
    view.close()


def shown(plot, name):
    return next(one for one in plot.controls[1].rules if one["name"] == name)


def test_a_line_without_a_value_waits_at_its_end(plot):
    assert shown(plot, "most")["at"] == 1.0
    assert shown(plot, "most")["text"] == "none"
    assert shown(plot, "log")["at"] == 0.0


def test_a_line_lies_where_its_value_is(plot):
    lo, hi = plot.axes.y_limits[0]
    plot.rules.put("most", lo + 0.25 * (hi - lo))
    assert shown(plot, "most")["at"] == pytest.approx(0.25)
    plot.rules.put("most", hi + 5)
    assert shown(plot, "most")["at"] == 1.0
    assert shown(plot, "most")["text"] == f"{hi + 5:.4g}"


def test_a_hand_moves_a_line_and_takes_it_away(plot, heard):
    lo, hi = plot.axes.y_limits[0]
    plot.rules._heard({"kind": "rule", "name": "most", "at": 0.5})
    assert heard == [pytest.approx(lo + 0.5 * (hi - lo), rel=1e-3)]
    plot.rules._heard({"kind": "rule", "name": "most", "at": 1.0})
    assert heard[-1] is None
    plot.rules._heard({"kind": "rule", "name": "none of these", "at": 1.0})
    plot.rules._heard({"kind": "zoom", "factor": 2})
    assert len(heard) == 2


def test_a_logarithmic_panel_counts_in_logarithms(plot, heard):
    plot.axes.frames[1].set_y(0.1, 10.0)
    plot.rules.move("log", 0.5)
    assert heard == [1.0]
    assert shown(plot, "log")["at"] == pytest.approx(0.5)


def test_lines_follow_the_limits_of_their_panel(plot):
    plot.rules.put("most", 3.0)
    before = shown(plot, "most")["at"]
    plot.set_points("A", [0.0], [1.0], [0.5], [20.0], [0.0], [40.0])
    assert shown(plot, "most")["at"] < before


def test_unknown_lines_and_panels_are_refused(plot, heard):
    with pytest.raises(InputError, match="There is no line 'mst' here"):
        plot.rules.put("mst", 1.0)
    with pytest.raises(InputError, match="There is no panel 7"):
        plot.rules.add("other", Rule(7, "red", "of nothing", 1.0, heard.append))
