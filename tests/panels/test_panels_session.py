"""The session panel: what is saved, the history and the way back, what is given away."""

from __future__ import annotations

import html
import time

import pytest

import nuwidgets as nw
from nuwidgets.domain.record import Deed
from nuwidgets.errors import InputError
from nuwidgets.panels.session import keeper_words
from nuwidgets.panels.session_history import texts


@pytest.fixture
def panel(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session.fit.model = "tbabs*powerlaw"
    session.settle()
    made = nw.SessionPanel(session)
    yield made
    made.close()


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_says_what_is_saved_where(session, panel, tmp_path):
    assert "not kept in a file" in panel.status.value
    panel.papers.file.set_state({"value": "mine.nuw"})
    panel.papers.save()
    until(lambda: "mine.nuw" in panel.status.value)
    assert (tmp_path / "mine.nuw").exists()
    until(lambda: "Kept in mine.nuw" in panel.papers.note.value)
    session.fit.statistic = "cstat"
    until(lambda: "cstat" in (tmp_path / "mine.nuw").read_text())
    until(lambda: "mine.nuw: saved " in panel.status.value)
    assert panel.papers.file.value == "mine.nuw"
    with nw.Session() as other:
        second = nw.SessionPanel(other)
        second.papers.file.value = "mine.nuw"
        second.papers.save()
        until(lambda: "it is there already" in second.message.value)
        second.close()


class Keeper:
    """Stands in for who keeps a session."""

    def __init__(self, path, says="", problem="", *, read_only=False):
        self.path, self.says, self.problem, self.read_only = path, says, problem, read_only


@pytest.mark.parametrize(("how", "kind", "words", "loud"), [
    ({"says": "Kept in a.nuw."}, "fresh", "a.nuw: every change is saved", ""),
    ({"says": "Saved 12:00:01."}, "fresh", "a.nuw: saved 12:00:01", ""),
    ({"says": "Saved 12:00:01. An older file was put aside."}, "fresh", "a.nuw: saved 12:00:01",
     "An older file was put aside."),
    ({"says": "x", "problem": "The disk is full."}, "failed", "NOT SAVED", "The disk is full."),
    ({"says": "Not saved: open elsewhere.", "read_only": True}, "stale", "read-only",
     "Not saved: open elsewhere."),
])  # fmt: skip
def test_trouble_is_loud(tmp_path, how, kind, words, loud):
    said = keeper_words(Keeper(tmp_path / "a.nuw", **how))
    assert said[0] == kind
    assert words in said[1]
    assert said[2] == loud


def test_the_whole_session_is_taken_back(session, panel):
    session.fit.statistic = "cstat"
    assert panel.head.tools.undo_says == "statistic"
    panel.head.tools.undo()
    assert session.fit.statistic == "chi"
    panel.head.tools.redo()
    assert session.fit.statistic == "cstat"


def test_a_line_of_the_history_brings_its_settings_back(session, panel):
    before = session.fit.run()
    session.fit.model = "powerlaw"
    session.fit.run()
    lines = panel.lines
    until(lambda: [row[2] for row in lines.table.rows].count("fit") == 2)
    assert lines.back.disabled
    with pytest.raises(InputError, match=r"no row is chosen. Choose one first"):
        lines.restore()
    fits = [row[0] for row in lines.table.rows if row[2] == "fit"]
    lines.table.set_state({"selected": fits[1]})
    assert not lines.back.disabled
    assert "chi-squared" in lines.detail.value
    lines.back.click()
    assert session.fit.model == "tbabs*powerlaw"
    assert panel.message.value == ""
    assert [p.name for p in session.fit.parameters] == [p.name for p in before.parameters]


def test_a_closed_bar_does_not_follow_and_opens_again(session):
    bar = nw.SessionPanel(session, opened=False)
    assert bar.body.layout.display == "none"
    assert bar.lines.table.rows == []
    bar.more.click()
    assert bar.body.layout.display is None
    assert bar.lines.table.rows != []
    again = nw.SessionPanel(session, opened=False)
    assert again.opened
    again.opened = False
    assert again.more.description.startswith("More")
    for panel in (bar, again):
        panel.close()


def test_the_script_is_shown_in_the_dialect_that_was_chosen(session, panel):
    panel.papers.show_script()
    until(lambda: "tbabs*powerlaw" in panel.head.tools.code)
    panel.papers.dialect.value = "xcm"
    panel.head.tools.copy()
    until(lambda: "\nmodel" in f"\n{panel.head.tools.code}" or panel.message.value)
    assert panel.message.value == ""


def test_a_notebook_is_written_and_never_over_another(session, panel, tmp_path):
    panel.papers.write_notebook()
    until(lambda: "Notebook in session.ipynb" in panel.papers.note.value)
    assert (tmp_path / "session.ipynb").stat().st_size
    panel.papers.write_notebook()
    until(lambda: "session.ipynb" in html.unescape(panel.message.value))
    assert panel.papers.note.value == ""


def test_missing_files_are_listed_and_looked_for(session, panel, tmp_path):
    assert panel.papers.found.layout.display == "none"
    session.missing = (str(tmp_path / "gone<b>.evt"),)
    assert panel.papers.found.layout.display is None
    assert "gone&lt;b&gt;.evt" in panel.papers.missing.value
    panel.papers.folder.value = str(tmp_path)
    panel.papers.find()
    until(lambda: "1 of them are not in that folder" in panel.message.value)
    session.missing = ()
    assert panel.papers.missing.value == ""


def test_it_stays_as_it_is_when_datasets_come_and_go(session, panel):
    old = panel.more
    session.remove(session.names[0])
    assert panel.more is old
    assert panel.opened


def test_a_line_reads_well():
    deed = Deed(1e9, "60001110002A.image", "<Image>", "embedded", "1.0", 0.0123, ("few counts",))
    assert texts(deed, 1e9 + 5)[1:] == [
        "image of 60001110002A", "<Image>", "embedded 1.0", "0.012", "⚠",
    ]  # fmt: skip
    assert len(texts(deed, 1e9 + 5)[0]) == len("12:00:00")
    assert texts(deed, 2e9)[0].startswith("2001-09-09")
