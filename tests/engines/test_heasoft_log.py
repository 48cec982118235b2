"""Logs: followed while they grow, cleaned, searched."""

from __future__ import annotations

import pytest

from nuwidgets.engines.heasoft.log import LogTail, clean, search_log, tail_of, text_of, unended


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("\x1b[1;31mError:\x1b[0m no", "Error: no"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x00b\x07c\x7f\x9bd", "abcd"),
        ("10 %\r 20 %\r", " 20 %"),
        ("\r\r", ""),
        ("a\tb", "a\tb"),
        ("abc\u202edef", "abcdef"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("caf\u00e9 \u20ac", "caf\u00e9 \u20ac"),
        ("\x1b", ""),
    ],
)
def test_only_text_is_left(line, left):
    assert clean(line) == left


def test_what_is_no_utf_8_is_latin_1():
    assert text_of(b"caf\xc3\xa9") == text_of(b"caf\xe9") == "caf\u00e9"


def test_whole_lines_are_given_as_they_come(tmp_path):
    path = tmp_path / "a.log"
    tail = LogTail(path)
    assert tail.read() == []
    with path.open("wb", buffering=0) as log:
        log.write(b"one\ntw")
        assert (tail.read(), tail.rest) == (["one"], "tw")
        assert tail.read() == []
        log.write(b"o\n\xc3")
        assert tail.read() == ["two"]
        log.write(b"\xa9\n")  # a letter that came in two parts
        assert tail.read() == ["\u00e9"]
    assert (list(tail.last), tail.n_lines) == (["one", "two", "\u00e9"], 3)
    path.write_bytes(b"a\n")
    assert tail.read() == ["a"]  # begun anew


def test_much_is_read_in_bites_and_the_last_lines_are_kept(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"".join(b"line %d of many\n" % n for n in range(200_000)))
    tail, n_bites = LogTail(path), 0
    while tail.read():
        n_bites += 1
    assert 3 <= n_bites <= 8
    assert tail.n_lines == 200_000
    assert len(tail.last) == 500
    assert tail.last[-1] == "line 199999 of many"


def test_a_line_without_end_does_not_grow_for_ever(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"." * 300_000)
    tail = LogTail(path)
    assert [len(line) for line in tail.read()] == [4097]
    assert tail.rest == ""


def test_the_last_lines_of_a_log(tmp_path):
    path = tmp_path / "a.log"
    assert tail_of(path) == []
    path.write_bytes(b"one\n\n  \ntwo\nName? ")
    assert tail_of(path) == ["one", "two", "Name? "]
    assert tail_of(path, 2) == ["two", "Name? "]
    assert tail_of(path, 0) == []
    assert unended(path) == "Name? "
    path.write_bytes(b"one\n")
    assert unended(path) == unended(tmp_path / "none") == ""


def test_a_log_is_searched_as_a_whole(tmp_path):
    path = tmp_path / "a.log"
    assert search_log(path, "x") == ()
    path.write_bytes(b"\x1b[1mError\x1b[0m: a\nfine\nerror: b\n")
    assert search_log(path, "ERROR") == ((1, "Error: a"), (3, "error: b"))
    assert search_log(path, "error", most=1) == ((1, "Error: a"),)
    assert search_log(path, "none") == ()
