"""How steps hang together: changes of several that are judged once."""

from __future__ import annotations

import pytest
from core_toys import Toy, answer

from nuwidgets.core.job import State
from nuwidgets.core.links import judged_once


def test_several_changes_are_judged_once(door):
    first, second = Toy(answer, door=door), Toy(answer, door=door)
    below = Toy(answer, first, second)
    below.run()
    judged = []
    below.wakes.append(lambda: judged.append(below.state))

    def change():
        with judged_once([first, second]):
            first.a = second.a = 7
            assert below.state is State.FRESH

    door.do(change)
    assert judged == [State.STALE]
    assert first.state is second.state is State.STALE
    assert below.run().ask.above[1].a == 7


def test_what_goes_wrong_inside_leaves_all_judged(door):
    step = Toy(answer, door=door)
    step.run()

    def change():
        with judged_once([step]):
            step.a = 9
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        door.do(change)
    assert step.state is State.STALE
    step.a = 1
    assert step.state is State.FRESH
