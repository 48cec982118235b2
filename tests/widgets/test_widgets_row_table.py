"""RowTable without a browser: keys, what is chosen and picked, filter and order, what is refused."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import InputError
from nuwidgets.widgets.curve_maths import MINUS
from nuwidgets.widgets.row_table import STATIC, RowTable

RULES = (STATIC / "row_table_rules.js").read_text(encoding="utf-8")
ROWS = [["a", "60001", "Mrk 421"], ["b", "60002", "3C 273"], ["c", "60003", "mrk 335"]]


@pytest.fixture
def table():
    made = RowTable(columns=["when", "what"])
    yield made
    made.close()


@pytest.fixture
def sky():
    made = RowTable(columns=["obs_id", "name"], rows=ROWS, many=True, refused={"b": "proprietary"})
    yield made
    made.close()


def by_node(expression):
    """What the rules of the browser make of an expression."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node found")
    script = f"{RULES}\nconsole.log(JSON.stringify({expression}))"
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def order(texts, way="up"):
    rows = [[str(n), text] for n, text in enumerate(texts)]
    return [row[1] for row in by_node(f"ordered({json.dumps(rows)}, 0, {way!r})")]


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
    with pytest.raises(InputError, match="a key and 1 texts, one for each of when"):
        table.fill(["when"], [["b", "1", "one"]])
    assert (table.columns, table.rows) == (["when", "what"], [["a", "1", "one"]])


def test_repr_is_stable(table):
    assert repr(table) == "RowTable(0 rows of when, what)"
    table.rows = [["a", "1", "one"]]
    assert repr(table) == "RowTable(1 row of when, what)"


def test_picked_are_keys_that_are_there_in_the_order_of_the_rows(sky):
    sky.picked = ["c", "nobody", "a", "c"]
    assert sky.picked == ["a", "c"]
    sky.rows = ROWS[::-1]
    assert sky.picked == ["c", "a"]
    sky.rows = ROWS[1:]
    assert sky.picked == ["c"]


def test_a_refused_row_is_never_picked_whoever_asks(sky):
    sky.picked = ["a", "b"]
    assert sky.picked == ["a"]
    sky.set_state({"picked": ["b", "c"], "selected": "b"})
    assert (sky.picked, sky.selected) == (["c"], "b")
    sky.refused = {"c": "no data"}
    assert sky.picked == []


def test_whatever_is_given_at_once_is_checked_as_a_whole():
    made = RowTable(
        picked=["2", "1"], refused={"1": "planned"}, rows=[(1, "x"), (2, "y")], columns=["n"]
    )
    assert (made.picked, made.rows) == (["2"], [["1", "x"], ["2", "y"]])
    made.close()


def test_other_columns_come_in_one_message_and_keep_picks_and_order(sky, monkeypatch):
    sky.picked, sky.sort, sky.align = ["a", "c"], ["name", "down"], ["obs_id"]
    sent = []
    monkeypatch.setattr(sky, "send_state", lambda keys: sent.append(set(keys)))
    sky.fill(["name", "s"], [["c", "x", 1], ["d", "y", 2]], align=["s"], marks={"d": "stale"})
    assert len(sent) == 1
    assert {"columns", "rows", "align", "picked", "refused", "marks"} <= sent[0]
    assert (sky.picked, sky.sort, sky.align, sky.refused) == (["c"], ["name", "down"], ["s"], {})
    sky.fill(["s"], [["c", 1]])
    assert (sky.sort, sky.align, sky.marks) == ([], [], {})


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda t: t.set_trait("sort", ["nam", "up"]), "Cannot sort by 'nam'. Did you mean 'name'"),
        (lambda t: t.set_trait("sort", ["name"]), 'give a column and "up" or "down", or'),
        (lambda t: t.set_trait("sort", ["name", "left"]), 'give a column and "up" or "down", or'),
        (lambda t: t.set_trait("align", ["x"]), "Cannot align 'x'. Did you mean"),
        (lambda t: t.set_trait("marks", {"a": "fresch"}), "row as 'fresch'. Did you mean 'fresh'"),
    ],
)
def test_what_is_not_there_is_refused(sky, act, words):
    with pytest.raises(InputError, match=words):
        act(sky)
    assert (sky.sort, sky.align, sky.marks) == ([], [], {})


def test_rows_that_are_looked_at_are_apart_from_ticks(sky):
    sky.looks = True
    sky.looked_at = ["c", "gone", "b"]
    assert sky.looked_at == ["b", "c"]  # one that cannot be picked can be looked at
    assert sky.picked == []
    sky.rows = ROWS[:2]
    assert sky.looked_at == ["b"]


def test_dots_say_the_states_of_cells(sky):
    sky.dots = {"name": {"a": "fresh", "b": "empty"}}
    sky.fill(["obs_id"], [["a", "60001"]], dots={"obs_id": {"a": "failed"}})
    assert sky.dots == {"obs_id": {"a": "failed"}}
    with pytest.raises(InputError, match="Cannot put dots into 'day'"):
        sky.dots = {"day": {}}
    with pytest.raises(InputError, match="Cannot show a dot for 'good'"):
        sky.dots = {"obs_id": {"a": "good"}}
    sky.columns = ["name"]
    assert sky.dots == {}


@pytest.mark.parametrize(
    ("words", "keys"),
    [("", "abc"), ("MRK", "ac"), ("mrk 60003", "c"), ("3c  ", "b"), ("421 335", ""), ("k 4", "a")],
)
def test_all_words_of_a_filter_must_be_in_a_row(sky, words, keys):
    sky.filter = words
    assert sky.shown() == list(keys)
    assert passed(sky) == list(keys)


def passed(table):
    rows, words = json.dumps(table.rows), json.dumps(table.filter)
    test = f"passes(haystack(row), needles({words}))"
    return by_node(f"{rows}.filter((row) => {test}).map((row) => row[0])")


WORDS = st.text(MINUS + "aAéÉßİΣς-12 \t\u00a0.", max_size=5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8), WORDS)
def test_browser_and_python_filter_alike(texts, words):
    made = RowTable(columns=["a", "b"], filter=words)
    made.rows = [[str(n), *pair] for n, pair in enumerate(texts)]
    assert passed(made) == made.shown()
    made.close()


def test_a_typed_minus_finds_the_printed_one(table):
    table.rows = [["a", f"{MINUS}61.3", ""], ["b", "61.3", ""]]
    table.filter = "-61"
    assert table.shown() == ["a"]


def test_numbers_are_sorted_as_numbers_and_what_is_absent_last_either_way():
    texts = ["10", MINUS, "1.2e3", "", f"{MINUS}3", "+.5", "1,234.5", "nan", "2."]
    rising = [f"{MINUS}3", "+.5", "2.", "10", "1.2e3", "1,234.5"]
    assert order(texts) == [*rising, MINUS, "", "nan"]
    assert order(texts, "down") == [*rising[::-1], MINUS, "", "nan"]


def test_limits_are_sorted_by_their_numbers():
    assert order(["0.3", "< 0.02", "0.004", ""]) == ["0.004", "< 0.02", "0.3", ""]


def test_sizes_are_sorted_by_what_they_are():
    assert order(["1.2 GB", "900 MB", "3 kB", "20 B", "5 KB"]) == [
        "20 B", "3 kB", "5 KB", "900 MB", "1.2 GB",
    ]  # fmt: skip


def test_words_dates_and_names_are_sorted_as_one_reads_them():
    assert order(["2016-12-01", "2016-03-05", "2009-08-15"])[0] == "2009-08-15"
    assert order(["Mrk 1018", "mrk 421", "3C 273", "Éta"]) == [
        "3C 273",
        "Éta",
        "mrk 421",
        "Mrk 1018",
    ]
    assert order(["00035071010", "00035071002"]) == ["00035071002", "00035071010"]


def test_what_is_equal_stays_as_it_stood():
    rows = json.dumps([["a", "2"], ["b", "1"], ["c", "2"], ["d", "1"]])
    assert by_node(f"ordered({rows}, 0, 'up').map((r) => r[0]).join('')") == "bdac"
    assert by_node(f"ordered({rows}, 0, 'down').map((r) => r[0]).join('')") == "acbd"


HAND = """(() => {
  const picks = new Picks(), order = [..."abcdefgh"], free = new Set("abdefgh"), out = [];
  let p = ["a"];
  const acts = { toggle: (key) => picks.toggle(key, p, free),
                 reach: (key) => picks.reach(key, order, free) };
  for (const [act, key] of %s) { p = acts[act](key); out.push([...new Set(p)].sort().join("")); }
  return out; })()"""


@pytest.mark.parametrize(
    ("acts", "picked"),
    [
        ("toggle b, reach e, reach a", ["ab", "abde", "ab"]),
        ("toggle g, reach e, reach f", ["ag", "aefg", "afg"]),
        ("toggle g, toggle f, toggle g, reach e", ["ag", "afg", "af", "a"]),
        ("toggle c, toggle c", ["a", "a"]),  # refused
    ],
)
def test_clicks_with_and_without_shift(acts, picked):
    words = [act.split() for act in acts.split(", ")]
    assert by_node(HAND % json.dumps(words)) == picked


def test_what_is_picked_but_hidden_stays_picked():
    assert by_node("new Picks().toggle('b', ['a', 'x'], new Set('abc'))") == ["a", "x", "b"]
