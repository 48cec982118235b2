"""Image grid and spectrum grid of a campaign in a real JupyterLab: used by hand, and looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import ipywidgets
import nuwidgets as nw
s = nw.demo_campaign()
images, spectra = nw.ImageGridPanel(s), nw.SpectrumGridPanel(s)
s.settle(120)
ipywidgets.VBox([images, spectra])
"""
IMAGES, SPECTRA = ".nuw-mosaic-images .nuw-shot", ".nuw-mosaic-spectra .nuw-shot"
RIMS = "() => [...document.querySelectorAll('.nuw-mosaic-images svg path')].map(p => p.getAttribute('d')).join()"
DRAWN = "() => Math.max(...[...document.querySelectorAll('.nuw-mosaic-spectra canvas')].map(c => +(c.dataset.drawn ?? 0)))"
LIT = """() => [...document.querySelectorAll('.nuw-mosaic-images .nuw-shot canvas')].map((c) => {
  const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
  return data.filter((v, k) => k % 4 === 0 && v > 60).length; })"""


@pytest.fixture(scope="module")
def page(lab):
    lab.page.set_viewport_size({"width": 1100, "height": 2000})
    lab.page.set_default_timeout(120_000)
    lab.open_notebook([CELL])
    lab.run_all(until=f"{SPECTRA} canvas")
    lab.page.set_default_timeout(30_000)
    lab.page.wait_for_function(f"({DRAWN})() > 0")
    return lab


def test_every_observation_has_an_image_with_its_counts(page):
    n = int(page.python("print(len(s.datasets))"))
    assert n >= 12
    assert page.page.locator(IMAGES).count() == page.page.locator(SPECTRA).count() == n
    page.page.wait_for_function(f"({LIT})().every((lit) => lit > 0)")
    lit = page.page.evaluate(LIT)
    counts = page.python("print(*[int((c > 0).sum()) for c in s.thumbnails.product.counts])")
    order = page.python("print(*[int(images.view.places[t['id']][0]) for t in images.view.tiles])")
    known = [int(one) for one in counts.split()]
    assert lit == [known[int(k)] for k in order.split()]  # no pixel with a count is lost


def test_hands_and_keys_look_tick_and_enlarge(page):
    tiles = page.page.locator(IMAGES)
    name = tiles.nth(2).get_attribute("data-id")
    tiles.nth(2).locator("svg").click()
    page.wait_python(f"s.focus == ('{name}',) and spectra.view.focus == ['{name}']")
    page.page.wait_for_selector(f"{SPECTRA}-on[data-id='{name}']")
    tiles.nth(2).focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    other = tiles.nth(3).get_attribute("data-id")
    page.wait_python(f"s.focus == ('{other}',)")
    used = page.python("print(len(s.used))")
    page.page.keyboard.press(" ")
    page.wait_python(f"abs(len(s.used) - {used}) == 1")
    page.page.keyboard.press(" ")
    page.wait_python(f"len(s.used) == {used}")
    small = tiles.nth(4).bounding_box()["width"]
    tiles.nth(4).locator("svg").dblclick()
    page.page.wait_for_selector(f"{IMAGES}-large")
    assert page.page.locator(f"{IMAGES}-large").bounding_box()["width"] > 2 * small
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector(f"{IMAGES}-large", state="detached")
    page.page.keyboard.press("Escape")
    page.wait_python("s.focus == ()")


def test_regions_and_models_follow_with_one_message_under_way(page):
    rims, drawn = page.page.evaluate(RIMS), page.page.evaluate(DRAWN)
    page.python("c = s.shared.source.shapes[0]")
    page.python(
        "import dataclasses, time\n"
        "for k in range(30):\n"
        "    s.shared.source = dataclasses.replace(c, radius_arcsec=c.radius_arcsec - k)\n"
        "    time.sleep(0.01)"
    )
    page.page.wait_for_function(f"before => ({RIMS})() !== before", arg=rims)
    page.wait_python("images.view.sent == images.view.drawn and not images.view._waiting")
    page.wait_python("abs(images.view.regions[''][0]['r'] - c.radius_arcsec + 29) < 0.1")
    page.python("s.settle(60); s.fit.set('2=0.09'); s.settle(60)")
    page.page.wait_for_function(f"before => ({DRAWN})() > before", arg=drawn)
    page.wait_python("spectra.view.sent == spectra.view.drawn")
    page.page.locator(f"{SPECTRA} canvas").first.hover()
    page.page.locator(".nuw-mosaic-said", has_text="keV").wait_for()
    page.python("s.shared.source = c; s.settle(60)")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(page, theme):
    page.theme(theme)
    page.page.wait_for_timeout(700)
    for n, name in enumerate(("images", "spectra")):
        shot = page.screenshot(f"grid_{name}_{theme}", f".nuw-panel >> nth={n}")
        assert shot.stat().st_size > 20_000
    assert page.complaints == []
