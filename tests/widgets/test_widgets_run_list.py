"""RunList without a browser: what its buttons ask for, and lines that are refused."""

from __future__ import annotations

import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.run_list import RunList, line


@pytest.fixture
def runs():
    made = RunList()
    made.lines = [
        line("a", "first", "running", kind="running", fraction=0.5, can=("stop",)),
        line("b", "second", "waiting", can=("down", "stop")),
        line("c", "third", "done", kind="fresh", fraction=1),
    ]
    made.asked = []
    made.act = lambda action, key: made.asked.append((action, key))
    yield made
    made.close()


def test_buttons_and_methods_do_the_same(runs):
    runs.ask("stop", "a")
    runs._handle_custom_msg({"kind": "down", "key": "b"}, [])
    assert runs.asked == [("stop", "a"), ("down", "b")]


def test_a_button_that_has_gone_meanwhile_does_nothing(runs):
    runs.ask("stop", "c")
    runs.ask("up", "b")
    runs.ask("stop", "gone")
    assert runs.asked == []


def test_another_wish_is_refused(runs):
    with pytest.raises(InputError, match=r"A line cannot do 'stopp'. Did you mean 'stop'"):
        runs.ask("stopp", "a")


def test_what_a_hand_asks_for_comes_by_the_door(runs):
    heard = []
    runs.hear = lambda action, content: heard.append((action, content))
    runs.ask("stop", "a")
    assert heard == [(runs._asked, {"kind": "stop", "key": "a"})]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {**line("a", "x", "running"), "kind": "blue"},
        {**line("a", "x", "running"), "fraction": "half"},
        {**line("a", "x", "running"), "name": None},
    ],
)
def test_a_line_that_lacks_something_is_refused_and_the_old_ones_stay(runs, bad):
    with pytest.raises(InputError, match=r"Cannot show the line .* Make it with line\(\)"):
        runs.lines = [bad]
    assert len(runs.lines) == 3


def test_a_chosen_line_stays_chosen_while_it_is_there(runs):
    runs.set_state({"selected": "b"})
    runs.lines = list(reversed(runs.lines))
    assert runs.selected == "b"
    runs.lines = runs.lines[:1]
    assert runs.selected == ""


def test_repr_is_stable(runs):
    assert repr(runs) == "RunList(3 lines)"
    runs.lines = runs.lines[:1]
    assert repr(runs) == "RunList(1 line)"
