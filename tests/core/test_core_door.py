"""The letter box and the end of a session."""

from __future__ import annotations

import time

import pytest
import traitlets as t
from core_toys import Slow, Toy, answer, until

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.errors import BusyError, CancelledError, InputError


def test_two_observers_undoing_each_other_are_an_error_not_a_hang(door, caplog):
    step = Toy(answer, door=door)
    step.observe(lambda _change: setattr(step, "a", 1), "b")
    step.observe(lambda change: setattr(step, "b", change.new + step.b), "a")
    step.observe(lambda _change: setattr(step, "a", 0), "b")
    step.a = 2
    assert "two of them undo each other's changes" in caplog.text
    caplog.clear()
    other = Toy(answer, door=door)
    other.a = 3
    assert other.a == 3
    assert not caplog.text


def test_many_letters_of_one_change_are_no_error(caplog):
    door = Door(limit=10)
    door.do(lambda: [door.tell(int) for _ in range(100)])
    assert not caplog.text


def test_futures_end_even_when_observers_do_not(door, caplog):
    step = Toy(answer, door=door)
    step.observe(lambda _change: step.set_trait("a", step.a + 1), ["a", "product"])
    assert step.submit().result(5)
    assert "undo each other" in caplog.text


def test_a_promise_is_kept_though_an_observer_is_interrupted(door):
    kept = []

    def interrupt():
        raise KeyboardInterrupt

    def act():
        door.promise(lambda: kept.append(1))
        door.tell(interrupt)

    with pytest.raises(KeyboardInterrupt):
        door.do(act)
    assert kept == [1]


def test_close_stops_what_runs_and_refuses_what_comes(door):
    slow = Slow(gate_open=False)
    step, waiting = Toy(slow, door=door), Toy(answer, door=door)
    low = Toy(answer, step)
    futures = [step.submit(), low.submit()]
    assert slow.begun.wait(5)
    door.close()
    door.close()
    for future in futures:
        with pytest.raises(CancelledError, match="Stopped on request"):
            future.result(5)
    assert until(lambda: step.state is State.EMPTY)
    for begin in (waiting.run, waiting.submit):
        with pytest.raises(BusyError, match="Cannot run Toy: its session is closed"):
            begin()
    waiting.a = 5
    assert (waiting.a, waiting.state, door.closed) == (5, State.EMPTY, True)


def test_a_pool_that_closed_between_is_a_named_error(door):
    door.pool.shutdown()
    step = Toy(answer, door=door)
    with pytest.raises(BusyError, match="its session is closed"):
        step.run()
    assert step.state is State.EMPTY


def test_dropped_steps_are_forgotten():
    door = Door()
    step = Toy(answer, door=door)
    assert len(door._guests) == 1
    del step
    import gc

    gc.collect()
    assert not door._guests


class Many(Toy):
    """All kinds of settings."""

    ratio = t.Float(0.5, min=0.0, max=1.0)
    name = t.Enum(["chi", "cstat"], "chi")
    even = t.Int(2)
    _hidden = t.Int(1)

    @t.validate("even")
    def _even(self, proposal):
        if proposal.value % 2:
            raise t.TraitError(f"{proposal.value} is odd.")
        return proposal.value


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("a", "x", "Cannot set a of Many to 'x': it must be an int"),
        ("ratio", 2.0, "Cannot set ratio of Many to 2.0: .*should not be greater than 1.0"),
        ("name", "w", "Cannot set name of Many to 'w': it must be any of"),
        ("even", 3, "Cannot set even of Many to 3: 3 is odd"),
        (
            "state",
            State.FRESH,
            "Cannot set state of Many .*: the step says that itself. Set one of",
        ),
        ("progress", 1, "the step says that itself"),
        ("evn", 3, "Many has no setting 'evn'. Did you mean 'even'"),
        ("run", 3, "Many has no setting 'run'"),
    ],
)
def test_a_bad_value_is_an_input_error_and_changes_nothing(door, name, value, words):
    step = Many(answer, door=door)
    before = step.settings()
    with pytest.raises(InputError, match=words):
        setattr(step, name, value)
    assert step.settings() == before
    with pytest.raises(InputError, match=words):
        Many(answer, door=door, **{name: value})


def test_settings_and_repr(door):
    step = Many(answer, door=door, a=4, name="cstat")
    assert step.settings() == {
        "a": 4,
        "b": 1,
        "ratio": 0.5,
        "name": "cstat",
        "even": 2,
        "notes": (),
    }
    assert list(step.settings()) == ["a", "b", "ratio", "name", "even", "notes"]
    assert repr(step) == "<Many: empty>"
    step.run()
    assert repr(step) == "<Many: fresh>"


def test_holding_notifications_is_refused(door):
    step = Toy(answer, door=door)
    with (
        pytest.raises(BusyError, match="Cannot hold the notifications of Toy"),
        step.hold_trait_notifications(),
    ):
        step.a = 2
    assert step.a == 1


def test_values_that_belong_together_are_set_in_one_visit(door):
    step, seen = Toy(answer, door=door), []
    step.observe(lambda _change: seen.append((step.a, step.b)), ["a", "b"])

    def both():
        step.a = 2
        step.b = 3

    door.do(both)
    assert seen == [(2, 3), (2, 3)]


def test_an_incomplete_request_is_refused_by_solve(door):
    class Named(Toy):
        name = t.Unicode(None, allow_none=True)

        def request(self):
            return self.name

    def solve(name, above, token):
        if name is None:
            raise InputError("Cannot look: there is no name yet. Set name.")
        return name

    step = Named(solve, door=door)
    assert step.request() is None
    with pytest.raises(InputError, match="there is no name yet"):
        step.run()
    assert step.state is State.FAILED
    step.name = "Crab"
    assert (step.state, step.run()) == (State.EMPTY, "Crab")


def test_progress_is_shown_while_it_runs_and_gone_after(door):
    seen = []

    def solve(ask, above, token):
        token.report(stage="one")
        for n in range(200):
            token.report(n / 200, line=f"line {n}")
        token.report(stage="two")
        token.report(1.0)
        token.report(1.0)
        return answer(ask, above, token)

    step, began_s = Toy(solve, door=door), time.time()
    step.observe(lambda change: seen.append(change.new), "progress")
    step.run()
    said = [(p.stage, p.fraction) for p in seen[:-1]]
    assert said[:2] == [("", None), ("one", None)]
    assert said[-2:] == [("two", None), ("two", 1.0)]
    assert len(said) < 12
    assert seen[-2].line == "line 199"
    assert seen[-1] is None
    assert step.progress is None
    assert all(began_s - 1 <= p.started_s <= time.time() for p in seen[:-1])
