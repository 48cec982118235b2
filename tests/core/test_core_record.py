"""Steps written down and brought back; answers that hold but are not in memory."""

from __future__ import annotations

import pytest
from core_toys import Answer, Slow, Toy, answer

from nuwidgets.core.job import State
from nuwidgets.core.live import Live
from nuwidgets.core.record import record_step, restore_answer, restore_settings
from nuwidgets.errors import FileError, InputError


def pair(door, solve=answer):
    up = Toy(solve, door=door)
    return up, Toy(solve, up)


def brought_back(records, door, solve, load=None):
    up, low = pair(door, solve)
    for step, record in zip((up, low), records, strict=True):
        assert restore_settings(step, record) == ()
    for step, record in zip((up, low), records, strict=True):
        restore_answer(step, record, load)
    return up, low


@pytest.fixture
def written(door):
    """Records of two steps whose products hold, products left out."""
    up, low = pair(door)
    up.a, low.b = 5, 7
    low.run()
    records = [record_step("d.up", up), record_step("low", low)]
    assert records[1] == record_step("low", low)
    for record in records:
        object.__setattr__(record, "product", None)
    return records


def test_a_record_is_made_anew_after_a_change(door):
    up, _low = pair(door)
    before = record_step("up", up)
    assert record_step("up", up) is before
    up.a = 3
    assert record_step("up", up).settings["a"] == 3
    assert before.settings["a"] == 1
    assert record_step("up", up).chosen == {"a": 3}


def test_kept_holds_without_computing(door, written):
    solve = Slow()
    up, low = brought_back(written, door, solve)
    assert (up.state, low.state, low.fresh, low.at_hand) == (State.KEPT, State.KEPT, True, False)
    assert (solve.calls, low.product) == ([], None)


def test_a_kept_product_is_computed_when_asked_for(door, written):
    solve = Slow()
    up, low = brought_back(written, door, solve)
    product = low.run()
    assert (product.ask.b, up.state, low.state) == (7, State.FRESH, State.FRESH)
    assert low.run() is product
    assert len(solve.calls) == 2


def test_a_kept_product_is_read_where_it_is_on_disk(door, written):
    solve, product = Slow(), Answer(written[1].answered, ())
    up, low = brought_back(written, door, solve, lambda: product)
    assert low.run() is product
    assert (up.state, solve.calls) == (State.KEPT, [])  # nothing above was needed


def test_a_kept_product_that_is_gone_is_computed_anew(door, written, caplog):
    def gone():
        raise FileError("Cannot read the kept product.")

    solve = Slow()
    _up, low = brought_back(written, door, solve, gone)
    assert low.run().ask.b == 7
    assert len(solve.calls) == 2
    assert "computed anew" in caplog.text


def test_kept_is_empty_while_a_setting_differs(door, written):
    up, low = brought_back(written, door, answer)
    up.a = 6
    assert (up.state, low.state) == (State.EMPTY, State.EMPTY)
    up.a = 5
    assert (up.state, low.state) == (State.KEPT, State.KEPT)


def test_live_leaves_kept_alone_until_something_below_is_due(door, written):
    solve = Slow()
    up, low = brought_back(written, door, solve)
    live = Live(door, low)
    live.settle()
    assert solve.calls == []
    low.b = 8
    live.settle()
    assert (low.state, low.product.ask.b) == (State.FRESH, 8)
    assert up.state is State.FRESH  # not live itself: asked for, since low needed it
    assert len(solve.calls) == 2
    live.close()


def test_live_fetches_kept_steps_of_its_own(door, written):
    solve = Slow()
    up, low = brought_back(written, door, solve)
    live = Live(door, up, low)
    low.b = 8
    live.settle()
    assert (up.state, low.state, len(solve.calls)) == (State.FRESH, State.FRESH, 2)
    live.close()


def test_a_stale_product_comes_back_stale(door):
    up, low = pair(door)
    low.run()
    up.a = 3
    records = [record_step("d.up", up), record_step("low", low)]
    up2, low2 = brought_back(records, door, answer)
    assert (up2.state, low2.state) == (State.STALE, State.STALE)
    assert low2.product is low.product
    object.__setattr__(records[1], "product", None)
    assert brought_back(records, door, answer)[1].state is State.EMPTY


def test_a_value_that_is_refused_is_said_and_left_out(door, written):
    written[0].settings["a"] = "many"
    up, _low = pair(door)
    (said,) = restore_settings(up, written[0])
    assert "d.up.a was left as it is: Cannot set a of Toy to 'many'" in said
    assert up.a == 1


def test_suggestions_give_way_to_choices(door):
    up, _low = pair(door)
    up.suggest(a=4)
    assert (up.a, record_step("up", up).chosen) == (4, {})
    up.suggest(a=5)  # the cell was edited: nobody chose
    assert up.a == 5
    up.a = 9
    up.suggest(a=4)
    assert up.a == 9
    with pytest.raises(InputError, match="Toy has no setting 'aa'"):
        up.suggest(aa=3)


def test_notes_say_why(door):
    up, _low = pair(door)
    up.run()
    up.note("because\nof this", "a")
    up.note("on the whole")
    assert up.notes == (("", "on the whole"), ("a", "because\nof this"))
    assert up.state is State.FRESH
    up.note("", "a")
    assert record_step("up", up).notes == {"": "on the whole"}
    with pytest.raises(InputError, match="no setting 'colour'"):
        up.note("why", "colour")
    with pytest.raises(InputError, match="Cannot use 3 as notes"):
        up.notes = 3
