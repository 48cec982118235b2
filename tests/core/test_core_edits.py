"""Undo and redo, grouped as a person thinks of changes."""

from __future__ import annotations

import pytest
from core_toys import Toy, answer
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.core import edits as module
from nuwidgets.core.door import Door
from nuwidgets.core.edits import Edits
from nuwidgets.errors import InputError


class Fit(Toy):
    """Its best b is 42: the answer is taken into the setting."""

    def absorb(self, product):
        self.b = 42


@pytest.fixture
def two(door, monkeypatch):
    """Two steps that are watched; nothing joins by time."""
    monkeypatch.setattr(module, "TOGETHER_S", -1.0)
    one, other, edits = Toy(answer, door=door), Fit(answer, door=door), Edits(door)
    edits.watch("d.one", one)
    edits.watch("fit", other)
    return one, other, edits


def test_undo_and_redo_name_what_they_change(two):
    one, other, edits = two
    one.a = 2
    other.b = 3
    assert (edits.says(), edits.says(redo=True)) == ("fit.b", "")
    assert edits.undo() == "fit.b"
    assert (one.a, other.b) == (2, 1)
    assert edits.undo() == "d.one.a"
    assert (one.a, other.b) == (1, 1)
    assert (edits.redo(), edits.redo()) == ("d.one.a", "fit.b")
    assert (one.a, other.b) == (2, 3)


def test_nothing_to_undo_or_redo_is_said(two):
    one, _other, edits = two
    with pytest.raises(InputError, match=r"nothing to undo\. Change a setting first"):
        edits.undo()
    one.a = 2
    with pytest.raises(InputError, match="nothing to undo in fit"):
        edits.undo(["fit"])
    with pytest.raises(InputError, match="nothing to redo"):
        edits.redo()


def test_a_new_change_ends_what_could_be_done_again(two):
    one, _other, edits = two
    one.a = 2
    edits.undo()
    one.b = 5
    assert edits.says(redo=True) == ""


def test_one_visit_is_one_change(two, door):
    one, other, edits = two

    def both():
        one.a, other.b = 2, 3
        one.a = 4

    door.do(both)
    assert edits.says() == "d.one.a and 1 more"
    edits.undo()
    assert (one.a, other.b) == (1, 1)
    edits.redo()
    assert (one.a, other.b) == (4, 3)


def test_what_changed_back_in_its_visit_is_no_change(two, door):
    one, _other, edits = two

    def there_and_back():
        one.a = 2
        one.a = 1

    door.do(there_and_back)
    assert edits.says() == ""


def test_a_gesture_is_one_change_whatever_it_moves(two):
    one, other, edits = two
    one.a = 9
    with edits.gesture():
        for value in range(2, 6):
            one.b = other.a = value
    assert edits.undo() == "d.one.b and 1 more"
    assert (one.a, one.b, other.a) == (9, 1, 1)
    with edits.gesture():
        pass
    assert edits.says() == "d.one.a"


def test_changes_of_the_same_settings_soon_after_each_other_are_one(two, monkeypatch):
    one, _other, edits = two
    monkeypatch.setattr(module, "TOGETHER_S", 1000.0)
    for value in range(2, 6):
        one.a = value
    one.b = 3
    edits.undo()
    assert (one.a, one.b) == (5, 1)
    edits.undo()
    assert one.a == 1


def test_after_an_undo_a_change_is_a_new_one(two, monkeypatch):
    one, _other, edits = two
    monkeypatch.setattr(module, "TOGETHER_S", 1000.0)
    one.a, one.b = 2, 2
    edits.undo()
    one.a = 3
    edits.undo()
    assert one.a == 2


def test_only_some_steps(two):
    one, other, edits = two
    one.a = 2
    other.b = 3
    assert edits.says(only=["d.one"]) == "d.one.a"
    edits.undo(["d.one"])
    assert (one.a, other.b) == (1, 3)
    edits.redo(["d.one"])
    assert (one.a, other.b) == (2, 3)


def test_what_was_changed_later_stays(two, door):
    one, other, edits = two

    def both():
        one.a = other.a = 2

    door.do(both)
    other.a = 7
    edits.undo(["d.one"])
    assert (one.a, other.a) == (1, 7)


def test_an_answer_is_a_change_of_its_own(two, monkeypatch):
    _one, fit, edits = two
    monkeypatch.setattr(module, "TOGETHER_S", 1000.0)
    fit.b = 7
    fit.run()
    assert (fit.b, edits.says()) == (42, "fit.run()")
    edits.undo()
    assert fit.b == 7
    edits.undo()
    assert fit.b == 1
    edits.redo()
    edits.redo()
    assert (fit.b, fit.state.value) == (42, "fresh")


def test_a_step_that_is_forgotten_takes_its_changes_along(two, door):
    one, other, edits = two

    def both():
        one.a = other.a = 2

    door.do(both)
    one.b = 5
    door.do(edits.forget, "d.one")
    assert edits.says() == "fit.a"
    one.b = 6
    edits.undo()
    assert (one.a, other.a, edits.says()) == (2, 1, "")


def test_who_shows_buttons_is_told(two):
    one, _other, edits = two
    seen = []
    edits.observe(lambda _change: seen.append(edits.says()), "turn")
    one.a = 2
    edits.undo()
    assert seen == ["d.one.a", ""]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.integers(0, 3)), max_size=12))
def test_undone_to_the_beginning_and_done_again_to_the_end(moves):
    door = Door(workers=1)
    steps, edits = (Toy(answer, door=door), Toy(answer, door=door)), Edits(door)
    edits.watch("one", steps[0])
    edits.watch("two", steps[1])
    for name, which, value in moves:
        edits.begin()
        setattr(steps[which], name, value)
        edits.end()
    end = [step.settings() for step in steps]
    while edits.says():
        edits.undo()
    assert [(step.a, step.b) for step in steps] == [(1, 1), (1, 1)]
    while edits.says(redo=True):
        edits.redo()
    assert [step.settings() for step in steps] == end
    door.close()
