"""Numbers of shapes at the region desk: shown as they move, typed, refused beside the field."""

from __future__ import annotations

import html

import pytest

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import PixelCircle


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ImagePanel(session)
    yield panel
    panel.close()


def type_in(panel, name, text):
    panel.desk.form.fields[name].set_state({"value": text})


def test_numbers_are_typed_in_degrees_or_sexagesimal(session, panel):
    first, second = session.datasets.values()
    type_in(panel, "x", "18:40:01.2")
    assert first.regions.source.shapes[0].ra_deg == pytest.approx(280.005)
    panel.desk.units.position.set_state({"index": 1})
    assert panel.desk.form.fields["x"].value == "280.005000"
    type_in(panel, "radius", "60")
    assert second.regions.source.shapes[0].radius_arcsec == 60
    panel.desk.units.length.set_state({"index": 1})
    assert panel.desk.form.fields["radius"].value == "1.0000"
    type_in(panel, "radius", '90"')
    assert first.regions.source.shapes[0].radius_arcsec == 90


@pytest.mark.parametrize(("name", "wrong", "words"), [
    ("radius", "big", "Cannot read 'big' as radius"),
    ("radius", "0", "radius_arcsec is 0.0, and must be above 0"),
    ("y", "up", "Cannot read 'up' as an angle"),
])  # fmt: skip
def test_a_wrong_number_is_said_beneath_and_undone(session, panel, name, wrong, words):
    first = next(iter(session.datasets.values()))
    form, before, region = panel.desk.form, panel.desk.form.fields[name].value, first.regions.source
    type_in(panel, name, wrong)
    assert words in html.unescape(form.said.value)
    assert form.fields[name].value == before
    assert first.regions.source == region
    panel.desk.select(first.name, ["background-0"])
    assert form.said.value == ""
    type_in(panel, "x", "nowhere")
    type_in(panel, "x", "18:40:02")
    assert form.said.value == ""


def test_the_numbers_are_those_of_the_chosen_shape(session, panel):
    first = next(iter(session.datasets.values()))
    first.regions.source = [nw.Circle(280, 35, 60), nw.Box(280.0, 35.0, 60.0, 30.0, 20.0)]
    form, desk = panel.desk.form, panel.desk
    assert form.title.value == "source, circle 1"  # nothing is chosen
    panel.views[first.name].set_state({"chosen": ["source-1"]})
    assert [*form.fields] == ["x", "y", "width", "height", "angle_deg"]
    assert form.title.value == "source, box 2"
    type_in(panel, "angle_deg", "30")
    assert first.regions.source.shapes[1].angle_deg == 30
    assert desk.chosen == ("source-1",)
    old = [part for box in form.fields.values() for part in (box, box.layout, box.style)]
    first.regions.source = None
    assert form.fields == {}
    assert all(part.comm is None for part in old)
    assert "no shape. Take a tool" in form.title.value
    form._take("angle_deg", "40")  # what was typed before it was gone
    assert panel.message.value == ""


def test_corners_are_typed(session, panel):
    first = next(iter(session.datasets.values()))
    first.regions.source = nw.Polygon((280.0, 280.1, 280.0), (35.0, 35.0, 35.1))
    assert [*panel.desk.form.fields] == ["corners"]
    box = panel.desk.form.fields["corners"]
    type_in(panel, "corners", box.value + "\n18:39:50 +35:03:00")
    assert len(first.regions.source.shapes[0].ra_deg) == 4
    assert first.regions.source.shapes[0].ra_deg[:3] == (280.0, 280.1, 280.0)
    type_in(panel, "corners", "1 2 3")
    assert "Cannot read" in panel.desk.form.said.value
    assert len(box.value.splitlines()) == 4


def test_several_shapes_move_by_what_is_typed(session, panel):
    first = next(iter(session.datasets.values()))
    before = panel.desk.stack(first.name)
    panel.views[first.name].set_state({"chosen": ["source-0", "background-0"]})
    assert [*panel.desk.form.fields] == ["east", "north"]
    type_in(panel, "north", "36")
    for name in ("source", "background"):
        now, then = panel.desk.stack(first.name)[name].shapes[0], before[name].shapes[0]
        assert now.dec_deg - then.dec_deg == pytest.approx(0.01, abs=1e-6)
        assert now.ra_deg == pytest.approx(then.ra_deg, abs=1e-5)
    assert panel.desk.form.fields["north"].value == "0"
    panel.head.tools.undo()
    assert panel.desk.stack(first.name) == before


def test_units_are_remembered(session, panel):
    panel.desk.units.position.set_state({"index": 2})
    panel.desk.units.length.set_state({"index": 2})
    other = nw.ImagePanel(session)
    assert other.desk.units.now.position == other.desk.units.now.length == "pixels"
    first = next(iter(session.datasets.values()))
    place = first.regions.source.to_pixel(panel.desk.plane(first.name)).shapes[0]
    assert other.desk.form.fields["x"].value == f"{place.x:.2f}"
    assert other.desk.list.rows.rows[0]["text"].endswith("61.02 px")
    other.close()


def test_the_numbers_follow_a_drag_and_the_list_when_it_ends(session, panel):
    first = next(iter(session.datasets.values()))
    view, desk = panel.views[first.name], panel.desk
    before, text = desk.form.fields["x"].value, desk.list.rows.rows[0]["text"]
    view.set_state({"dragging": True})
    items = [{**item, "x": item["x"] + 9.0} for item in view.regions]
    view.set_state({"regions": items})
    assert desk.form.fields["x"].value != before
    assert desk.list.rows.rows[0]["text"] == text
    view.set_state({"dragging": False})
    assert desk.list.rows.rows[0]["text"] != text


def test_without_a_sky_all_is_in_pixels(session, panel, monkeypatch):
    first = next(iter(session.datasets.values()))
    desk = panel.desk
    monkeypatch.setattr(desk, "plane", lambda _name: None)
    for dataset in session.datasets.values():
        dataset.regions.source = PixelCircle(500.0, 480.0, 20.0)
        dataset.regions.background = None
    assert {n: f.value for n, f in desk.form.fields.items()} == {
        "x": "500.00", "y": "480.00", "radius": "20.00",
    }  # fmt: skip
    type_in(panel, "radius", "25")
    assert first.regions.source.shapes == (PixelCircle(500.0, 480.0, 25.0),)
    type_in(panel, "radius", "1'")
    assert "no sky coordinates" in desk.form.said.value
    desk.tools.put("box")
    assert desk.form.title.value == "source, box 2"
