"""Shapes by their places: taken out, moved, ordered, and how they are known afterwards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.region import Circle, Region
from nuwidgets.panels import region_stack as stacks


def circle(size):
    return Circle(10, 20, size)


def stack():
    """Source with 1, 2, 3; background with 4; a named one with 5 and 6."""
    return {
        "source": Region((circle(1), circle(2), circle(3))),
        "background": Region((circle(4),)),
        "knot-7": Region((circle(5), circle(6))),
        "empty": Region(),
    }


def sizes(stack):
    return {name: [int(s.radius_arcsec) for s in region.shapes] for name, region in stack.items()}


def named(stack, ids):
    return [int(shape.radius_arcsec) for shape in stacks.found(stack, ids).values()]


def test_ids_name_region_and_place():
    assert stacks.ids_of(stack()) == [
        "source-0", "source-1", "source-2", "background-0", "knot-7-0", "knot-7-1",
    ]  # fmt: skip
    assert stacks.place_of("knot-7-1") == ("knot-7", 1)
    assert stacks.place_of("gone") == ("gone", -1)
    assert named(stack(), ["knot-7-1", "source-9", "gone", "source-0"]) == [1, 6]


def test_shapes_are_turned_over_and_taken_out():
    turned = stacks.turned_over(stack(), ["source-1", "background-0"])
    assert [s.exclude for s in turned["source"].shapes] == [False, True, False]
    assert turned["background"].shapes[0].exclude
    assert stacks.turned_over(turned, ["source-1", "background-0"]) == stack()
    assert sizes(stacks.without(stack(), ["source-0", "knot-7-1"])) == {
        "source": [2, 3], "background": [4], "knot-7": [5], "empty": [],
    }  # fmt: skip


def test_shapes_come_into_another_region_together():
    new, ids = stacks.brought(stack(), ["source-2", "knot-7-0"], "background", 0)
    assert sizes(new) == {"source": [1, 2], "background": [3, 5, 4], "knot-7": [6], "empty": []}
    assert named(new, ids) == [3, 5]
    new, ids = stacks.brought(stack(), ["source-0"], "source", 3)
    assert sizes(new)["source"] == [2, 3, 1]
    assert ids == ("source-2",)
    new, ids = stacks.brought(stack(), ["source-2"], "source", 1)
    assert sizes(new)["source"] == [1, 3, 2]
    assert ids == ("source-1",)


def test_the_order_changes_by_one_and_ends_at_the_ends():
    new, ids = stacks.stepped(stack(), ["source-0", "knot-7-1"], 1)
    assert (sizes(new)["source"], sizes(new)["knot-7"]) == ([2, 1, 3], [5, 6])
    assert ids == ("source-1", "knot-7-1")
    new, ids = stacks.stepped(stack(), ["source-1", "source-2"], 1)
    assert sizes(new)["source"] == [1, 2, 3]
    new, ids = stacks.stepped(stack(), ["source-1", "source-2"], -1)
    assert sizes(new)["source"] == [2, 3, 1]
    assert ids == ("source-0", "source-1")


@given(
    st.sets(st.sampled_from(stacks.ids_of(stack()))),
    st.sampled_from(list(stack())),
    st.integers(0, 4),
    st.sampled_from([-1, 1]),
)
def test_no_shape_is_ever_lost(ids, role, at, by):
    before = named(stack(), ids)
    everything = sorted(size for some in sizes(stack()).values() for size in some)
    for new, after in (
        stacks.brought(stack(), ids, role, at),
        stacks.stepped(stack(), ids, by),
    ):
        assert sorted(size for some in sizes(new).values() for size in some) == everything
        assert sorted(named(new, after)) == sorted(before)
