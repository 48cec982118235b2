"""Eight threads at once, and Ctrl-C at any instant."""

# ruff: noqa: S311

import contextlib
import random
import signal
import sys
import threading
import time

import pytest
from core_toys import Answer, Toy, answer

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.errors import CancelledError


def solve(ask, above, token):
    """Take a moment, look at the token, sometimes fail; check what was handed over."""
    assert tuple(product.ask for product in above) == ask.above, "inputs not as asked"
    for _ in range(random.randrange(4)):
        time.sleep(0.0005)
        token.check()
    if ask.b == 13:
        raise ValueError("thirteen")
    return Answer(ask, above)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("follow", [False, True])
def test_eight_threads(seed, follow):
    door = Door(workers=3)
    region = Toy(solve, door=door)
    spectrum, curve = Toy(solve, region), Toy(solve, region)
    fit = Toy(solve, spectrum, curve)
    steps = [region, spectrum, curve, fit]
    live = Live(door, region, spectrum, curve) if follow else None
    wrong, done = [], []

    def watch(change):
        step = change.owner
        if step.state is State.FRESH and step.product.ask != step.request():
            wrong.append(f"{step.product.ask} called fresh for {step.request()}")
        if step.state is State.FRESH and not all(s.fresh for s in step.above):
            wrong.append("fresh on stale ground")

    for step in steps:
        step.observe(watch, ["state", "product", "a", "b"])

    def add_one():
        fit.a += 1

    def hammer(n):
        dice = random.Random(100 * seed + n)
        for _ in range(600):
            step = dice.choice(steps)
            deed = dice.randrange(10)
            try:
                if deed < 3:
                    step.b = dice.randrange(20)
                elif deed < 5:
                    door.do(add_one)  # read and write in one visit: none may be lost
                    added[n] += 1
                elif deed < 7:
                    step.submit()
                elif deed < 8:
                    step.cancel()
                else:
                    product = step.run()
                    assert product.ask.above == tuple(p.ask for p in product.above)
            except (CancelledError, ValueError):
                pass
            except BaseException as error:
                wrong.append(repr(error))
                raise
        done.append(n)

    added = [0] * 8
    threads = [threading.Thread(target=hammer, args=(n,), daemon=True) for n in range(8)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == 8, "deadlock"
    print(f"\n  4800 operations of 8 threads in {time.monotonic() - began:.2f} s")
    assert not wrong, wrong[:3]
    assert fit.a == 1 + sum(added), "a lost update"
    if live:
        live.close()
    for step in steps:
        step.b = 1
    end = time.monotonic() + 20
    while any(s.state is State.RUNNING for s in steps) and time.monotonic() < end:
        time.sleep(0.01)
    assert fit.run().ask == fit.request()
    assert [s.state for s in steps] == [State.FRESH] * 4
    assert not any(s.work.busy for s in steps)
    assert not door._letters
    door.close()


def test_ctrl_c_at_any_instant_never_locks_the_door(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", lambda _info: None)  # hits in finalizers
    signal.signal(signal.SIGINT, signal.default_int_handler)
    door, main = Door(workers=2), threading.main_thread().ident
    step, stop, hits, turns = Toy(solve, door=door), threading.Event(), 0, 0
    step.observe(lambda _c: None, "a")

    def shoot():
        dice = random.Random(1)
        while not stop.is_set():
            time.sleep(dice.random() * 0.002)
            signal.pthread_kill(main, signal.SIGINT)

    gun, end = threading.Thread(target=shoot, daemon=True), time.monotonic() + 4
    with contextlib.suppress(KeyboardInterrupt):
        gun.start()
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                turns += 1
                step.a = turns
                step.b = turns % 12
                if turns % 5 == 0:
                    step.run()
        except (KeyboardInterrupt, CancelledError):
            hits += 1
    while gun.is_alive():
        try:
            stop.set()
            gun.join()
        except KeyboardInterrupt:
            pass
    print(f"\n  {hits} interrupts in {turns} turns")
    other = threading.Thread(target=lambda: setattr(step, "a", -1), daemon=True)
    other.start()
    other.join(5)
    assert not other.is_alive(), "the door is locked"
    assert step.a == -1
    step.cancel()
    assert step.run().ask == step.request()
    assert step.state is State.FRESH
    assert answer
    assert hits > 100
