"""The main job in a real JupyterLab: a hand on a region, a slider, a brush; both themes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

QUICKSTART = Path(__file__).resolve().parents[2] / "notebooks" / "quickstart.ipynb"
BENCH = """
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.fit.model = "constant*tbabs*cutoffpl"
s.fit.ignore = "**-3. 79.-**"
best = s.fit.run()
s.settle()
bench = nw.Workbench(s)
image, fit_panel, light_curve, spectrum = bench.panels
drawn = []
s.curve.observe(lambda change: drawn.append(s.curve.product.statistic), "product")
bench
"""
PATHS = """(selector) => [...document.querySelectorAll(selector + ' .bqplot path')]
  .map(p => p.getAttribute('d')).join('|')"""
WATCH = """() => { window.redraws = 0;
  const count = () => { window.redraws++; };
  for (const plot of document.querySelectorAll('.nuw-curve .bqplot'))
    new MutationObserver(count).observe(plot, {subtree: true, attributes: true, attributeFilter: ['d']}); }"""


@pytest.fixture(scope="module")
def bench(lab):
    lab.page.set_viewport_size({"width": 1700, "height": 1700})
    lab.open_notebook([BENCH])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_selector(".nuw-image [data-id=source-0] .nuw-line", state="attached")
    lab.page.wait_for_timeout(1500)
    return lab


def curves(lab):
    return lab.page.evaluate(PATHS, ".nuw-curve")


def test_everything_is_there_and_well(bench):
    said = json.loads(
        bench.python("import json; print(json.dumps([p.message.value for p in bench.panels]))")
    )
    assert said == ["", "", "", ""]
    assert bench.page.locator(".nuw-bar").count() == 1
    assert bench.page.locator(".nuw-column .nuw-panel").count() == 4
    assert bench.page.locator(".nuw-panel .noUi-handle").count() == 7
    bench.screenshot("workbench_light")
    assert bench.complaints == []


def test_a_dragged_region_moves_light_curve_spectrum_and_model(bench):
    before = curves(bench)
    bench.python("start = a.spectrum.product.total; drawn.clear()")
    bench.page.evaluate(WATCH)
    x, y = bench.centre(".nuw-image [data-id=source-0] .nuw-body")
    pace = bench.drag((x, y), (x + 70, y + 30), steps=90, release=False)
    during = int(bench.python("len(drawn)"))
    redraws = bench.page.evaluate("window.redraws")
    bench.page.mouse.up()
    bench.page.evaluate("window.dispatchEvent(new PointerEvent('pointerup', {pointerId: 1}))")
    bench.wait_python("not image.views[a.name].dragging")
    bench.python("s.settle()")
    print(f"{during / pace['seconds']:.1f} updates/s, {redraws} redraws, {pace['fps']:.0f} fps")
    assert during >= 5
    assert redraws >= 5
    assert bench.python("a.spectrum.product.total < start") == "True"
    assert bench.python("b.regions.source == a.regions.source") == "True"
    bench.page.wait_for_timeout(300)
    assert curves(bench) != before
    bench.screenshot("workbench_dragged")
    bench.page.locator(".nuw-column .nuw-tool-undo").first.click()
    bench.wait_python("a.spectrum.product.total == start")


def test_a_slider_moves_the_model_live(bench):
    before = curves(bench)
    bench.python("drawn.clear(); index = s.fit.parameter('PhoIndex').value")
    handle = bench.page.locator(".nuw-panel .noUi-handle").nth(3)
    handle.focus()
    for _ in range(10):
        bench.page.keyboard.press("ArrowRight")
    bench.wait_python("s.fit.parameter('PhoIndex').value > index")
    bench.python("s.settle()")
    assert int(bench.python("len(drawn)")) >= 1
    bench.page.wait_for_timeout(300)
    assert curves(bench) != before
    assert (
        "out of date: parameters changed"
        in bench.page.locator(".nuw-column .nuw-panel").nth(1).inner_text()
    )


def test_the_fit_button_finds_the_best_fit_again(bench):
    bench.page.get_by_role("button", name="Fit", exact=True).last.click()
    bench.wait_python("s.fit.state.value == 'fresh'")
    assert abs(float(bench.python("s.fit.product.statistic - best.statistic"))) < 1e-2
    bench.page.get_by_role("button", name="Errors", exact=True).click()
    bench.wait_python("s.errors.state.value == 'fresh'", seconds=20)
    bench.page.wait_for_function(
        "() => [...document.querySelectorAll('.nuw-num')].filter(n => /^\\+.*\u2212/.test(n.textContent)).length >= 5"
    )


def test_a_wrong_model_is_said_at_its_character_and_stays(bench):
    box = bench.page.get_by_placeholder("tbabs*powerlaw")
    box.fill("tbabs*(powr)")
    box.press("Enter")
    bench.page.wait_for_function(
        "() => document.querySelector('.nuw-edit-says').textContent"
        ".includes('In use is still constant*tbabs*cutoffpl')"
    )
    bench.page.wait_for_timeout(300)
    assert box.input_value() == "tbabs*(powr)"
    assert bench.python("s.fit.model") == "'constant*tbabs*cutoffpl'"
    bench.screenshot("workbench_refused")
    box.fill("constant*tbabs*cutoffpl")
    box.press("Enter")


def test_brushing_ignores_energies(bench):
    box = (
        bench.page.locator(".nuw-column .nuw-panel")
        .nth(3)
        .locator(".bqplot .plotarea_background")
        .first.bounding_box()
    )
    y = box["y"] + box["height"] / 2
    start, end = box["x"] + 0.4 * box["width"], box["x"] + 0.5 * box["width"]
    bench.page.mouse.move(start, y)
    bench.page.mouse.down()
    bench.page.mouse.move(end, y, steps=6)
    bench.page.mouse.up()
    bench.wait_python("spectrum.plot.brush is not None")
    bins = int(bench.python("s.curve.product.n_bins"))
    bench.page.get_by_role("button", name="Ignore brushed").click()
    bench.wait_python("len(s.fit.ignore) == 2")
    bench.python("s.settle()")
    assert int(bench.python("s.curve.product.n_bins")) < bins
    bench.python("s.fit.ignore = '**-3. 79.-**'; s.settle()")


def test_datasets_come_and_go(bench):
    bench.messages.clear()
    name = bench.python("print(b.name)")
    bench.python("s.remove(b.name); s.settle()")
    bench.page.wait_for_function("() => document.querySelectorAll('.nuw-image').length === 1")
    bench.page.wait_for_timeout(800)
    assert bench.complaints == []
    assert name not in bench.page.locator(".nuw-bench").inner_text()
    assert float(bench.python("s.fit.run().statistic / s.fit.product.dof")) < 1.5
    bench.screenshot("workbench_one_module")


def test_dark_theme(bench):
    bench.theme("dark")
    bench.page.wait_for_timeout(500)
    colour = bench.page.evaluate(
        "() => getComputedStyle(document.querySelector('.nuw-panel')).backgroundColor"
    )
    light = sum(int(v) for v in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])
    assert light < 3 * 100
    bench.screenshot("workbench_dark")
    bench.theme("light")


def test_the_quickstart_runs(lab):
    cells = [
        "".join(cell["source"])
        for cell in json.loads(QUICKSTART.read_text())["cells"]
        if cell["cell_type"] == "code"
    ]
    lab.open_notebook(cells)
    lab.run_all(until=".nuw-bench .nuw-curve .bqplot .axislabel")
    assert lab.python("s.fit.state.value") == "'fresh'"
    assert lab.page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    lab.screenshot("quickstart")
