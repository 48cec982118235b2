"""What an editor is told while one types: what is wrong and where, what may stand at the caret."""

from __future__ import annotations

import pytest

from nuwidgets.errors import NuwidgetsError
from nuwidgets.science.models.complete import complete
from nuwidgets.science.models.component import Component
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.diagnose import marks, problem
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.own import forget, model
from nuwidgets.science.models.words import KINDS, WORDS, describe


def offered(text, position=None):
    found = complete(text, len(text) if position is None else position)
    return [choice.name for choice in found.choices]


@pytest.mark.parametrize(
    ("text", "place", "words", "unfinished"),
    [
        ("tbabs*(powr)", (7, 11), "No component is called 'powr'", False),
        ("tbabs*(po", (6, 7), "not closed", True),
        ("tbabs*", (5, 6), "missing at the end", True),
        ("tb*p", (3, 4), "could mean", True),
        ("po po", (3, 5), "follow each other", False),
        ("po*po", (3, 5), "cannot multiply another", False),
        ("tbabs*po)", (8, 9), "closes nothing", False),
        ("cflux", (0, 5), "nothing to act on", True),
        ("po; po", (4, 6), "two models", False),
        ("po; 2:b", (6, 7), "name", True),
        ("po\n2:bkg tbabs*powr", (15, 19), "powr", False),
        ("2:bkg tb", (6, 8), "gives no photons", True),
        ("$", (0, 1), "no place", False),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text, place, words, unfinished):
    found = problem(text)
    assert words in found.message
    assert "\n" not in found.message
    assert (found.start, found.end) == place
    assert found.unfinished is unfinished


@pytest.mark.parametrize("text", ["", "  \n", "tbabs*po", "po; 2:bkg po", "tb*\n(po+ga)"])
def test_what_is_right_has_no_problem(text):
    assert problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "po*",
        "(",
        "tb*(po+ga",
        "2:",
        "po;2:bkg ",
        "*",
        ")))",
        "atable{",
        "\n;;\n",
        "1:x{}",
        "p" * 300,
    ],
)
def test_any_text_gets_an_answer_that_lies_in_it(text):
    found = problem(text)
    assert found is None or 0 <= found.start < found.end <= len(text) + 1
    for position in range(-1, len(text) + 2):
        offer = complete(text, position)
        assert 0 <= offer.start <= offer.end <= len(text)
    assert all(0 <= m.start < m.end <= len(text) for m in marks(text))


def test_names_that_begin_so_come_first():
    assert offered("po")[0] == "powerlaw"
    assert offered("tbabs*(bbod")[:2] == ["bbody", "bbodyrad"]
    assert offered("TB")[:2] == ["TBabs", "TBpcf"]
    assert "diskbb" in offered("disc")  # by its description


def test_only_kinds_that_may_stand_there_are_offered():
    kinds = {c.kind for c in complete("powerlaw*", 9).choices}
    assert kinds == {"mul"}
    assert {c.kind for c in complete("constant+", 9).choices} == {"mul"}
    assert {"add", "mul", "con"} <= {c.kind for c in complete("tbabs*(po+", 10).choices}
    assert {c.kind for c in complete("*powerlaw", 0).choices} == {"mul", "con", "source"}
    assert offered("po ") == []
    assert offered("atable{file") == []
    assert offered("po; 2:bk") == []


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("tbabs*", 6),
        ("tb*(po+", 7),
        ("*po", 0),
        ("tb*(", 4),
        ("po+", 3),
        ("po; 2:bkg ", 10),
    ],
)
def test_every_choice_can_lead_to_a_model(text, position):
    found = complete(text, position)
    assert found.choices
    for choice in found.choices:
        if choice.kind == "source" or "{" in choice.insert:
            continue
        typed = text[: found.start] + choice.insert + text[found.end :]
        missing = ")" * (typed.count("(") - typed.count(")"))
        tails = ("", "powerlaw", "*powerlaw")
        reads = [_reads(typed + tail + missing) for tail in tails]
        assert any(reads), typed


def _reads(text):
    try:
        Composite.parse(text)
    except NuwidgetsError:
        return False
    return True


def test_a_convolution_goes_on_and_the_word_at_the_caret_is_replaced():
    found = complete("gsm", 3)
    assert found.choices[0].insert == "gsmooth*"
    found = complete("gsm(po)", 3)
    assert found.choices[0].insert == "gsmooth"
    found = complete("tb*pow*ga", 5)
    assert (found.start, found.end) == (3, 6)


def test_another_source_is_offered_at_the_beginning_of_a_model():
    assert offered("tbabs*po; ")[-1] == "2:bkg"
    assert offered("po; 2:bkg po\n")[-1] == "3:bkg"
    assert "2:bkg" not in offered("tbabs*")


def test_words_are_marked_by_what_they_are():
    text = "cflux*tb(po + x1)*atable{a b.fits}\n2:bkg ga"
    found = [(text[m.start : m.end], m.kind) for m in marks(text)]
    assert found == [
        ("cflux", "con"), ("tb", "mul"), ("po", "add"), ("x1", "unknown"),
        ("atable{a b.fits}", "add"), ("2:bkg", "source"), ("ga", "add"),
    ]  # fmt: skip


def test_every_component_is_described():
    built_in = [c for c in COMPONENTS.values() if c.name not in WORDS]
    assert [c.name for c in built_in] == []
    for component in COMPONENTS.values():
        words = describe(component)
        assert words.sentence.endswith(".")
        assert words.family
        assert words.source
        assert component.kind in KINDS
    assert len({words.sentence for words in WORDS.values()}) == len(WORDS)


def test_one_of_ones_own_is_described_by_its_kind_and_offered():
    @model("mystep", kind="mul", parameters=[("edge", "keV", 5.0, 0.1, 100.0)])
    def step(edges_kev, edge):
        return edges_kev[:-1] * 0 + edge

    try:
        assert describe(COMPONENTS["mystep"]).sentence.startswith("A multiplicative component")
        assert offered("mys") == ["mystep"]
        assert Expression.parse("mystep*po").n_parameters == 3
        assert isinstance(COMPONENTS["mystep"], Component)
    finally:
        forget("mystep")
