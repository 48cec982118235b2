"""Who makes a light curve or a spectrum: the embedded engine while hands move, HEASoft where asked."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.core.step import Step
from nuwidgets.domain.region import Circle
from nuwidgets.errors import EngineFailedError, InputError
from nuwidgets.steps.events import EventsStep
from nuwidgets.steps.lightcurve import LightCurveStep
from nuwidgets.steps.regions import RegionsStep
from nuwidgets.steps.screen import ScreenStep
from nuwidgets.steps.spectrum import SpectrumStep

HERE, THERE = Circle(1.0, 2.0, 30.0), Circle(1.0, 2.0, 60.0)


class Chain:
    """Regions with a step of a kind on top; remembers who was asked."""

    def __init__(self, kind, door, here):
        self.asked = []
        self.fails, self.slow = False, None
        events = EventsStep(self.solve, door=door, path="a.evt")
        self.regions = RegionsStep(self.solve, ScreenStep(self.solve, events))
        self.regions.source = HERE
        self.top = kind(self.solve, self.regions, here=lambda: here)

    def solve(self, request, above, token):
        if hasattr(request, "engine"):
            self.asked.append(request.engine)
            if request.engine and self.slow is not None:
                self.slow.wait(10)
            if self.fails and request.engine:
                raise EngineFailedError("nuproducts failed: the test says so.")
        return request


class Below(Step):
    """A step that rests on another."""

    def request(self):
        return self.above[0].request()


@pytest.fixture
def door():
    door = Door(workers=2)
    yield door
    door.close()


@pytest.fixture(params=[SpectrumStep, LightCurveStep])
def kind(request):
    return request.param


@pytest.fixture
def chain(kind, door):
    return Chain(kind, door, here=True)


def test_run_asks_heasoft_where_it_is_installed(chain):
    assert chain.top.run().engine == "heasoft"
    assert chain.top.state is State.FRESH
    assert chain.top.by_heasoft


def test_start_asks_heasoft_as_run_does(chain):
    assert asyncio.run(chain.top.start()).engine == "heasoft"


def test_run_is_embedded_where_it_is_not(kind, door):
    chain = Chain(kind, door, here=False)
    assert chain.top.run().engine == ""
    assert not chain.top.by_heasoft


def test_what_rests_on_it_does_not_ask_heasoft(chain):
    assert chain.top.submit().result(5).engine == ""


def test_when_settings_move_the_embedded_engine_follows(chain):
    chain.top.run()
    chain.regions.source = THERE
    assert chain.top.state is State.STALE
    assert not chain.top.by_heasoft
    chain.regions.source = HERE
    assert chain.top.state is State.FRESH
    assert chain.asked == ["heasoft"]


def test_once_others_were_computed_heasoft_is_asked_by_run_alone(chain):
    chain.top.run()
    chain.regions.source = THERE
    chain.top.submit().result(5)
    chain.regions.source = HERE
    assert not chain.top.by_heasoft, "what follows the hand must not hang"
    assert chain.top.state is State.STALE
    chain.top.submit().result(5)
    chain.top.run()
    assert chain.asked == ["heasoft", "", "", "heasoft"]


def test_a_choice_holds_whatever_is_installed(kind, door):
    for here in (True, False):
        chain = Chain(kind, door, here=here)
        chain.top.engine = "embedded"
        assert chain.top.run().engine == ""
        chain.top.engine = "heasoft"
        assert chain.top.state is State.STALE
        assert chain.top.submit().result(5).engine == "heasoft"


def test_after_stop_the_embedded_engine_follows_again(chain):
    chain.top.ask()
    assert chain.top.by_heasoft
    chain.top.cancel()
    assert not chain.top.by_heasoft


def test_after_a_failure_stop_leads_back_to_the_embedded_engine(chain):
    chain.fails = True
    with pytest.raises(EngineFailedError, match="the test says so"):
        chain.top.run()
    chain.top.cancel()
    assert chain.top.state is State.EMPTY
    assert chain.top.error is None


def test_a_run_of_the_embedded_engine_asks_nobody_else(chain):
    chain.top.engine = "embedded"
    chain.top.run()
    chain.top.engine = "auto"
    assert not chain.top.by_heasoft
    assert chain.top.state is State.FRESH


def test_a_failure_of_heasoft_belongs_to_its_settings(chain):
    chain.fails = True
    with pytest.raises(EngineFailedError, match="the test says so"):
        chain.top.run()
    assert chain.top.state is State.FAILED
    chain.regions.source = THERE
    assert chain.top.state is not State.FAILED
    assert chain.top.submit().result(5).engine == ""


def test_live_follows_the_embedded_engine_alone(chain, door):
    live = Live(door, *chain.regions.above, chain.regions, chain.top,
                spares=lambda step: getattr(step, "by_heasoft", False))  # fmt: skip
    try:
        chain.regions.above[0].above[0].run()
        live.settle()
        assert chain.asked == [""]
        assert chain.top in live
        chain.top.engine = "heasoft"
        assert chain.top not in live
        live.settle()
        chain.regions.source = THERE
        live.settle()
        assert chain.asked == [""]
        assert chain.top.state is State.STALE
        assert chain.regions.state is State.FRESH
        chain.top.engine = "auto"
        live.settle()
        assert chain.asked == ["", ""]
        assert chain.top.state is State.FRESH
    finally:
        live.close()


def test_settling_does_not_wait_for_heasoft(chain, door):
    live = Live(door, *chain.regions.above, chain.regions, chain.top,
                spares=lambda step: getattr(step, "by_heasoft", False))  # fmt: skip
    go = threading.Event()
    below = Below(lambda request, *_: request, chain.top)
    live.add(below)
    try:
        chain.regions.above[0].above[0].run()
        live.settle()
        chain.slow = go
        chain.top.ask()
        future = chain.top.submit()
        live.settle(timeout_s=5)
        assert chain.top.state is State.RUNNING
        go.set()
        assert future.result(5).engine == "heasoft"
    finally:
        go.set()
        live.close()


def test_going_back_brings_who_made_it(chain):
    made = chain.top.run()
    chain.regions.source = THERE
    chain.top.submit().result(5)
    chain.top.recall(made)
    assert chain.top.engine == "auto"
    assert chain.top.request() == made
    chain.top.recall(replace(made, engine=""))
    assert chain.top.request() == replace(made, engine="")
    chain.top.engine = "embedded"
    chain.top.recall(made)
    assert chain.top.engine == "heasoft"


def test_unknown_engines_are_refused(chain):
    with pytest.raises(InputError, match="must be any of"):
        chain.top.engine = "sherpa"
