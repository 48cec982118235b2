"""The image panel: what it draws, and how it is looked at."""

from __future__ import annotations

import copy
import threading
import time

import pytest

import nuwidgets as nw
from nuwidgets.errors import BusyError, InputError
from nuwidgets.panels.export import export_row
from nuwidgets.panels.saving import apart
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
    before, now = (r.to_pixel(panel.desk.plane(first.name)) for r in (sky, first.regions.source))
    assert now.shapes[0].x == pytest.approx(before.shapes[0].x + 4.0)
    assert view.regions[0]["x"] == pytest.approx((now.shapes[0].x - 0.5) / 2)


def test_views_are_linked_while_their_pixels_are_of_one_size(session, panel):
    first, second = session.datasets.values()
    link, *others = panel.tiles.links.links
    assert [one.source[1] for one in (link, *others)] == ["view", "colormap", "stretch"]
    first.image.binning = 2
    session.settle()
    assert panel.tiles.links.links == []
    assert link.comm is None
    second.image.binning = 2
    session.settle()
    assert len(panel.tiles.links.links) == 3
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


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


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
