"""The editor of expressions without a browser: text, value, problem, choices."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nuwidgets.science.models.complete import complete
from nuwidgets.science.models.diagnose import marks, problem
from nuwidgets.widgets.expression_edit import LONGEST, ExpressionEdit


@pytest.fixture
def editor():
    made = ExpressionEdit(check=problem, mark=marks, offer=complete, value="tbabs*po")
    yield made
    made.close()


def browser(editor, **content):
    """Let the page say something, as anywidget delivers it."""
    editor._handle_custom_msg(content, [])


def test_it_begins_with_its_value(editor):
    assert (editor.value, editor.text, editor.problem) == ("tbabs*po", "tbabs*po", "")
    assert [kind for *_, kind in editor.reading["marks"]] == ["mul", "add"]
    assert repr(editor) == "ExpressionEdit('tbabs*po')"


def test_typing_reads_and_changes_no_value(editor):
    editor.write("tbabs*(powr)")
    assert editor.value == "tbabs*po"
    assert "powr" in editor.problem
    assert editor.reading["problem"]["start"] == 7
    assert editor.reading["text"] == "tbabs*(powr)"


def test_a_wrong_text_stays_and_the_value_too(editor):
    editor.write("tbabs*(powr)")
    assert editor.enter() is False
    assert (editor.value, editor.text) == ("tbabs*po", "tbabs*(powr)")
    editor.back()
    assert (editor.text, editor.problem) == ("tbabs*po", "")


def test_a_right_text_becomes_the_value(editor):
    seen = []
    editor.observe(lambda change: seen.append(change["new"]), "value")
    editor.write("  tbabs*ga ")
    assert editor.enter() is True
    assert (editor.value, editor.text, seen) == ("tbabs*ga", "tbabs*ga", ["tbabs*ga"])


def test_a_value_that_its_owner_refuses_is_undone_and_the_text_stays(editor):
    def refuse(change):
        if "ga" in change["new"]:
            editor.value = change["old"]

    editor.observe(refuse, "value")
    editor.write("ga")
    assert editor.enter() is False
    assert (editor.value, editor.text) == ("tbabs*po", "ga")


def test_a_value_that_python_sets_is_shown(editor):
    editor.write("half a th")
    editor.value = "po"
    assert (editor.text, editor.problem) == ("po", "")


def test_what_the_page_says_is_done(editor):
    sent = []
    editor.send = sent.append
    browser(editor, kind="typed", text="tbabs*(pow", at=10, turn=3)
    assert editor.text == "tbabs*(pow"
    (answer,) = sent
    assert (answer["kind"], answer["turn"], answer["place"]) == ("choices", 3, [7, 10])
    assert answer["choices"][0][:3] == ["powerlaw", "powerlaw", "add"]
    browser(editor, kind="entered", text="tbabs*ga")
    assert editor.value == "tbabs*ga"
    browser(editor, kind="typed", text="x", at=1, turn=4)
    browser(editor, kind="back")
    assert editor.text == "tbabs*ga"


def test_messages_that_make_no_sense_do_nothing(editor):
    for content in (
        {},
        {"kind": "typed"},
        {"kind": "entered", "text": 3},
        {"kind": "?", "text": "y"},
    ):
        browser(editor, **content)
    assert (editor.value, editor.text) == ("tbabs*po", "tbabs*po")


def test_it_needs_no_grammar():
    @dataclass(frozen=True)
    class Wrong:
        message: str = "no"
        start: int = 0
        end: int = 1
        unfinished: bool = False

    plain = ExpressionEdit()
    plain.write("anything")
    assert plain.enter() is True
    assert plain.completions("a", 1) is None
    plain.close()
    strict = ExpressionEdit(check=lambda text: Wrong() if text else None)
    strict.write("x")
    assert strict.problem == "no"
    strict.close()


def test_messages_of_the_page_come_by_the_door(editor):
    heard = []
    editor.hear = lambda _action, content: heard.append(content["kind"])
    browser(editor, kind="entered", text="po")
    assert heard == ["entered"]
    assert editor.value == "tbabs*po"


def test_a_text_has_an_end(editor):
    editor.write("p" * (LONGEST + 5))
    assert len(editor.text) == LONGEST
