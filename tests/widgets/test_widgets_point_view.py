"""The point view without a browser: what is sent, picked and refused."""

from __future__ import annotations

import json
import math

import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.point_items import LOWER, UPPER, Kind, Point, PointPanel
from nuwidgets.widgets.point_view import PointView

KINDS = {"seen": Kind("detected", "#0072B2"), "limit": Kind("limit", "#E06C10")}
NAN = math.nan


def point(key="a", x=1.0, y=5.0, **changes):
    fields = {"x_lo": x - 0.1, "x_hi": x + 0.1, "lo": y - 1, "hi": y + 1, "kind": "seen"}
    return Point(key, x=x, y=y, **(fields | changes))


def shown(*panels, label="day", **how):
    view = PointView()
    view.show(panels, KINDS, label, **how)
    return view


def texts(panel):
    return [text for _, text in panel["ticks"] if text]


def test_points_travel_as_json_without_nan():
    view = shown(PointPanel("rate", (point(), point("b", 3.0, lo=NAN, hi=NAN))))
    (panel,) = json.loads(json.dumps(view.panels, allow_nan=False))
    assert [p["key"] for p in panel["points"]] == ["a", "b"]
    assert panel["points"][1]["lo"] is None
    assert view.x_range[0] < 0.9
    assert view.x_range[1] > 3.1
    assert panel["range"][0] < 4
    assert panel["range"][1] > 6
    assert repr(view) == "PointView(1 panel: rate)"
    assert repr(PointView()) == "PointView(0 panels: empty)"


def test_arrows_have_room():
    limits = point("b", 2.0, 0.01, mark=UPPER, lo=NAN, hi=NAN, kind="limit")
    (panel,) = shown(PointPanel("rate", (point(), limits), height=100)).panels
    lo, hi = panel["range"]
    assert (0.01 - lo) / (hi - lo) > 0.18
    up = point("b", 2.0, 9.0, mark=LOWER, lo=NAN, hi=NAN, kind="limit")
    (panel,) = shown(PointPanel("rate", (point(), up), height=100)).panels
    assert panel["range"][1] > 10


def test_usual_error_bars_are_shown_whole_and_one_huge_one_is_cut():
    (panel,) = shown(PointPanel("rate", tuple(point(str(i), float(i)) for i in range(5)))).panels
    assert panel["range"][0] < 4
    assert panel["range"][1] > 6
    poor = (*(point(str(i), float(i)) for i in range(5)), point("p", 6.0, lo=-500, hi=900))
    (panel,) = shown(PointPanel("rate", poor)).panels
    assert panel["range"][0] == 0
    assert 8 < panel["range"][1] < 10
    (panel,) = shown(
        PointPanel("rate", (point(x=float("nan")), point("b", 2.0, float("nan"))))
    ).panels
    assert (panel["range"], panel["ticks"]) == ([0.1, 1.0], [])


def test_small_numbers_say_their_power_of_ten_once():
    (panel,) = shown(PointPanel("flux [erg]", (point(y=2e-12, lo=1e-12, hi=3e-12),))).panels
    assert panel["label"] == "flux [10⁻¹² erg]"
    assert {"1", "2", "3"} <= set(texts(panel))
    (panel,) = shown(PointPanel("norm", (point(y=3e6, lo=2e6, hi=4e6),))).panels
    assert panel["label"] == "norm [10⁶]"
    decades = (point(y=2e-12, lo=1e-13, hi=3e-11), point("b", 2.0, 3e-11, lo=NAN, hi=NAN))
    (panel,) = shown(PointPanel("flux [erg]", decades, log=True)).panels
    assert panel["label"] == "flux [erg]"
    assert "10⁻¹²" in texts(panel)
    large = (point(y=1e4, lo=9e3, hi=2e4), point("b", 2.0, 2e6, lo=NAN, hi=NAN))
    (panel,) = shown(PointPanel("norm", large, log=True)).panels
    assert [text for text in texts(panel) if text] == ["10⁴", "10⁵", "10⁶"]


def test_the_wheel_and_the_double_click_change_what_is_shown():
    view = shown(PointPanel("rate", tuple(point(str(i), float(i)) for i in range(11))))
    home = view.x_range
    view._heard({"kind": "zoom", "factor": 0.5, "at": 0.5})
    assert view.x_range[1] - view.x_range[0] == pytest.approx((home[1] - home[0]) / 2)
    view._heard({"kind": "zoom", "factor": 9.0, "at": 0.5})
    assert (view.x_range, view.zoom) == (home, [])
    view.zoom = [2.0, 4.0]
    view._heard({"kind": "reset"})
    assert view.x_range == home
    view.zoom = [2.0, 4.0]
    view.show([PointPanel("rate", (point(),))], KINDS, "another unit")
    assert view.zoom == []


def test_a_click_says_which_it_was():
    view, heard = shown(PointPanel("rate", (point(), point("b", 2.0)))), []
    view.picked = heard.append
    view._heard({"kind": "pick", "key": "b"})
    assert heard == ["b"]
    with pytest.raises(InputError, match="No point 'c' here"):
        view.pick("c")


def test_time_may_be_dates():
    view = shown(PointPanel("rate", (point(x=58000.0), point("b", 58400.0))), dates=True)
    assert "2018" in " ".join(str(text) for _, text in view.x_ticks)


def test_what_is_not_known_is_refused():
    with pytest.raises(InputError, match="Cannot draw the point 'a' as 'colour'"):
        shown(PointPanel("rate", (point(kind="colour"),)))
    with pytest.raises(InputError, match="Cannot draw the point 'a' as 'arrow'"):
        shown(PointPanel("rate", (point(mark="arrow"),)))
    with pytest.raises(InputError, match="Cannot draw 'star'"):
        PointView().show([], {"odd": Kind("odd", "red", "star")}, "day")
