"""The image panel: what a hand does in the image reaches the session, and back."""

from __future__ import annotations

import copy
import html
import threading
import time

import pytest

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
)
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import BusyError, InputError
from nuwidgets.panels.export import export_row
from nuwidgets.panels.region_codec import from_view, merged, to_view
from nuwidgets.panels.saving import apart, named, write_own
from nuwidgets.panels.view_links import rescaled


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
        before.to_pixel(panel.plane(first.name)).shapes[0].x
    )


def test_alone_when_unticked(session, panel):
    first, second = session.datasets.values()
    other = second.regions.source
    panel.together.set_state({"value": False})
    panel.views[first.name].set_state({"regions": moved(panel.views[first.name], 4.0)})
    assert second.regions.source == other


def test_shapes_that_were_not_moved_keep_every_digit(session, panel):
    first = next(iter(session.datasets.values()))
    background = first.regions.background
    panel.views[first.name].set_state({"regions": moved(panel.views[first.name], 4.0)})
    assert first.regions.background == background


def test_counts_follow(session, panel):
    first = next(iter(session.datasets.values()))
    before = panel.notes[first.name].value
    first.regions.source = nw.Circle(280.0, 35.0, 20.0)
    session.settle()
    assert panel.notes[first.name].value != before
    assert f"{len(first.regions.product.source.pi):,}" in panel.notes[first.name].value


def test_numbers_are_typed_in_degrees_or_sexagesimal(session, panel):
    first = next(iter(session.datasets.values()))
    box = panel.form._rows["source"]["ra_deg"]
    box.set_state({"value": "18:40:01.2"})
    assert first.regions.source.shapes[0].ra_deg == pytest.approx(280.005)
    box.set_state({"value": "nowhere"})
    assert "nowhere" in panel.message.value
    assert box.value == "280.005000"
    panel.form._rows["source"]["radius_arcsec"].set_state({"value": "60"})
    assert first.regions.source.shapes[0].radius_arcsec == 60


@pytest.mark.parametrize(("name", "wrong", "words"), [
    ("radius_arcsec", "big", "Cannot read 'big' as radius"),
    ("radius_arcsec", "-3", "radius_arcsec is -3.0, and must be above 0"),
    ("dec_deg", "up", "Cannot read 'up' as an angle"),
])  # fmt: skip
def test_a_wrong_number_is_called_by_its_name_and_undone(session, panel, name, wrong, words):
    box = panel.form._rows["source"][name]
    before = box.value
    box.set_state({"value": wrong})
    assert words in html.unescape(panel.message.value)
    assert box.value == before


def delete(view, role):
    view.set_state({"regions": [r for r in view.regions if r["role"] != role]})


def test_a_deleted_shape_is_said_and_drawn_again(session, panel):
    first, second = session.datasets.values()
    view = panel.views[first.name]
    for role, left in (("background", ["source"]), ("source", [])):
        delete(view, role)
        session.settle()
        assert not getattr(second.regions, role)
        assert [name for name, row in panel.form._rows.items() if row] == left
        assert [shows(row, "no shape") for row in panel.form.box.children] == [
            r not in left for r in ("source", "background")
        ]
    assert "Draw a source region" in panel.message.value
    assert panel.notes[first.name].value == ""
    panel._new("circle")
    session.settle()
    assert "Draw a source" not in panel.message.value
    assert "source" in panel.notes[first.name].value
    assert panel.form._rows["source"]["radius_arcsec"].value != ""


@pytest.mark.parametrize("none", [None, ()])
def test_a_role_without_a_shape_has_no_row(session, panel, none):
    first = next(iter(session.datasets.values()))
    old = panel.form._rows["background"]
    first.regions.background = none
    assert panel.form._rows["background"] == {}
    parts = [part for box in old.values() for part in (box, box.layout, box.style)]
    assert all(part.comm is None for part in parts)
    panel.form._take("background", "ra_deg", "3")  # what was typed before it was gone
    first.regions.source = none
    assert [*panel.form._rows.values()] == [{}, {}]
    assert panel.message.value == ""


def test_another_kind_of_shape_has_its_own_row(session, panel):
    first = next(iter(session.datasets.values()))
    first.regions.source = nw.Box(280.0, 35.0, 60.0, 30.0, 20.0)
    assert [*panel.form._rows["source"]] == [
        "ra_deg", "dec_deg", "width_arcsec", "height_arcsec", "angle_deg",
    ]  # fmt: skip
    panel.form._rows["source"]["angle_deg"].set_state({"value": "30"})
    assert first.regions.source.shapes[0].angle_deg == 30
    first.regions.source = nw.Polygon((280.0, 280.1, 280.0), (35.0, 35.0, 35.1))
    assert panel.form._rows["source"] == {}


@pytest.mark.parametrize("binning", [2, 5])
def test_regions_lie_on_the_same_sky_whatever_the_binning(session, panel, binning):
    first = next(iter(session.datasets.values()))
    view, sky = panel.views[first.name], first.regions.source
    for dataset in session.datasets.values():
        dataset.image.binning = binning
    session.settle()
    plane, shape = first.image.product.plane, view.regions[0]
    ra, dec = plane.to_sky(shape["x"], shape["y"])
    assert (ra, dec) == pytest.approx((sky.shapes[0].ra_deg, sky.shapes[0].dec_deg), abs=1e-9)
    assert shape["r"] * plane.pixel_arcsec == pytest.approx(sky.shapes[0].radius_arcsec)
    assert (view.view["x"], view.view["y"]) == pytest.approx((shape["x"], shape["y"]))
    view.set_state({"regions": moved(view, 3.0)})
    ra, dec = plane.to_sky(shape["x"] + 3.0, shape["y"])
    now = first.regions.source.shapes[0]
    assert (now.ra_deg, now.dec_deg) == pytest.approx((float(ra), float(dec)), abs=1e-9)
    assert now.radius_arcsec == pytest.approx(sky.shapes[0].radius_arcsec)
    panel._new("circle")
    x = first.regions.source.to_pixel(plane).shapes[-1].x
    assert x == pytest.approx(view.view["x"])
    assert len([r for r in view.regions if r["role"] == "source"]) == 2
    assert first.regions.source.to_pixel(panel.plane(first.name)).shapes[-1].radius == (
        pytest.approx(30.0)
    )


def test_an_image_of_other_pixels_waits_for_the_hand(session, panel):
    first = next(iter(session.datasets.values()))
    view, sky = panel.views[first.name], first.regions.source
    view.set_state({"dragging": True})
    first.image.binning = 2
    session.settle()
    assert view.shape == [1000, 1000]
    view.set_state({"regions": moved(view, 4.0)})
    view.set_state({"dragging": False})
    assert view.shape == [500, 500]
    before, now = (r.to_pixel(panel.plane(first.name)) for r in (sky, first.regions.source))
    assert now.shapes[0].x == pytest.approx(before.shapes[0].x + 4.0)
    assert view.regions[0]["x"] == pytest.approx((now.shapes[0].x - 0.5) / 2)


def test_views_are_linked_while_their_pixels_are_of_one_size(session, panel):
    first, second = session.datasets.values()
    (link,) = panel._together._links
    first.image.binning = 2
    session.settle()
    assert panel._together._links == []
    assert link.comm is None
    second.image.binning = 2
    session.settle()
    assert len(panel._together._links) == 1
    a, b = (panel.views[d.name].view for d in (first, second))
    assert a["zoom"] == b["zoom"]
    assert rescaled({}, 1, 2) == {}
    assert rescaled({"x": 0.5, "y": 2.5, "zoom": 3.0}, 1, 2) == {"x": 0.0, "y": 1.0, "zoom": 3.0}


def test_colours_that_a_hand_has_set_stay(session, panel):
    first, second = session.datasets.values()
    view, other = panel.views[first.name], panel.views[second.name]
    tops = view.range_hi, other.range_hi
    view.set_state({"range_hi": 7.5})
    for dataset in (first, second):
        dataset.image.band = (3, 10)
    session.settle()
    assert (view.range_lo, view.range_hi) == (0.0, 7.5)
    assert other.range_hi == float(second.image.product.counts.max()) != tops[1]
    view.set_state({"range_lo": 9.0})  # above the upper one: nothing could be seen
    first.image.band = (3, 20)
    session.settle()
    assert (view.range_lo, view.range_hi) == (0.0, float(first.image.product.counts.max()))


def shows(widget, words):
    """Whether any text of a panel has these words."""
    mine = words in str(getattr(widget, "value", ""))
    return mine or any(shows(child, words) for child in getattr(widget, "children", ()))


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_regions_are_saved_and_loaded(session, panel, tmp_path):
    first = next(iter(session.datasets.values()))
    kept, files = first.regions.source, panel.files
    files.file.value = str(tmp_path / "src.reg")
    files.save()
    until(lambda: "source region written to src.reg" in files.note.value)
    panel._new("circle")
    assert len(first.regions.source.shapes) == 2
    files.load()
    until(lambda: "source region read from src.reg" in files.note.value)
    session.settle()
    assert "read from" in files.note.value
    assert first.regions.source == kept
    panel.head.tools.undo()
    assert len(first.regions.source.shapes) == 2
    files.save()  # its own file is replaced
    until(lambda: "written" in files.note.value)
    assert len(nw.read_regions(tmp_path / "src.reg").shapes) == 2


def test_the_file_of_another_is_never_replaced(session, panel, tmp_path):
    path = tmp_path / "theirs.reg"
    path.write_text("# precious")
    panel.files.file.value = str(path)
    panel.files.save()
    until(lambda: "that this panel did not" in panel.message.value)
    assert path.read_text() == "# precious"
    path.unlink()
    panel.files.save()
    until(lambda: "written" in panel.files.note.value)
    path.write_text("# edited by hand since")
    panel.files.save()
    until(lambda: "that this panel did not" in panel.message.value)
    assert path.read_text() == "# edited by hand since"
    with pytest.raises(InputError, match=r"this panel did not write. Choose another name"):
        write_own(panel, path, lambda _path: None)


def test_what_a_region_file_holds_besides_is_said(session, panel, tmp_path):
    path = tmp_path / "more.reg"
    path.write_text('fk5\ncircle(280,35,20")\nline(1,2,3,4)\n')
    panel.files.file.value = str(path)
    panel.files.load()
    until(lambda: panel.files.note.value)
    session.settle()
    first = next(iter(session.datasets.values()))
    assert first.regions.source == nw.Region.of(nw.Circle(280.0, 35.0, 20.0))
    assert "line 3" in panel.files.note.value
    assert "a line is not supported. It is left out." in panel.files.note.value
    path.write_text("fk5\nline(1,2,3,4)\n")
    panel.files.load()
    until(lambda: "no usable region" in panel.message.value)
    assert panel.files.note.value == ""


def test_pixel_regions_are_saved_in_pixels_and_mixed_ones_on_the_sky(session, panel, tmp_path):
    first = next(iter(session.datasets.values()))
    panel.files.file.value = str(tmp_path / "src.reg")
    circle = PixelCircle(500.25, 400.5, 20.0)
    for shapes, frame in (((circle,), "physical"), ((circle, nw.Circle(280, 35, 9)), "fk5")):
        first.regions.source = shapes
        panel.files.save()
        until(lambda: "written" in panel.files.note.value)
        assert frame in (tmp_path / "src.reg").read_text().splitlines()
    first.regions.source = circle
    panel.files.save()
    until(lambda: "written" in panel.files.note.value)
    assert nw.read_regions(tmp_path / "src.reg") == nw.Region.of(circle)


def test_the_file_name_follows_the_role_until_one_is_typed(panel):
    panel.files.role.set_state({"index": 1})
    assert panel.files.file.value == "background.reg"
    panel.files.file.set_state({"value": "mine.reg"})
    panel.files.role.set_state({"index": 0})
    assert panel.files.file.value == "mine.reg"


def test_what_cannot_be_saved_is_said(session, panel):
    first = next(iter(session.datasets.values()))
    first.regions.background = None
    panel.files.role.value = "background"
    with pytest.raises(InputError, match="Cannot save the background region: there is none"):
        panel.files.save()
    with pytest.raises(InputError, match=r"no file is named. Type its name"):
        named("  ", "region")
    with pytest.raises(InputError, match=r"Cannot use .~nobody-here/a.reg. as a file name"):
        named("~nobody-here/a.reg", "region")


def test_nothing_is_drawn_or_written_behind_the_door(session, panel, tmp_path):
    gate, seen = threading.Event(), []

    def draw():
        seen.append((session.door.mine, gate.wait(20)))
        raise InputError("no figure after all")

    row = export_row(panel, str(tmp_path / "a.pdf"), lambda: draw)
    row.children[1].click()
    first = next(iter(session.datasets.values()))
    first.regions.source = nw.Circle(280.0, 35.0, 20.0)  # the door is free
    session.settle()
    gate.set()
    until(lambda: "no figure after all" in panel.message.value)
    assert seen == [(False, True)]
    row.close()


def test_a_closed_session_writes_nothing(session, panel):
    session.close()
    with pytest.raises(BusyError, match=r"the session is closed. Open a new session"):
        apart(panel, list, list)


def test_no_shape_is_placed_without_an_image(session):
    session.settle()
    session.live.paused = True
    panel = nw.ImagePanel(session)
    panel._drawn.clear()
    with pytest.raises(InputError, match="there is no image yet"):
        panel._new("circle")
    panel.close()


@pytest.mark.parametrize(
    "shape",
    [
        PixelEllipse(10, 20, 5, 3, 30),
        PixelBox(10, 20, 5, 3, 30, exclude=True),
        PixelAnnulus(10, 20, 3, 5),
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
