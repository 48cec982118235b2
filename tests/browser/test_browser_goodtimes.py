"""Good times and hardness in a real JupyterLab: limits dragged, columns named, diagrams brushed."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser

GOOD = """
import json
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.settle()
panel = nw.GoodTimesPanel(s)
panel
"""
HARD = """
hard = nw.HardnessPanel(s)
hard
"""


@pytest.fixture(scope="module")
def page(lab):
    lab.page.set_viewport_size({"width": 900, "height": 2300})
    lab.open_notebook([GOOD, HARD])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_selector(".nuw-rule")
    lab.python("s.settle()")
    lab.page.wait_for_timeout(1500)
    return lab


def drag_line(lab, name, to):
    """Drag a line of the rates to a height, a fraction of the panel from below."""
    line = lab.page.locator(f'.nuw-rule[aria-label="{name}"]')
    box = line.bounding_box()
    plot = lab.page.locator(".nuw-curve .bqplot .plotarea_background").first.bounding_box()
    x, y = box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x, plot["y"] + (1 - to) * plot["height"], steps=8)
    lab.page.mouse.up()


def test_a_limit_is_dragged_and_the_kept_time_follows(page):
    drag_line(page, "largest rate", 0.6)
    lo, hi = json.loads(
        page.python("y = panel.plot.axes.frames[0].y_scale; print(json.dumps([y.min, y.max]))")
    )
    wanted = lo + 0.6 * (hi - lo)
    page.wait_python(f"a.goodtimes.max_rate and abs(a.goodtimes.max_rate - {wanted}) < 0.02")
    page.python("s.settle()")
    kept = float(page.python("print(a.goodtimes.product.kept_s / a.goodtimes.product.ontime_s)"))
    assert 0 < kept < 1
    page.page.wait_for_timeout(400)
    page.screenshot("goodtimes_limit")
    assert f"{100 * kept:.3g} %" in page.python("print(panel.would.value)")


def test_a_limit_is_moved_by_keys_and_taken_away(page):
    line = page.page.locator('.nuw-rule[aria-label="largest rate"]')
    line.focus()
    before = float(page.python("print(a.goodtimes.max_rate)"))
    page.page.keyboard.press("ArrowDown")
    page.wait_python(f"a.goodtimes.max_rate < {before}")
    drag_line(page, "largest rate", 1.05)
    page.wait_python("a.goodtimes.max_rate is None")
    assert page.complaints == []


def test_a_condition_is_typed_with_completion_and_used(page):
    page.page.get_by_label("columns of").select_option("_fpm.hk")
    page.wait_python("'LIVETIME' in panel.conditions.names", 20)
    field = page.page.get_by_label("condition", exact=True)
    field.click()
    field.press_sequentially("LIV")
    page.page.wait_for_selector(".nuw-edit-list.nuw-edit-open li")
    assert "LIVETIME" in page.page.locator(".nuw-edit-list.nuw-edit-open li").first.text_content()
    page.page.keyboard.press("Tab")
    field.press_sequentially(" > 0.985 && DOES")
    page.page.wait_for_timeout(400)
    page.screenshot("goodtimes_wrong")
    assert "DOES" in page.python("print(panel.conditions.editor.problem)")
    field.fill("LIVETIME > 0.985")
    field.press("Enter")
    page.wait_python("a.goodtimes.expression == 'LIVETIME > 0.985'")
    page.python("s.settle()")
    page.page.wait_for_timeout(800)
    assert page.python("print(len(panel.plot.axes.frames))") == "2"
    page.python("panel.say('')")
    page.screenshot("goodtimes_columns")
    page.page.get_by_role("button", name="Use these", exact=True).click()
    page.wait_python("a.screen.user_gti is not None")
    page.python("s.settle()")
    used = float(page.python("print(a.screen.product.gti.ontime_s)"))
    assert used == pytest.approx(float(page.python("print(a.goodtimes.product.kept_s)")))
    page.python("panel.head.tools.undo()")
    page.wait_python("a.screen.user_gti is None")


def test_what_is_brushed_in_the_diagram_is_ringed_along_time_and_kept(page):
    page.python("for d in (a, b): d.goodtimes.expression = ''; d.goodtimes.hk_path = ''")
    page.python("s.settle()")
    page.page.wait_for_timeout(800)
    plots = page.page.locator(".nuw-curve .bqplot .plotarea_background")
    box = plots.last.bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 0.8 * box["width"], y, steps=8)
    page.page.mouse.up()
    lo, hi = json.loads(page.python("print(json.dumps(hard.plots.diagram.x_range))"))
    wanted = lo + 0.8 * (hi - lo)
    page.wait_python(f"abs((hard.plots.diagram.brush or (0, 0))[1] - {wanted}) < 0.01")
    page.page.wait_for_timeout(500)
    page.screenshot("hardness_diagram")
    chosen = json.loads(
        page.python(
            "h = a.hardness.product; import numpy as np;"
            "lo, hi = hard.plots.diagram.brush;"
            "g = h.good() & (h.hardness >= lo) & (h.hardness <= hi);"
            "m = (h.time_s + h.width_s / 2)[g];"
            "print(json.dumps([int(g.sum()), int(a.lightcurve.selected_s.contains(m).sum()),"
            "len(hard.plot._series['brushed'].bars.y)]))"
        )
    )
    assert chosen[0] == chosen[1] == chosen[2] > 0
    page.theme("dark")
    page.page.wait_for_timeout(400)
    page.screenshot("hardness_dark")
    page.python("panel.layout.width = hard.layout.width = '480px'")
    page.page.wait_for_timeout(500)
    page.screenshot("goodtimes_narrow_dark")
    page.python("panel.layout.width = hard.layout.width = 'auto'")
    page.theme("light")
    page.page.locator(".nuw-panel").last.get_by_role("button", name="Keep", exact=True).click()
    page.wait_python("a.screen.user_gti is not None and a.lightcurve.selected_s is None")
    page.python("a.screen.user_gti = b.screen.user_gti = None; s.settle()")
    assert page.complaints == []
