"""Radial profile and background proposals in a real JupyterLab: used by hand, and looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
profile, backgrounds = nw.ProfilePanel(s), nw.BackgroundPanel(s)
s.settle()
import ipywidgets
ipywidgets.VBox([profile, backgrounds])
"""

TICKS = """() => [...document.querySelectorAll('.nuw-curve .bqplot.figure')].slice(0, 2).map((f) =>
  [...[...f.querySelectorAll('g.axis')].find((a) => /translate\\(0, ?[1-9]/.test(
    a.getAttribute('transform'))).querySelectorAll('.tick')]
    .map((n) => parseFloat(n.getAttribute('transform').slice(10))))"""


@pytest.fixture(scope="module")
def page(lab):
    lab.page.set_viewport_size({"width": 1000, "height": 1500})
    lab.open_notebook([CELL])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_timeout(1500)
    return lab


def button(page, words):
    return page.page.get_by_role("button", name=words, exact=True)


def test_the_best_radius_is_taken_by_a_button(page):
    assert page.python("print(a.regions.source.shapes[0].radius_arcsec)") == "150.0"
    button(page, "Use best radius").click()
    page.wait_python("100 < a.regions.source.shapes[0].radius_arcsec < 135")
    page.wait_python(
        "a.regions.source.shapes[0].radius_arcsec == b.regions.source.shapes[0].radius_arcsec"
    )
    page.page.locator(".nuw-sentence", has_text="Now 11").first.wait_for()
    page.python("s.undo(); s.settle()")
    assert page.python("print(a.regions.source.shapes[0].radius_arcsec)") == "150.0"


def test_a_radius_is_at_one_place_in_both_plots(page):
    upper, lower = page.page.evaluate(TICKS)
    assert len(upper) > 10
    assert upper == pytest.approx(lower, abs=0.01)  # the rings of the lower one take no room
    assert [said for said in page.messages if "transform" in said] == []


def test_the_profile_follows_the_region(page):
    path = "() => [...document.querySelectorAll('.nuw-curve .bqplot path.line')].map(p => p.getAttribute('d')).join()"
    before = page.page.evaluate(path)
    page.python(
        "import dataclasses; c = a.regions.source.shapes[0];"
        "a.regions.source = dataclasses.replace(c, dec_deg=c.dec_deg + 0.004)"
    )
    page.page.wait_for_function(f"before => ({path})() !== before", arg=before)
    page.page.locator(".nuw-message", has_text="does not describe").first.wait_for()
    page.python("a.regions.source = c; s.settle()")
    page.page.locator(".nuw-message", has_text="does not describe").first.wait_for(state="detached")


def test_a_proposal_is_shown_and_used(page):
    rows = page.page.locator(".nuw-table-host tbody tr")
    rows.filter(has_text="one circle").click()
    page.page.locator(".nuw-sentence", has_text="The largest circle on DET0").wait_for()
    button(page, "Show in image").click()
    page.wait_python('a.regions.named["proposal"] == a.backgrounds.product["circle"].region')
    rows.filter(has_text="rest of the detector").click()
    page.wait_python('a.regions.named["proposal"] == a.backgrounds.product["detector"].region')
    button(page, "Use in all, each its own").click()
    page.wait_python('"proposal" not in a.regions.named')
    page.wait_python('b.regions.background == b.backgrounds.product["detector"].region')
    page.wait_python('a.regions.background == a.backgrounds.product["detector"].region')


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(page, theme):
    page.theme(theme)
    page.page.wait_for_timeout(500)
    for n, name in enumerate(("profile", "backgrounds")):
        shot = page.screenshot(f"{name}_{theme}", f".nuw-panel >> nth={n}")
        assert shot.stat().st_size > 5000
    page.theme("light")


def test_a_hand_on_the_region_moves_the_profile(page):
    page.open_notebook([CELL.replace("VBox([", "VBox([nw.ImagePanel(s), ")])
    page.run_all(until=".nuw-image [data-id=source-0] .nuw-body")
    page.page.wait_for_selector(".nuw-curve .bqplot .axislabel", state="attached")
    page.python("s.settle()")
    page.page.wait_for_timeout(3000)  # until the panels stand still
    page.python("drawn = []; before = a.profile.product.center")
    page.python("a.profile.observe(lambda change: drawn.append(change['new'].center), 'product')")
    x, y = page.centre(".nuw-image [data-id=source-0] .nuw-body")
    page.drag((x, y), (x + 15, y), steps=60)
    page.wait_python("len(drawn) > 1", seconds=20)
    page.python("s.settle()")
    assert page.python("print(before[0] + 5 < a.profile.product.center[0])") == "True"
    page.page.locator(".nuw-message", has_text="does not describe").first.wait_for()


def test_the_page_had_no_errors(page):
    assert page.complaints == []
