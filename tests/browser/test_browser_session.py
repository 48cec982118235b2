"""Nothing is lost: keys that undo, code on the clipboard, a kernel restarted and a page reloaded."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    'import nuwidgets as nw\ns = nw.demo(keep="kept.nuw")\na, b = s.datasets.values()',
    's.fit.suggest(model="tbabs*powerlaw", ignore="**-3. 79.-**")',
    "bench = nw.Workbench(s)\nimage, fit_panel, light_curve, spectrum = bench.panels\nbench",
]
READY = ".nuw-image [data-id=source-0] .nuw-line"
CHOSEN = "repr((a.regions.source, b.regions.source, s.fit.model, s.fit.parameters, s.fit.ignore))"
SHOWN = """repr((fit_panel.result.value, fit_panel.flux.value, light_curve.summary.value,
    s.curve.product.statistic, spectrum.plot.alt, spectrum.plot.brush, spectrum.background.value,
    [(v.colormap, v.range_hi, v.view, v.regions) for v in image.views.values()],
    [(name, series.drawn, series.visible) for name, series in spectrum.plot._series.items()]))"""
FITS = "[d.when_s for d in s.history if d.step == 'fit']"


def show(lab):
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_selector(READY, state="attached")
    lab.python("s.settle()")
    lab.page.wait_for_timeout(1000)


@pytest.fixture(scope="module")
def bench(lab):
    lab.page.set_viewport_size({"width": 1700, "height": 1700})
    lab.open_notebook(CELLS)
    show(lab)
    return lab


def drag(lab, by):
    x, y = lab.centre(".nuw-image [data-id=source-0] .nuw-body")
    lab.drag((x, y), (x + by[0], y + by[1]), steps=20)
    lab.wait_python("not image.views[a.name].dragging")
    lab.python("s.settle()")


def complaints(lab):
    """What the page's console says is wrong, but for two harmless things.

    These are bqplot's first draw, and outputs of a kernel that is gone until they are run again.
    """
    harmless = ("widget model not found",)
    return [m for m in lab.complaints if not any(words in m for words in harmless)]


def test_the_keys_take_back_a_drag_and_no_cell(bench):
    bench.python("start, other = a.regions.source, b.regions.source")
    drag(bench, (50, 20))
    assert bench.python("a.regions.source == start") == "False"
    bench.page.keyboard.press("Control+z")
    bench.wait_python("a.regions.source == start and b.regions.source == other")
    bench.page.keyboard.press("Control+Shift+z")
    bench.wait_python("a.regions.source != start")
    bench.page.keyboard.press("Control+z")
    bench.wait_python("a.regions.source == start")
    assert bench.page.locator(".jp-CodeCell").count() == len(CELLS)
    assert bench.page.locator(".nuw-column .nuw-tool-undo").first.get_attribute("title") == (
        "Nothing to undo here"
    )


def test_keys_in_a_text_that_is_written_belong_to_it(bench):
    drag(bench, (-20, 5))
    bench.python("moved = a.regions.source")
    box = bench.page.locator(".nuw-column .nuw-panel").first.locator("input[type=text]").first
    box.focus()
    bench.page.keyboard.type("1")
    bench.page.keyboard.press("Control+z")
    bench.page.wait_for_timeout(300)
    assert bench.python("a.regions.source == moved") == "True"
    bench.page.locator(".nuw-column .nuw-tool-undo").first.click()
    bench.wait_python("a.regions.source == start")


def test_code_on_the_clipboard_does_the_same(bench):
    drag(bench, (15, 5))
    bench.python("moved = a.regions.source")
    panel = bench.page.locator(".nuw-column .nuw-panel").first
    panel.locator(".nuw-tool-note").click()
    bench.page.keyboard.type("The source is off axis.")
    bench.page.keyboard.press("Control+Enter")
    bench.wait_python("a.regions.notes")
    panel.locator(".nuw-tool-code").click()
    panel.get_by_text("✓ copied").wait_for()
    code = bench.clipboard()
    assert "The source is off axis." in code
    assert panel.locator("textarea.nuw-code").input_value() == code
    bench.screenshot("session_code")
    bench.python("a.regions.source = start")
    bench.python(code)
    assert bench.python("a.regions.source == moved") == "True"
    panel.locator(".nuw-code-box .nuw-tool-close").click()


def test_after_a_restart_and_a_reload_all_is_as_it_was(bench):
    page = bench.page
    box = page.get_by_placeholder("tbabs*powerlaw")
    box.fill("constant*tbabs*cutoffpl")
    box.press("Enter")
    bench.wait_python("s.fit.model == 'constant*tbabs*cutoffpl'")
    page.get_by_role("button", name="Fit", exact=True).last.click()
    bench.wait_python("s.fit.state.value == 'fresh'", seconds=20)
    page.locator(".nuw-image select").nth(1).select_option("viridis")
    page.locator(".nuw-image .nuw-tools button").nth(1).click()
    page.get_by_label("background", exact=True).check()
    bench.python("s.curve.selected_kev = (6, 7); s.settle()")
    page.locator(".nuw-bar .nuw-more").click()
    page.locator(".nuw-bar .nuw-table tbody tr").first.wait_for()
    page.wait_for_timeout(1500)  # every change is saved within a second
    told = (CHOSEN, SHOWN, FITS, "s.views")
    before = [bench.python(text) for text in told]
    fit = page.locator(".nuw-column .nuw-panel").nth(1)
    words = fit.inner_text()
    bench.screenshot("session_before")
    bench.come_back()
    bench.messages.clear()
    show(bench)
    page.locator(".nuw-bar .nuw-table tbody tr").first.wait_for()
    assert [bench.python(text) for text in told] == before
    assert bench.python("s.fit.state.value") == "'fresh'"
    bench.screenshot("session_after")
    assert fit.inner_text() == words
    assert page.locator(".nuw-bar .nuw-state").inner_text().startswith("● kept.nuw")
    assert complaints(bench) == []
    assert "Error displaying widget" not in page.locator(".jp-Notebook").inner_text()


def test_the_bar_in_the_dark(bench):
    bench.page.locator(".nuw-bar .nuw-table tbody tr").nth(2).click()
    bench.page.get_by_role("button", name="Show script").click()
    bench.page.locator(".nuw-bar textarea.nuw-code").wait_for()
    bench.screenshot("session_light")
    bench.theme("dark")
    bench.page.wait_for_timeout(500)
    bench.screenshot("session_dark")
    bench.theme("light")
    bench.page.set_viewport_size({"width": 620, "height": 1500})
    bench.page.wait_for_timeout(500)
    bench.screenshot("session_narrow")
