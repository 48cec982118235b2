"""The search panel in a real JupyterLab: typed at, ticked, brushed, looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import nuwidgets as nw
from nuwidgets.panels.search import SearchPanel
s = nw.Session(); s.find.server = "demo"
(panel := SearchPanel(s))
"""
TARGET = ".nuw-panel input[placeholder='name or coordinates']"
WINDOW = ".nuw-panel input[placeholder*=' to ']"
ROWS = ".nuw-table [aria-label='Observations that were found']"
FIRST, BRIGHT, FLAGGED, DEEP = "99601110002", "99701110002", "99801110002", "99901110002"
PROPRIETARY = "99901110004"


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook([CELL])
    lab.run_all(until=TARGET)
    lab.page.locator(TARGET).fill("SIMULATED AGN")
    lab.page.locator(TARGET).press("Enter")
    lab.page.wait_for_selector(f"{ROWS} tr[data-key='{BRIGHT}']")
    lab.page.wait_for_selector(".nuw-panel .bqplot path.element", state="attached")
    lab.page.wait_for_timeout(300)
    return lab


@pytest.fixture
def page(notebook):
    notebook.python("""panel.chart.plot.clear_brush(); panel.chart.plot.set_trait("zoom", None)
s.find.selected = (); panel.chart.kind.value = "date"; panel.table.rows.sort = []""")
    notebook.page.wait_for_timeout(150)
    return notebook.page


def row(page, obs_id):
    return page.locator(f"{ROWS} tr[data-key='{obs_id}'] td").nth(1)


def selected(notebook, *obs_ids):
    notebook.wait_python(f"s.find.selected == {obs_ids!r}")


def brush(page, lo, hi):
    """Drag across fractions of the plot's width."""
    frame = page.locator(".nuw-panel .bqplot .plotarea_background").first.bounding_box()
    y = frame["y"] + 30
    page.mouse.move(frame["x"] + lo * frame["width"], y)
    page.mouse.down()
    page.mouse.move(frame["x"] + hi * frame["width"], y, steps=12)
    page.mouse.up()


def test_enter_searches_and_the_sentence_counts(notebook, page):
    said = page.locator(".nuw-panel .nuw-sentence").inner_text()
    assert said.startswith("8 observations of numaster")
    assert said.endswith("5 can be downloaded, 0 selected")
    assert page.locator(f"{ROWS} tr[data-key]").count() == 8
    assert page.locator(".nuw-panel .nuw-message").inner_text().strip() == ""


def test_rows_are_picked_and_what_cannot_be_had_is_not(notebook, page):
    row(page, BRIGHT).click()
    selected(notebook, BRIGHT)
    row(page, DEEP).click(modifiers=["Control"])
    selected(notebook, BRIGHT, DEEP)
    row(page, PROPRIETARY).click(modifiers=["Control"], force=True)  # it says it is disabled
    page.wait_for_selector(".nuw-why:has-text('proprietary until 2100-01-01')")
    selected(notebook, BRIGHT, DEEP)
    row(page, FLAGGED).click()
    selected(notebook, BRIGHT, FLAGGED, DEEP)
    page.wait_for_selector(f".nuw-care:has-text('{FLAGGED}: The mission')")


def test_a_brush_selects_and_a_click_on_a_row_takes_it_away(notebook, page):
    brush(page, 0.01, 0.4)
    selected(notebook, FIRST, BRIGHT, "99701111002")
    notebook.wait_python("panel.chart.plot.brush is not None")
    picked = page.locator(f"{ROWS} tr[aria-selected=true]")
    assert picked.count() == 3
    assert " to " in page.locator(WINDOW).input_value()
    row(page, DEEP).click()
    selected(notebook, FIRST, BRIGHT, DEEP, "99701111002")
    notebook.wait_python("panel.chart.plot.brush is None")
    page.wait_for_timeout(300)  # nothing of the brush comes back
    selected(notebook, FIRST, BRIGHT, DEEP, "99701111002")
    assert page.locator(WINDOW).input_value() == ""
    brush(page, 0.5, 0.99)  # and the next one works
    selected(notebook, FLAGGED, DEEP)


def test_the_wheel_and_the_unit_of_time_leave_the_selection(notebook, page):
    brush(page, 0.01, 0.4)
    selected(notebook, FIRST, BRIGHT, "99701111002")
    window = notebook.python("panel.chart.window.mjd")
    frame = page.locator(".nuw-panel .bqplot .plotarea_background").first.bounding_box()
    page.mouse.move(frame["x"] + 200, frame["y"] + 40)
    page.mouse.wheel(0, -300)
    notebook.wait_python("panel.chart.plot.zoom is not None")
    page.locator(".nuw-panel select").nth(2).select_option("MJD")
    notebook.wait_python("panel.chart.window.axis.kind == 'MJD'")
    page.wait_for_timeout(400)
    assert notebook.python("panel.chart.window.mjd") == window
    selected(notebook, FIRST, BRIGHT, "99701111002")
    heads = page.locator(f"{ROWS} th").all_inner_texts()
    assert "time [MJD]" in " ".join(heads)


def test_a_window_in_days_is_typed(notebook, page):
    page.locator(".nuw-panel select").nth(2).select_option("days since event")
    event = page.locator(".nuw-panel input[placeholder='MJD or date']")
    event.fill("2014-06-01")
    event.press("Enter")
    notebook.wait_python("s.find.event_mjd == 56809")
    page.wait_for_selector(".nuw-panel .axislabel:has-text('days since MJD 56809')")
    page.locator(WINDOW).fill("1100 to 1110")
    page.locator(WINDOW).press("Enter")
    selected(notebook, BRIGHT)
    assert notebook.python("panel.chart.plot.brush") == "(1100.0, 1110.0)"


def test_sorting_and_filtering_change_no_selection(notebook, page):
    row(page, BRIGHT).click()
    selected(notebook, BRIGHT)
    page.locator(f"{ROWS} th button:has-text('exposure_a')").click()
    notebook.wait_python("panel.table.rows.sort == ['exposure_a [s]', 'up']")
    keys = page.locator(f"{ROWS} tr[data-key]").evaluate_all("rows => rows.map(r => r.dataset.key)")
    assert keys[-1] == DEEP
    field = page.locator(".nuw-panel .nuw-found .nuw-table-bar input")
    field.fill("planned")
    notebook.wait_python("panel.table.rows.filter == 'planned'")
    assert page.locator(f"{ROWS} tr[data-key]").count() == 1
    selected(notebook, BRIGHT)
    field.fill("")
    notebook.wait_python("panel.table.rows.filter == ''")


def test_it_reads_well_in_both_themes_wide_and_narrow(notebook, page):
    brush(page, 0.01, 0.4)
    selected(notebook, FIRST, BRIGHT, "99701111002")
    full = page.viewport_size
    for theme in ("light", "dark"):
        notebook.theme(theme)
        for width, page_px in ((1000, 1180), (500, 616)):
            page.set_viewport_size({"width": page_px, "height": 1200})
            page.wait_for_timeout(500)
            notebook.screenshot(f"search_{theme}_{width}", ".nuw-panel")
            box = page.locator(".nuw-panel").first.bounding_box()
            assert box["width"] == pytest.approx(width, abs=4)
            for part in (".nuw-found", ".nuw-curve", ".nuw-row"):
                inner = page.locator(f".nuw-panel {part}").first.bounding_box()
                assert inner["x"] + inner["width"] <= box["x"] + box["width"]
    page.set_viewport_size(full)
    notebook.theme("light")


def test_the_page_has_no_complaint(notebook, page):
    assert notebook.messages == []
    assert page.locator(".nuw-panel .nuw-message").inner_text().strip() == ""
