"""The region desk in a real JupyterLab: drawn, dragged, ordered, typed, by hand and by key."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = pytest.mark.browser

CELL = """
import json
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.settle()
ra, dec = a.regions.source.shapes[0].ra_deg, a.regions.source.shapes[0].dec_deg
panel = nw.ImagePanel(s)
desk = panel.desk
view, other = panel.views.values()
counted = []
a.counts.observe(lambda change: counted.append(desk.counts.table.value), "product")
def back():
    for d in (a, b):
        d.regions.source = nw.Circle(ra, dec, 60.0)
        d.regions.background = nw.Annulus(ra, dec, 100.0, 160.0)
        d.regions.named = {}
    desk.together.value, desk.tools.exclude.value = True, False
    desk.tools.take("")
    desk.select(a.name, ())
    desk.aim("source")
    s.settle()
def source(what):
    print(json.dumps([what(shape) for shape in a.regions.source.shapes]))
panel
"""
FIRST = ".nuw-image >> nth=0"
KINDS = "[type(shape).__name__ for shape in {}.shapes]"
LET_GO = """() => document.querySelector('.nuw-shape-held .nuw-shape-grip')
  .dispatchEvent(new PointerEvent('pointerup', { pointerId: 1, bubbles: true }))"""
WORDS = {
    "circle": "Circle", "annulus": "Annulus", "ellipse": "Ellipse", "ell. annulus": "EllipseAnnulus",
    "box": "Box", "panda": "Panda",
}  # fmt: skip


@pytest.fixture(scope="module")
def lab_with_desk(lab):
    lab.page.set_viewport_size({"width": 1000, "height": 2200})
    lab.open_notebook([CELL])
    lab.run_all(until=".nuw-image [data-id=source-0] .nuw-line")
    lab.page.wait_for_timeout(500)
    return lab


@pytest.fixture
def desk(lab_with_desk):
    lab_with_desk.python("back()")
    lab_with_desk.page.wait_for_timeout(200)
    return lab_with_desk


def tool(lab, word):
    lab.page.locator(".nuw-tools").get_by_role("button", name=word, exact=True).click()
    lab.page.wait_for_selector(f"{FIRST} >> .nuw-drawing")


def middle(lab):
    """Where the source is on the page."""
    return lab.centre(f"{FIRST} >> [data-id=source-0] .nuw-body")


def field(lab, label):
    name = re.compile(f"^{re.escape(label)}")
    return lab.page.locator(".nuw-desk-fields").get_by_role("textbox", name=name)


@pytest.mark.parametrize("word", WORDS)
def test_every_tool_draws_by_a_drag_on_both_modules(desk, word):
    x, y = middle(desk)
    tool(desk, word)
    desk.drag((x - 70, y - 60), (x - 30, y - 40))
    desk.wait_python(f"{KINDS.format('b.regions.source')} == ['Circle', {WORDS[word]!r}]")
    desk.wait_python("desk.chosen == ('source-1',) and not view.dragging and desk.tools.tool == ''")
    desk.page.wait_for_selector(f"{FIRST} >> .chosen .nuw-handles circle")
    assert desk.page.locator(".nuw-shape-here .nuw-shape-kind").text_content() == word
    desk.page.keyboard.press("Control+z")
    desk.wait_python("len(a.regions.source.shapes) == 1")
    desk.page.keyboard.press("Control+Shift+z")
    desk.wait_python("len(b.regions.source.shapes) == 2")


def test_clicks_draw_a_polygon_and_a_point_into_a_named_region(desk):
    page = desk.page
    if desk.python("desk.folded.layout.display") == "'none'":
        page.get_by_role("button", name="Names and files ▾").click()
    page.get_by_placeholder("name of a region").fill("NE knot")
    page.get_by_placeholder("name of a region").press("Enter")
    page.get_by_role("button", name="New", exact=True).click()
    desk.wait_python("desk.role == 'NE knot' and view.draw_role == 'NE knot'")
    x, y = middle(desk)
    page.locator(".nuw-tools input[type=checkbox]").check()
    tool(desk, "point")
    page.mouse.click(x - 80, y - 80)
    desk.wait_python("len(b.regions.named['NE knot'].shapes) == 1")
    page.locator(".nuw-tools input[type=checkbox]").uncheck()
    tool(desk, "polygon")
    for dx, dy in ((-90, -90), (-40, -90), (-60, -40)):
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")
    kinds = KINDS.format("a.regions.named['NE knot']")
    desk.wait_python(f"{kinds} == ['Point', 'Polygon']")
    assert desk.python("[s.exclude for s in a.regions.named['NE knot'].shapes]") == "[True, False]"
    desk.wait_python("'NE knot' in desk.counts.table.value")
    head = page.locator(".nuw-shape-group[data-key='NE knot'] .nuw-shape-head")
    assert "new shapes come here" in head.text_content()
    ring = page.evaluate(
        "() => [...document.querySelectorAll('.nuw-shape-group .nuw-shape-swatch span')].at(-1).style.borderColor"
    )
    assert ring == "rgb(255, 179, 71)"


def test_a_drag_moves_numbers_and_counts_live_and_is_one_change(desk):
    x, y = middle(desk)
    desk.page.mouse.click(x, y)
    desk.wait_python("desk.chosen == ('source-0',)")
    before = field(desk, "RA").input_value()
    desk.python("counted.clear()")
    desk.drag((x, y), (x + 50, y + 20), steps=60, release=False)
    during = int(desk.python("len(counted)"))
    assert during >= 3
    assert field(desk, "RA").input_value() != before
    desk.drag((x + 50, y + 20), (x + 50, y + 20), steps=1)  # lets go there
    desk.wait_python("not view.dragging and a.regions.source == b.regions.source")
    desk.wait_python("a.regions.source.shapes[0].ra_deg < ra")
    desk.page.keyboard.press("Control+z")
    desk.wait_python("a.regions.source.shapes[0].ra_deg == ra")


def test_a_handle_rotates_and_the_number_follows(desk):
    desk.python("a.regions.source = b.regions.source = nw.Box(ra, dec, 120, 60, 0)")
    desk.python("desk.select(a.name, ['source-0'])")
    grip = f"{FIRST} >> [data-id=source-0] [data-handle=turn]"
    desk.page.wait_for_selector(grip)
    x, y = middle(desk)
    gx, gy = desk.centre(grip)
    reach = gx - x if abs(gx - x) > abs(gy - y) else y - gy
    along_x = abs(gx - x) > abs(gy - y)
    desk.drag((gx, gy), (x, y - reach) if along_x else (x - reach, y))
    desk.wait_python(
        "not view.dragging and abs(b.regions.source.shapes[0].angle_deg % 180 - 90) < 3"
    )
    shown = field(desk, "angle [°]").input_value()
    assert float(shown) % 180 == pytest.approx(90, abs=3)


def test_several_shapes_move_together_and_by_numbers(desk):
    page = desk.page
    x, y = middle(desk)
    page.mouse.click(x, y)
    desk.wait_python("desk.chosen == ('source-0',)")
    page.keyboard.down("Shift")
    page.locator(".nuw-shape[data-key=background-0] .nuw-shape-name").click()
    page.keyboard.up("Shift")
    desk.wait_python("view.chosen == ['source-0', 'background-0']")
    page.wait_for_function("() => document.querySelectorAll('.nuw-regions .chosen').length === 4")
    desk.drag((x, y), (x + 30, y))
    desk.wait_python("not view.dragging and a.regions.source.shapes[0].ra_deg < ra")
    assert float(desk.python("a.regions.source.shapes[0].ra_deg - a.regions.background.shapes[0].ra_deg")) == pytest.approx(0, abs=1e-6)  # fmt: skip
    desk.python("now = a.regions.background.shapes[0].dec_deg")
    field(desk, "north").fill("1'")
    field(desk, "north").press("Enter")
    desk.wait_python("abs(b.regions.background.shapes[0].dec_deg - now - 1 / 60) < 1e-6")
    field(desk, "north").fill("far")
    field(desk, "north").press("Enter")
    page.wait_for_function(
        "() => document.querySelector('.nuw-desk .nuw-refused').textContent.includes('Cannot read')"
    )
    page.wait_for_timeout(200)
    assert field(desk, "north").input_value() == "0"


def test_numbers_are_typed_in_other_units(desk):
    page = desk.page
    selects = page.locator(".nuw-desk-numbers select")
    selects.nth(1).select_option(label="degrees")
    selects.nth(2).select_option(label="arcmin")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nuw-desk-fields input')].at(-1).value === '1.0000'"
    )
    field(desk, "radius").fill("1.5")
    field(desk, "radius").press("Enter")
    desk.wait_python("b.regions.source.shapes[0].radius_arcsec == 90")
    field(desk, "Dec").fill("34.99")
    field(desk, "Dec").press("Enter")
    desk.wait_python("a.regions.source.shapes[0].dec_deg == 34.99")
    selects.nth(1).select_option(label="hh:mm:ss")
    selects.nth(2).select_option(label="arcsec")
    page.wait_for_function(
        "() => document.querySelector('.nuw-desk-fields input').value.includes(':')"
    )
    desk.wait_python("desk.units.now.length == 'arcsec'")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nuw-desk-fields input')].at(-1).value === '90.00'"
    )


def test_the_order_is_dragged_and_the_last_wins(desk):
    desk.python("a.regions.source = [nw.Circle(ra, dec, 60), nw.Circle(ra, dec, 30, exclude=True)]")
    desk.python("s.settle(); full = a.regions.product.source.n_pixels")
    desk.page.wait_for_selector(".nuw-shape[data-key=source-1]")
    x, y = desk.centre(".nuw-shape[data-key=source-1] .nuw-shape-grip")
    top = desk.page.locator(".nuw-shape[data-key=source-0]").bounding_box()["y"]
    desk.drag((x, y), (x, top + 2), steps=8, release=False)
    line = desk.page.locator(".nuw-shape-line")
    assert line.is_visible()
    desk.screenshot("regiondesk_order", ".nuw-desk")
    desk.page.evaluate(LET_GO)
    desk.wait_python("[s.exclude for s in b.regions.source.shapes] == [True, False]")
    assert not line.is_visible()
    desk.python("s.settle()")
    assert desk.python("a.regions.product.source.n_pixels > full") == "True"
    x, y = desk.centre(".nuw-shape[data-key=source-0] .nuw-shape-grip")
    bottom = desk.page.locator(".nuw-shape[data-key=background-0]").bounding_box()
    desk.drag((x, y), (x, bottom["y"] + bottom["height"] - 1), steps=8)
    desk.wait_python(f"{KINDS.format('a.regions.background')} == ['Annulus', 'Circle']")
    desk.page.keyboard.press("ArrowUp")  # the grip keeps the focus
    desk.wait_python(f"{KINDS.format('b.regions.background')} == ['Circle', 'Annulus']")
    desk.page.locator(".nuw-shape[data-key=background-0] .nuw-shape-turn").click()
    desk.wait_python("not b.regions.background.shapes[0].exclude")


def test_all_of_it_goes_by_the_keyboard_alone(desk):
    page = desk.page
    page.locator(".nuw-tools").get_by_role("button", name="ellipse", exact=True).focus()
    page.keyboard.press("Space")
    page.wait_for_selector(f"{FIRST} >> .nuw-drawing")
    page.locator(f"{FIRST} >> .nuw-box").focus()
    page.keyboard.press("Enter")
    desk.wait_python("len(b.regions.source.shapes) == 2 and desk.chosen == ('source-1',)")
    for key in ("ArrowRight", "Shift+ArrowUp", ","):
        page.keyboard.press(key)
    desk.wait_python("b.regions.source.shapes[1].angle_deg % 360 == 5")
    page.keyboard.press("PageUp")
    desk.wait_python(f"{KINDS.format('b.regions.source')} == ['Ellipse', 'Circle']")
    desk.wait_python("len(view.chosen) == 1 and desk.list.rows.chosen == ['source-0']")
    page.locator(".nuw-tools").get_by_role("button", name="Place", exact=True).focus()
    page.keyboard.press("Enter")
    desk.wait_python(f"{KINDS.format('b.regions.source')} == ['Ellipse', 'Circle', 'Ellipse']")
    page.locator(".nuw-shape[data-key=source-2] .nuw-shape-name").focus()
    page.keyboard.press("PageUp")
    desk.wait_python("desk.chosen == ('source-1',)")
    page.wait_for_function(
        "() => document.activeElement.closest('.nuw-shape')?.dataset.key === 'source-1'"
    )
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    desk.wait_python("desk.chosen == ('source-0',)")
    page.keyboard.press("Delete")
    desk.wait_python(f"{KINDS.format('b.regions.source')} == ['Ellipse', 'Circle']")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('.nuw-panel') !== null")


def test_a_shape_snaps_to_its_source(desk):
    desk.python("a.regions.source = b.regions.source = nw.Circle(ra + 0.006, dec - 0.004, 50)")
    desk.page.wait_for_timeout(200)
    desk.page.mouse.click(*middle(desk))
    desk.wait_python("desk.chosen == ('source-0',)")
    desk.page.keyboard.press("c")
    desk.wait_python("abs(b.regions.source.shapes[0].dec_deg - dec) < 5e-4")
    assert json.loads(desk.python("source(lambda shape: abs(shape.ra_deg - ra))")) == (
        pytest.approx([0], abs=6e-4)
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_how_it_looks(desk, theme):
    desk.theme(theme)
    desk.python("""for d in (a, b):
    d.counts.bands = [(3, 10), (10, 30), (30, 79)]
    d.regions.source = [nw.Circle(ra, dec, 90), nw.Circle(ra + 0.03, dec, 25, exclude=True)]
    d.regions.named = {"NE knot": nw.Circle(ra + 0.04, dec + 0.03, 45),
                       "arc": nw.Panda(ra, dec, 200, 300, 60, 150)}""")
    desk.python("desk.select(a.name, ['arc-0']); s.settle()")
    desk.page.wait_for_timeout(800)
    desk.screenshot(f"regiondesk_{theme}", ".nuw-panel")
    small = desk.page.evaluate("""() => [...document.querySelectorAll('.nuw-desk .widget-label')]
      .filter((n) => n.offsetParent && n.scrollWidth > n.clientWidth + 1).map((n) => n.textContent)""")
    assert small == []
    desk.theme("light")


def test_nothing_sticks_out_of_a_narrow_panel(desk):
    desk.page.set_viewport_size({"width": 660, "height": 3000})
    desk.page.wait_for_timeout(500)
    outside = desk.page.evaluate("""() => { const panel = document.querySelector('.nuw-panel');
      const edge = panel.getBoundingClientRect().right + 1;
      return [...panel.querySelectorAll('.nuw-desk *, .nuw-tools *')]
        .filter((n) => n.offsetParent && n.getBoundingClientRect().right > edge)
        .map((n) => n.className); }""")
    assert outside == []
    desk.screenshot("regiondesk_narrow", ".nuw-panel")
    desk.page.set_viewport_size({"width": 1000, "height": 2200})


def test_the_page_had_no_errors(desk):
    assert desk.messages == []
    assert desk.python("panel.message.value") == "''"
