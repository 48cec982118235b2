"""Shapes of the image view in a real JupyterLab: drawn, pulled, chosen, copied, by hand and key."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser

VIEWS = """
import json
import numpy as np
import ipywidgets as w
from nuwidgets.widgets.image_view import ImageView
rng = np.random.default_rng(0)
yy, xx = np.mgrid[0:300, 0:400]
beta = (1 + ((xx - 210) ** 2 + (yy - 140) ** 2) / 60.0) ** -1.5
pixels = rng.poisson(0.3 + 60 * beta)
hard = rng.poisson(0.1 + 15 * beta)
WCS = dict(ra_ref_deg=83.633, dec_ref_deg=22.0145, x_ref=199.5, y_ref=149.5,
           x_step_deg=-2.46 / 3600, y_step_deg=2.46 / 3600)
HALF = dict(WCS, x_ref=99.5, y_ref=74.5, x_step_deg=2 * WCS["x_step_deg"],
            y_step_deg=2 * WCS["y_step_deg"])
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
view = ImageView(width=640, height=480, alt="Counts image", wcs=WCS, regions=REGIONS,
                 can_delete=True)
view.set_image(pixels)
other = ImageView(width=300, height=225, alt="Binned image", wcs=HALF, can_delete=True)
other.set_image(pixels.reshape(150, 2, 200, 2).sum((1, 3)))
asked, seen = [], []
view.on_ask(asked.append)
view.observe(lambda change: seen.append((change.name, change.new)), ["regions", "dragging"])
def region(name):
    print(json.dumps(next(r for r in view.regions if r["id"] == name)))
def reset():
    view.view, view.chosen, view.tool, view.regions = {}, [], "", REGIONS
    view.stretch, view.colormap, view.overlays, view.markers, view.detector = "log", "inferno", [], [], {}
    view.draw_role, view.draw_exclude, view.blink_s, view.show = "source", False, 0, {}
    view.set_image(pixels, (0, 60)); other.regions = []
    asked.clear(); seen.clear()
w.VBox([view, other])
"""
FIRST, SECOND = ".nuw-image >> nth=0", ".nuw-image >> nth=1"
NEW = "next(r for r in view.regions if r['id'].startswith('new'))"


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook([VIEWS])
    lab.run_all(until=".nuw-image [data-id=src] .nuw-line")
    lab.page.wait_for_timeout(500)
    return lab


@pytest.fixture
def image(notebook):
    notebook.python("reset()")
    notebook.page.wait_for_timeout(200)
    return notebook


def region(lab, name):
    return json.loads(lab.python(f"region({name!r})"))


def place(lab, x, y, which=0, size=(400, 300)):
    """Where an image pixel lies on the page, while the whole image is shown."""
    box = lab.page.locator(f".nuw-image >> nth={which} >> canvas").bounding_box()
    s = box["width"] / size[0]
    return box["x"] + (x + 0.5) * s, box["y"] + (size[1] - 0.5 - y) * s


def pull(lab, start, end, **options):
    """Drag between two places of the image."""
    return lab.drag(place(lab, *start), place(lab, *end), **options)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("circle", {"x": 200, "y": 100, "r": 50}),
        ("annulus", {"x": 200, "y": 100, "r1": 25, "r2": 50}),
        ("ellipse", {"x": 200, "y": 100, "a": 40, "b": 30, "angle": 0}),
        ("ellannulus", {"x": 200, "y": 100, "a1": 20, "b1": 15, "a2": 40, "b2": 30, "angle": 0}),
        ("box", {"x": 220, "y": 115, "w": 40, "h": 30, "angle": 0}),
        ("panda", {"x": 200, "y": 100, "r1": 25, "r2": 50, "start": 6.87, "stop": 66.87}),
    ],
)
def test_a_drag_draws_the_shape_of_the_tool(image, shape, expected):
    image.python(f"view.draw_role = 'jet'; view.draw_exclude = True; view.tool = {shape!r}")
    image.page.wait_for_selector(".nuw-drawing")
    pull(image, (200, 100), (240, 130), release=False)
    sketch = image.page.locator(f"{FIRST} >> .nuw-sketch .nuw-line")
    assert len(sketch.get_attribute("d")) > 20
    assert "jet" in image.page.locator(f"{FIRST} >> .nuw-read").text_content()
    pull(image, (240, 130), (240, 130), steps=1)  # lets go there
    image.wait_python("view.tool == '' and len(view.regions) == 8")
    item = region(image, image.python(NEW + "['id']").strip("'"))
    assert item == {**item, "role": "jet", "exclude": True, "shape": shape}
    assert {key: item[key] for key in expected} == pytest.approx(expected, abs=0.8)
    assert image.python("view.chosen == [view.regions[-1]['id']] and not view.dragging") == "True"
    assert sketch.count() == 0


def test_clicks_draw_points_and_polygons(image):
    image.python("view.tool = 'point'")
    image.page.wait_for_selector(".nuw-drawing")
    image.page.mouse.click(*place(image, 50, 40))
    image.wait_python("view.regions[-1]['shape'] == 'point'")
    assert json.loads(image.python("print(json.dumps([view.regions[-1][k] for k in 'xy']))")) == (
        pytest.approx([50, 40], abs=0.6)
    )
    corners = [(20, 20), (60, 20), (60, 50)]
    for ending in ("first corner", "double click", "Enter"):
        image.python("view.tool = 'polygon'")
        image.page.wait_for_selector(".nuw-drawing")
        for x, y in corners:
            image.page.mouse.click(*place(image, x, y))
        if ending == "Enter":
            image.page.keyboard.press("Enter")
        elif ending == "first corner":
            image.page.mouse.click(*place(image, *corners[0]))
        else:
            image.page.mouse.dblclick(*place(image, *corners[2]))
        image.wait_python("view.tool == '' and view.regions[-1]['shape'] == 'polygon'")
        pts = json.loads(image.python("print(json.dumps(view.regions[-1]['pts']))"))
        assert [tuple(p) for p in pts] == [pytest.approx(c, abs=0.6) for c in corners], ending
        image.page.wait_for_timeout(700)
        image.python("view.regions = REGIONS")


def test_escape_cancels_drawing_and_a_click_places_a_usual_size(image):
    image.python("view.tool = 'circle'")
    image.page.wait_for_selector(".nuw-drawing")
    image.page.locator(f"{FIRST} >> .nuw-box").focus()
    image.page.keyboard.press("Escape")
    image.wait_python("view.tool == ''")
    image.python("view.tool = 'polygon'")
    image.page.wait_for_selector(".nuw-drawing")
    image.page.mouse.click(*place(image, 20, 20))
    image.page.keyboard.press("Escape")
    image.wait_python("view.tool == ''")
    assert image.page.locator(f"{FIRST} >> .nuw-sketch path").count() == 0
    assert image.python("view.regions == [*view.regions[:7]]") == "True"
    image.python("view.tool = 'circle'")
    image.page.wait_for_selector(".nuw-drawing")
    image.page.mouse.click(*place(image, 30, 30))
    image.wait_python("len(view.regions) == 8")
    assert float(image.python("view.regions[-1]['r']")) == pytest.approx(36 * 400 / 640, abs=0.5)


@pytest.mark.parametrize(
    ("name", "handle", "to", "expected"),
    [
        ("pie", "r1", (70 + 25 * 0.4226, 80 + 25 * 0.9063), {"r1": 25, "r2": 45}),
        ("pie", "r2", (70 + 60 * 0.4226, 80 + 60 * 0.9063), {"r1": 15, "r2": 60}),
        ("pie", "start", (120, 80), {"start": 0, "stop": 110}),
        ("pie", "stop", (40, 80), {"start": 20, "stop": 180}),
        ("pie", "turn", (130, 80), {"start": 315, "stop": 405}),
        ("egg", "a1", (330 + 30 * 0.866, 230 + 15), {"a1": 30, "a2": 44}),
        ("egg", "b2", (330 - 30 * 0.5, 230 + 30 * 0.866), {"b1": 8, "b2": 30}),
        ("egg", "turn", (330, 290), {"angle": 90}),
        ("poly", "p1", (110, 200), {"pts": [[30, 220], [110, 200], [80, 270], [40, 280]]}),
        ("poly", "e0", (60, 200), {"pts": [[30, 220], [60, 200], [90, 220], [80, 270], [40, 280]]}),
    ],
)
def test_handles_change_what_they_stand_for(image, name, handle, to, expected):
    image.python(f"view.selected = {name!r}")
    grip = f".nuw-image [data-id={name}] [data-handle={handle}]"
    image.page.wait_for_selector(grip)
    image.drag(image.centre(grip), place(image, *to))
    image.wait_python("seen[-1] == ('dragging', False)")
    item = region(image, name)
    if "pts" in expected:
        assert item["pts"] == [pytest.approx(p, abs=0.8) for p in expected["pts"]]
    else:
        assert {key: item[key] for key in expected} == pytest.approx(expected, abs=1.2)


def test_several_shapes_are_chosen_and_moved_together(image):
    page = image.page
    page.mouse.click(*place(image, 340, 60))
    image.wait_python("view.chosen == ['dot']")
    page.keyboard.down("Shift")
    page.mouse.click(*place(image, 210, 140))
    image.wait_python("view.chosen == ['dot', 'src'] and view.selected == 'src'")
    page.mouse.click(*place(image, 340, 60))
    image.wait_python("view.chosen == ['src']")
    page.mouse.click(*place(image, 340, 60))
    page.keyboard.up("Shift")
    image.wait_python("view.chosen == ['src', 'dot']")
    pull(image, (210, 140), (230, 150))
    image.wait_python("seen[-1] == ('dragging', False)")
    src, dot, bkg = (region(image, name) for name in ("src", "dot", "bkg"))
    assert (src["x"], src["y"], dot["x"], dot["y"]) == pytest.approx((230, 150, 360, 70), abs=0.5)
    assert (bkg["x"], bkg["y"]) == (210, 140)
    page.mouse.click(*place(image, 230, 150))  # one click on a chosen shape chooses it alone
    image.wait_python("view.chosen == ['src']")


def test_a_frame_and_ctrl_a_choose_several(image):
    page = image.page
    page.keyboard.down("Shift")
    page.mouse.move(*place(image, 5, 150))
    page.mouse.down()
    page.mouse.move(*place(image, 100, 5), steps=5)
    image.wait_python("view.chosen == ['pie']")
    page.mouse.move(*place(image, 150, 295), steps=5)
    image.wait_python("view.chosen == ['out', 'poly']")
    page.mouse.up()
    page.keyboard.up("Shift")
    page.keyboard.press("Control+a")
    image.wait_python("len(view.chosen) == 7")
    assert "7 shapes" in page.locator(f"{FIRST} >> .nuw-read").text_content() or page.locator(
        f"{FIRST} >> .nuw-regions .chosen"
    ).count() == 7  # fmt: skip
    page.keyboard.press("Escape")
    image.wait_python("view.chosen == []")


def test_copies_come_beside_and_in_another_image_at_the_same_place_on_the_sky(image):
    page = image.page
    page.mouse.click(*place(image, 340, 60))
    image.wait_python("view.chosen == ['dot']")
    page.keyboard.down("Shift")
    page.mouse.click(*place(image, 210, 140))
    page.keyboard.up("Shift")
    image.wait_python("len(view.chosen) == 2")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    image.wait_python("len(view.regions) == 9 and len(view.chosen) == 2")
    assert image.python("[r['shape'] for r in view.regions[-2:]]") == "['circle', 'point']"
    assert image.python("view.regions[-2]['x'] > 210 and view.regions[-2]['r'] == 40") == "True"
    page.locator(f"{SECOND} >> .nuw-box").focus()
    page.keyboard.press("Control+v")
    image.wait_python("len(other.regions) == 2")
    circle = json.loads(image.python("print(json.dumps(other.regions[0]))"))
    # pixel x of the fine image is (x - 0.5) / 2 of the binned one
    numbers = circle["x"], circle["y"], circle["r"]
    assert numbers == pytest.approx((104.75, 69.75, 20), abs=0.01)


def test_keys_ask_for_what_only_python_can_do(image):
    page = image.page
    page.mouse.click(*place(image, 210, 140))
    image.wait_python("view.chosen == ['src']")
    for key in ("Control+z", "Control+Shift+z", "Control+y", "c", "PageUp", "PageDown"):
        page.keyboard.press(key)
    image.wait_python("len(asked) == 6")
    found = json.loads(image.python("print(json.dumps(asked))"))
    assert [(a["ask"], a["by"]) for a in found] == [
        ("undo", 1), ("redo", 1), ("redo", 1), ("centroid", 1), ("order", -1), ("order", 1),
    ]  # fmt: skip
    assert all(a["ids"] == ["src"] for a in found)


def test_everything_goes_by_the_keyboard_alone(image):
    page = image.page
    image.python("view.regions = REGIONS[:2]; view.tool = 'box'")
    page.wait_for_selector(".nuw-drawing")
    page.locator(f"{FIRST} >> .nuw-box").focus()
    page.keyboard.press("Enter")
    image.wait_python("view.regions[-1]['shape'] == 'box' and view.tool == ''")
    image.wait_python("view.chosen == [view.regions[-1]['id']]")
    before = json.loads(image.python("print(json.dumps(view.regions[-1]))"))
    for key in ("ArrowLeft", "Shift+ArrowUp", "]", ",", ",", "."):
        page.keyboard.press(key)
    image.wait_python("view.regions[-1]['angle'] == 5")
    after = json.loads(image.python("print(json.dumps(view.regions[-1]))"))
    assert (after["x"], after["y"]) == (before["x"] - 1, before["y"] + 10)
    assert after["w"] == pytest.approx(before["w"] + 2, abs=0.01)
    # Python gives it another id: the keyboard stays with it
    image.python("""
view.regions = [*view.regions[:2], dict(view.regions[2], id="source-9")]; view.chosen = ["source-9"]""")
    page.wait_for_selector(".nuw-image [data-id=source-9] .nuw-handles circle")
    page.keyboard.press("ArrowRight")
    image.wait_python(f"view.regions[-1]['x'] == {before['x']}")
    page.keyboard.press("Delete")
    image.wait_python("[r['id'] for r in view.regions] == ['bkg', 'src']")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    image.wait_python("view.view['zoom'] == 1.5 and view.view['x'] > 205")
    page.keyboard.press("Home")
    image.wait_python("view.view == {}")
    page.keyboard.press("Tab")
    image.wait_python("view.chosen == ['bkg']")
    image.python("view.selected = 'src'")
    page.wait_for_selector(".nuw-image [data-id=src] .nuw-handles circle")


def test_the_page_had_no_errors(notebook):
    assert notebook.messages == []
