"""A step that takes errors goes on where a step above it failed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import traitlets as t

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.core.step import Step
from nuwidgets.errors import InputError


@dataclass(frozen=True)
class OneRequest:
    number: int
    above: tuple = ()


@dataclass(frozen=True)
class SumRequest:
    ones: tuple[OneRequest, ...]


class One(Step):
    number = t.Int(0)

    def request(self):
        return OneRequest(self.number, tuple(step.request() for step in self.above))


class Sum(Step):
    takes_errors = True

    def request(self):
        return SumRequest(tuple(step.request() for step in self.above))


class Strict(Sum):
    takes_errors = False


def one(request, _above, _token):
    if request.number < 0:
        raise InputError("Cannot count below 0. Count from 0.")
    return request.number


def total(_request, above, _token):
    good = [number for number in above if not isinstance(number, InputError)]
    return sum(good), len(above) - len(good)


def moody(door):
    """A step that fails once."""
    wrong = [InputError("The disk was away. Try again.")]

    def solve(request, above, token):
        if wrong:
            raise wrong.pop()
        return one(request, above, token)

    return One(solve, door=door, number=5)


@pytest.fixture
def steps():
    door = Door(workers=2)
    yield door, One(one, door=door, number=3), One(one, door=door, number=-1)
    door.close()


def test_what_failed_is_handed_on_as_its_error(steps):
    _, good, bad = steps
    both = Sum(total, good, bad)
    assert both.run() == (3, 1)
    assert bad.state is State.FAILED
    assert both.state is State.FRESH
    assert both.stale_because() == ()
    good.number = 4
    assert both.state is State.STALE
    assert both.run() == (4, 1)
    bad.number = 5
    assert both.state is State.STALE
    assert both.run() == (9, 0)


def test_others_do_not_go_on(steps):
    _, good, bad = steps
    both = Strict(total, good, bad)
    with pytest.raises(InputError, match="Cannot count below 0"):
        both.run()
    assert both.state is State.FAILED


def test_a_step_that_follows_goes_on_too(steps):
    door, good, bad = steps
    both = Sum(total, good, bad)
    live = Live(door, good, bad, both)
    live.settle()
    assert both.product == (3, 1)
    bad.number = 1
    live.settle()
    assert both.product == (4, 0)
    live.close()


def test_what_failed_further_above_is_handed_on_too(steps):
    door, good, bad = steps
    between = One(one, bad, door=door, number=7)
    both = Sum(total, good, between)
    live = Live(door, good, bad, between, both)
    live.settle()
    assert both.product == (3, 1)
    assert both.state is State.FRESH
    bad.number = 1
    live.settle()
    assert both.product == (10, 0)
    live.close()


def test_what_failed_and_succeeds_later_is_taken_in(steps):
    door, good, _ = steps
    once = moody(door)
    both = Sum(total, good, once)
    assert both.run() == (3, 1)
    assert both.state is State.FRESH
    assert once.run() == 5
    assert both.state is State.STALE
    assert both.run() == (8, 0)
    assert both.state is State.FRESH


def test_a_step_that_follows_takes_it_in_too(steps):
    door, good, _ = steps
    once = moody(door)
    both = Sum(total, good, once)
    live = Live(door, good, once, both)
    live.settle()
    assert both.product == (3, 1)
    once.run()
    live.settle()
    assert both.product == (8, 0)
    live.close()
