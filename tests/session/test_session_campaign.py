"""Many observations in a session: shared regions, and what follows first or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

import nuwidgets as nw
from nuwidgets.campaign import FEW, seen
from nuwidgets.core.job import State
from nuwidgets.errors import InputError

CIRCLE, LARGER = nw.Circle(280.0, 35.0, 60.0), nw.Circle(280.0, 35.0, 80.0)


@pytest.fixture
def path(observation):
    return next(observation.glob("event_cl/*A01_cl.evt*"))


@pytest.fixture
def three(path):
    with nw.Session(live=False) as session:
        for _ in range(3):
            session.add_events(path)
        yield session


@pytest.fixture(scope="module")
def many(observation):
    path = next(observation.glob("event_cl/*A01_cl.evt*"))
    with nw.Session() as session:
        for _ in range(FEW + 2):
            session.add_events(path)
        session.settle()
        yield session


def sources(session):
    return [one.regions.source for one in session.datasets.values()]


def test_a_shared_region_is_that_of_all_but_those_apart(three):
    first, second, third = three.datasets.values()
    three.share_regions(first.name)
    three.shared.source = CIRCLE
    assert sources(three) == [three.shared.source] * 3
    second.regions.source = LARGER
    assert three.shared.apart == (second.name,)
    three.shared.source = nw.Circle(280.0, 35.0, 40.0)
    assert sources(three) == [three.shared.source, second.regions.source, third.regions.source]
    assert second.regions.source.shapes == (LARGER,)
    three.shared.join(second.name)
    assert second.regions.source == three.shared.source


def test_a_new_observation_gets_the_shared_regions(three, path):
    three.share_regions(three.names[0])
    three.shared.source = CIRCLE
    fourth = three.add_events(path)
    assert fourth.regions.source.shapes == (CIRCLE,)
    three.remove(fourth.name)
    fourth.regions.source = LARGER
    assert three.shared.apart == ()


def test_only_an_event_file_has_regions_to_share(three):
    with pytest.raises(InputError, match="No event file 'other' here"):
        three.share_regions("other")
    with pytest.raises(InputError, match="No dataset 'other' here"):
        three.look_at("other")
    for part in (three.shared.join, three.shared.leave_out):
        with pytest.raises(InputError, match="No event file 'other' here"):
            part("other")


def test_of_many_only_what_is_looked_at_has_image_and_light_curve(many):
    many.look_at()
    first, *others = many.datasets.values()
    assert seen(many, many.names) == (first.name,)
    assert first.image.state is State.FRESH
    assert others[-1].image.state is State.EMPTY
    assert all(one.spectrum.state is State.FRESH for one in others)
    many.look_at(others[-1].name)
    many.settle()
    assert others[-1].image.state is others[-1].lightcurve.state is State.FRESH
    panel = object()
    many.onlookers.come(panel, others[2].image)
    many.settle()
    assert others[2].image.state is State.FRESH
    many.onlookers.go(panel)
    assert others[1].image.run().counts.sum() > 0


def test_all_follow_a_shared_region_in_the_end(many):
    many.look_at(many.names[1])
    many.share_regions(many.names[0])
    for radius in (50.0, 55.0, 60.0):
        many.shared.source = nw.Circle(280.0, 35.0, radius)
    many.settle()
    totals = {one.spectrum.product.total for one in many.datasets.values()}
    assert len(totals) == 1
    assert all(one.spectrum.state is State.FRESH for one in many.datasets.values())
    assert many.longterm.state is State.EMPTY  # nobody looks at it
    many.shared.source = None


def test_what_is_removed_leaves_no_name_behind(three, path):
    three.share_regions(three.names[0])
    second = three.names[1]
    three.datasets[second].regions.source = LARGER
    three.look_at(*three.names)
    three.remove(second)
    assert (three.shared.apart, three.focus) == ((), three.names)
    assert three.add_events(path).name == second
    assert three.datasets[second].regions.source == three.shared.source


def test_a_session_is_brought_back_into_one_that_shared_other_regions(three, path):
    three.share_regions(three.names[0])
    three.shared.source = CIRCLE
    three.datasets[three.names[1]].regions.source = LARGER
    record = three.record()
    with nw.Session(live=False) as other:
        other.add_events(path)
        other.share_regions(other.names[0])
        assert other.restore(record) == []
        assert sources(other) == sources(three)
        assert other.shared.apart == (three.names[1],)
        older = replace(record, steps={n: s for n, s in record.steps.items() if n != "shared"})
        other.restore(older)  # a file of a version without shared regions
        assert sources(other) == sources(three)
        assert not other.shared.on


def test_going_back_shares_the_regions_of_then(three):
    three.share_regions(three.names[0])
    three.shared.source = CIRCLE
    three.longterm.run()
    three.shared.source = LARGER
    with three.edits.gesture():
        three.history.restore(len(three.history) - 1)
    assert three.shared.apart == ()
    assert three.shared.source.shapes == (CIRCLE,)
    assert three.longterm.state is State.FRESH
    three.undo()
    assert {one.shapes for one in sources(three)} == {(LARGER,)}


def test_going_back_finds_each_observation_by_its_name(three, observation):
    path = next(observation.glob("event_cl/*B01_cl.evt*"))
    module_b = three.add_events(path)
    request = three.longterm.run().request
    three.remove(three.names[0])
    three.longterm.band = (3, 5)
    three.longterm.recall(request)
    assert module_b.events.path == str(path)
    assert three.longterm.band == request.band
