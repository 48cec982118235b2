"""The table of observations in a real JupyterLab: ticks, what is looked at, shared regions."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

BENCH = """
import nuwidgets as nw
s = nw.demo_campaign()
s.settle()
bench = nw.Workbench(s)
panels = {type(panel).__name__: panel for panel in bench.panels}
table = panels["ObservationsPanel"].table
bench
"""
TABLE = ".nuw-observations .nuw-table"


@pytest.fixture(scope="module")
def bench(lab):
    lab.page.set_viewport_size({"width": 1700, "height": 3200})
    lab.open_notebook([BENCH])
    lab.run_all(until=f"{TABLE} tbody tr >> nth=15")
    lab.page.wait_for_selector(".nuw-image [data-id=source-0] .nuw-line", state="attached")
    lab.python("s.settle(60)")
    lab.page.wait_for_timeout(1000)
    return lab


def row(bench, text):
    return bench.page.locator(f"{TABLE} tbody tr", has_text=text)


def test_all_observations_are_rows_and_those_put_aside_say_why(bench):
    rows = bench.page.locator(f"{TABLE} tbody tr")
    assert rows.count() == 16
    assert "123.40" in row(bench, "99000100007XRT").inner_text()
    broken = row(bench, "99000100015")
    assert "put aside" in broken.inner_text()
    assert "gzip ends early" in broken.inner_text()
    assert broken.get_attribute("aria-disabled") == "true"
    assert bench.page.locator(f"{TABLE} td input:checked").count() == 13
    bench.screenshot("campaign_table_light")


def test_a_box_ticks_and_a_click_beside_it_looks(bench):
    row(bench, "99000100010XRT").locator(".nuw-tick").click()
    bench.wait_python("'99000100010XRT' in s.used")
    row(bench, "99000100010XRT").locator(".nuw-tick").click()
    bench.wait_python("'99000100010XRT' not in s.used")
    row(bench, "99000100014XRT").locator("td").nth(3).click()
    bench.wait_python("s.focus == ('99000100014XRT',)")
    row(bench, "99000100016XRT").locator("td").nth(3).click(modifiers=["Control"])
    bench.wait_python("s.focus == ('99000100014XRT', '99000100016XRT')")
    bench.page.wait_for_function("() => document.querySelectorAll('.nuw-image').length === 2")
    assert row(bench, "99000100016XRT").get_attribute("aria-selected") == "true"
    row(bench, "99000100014XRT").locator("td").nth(3).click()
    bench.page.wait_for_function("() => document.querySelectorAll('.nuw-image').length === 1")
    bench.wait_python("s.focus == ('99000100014XRT',)")
    assert len(bench.python("s.used").split(",")) == 13


def test_a_dragged_region_is_that_of_all_or_of_this_one(bench):
    page = bench.page
    page.wait_for_selector(".nuw-image [data-id=source-0] .nuw-body", state="attached")
    page.wait_for_timeout(500)
    x, y = bench.centre(".nuw-image [data-id=source-0] .nuw-body")
    bench.python("old = s.shared.source")
    bench.drag((x, y), (x + 14, y + 6), steps=30)
    bench.wait_python("s.shared.source != old")
    bench.wait_python("not any(v.dragging for v in panels['ImagePanel'].views.values())")
    bench.python("s.settle(60)")
    assert bench.python("s.shared.apart") == "()"
    assert (
        bench.python("all(d.regions.source == s.shared.source for d in s.datasets.values())")
        == "True"
    )
    page.get_by_text("for all 14 observations that share them").click()
    bench.python("old = s.shared.source")
    x, y = bench.centre(".nuw-image [data-id=source-0] .nuw-body")
    bench.drag((x, y), (x - 14, y - 6), steps=20)
    bench.wait_python("s.shared.apart == ('99000100014XRT',)")
    assert bench.python("s.shared.source == old") == "True"
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nuw-observations tbody tr')]"
        ".some(r => r.textContent.includes('99000100014XRT') && r.textContent.includes('own'))"
    )
    page.locator(".nuw-observations").get_by_role("button", name="Join again").click()
    bench.wait_python("s.shared.apart == ()")


def test_dark_theme_and_no_complaints(bench):
    bench.theme("dark")
    bench.page.wait_for_timeout(500)
    bench.screenshot("campaign_table_dark")
    bench.theme("light")
    assert bench.complaints == []
