"""The image panel: what a hand does in the image reaches the session, and back."""

from __future__ import annotations

import copy

import pytest

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelBox, PixelEllipse, PixelPolygon
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.panels.history import History
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
    panel.history.undo()
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


def test_regions_are_saved_and_loaded(session, panel, tmp_path):
    first = next(iter(session.datasets.values()))
    kept = first.regions.source
    panel.file.value = str(tmp_path / "src.reg")
    panel._save()
    panel._new("circle")
    assert len(first.regions.source.shapes) == 2
    panel._load()
    shape, before = first.regions.source.shapes[0], kept.shapes[0]
    assert shape.ra_deg == pytest.approx(before.ra_deg, abs=1e-9)
    assert "read from" in panel.message.value


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
    for mine, other in zip(to_view(back, "source", plane), items, strict=True):
        for key, value in other.items():
            if isinstance(value, float):
                assert mine[key] == pytest.approx(value, abs=1e-6)
    assert merged(region, items, "source", None) == region


def test_history_has_an_end():
    now = [0]
    history = History(lambda: now[0], lambda value: now.__setitem__(0, value))
    history.remember()
    now[0] = 1
    history.undo()
    assert now[0] == 0
    with pytest.raises(nw.NuwidgetsError, match="Nothing to undo"):
        history.undo()
