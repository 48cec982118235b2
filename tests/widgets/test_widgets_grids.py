"""The grids of tiles without a browser: what is sent, when, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets import grid_view
from nuwidgets.widgets.grid_view import GridView
from nuwidgets.widgets.image_grid import ImageGridView, image_traits
from nuwidgets.widgets.spectrum_grid import SpectrumGridView, spectrum_traits

TILES = [{"id": "a", "title": "day 1.0"}, {"id": "b", "used": False, "state": "failed"}]


@pytest.fixture
def view():
    made = ImageGridView(tiles=TILES)
    yield made
    made.close()


def test_images_travel_once_as_the_smallest_bytes_that_hold_them(view):
    cube = np.arange(24).reshape(2, 3, 4)
    view.tell(**image_traits(cube), places={"a": [1, 2.0, 0.5, -0.5, 1.0]})
    assert (view.shape, view.dtype, len(view.images)) == ([2, 3, 4], "uint8", 24)
    assert np.array_equal(np.frombuffer(view.images, np.uint8).reshape(2, 3, 4), cube)
    view.tell(**image_traits(cube * 1000))
    assert (view.dtype, len(view.images)) == ("uint16", 48)
    view.tell(**image_traits(np.zeros((0, 1, 1))))
    assert (view.images, view.shape) == (b"", [0, 1, 1])


def test_spectra_travel_as_points_and_models_apart(view):
    bins = np.array([[1, 2], [2, 4], [0.5, 0.2], [0.1, 0.1], [0.4, np.nan]])
    traits = spectrum_traits({"a": bins, "b": bins[:, :1]})
    assert traits["pieces"] == {"a": [0, 2], "b": [2, 1]}
    points = np.frombuffer(traits["points"], "<f4").reshape(-1, 4)
    assert points[1] == pytest.approx([2, 4, 0.2, 0.1])
    moved = spectrum_traits({"a": bins * [[1], [1], [1], [1], [2]], "b": bins[:, :1]})
    assert moved["points"] == traits["points"]
    assert moved["models"] != traits["models"]
    assert np.frombuffer(traits["models"], "<f4")[2] == pytest.approx(0.4)


def test_what_is_told_is_one_message_and_nothing_new_is_none(view):
    view.tell(tile_px=200, focus=["a"])
    assert (view.tile_px, view.focus, view.sent) == (200, ["a"], 1)
    view.tell(tile_px=200, focus=["a"])
    assert view.sent == 1


def test_while_a_page_draws_only_the_newest_waits(view):
    view.drawn = 0  # a page looks
    view.tell(alt="one")
    for alt in ("two", "three", "four"):
        view.tell(alt=alt)
    assert (view.alt, view.sent) == ("one", 1)
    view.drawn = 1
    assert (view.alt, view.sent) == ("four", 2)


def test_a_page_that_is_gone_is_not_waited_for(view, monkeypatch):
    view.drawn = 0
    view.tell(alt="one")
    monkeypatch.setattr(grid_view, "LOST_S", 0.0)
    view.tell(alt="two")
    assert view.alt == "two"


def test_hands_ask_for_what_is_there(view):
    asked = []
    view.look = lambda ids: asked.append(("look", ids))
    view.tick = lambda name, used: asked.append((name, used))
    for content in (
        {"act": "look", "ids": ["b", "gone"]},
        {"act": "tick", "ids": ["b"], "on": True},
        {"act": "tick", "ids": ["gone"], "on": True},
        {"act": "dance", "ids": ["a"]},
        {"act": "look", "ids": []},
    ):
        view._handle_custom_msg(content, [])
    assert asked == [("look", ("b",)), ("b", True), ("look", ())]


def test_nothing_is_asked_for_unless_somebody_listens():
    view = SpectrumGridView(tiles=TILES)
    view._handle_custom_msg({"act": "look", "ids": ["a"]}, [])
    assert (view.focus, repr(view)) == ([], "SpectrumGridView(2 tiles)")
    view.close()


def test_tiles_have_all_their_marks(view):
    first, second = view.tiles
    assert (first["used"], first["state"], second["why"]) == (True, "", "")
    assert repr(view) == "ImageGridView(2 tiles)"


@pytest.mark.parametrize(
    ("tiles", "words"),
    [
        ([{"title": "x"}], "it has no id. Give it one"),
        ([{"id": "a"}, {"id": "a"}], "are not all different"),
        ([{"id": "a", "state": "faled"}], "as 'faled'.*failed"),
        ([{"id": "a", "titel": "x"}], "Cannot show the tile.*title"),
    ],
)
def test_tiles_that_cannot_be_shown_are_refused(tiles, words):
    with pytest.raises(InputError, match=words):
        GridView(tiles=tiles)


def test_numbers_that_cannot_be_shown_are_refused(view):
    with pytest.raises(InputError, match=r"Give an array of shape \(n, n_y, n_x\)"):
        image_traits([[1, 2]])
    with pytest.raises(InputError, match=r"Cannot show the spectrum 'a'.*shape \(5, n\)"):
        spectrum_traits({"a": [[1, 2]]})
    with pytest.raises(InputError, match="it lacks r"):
        view.regions = {"": [{"id": "1", "shape": "circle", "x": 0, "y": 0}]}
