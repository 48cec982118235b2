"""Steps that follow their settings only while somebody looks at them."""

import time

import pytest
from core_toys import Toy, answer, until

from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.core.onlookers import Onlookers


class Shy(Toy):
    """A step that waits to be seen."""

    only_seen = True


@pytest.fixture
def watched(door):
    """A step above, a shy one below, and who looks; all live."""
    above = Toy(answer, door=door)
    shy, onlookers = Shy(answer, above), Onlookers(door)
    live = Live(door, above, shy, spares=onlookers.miss)
    yield above, shy, onlookers, live
    live.close()


def test_waits_until_seen_then_follows(watched):
    above, shy, onlookers, live = watched
    live.settle()
    assert (above.state, shy.state) == (State.FRESH, State.EMPTY)
    onlookers.come("panel", shy)
    until(lambda: shy.state is State.FRESH)
    above.a = 5
    live.settle()
    assert shy.product.ask.above[0].a == 5


def test_two_panels_look_and_one_goes(watched):
    above, shy, onlookers, live = watched
    onlookers.come("one", shy)
    onlookers.come("other", shy)
    onlookers.go("one")
    above.a = 6
    live.settle()
    assert shy.state is State.FRESH
    onlookers.go("other")
    above.a = 7
    live.settle()
    time.sleep(0.05)
    assert shy.state is State.STALE


def test_runs_when_told_though_nobody_looks(watched):
    above, shy, _onlookers, live = watched
    above.a = 8
    assert shy.run().ask.above[0].a == 8
    live.settle()


def test_other_steps_need_nobody(watched):
    above, _shy, onlookers, _live = watched
    assert not onlookers.miss(above)


def test_closed_eyes_see_nothing_until_they_open(watched):
    above, shy, onlookers, live = watched
    onlookers.come("panel", shy)
    live.settle()
    onlookers.sleep("panel")
    above.a = 9
    live.settle()
    time.sleep(0.05)
    assert shy.state is State.STALE
    onlookers.wake("panel")
    until(lambda: shy.state is State.FRESH)
    assert shy.product.ask.above[0].a == 9


def test_what_one_turns_from_waits_as_a_shy_step_does(door):
    step, onlookers = Toy(answer, door=door), Onlookers(door)
    onlookers.turn_from([step])
    live = Live(door, step, spares=onlookers.miss)
    live.settle()
    assert step.state is State.EMPTY
    onlookers.come("panel", step)
    live.settle()
    assert step.state is State.FRESH
    onlookers.go("panel")
    step.a = 5
    live.settle()
    assert step.state is State.STALE
    onlookers.turn_from([])
    live.settle()
    assert step.product.ask.a == 5
    live.close()
