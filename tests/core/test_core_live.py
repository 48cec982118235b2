"""Live steps: newest first, one in flight, no mix, clean end; figures printed."""

import time

import pytest
from core_toys import Slow, Toy, answer

from nuwidgets.core.job import State
from nuwidgets.core.live import Live


def chain(door, sleep_s):
    """region -> spectrum + light curve -> model curve."""
    region = Toy(answer, door=door)
    spectrum, curve = Toy(Slow(sleep_s=sleep_s), region), Toy(Slow(sleep_s=sleep_s), region)
    return region, spectrum, curve, Toy(answer, spectrum, curve)


def settled(*steps, within_s=10.0):
    """Wait until all are fresh."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if all(s.state is State.FRESH for s in steps):
            return True
        time.sleep(0.002)
    return False


@pytest.mark.parametrize("sleep_s", [0.0, 0.005, 0.05])
def test_follows_a_drag_without_a_mix(door, sleep_s):
    steps = region, spectrum, curve, model = chain(door, sleep_s)
    sent, late, mixes = {1: 0.0}, [], []

    def seen(_change):
        if model.product is None:
            return
        regions = {s.product.ask.above[0] for s in (spectrum, curve)}
        regions |= {ask.above[0] for ask in model.product.ask.above}
        regions.add(region.product.ask)
        mixes.append(regions) if len(regions) > 1 else None
        if _change.owner is model:
            late.append(time.perf_counter() - sent[region.product.ask.a])

    for step in steps:
        step.observe(seen, "product")
    live = Live(door, *steps)
    settled(*steps)
    late.clear()
    first = live.rounds
    for a in range(2, 122):  # 60 Hz for 2 s
        sent[a] = time.perf_counter()
        region.a = a
        time.sleep(1 / 60)
    assert live.rounds > first
    assert settled(*steps)
    assert model.product.ask.above[0].above[0].a == 121
    assert not mixes
    assert max(len(s.work.solve.calls) for s in (spectrum, curve)) <= live.rounds
    live.close()


def test_failure_is_shown_and_left_behind(door):
    def solve(ask, above, token):
        if ask.a == 13:
            raise ValueError("no counts")
        return answer(ask, above, token)

    top = Toy(solve, door=door)
    low = Toy(answer, top)
    live = Live(door, top, low)
    assert settled(top, low)
    top.a = 13
    time.sleep(0.1)
    rounds = live.rounds
    assert top.state is State.FAILED
    assert low.state is State.STALE
    time.sleep(0.1)
    assert live.rounds == rounds  # does not try again and again
    top.a = 14
    assert settled(top, low)
    live.close()


def test_waits_for_a_step_above_that_is_not_live(door):
    heavy = Toy(answer, door=door)
    light = Toy(answer, heavy)
    live = Live(door, light)
    time.sleep(0.05)
    assert (heavy.state, light.state, live.rounds) == (State.EMPTY, State.EMPTY, 0)
    heavy.run()
    assert settled(light)
    heavy.a = 5
    time.sleep(0.05)
    assert light.state is State.STALE
    live.close()


def test_close_is_clean_even_in_the_middle(door):
    step = Toy(Slow(gate_open=False), door=door)
    live = Live(door, step)
    assert step.work.solve.begun.wait(5)
    live.close()
    assert not live._thread.is_alive()
    assert step.state is State.EMPTY
    step.a = 3
    assert step.state is State.EMPTY
