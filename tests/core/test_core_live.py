"""Live steps: newest first, one in flight, no mix, clean end; figures printed."""

import gc
import threading
import time
import weakref

import pytest
from core_toys import Slow, Toy, answer, until

from nuwidgets.core import live
from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.errors import BusyError, EngineTimeoutError


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


def test_steps_come_and_go_in_any_order(door):
    region, spectrum, curve, model = chain(door, 0.0)
    live = Live(door, model, curve)
    live.settle(1)
    assert (live.rounds, region.state) == (0, State.EMPTY)
    live.add(spectrum, region, region)
    live.settle()
    assert live.steps.index(region) == 0
    assert live.steps.index(model) == 3
    assert [s.state for s in live.steps] == [State.FRESH] * 4
    live.remove(model, model)
    region.a = 5
    live.settle()
    assert [s.state for s in (region, spectrum, curve, model)] == [State.FRESH] * 3 + [State.STALE]
    assert model.wakes == []
    live.close()
    assert region.wakes == []


def test_follows_a_step_set_on_others(door):
    one, two = Toy(answer, door=door), Toy(answer, door=door, a=2)
    fit = Toy(answer, one)
    live = Live(door, fit, one, two)
    live.settle()
    fit.rest_on(one, two)
    live.settle()
    assert [p.ask.a for p in fit.product.above] == [1, 2]
    two.a = 9
    live.settle()
    assert [p.ask.a for p in fit.product.above] == [1, 9]
    live.close()


def test_is_woken_by_a_new_step_above_that_is_not_live(door):
    one, heavy = Toy(answer, door=door), Toy(answer, door=door)
    fit = Toy(answer, one)
    live = Live(door, one, fit)
    live.settle()
    fit.rest_on(one, heavy)
    live.settle()
    assert fit.state is State.STALE
    heavy.run()
    live.settle()
    assert fit.state is State.FRESH
    live.close()


def test_paused_computes_nothing_until_it_goes_on(door):
    step = Toy(answer, door=door)
    live = Live(door, step)
    live.settle()
    live.paused = True
    step.a = 5
    live.settle()
    assert (step.state, live.paused) == (State.STALE, True)
    live.paused = False
    live.settle()
    assert step.state is State.FRESH
    live.close()


def test_run_beside_a_round_gives_the_product_that_is_shown(door):
    step = Toy(Slow(sleep_s=0.05), door=door)
    live = Live(door, step)
    for a in range(2, 8):
        step.a = a
        step.work.solve.begun.clear()
        assert step.work.solve.begun.wait(5)  # the round computes it just now
        product = step.run()
        assert product is step.product
        assert product.ask.a == a
        assert step.state is State.FRESH
    live.settle()
    assert step.product is product
    live.close()


def test_settle_says_who_is_late_and_is_not_for_observers(door):
    step = Toy(Slow(gate_open=False), door=door)
    live = Live(door, step)
    with pytest.raises(EngineTimeoutError, match=r"did not settle within 0\.1 s: Toy"):
        live.settle(0.1)
    with pytest.raises(BusyError, match="Cannot wait for live steps inside an observer"):
        door.do(live.settle)
    step.work.solve.gate.set()
    live.settle()
    live.close()
    live.settle()


def test_settle_waits_for_a_run_too(door):
    step = Toy(Slow(gate_open=False), door=door)
    live = Live(door)
    future = step.submit()
    live.add(step)
    threading.Timer(0.1, step.work.solve.gate.set).start()
    live.settle()
    assert future.done()
    live.close()


def test_a_stuck_solve_does_not_block_closing(door):
    stuck = threading.Event()

    def solve(ask, above, token):
        stuck.wait(20)
        return answer(ask, above, token)

    step = Toy(solve, door=door)
    live, began_s = Live(door, step), time.monotonic()
    time.sleep(0.05)
    live.close(wait_s=0.1)
    assert time.monotonic() - began_s < 2
    stuck.set()
    live._thread.join(5)
    assert (step.product, step.state) == (None, State.EMPTY)


def test_close_inside_an_observer_does_not_wait(door):
    step = Toy(Slow(gate_open=False), door=door)
    live = Live(door, step)
    assert step.work.solve.begun.wait(5)
    door.do(live.close)
    live._thread.join(5)
    assert not live._thread.is_alive()


def test_a_closed_session_computes_no_more():
    door = Door()
    step = Toy(Slow(), door=door)
    live = Live(door, step)
    live.settle()
    door.close()
    step.a = 7
    live.settle()
    time.sleep(0.02)
    assert (step.state, len(step.work.solve.calls)) == (State.STALE, 1)
    live.close()


def test_settle_waits_for_a_round_whose_answer_nobody_needs_any_more(door):
    slow = Slow()
    step = Toy(slow, door=door)
    live = Live(door, step)
    live.settle()
    slow.gate.clear()
    slow.begun.clear()
    step.a = 2
    assert slow.begun.wait(5)
    step.a = 1
    assert step.state is State.FRESH
    rounds = live.rounds
    threading.Timer(0.1, slow.gate.set).start()
    live.settle()
    assert live.rounds == rounds + 1
    assert (step.product.ask.a, step.state) == (1, State.FRESH)
    live.close()


def test_an_idle_thread_ends_and_starts_again(door, monkeypatch):
    monkeypatch.setattr(live, "IDLE_S", 0.02)
    toy = Toy(answer, door=door)
    following = Live(door, toy)
    assert settled(toy)
    assert until(lambda: following._thread is None)
    for a in range(2, 20):
        toy.a = a
        assert settled(toy)
        time.sleep(0.002 * a)
    assert toy.product.ask.a == 19
    following.close()


def test_who_is_dropped_without_close_is_freed(monkeypatch):
    monkeypatch.setattr(live, "IDLE_S", 0.02)
    toy = Toy(answer)
    following = Live(toy.door, toy)
    assert settled(toy)
    kept = weakref.ref(following)
    toy.run()
    del toy, following
    assert until(lambda: gc.collect() >= 0 and kept() is None)


def test_what_is_put_off_waits_until_all_else_rests(door, monkeypatch):
    monkeypatch.setattr(live, "QUIET_S", 60.0)
    near, far = Toy(answer, door=door), Toy(answer, door=door)
    below = Toy(answer, far)
    following = Live(door)
    following.put_off([far])
    following.add(near, far, below)
    until(lambda: near.state is State.FRESH)
    near.a = 4
    until(lambda: near.state is State.FRESH)
    assert far.state is below.state is State.EMPTY
    monkeypatch.setattr(live, "QUIET_S", 0.01)
    near.a = 5
    following.settle()
    assert far.state is below.state is near.state is State.FRESH
    following.close()


def test_a_round_of_what_is_put_off_is_short(door, monkeypatch):
    monkeypatch.setattr(live, "SLICE_S", 0.0)
    steps = [Toy(answer, door=door) for _ in range(6)]
    total = Toy(answer, *steps)
    following = Live(door)
    following.put_off(steps)
    following.add(*steps, total)
    following.settle()
    assert total.state is State.FRESH
    assert following.rounds >= 6
    following.put_off([])
    steps[0].a = 3
    following.settle()
    assert total.product.ask.above[0].a == 3
    following.close()
