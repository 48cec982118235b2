"""The contract of every step."""

import asyncio
import signal
import subprocess
import sys
import threading
import time

import pytest
from core_toys import Slow, Toy, answer

from nuwidgets.core.job import State
from nuwidgets.errors import CancelledError, InputError


def test_runs_upstream_once_and_is_lazy(door):
    up, down = Slow(), Slow()
    top = Toy(up, door=door)
    low = Toy(down, top)
    assert low.run().ask == low.request()
    assert low.run() is low.product
    assert (len(up.calls), len(down.calls)) == (1, 1)
    assert low.state is State.FRESH


def test_change_and_change_back(door):
    top = Toy(answer, door=door)
    solve = Slow()
    low = Toy(solve, top)
    low.run()
    top.a = 7
    assert (top.state, low.state) == (State.STALE, State.STALE)
    top.a = 1
    assert (top.state, low.state) == (State.FRESH, State.FRESH)
    assert len(solve.calls) == 1


def test_diamond_never_mixes(door):
    top = Toy(answer, door=door)
    left, right = Toy(answer, top), Toy(answer, top)
    low = Toy(answer, left, right)
    got = low.run()
    assert got.above == (left.product, right.product)
    top.a = 5
    assert [s.state for s in (left, right, low)] == [State.STALE] * 3
    top.run()
    assert [s.state for s in (top, left, low)] == [State.FRESH, State.STALE, State.STALE]


@pytest.mark.parametrize(
    "make", [lambda d: Toy(answer, door=d, aa=1), lambda d: setattr(Toy(answer, door=d), "aa", 1)]
)
def test_unknown_setting(door, make):
    with pytest.raises(InputError, match=r"no setting 'aa'\. Did you mean 'a'\?"):
        make(door)


def test_setting_moved_while_running_is_true_and_stale(door):
    solve = Slow(gate_open=False)
    step = Toy(solve, door=door)
    future = step.submit()
    assert step.state is State.RUNNING
    step.a = 9
    solve.gate.set()
    assert future.result(5).ask.a == 1
    assert step.state is State.STALE
    step.a = 1
    assert step.state is State.FRESH


def test_failure_is_kept_for_its_request(door):
    def boom(ask, above, token):
        raise ValueError("no counts in the region")

    step = Toy(boom, door=door)
    with pytest.raises(ValueError, match="no counts"):
        step.run()
    assert step.state is State.FAILED
    assert "no counts" in str(step.error)
    step.a = 2
    assert step.state is State.EMPTY
    assert step.error is None


def test_upstream_failure_is_told_below(door):
    def boom(ask, above, token):
        raise ValueError("no such observation")

    low = Toy(answer, Toy(boom, door=door))
    with pytest.raises(ValueError, match="no such observation"):
        low.run()
    assert low.state is State.FAILED


def test_second_call_joins_the_first(door):
    solve = Slow(gate_open=False)
    step = Toy(solve, door=door)
    first, second = step.submit(), step.submit()
    assert first is second
    solve.gate.set()
    assert step.run() is first.result(5)
    assert len(solve.calls) == 1


def test_start_does_not_block_and_one_waiter_does_not_cancel_all(door):
    solve = Slow(gate_open=False)
    step = Toy(solve, door=door)

    async def go():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(step.start(), 0.05)
        solve.gate.set()
        return await asyncio.gather(step.start(), step.start())

    one, two = asyncio.run(go())
    assert one is two
    assert len(solve.calls) == 1
    assert step.state is State.FRESH


@pytest.mark.parametrize("had_product", [False, True])
def test_cancel(door, had_product):
    solve = Slow(gate_open=had_product)
    step = Toy(solve, door=door)
    if had_product:
        step.run()
        step.a, _ = 2, solve.gate.clear()
    solve.begun.clear()
    future = step.submit()
    solve.begun.wait(5)
    assert step.cancel()
    assert not Toy(answer, door=door).cancel()
    with pytest.raises(CancelledError):
        future.result(5)
    assert step.state is (State.STALE if had_product else State.EMPTY)
    solve.gate.set()
    assert step.run().ask.a == step.a


def test_cancel_kills_a_process_and_only_ours(door):
    def solve(ask, above, token):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        with token.stopping(child.kill):
            child.wait()
        token.check()

    step = Toy(solve, door=door)
    future, began = step.submit(), time.monotonic()
    time.sleep(0.2)
    step.cancel()
    with pytest.raises(CancelledError):
        future.result(5)
    assert time.monotonic() - began < 3
    assert step.state is State.EMPTY


def test_cancel_below_stops_what_it_set_going_above(door):
    solve = Slow(gate_open=False)
    top = Toy(solve, door=door)
    low = Toy(answer, top)
    future = low.submit()
    solve.begun.wait(5)
    low.cancel()
    assert low.state is State.EMPTY
    with pytest.raises(CancelledError):
        future.result(5)
    while top.state is State.RUNNING:
        time.sleep(0.01)
    assert top.state is State.EMPTY


def test_ctrl_c_while_waiting(door):
    solve = Slow(gate_open=False)
    step = Toy(solve, door=door)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main = threading.main_thread().ident
    threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        step.run()
    while step.state is State.RUNNING:
        time.sleep(0.01)
    assert step.state is State.EMPTY
    assert step.error is None


def test_run_inside_an_observer_is_refused_submit_is_not(door, caplog):
    step, other, futures = Toy(answer, door=door), Toy(answer, door=door), []
    step.observe(lambda _c: futures.append(other.submit()), "a")
    step.observe(lambda _c: other.run(), "b")
    step.a = 2
    assert futures[0].result(5).ask == other.request()
    step.b = 2
    assert step.b == 2
    assert "BusyError" in caplog.text


def test_more_chains_than_threads_do_not_starve(door):
    tops = [Toy(Slow(sleep_s=0.005), door=door, a=i) for i in range(6)]
    mids = [Toy(Slow(sleep_s=0.005), x, y) for x in tops for y in tops if x is not y]
    lows = [Toy(answer, x, y) for x, y in zip(mids, reversed(mids), strict=True)]
    futures = [s.submit() for s in [*lows, *tops, *mids]]
    for future in futures:
        future.result(30)
    assert all(s.state is State.FRESH for s in lows + mids + tops)


def test_an_old_answer_never_replaces_a_newer_one(door):
    slow, gate = [], threading.Event()

    def solve(ask, above, token):
        if ask.a == 1:
            slow.append(1)
            gate.wait(5)
        return answer(ask, above, token)

    step = Toy(solve, door=door)
    first = step.submit()
    while not slow:
        time.sleep(0.001)
    step.a = 2
    newer = step.run()
    step.a = 3
    gate.set()
    assert first.result(5).ask.a == 1
    assert step.product is newer
    assert step.state is State.STALE


def test_observers_see_a_settled_world(door):
    top = Toy(answer, door=door)
    low, seen = Toy(answer, top), []
    low.run()
    top.observe(lambda _c: seen.append((top.state, low.state)), "a")
    top.a = 2
    assert seen == [(State.STALE, State.STALE)]


def test_asking_again_right_after_cancel_computes_again(door):
    solve = Slow(gate_open=False)
    step = Toy(solve, door=door)
    first = step.submit()
    assert solve.begun.wait(5)
    solve.begun.clear()
    step.cancel()
    second = step.submit()
    assert second is not first
    solve.gate.set()
    with pytest.raises(CancelledError):
        first.result(5)
    assert second.result(5).ask == step.request()
    assert step.state is State.FRESH


def test_below_asks_again_for_what_was_cancelled_above(door):
    solve = Slow(gate_open=False)
    top = Toy(solve, door=door)
    low = Toy(answer, top)
    first = low.submit()
    assert solve.begun.wait(5)
    top.cancel()
    solve.gate.set()
    with pytest.raises(CancelledError):
        first.result(5)
    assert low.run().ask == low.request()
