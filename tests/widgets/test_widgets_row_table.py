"""RowTable without a browser: keys, the chosen row, and what is refused."""

from __future__ import annotations

import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.row_table import RowTable


@pytest.fixture
def table():
    made = RowTable(columns=["when", "what"])
    yield made
    made.close()


def test_a_chosen_row_stays_chosen_while_it_is_there(table):
    table.rows = [["b", "2", "two"], ["a", "1", "one"]]
    table.set_state({"selected": "a"})
    table.rows = [["c", "3", "three"], ["b", "2", "two"], ["a", "1", "one"]]
    assert table.selected == "a"
    table.rows = [["c", "3", "three"]]
    assert table.selected == ""


def test_texts_are_texts(table):
    table.rows = [("a", 1, None)]
    assert table.rows == [["a", "1", "None"]]


def test_a_row_of_another_length_is_refused_and_the_old_ones_stay(table):
    table.rows = [["a", "1", "one"]]
    with pytest.raises(InputError, match="needs a key and 2 texts, one for each of when, what"):
        table.rows = [["a", "1"]]
    assert table.rows == [["a", "1", "one"]]


def test_repr_is_stable(table):
    assert repr(table) == "RowTable(0 rows of when, what)"
    table.rows = [["a", "1", "one"]]
    assert repr(table) == "RowTable(1 row of when, what)"
