"""What every step of the package keeps to; steps are found, not listed.

A step class gives `examples`: two valid values for each setting that a user turns. The classes of
its steps above and beside are read from its annotations, e.g. ``above: tuple[ScreenStep]``.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
import threading

import pytest

from nuwidgets import steps
from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.core.links import with_all
from nuwidgets.core.record import record_step, restore_answer, restore_settings
from nuwidgets.core.settings import REPORTS
from nuwidgets.core.step import Step
from nuwidgets.engines.mock import MockEngine
from nuwidgets.errors import BusyError, CancelledError, InputError


def _found():
    for info in pkgutil.walk_packages(steps.__path__, "nuwidgets.steps."):
        for thing in vars(importlib.import_module(info.name)).values():
            if inspect.isclass(thing) and issubclass(thing, Step) and thing.__module__ == info.name:
                yield thing


CLASSES = {cls.__name__: cls for cls in _found()}
PAIRS = [(cls, name) for cls in CLASSES.values() for name in cls.examples]
every_step = pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
every_setting = pytest.mark.parametrize(
    ("cls", "name"), PAIRS, ids=[f"{cls.__name__}.{name}" for cls, name in PAIRS]
)


class Echo:
    """A product that agrees with its request: each attribute is that of the request."""

    better_fit = None
    obs_id = hindrance = observations = ()
    failed = ()

    def __init__(self, request):
        self.request = request

    def __getattr__(self, name):
        return getattr(self.request, name)


def echo(request, above, token):
    token.check()
    return Echo(request)


def fail(request, above, token):
    raise InputError("Cannot do this: the test says so.")


@pytest.fixture
def door():
    door = Door(workers=2)
    yield door
    door.close()


def build(cls, door, solve=echo):
    """A step on steps of the annotated kinds, all settings at their first example."""
    rooms = {
        room: [build(CLASSES[kind], door) for kind in re.findall(r"\w+Step", _kinds(cls, room))]
        for room in ("above", "beside")
    }
    first = {name: values[0] for name, values in cls.examples.items()}
    return cls(solve, *rooms["above"], beside=rooms["beside"], door=door, **first)


def _kinds(cls, room):
    return str(inspect.get_annotations(cls).get(room, ""))


def test_steps_are_found():
    assert CLASSES


@every_step
def test_a_bare_request_is_a_plain_frozen_value(cls, door):
    bare = [build(CLASSES[kind], door) for kind in re.findall(r"\w+Step", _kinds(cls, "above"))]
    beside = [build(CLASSES[kind], door) for kind in re.findall(r"\w+Step", _kinds(cls, "beside"))]
    step = cls(echo, *bare, beside=beside, door=door)
    request = step.request()
    assert dataclasses.is_dataclass(request)
    assert type(request).__dataclass_params__.frozen
    assert request == step.request()
    assert hash(request) == hash(step.request())
    assert " at 0x" not in repr(request)
    assert repr(step) == f"<{cls.__name__}: empty>"


@every_step
def test_unknown_settings_are_refused(cls, door):
    step = build(cls, door)
    with pytest.raises(InputError, match=f"{cls.__name__} has no setting 'colour'"):
        step.colour = "red"
    with pytest.raises(InputError, match="has no setting 'colour'"):
        cls(echo, *step.above, beside=step.beside, colour="red")


@every_step
def test_settings_are_named_and_explained(cls, door):
    step = build(cls, door)
    assert set(cls.examples) <= set(step.settings())
    assert not set(REPORTS) & set(step.settings())
    assert cls.__doc__
    assert all(len(values) == 2 for values in cls.examples.values())


@every_setting
def test_nonsense_is_refused_and_changes_nothing(cls, name, door):
    step = build(cls, door)
    before = step.request()
    with pytest.raises(InputError):
        setattr(step, name, object())
    assert step.request() == before


@every_setting
def test_a_value_read_can_be_set(cls, name, door):
    step = build(cls, door)
    before = step.request()
    setattr(step, name, getattr(step, name))
    assert step.request() == before


@every_setting
def test_stale_on_change_and_fresh_on_change_back(cls, name, door):
    engine = MockEngine(echo)
    step = build(cls, door, engine.solve)
    one, two = cls.examples[name]
    product = step.run()
    assert (step.state, step.stale_because()) == (State.FRESH, ())
    setattr(step, name, two)
    assert step.state is State.STALE
    assert step.stale_because()
    assert step.product is product
    setattr(step, name, one)
    assert step.state is State.FRESH
    assert len(engine.asked) == 1


@every_step
def test_a_change_above_or_beside_is_noticed(cls, door):
    step = build(cls, door)
    step.run()
    for other in (*step.above, *step.beside):
        for name, (one, two) in other.examples.items():
            if name in getattr(cls, "regardless", ()):
                continue
            setattr(other, name, two)
            assert step.state is State.STALE, f"{name} of {other!r}"
            setattr(other, name, one)
            assert step.state is State.FRESH, f"{name} of {other!r}"


def test_what_is_selected_belongs_to_the_files_that_are_asked_for(door):
    files = build(CLASSES["FilesStep"], door)
    files.run()
    find, request = files.above[0], files.request()
    find.selected = ("60001110002",)
    assert (find.state, files.state) == (State.FRESH, State.STALE)
    assert files.stale_because() == ("selected",)
    files.recall(request)
    assert (find.selected, files.state) == ((), State.FRESH)


@every_step
def test_settings_come_back_from_a_request(cls, door):
    step = build(cls, door)
    request = step.request()
    for other in (step, *step.above, *step.beside):
        for name, (_one, two) in other.examples.items():
            setattr(other, name, two)
    step.recall(request)
    assert step.request() == request


@every_step
def test_written_down_and_brought_back_it_holds(cls, door):
    step = build(cls, door)
    step.run()
    record = record_step("one", step)
    again = build(cls, door)
    pairs = zip(
        *(with_all((s,), lambda s: (*s.above, *s.beside)) for s in (again, step)), strict=True
    )
    for mine, other in reversed(list(pairs)[1:]):
        restore_answer(mine, record_step("other", other))
    assert restore_settings(again, record) == ()
    restore_answer(again, record)
    assert again.settings() == step.settings()
    assert again.state is State.FRESH
    assert again.product is step.product


@every_step
def test_honest_after_a_failure(cls, door):
    step = build(cls, door, fail)
    with pytest.raises(InputError, match="the test says so"):
        step.run()
    assert step.state is State.FAILED
    assert "the test says so" in str(step.error)
    for name, (_one, two) in cls.examples.items():
        setattr(step, name, two)
        assert (step.state, step.error) == (State.EMPTY, None)
        break


@every_step
def test_honest_after_a_cancel(cls, door):
    begun = threading.Event()

    def wait(request, above, token):
        begun.set()
        while True:
            token.check()
            begun.wait(0.001)

    step = build(cls, door, wait)
    future = step.submit()
    assert begun.wait(5)
    assert step.state is State.RUNNING
    assert step.cancel()
    with pytest.raises(CancelledError, match="Stopped on request"):
        future.result(5)
    assert (step.state, step.error, step.progress) == (State.EMPTY, None, None)


@every_step
def test_run_in_an_observer_is_refused(cls, door):
    step, seen = build(cls, door), []

    def run():
        with pytest.raises(BusyError, match=f"Cannot run {cls.__name__} inside an observer"):
            step.run()
        seen.append(step.state)

    door.do(run)
    assert seen == [State.EMPTY]
