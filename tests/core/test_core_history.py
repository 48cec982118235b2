"""What was done when, by what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from core_toys import Toy, answer

from nuwidgets.core import history as module
from nuwidgets.core.history import History
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError


@dataclass(frozen=True, eq=False)
class Made:
    """A product with an origin."""

    provenance: Provenance

    def __repr__(self):
        return "<Made: of settings>"


def make(ask, above, token):
    return Made(Provenance("mock", "1.0", 0.25, ask, ("read this",)))


@pytest.fixture
def told(door):
    went_back = []
    history = History(lambda _step: False, lambda: ("d",), went_back.append)
    step = Toy(make, door=door)
    history.watch("d.toy", step)
    return step, history, went_back


def test_every_product_is_a_line(told):
    step, history, _ = told
    step.run()
    step.a = 2
    step.run()
    assert len(history) == history.length == 2
    first, second = history
    assert (first.request.a, second.request.a) == (1, 2)
    assert (second.step, second.engine, second.version, second.seconds) == (
        "d.toy",
        "mock",
        "1.0",
        0.25,
    )
    assert (second.says, second.warnings, second.used) == (
        "Made: of settings",
        ("read this",),
        ("d",),
    )
    assert repr(history).splitlines()[-1] == "    1 d.toy: Made: of settings (mock 1.0)"


def test_a_product_that_was_there_is_a_line_too(door):
    step = Toy(make, door=door)
    step.run()
    history = History(lambda _step: False, tuple, print)
    history.watch("toy", step)
    assert [deed.request.a for deed in history] == [1]


def test_the_same_answer_again_is_no_new_line(told):
    step, history, _ = told
    step.run()
    step.a = 2
    step.a = 1
    step.run()
    assert len(history) == 1


def test_what_follows_its_settings_is_one_line(door, monkeypatch):
    history = History(lambda _step: True, tuple, print)
    step = Toy(answer, door=door)
    history.watch("toy", step)
    monkeypatch.setattr(module, "TOGETHER_S", 1000.0)
    for value in range(5):
        step.a = value
        step.run()
    assert [deed.request.a for deed in history] == [4]
    monkeypatch.setattr(module, "TOGETHER_S", 0.0)
    step.a = 9
    step.run()
    assert len(history) == 2


def test_old_lines_go_first(told, monkeypatch):
    step, history, _ = told
    monkeypatch.setattr(module, "LIMIT", 3)
    for value in range(6):
        step.a = value
        step.run()
    assert [deed.request.a for deed in history] == [3, 4, 5]


def test_a_table_of_it(told):
    step, history, _ = told
    assert len(history.table()) == 0
    step.run()
    table = history.table()
    assert table.colnames == [
        "when_utc",
        "step",
        "says",
        "engine",
        "version",
        "seconds",
        "warnings",
    ]
    assert (table["step"][0], table["seconds"].unit, table["warnings"][0]) == (
        "d.toy",
        "s",
        "read this",
    )


def test_going_back_to_a_line(told):
    step, history, went_back = told
    step.run()
    assert history.restore(-1) is history[0] is went_back[0]
    with pytest.raises(InputError, match=r"no line 7 in the history\. It has 1 lines"):
        history.restore(7)


def test_a_forgotten_step_leaves_its_lines(told):
    step, history, _ = told
    step.run()
    history.forget("d.toy")
    step.a = 3
    step.run()
    assert len(history) == 1
