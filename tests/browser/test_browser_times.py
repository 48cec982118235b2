"""Times in a real JupyterLab: stretches brushed, kept and left out, axes, gaps, thresholds."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser

CURVE = """
import json
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.settle()
panel = nw.LightCurvePanel(s)
panel
"""
CHOSEN = "json.dumps(a.lightcurve.selected_s.intervals if a.lightcurve.selected_s else [])"


@pytest.fixture(scope="module")
def curve(lab):
    lab.page.set_viewport_size({"width": 900, "height": 1300})
    lab.open_notebook([CURVE])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_timeout(1200)
    return lab


def brush(lab, lo, hi, panel=0):
    """Drag with the mouse from `lo` to `hi`, fractions of the width of a panel."""
    plot = lab.page.locator(".nuw-curve .bqplot .plotarea_background").nth(panel)
    box = plot.bounding_box()
    y = box["y"] + 0.6 * box["height"]
    lab.page.mouse.move(box["x"] + lo * box["width"], y)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + hi * box["width"], y, steps=8)
    lab.page.mouse.up()


def chosen(lab):
    return json.loads(lab.python(f"print({CHOSEN})"))


def test_each_brush_adds_a_stretch_and_keeping_them_is_seen_everywhere(curve):
    brush(curve, 0.1, 0.25)
    lo, hi = json.loads(curve.python("print(json.dumps(panel.plot.x_range))"))
    wanted = lo + 0.25 * (hi - lo)
    curve.wait_python(f"panel.plot.brush and abs(panel.plot.brush[1] - {wanted}) < 0.3")
    brush(curve, 0.5, 0.7)
    wanted = lo + 0.7 * (hi - lo)
    curve.wait_python(f"panel.plot.brush and abs(panel.plot.brush[1] - {wanted}) < 0.3")
    assert len(chosen(curve)) == 2
    curve.screenshot("times_two_stretches")
    before = float(curve.python("print(a.spectrum.run().exposure_s)"))
    curve.page.get_by_role("button", name="Keep", exact=True).click()
    curve.wait_python("a.screen.user_gti is not None and a.lightcurve.selected_s is None")
    curve.python("s.settle()")
    after = float(curve.python("print(a.spectrum.product.exposure_s)"))
    assert 0.2 * before < after < 0.5 * before
    curve.page.wait_for_timeout(500)
    curve.screenshot("times_kept")
    curve.page.get_by_role("button", name="All times").click()
    curve.wait_python("a.screen.user_gti is None")
    assert curve.complaints == []


def test_a_stretch_that_is_moved_stays_one(curve):
    brush(curve, 0.2, 0.3)
    curve.wait_python("a.lightcurve.selected_s is not None")
    curve.page.wait_for_timeout(300)
    first = chosen(curve)
    brush(curve, 0.25, 0.45)  # begins inside: moves it
    curve.page.wait_for_timeout(500)
    moved = chosen(curve)
    assert len(moved) == 1
    assert moved[0][0] > first[0][0]
    assert moved[0][1] - moved[0][0] == pytest.approx(first[0][1] - first[0][0], rel=1e-3)
    curve.python("panel.brush.clear()")


def test_times_are_left_out_with_the_keyboard_alone(curve):
    field = curve.page.get_by_label("times", exact=True)
    field.focus()
    curve.page.keyboard.type("10-20, 40-50, 60-65")
    curve.page.keyboard.press("Enter")
    curve.wait_python("a.lightcurve.selected_s and len(a.lightcurve.selected_s.intervals) == 3")
    curve.page.locator(".nuw-panel table[role=grid]").focus()
    curve.page.keyboard.press("ArrowDown")
    curve.page.keyboard.press("ArrowDown")
    curve.page.keyboard.press("Space")
    curve.wait_python("panel.list.table.picked == ['1']")
    curve.page.get_by_role("button", name="Delete", exact=True).focus()
    curve.page.keyboard.press("Enter")
    curve.wait_python("len(a.lightcurve.selected_s.intervals) == 2")
    curve.page.get_by_role("button", name="Leave out").focus()
    curve.page.keyboard.press("Enter")
    curve.wait_python("a.screen.user_gti is not None")
    curve.python("s.settle()")
    curve.page.wait_for_timeout(500)
    curve.screenshot("times_left_out")
    first = curve.python(
        "t = panel.curve.axis.start_s; print(a.screen.product.gti.contains([t + 15e3, t + 45.5e3]))"
    )
    assert first.startswith("[False")
    curve.python("a.screen.user_gti = b.screen.user_gti = None; s.settle()")


def test_gaps_are_squeezed_and_brushed_times_stay_true(curve):
    curve.python("s.view('lightcurve', collapse=True)")
    curve.page.wait_for_timeout(600)
    curve.screenshot("times_squeezed")
    brush(curve, 0.6, 0.8)
    curve.wait_python("a.lightcurve.selected_s is not None")
    curve.page.wait_for_timeout(300)
    (pair,) = chosen(curve)
    bent = json.loads(
        curve.python(
            "axes = panel.plot.axes; x = [(t - panel.curve.axis.start_s) / 1e3 for t in"
            " a.lightcurve.selected_s.intervals[0]];"
            "u = axes.breaks.bend([*axes.x_range, *x]); print(json.dumps(u.tolist()))"
        )
    )
    share = [(u - bent[0]) / (bent[1] - bent[0]) for u in bent[2:]]
    assert share == pytest.approx([0.6, 0.8], abs=0.01)
    assert pair[1] > pair[0]
    curve.python("panel.brush.clear(); s.view('lightcurve', collapse=False)")


@pytest.mark.parametrize("kind", ["MJD", "date", "phase"])
def test_time_is_counted_otherwise(curve, kind):
    curve.python(f"s.view('lightcurve', axis={kind!r}, period_s=5000.0)")
    curve.page.wait_for_timeout(700)
    curve.screenshot(f"times_{kind}")
    label = curve.page.locator(".nuw-curve .axislabel").all_text_contents()
    assert any(
        {"MJD": "MJD (TT)", "date": "Date (UTC)", "phase": "Phase"}[kind] in t for t in label
    )
    brush(curve, 0.2, 0.4)
    curve.wait_python("a.lightcurve.selected_s is not None")
    n = len(chosen(curve))
    assert n == 1 or kind == "phase"
    curve.python("panel.brush.clear(); s.view('lightcurve', axis='ks')")


def test_bands_are_stacked_in_both_themes_and_a_narrow_page(curve):
    curve.python("for d in (a, b): d.lightcurve.bands = ((3, 10), (10, 79))")
    curve.python("s.settle()")
    curve.page.wait_for_timeout(1200)
    assert curve.page.locator(".nuw-curve .bqplot").count() == 3
    curve.screenshot("times_bands")
    curve.theme("dark")
    curve.page.wait_for_timeout(800)  # the page is laid out anew while its style comes in
    brush(curve, 0.3, 0.5, panel=1)
    curve.wait_python("a.lightcurve.selected_s is not None")
    curve.page.wait_for_timeout(300)
    curve.screenshot("times_bands_dark")
    curve.python("panel.brush.clear(); panel.layout.width = '480px'")
    curve.page.wait_for_timeout(600)
    curve.screenshot("times_narrow_dark")
    curve.theme("light")
    curve.python("panel.layout.width = 'auto'")
    curve.python("for d in (a, b): d.lightcurve.bands = ()")
