"""RegionRows without a browser: what a hand asks for, and rows that are refused."""

from __future__ import annotations

import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.region_rows import RegionRows, row


def group(key, *, dashed=False):
    return {"key": key, "colour": "#5df08a", "dashed": dashed}


@pytest.fixture
def rows():
    made = RegionRows(groups=[group("source"), group("background", dashed=True)])
    made.rows = [
        row("source-0", "source", "circle", "60″"),
        row("source-1", "source", "box", "60 by 30″", exclude=True),
        row("background-0", "background", "annulus", "90 to 180″"),
    ]
    made.asked = []
    made.act = lambda action, content: made.asked.append((action, content))
    yield made
    made.close()


def test_what_a_hand_asks_for_is_whole(rows):
    rows._handle_custom_msg({"act": "turn", "ids": ["source-1"]}, [])
    rows._handle_custom_msg(
        {"act": "bring", "ids": ["source-0"], "group": "background", "at": 1}, []
    )
    rows.ask("step", ids=["source-0", "gone"], by=-1)
    rows.ask("into", group="background")
    assert [
        (action, what["ids"], what["group"], what["at"], what["by"]) for action, what in rows.asked
    ] == [
        ("turn", ["source-1"], "", 0, 1),
        ("bring", ["source-0"], "background", 1, 1),
        ("step", ["source-0"], "", 0, -1),
        ("into", [], "background", 0, 1),
    ]


def test_what_has_gone_meanwhile_is_not_asked_for(rows):
    rows.ask("delete", ids=["gone"])
    rows.ask("bring", ids=["source-0"], group="gone", at=0)
    rows.ask("into", group="gone")
    assert rows.asked == []


def test_another_wish_is_refused(rows):
    with pytest.raises(InputError, match=r"A row cannot do 'delet'. Did you mean 'delete'"):
        rows.ask("delet", ids=["source-0"])


def test_what_a_hand_asks_for_comes_by_the_door(rows):
    heard = []
    rows.hear = lambda action, content: heard.append((action, content))
    rows.ask("turn", ids=["source-0"])
    assert heard == [(rows._asked, {"act": "turn", "ids": ["source-0"]})]


def test_only_rows_that_are_there_are_chosen(rows):
    rows.chosen = ["gone", "source-1", "background-0"]
    assert rows.chosen == ["source-1", "background-0"]


@pytest.mark.parametrize("bad", [{}, {"key": "a"}, {**row("a", "source", "x", "y"), "text": 3}])
def test_a_row_that_lacks_something_is_refused_and_the_old_ones_stay(rows, bad):
    before = rows.rows
    with pytest.raises(InputError, match=r"Cannot show the row .* it needs key, group, kind"):
        rows.rows = [bad]
    assert rows.rows == before


def test_a_group_that_lacks_something_is_refused(rows):
    with pytest.raises(InputError, match=r"Cannot show the group .* Give all of them"):
        rows.groups = [{"key": "source"}]


def test_it_says_what_it_shows(rows):
    assert repr(rows) == "RegionRows(3 rows in 2 groups)"
    assert repr(RegionRows(groups=[group("source")])) == "RegionRows(0 rows in 1 group)"
