"""PanelTools without a browser: what the buttons ask for, and what they refuse."""

from __future__ import annotations

import pytest

from nuwidgets.errors import InputError
from nuwidgets.widgets.panel_tools import PanelTools


@pytest.fixture
def tools():
    made = PanelTools()
    yield made
    made.close()


def test_methods_and_messages_do_the_same(tools):
    asked = []
    tools.act = asked.append
    tools.undo()
    tools.redo()
    tools.copy()
    for kind in ("undo", "redo", "code"):
        tools._handle_custom_msg({"kind": kind}, [])
    assert asked == ["undo", "redo", "code"] * 2


def test_what_a_hand_asks_for_comes_by_the_door(tools):
    heard = []
    tools.hear = lambda action, content: heard.append((action, content))
    tools.undo()
    assert heard == [(tools._asked, {"kind": "undo"})]


def test_the_code_goes_to_the_page_and_stays_to_be_read(tools):
    sent = []
    tools.send = sent.append
    tools.show_code("import nuwidgets as nw\n")
    assert sent == [{"kind": "code", "text": "import nuwidgets as nw\n"}]
    assert tools.code == "import nuwidgets as nw\n"


def test_words_are_said_for_a_moment(tools):
    sent = []
    tools.send = sent.append
    tools.say("nothing to undo")
    assert sent == [{"kind": "said", "text": "nothing to undo"}]
    assert tools.said == "nothing to undo"


def test_without_anybody_who_acts_nothing_happens(tools):
    tools.undo()
    assert tools.code == ""


def test_another_wish_is_refused(tools):
    with pytest.raises(InputError, match=r"The tools cannot do 'undoo'. Did you mean 'undo'"):
        tools._asked({"kind": "undoo"})


def test_repr_is_stable(tools):
    assert repr(tools) == "PanelTools(nothing to undo)"
    tools.undo_says, tools.redo_says = "model", "grouping"
    assert repr(tools) == "PanelTools(undo: model, redo: grouping)"
