"""The region desk: what a hand does in the image reaches the session, and back."""

from __future__ import annotations

import copy

import pytest

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.panels.region_codec import from_view, merged, to_view


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ImagePanel(session)
    yield panel
    panel.close()


def moved(view, by, which=0):
    items = copy.deepcopy(view.regions)
    items[which]["x"] += by
    return items


def test_a_drag_moves_the_region_on_all_modules_and_is_undone_as_one(session, panel):
    first, second = session.datasets.values()
    before = first.regions.source
    view = panel.views[first.name]
    view.set_state({"dragging": True})
    for _ in range(3):
        view.set_state({"regions": moved(view, 4.0)})
    view.set_state({"dragging": False})
    assert first.regions.source != before
    assert second.regions.source == first.regions.source
    panel.head.tools.undo()
    assert first.regions.source == before
    assert view.regions[0]["x"] == pytest.approx(
        before.to_pixel(panel.desk.plane(first.name)).shapes[0].x
    )


def test_alone_when_unticked(session, panel):
    first, second = session.datasets.values()
    other = second.regions.source
    panel.desk.together.set_state({"value": False})
    panel.views[first.name].set_state({"regions": moved(panel.views[first.name], 4.0)})
    assert second.regions.source == other


def test_shapes_that_were_not_moved_keep_every_digit(session, panel):
    first = next(iter(session.datasets.values()))
    background = first.regions.background
    panel.views[first.name].set_state({"regions": moved(panel.views[first.name], 4.0)})
    assert first.regions.background == background


def drawn(view, kind="circle", role="source", **numbers):
    """What the browser sends when a hand has drawn a shape."""
    item = {"id": "new-1", "shape": kind, "role": role, "exclude": False, "label": ""}
    item |= {"x": 500.0, "y": 480.0, "r": 12.0} | numbers
    return {
        "regions": [*view.regions, item], "chosen": ["new-1"], "selected": "new-1", "tool": "",
    }  # fmt: skip


def test_a_drawn_shape_joins_its_region_and_is_chosen(session, panel):
    first, second = session.datasets.values()
    desk, view, other = panel.desk, *panel.views.values()
    desk.tools.take("circle")
    assert (view.tool, other.tool, other.draw_role) == ("circle", "circle", "source")
    view.set_state(drawn(view))
    assert len(first.regions.source.shapes) == len(second.regions.source.shapes) == 2
    assert [r["id"] for r in view.regions] == ["source-0", "new-1", "background-0"]
    assert [r["id"] for r in other.regions] == ["source-0", "source-1", "background-0"]
    assert view.chosen == ["new-1"]  # the view's own id: the focus stays on it
    assert other.chosen == desk.list.rows.chosen == ["source-1"]
    assert desk.tools.tool == other.tool == ""
    assert desk.form.title.value == "source, circle 2"
    view.set_state({"chosen": []})
    assert other.chosen == desk.list.rows.chosen == []
    panel.head.tools.undo()
    assert len(first.regions.source.shapes) == 1


def test_a_shape_drawn_by_a_drag_is_one_change(session, panel):
    first = next(iter(session.datasets.values()))
    view = panel.views[first.name]
    view.set_state({"dragging": True})
    for radius in (5.0, 9.0, 14.0):
        items = [r for r in view.regions if r["id"] != "new-1"]
        whole = drawn(view, r=radius)
        view.set_state({**whole, "regions": [*items, whole["regions"][-1]]})
        assert len(first.regions.source.shapes) == 2
    assert panel.desk.chosen == ("source-1",)
    view.set_state({"dragging": False})
    assert view.chosen == ["new-1"]
    panel.head.tools.undo()
    assert len(first.regions.source.shapes) == 1


def test_a_shape_is_drawn_into_a_named_region_of_its_own_colour(session, panel):
    first, second = session.datasets.values()
    first.regions.named = second.regions.named = {"east": None, "NE knot": None}
    panel.desk.aim("NE knot")
    view = panel.views[first.name]
    assert view.draw_role == "NE knot"
    view.set_state(drawn(view, role="NE knot"))
    assert len(second.regions.named["NE knot"].shapes) == 1
    (item,) = (r for r in view.regions if r["role"] == "NE knot")
    assert (item["label"], item["color"]) == ("NE knot", "#ff8fd0")
    panel.desk.acts.act("turn", {"ids": ["NE knot-0"]})
    assert "color" not in view.regions[-1]


def test_a_deleted_shape_goes_everywhere(session, panel):
    first, second = session.datasets.values()
    view = panel.views[first.name]
    view.set_state(drawn(view))
    view.set_state({"regions": view.regions[1:], "chosen": ["new-1"]})
    assert len(second.regions.source.shapes) == 1
    assert panel.desk.chosen == ("source-0",)  # what was the second is the first
    view.set_state({"regions": view.regions[1:], "chosen": []})
    session.settle()
    assert not second.regions.source
    assert "Draw a source region" in panel.message.value
    panel.desk.tools.put("circle")
    session.settle()
    assert panel.message.value == ""


def test_chosen_shapes_of_another_image_are_listed(session, panel):
    first, second = session.datasets.values()
    desk = panel.desk
    panel.views[second.name].set_state({"chosen": ["background-0"]})
    assert (desk.current, desk.role) == (second.name, "background")
    assert desk.units.dataset.value == second.name
    assert panel.views[first.name].chosen == ["background-0"]
    desk.together.set_state({"value": False})
    panel.views[first.name].set_state({"chosen": ["source-0"]})
    assert panel.views[second.name].chosen == []
    desk.units.dataset.set_state({"index": 1})
    assert desk.current == second.name


@pytest.mark.parametrize(("by", "order"), [(1, ["Box", "Circle"]), (-1, ["Circle", "Box"])])
def test_keys_in_the_image_change_the_order(session, panel, by, order):
    first = next(iter(session.datasets.values()))
    circle, box = nw.Circle(280, 35, 60), nw.Box(280, 35, 60, 30, exclude=True)
    first.regions.source = (circle, box)
    view = panel.views[first.name]
    view._handle_custom_msg({"ask": "order", "ids": ["source-0"], "by": by}, [])
    assert [type(s).__name__ for s in first.regions.source.shapes] == order
    assert panel.desk.chosen == ("source-1" if by > 0 else "source-0",)
    assert view.chosen == ["source-0"]  # a view's ids go with the shapes
    assert {r["id"]: r["shape"] for r in view.regions}["source-0"] == "circle"


def test_keys_in_the_image_undo_and_redo(session, panel):
    first = next(iter(session.datasets.values()))
    view, before = panel.views[first.name], first.regions.source
    view.set_state({"regions": moved(view, 4.0)})
    after = first.regions.source
    view._handle_custom_msg({"ask": "undo", "ids": [], "by": 1}, [])
    assert first.regions.source == before
    view._handle_custom_msg({"ask": "redo", "ids": [], "by": 1}, [])
    assert first.regions.source == after


def test_a_detector_image_shows_no_regions_and_changes_none(session, panel):
    first = next(iter(session.datasets.values()))
    view, before = panel.views[first.name], panel.desk.stack(first.name)
    panel.desk.draws(first.name, 1, sky=False)
    assert view.regions == []
    view.set_state({"regions": [drawn(view)["regions"][-1]]})
    assert panel.desk.stack(first.name) == before
    panel.desk.draws(first.name, 1)
    assert len(view.regions) == 2


def test_ids_go_with_what_looks_the_same(session, panel):
    first = next(iter(session.datasets.values()))
    view, sizes = panel.views[first.name], (60, 50, 40)
    first.regions.source = [nw.Circle(280, 35, size) for size in sizes]
    before = {r["id"]: r["r"] for r in view.regions if r["role"] == "source"}
    first.regions.source = first.regions.source.shapes[::-1]
    assert {r["id"]: r["r"] for r in view.regions if r["role"] == "source"} == before
    assert [r["id"] for r in view.regions][:3] == ["source-2", "source-1", "source-0"]
    first.regions.source = (*first.regions.source.shapes[:2], nw.Box(280, 35, 9, 9))
    assert [r["id"] for r in view.regions][:3] == ["source-2", "source-1", "source-0"]
    first.regions.source = (*first.regions.source.shapes, nw.Point(280, 35))
    ids = [r["id"] for r in view.regions]
    assert len(set(ids)) == len(ids) == 5


def test_a_shape_off_this_sky_is_said_and_can_be_deleted(session, panel):
    first = next(iter(session.datasets.values()))
    for dataset in session.datasets.values():
        dataset.regions.named = {"far": nw.Circle(100, -35, 20)}
    assert "it is not on the sky that this file covers" in panel.message.value
    assert panel.desk.list.rows.rows[-1]["key"] == "far-0"
    panel.desk.list.rows.ask("delete", ids=["far-0"])
    assert not first.regions.named["far"]
    assert panel.message.value == ""
    assert len(panel.views[first.name].regions) == 2


def test_a_tile_that_goes_is_followed_no_more(session, panel):
    first = next(iter(session.datasets.values()))
    tile, before = nw.widgets.image_view.ImageView(), first.regions.source
    tile.set_image([[0, 1], [2, 3]])
    panel.desk.take_view(first.name, tile)
    assert [r["id"] for r in tile.regions] == ["source-0", "background-0"]
    tile.set_state({"dragging": True})
    tile.set_state({"regions": moved(tile, 4.0)})
    assert first.regions.source != before
    panel.desk.drop_view(first.name, tile)
    after = first.regions.source
    tile.regions = moved(tile, 4.0)
    assert first.regions.source == after
    panel.head.tools.undo()
    assert first.regions.source == before
    tile.close()


@pytest.mark.parametrize(
    "shape",
    [
        PixelEllipse(10, 20, 5, 3, 30),
        PixelBox(10, 20, 5, 3, 30, exclude=True),
        PixelAnnulus(10, 20, 3, 5),
        PixelEllipseAnnulus(10, 20, 3, 2, 6, 4, 30),
        PixelPanda(10, 20, 30, 120, 3, 5),
        PixelPoint(10, 20),
        PixelPolygon((1, 5, 3), (1, 1, 4)),
    ],
)
@pytest.mark.parametrize("plane", [None, TangentPlane(280, 35, 499.5, 499.5, -0.0007, 0.0007)])
def test_shapes_go_to_the_view_and_back(shape, plane):
    region = nw.Region((shape,))
    items = to_view(region, "source", None)
    back = from_view(items, "source", plane)
    wide = to_view(region, "source", None, 4)
    assert from_view(wide, "source", None, 4) == region
    for mine, other in zip(to_view(back, "source", plane), items, strict=True):
        for key, value in other.items():
            if isinstance(value, float):
                assert mine[key] == pytest.approx(value, abs=1e-6)
    assert merged(region, items, "source", None) == region
