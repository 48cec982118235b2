"""The image panel in a real JupyterLab: bands, tiles that move together, overlays, files."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
from pathlib import Path
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.settle()
panel = nw.ImagePanel(s)
def back():
    for d in (a, b):
        d.image.band, d.image.bands = (3, 79), ()
        d.image.frame, d.image.quantity, d.image.smooth_px, d.image.markers = "sky", "counts", 0, ()
    panel.shown.way.value = "tiles"
    for name in ("detectors", "off-axis", "grid"):
        panel.shown.switches[name].value = False
    s.settle()
panel
"""
CUT = """() => [...document.querySelectorAll('.nuw-panel :is(.widget-label, button)')]
  .filter((n) => n.offsetParent && n.textContent.trim() && n.clientWidth)
  .filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.textContent)"""
OUTSIDE = """() => { const panel = document.querySelector('.nuw-panel');
  const edge = panel.getBoundingClientRect().right + 1;
  return [...panel.querySelectorAll('input, button, select, canvas')]
    .filter((n) => n.offsetParent && n.getBoundingClientRect().right > edge)
    .map((n) => n.className || n.tagName); }"""
SETTLED = "all(len(t) == {n} for t in panel.tiles.tiles.values())"


@pytest.fixture(scope="module")
def lab_with_panel(lab):
    lab.page.set_viewport_size({"width": 1000, "height": 2600})
    lab.open_notebook([CELL])
    lab.run_all(until=".nuw-image [data-id=source-0] .nuw-line")
    lab.page.wait_for_timeout(500)
    return lab


@pytest.fixture
def panel(lab_with_panel):
    lab_with_panel.python("back()")
    lab_with_panel.page.wait_for_function("document.querySelectorAll('.nuw-image').length === 2")
    return lab_with_panel


def choose_bands(lab, words):
    box = lab.page.locator(".nuw-panel select").first
    box.select_option(label=words)
    n = words.count(",") + 1
    lab.wait_python(SETTLED.format(n=n), seconds=15)
    lab.python("s.settle()")
    lab.page.wait_for_function(f"document.querySelectorAll('.nuw-image').length === {2 * n}")
    lab.page.wait_for_timeout(400)


def test_usual_bands_make_tiles_in_which_regions_move_together(panel):
    choose_bands(panel, "3-10, 10-30, 30-79")
    assert (
        panel.python("[(x.lo_kev, x.hi_kev) for x in a.image.bands]")
        == "[(10.0, 30.0), (30.0, 79.0)]"
    )
    panel.page.wait_for_function(
        "document.querySelectorAll('.nuw-image [data-id=source-0] .nuw-line').length === 6"
    )
    panel.screenshot("imagepanel_tiles_light", ".nuw-panel")
    panel.python("start = a.regions.source.shapes[0]")
    paths = "() => [...document.querySelectorAll('[data-id=source-0] .nuw-line')].map(p => p.getAttribute('d'))"
    before = panel.page.evaluate(paths)
    x, y = panel.centre(".nuw-image >> nth=4 >> [data-id=source-0] .nuw-body")
    panel.drag((x, y), (x + 40, y - 25), steps=40)
    panel.wait_python("not any(t.view.dragging for row in panel.tiles.tiles.values() for t in row)")
    panel.python("s.settle()")
    assert panel.python("a.regions.source.shapes[0] != start") == "True"
    assert panel.python("b.regions.source == a.regions.source") == "True"
    panel.page.wait_for_timeout(500)
    after = panel.page.evaluate(paths)
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert len({path[:12] for path in after[::2]}) == 1  # the same place in all tiles of a module
    panel.page.locator(".nuw-panel .nuw-tool-undo").first.click()
    panel.wait_python("a.regions.source.shapes[0] == start")


def test_all_tiles_pan_zoom_and_are_coloured_together(panel):
    choose_bands(panel, "3-10, 10-79")
    panel.page.locator(".nuw-image >> nth=3 >> button", has_text="+").first.click()
    views = "[t.view for row in panel.tiles.tiles.values() for t in row]"
    panel.wait_python(f"len({{v.view['zoom'] for v in {views}}}) == 1")
    zoom = float(panel.python("a_view = panel.views[a.name]; a_view.view['zoom']"))
    panel.page.locator(".nuw-image >> nth=0 >> button", has_text="+").first.click()
    panel.wait_python(f"all(v.view['zoom'] > {zoom} for v in {views})")
    panel.page.locator(".nuw-image >> nth=2 >> select >> nth=1").select_option("viridis")
    panel.wait_python(f"all(v.colormap == 'viridis' for v in {views})")
    panel.page.locator(".nuw-image >> nth=0 >> select >> nth=1").select_option("inferno")
    panel.wait_python(f"all(v.colormap == 'inferno' for v in {views})")


def test_bands_blink_in_one_image(panel):
    choose_bands(panel, "3-10, 10-79")
    panel.page.get_by_role("button", name="blink", exact=True).click()
    panel.wait_python("panel.views[a.name].blink_s > 0 and len(panel.views[a.name].frames) == 2")
    labels = "() => document.querySelector('.nuw-image .nuw-frames select').value"
    panel.page.wait_for_function(f"({labels})() !== ''")
    seen = set()
    for _ in range(30):
        seen.add(panel.page.evaluate(labels))
        panel.page.wait_for_timeout(100)
    assert len(seen) == 2
    panel.screenshot("imagepanel_blink", ".nuw-panel")


def test_bands_are_typed_and_a_wrong_one_is_said(panel):
    box = panel.page.locator('.nuw-panel input[placeholder="10-30, 30-79"]')
    box.fill("10-30")
    box.press("Enter")
    panel.wait_python("len(a.image.bands) == 1 and len(b.image.bands) == 1")
    box.fill("10-x")
    box.press("Enter")
    panel.wait_python("'as an energy band' in panel.message.value")
    panel.wait_python("panel.bands.further.value == '10-30'")
    assert panel.python("len(a.image.bands)") == "1"


def test_detectors_and_rings_are_shown_by_the_keyboard_in_both_themes(panel):
    button = panel.page.get_by_role("button", name="detectors", exact=True)
    button.focus()
    panel.page.keyboard.press("Space")
    panel.page.wait_for_function("document.querySelectorAll('.nuw-overlays path').length >= 16")
    panel.page.keyboard.press("Tab")  # the next switch
    panel.page.keyboard.press("Enter")
    panel.wait_python("panel.shown.on('off-axis')")
    panel.page.get_by_role("button", name="grid", exact=True).click()
    for theme in ("dark", "light"):
        panel.theme(theme)
        panel.page.wait_for_timeout(400)
        panel.screenshot(f"imagepanel_overlays_{theme}", ".nuw-panel")
    box = panel.page.locator(".nuw-image canvas").first.bounding_box()
    panel.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel.page.wait_for_timeout(200)
    said = panel.page.locator(".nuw-image .nuw-read").first.text_content()
    assert "DET" in said
    assert "RA" in said


def test_the_slider_smooths_by_the_keyboard(panel):
    handle = panel.page.locator(".nuw-panel .noUi-handle").first
    handle.focus()
    for _ in range(4):
        panel.page.keyboard.press("ArrowRight")
    panel.wait_python("a.image.smooth_px == 1.0 and b.image.smooth_px == 1.0")
    panel.python("s.settle()")
    assert panel.python("panel.views[a.name].dtype") == "'float32'"


def test_the_detectors_own_pixels(panel):
    panel.python("a.image.frame = b.image.frame = 'det1'; s.settle()")
    panel.page.wait_for_function(
        "document.querySelectorAll('.nuw-image [data-id=source-0]').length === 0"
    )
    assert "drawn on the sky only" in panel.page.locator(".nuw-panel").inner_text()
    panel.screenshot("imagepanel_det1", ".nuw-panel")


def test_images_are_saved_as_they_are_seen(panel):
    panel.page.get_by_role("button", name="Save images", exact=True).click()
    panel.wait_python("'image.pdf' in panel.export.note.value", seconds=30)
    assert panel.python("Path('image.pdf').read_bytes()[:4]") == "b'%PDF'"


@pytest.mark.parametrize("width", [1000, 660])
def test_nothing_is_cut_off_or_sticks_out(panel, width):
    choose_bands(panel, "3-6, 6-10, 10-20, 20-79")
    if panel.python("panel.more.opened") == "False":
        panel.page.get_by_role("button", name="More ▾", exact=True).click()
    panel.page.set_viewport_size({"width": width, "height": 3600})
    panel.page.wait_for_function(f"({OUTSIDE})().length === 0")
    panel.page.wait_for_timeout(300)
    assert panel.page.evaluate(CUT) == []
    panel.screenshot(f"imagepanel_four_{width}", ".nuw-panel")
    panel.page.set_viewport_size({"width": 1000, "height": 2600})


def test_the_page_had_no_errors(panel):
    assert panel.messages == []
    assert panel.python("panel.message.value") == "''"
