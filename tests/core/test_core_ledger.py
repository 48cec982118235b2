"""Answers taken into settings, steps set on others, and what changed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest
import traitlets as t
from core_toys import Answer, Ask, Slow, Toy, answer, until

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.core.requests import difference, swap
from nuwidgets.core.step import Step
from nuwidgets.errors import InputError


class Fit(Toy):
    """Its best b is 42: the answer is taken into the setting."""

    def absorb(self, product):
        self.b = 42


class Errors(Toy):
    """Rests on a fit; counts what it is asked."""


def wait(ask, above, token):
    while True:
        token.check()
        time.sleep(0.001)


def test_a_best_fit_is_fresh_and_a_slider_moved_back_too(door):
    solve, seen = Slow(), []
    fit = Fit(solve, door=door)
    fit.observe(lambda change: seen.append((change.name, change.new, fit.state)), ["b", "state"])
    product = fit.run()
    assert (fit.b, fit.state, product.ask.b) == (42, State.FRESH, 1)
    assert [s for s in seen if s[0] == "b"] == [("b", 42, State.FRESH)]
    assert ("state", State.STALE, State.FRESH) not in seen  # no flicker
    fit.b = 7
    assert (fit.state, fit.stale_because()) == (State.STALE, ("b",))
    fit.b = 42
    assert (fit.state, fit.stale_because()) == (State.FRESH, ())
    assert fit.run() is product
    assert len(solve.calls) == 1


def test_from_the_old_start_the_answer_is_known_and_taken_in_again(door):
    solve = Slow()
    fit = Fit(solve, door=door)
    product = fit.run()
    fit.b = 1
    assert fit.state is State.STALE
    assert fit.run() is product
    assert (fit.b, fit.state, len(solve.calls)) == (42, State.FRESH, 1)


def test_settings_moved_while_fitting_are_left_alone(door):
    solve = Slow(gate_open=False)
    fit = Fit(solve, door=door)
    future = fit.submit()
    fit.b = 5
    solve.gate.set()
    assert future.result(5).ask.b == 1
    assert (fit.b, fit.state) == (5, State.STALE)


def test_what_rests_on_a_fit_is_fresh_after_one_run(door):
    fits, solve = Slow(), Slow()
    fit = Fit(fits, door=door)
    errors = Errors(solve, fit)
    last = Toy(answer, errors)
    last.run()
    assert [s.state for s in (fit, errors, last)] == [State.FRESH] * 3
    assert (len(fits.calls), len(solve.calls)) == (1, 1)
    fit.b = 7
    assert [s.state for s in (fit, errors, last)] == [State.STALE] * 3
    fit.b = 42
    assert [s.state for s in (fit, errors, last)] == [State.FRESH] * 3


def test_a_plan_frozen_before_the_fit_finds_its_answer(door):
    solve = Slow()
    fit = Fit(solve, door=door)
    old = door.do(fit.ledger.plan)
    product = fit.run()
    assert door.do(fit.ledger.recall, old) == (product,)


def test_live_fit_settles(door):
    fit = Fit(answer, door=door)
    low = Toy(answer, fit)
    live = Live(door, fit, low)
    live.settle()
    assert (fit.b, fit.state, low.state) == (42, State.FRESH, State.FRESH)
    live.close()


def test_an_answer_that_cannot_be_taken_in_is_a_failure(door):
    class Broken(Toy):
        def absorb(self, product):
            self.b = "many"

    step = Broken(answer, door=door)
    with pytest.raises(InputError, match="Cannot set b of Broken to 'many'"):
        step.run()
    assert step.state is State.FAILED
    assert "many" in str(step.error)
    step.a = 2
    assert step.state is State.STALE


def test_beside_judges_but_does_not_run(door):
    class Curve(Toy):
        def request(self):
            return Ask(self.a, self.b, tuple(s.request() for s in (*self.above, *self.beside)))

    heavy = Slow()
    data, fit = Toy(answer, door=door), Toy(heavy, door=door)
    curve = Curve(lambda ask, above, _token: Answer(ask, above), data, beside=(fit,))
    assert len(curve.run().above) == 1
    assert (heavy.calls, fit.state, curve.state) == ([], State.EMPTY, State.FRESH)
    fit.a = 2
    assert curve.state is State.STALE
    fit.a = 1
    assert curve.state is State.FRESH
    live = Live(door, curve)
    fit.a = 3
    live.settle()
    assert (curve.product.ask.above[1].a, fit.state) == (3, State.EMPTY)
    live.close()


def test_a_door_comes_from_beside_too(door):
    fit = Toy(answer, door=door)
    assert Toy(answer, beside=(fit,)).door is door


def test_rest_on_other_steps(door):
    one, two = Toy(answer, door=door, a=1), Toy(answer, door=door, a=2)
    fit = Toy(answer, one)
    first = fit.run()
    fit.rest_on(one, two)
    assert (fit.state, fit.stale_because()) == (State.STALE, ("above",))
    assert [p.ask.a for p in fit.run().above] == [1, 2]
    fit.rest_on(one)
    assert (fit.state, first.ask == fit.request()) == (State.STALE, True)
    fit.run()
    two.a = 9
    assert fit.state is State.FRESH
    assert (one.below, two.below) == ([fit], [])
    fit.rest_on(one, one)
    fit.rest_on()
    assert (fit.run().above, one.below) == ((), [])


def test_rest_on_while_a_job_waits_keeps_what_it_began_with(door):
    slow = Slow(gate_open=False)
    one, two = Toy(slow, door=door), Toy(answer, door=door, a=2)
    fit = Toy(answer, one)
    future = fit.submit()
    assert slow.begun.wait(5)
    fit.rest_on(two)
    slow.gate.set()
    assert [p.ask.a for p in future.result(5).above] == [1]
    assert fit.state is State.STALE
    assert [p.ask.a for p in fit.run().above] == [2]


def test_strangers_and_circles_are_refused(door):
    one = Toy(answer, door=door)
    two = Toy(answer, one)
    with pytest.raises(InputError, match="belongs to another session"):
        Toy(answer, one, Toy(answer, door=Door()))
    with pytest.raises(InputError, match="belongs to another session"):
        one.rest_on(Toy(answer, door=Door()))
    with pytest.raises(InputError, match="<Toy: empty> cannot build on itself"):
        one.rest_on(two)
    assert one.run()


def test_leave_lets_go(door):
    one = Toy(answer, door=door)
    two = Toy(wait, one)
    two.submit()
    assert until(lambda: two.progress)
    two.leave()
    two.leave()
    assert one.below == []
    assert until(lambda: two.state is State.EMPTY)
    two.a = 5  # still a whole step, only nobody's


def test_rewired_by_many_threads(door):
    tops = [Toy(Slow(sleep_s=0.0005), door=door, a=n) for n in range(4)]
    fit, wrong = Toy(answer, *tops), []

    def rewire(n):
        for k in range(60):
            fit.rest_on(*tops[: 1 + (n + k) % 4])
            tops[k % 4].b = n + k

    def run():
        for _ in range(60):
            product = fit.run()
            if tuple(p.ask for p in product.above) != product.ask.above:
                wrong.append(product)

    threads = [threading.Thread(target=rewire, args=(n,)) for n in range(3)]
    threads += [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong
    assert fit.run().ask == fit.request()
    assert fit.state is State.FRESH
    assert sorted(s.below == [fit] for s in tops) == sorted(s in fit.above for s in tops)


@dataclass(frozen=True)
class Region:
    x: float
    radius: float


@dataclass(frozen=True)
class Spectrum:
    region: Region
    band: tuple[float, float]
    lazy: object = None


def test_difference_names_fields():
    one = Spectrum(Region(1, 2), (3, 79))
    assert difference(one, one) == ()
    assert difference(one, Spectrum(Region(1, 3), (3, 10))) == ("region.radius", "band")
    assert difference(one, Spectrum(None, (3, 79))) == ("region",)
    assert difference(one, Region(1, 2)) == ("settings",)
    assert difference(1, 2) == ("settings",)


def test_swap_finds_what_is_nested():
    old, new = Region(1, 2), Region(5, 6)
    assert swap((Spectrum(old, (3, 79)), old), old, new) == (Spectrum(new, (3, 79)), new)
    same = Spectrum(new, (3, 79))
    assert swap(same, old, new) is same
    assert swap(old, old, new) is new


def test_stale_because_of_what_is_above(door):
    class Lonely(Step[int, int]):
        """Does not take the request above into its own."""

        a = t.Int(1)

        def request(self):
            return self.a

    top = Toy(answer, door=door)
    low = Lonely(lambda ask, _above, _token: ask, top)
    assert low.stale_because() == ()
    low.run()
    top.a = 3
    assert low.stale_because() == ("Toy",)
    low.a = 2
    assert low.stale_because() == ("settings",)


def test_rest_on_while_a_job_is_queued_keeps_what_it_was_planned_with(door):
    slow = Slow(gate_open=False)
    busy = [Toy(slow, door=door, a=n).submit() for n in range(2)]  # all threads of the pool
    one, two = Toy(answer, door=door), Toy(answer, door=door, a=2)
    fit = Toy(answer, one)
    future = fit.submit()
    fit.rest_on(two)
    slow.gate.set()
    assert [p.ask.a for p in future.result(5).above] == [1]
    assert [f.result(5).ask.a for f in busy] == [0, 1]
    assert (one.state, two.state, fit.state) == (State.FRESH, State.EMPTY, State.STALE)


def test_a_second_equal_answer_leaves_the_first_in_place(door):
    step = Toy(answer, door=door)
    plans = [door.do(step.ledger.plan) for _ in range(2)]
    first = answer(plans[0].request, (), None)
    door.do(step.ledger.settle, plans[0], product=first)
    door.do(step.ledger.settle, plans[1], product=answer(plans[1].request, (), None))
    assert step.product is first
    assert step.run() is first
