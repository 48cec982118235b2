"""LogView without a browser: the last lines, how often they are sent, what is found in all."""

from __future__ import annotations

import pytest

from nuwidgets.widgets import log_view
from nuwidgets.widgets.log_view import MOST_CHARACTERS, MOST_LINES, MOST_MATCHES, LogView


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the test moves."""
    now = [100.0]
    monkeypatch.setattr(log_view.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def log(clock):
    made = LogView()
    made.begin("60001110002 FPMA nupipeline", "/data/task.log")
    clock[0] += 1.0
    yield made
    made.close()


def messages(view):
    """What is sent to the browser from now on, by trait."""
    sent = []
    view.send_state = lambda key=None: sent.append(
        {key} if isinstance(key, str) else set(key or view.keys)
    )
    return sent


def test_lines_stand_in_their_order_and_are_counted(log):
    log.add(["one", "two"])
    assert (log.text, log.first, log.n_lines) == ("one\ntwo", 1, 2)


def test_only_the_last_lines_are_held_and_their_numbers_are_those_of_the_file(log):
    log.add(f"line {n}" for n in range(1, 12_001))
    lines = log.text.split("\n")
    assert len(lines) == MOST_LINES == 500
    assert (lines[0], lines[-1]) == ("line 11501", "line 12000")
    assert (log.first, log.n_lines) == (11_501, 12_000)


def test_lines_are_sent_at_most_five_times_a_second(log, clock):
    texts = []
    log.observe(lambda change: texts.append(change["new"]), "text")
    for n in range(1000):
        clock[0] += 0.001
        log.add([str(n)])
    assert len(texts) == 5
    log.flush()
    assert log.text.endswith("998\n999")
    assert log.n_lines == 1000


def test_the_first_lines_of_another_log_do_not_wait(log):
    log.add(["one"])
    log.begin("60001110002 FPMB nupipeline", "/data/b.log")
    assert (log.text, log.n_lines, log.first) == ("", 0, 1)
    log.add(["two"])
    assert (log.about, log.path, log.text) == (
        "60001110002 FPMB nupipeline", "/data/b.log", "two",
    )  # fmt: skip


def test_no_new_lines_are_no_message(log):
    log.add(["one"])
    sent = messages(log)
    log.add([])
    assert sent == []


def test_what_belongs_together_is_one_message(log):
    sent = messages(log)
    log.add(["one", "two"])
    assert sent == [{"text", "n_lines"}]


def test_markup_stays_text_and_controls_go(log):
    log.add(["<img src=x onerror=alert(1)>", "\x1b[31mred\x1b[0m\x07", "a\tb\r", "übermäßig €"])
    assert log.text.split("\n") == [
        "<img src=x onerror=alert(1)>", "[31mred[0m", "a\tb", "übermäßig €",
    ]  # fmt: skip


def test_a_line_is_one_line(log):
    log.add(["a\nb", "c"])
    assert log.text.count("\n") == 1


def test_an_endless_line_is_cut(log):
    log.add(["x" * 1_000_000])
    assert len(log.text) == MOST_CHARACTERS + 1
    assert log.text.endswith("x…")


def test_found_lines_are_listed_and_counted(log):
    log.found([(n, f"line {n}") for n in range(1, 301)], 4711)
    assert len(log.matches) == MOST_MATCHES
    assert log.matches[0] == [1, "line 1"]
    assert log.n_matches == 4711
    log.found([(7, "seven")])
    assert (log.matches, log.n_matches) == ([[7, "seven"]], 1)
    log.found(())
    assert (log.matches, log.n_matches) == ([], 0)


def test_while_one_is_at_a_line_the_piece_stays_and_the_count_goes_on(log, clock):
    log.add(str(n) for n in range(1, 2001))
    log.at = 70
    log.around(20, [str(n) for n in range(20, 120)])
    clock[0] += 1.0
    log.add(["more"])
    assert (log.first, log.n_lines) == (20, 2001)
    assert log.text.split("\n")[50] == "70"
    log.at = 0
    assert log.text.endswith("2000\nmore")
    assert log.first == 2001 - MOST_LINES + 1


def test_another_log_begins_at_its_end(log):
    log.at, log.follow = 5, False
    log.found([(5, "five")])
    log.begin("another")
    assert (log.at, log.follow, log.matches, log.path) == (0, True, [], "")


def test_repr_is_stable(log):
    log.add(["one"])
    assert repr(log) == "LogView(60001110002 FPMA nupipeline, 1 line)"
    assert repr(LogView()) == "LogView(0 lines)"
