"""Pixels of the image view in a real JupyterLab: colours, planes, what lies over them, how large."""

from __future__ import annotations

import math

import pytest

pytestmark = pytest.mark.browser

VIEW = """
import numpy as np
from nuwidgets.widgets.image_view import ImageView
rng = np.random.default_rng(0)
yy, xx = np.mgrid[0:300, 0:400]
beta = (1 + ((xx - 210) ** 2 + (yy - 140) ** 2) / 60.0) ** -1.5
pixels = rng.poisson(0.3 + 60 * beta)
hard = rng.poisson(0.1 + 15 * beta)
WCS = dict(ra_ref_deg=83.633, dec_ref_deg=22.0145, x_ref=199.5, y_ref=149.5,
           x_step_deg=-2.46 / 3600, y_step_deg=2.46 / 3600)
REGIONS = [
    {"id": "bkg", "shape": "annulus", "x": 210, "y": 140, "r1": 70, "r2": 110, "role": "background"},
    {"id": "src", "shape": "circle", "x": 210, "y": 140, "r": 40},
    {"id": "out", "shape": "circle", "x": 130, "y": 200, "r": 18, "exclude": True, "role": "background"},
    {"id": "pie", "shape": "panda", "x": 70, "y": 80, "r1": 15, "r2": 45, "start": 20, "stop": 110,
     "role": "arc"},
    {"id": "egg", "shape": "ellannulus", "x": 330, "y": 230, "a1": 16, "b1": 8, "a2": 44, "b2": 24,
     "angle": 30, "role": "ring", "label": "ring"},
    {"id": "dot", "shape": "point", "x": 340, "y": 60, "role": "spot", "label": "spot"},
    {"id": "poly", "shape": "polygon", "pts": [[30, 220], [90, 220], [80, 270], [40, 280]],
     "role": "arc"},
]
view = ImageView(width=640, height=480, alt="Counts image", wcs=WCS)
view.set_image(pixels)
def reset():
    view.view, view.chosen, view.regions, view.detector = {}, [], REGIONS, {}
    view.stretch, view.colormap, view.overlays, view.markers = "log", "inferno", [], []
    view.blink_s, view.show, view.wcs, view.unit = 0, {}, WCS, ""
    view.set_image(pixels, (0, 60))
reset()
view
"""
MINUS = "\N{MINUS SIGN}"
SEXAGESIMAL = str.maketrans(
    {MINUS: "-", "\N{DEGREE SIGN}": "d", "\N{PRIME}": "m", "\N{DOUBLE PRIME}": "s"}
)
WATCH = """() => { window.coloured = 0;
  const put = OffscreenCanvasRenderingContext2D.prototype.putImageData;
  OffscreenCanvasRenderingContext2D.prototype.putImageData = function (...a) {
    window.coloured += a[0].width * a[0].height; return put.apply(this, a); }; }"""


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook([VIEW])
    lab.run_all(until=".nuw-image [data-id=src] .nuw-line")
    lab.page.wait_for_timeout(500)
    lab.page.evaluate(WATCH)
    return lab


@pytest.fixture
def image(notebook):
    notebook.python("reset()")
    notebook.page.wait_for_timeout(200)
    return notebook


def place(lab, x, y, size=(400, 300)):
    """Where an image pixel lies on the page, while the whole image is shown."""
    box = lab.page.locator(".nuw-image canvas").bounding_box()
    s = box["width"] / size[0]
    return box["x"] + (x + 0.5) * s, box["y"] + (size[1] - 0.5 - y) * s


def test_percent_buttons_and_the_histograms_handles_set_the_limits(image):
    page = image.page
    page.get_by_role("button", name="limits that hold 99 % of the pixels").first.click()
    image.wait_python("view.range_hi == np.sort(pixels, axis=None)[-int(0.005 * pixels.size) - 1]")
    page.get_by_role("button", name="limits at the least and the largest value").first.click()
    image.wait_python("(view.range_lo, view.range_hi) == (0, pixels.max())")
    grip = page.get_by_role("slider", name="upper limit, by hand").first
    box = page.locator(".nuw-ramp").bounding_box()
    x, y = box["x"] + box["width"], box["y"] + 20
    image.drag((x - 1, y), (box["x"] + box["width"] / 2, y))
    middle = "pixels.max() * (1001 ** 0.5 - 1) / 1000"
    image.wait_python(f"abs(view.range_hi / ({middle}) - 1) < 0.05")
    assert float(grip.get_attribute("aria-valuenow")) == pytest.approx(
        float(image.python("view.range_hi")), rel=1e-4
    )
    image.python("view.range_hi = 10")
    grip.focus()
    page.keyboard.press("ArrowRight")
    image.wait_python("10 < view.range_hi < 11")
    low = page.get_by_role("slider", name="lower limit, by hand").first
    low.focus()
    page.keyboard.press("End")
    image.wait_python("view.range_lo < view.range_hi < view.range_lo * 1.001")


LOOK = """() => { const c = document.querySelector('.nuw-image canvas');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let sum = 0; for (let i = 0; i < d.length; i += 4) sum += d[i];
  return [sum / (d.length / 4), c.width, c.height]; }"""


def test_planes_are_shown_in_turn_each_with_its_limits(image):
    page = image.page
    image.python("""view.regions = []; view.colormap, view.stretch = 'gray', 'linear'
view.set_frames([('soft', np.full((300, 400), 1.0), (0, 2)), ('hard', np.full((300, 400), 9.0), (0, 10))])""")
    page.wait_for_timeout(200)
    assert page.evaluate(LOOK)[0] == pytest.approx(127.5, abs=2)
    page.get_by_label("plane that is shown").first.select_option("hard")
    image.wait_python("view.frame == 1 and view.range_hi == 10")
    page.wait_for_timeout(100)
    assert page.evaluate(LOOK)[0] == pytest.approx(229.5, abs=2)
    assert page.locator(".nuw-image canvas").get_attribute("aria-label") == "Counts image, hard"
    image.python("view.range_hi = 18")
    page.wait_for_timeout(100)
    assert page.evaluate(LOOK)[0] == pytest.approx(127.5, abs=2)
    assert image.python("[f['hi'] for f in view.frames]") == "[2.0, 18.0]"
    image.python(
        "view.frames = [{**f, 'hi': h} for f, h in zip(view.frames, (2, 10))]; view.blink_s = 0.15"
    )
    levels = set()
    for _ in range(12):
        levels.add(round(page.evaluate(LOOK)[0] / 10))
        page.wait_for_timeout(60)
    assert levels == {13, 23}
    assert image.python("view.frame") == "1"  # blinking troubles nobody
    page.get_by_role("button", name="show the planes in turn").first.click()
    image.wait_python("view.blink_s == 0")


def test_overlays_markers_and_the_detector_under_the_pointer(image):
    page = image.page
    image.python("""
square = [[100, 50], [300, 50], [300, 250], [100, 250]]
view.overlays = [{"kind": "polygon", "pts": square, "label": "DET0", "style": "detector"},
                 {"pts": [[200, 150]], "style": "axis", "label": "axis"}]
view.markers = [{"x": 210, "y": 140, "label": "<i>Crab</i>"}]
view.detector = {"matrix": [0, -1, 1, 0], "reference": [180, 170], "place": [200, 150],
                 "axis": [200, 150], "arcsec": 2.46, "names": "DET1"}
view.regions = []; view.unit = "counts" """)
    page.wait_for_selector(".nuw-detector .nuw-line")
    assert page.locator(".nuw-markers text").text_content() == "<i>Crab</i>"
    page.mouse.move(*place(image, 210, 180))
    text = page.locator(".nuw-read").text_content()
    # pixel = matrix @ (det - reference) + place: x - 200 = -(row - 170), y - 150 = column - 180
    column, row = (float(v) for v in text.split("DET1 ")[1].split("  ")[0].split(", "))
    assert (column, row) == pytest.approx((210, 160), abs=0.5)
    assert "DET0" in text
    off = float(text.split("off-axis ")[1].rstrip("\N{PRIME}"))
    assert off == pytest.approx((10**2 + 30**2) ** 0.5 * 2.46 / 60, abs=0.03)
    assert " counts" in text
    page.mouse.move(*place(image, 20, 20))
    assert "DET0" not in page.locator(".nuw-read").text_content()
    image.python("view.show = {'overlays': False, 'markers': False}")
    page.wait_for_timeout(100)
    assert page.locator(".nuw-detector").is_hidden()
    assert page.locator(".nuw-markers text").is_hidden()
    image.python("view.unit = ''")


def test_the_grid_says_where_it_is(image):
    from astropy.coordinates import Angle

    page = image.page
    image.python("view.show = {'grid': True}; view.regions = []")
    page.wait_for_selector(".nuw-grid text >> nth=3")
    labels = page.locator(".nuw-grid text").evaluate_all(
        "ts => ts.map(t => [t.textContent, +t.getAttribute('x'), +t.getAttribute('y')])"
    )
    box = page.locator(".nuw-image canvas").bounding_box()
    kinds = set()
    for text, x, y in labels:
        across = text.startswith(("+", MINUS))
        kinds.add(across)
        at = (3, y + 3) if across else (x - 3, 14)
        page.mouse.move(box["x"] + at[0], box["y"] + at[1])
        read = page.locator(".nuw-read").text_content().replace(MINUS, "-").split()
        shown = Angle(read[-1], "deg") if across else Angle(read[read.index("RA") + 1], "hourangle")
        told = Angle(text.translate(SEXAGESIMAL))
        assert abs((shown - told).deg) * 3600 < (3 if across else 4), text
    assert kinds == {True, False}
    assert page.locator(".nuw-compass text").all_text_contents() == ["N", "E"]


def test_colours_of_every_map_and_stretch_rise_from_low_to_high(image):
    page = image.page
    image.python("view.regions = []; view.show = dict.fromkeys(view.show, False)")
    image.python("view.set_image(np.tile(np.arange(400.0), (300, 1)), (0, 399))")
    strip = """() => { const c = document.querySelector('.nuw-image canvas');
      const d = c.getContext('2d').getImageData(0, 200, c.width, 1).data;
      return Array.from({length: 40}, (_, i) => [...d.slice(64 * i, 64 * i + 3)].reduce((a, b) => a + b)); }"""
    image.python("view.colormap = 'gray'")
    for stretch in ("linear", "sqrt", "log", "asinh", "squared", "histogram"):
        page.get_by_label("stretch of the colours").first.select_option(stretch)
        image.wait_python(f"view.stretch == {stretch!r}")
        page.wait_for_timeout(120)
        levels = page.evaluate(strip)
        assert levels == sorted(levels), stretch
        expected = {"squared": 0.25, "sqrt": 0.707, "linear": 0.5, "histogram": 0.5}.get(stretch)
        if expected:
            assert levels[20] / 765 == pytest.approx(expected, abs=0.03)
    for name in image.python("','.join(view.traits()['colormap'].values)").strip("'").split(","):
        image.python(f"view.colormap = {name!r}")
        page.wait_for_timeout(60)
        assert len(set(page.evaluate(strip))) > 5, name


def test_a_small_picture_of_a_large_image_loses_no_photon(image):
    image.python("""
photons = np.zeros((2001, 2601)); at = np.random.default_rng(1)
photons[at.integers(0, 2001, 150), at.integers(0, 2601, 150)] = 1
photons[2000, 1000:1010] = photons[700:710, 2600] = 1
view.regions, view.show, view.wcs = [], dict.fromkeys(view.show, False), {}
view.colormap, view.stretch = "gray", "linear"
view.set_image(photons, (0, 1 / 8))""")
    image.page.wait_for_timeout(500)
    for zoom in (1, 0.6, 2.3):
        image.python(f"view.view = {{'x': 1300, 'y': 1000, 'zoom': {zoom}}}")
        image.page.wait_for_timeout(300)
        level, wide, high = image.page.evaluate(LOOK)
        s = min(wide / 2601, high / 2001) * zoom
        half_x, half_y = wide / 2 / s, high / 2 / s
        seen = int(
            image.python(f"""int(photons[max(0, round(1000.5 - {half_y})):round(1000.5 + {half_y}),
                                     max(0, round(1300.5 - {half_x})):round(1300.5 + {half_x})].sum())""")
        )
        # one photon in a block of 4**k pixels is that much of the upper limit, at most all of it
        share = min(1.0, 8 / 4 ** max(0, round(-math.log2(s))))
        block = 4 ** max(0, round(-math.log2(s)))
        light = level / 255 * wide * high / s**2 / block / share
        assert light == pytest.approx(seen, rel=0.12), zoom


@pytest.mark.parametrize("size", [1000, 4000])
def test_large_images_pan_without_being_coloured_again(image, size):
    image.python(f"""
large = np.random.default_rng(2).poisson(0.1, ({size}, {size})).astype("uint16")
large[{size // 2}, {size // 2}] = 300
view.regions, view.wcs = [], dict(WCS, x_ref={size / 2}, y_ref={size / 2})
view.set_image(large, (0, 5))""")
    image.page.wait_for_timeout(1500)
    box = image.page.locator(".nuw-image canvas").bounding_box()
    start = (box["x"] + 100, box["y"] + 120)
    for zoom in (1, 2, 30):
        image.python(f"view.view = {{'x': {size / 2}, 'y': {size / 2}, 'zoom': {zoom}}}")
        image.page.wait_for_timeout(500)
        image.page.evaluate("window.coloured = 0")
        pace = image.drag(start, (start[0] + 120, start[1] + 90), steps=60)
        coloured = image.page.evaluate("window.coloured")
        print(f"{size} at zoom {zoom}: {pace['fps']:.0f} frames per second")
        assert coloured == 0, zoom  # a third of the view lies ready beyond each edge
        assert pace["fps"] > 10  # how fast on a quiet machine is for benchmarks/ to say
        image.wait_python(f"abs(view.view['x'] - {size / 2}) > 1")


def test_new_pixels_while_others_are_made_ready_are_the_ones_shown(image):
    image.python("""
view.regions, view.show, view.wcs = [], dict.fromkeys(view.show, False), {}
view.colormap, view.stretch = "gray", "linear"
for value in range(6):
    view.set_image(np.full((1500, 2000), value), (0, 5))""")
    image.page.wait_for_timeout(1500)
    assert image.page.evaluate(LOOK)[0] == pytest.approx(255, abs=1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(image, theme):
    image.theme(theme)
    image.python("""
view.overlays = [{"kind": "polygon", "label": f"DET{k}", "style": "detector",
  "pts": [[x, y], [x + 118, y], [x + 118, y + 118], [x, y + 118]]}
  for k, (x, y) in enumerate([(202, 152), (80, 152), (80, 30), (202, 30)])]
view.overlays = [*view.overlays, {"pts": [[200, 150]], "style": "axis", "label": "axis"},
  *({"kind": "polygon", "label": f"{r}'", "style": "contour", "pts": [[200 + 24.4 * r * np.cos(t),
   150 + 24.4 * r * np.sin(t)] for t in np.linspace(0, 6.28, 60)]} for r in (2, 4))]
view.markers = [{"x": 60, "y": 180, "label": "1RXS J0534"}, {"x": 215, "y": 142, "label": "Crab"}]
view.show = {"grid": True}; view.selected = "egg"
view.set_frames([("3-10 keV", pixels, (0, 60)), ("10-79 keV", hard, (0, 20))])
""")
    image.page.wait_for_timeout(400)
    assert image.screenshot(f"view_{theme}", ".nuw-image").stat().st_size > 5000
    image.python("view.colormap = 'inverted gray'; view.chosen = ['pie', 'egg']; view.show = {}")
    image.page.wait_for_timeout(400)
    assert image.screenshot(f"view_gray_{theme}", ".nuw-image").stat().st_size > 5000
    image.theme("light")


def test_the_page_had_no_errors(notebook):
    assert notebook.messages == []
