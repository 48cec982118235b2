"""All panels of a fit side by side: nothing cut off or sticking out, readable in both themes."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import nuwidgets as nw
s = nw.demo()
s.fit.ignore = "**-3. 79.-**"
s.fit.model = "constant*tbabs*(cutoffpl+gaussian)"
s.fit.run()
s.errors.run()
bench = nw.Workbench(s)
bench
"""
FOLDS = (
    "Profile and background",
    "Good times and hardness",
    "Power and period",
    "Confidence",
    "Fluxes and widths",
    "Which model",
    "Fake spectra",
    "XSPEC",
)
CUT = """() => [...document.querySelectorAll('.nuw-panel .widget-label, .nuw-error span')]
  .filter((n) => n.offsetParent && n.textContent.trim())
  .filter((n) => { const box = n.closest('.widget-html') || n;
    return n.scrollWidth > n.clientWidth + 1 && n.clientWidth
      || n.getBoundingClientRect().right > box.getBoundingClientRect().right + 1; })
  .map((n) => n.textContent)"""
OUTSIDE = """() => [...document.querySelectorAll('.nuw-panel')].flatMap((panel) =>
  [...panel.querySelectorAll('input, button, select, textarea, .bqplot.figure, .nuw-contour-stage')]
    .filter((n) => n.offsetParent && !n.closest('.nuw-table-host') && n.getBoundingClientRect().width
      && n.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1)
    .map((n) => [panel.querySelector('.nuw-title').textContent, n.className || n.tagName]))"""
ROWS = """() => [...document.querySelectorAll('.nuw-panel .nuw-row:has(> .widget-slider)')]
  .map((row) => row.getBoundingClientRect().height)"""
ARROW = """() => getComputedStyle(document.querySelector('.nuw-panel select')).backgroundImage"""


@pytest.fixture(scope="module")
def bench(lab):
    lab.page.set_viewport_size({"width": 1900, "height": 2000})
    lab.open_notebook([CELL])
    lab.run_all(until=".nuw-bench .nuw-edit textarea")
    lab.python("s.settle()")
    for title in FOLDS:
        lab.page.locator("button.nuw-fold", has_text=title).first.click()
    lab.page.wait_for_selector(".nuw-title:has-text('Engine of the fit')")
    lab.page.wait_for_selector(".nuw-title:has-text('Simulated spectra')")
    lab.page.wait_for_timeout(1500)
    return lab


def test_nothing_is_cut_off_on_a_wide_page(bench):
    assert bench.page.locator(".nuw-error", has_text="⚠").count() >= 2  # with letters
    assert bench.page.evaluate(CUT) == []
    assert bench.page.evaluate(OUTSIDE) == []
    heights = bench.page.evaluate(ROWS)
    assert len(heights) == 10
    assert max(heights) < 40  # one line each, that of the second group too


def test_arrows_of_choices_are_seen_in_the_dark(bench):
    assert "%23ddd" not in bench.page.evaluate(ARROW)
    bench.theme("dark")
    bench.page.wait_for_timeout(300)
    assert "%23ddd" in bench.page.evaluate(ARROW)
    bench.screenshot("bench_dark")
    bench.theme("light")


@pytest.mark.parametrize("width", [1000, 620])
def test_nothing_sticks_out_on_a_narrow_page(bench, width):
    bench.page.set_viewport_size({"width": width, "height": 2000})
    bench.page.wait_for_function(f"({OUTSIDE})().length === 0", timeout=15_000)
    bench.page.wait_for_timeout(300)
    assert bench.page.evaluate(CUT) == []
    bench.screenshot(f"bench_{width}")
